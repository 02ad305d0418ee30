package receipt

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Texts that a module signs besides envelopes. None starts like the encoding of
// another, nor like DSSE's, so no signature of one kind passes as another.
const (
	enrolmentDomain = "frostgate.io/module-enrolment/v1"
	rotationDomain  = "frostgate.io/module-rotation/v1"
)

// ModuleVerifierKey is the text form of a module's public key, a verifier key of
// c2sp.org/signed-note: module ID, plus, 8 hex digits of
// SHA-256(ID || 0x0A || 0x01 || key), plus, base64(0x01 || key). The first two
// parts are the key's ID.
func ModuleVerifierKey(module string, public ed25519.PublicKey) (string, error) {
	return note.NewEd25519VerifierKey(module, public)
}

// ParseModuleKey reads what ModuleVerifierKey writes, and only that.
func ParseModuleKey(vkey string) (module string, key DSSEKey, err error) {
	bad := errors.New("module key: want NAME+HASH+BASE64 of an Ed25519 key (c2sp.org/signed-note)")
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return "", DSSEKey{}, bad
	}
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 || !isOrigin(v.Name()) {
		return "", DSSEKey{}, bad
	}
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(raw) != 1+ed25519.PublicKeySize {
		return "", DSSEKey{}, bad
	}
	public := ed25519.PublicKey(raw[1:])
	if err := refuseWeak(public); err != nil {
		return "", DSSEKey{}, fmt.Errorf("module key: %w", err)
	}
	if again, err := note.NewEd25519VerifierKey(v.Name(), public); err != nil || again != vkey {
		return "", DSSEKey{}, bad
	}
	return v.Name(), DSSEKey{ID: fmt.Sprintf("%s+%08x", v.Name(), v.KeyHash()), Public: public}, nil
}

// EnrolmentMessage is what a module signs with its new key to prove that it
// holds it. token is the public part of the enrolment token.
func EnrolmentMessage(tenant, module, token, vkey string) []byte {
	return []byte(strings.Join([]string{enrolmentDomain, tenant, module, token, vkey, ""}, "\n"))
}

// RotationMessage is what a module signs with its old and with its new key to
// replace one by the other. overlap is how many seconds the old key goes on.
func RotationMessage(tenant, module, oldKey, vkey string, overlap int64) []byte {
	return []byte(strings.Join([]string{rotationDomain, tenant, module, oldKey, vkey, strconv.FormatInt(overlap, 10), ""}, "\n"))
}
