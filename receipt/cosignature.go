package receipt

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Signature types of c2sp.org/signed-note and c2sp.org/tlog-cosignature.
const (
	typeEd25519     = 0x01
	typeCosignature = 0x04
	typeMLDSA44     = 0x06

	mldsa44KeySize = 1312
	// A cosignature is a big-endian POSIX timestamp and an Ed25519 signature.
	cosignatureSize = 8 + ed25519.SignatureSize
)

// NewCosignatureVerifier verifies a witness's timestamped cosignatures
// (c2sp.org/tlog-cosignature, type 0x04). The verifier key is of type 0x04, or
// of type 0x01 as many witnesses still publish theirs; the key ID is that of
// type 0x04 either way.
func NewCosignatureVerifier(vkey string) (note.Verifier, error) {
	name, kind, key, err := parseVKey(vkey)
	if err != nil {
		return nil, err
	}
	if (kind != typeCosignature && kind != typeEd25519) || len(key) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("witness key %s: type %#02x is not an Ed25519 cosignature key", name, kind)
	}
	return &cosignatureVerifier{name: name, id: keyID(name, typeCosignature, key), key: key}, nil
}

type cosignatureVerifier struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func (v *cosignatureVerifier) Name() string    { return v.name }
func (v *cosignatureVerifier) KeyHash() uint32 { return v.id }

// Verify checks a signature over the header line, the time line and the note's
// text.
func (v *cosignatureVerifier) Verify(msg, sig []byte) bool {
	if len(sig) != cosignatureSize {
		return false
	}
	seconds := binary.BigEndian.Uint64(sig)
	if seconds > math.MaxInt64 {
		return false
	}
	signed := strconv.AppendUint([]byte("cosignature/v1\ntime "), seconds, 10)
	signed = append(signed, '\n')
	return ed25519.Verify(v.key, append(signed, msg...), sig[8:])
}

// CosignatureTime is the POSIX time in seconds at which a cosignature says it
// was made. It is worth as much as the signature: verify that first.
func CosignatureTime(sig note.Signature) (int64, error) {
	raw, err := base64.StdEncoding.DecodeString(sig.Base64)
	if err != nil || len(raw) != 4+cosignatureSize {
		return 0, errors.New("cosignature: want a key ID, a timestamp and an Ed25519 signature")
	}
	seconds := binary.BigEndian.Uint64(raw[4:])
	if seconds > math.MaxInt64 {
		return 0, errors.New("cosignature: time is above 2^63-1")
	}
	return int64(seconds), nil
}

// Cosignature is a verified statement of one of the policy's witnesses.
type Cosignature struct {
	// Witness is the policy's name for the witness.
	Witness string `json:"witness"`
	// Time is when it says it signed, in seconds since 1970.
	Time int64 `json:"time"`
}

// Cosignatures checks the cosignatures of the policy's witnesses on a signed
// checkpoint, in the order of its lines. Lines by others are ignored; a bad one
// by a witness of the policy is an error.
func (p *Policy) Cosignatures(signed []byte) ([]Cosignature, error) {
	verifiers := make([]note.Verifier, len(p.cosigners))
	for i := range p.cosigners {
		verifiers[i] = p.cosigners[i].verifier
	}
	_, sigs, err := openSignatures(signed, verifiers)
	if err != nil {
		return nil, err
	}
	all := make([]Cosignature, 0, len(sigs))
	for _, s := range sigs {
		seconds, err := CosignatureTime(s)
		if err != nil {
			return nil, err
		}
		for _, w := range p.cosigners {
			if w.verifier.Name() == s.Name && w.verifier.KeyHash() == s.Hash {
				all = append(all, Cosignature{Witness: w.name, Time: seconds})
			}
		}
	}
	return all, nil
}

// parseVKey takes a verifier key (c2sp.org/signed-note) of any type apart and
// checks its key ID.
func parseVKey(vkey string) (name string, kind byte, key []byte, err error) {
	name, rest, _ := strings.Cut(vkey, "+")
	id, b64, _ := strings.Cut(rest, "+")
	raw, err := base64.StdEncoding.Strict().DecodeString(b64)
	if err != nil || !isOrigin(name) || !isHex(id, 8) || len(raw) < 2 || strings.ContainsAny(b64, "\r\n") {
		return "", 0, nil, errors.New("malformed verifier key")
	}
	if fmt.Sprintf("%08x", keyID(name, raw[0], raw[1:])) != id {
		return "", 0, nil, errors.New("verifier key: the key ID is not that of the key")
	}
	return name, raw[0], raw[1:], refuseWeak(raw[1:])
}

// isVKeySpelling says whether vkey is the one spelling of a key of that type:
// x/mod also reads upper-case digits and stray last bits.
func isVKeySpelling(vkey string, kind byte) bool {
	_, have, _, err := parseVKey(vkey)
	return err == nil && have == kind
}

// keyID is SHA-256(name || 0x0A || type || key)[:4].
func keyID(name string, kind byte, key []byte) uint32 {
	b := append([]byte(name), '\n', kind)
	sum := sha256.Sum256(append(b, key...))
	return binary.BigEndian.Uint32(sum[:])
}
