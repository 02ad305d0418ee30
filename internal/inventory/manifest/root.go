package manifest

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"slices"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/internal/fault"
)

// rootVersion is Root.V.
const rootVersion = 1

// Encode gives the root's canonical JSON (RFC 8785) and its hash. Texts that are
// not UTF-8 are mended, because an error message may come from anywhere.
func (r *Root) Encode() ([]byte, Hash) {
	b, err := jsonv2.Marshal(r, jsontext.AllowInvalidUTF8(true), jsonv2.FormatNilSliceAsNull(false))
	if err == nil {
		err = (*jsontext.Value)(&b).Canonicalize()
	}
	if err != nil {
		panic("manifest: a root that can't be written: " + err.Error())
	}
	return b, sha256.Sum256(b)
}

// DecodeRoot reads a root document that must have the hash and must be what
// Encode writes. What it gives is consistent in itself.
func DecodeRoot(b []byte, want Hash) (*Root, error) {
	if sha256.Sum256(b) != want {
		return nil, badRoot("its bytes do not have the hash %x", want)
	}
	r := new(Root)
	if err := jsonv2.Unmarshal(b, r, jsonv2.RejectUnknownMembers(true)); err != nil {
		return nil, fault.Wrap(fault.Damaged, err, "snapshot root: not a root document")
	}
	if r.V != rootVersion {
		return nil, fault.New(fault.Unsupported, "snapshot root of version %d, not %d", r.V, rootVersion)
	}
	if again, _ := r.Encode(); !bytes.Equal(again, b) {
		return nil, badRoot("not in its canonical form")
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	return r, nil
}

// Cover is the coverage row of a type.
func (r *Root) Cover(typ string) (*Coverage, bool) {
	i, ok := slices.BinarySearchFunc(r.Coverage, typ, func(c Coverage, t string) int { return cmp.Compare(c.Type, t) })
	if !ok {
		return nil, false
	}
	return &r.Coverage[i], true
}

// MayHide says that something which could not be read may be of a type, given
// what the other snapshot found.
//
// A type that was told by what lies beside the unreadable thing may be wrong
// where the other snapshot found further types in that folder: the only policy
// among groups can't be read, and the rest looks like a folder of groups.
func (r *Root) MayHide(other *Root, typ string) bool {
	var places []string
	if c, ok := other.Cover(typ); ok {
		places = c.Places
	}
	for _, q := range r.Quarantined {
		if q.Type == "" || q.Type == typ {
			return true
		}
		// Among several types none could be told: then it says itself what it is.
		if folder := path.Dir(q.Place); inOrder(places, folder) && r.typesIn(folder, 2) < 2 {
			return true
		}
	}
	return false
}

// typesIn counts the types of which objects lay in a folder, up to a bound.
func (r *Root) typesIn(folder string, bound int) (n int) {
	for i := range r.Coverage {
		if inOrder(r.Coverage[i].Places, folder) {
			if n++; n == bound {
				break
			}
		}
	}
	return n
}

func inOrder(list []string, text string) bool {
	_, ok := slices.BinarySearch(list, text)
	return ok
}

// check holds what readers rely on: order, names and sums.
func (r *Root) check() error {
	if !rising(r.Selected, func(s string) string { return s }) || !rising(r.Folders, func(s string) string { return s }) {
		return badRoot("selected types or folders out of order")
	}
	if !rising(r.Coverage, func(c Coverage) string { return c.Type }) {
		return badRoot("coverage out of order")
	}
	if !rising(r.Duplicates, func(d Duplicate) string { return d.Type + "\x00" + d.ID }) {
		return badRoot("duplicates out of order")
	}
	return r.checkChunks()
}

func (r *Root) checkChunks() error {
	sums, total := make(map[string]int, len(r.Coverage)), 0
	for i, c := range r.Chunks {
		if i > 0 && (c.Type < r.Chunks[i-1].Type || c.Type == r.Chunks[i-1].Type && c.First <= r.Chunks[i-1].First) {
			return badRoot("chunks out of order")
		}
		if _, err := ParseHash(c.Hash); err != nil {
			return badRoot("chunk %d has no hash", i)
		}
		if checkName("type", c.Type, MaxType) != nil || checkName("id", c.First, MaxID) != nil || c.Count < 1 || c.Count > maxChunk {
			return badRoot("chunk %d", i)
		}
		if _, ok := r.Cover(c.Type); !ok {
			return badRoot("entries of %s, which has no coverage", c.Type)
		}
		sums[c.Type] += c.Count
		total += c.Count
	}
	for _, c := range r.Coverage {
		if c.Objects != sums[c.Type] || !slices.Contains([]Status{Complete, Partial, Failed, Skipped}, c.Status) {
			return badRoot("coverage of %s", c.Type)
		}
	}
	if r.Objects != total {
		return badRoot("%d objects, %d in its chunks", r.Objects, total)
	}
	return nil
}

// ParseHash reads 64 lower-case hex digits.
func ParseHash(s string) (Hash, error) {
	var h Hash
	if len(s) != 2*len(h) {
		return h, fault.New(fault.Invalid, "a hash has 64 hex digits")
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return h, fault.New(fault.Invalid, "a hash has 64 lower-case hex digits")
		}
	}
	_, err := hex.Decode(h[:], []byte(s))
	return h, err
}

func rising[T any](list []T, key func(T) string) bool {
	for i := 1; i < len(list); i++ {
		if key(list[i-1]) >= key(list[i]) {
			return false
		}
	}
	return true
}

func badRoot(format string, args ...any) error {
	return fault.New(fault.Damaged, "snapshot root: "+format, args...)
}

// HashOf is the name of b in a store.
func HashOf(b []byte) Hash { return sha256.Sum256(b) }
