package witnesstest

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// testLog is a log made by hand: its key, and the tree of its entries, the
// variant being the entry with which a fork differs. Notes are written byte by
// byte here, so that nothing of ours stands between the test and the witness.
type testLog struct {
	Log
	name string // of the key
	key  ed25519.PrivateKey
}

func newLog(t *testing.T, origin string) testLog {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	l := testLog{name: origin, key: private}
	l.Log = Log{Origin: origin, VKey: vkey(origin, 0x01, public)}
	return l
}

// vkey writes a verifier key (C2SP signed-note).
func vkey(name string, algorithm byte, public []byte) string {
	typed := append([]byte{algorithm}, public...)
	return fmt.Sprintf("%s+%x+%s", name, keyID(name, typed), base64.StdEncoding.EncodeToString(typed))
}

func keyID(name string, typed []byte) []byte {
	sum := sha256.Sum256(append([]byte(name+"\n"), typed...))
	return sum[:4]
}

// text is the signed part of the checkpoint of the first size entries.
func (l testLog) text(size int64, variant string) string {
	root, err := tlog.TreeHash(size, hashes(size, variant))
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf("%s\n%d\n%s\n", l.Origin, size, base64.StdEncoding.EncodeToString(root[:]))
}

// checkpoint signs the text of the first size entries.
func (l testLog) checkpoint(size int64, variant string) string {
	return l.sign(l.text(size, variant))
}

func (l testLog) sign(text string) string {
	public, _ := l.key.Public().(ed25519.PublicKey)
	sig := keyID(l.name, append([]byte{0x01}, public...))
	sig = append(sig, ed25519.Sign(l.key, []byte(text))...)
	return text + "\n— " + l.name + " " + base64.StdEncoding.EncodeToString(sig) + "\n"
}

// proof gives the lines of a consistency proof between two sizes.
func proof(size, from int64, variant string) string {
	path, err := tlog.ProveTree(size, from, hashes(size, variant))
	if err != nil {
		panic(err)
	}
	var lines strings.Builder
	for _, h := range path {
		lines.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	return lines.String()
}

// hashes is the stored-hash reader of x/mod over entries "0", "1", ...; the
// entry at 0 is the variant.
func hashes(size int64, variant string) tlog.HashReader {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, at := range indexes {
			out[i] = stored[at]
		}
		return out, nil
	})
	for n := range size {
		entry := fmt.Sprint(n)
		if n == 0 {
			entry = variant
		}
		more, err := tlog.StoredHashes(n, []byte(entry), reader)
		if err != nil {
			panic(err)
		}
		stored = append(stored, more...)
	}
	return reader
}

// checkCosignature verifies the one signature line of an answer against the
// checkpoint's text, by the letter of C2SP tlog-cosignature, and gives its time.
func checkCosignature(t *testing.T, w *Witness, text, line string) uint64 {
	t.Helper()
	name, rest, _ := strings.Cut(w.VKey, "+")
	id, encoded, _ := strings.Cut(rest, "+")
	typed, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(typed) != 33 || typed[0] != 0x04 || name != w.Name {
		t.Fatalf("verifier key %q isn't an Ed25519 cosignature key of %s: %v", w.VKey, w.Name, err)
	}
	if want := hex.EncodeToString(keyID(name, typed)); id != want {
		t.Fatalf("key ID %s, want %s", id, want)
	}
	value, ok := strings.CutPrefix(line, "— "+name+" ")
	if !ok || strings.Count(line, "\n") != 1 {
		t.Fatalf("not one line by %s: %q", name, line)
	}
	sig, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(value, "\n"))
	if err != nil || len(sig) != 4+8+64 || hex.EncodeToString(sig[:4]) != id {
		t.Fatalf("signature %q: %d bytes, %v", value, len(sig), err)
	}
	at := binary.BigEndian.Uint64(sig[4:12])
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", at, text)
	if !ed25519.Verify(typed[1:], []byte(signed), sig[12:]) {
		t.Fatalf("cosignature doesn't verify over %q", signed)
	}
	return at
}
