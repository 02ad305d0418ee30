package receipt

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const (
	// HeaderVersion is the "v" of every header this package reads and writes.
	HeaderVersion = 1
	// MaxEntrySize is the largest entry: c2sp.org/tlog-tiles stores its length
	// in 16 bits.
	MaxEntrySize = 65535
	// MaxInt is the largest integer in a header: 2^53-1, the largest that
	// RFC 8785 can carry without loss.
	MaxInt = 1<<53 - 1
	// MaxCommitments bounds the commitments of one header.
	MaxCommitments = 64
	maxName        = 64
	maxLog         = 128
)

// Header is the entry of one leaf: what a log commits to. It holds no personal
// data; the payload stands behind salted commitments.
//
// On the wire it is one RFC 8785 object, made by AppendJCS:
//
//	{"artifact":"decision","commitments":{"actor":"<hex>",...},"counter":0,
//	"index":12,"key":"<key name>+<key id>","log":"<log id>","policy":"<hex or empty>",
//	"prev":-1,"ruleset":"<hex or empty>","time":<microseconds>,"v":1}
type Header struct {
	// Artifact is the kind of thing recorded, for example "decision".
	Artifact string
	// Commitments are sorted by name, without duplicates.
	Commitments []Commitment
	// Counter is the sending module's own counter, 0 when it has none.
	Counter uint64
	// Index is the position in the log, dense from zero.
	Index uint64
	// Key is whose word the entry is: of an attestation the key of the module
	// that signed it, else the log key in use when the entry was made. Name, plus,
	// 8 hex digits.
	Key string
	// Log is the opaque ID of the log.
	Log string
	// Policy is the digest of the policy in force, 64 hex digits or empty.
	Policy string
	// Prev is the index of the previous artifact of the same subject, or -1.
	Prev int64
	// Ruleset is the digest of the ruleset in force, 64 hex digits or empty.
	Ruleset string
	// Time is when the entry was made, in microseconds since 1970, UTC.
	Time int64
}

// Commitment is a named salted commitment to one group of payload fields.
type Commitment struct {
	Name string
	Hash Hash
}

// Commitment returns the commitment of that name.
func (h *Header) Commitment(name string) (Hash, bool) {
	for i := range h.Commitments {
		if h.Commitments[i].Name == name {
			return h.Commitments[i].Hash, true
		}
	}
	return Hash{}, false
}

// AppendJCS appends the one encoding of the header to dst. It does not
// validate: for a header that Validate accepts, the result is canonical
// JSON (RFC 8785) that ParseHeader reads back.
func (h *Header) AppendJCS(dst []byte) []byte {
	dst = append(dst, `{"artifact":"`...)
	dst = append(dst, h.Artifact...)
	dst = append(dst, `","commitments":{`...)
	for i := range h.Commitments {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, '"')
		dst = append(dst, h.Commitments[i].Name...)
		dst = append(dst, `":"`...)
		dst = hex.AppendEncode(dst, h.Commitments[i].Hash[:])
		dst = append(dst, '"')
	}
	dst = append(dst, `},"counter":`...)
	dst = strconv.AppendUint(dst, h.Counter, 10)
	dst = append(dst, `,"index":`...)
	dst = strconv.AppendUint(dst, h.Index, 10)
	dst = append(dst, `,"key":"`...)
	dst = append(dst, h.Key...)
	dst = append(dst, `","log":"`...)
	dst = append(dst, h.Log...)
	dst = append(dst, `","policy":"`...)
	dst = append(dst, h.Policy...)
	dst = append(dst, `","prev":`...)
	dst = strconv.AppendInt(dst, h.Prev, 10)
	dst = append(dst, `,"ruleset":"`...)
	dst = append(dst, h.Ruleset...)
	dst = append(dst, `","time":`...)
	dst = strconv.AppendInt(dst, h.Time, 10)
	dst = append(dst, `,"v":`...)
	dst = strconv.AppendInt(dst, HeaderVersion, 10)
	return append(dst, '}')
}

