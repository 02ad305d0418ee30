package correlate

import (
	"encoding/binary"
	"fmt"
	"math"
)

// A state's bytes: the kind, the time of the newest event (8 bytes, big endian),
// from when on the state says nothing any more (varint, from the newest event
// on), and the kind's own part in varints.
const headSize = 9

// header begins each state.
type header struct {
	used  int64 // newest event
	until int64 // worthless from then on
}

// open reads a state's header if it is of the kind.
func open(state string, k Kind) (h header, body reader, ok bool) {
	if len(state) < headSize || state[0] != byte(k) {
		return h, body, false
	}
	h.used = Used(state)
	body = reader{s: state[headSize:]}
	h.until = saturate(h.used, body.varint())
	return h, body, !body.bad
}

// Used is the event time of a state's newest event.
func Used(state string) int64 {
	if len(state) < headSize {
		return 0
	}
	return int64(binary.BigEndian.Uint64([]byte(state[1:headSize])))
}

// Until is the event time from which on a state says nothing any more.
func Until(state string) int64 {
	if len(state) < headSize {
		return 0
	}
	r := reader{s: state[headSize:]}
	return saturate(Used(state), r.varint())
}

// Valid reports whether bytes that were stored are a state at all.
func Valid(state string) error {
	if len(state) < headSize || state[0] < byte(Count) || state[0] > byte(Episode) {
		return fmt.Errorf("a window state of %d bytes has no known kind", len(state))
	}
	if _, body, _ := open(state, Kind(state[0])); body.bad {
		return fmt.Errorf("a window state of %d bytes ends early", len(state))
	}
	return nil
}

// begin starts a state in a buffer of the caller's stack. Slices are passed on by
// value: behind a pointer they would have to live on the heap.
func (h header) begin(k Kind, buf []byte) []byte {
	buf = append(buf, byte(k))
	buf = binary.BigEndian.AppendUint64(buf, uint64(h.used))
	return binary.AppendVarint(buf, h.until-h.used)
}

// reader reads a state; once it is bad it gives zeroes.
type reader struct {
	s   string
	bad bool
}

func (r *reader) more() bool { return !r.bad && r.s != "" }

func (r *reader) uvarint() uint64 {
	var x uint64
	for i := 0; i < len(r.s) && i < binary.MaxVarintLen64; i++ {
		c := r.s[i]
		x |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			r.s = r.s[i+1:]
			return x
		}
	}
	r.s, r.bad = "", true
	return 0
}

func (r *reader) varint() int64 {
	u := r.uvarint()
	x := int64(u >> 1)
	if u&1 != 0 {
		x = ^x
	}
	return x
}

func (r *reader) word() uint64 {
	if len(r.s) < 8 {
		r.s, r.bad = "", true
		return 0
	}
	var x uint64
	for i := range 8 {
		x = x<<8 | uint64(r.s[i])
	}
	r.s = r.s[8:]
	return x
}

// saturate adds without overflowing.
func saturate(a, b int64) int64 {
	switch c := a + b; {
	case a > 0 && b > 0 && c < 0:
		return math.MaxInt64
	case a < 0 && b < 0 && c >= 0:
		return math.MinInt64
	default:
		return c
	}
}

// toMilli rounds event time down to milliseconds, in which windows keep it.
func toMilli(us int64) int64 {
	ms := us / 1000
	if us%1000 < 0 {
		ms--
	}
	return ms
}
