package receipt

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
)

// errWeakKey refuses public keys of small order. Whoever made one can give a
// signature that is good for any text, so it says nothing of who signed what.
var errWeakKey = errors.New("the public key is a point of small order: anything would pass as signed by it")

// isSmallOrder says whether an Ed25519 public key is one of the eight points of
// small order, in any of the encodings that crypto/ed25519 reads. Each has one of
// five y; the sign of x is the last bit. Of the spellings of y above the prime
// only 0 and 1 concern us: those of 2 to 18 are other points.
func isSmallOrder(key []byte) bool {
	if len(key) != ed25519.PublicKeySize {
		return false
	}
	y := [ed25519.PublicKeySize]byte(key)
	y[31] &= 0x7f
	switch hex.EncodeToString(y[:]) {
	case "0000000000000000000000000000000000000000000000000000000000000000", // 0, order 4
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // the prime, read as 0
		"0100000000000000000000000000000000000000000000000000000000000000", // 1, order 1
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // the prime and 1, read as 1
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // -1, order 2
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", // order 8
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a": // order 8
		return true
	}
	return false
}

func refuseWeak(key []byte) error {
	if isSmallOrder(key) {
		return errWeakKey
	}
	return nil
}

// rawKey is the public key in a verifier key that x/mod has read.
func rawKey(vkey string) []byte {
	parts := strings.SplitN(vkey, "+", 3)
	raw, err := base64.StdEncoding.DecodeString(parts[len(parts)-1])
	if err != nil || len(raw) == 0 {
		return nil
	}
	return raw[1:]
}