// Validate reports the first field that may not stand in a header. It allows
// only strings that need no escaping, which is what lets AppendJCS be simple.
func (h *Header) Validate() error {
	switch {
	case !isName(h.Artifact):
		return errors.New("header: artifact must be a lower-case name")
	case h.Counter > MaxInt:
		return errors.New("header: counter is above 2^53-1")
	case h.Index > MaxInt:
		return errors.New("header: index is above 2^53-1")
	case !isKey(h.Key):
		return errors.New("header: key must be a key name, a plus and 8 hexadecimal digits")
	case !isLogID(h.Log):
		return errors.New("header: log must be 1 to 128 of the characters A-Z a-z 0-9 . _ -")
	case h.Policy != "" && !isHex(h.Policy, 2*HashSize):
		return errors.New("header: policy must be a digest or empty")
	case h.Prev < -1 || h.Prev > MaxInt || h.Prev >= int64(h.Index):
		return errors.New("header: prev must be -1 or the index of an earlier entry")
	case h.Ruleset != "" && !isHex(h.Ruleset, 2*HashSize):
		return errors.New("header: ruleset must be a digest or empty")
	case h.Time < 0 || h.Time > MaxInt:
		return errors.New("header: time must be 0 to 2^53-1")
	}
	return validateCommitments(h.Commitments)
}

func validateCommitments(all []Commitment) error {
	if len(all) > MaxCommitments {
		return fmt.Errorf("header: %d commitments, at most %d", len(all), MaxCommitments)
	}
	for i := range all {
		if !isName(all[i].Name) {
			return fmt.Errorf("header: commitment %d must have a lower-case name", i)
		}
		if i > 0 && all[i-1].Name >= all[i].Name {
			return fmt.Errorf("header: commitment %q is out of order", all[i].Name)
		}
	}
	return nil
}

// ParseHeader reads the bytes of an entry. It accepts exactly what AppendJCS
// writes for a valid header: the parsed fields are encoded again and must give
// the same bytes, so unknown or duplicate members, white space, escapes and
// other number forms are all refused.
func ParseHeader(entry []byte) (*Header, error) {
	if len(entry) > MaxEntrySize {
		return nil, fmt.Errorf("header: %d bytes, at most %d", len(entry), MaxEntrySize)
	}
	var wire struct {
		Artifact    string          `json:"artifact"`
		Commitments map[string]Hash `json:"commitments"`
		Counter     uint64          `json:"counter"`
		Index       uint64          `json:"index"`
		Key         string          `json:"key"`
		Log         string          `json:"log"`
		Policy      string          `json:"policy"`
		Prev        int64           `json:"prev"`
		Ruleset     string          `json:"ruleset"`
		Time        int64           `json:"time"`
		V           int64           `json:"v"`
	}
	if err := json.Unmarshal(entry, &wire); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	if wire.V != HeaderVersion {
		return nil, fmt.Errorf("header: version %d, want %d", wire.V, HeaderVersion)
	}
	h := &Header{
		Artifact: wire.Artifact, Counter: wire.Counter, Index: wire.Index,
		Key: wire.Key, Log: wire.Log, Policy: wire.Policy, Prev: wire.Prev,
		Ruleset: wire.Ruleset, Time: wire.Time,
	}
	for name, hash := range wire.Commitments {
		h.Commitments = append(h.Commitments, Commitment{name, hash})
	}
	slices.SortFunc(h.Commitments, func(a, b Commitment) int { return strings.Compare(a.Name, b.Name) })
	if err := h.Validate(); err != nil {
		return nil, err
	}
	if !bytes.Equal(h.AppendJCS(make([]byte, 0, len(entry))), entry) {
		return nil, errors.New("header: not in canonical form (unknown or duplicate member, white space or escape)")
	}
	return h, nil
}

// isName accepts artifact and commitment names: a-z, then a-z 0-9 _ . -
func isName(s string) bool {
	if s == "" || len(s) > maxName || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '.' && c != '-' {
			return false
		}
	}
	return true
}

// isLogID accepts one path segment of an origin.
func isLogID(s string) bool {
	if s == "" || len(s) > maxLog {
		return false
	}
	for i := range len(s) {
		c := s[i]
		letter := (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
		if !letter && (c < '0' || c > '9') && c != '_' && c != '.' && c != '-' {
			return false
		}
	}
	return true
}

// isKey accepts a key fingerprint: name+0123abcd.
func isKey(s string) bool {
	name, id, ok := strings.Cut(s, "+")
	return ok && isOrigin(name) && isHex(id, 8)
}
