package signing_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/signing"

	"github.com/go-json-experiment/json"
	"golang.org/x/mod/sumdb/note"
)

func open(t testing.TB, dir string) *signing.Custody {
	t.Helper()
	c, err := signing.Open(dir, clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestOpenCreatesOnceAndLoadsTheSame(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "state")
	if found, err := signing.Exist(dir); err != nil || found {
		t.Fatalf("Exist before = %t, %v", found, err)
	}
	first := open(t, dir)
	for _, name := range []string{"", "master.key", "pepper.key", "log.key"} {
		info, err := os.Stat(filepath.Join(dir, "keys", name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: mode %v is open to others", name, info.Mode())
		}
	}
	again, err := signing.OpenWith(dir, clock.System{}, signing.Options{MustExist: true})
	if err != nil {
		t.Fatal(err)
	}
	if first.VerifierKey() != again.VerifierKey() || first.Origin() != again.Origin() {
		t.Errorf("verifier key changed: %s, then %s", first.VerifierKey(), again.VerifierKey())
	}
	if !strings.HasPrefix(first.Origin(), "frostgate.local/") || len(first.Origin()) != len("frostgate.local/")+8 {
		t.Errorf("origin = %q", first.Origin())
	}
	if !bytes.Equal(first.APIKeyMAC("a", "b"), again.APIKeyMAC("a", "b")) {
		t.Error("pepper changed")
	}
	if open(t, t.TempDir()).VerifierKey() == first.VerifierKey() {
		t.Error("two data folders share a key")
	}
}

func TestSignedNoteVerifies(t *testing.T) {
	t.Parallel()
	for range 20 { // names, hashes and base64 with pluses
		c := open(t, t.TempDir())
		msg, err := note.Sign(&note.Note{Text: "origin\n0\nroot\n"}, c.Signer())
		if err != nil {
			t.Fatal(err)
		}
		v, err := note.NewVerifier(c.VerifierKey())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := note.Open(msg, note.VerifierList(v)); err != nil {
			t.Errorf("note does not verify under its own key: %v", err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	keys := func(dir, name string) string { return filepath.Join(dir, "keys", name) }
	cases := map[string]struct {
		spoil func(dir string) error
		want  string
	}{
		"file open to others":   {func(d string) error { return os.Chmod(keys(d, "pepper.key"), 0o640) }, "chmod 600"},
		"folder open to others": {func(d string) error { return os.Chmod(keys(d, ""), 0o755) }, "chmod 700"},
		"half a folder":         {func(d string) error { return os.Remove(keys(d, "master.key")) }, "master.key missing"},
		"only one left": {func(d string) error {
			if err := os.Remove(keys(d, "master.key")); err != nil {
				return err
			}
			return os.Remove(keys(d, "log.key"))
		}, "master.key, log.key missing"},
		"no keys beside data": {func(d string) error { return os.RemoveAll(keys(d, "")) }, "keys are missing"},
		"short key":           {func(d string) error { return os.WriteFile(keys(d, "master.key"), []byte("AAAA\n"), 0o600) }, "32 bytes"},
		"two lines":           {func(d string) error { return os.WriteFile(keys(d, "master.key"), []byte("AAAA\nAAAA\n"), 0o600) }, "one line"},
		"not a signer": {func(d string) error {
			return os.WriteFile(keys(d, "log.key"), []byte("PRIVATE+KEY+SECRETSTUFF\n"), 0o600)
		}, "note signer key"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			open(t, dir)
			if err := c.spoil(dir); err != nil {
				t.Fatal(err)
			}
			_, err := signing.OpenWith(dir, clock.System{}, signing.Options{MustExist: true})
			if fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error = %v, want one with %q", err, c.want)
			}
			if strings.Contains(err.Error(), "SECRETSTUFF") {
				t.Error("the error quotes the key")
			}
		})
	}
}

// A crash between writing and renaming leaves a folder that was never used.
func TestOpenAfterCrashWhileCreating(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "keys.new"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "keys.new", "master.key"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	open(t, dir)
	if _, err := os.Stat(filepath.Join(dir, "keys.new")); !os.IsNotExist(err) {
		t.Errorf("leftover folder is still there: %v", err)
	}
}

func TestDataKeysAreBoundToTenantAndPurpose(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := open(t, dir)
	key, wrapped := c.NewDataKey("tn_a", "payload")
	got, err := open(t, dir).Unwrap("tn_a", "payload", wrapped)
	if err != nil || got != key {
		t.Fatalf("Unwrap: %v, same key %t", err, got == key)
	}
	other, _ := c.NewDataKey("tn_a", "payload")
	if other == key {
		t.Error("two data keys are equal")
	}
	flipped := bytes.Clone(wrapped)
	flipped[len(flipped)-1] ^= 1
	for name, try := range map[string]func() error{
		"other tenant":  func() error { _, err := c.Unwrap("tn_b", "payload", wrapped); return err },
		"other purpose": func() error { _, err := c.Unwrap("tn_a", "index", wrapped); return err },
		"moved border":  func() error { _, err := c.Unwrap("tn_apay", "load", wrapped); return err },
		"flipped bit":   func() error { _, err := c.Unwrap("tn_a", "payload", flipped); return err },
		"as a secret":   func() error { _, err := c.Open("payload", "tn_a", wrapped); return err },
		"other custody": func() error { _, err := open(t, t.TempDir()).Unwrap("tn_a", "payload", wrapped); return err },
		"too short":     func() error { _, err := c.Unwrap("tn_a", "payload", wrapped[:20]); return err },
		"empty":         func() error { _, err := c.Unwrap("tn_a", "payload", nil); return err },
		"sealed, short": func() error {
			_, err := c.Unwrap("tn_a", "payload", c.Seal("payload", "tn_a", []byte("x")))
			return err
		},
	} {
		if try() == nil {
			t.Errorf("%s: opened", name)
		}
	}
}

func TestSealIsConcurrentAndNeverRepeats(t *testing.T) {
	t.Parallel()
	c := open(t, t.TempDir())
	plain := make([]byte, 300)
	_, _ = rand.Read(plain)
	var mu sync.Mutex
	seen := map[string]bool{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				sealed := c.Seal("webhook", "tn_a", plain)
				got, err := c.Open("webhook", "tn_a", sealed)
				if err != nil || !bytes.Equal(got, plain) {
					t.Errorf("Open: %v", err)
				}
				mu.Lock()
				if seen[string(sealed)] {
					t.Error("sealed value repeats")
				}
				seen[string(sealed)] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}

func TestMACsAreSeparated(t *testing.T) {
	t.Parallel()
	c := open(t, t.TempDir())
	a := c.APIKeyMAC("id", "secret")
	for name, b := range map[string][]byte{
		"moved border": c.APIKeyMAC("ids", "ecret"),
		"plain MAC":    c.MACKey([]byte("id\x00secret")),
		"other secret": c.APIKeyMAC("id", "Secret"),
	} {
		if bytes.Equal(a, b) {
			t.Errorf("%s: equal", name)
		}
	}
}

func TestSecretsDoNotPrint(t *testing.T) {
	t.Parallel()
	c := open(t, t.TempDir())
	key, _ := c.NewDataKey("tn_a", "payload")
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("keys", "custody", c, "key", key)
	encoded, err := json.Marshal(map[string]any{"custody": c, "key": key})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{log.String(), string(encoded), fmt.Sprintf("%v %+v %#v %s %x", c, c, c, c, key)} {
		if !strings.Contains(text, "***") && !strings.Contains(text, "2a2a2a") {
			t.Errorf("nothing hidden in %q", text)
		}
		if strings.Contains(text, fmt.Sprintf("%x", key[:])) || strings.Contains(text, fmt.Sprint(key[:])) {
			t.Errorf("key in %q", text)
		}
	}
}

func FuzzOpenSealed(f *testing.F) {
	c := open(f, f.TempDir())
	f.Add(c.Seal("p", "t", []byte("x")))
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, sealed []byte) {
		plain, err := c.Open("q", "t", sealed)
		if err == nil {
			t.Fatalf("opened %x to %x", sealed, plain)
		}
	})
}

func BenchmarkAPIKeyMAC(b *testing.B) {
	c := open(b, b.TempDir())
	b.ReportAllocs()
	for b.Loop() {
		c.APIKeyMAC("0123456789abcdefghijkl", "0123456789012345678901234567890123456789abc")
	}
}

func BenchmarkSeal(b *testing.B) {
	c := open(b, b.TempDir())
	plain := make([]byte, 300)
	b.ReportAllocs()
	for b.Loop() {
		c.Seal("p", "t", plain)
	}
}
