package sigma

import (
	"errors"
	"fmt"
)

// Bounds of one event. What goes beyond is an error, so that no input can hold
// up the events behind it.
const (
	// MaxEvent is the largest event in bytes.
	MaxEvent = 8 << 20
	// MaxDepth is how deep objects and arrays may be nested.
	MaxDepth = 64
	// MaxValues is how many scalars an event may hold.
	MaxValues = 1 << 18
)

// ErrTooLarge is wrapped by the errors about events beyond MaxEvent, MaxDepth
// or MaxValues.
var ErrTooLarge = errors.New("event is too large")

// SyntaxError says where an event stops being one JSON object.
type SyntaxError struct {
	Offset int // in bytes from the start of the event
	Reason string
}

// Error gives reason and offset.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("event is not a JSON object: %s at offset %d", e.Reason, e.Offset)
}

// leafKind is the JSON type of a value.
type leafKind uint8

const (
	leafNull leafKind = iota
	leafBool
	leafNumber
	leafString
	leafObject // never a leaf; only told to record
	leafArray
)

// Flags of a leaf.
const (
	flagEscape   = 1 << iota // a backslash is in the raw text
	flagWide                 // bytes above 0x7f are in the text
	flagFolded               // fold and foldLen are set
	flagText                 // text and textLen are set
	flagLongS                // the text has U+017F, see foldWide
	flagTextWide             // the unescaped text has bytes above 0x7f
	flagUnicode              // a \u escape is in the raw text
	flagSound                // the raw text is the text though bytes above 0x7f are in it
)

// leaf is one scalar of the event. Its text stays where it is in the event;
// unescaped and folded forms are made on demand and lie in the scratch buffer.
type leaf struct {
	start, end    uint32 // raw text; of a string without its quotes
	hide          uint32 // 1 + offset of the innermost object whose #text stands for it instead
	fold, foldLen uint32 // of a null fold is 1 + offset of the innermost object that it is in
	text, textLen uint32
	kind          leafKind
	flags         uint8
}

// span is one value at a place: the leaves in it.
type span struct {
	first, last int32  // leaves
	start       uint32 // 1 + offset of the value
	next        int32  // next value at the same place, or -1
}

// rootAt is an object of a root: 1 + its offset, and where its name lies.
type rootAt struct{ at, key, keyEnd uint32 }

// slot is what the event has at a path; only valid where gen is the matcher's.
type slot struct {
	gen        uint32
	root       rootAt // in which it was found
	head, tail int32  // spans
	rank       uint8
}

// scanner reads one event in one pass: it checks the JSON, keeps every scalar as
// a leaf and, at the paths that somebody asks for, which leaves are there.
type scanner struct {
	paths *pathTable

	ev     []byte
	gen    uint32
	leaves []leaf
	spans  []span
	slots  []slot
	found  []int32  // paths that the event has
	roots  []rootAt // per root, its object that the scan is in, or was in last
	key    []byte   // a name without escapes and spaces
	inside uint32   // 1 + offset of the innermost object that the scan is in
	err    error
}

func newScanner(p *pathTable) scanner {
	return scanner{paths: p, slots: make([]slot, len(p.paths)), roots: make([]rootAt, len(p.rootNames))}
}

// scan reads the event. Earlier results are gone.
func (s *scanner) scan(ev []byte) error {
	s.reset()
	s.ev = ev
	if len(ev) > MaxEvent {
		return fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, len(ev), MaxEvent)
	}
	s.err, s.inside = nil, 0
	i := s.space(0)
	if s.peek(i) != '{' {
		s.fail(i, "no object starts")
		return s.err
	}
	i = s.value(i, startState, 0)
	if i < 0 {
		return s.err
	}
	if i = s.space(i); i != len(ev) {
		s.fail(i, "more text follows the object")
	}
	return s.err
}

// reset forgets the last event, and buffers that an unusual one made large.
func (s *scanner) reset() {
	if cap(s.leaves) > 1<<14 {
		s.leaves = nil
	}
	if cap(s.spans) > 1<<14 {
		s.spans = nil
	}
	s.leaves, s.spans, s.found = s.leaves[:0], s.spans[:0], s.found[:0]
	if s.gen++; s.gen == 0 { // after 2^32 events stale slots would look fresh
		clear(s.slots)
		s.gen = 1
	}
}

func (s *scanner) fail(i int, reason string) int {
	if s.err == nil {
		s.err = &SyntaxError{Offset: i, Reason: reason}
	}
	return -1
}

// peek is the byte at i, 0 behind the end.
func (s *scanner) peek(i int) byte {
	if uint(i) < uint(len(s.ev)) {
		return s.ev[i]
	}
	return 0
}

func (s *scanner) space(i int) int {
	for uint(i) < uint(len(s.ev)) {
		if c := s.ev[i]; c > ' ' || c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			break
		}
		i++
	}
	return i
}
