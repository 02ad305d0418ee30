package receipt

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
)

// SaltSize is the length of a commitment's salt in bytes.
const SaltSize = 32

// Commit is the salted commitment to a field group: HMAC-SHA256 (RFC 2104)
// with the salt as key over the group's exact bytes. Without the salt the
// group can't be guessed, so erasing salt and payload together leaves a header
// that stays valid and says nothing.
func Commit(salt [SaltSize]byte, group []byte) Hash {
	mac := hmac.New(sha256.New, salt[:])
	mac.Write(group)
	var h Hash
	mac.Sum(h[:0])
	return h
}

// Opening reveals what a commitment commits to.
type Opening struct {
	// Salt is the 32-byte salt in padded standard base64.
	Salt string `json:"salt"`
	// Value is the field group's exact bytes (RFC 8785 JSON) as a string.
	Value string `json:"value"`
}

// VerifyOpening checks that the opening gives the commitment, 64 hexadecimal
// digits. The comparison takes constant time.
func VerifyOpening(commitmentHex string, o Opening) error {
	want, err := ParseHash(commitmentHex)
	if err != nil {
		return err
	}
	return o.verify(want)
}

func (o Opening) verify(want Hash) error {
	// A salt and a hash happen to have the same length and text form.
	salt, err := parseBase64Hash(o.Salt)
	if err != nil {
		return errors.New("opening: salt: want 32 bytes in padded base64")
	}
	got := Commit(salt, []byte(o.Value))
	if !hmac.Equal(got[:], want[:]) {
		return errors.New("opening: salt and value do not give the commitment")
	}
	return nil
}

// NewOpening is the wire form of a salt and the group it commits to.
func NewOpening(salt [SaltSize]byte, group []byte) Opening {
	return Opening{Salt: base64.StdEncoding.EncodeToString(salt[:]), Value: string(group)}
}
