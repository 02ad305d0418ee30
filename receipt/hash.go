package receipt

import (
	"encoding/hex"
	"fmt"
)

// HashSize is the length of a Hash in bytes.
const HashSize = 32

// Hash is a SHA-256 value: a leaf hash, a tree node, a root or a commitment.
// Its text form is 64 lower-case hexadecimal digits.
type Hash [HashSize]byte

// ParseHash reads 64 lower-case hexadecimal digits.
func ParseHash(s string) (Hash, error) {
	var h Hash
	if err := h.UnmarshalText([]byte(s)); err != nil {
		return Hash{}, err
	}
	return h, nil
}

// String is the lower-case hexadecimal form.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText encodes the hash as lower-case hexadecimal digits.
func (h Hash) MarshalText() ([]byte, error) {
	return hex.AppendEncode(make([]byte, 0, 2*HashSize), h[:]), nil
}

// UnmarshalText accepts exactly what MarshalText writes. Upper-case digits are
// refused: a hash has one spelling.
func (h *Hash) UnmarshalText(text []byte) error {
	if !isHex(string(text), 2*HashSize) {
		return fmt.Errorf("hash: want %d lower-case hexadecimal digits, have %d bytes", 2*HashSize, len(text))
	}
	_, err := hex.Decode(h[:], text)
	return err
}

// isHex reports whether s is n lower-case hexadecimal digits.
func isHex(s string, n int) bool {
	if len(s) != n {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
