package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/evidence/plain"
)

// verdicts are what the exit code and the first word of `evidence verify` say.
var verdicts = map[int]plain.Verdict{exitOK: "verified", exitFailed: "not_verified", exitUsage: "unreadable"}

// sameVerdict checks a file with the command line and in plain words.
func sameVerdict(t *testing.T, dir, name string, file []byte, trust string) *plain.Answer {
	t.Helper()
	path, args := filepath.Join(dir, "doc"), []string{filepath.Join(dir, "doc")}
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	if trust != "" {
		if err := os.WriteFile(path+".keys", []byte(trust), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, "--trust", path+".keys")
	}
	code, out := verify(t, args...)
	want := verdicts[code]
	if want == "verified" && strings.Contains(out, "UNPINNED") {
		want = "unpinned"
	}
	got := plain.Check(bytes.NewReader(file), trust)
	if got.Verdict != want {
		t.Errorf("%s: the command line says %s, in plain words %s: %s\n%s", name, want, got.Verdict, got.Lead, out)
	}
	if got.Title == "" || got.Lead == "" || (want == "not_verified") != (got.Failed != "") {
		t.Errorf("%s: %+v", name, got)
	}
	for _, c := range got.Checks {
		if strings.HasPrefix(c.Title, "Check: ") || (c.State != plain.Passed) != (c.Says != "") {
			t.Errorf("%s: a check without words: %+v", name, c)
		}
		if c.State == plain.Failed && !strings.Contains(out, c.Name) {
			t.Errorf("%s: the command line does not name %q:\n%s", name, c.Name, out)
		}
	}
	return got
}

// What browsers say is what the command line says: of good files, of each kind
// of byte changed, cut, under wrong keys, and of another tenant's receipt.
func TestPlainWordsAgreeWithTheCommandLine(t *testing.T) {
	t.Parallel()
	_, dataDir := logServer(t, 5)
	_, keys, _ := frost(t, dataDir, "evidence", "key")
	_, keyDoc, _ := frost(t, dataDir, "evidence", "key", "-o", "json")
	dir, out := t.TempDir(), filepath.Join(t.TempDir(), "whole.bundle")
	if code, _, errOut := frost(t, dataDir, "evidence", "bundle", "--all", "--out", out); code != 0 {
		t.Fatal(errOut)
	}
	bundle := []byte(read(t, out))
	s := newProven(t) // another server: other keys
	snapshot, opened := []byte(read(t, s.snapshot)), []byte(read(t, s.opened))
	files := map[string][]byte{"bundle": bundle, "snapshot": snapshot, "receipt": opened, "answer": []byte(read(t, s.answer))}
	wrong := "logs.example+0a1b2c3d+ATx"
	for name, file := range files {
		for which, trust := range map[string]string{"no keys": "", "the bundle's keys": keys, "as JSON": keyDoc, "no key": wrong, "words": "two words here"} {
			a := sameVerdict(t, dir, name+", "+which, file, trust)
			if want := map[bool]plain.Verdict{true: "unpinned", false: a.Verdict}[trust == ""]; a.Verdict != want {
				t.Errorf("%s, %s: %s", name, which, a.Verdict)
			}
			if name == "bundle" && (trust == keys || trust == keyDoc) && (a.Verdict != "verified" || len(a.Proves) == 0 || len(a.NotProven) == 0 || len(a.Trusted) != 1) {
				t.Errorf("the bundle: %+v", a)
			}
		}
		for _, n := range []int{0, 1, len(file) / 3, len(file) / 2, len(file) - 1} {
			if a := sameVerdict(t, dir, fmt.Sprintf("%s cut at %d", name, n), file[:n], ""); a.Verdict == "verified" || a.Verdict == "unpinned" {
				t.Errorf("%s cut at %d: %s", name, n, a.Verdict)
			}
		}
		sameVerdict(t, dir, name+" with more behind it", append(bytes.Clone(file), 'x'), "")
		for at := 0; at < len(file); at += 1 + len(file)/50 {
			sameVerdict(t, dir, fmt.Sprintf("%s, byte %d", name, at), flipped(file, at), map[bool]string{true: keys}[name == "bundle"])
		}
	}
	theirs := newProven(t) // the same event at another server, so in another log
	mixed := `{"decision":` + read(t, s.answer) + `,"receipt":` + read(t, theirs.opened) + `}`
	if a := sameVerdict(t, dir, "another tenant's receipt", []byte(mixed), ""); a.Verdict != "not_verified" || a.Failed != "What is shown is what was recorded" {
		t.Errorf("another tenant's receipt: %+v", a)
	}
}

func flipped(file []byte, at int) []byte {
	out := bytes.Clone(file)
	out[at] ^= 1
	return out
}
