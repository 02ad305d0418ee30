package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/domain"
)

// testMAC stands for the key custody.
type testMAC struct{}

func (testMAC) APIKeyMAC(id, secret string) []byte {
	return testMAC{}.MACKey([]byte(id + "\x00" + secret))
}

func (testMAC) MACKey(msg []byte) []byte {
	h := hmac.New(sha256.New, []byte("pepper"))
	h.Write(msg)
	return h.Sum(nil)
}

func TestKeyTextRoundTrip(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		k, text := newKey(clock.System{}, testMAC{}, "live")
		got, err := parseKey(text)
		if err != nil || got != k {
			t.Fatalf("parse %q: %+v, %v", text, got, err)
		}
		if !issued(testMAC{}, k.id) {
			t.Fatalf("own key ID %s is not known as issued", k.id)
		}
		if seen[string(k.id)] || seen[k.secret] {
			t.Fatal("random part repeats")
		}
		seen[string(k.id)], seen[k.secret] = true, true
	}
}

func TestMadeUpKeyIDsAreNotIssued(t *testing.T) {
	t.Parallel()
	for range 1000 {
		id := randomBase62(clock.System{}, keyIDLen)
		if issued(testMAC{}, domain.KeyID(id)) {
			t.Fatalf("made-up ID %s counts as issued", id)
		}
	}
}

func TestRandomDigitsAreUniform(t *testing.T) {
	t.Parallel()
	const n = 62 * 2000
	var count [256]int
	for _, c := range []byte(randomBase62(clock.System{}, n)) {
		count[c]++
	}
	for _, c := range []byte(base62) {
		if count[c] < 1700 || count[c] > 2300 { // 2000 +- 6.7 standard deviations
			t.Errorf("digit %c: %d times of %d", c, count[c], n)
		}
	}
}

func FuzzParseKey(f *testing.F) {
	_, text := newKey(clock.System{}, testMAC{}, "live")
	f.Add(text)
	f.Add("fg_live__")
	f.Add(strings.Repeat("fg_", 60))
	f.Fuzz(func(t *testing.T, s string) {
		k, err := parseKey(s)
		if err != nil {
			return
		}
		again := keyPrefix + k.env + "_" + string(k.id) + "_" + k.secret
		sum := keyCheck(again)
		if again+string(sum[:]) != s {
			t.Fatalf("%q is not what its parts make", s)
		}
	})
}
