package receipt

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"
)

// smallOrder are the encodings of the eight points of small order that
// crypto/ed25519 reads, with either sign.
func smallOrder(t *testing.T) [][]byte {
	t.Helper()
	var all [][]byte
	for _, y := range []string{
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	} {
		plain, err := hex.DecodeString(y)
		if err != nil {
			t.Fatal(err)
		}
		signed := append([]byte(nil), plain...)
		signed[31] |= 0x80
		all = append(all, plain, signed)
	}
	return all
}

// The signature R = identity, S = 0 passes for one text in eight at least under
// each of these keys, without anybody's private key: so they are refused
// wherever a key is pinned.
func TestWeakKeysAreRefused(t *testing.T) {
	t.Parallel()
	forged := make([]byte, ed25519.SignatureSize)
	forged[0] = 1
	for _, key := range smallOrder(t) {
		passes := 0
		for i := range 400 {
			if ed25519.Verify(key, fmt.Appendf(nil, "text %d", i), forged) {
				passes++
			}
		}
		if passes == 0 {
			t.Errorf("%x: not a point of small order", key)
		}
		vkey := vkeyOf(testKeyName, typeEd25519, key)
		if _, err := NewTrust(vkey); !errors.Is(err, errWeakKey) {
			t.Errorf("%x: trust: %v", key, err)
		}
		if _, err := ParseTrust(vkey + "\n"); !errors.Is(err, errWeakKey) {
			t.Errorf("%x: trust file: %v", key, err)
		}
		if _, _, err := ParseModuleKey(vkey); !errors.Is(err, errWeakKey) {
			t.Errorf("%x: module key: %v", key, err)
		}
		for _, text := range []string{
			"log " + vkey + "\nquorum none\n",
			"witness w " + vkeyOf("w.example", typeCosignature, key) + "\nquorum w\n",
			"witness w " + vkeyOf("w.example", typeEd25519, key) + "\nquorum w\n",
		} {
			if _, err := ParsePolicy(text); !errors.Is(err, errWeakKey) {
				t.Errorf("%x: %q: %v", key, text, err)
			}
		}
	}
	if _, good := testKey(t, testKeyName, 7); isSmallOrder(rawKey(good)) {
		t.Error("a real key is refused")
	}
}
