package auth

import (
	"crypto/subtle"
	"hash/crc32"
	"strings"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// An API key is fg_<env>_<keyid>_<secret><check>. The key ID is public: 22
// random base62 digits (128 bits) and 6 that are a MAC over them, so that IDs
// which were never issued are refused without asking the store. The secret is
// 43 base62 digits (256 bits). The check is the CRC-32 (IEEE) of all before it
// in 6 base62 digits, for scanners and typing errors.
const (
	keyPrefix  = "fg_"
	randomLen  = 22
	tagLen     = 6
	keyIDLen   = randomLen + tagLen
	secretLen  = 43
	checkLen   = 6
	maxEnv     = 8
	base62     = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	maxKeyText = len(keyPrefix) + maxEnv + 1 + keyIDLen + 1 + secretLen + checkLen
)

// MAC is what this package needs of the key custody.
type MAC interface {
	// APIKeyMAC is a keyed MAC over a key's ID and secret.
	APIKeyMAC(keyID, secret string) []byte
	// MACKey is a keyed MAC over any message.
	MACKey(msg []byte) []byte
}

// keyText is a key in its parts; all are slices of what was presented.
type keyText struct {
	env    string
	id     domain.KeyID
	secret string
}

var errKeyText = fault.New(fault.Unauthenticated, "the API key is not valid")

// parseKey reads a presented key. It allocates nothing and tells nothing of
// what is wrong.
func parseKey(s string) (k keyText, err error) {
	if len(s) > maxKeyText || !strings.HasPrefix(s, keyPrefix) {
		return k, errKeyText
	}
	env, rest, ok := strings.Cut(s[len(keyPrefix):], "_")
	if !ok || !isEnv(env) || len(rest) != keyIDLen+1+secretLen+checkLen || rest[keyIDLen] != '_' {
		return k, errKeyText
	}
	id, secret := rest[:keyIDLen], rest[keyIDLen+1:keyIDLen+1+secretLen]
	if !isBase62(id) || !isBase62(secret) {
		return k, errKeyText
	}
	if sum := keyCheck(s[:len(s)-checkLen]); string(sum[:]) != s[len(s)-checkLen:] {
		return k, errKeyText
	}
	return keyText{env: env, id: domain.KeyID(id), secret: secret}, nil
}

// newKey makes a key and its text, which is shown once.
func newKey(clk clock.Clock, mac MAC, env string) (keyText, string) {
	random := randomBase62(clk, randomLen)
	k := keyText{env: env, id: domain.KeyID(random + keyTag(mac, random)), secret: randomBase62(clk, secretLen)}
	text := keyPrefix + env + "_" + string(k.id) + "_" + k.secret
	sum := keyCheck(text)
	return k, text + string(sum[:])
}

// issued tells whether a key ID has a tag of ours.
func issued(mac MAC, id domain.KeyID) bool {
	want := keyTag(mac, string(id[:randomLen]))
	return subtle.ConstantTimeCompare([]byte(want), []byte(id[randomLen:])) == 1
}

func keyTag(mac MAC, random string) string {
	sum := mac.MACKey([]byte("key-id\x00" + random))
	var tag [tagLen]byte
	for i := range tag {
		// Modulo favours some digits slightly; 35 bits or 34.9 is the same here.
		tag[i] = base62[(int(sum[2*i])<<8|int(sum[2*i+1]))%62]
	}
	return string(tag[:])
}

// keyCheck is the check of a key's text. The standard library's function takes
// bytes, which would be an allocation per request.
func keyCheck(s string) (digits [checkLen]byte) {
	crc := ^uint32(0)
	for i := range len(s) {
		crc = crc32.IEEETable[byte(crc)^s[i]] ^ crc>>8
	}
	crc = ^crc
	for i := checkLen - 1; i >= 0; i-- {
		digits[i] = base62[crc%62]
		crc /= 62
	}
	return digits
}

// randomBase62 draws digits without bias: 248 is the greatest multiple of 62
// in a byte.
func randomBase62(clk clock.Clock, n int) string {
	out := make([]byte, 0, n)
	var buf [64]byte
	for len(out) < n {
		clk.Random(buf[:])
		for _, b := range buf {
			if b < 248 && len(out) < n {
				out = append(out, base62[b%62])
			}
		}
	}
	return string(out)
}

func isBase62(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

func isEnv(s string) bool {
	if s == "" || len(s) > maxEnv {
		return false
	}
	for i := range len(s) {
		if (s[i] < '0' || s[i] > '9') && (s[i] < 'a' || s[i] > 'z') {
			return false
		}
	}
	return true
}
