package receipt

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/merkle/testonly"
	"golang.org/x/mod/sumdb/note"
)

const (
	testKeyName = "frostgate.example/7f3a"
	testLog     = "l-5ca1ab1e"
	testOrigin  = testKeyName + "/" + testLog
	testSize    = 11
)

// testKey derives a key from one byte: receipts in tests must not change from
// run to run.
func testKey(t testing.TB, name string, seed byte) (note.Signer, string) {
	t.Helper()
	raw := bytes.Repeat([]byte{seed}, ed25519.SeedSize)
	pub := ed25519.NewKeyFromSeed(raw).Public().(ed25519.PublicKey)
	vkey, err := note.NewEd25519VerifierKey(name, pub)
	if err != nil {
		t.Fatal(err)
	}
	id := strings.Split(vkey, "+")[1]
	skey := "PRIVATE+KEY+" + name + "+" + id + "+" + base64.StdEncoding.EncodeToString(append([]byte{1}, raw...))
	signer, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return signer, vkey
}

// fixture is a log of testSize decisions with one key.
type fixture struct {
	t       testing.TB
	signer  note.Signer
	vkey    string
	tree    *testonly.Tree
	entries []string
	groups  map[string][]byte
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	f := &fixture{t: t, tree: testonly.New(rfc6962.DefaultHasher)}
	f.signer, f.vkey = testKey(t, testKeyName, 7)
	f.groups = map[string][]byte{
		"actor":    []byte(`{"user":"é\n<root>"}`),
		"decision": []byte(`{"action":"block","id":"d-6"}`),
		"event":    []byte(`{"ip":"192.0.2.7","type":"auth.failed"}`),
	}
	for i := range testSize {
		entry := f.header(i).AppendJCS(nil)
		f.entries = append(f.entries, string(entry))
		f.tree.AppendData(entry)
	}
	return f
}

func salt(name string) [SaltSize]byte { return LeafHash([]byte("salt of " + name)) }

func (f *fixture) header(i int) *Header {
	h := &Header{
		Artifact: "decision",
		Index:    uint64(i),
		Key:      testKeyName + "+" + strings.Split(f.vkey, "+")[1],
		Log:      testLog,
		Policy:   EmptyRoot().String(),
		Prev:     int64(i) - 1,
		Time:     1_790_000_000_000_000 + int64(i),
	}
	for _, name := range []string{"actor", "decision", "event"} {
		h.Commitments = append(h.Commitments, Commitment{name, Commit(salt(name), f.groups[name])})
	}
	return h
}

// checkpoint is the signed head of the whole log.
func (f *fixture) checkpoint(origin string, signers ...note.Signer) []byte {
	f.t.Helper()
	c := Checkpoint{Origin: origin, Size: testSize, Root: Hash(f.tree.Hash())}
	signed, err := note.Sign(&note.Note{Text: c.Text()}, signers...)
	if err != nil {
		f.t.Fatal(err)
	}
	return signed
}

func (f *fixture) proof(i int) *Proof {
	f.t.Helper()
	raw, err := f.tree.InclusionProof(uint64(i), testSize)
	if err != nil {
		f.t.Fatal(err)
	}
	return &Proof{Index: uint64(i), Hashes: hashes(raw), Checkpoint: f.checkpoint(testOrigin, f.signer)}
}

func (f *fixture) receipt(i int) *Receipt {
	r := &Receipt{
		Level: Committed, Log: testLog, Index: uint64(i),
		LeafHash: LeafHash([]byte(f.entries[i])), Entry: f.entries[i],
		Proof: string(f.proof(i).Append(nil)), URL: "/evidence/logs/" + testLog + "/6",
		Openings: map[string]Opening{},
	}
	for name, group := range f.groups {
		r.Openings[name] = NewOpening(salt(name), group)
	}
	return r
}

func (f *fixture) trust() Trust {
	f.t.Helper()
	trust, err := NewTrust(f.vkey)
	if err != nil {
		f.t.Fatal(err)
	}
	return trust
}

func mustJSON(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
