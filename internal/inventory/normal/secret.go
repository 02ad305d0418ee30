package normal

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/jsondoc"
)

// Secrets is the key under which secrets are hashed.
type Secrets struct {
	ID  string // 8 hex digits that name the key
	Key []byte
}

// secretMark begins what stands for a secret: the mark, the key's ID, a colon,
// and the HMAC-SHA-256 in hex.
const secretMark = "frostgate-secret:"

// IsSecret says that a normalised string stands for a secret, and under which
// key its value was hashed. Such strings under different keys don't compare.
func IsSecret(text string) (key string, ok bool) {
	rest, ok := strings.CutPrefix(text, secretMark)
	if !ok || len(rest) != 8+1+2*sha256.Size || rest[8] != ':' || !isHex(rest[:8]) || !isHex(rest[9:]) {
		return "", false
	}
	return rest[:8], true
}

func isHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// secretRule says under which conditions a member is a secret.
type secretRule struct {
	when []testDoc
	// deep: all below it is secret too; else only its own text, or that of the
	// elements of its array.
	deep bool
	// below: the strings below it too.
	below bool
}

// holds tests the rule's conditions on the object that has the member.
func (r *secretRule) holds(object jsondoc.Value) bool {
	for i := range r.when {
		if !r.when[i].holds(object.Get(r.when[i].Member)) {
			return false
		}
	}
	return true
}

func (d *testDoc) holds(sibling jsondoc.Value) bool {
	text, ok := sibling.StrView()
	if !ok && sibling.Kind() < jsondoc.Array {
		text = sibling.Raw()
	}
	is := func(want string) bool { return string(text) == want }
	switch {
	case len(d.Is) > 0:
		return slices.ContainsFunc(d.Is, is)
	case len(d.IsNot) > 0:
		return !slices.ContainsFunc(d.IsNot, is)
	default:
		folded := bytes.ToLower(text)
		return slices.ContainsFunc(d.Has, func(part string) bool {
			return bytes.Contains(folded, []byte(part))
		})
	}
}

// sealer writes what stands for secrets.
type sealer struct {
	id  string
	mac hash.Hash
	sum []byte
	// trusting lets through what stands for a secret already.
	trusting bool
}

func newSealer(key *Secrets) *sealer {
	if key == nil {
		return &sealer{id: "00000000"}
	}
	return &sealer{id: key.ID, mac: hmac.New(sha256.New, key.Key)}
}

// append writes the JSON string that stands for a secret. The place is part of
// what is hashed, so that equal secrets in different places don't show as
// equal; an element's number is not, because sets have no order.
func (s *sealer) append(dst, path, text []byte) []byte {
	if s.trusting {
		if _, sealed := IsSecret(string(text)); sealed {
			dst = append(dst, '"')
			dst = append(dst, text...)
			return append(dst, '"')
		}
	}
	dst = append(dst, '"')
	dst = append(dst, secretMark...)
	dst = append(dst, s.id...)
	dst = append(dst, ':')
	s.sum = s.sum[:0]
	if s.mac == nil {
		// Without a key nothing may be derived from the value.
		s.sum = append(s.sum, make([]byte, sha256.Size)...)
	} else {
		s.mac.Reset()
		s.mac.Write(path)
		s.mac.Write(partEnd)
		s.mac.Write(text)
		s.sum = s.mac.Sum(s.sum)
	}
	dst = hex.AppendEncode(dst, s.sum)
	return append(dst, '"')
}

// partEnd can't be in any text that jsondoc accepts.
var partEnd = []byte{0}
