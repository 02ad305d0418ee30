package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/witness/config"
	sumdb "golang.org/x/mod/sumdb/note"
)

// key is the witness key in the forms the library wants.
type key struct {
	vkey     string
	signers  []sumdb.Signer
	verifier sumdb.Verifier
}

// newKey makes an Ed25519 cosignature/v1 key (type 0x04, C2SP tlog-cosignature).
func newKey(name string, seed []byte) (key, error) {
	private := ed25519.NewKeyFromSeed(seed)
	plain, err := sumdb.NewEd25519VerifierKey(name, private.Public().(ed25519.PublicKey))
	if err != nil {
		return key{}, fmt.Errorf("-name %q: %w", name, err)
	}
	vkey, err := note.VKeyToCosignatureV1(plain)
	if err != nil {
		return key{}, fmt.Errorf("-name %q: %w", name, err)
	}
	id := strings.Split(vkey, "+")[1]
	secret := base64.StdEncoding.EncodeToString(append([]byte{0x04}, seed...))
	signer, err := note.NewSignerForCosignatureV1("PRIVATE+KEY+" + name + "+" + id + "+" + secret)
	if err != nil {
		return key{}, fmt.Errorf("-name %q: %w", name, err)
	}
	verifier, err := note.NewVerifierForCosignatureV1(vkey)
	if err != nil {
		return key{}, err
	}
	return key{vkey: vkey, signers: []sumdb.Signer{signer}, verifier: verifier}, nil
}

// parseLog reads "ORIGIN VKEY"; an origin may hold spaces, a key can't.
func parseLog(s string) (config.Log, error) {
	at := strings.LastIndexByte(s, ' ')
	if at <= 0 {
		return config.Log{}, fmt.Errorf("need \"ORIGIN VKEY\", got %q", s)
	}
	origin, vkey := s[:at], s[at+1:]
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return config.Log{}, fmt.Errorf("key of log %q: %w", origin, err)
	}
	return config.Log{VKey: vkey, Verifier: v, Origin: origin}, nil
}
