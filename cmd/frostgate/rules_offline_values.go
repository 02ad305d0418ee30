package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// lenient reads JSON as matching does: whatever can be told apart counts.
func lenient(r io.Reader) *jsontext.Decoder {
	return jsontext.NewDecoder(r, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// isTrailFile reports whether a text begins as CloudTrail delivers files.
func isTrailFile(text []byte) bool {
	dec := lenient(bytes.NewReader(text))
	if tok, err := dec.ReadToken(); err != nil || tok.Kind() != '{' {
		return false
	}
	tok, err := dec.ReadToken()
	return err == nil && tok.String() == "Records" && dec.PeekKind() == '['
}

// isSpread reports whether a text is JSON that is not one object a line: an array
// of events, or objects laid out for people. A line that is merely broken is
// none.
func isSpread(text []byte) bool {
	if len(text) > 0 && text[0] == '[' {
		return true
	}
	line, _, whole := bytes.Cut(text, []byte{'\n'})
	if !whole {
		return false
	}
	_, err := lenient(bytes.NewReader(line)).ReadValue()
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		return false
	}
	// A line that was cut off is followed by another object, one that goes on is not.
	_, rest, _ := bytes.Cut(text, []byte{'\n'})
	rest = bytes.TrimLeft(rest, " \t\r\n")
	return len(rest) > 0 && rest[0] != '{'
}

// eventValues are JSON values one after the other, however they are laid out:
// the elements of outer arrays, and of the member Records of CloudTrail files,
// are events of their own.
type eventValues struct {
	dec    *jsontext.Decoder
	in     *metered
	trail  bool // outer objects are CloudTrail files
	record int64
}

func newEventValues(br *bufio.Reader, trail bool) *eventValues {
	in := &metered{r: br}
	return &eventValues{in: in, dec: lenient(in), trail: trail}
}

func (e *eventValues) next() (int64, []byte, error) {
	for {
		e.in.left = maxEvent
		event, err := e.step()
		if err != nil || event != nil {
			return e.record, event, e.explained(err)
		}
	}
}

// step goes past one token, or over one event, which it returns.
func (e *eventValues) step() ([]byte, error) {
	kind, depth := e.dec.PeekKind(), e.dec.StackDepth()
	outer, _ := e.dec.StackIndex(depth)
	switch {
	case depth == 0 && (kind == '[' || e.trail && kind == '{'), kind == ']', kind == '}':
		_, err := e.dec.ReadToken()
		return nil, err
	case outer == '{': // of a CloudTrail file
		name, err := e.dec.ReadToken()
		if err != nil {
			return nil, err
		}
		if name.String() == "Records" && e.dec.PeekKind() == '[' {
			_, err = e.dec.ReadToken()
			return nil, err
		}
		return nil, e.dec.SkipValue()
	}
	e.record++
	return e.dec.ReadValue()
}

// explained says where an error is.
func (e *eventValues) explained(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	return fmt.Errorf("in or after record %d: %w", max(e.record, 1), err)
}

// metered stops an input that gives no end of one event.
type metered struct {
	r    io.Reader
	left int
}

// Read reads while the event may go on.
func (m *metered) Read(p []byte) (int, error) {
	if m.left <= 0 {
		return 0, fmt.Errorf("an event is longer than %d bytes", maxEvent)
	}
	n, err := m.r.Read(p)
	m.left -= n
	return n, err
}
