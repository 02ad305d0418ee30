package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frostgate.io/frostgate/receipt"

	signednote "golang.org/x/mod/sumdb/note"
)

// Two signed heads of one size with different roots are two histories.
func TestCompareFindsTwoHistories(t *testing.T) {
	t.Parallel()
	seed := bytes.Repeat([]byte{5}, ed25519.SeedSize)
	vkey, err := signednote.NewEd25519VerifierKey("log.example", ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := signednote.NewSigner("PRIVATE+KEY+log.example+" + strings.Split(vkey, "+")[1] + "+" + base64.StdEncoding.EncodeToString(append([]byte{1}, seed...)))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	head := func(name string, size uint64, root byte) string {
		signed, err := signednote.Sign(&signednote.Note{Text: receipt.Checkpoint{Origin: "log.example", Size: size, Root: receipt.Hash{root}}.Text()}, signer)
		if err != nil {
			t.Fatal(err)
		}
		return save(t, filepath.Join(dir, name), string(signed))
	}
	key := save(t, filepath.Join(dir, "key"), vkey+"\n")
	a, b, later := head("a", 7, 1), head("b", 7, 2), head("later", 8, 3)
	for _, c := range []struct {
		x, y, says string
		code       int
	}{
		{a, b, "TWO HISTORIES: log log.example has two histories: at size 7", exitFailed},
		{a, a, "AGREE", exitOK},
		{a, later, "OPEN", exitOK},
	} {
		var out bytes.Buffer
		p := &program{ctx: t.Context(), out: &out, err: &out}
		if code := p.run([]string{"evidence", "compare", c.x, c.y, "--trust", key}); code != c.code || !strings.Contains(out.String(), c.says) {
			t.Errorf("%s %s: exit code %d\n%s", c.x, c.y, code, out.String())
		}
	}
}

func save(t *testing.T, name, text string) string {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
