package receipt

import (
	"bytes"
	"crypto/ed25519"
	"testing"

	refnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
)

// TestCosignatureAgainstReference: what the reference cosigns we accept, and
// the other way round.
func TestCosignatureAgainstReference(t *testing.T) {
	t.Parallel()
	seed := bytes.Repeat([]byte{21}, ed25519.SeedSize)
	w := newTestWitness("witness.example/one", 21)
	skey := "PRIVATE+KEY+" + w.name + "+00000000+" + b64(append([]byte{typeCosignature}, seed...))
	ref, err := refnote.NewSignerForCosignatureV1(skey)
	if err != nil {
		t.Fatal(err)
	}
	f := newFixture(t)
	cp := f.checkpoint(testOrigin, f.signer, ref)
	for _, kind := range []byte{typeCosignature, typeEd25519} {
		v, err := NewCosignatureVerifier(w.vkey(kind))
		if err != nil {
			t.Fatal(err)
		}
		if v.Name() != ref.Name() || v.KeyHash() != ref.KeyHash() {
			t.Errorf("key %s+%08x, reference %s+%08x", v.Name(), v.KeyHash(), ref.Name(), ref.KeyHash())
		}
		n, err := note.Open(cp, note.VerifierList(v))
		if err != nil || len(n.Sigs) != 1 {
			t.Fatalf("%v", err)
		}
		at, err := CosignatureTime(n.Sigs[0])
		want, err2 := refnote.CoSigV1Timestamp(n.Sigs[0])
		if err != nil || err2 != nil || at != want.Unix() {
			t.Errorf("time %d, %v; reference %v, %v", at, err, want, err2)
		}
		theirs, err := refnote.NewVerifierForCosignatureV1(w.vkey(kind))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := note.Open(f.checkpoint(testOrigin, w), note.VerifierList(theirs)); err != nil {
			t.Errorf("the reference refuses ours: %v", err)
		}
	}
}

func TestCosignatureRefusals(t *testing.T) {
	t.Parallel()
	w := newTestWitness("witness.example/one", 21)
	v, err := NewCosignatureVerifier(w.vkey(typeCosignature))
	if err != nil {
		t.Fatal(err)
	}
	msg := []byte("o\n1\n" + root64 + "\n")
	good, err := w.Sign(msg)
	if err != nil || !v.Verify(msg, good) {
		t.Fatalf("good signature: %v", err)
	}
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 1
		if v.Verify(msg, bad) {
			t.Errorf("byte %d of the signature does not count", i)
		}
	}
	plain := ed25519.Sign(w.key, msg)
	over := *w
	over.at = 1 << 63
	late, err := over.Sign(msg)
	if err != nil {
		t.Fatal(err)
	}
	for name, sig := range map[string][]byte{
		"plain": plain, "short": good[:71], "long": append(bytes.Clone(good), 0), "empty": nil, "time above 2^63-1": late,
	} {
		if v.Verify(msg, sig) {
			t.Errorf("%s: accepted", name)
		}
		if _, err := CosignatureTime(note.Signature{Base64: b64(append(make([]byte, 4), sig...))}); err == nil {
			t.Errorf("%s: has a time", name)
		}
	}
	key := w.public()
	for name, vkey := range map[string]string{
		"ML-DSA":         vkeyOf("w", typeMLDSA44, make([]byte, mldsa44KeySize)),
		"short key":      vkeyOf("w", typeCosignature, key[:31]),
		"long key":       vkeyOf("w", typeCosignature, append(bytes.Clone(key), 0)),
		"unknown type":   vkeyOf("w", 0x7f, key),
		"name with plus": vkeyOf("w+x", typeCosignature, key),
		"no name":        vkeyOf("", typeCosignature, key),
		"wrong ID":       "w+00000000+" + b64(append([]byte{typeCosignature}, key...)),
		"two parts":      "w+00000000",
		"nothing":        "",
		"line break":     vkeyOf("w", typeCosignature, key) + "\n",
	} {
		if _, err := NewCosignatureVerifier(vkey); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
