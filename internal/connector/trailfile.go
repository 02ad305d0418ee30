package connector

import (
	"bufio"
	"errors"
	"io"

	"frostgate.io/frostgate/internal/fault"
)

// trailFile cuts {"Records":[...]} into records without holding the file. It
// finds their ends by brackets and strings only; each record is then parsed
// strictly by itself, so a broken one costs only itself. Files that follow each
// other without a gap are read on.
type trailFile struct {
	br     *bufio.Reader
	trail  *trail
	max    int
	place  trailPlace
	number int64 // ordinal of the record
	buf    []byte
	end    error // what every further call returns
}

// trailPlace is where in the file the reader stands.
type trailPlace int

const (
	betweenFiles trailPlace = iota
	betweenMembers
	betweenRecords
)

func newTrailFile(br *bufio.Reader, opt Options) *trailFile {
	return &trailFile{br: br, trail: newTrail(opt), max: opt.MaxLine}
}

// Next returns the next record.
func (f *trailFile) Next() (Record, error) {
	if f.end != nil {
		return Record{}, f.end
	}
	raw, err := f.record()
	if err == nil {
		return f.trail.ParseLine(oneLine(raw), f.number)
	}
	var bad *LineError
	if errors.As(err, &bad) {
		return Record{}, bad
	}
	f.end = err
	if errors.Is(err, io.EOF) && f.place != betweenFiles {
		f.end = io.EOF
		return Record{}, reject(max(f.number, 1), "the input ends inside a CloudTrail file, in or after record %d", f.number)
	}
	if !errors.Is(err, io.EOF) {
		f.end = fault.Wrap(fault.Invalid, err, "read CloudTrail file after record %d", f.number)
	}
	return Record{}, f.end
}

// record walks to the next record and returns its bytes.
func (f *trailFile) record() ([]byte, error) {
	for {
		c, err := f.token()
		if err != nil {
			return nil, err
		}
		switch {
		case f.place == betweenFiles && c == '{':
			f.place = betweenMembers
		case f.place == betweenMembers && c == '}':
			f.place = betweenFiles
		case f.place == betweenMembers && c == '"':
			if err := f.member(); err != nil {
				return nil, err
			}
		case f.place == betweenRecords && c == ']':
			f.place = betweenMembers
		case f.place != betweenFiles && c == ',':
		case f.place == betweenRecords:
			f.number++
			return f.value()
		default:
			return nil, fault.New(fault.InvalidJSON, "unexpected %q", rune(c))
		}
	}
}

// member reads a member of the outer object; only Records is gone into.
func (f *trailFile) member() error {
	key, err := f.value()
	if err != nil {
		return err
	}
	records := string(key) == `"Records"`
	c, err := f.token()
	if err == nil && c != ':' {
		err = fault.New(fault.InvalidJSON, "unexpected %q after a member name", rune(c))
	}
	if err != nil {
		return err
	}
	if c, err = f.token(); err != nil {
		return err
	}
	if records && c == '[' {
		f.place = betweenRecords
		return nil
	}
	_, err = f.value()
	var long *LineError
	if errors.As(err, &long) { // of no interest, however long
		return nil
	}
	return err
}

// value reads one JSON value whose first byte has just been read. The bytes are
// good until the next call; more than max of them are read but not kept.
func (f *trailFile) value() ([]byte, error) {
	if err := f.br.UnreadByte(); err != nil {
		return nil, err
	}
	f.buf = f.buf[:0]
	var scan valueScan
	length := 0
	for done := false; !done; {
		chunk, err := f.br.Peek(max(1, f.br.Buffered()))
		if len(chunk) == 0 {
			if scan.scalar && errors.Is(err, io.EOF) {
				break
			}
			return nil, err
		}
		var n int
		n, done = scan.over(chunk)
		if length += n; length <= f.max {
			f.buf = append(f.buf, chunk[:n]...)
		}
		_, _ = f.br.Discard(n)
	}
	if length > f.max {
		return nil, reject(f.number, "record is longer than %d bytes", f.max)
	}
	return f.buf, nil
}

// valueScan finds the end of a JSON value that comes in chunks.
type valueScan struct {
	depth         int
	text, escaped bool
	scalar        bool // a number or literal outside of everything
}

// over returns how many bytes of the chunk belong to the value and whether it ends
// there.
func (s *valueScan) over(chunk []byte) (n int, done bool) {
	for i := 0; i < len(chunk); i++ {
		c := chunk[i]
		if s.escaped {
			s.escaped = false
			continue
		}
		if s.text {
			if c == '\\' {
				s.escaped = true
			} else if c == '"' {
				if s.text = false; s.depth == 0 {
					return i + 1, true
				}
			}
			continue
		}
		switch c {
		case '"':
			s.text = true
		case '{', '[':
			s.depth++
		case '}', ']':
			if s.scalar {
				return i, true
			}
			if s.depth--; s.depth <= 0 {
				return i + 1, true
			}
		case ',', ' ', '\t', '\r', '\n':
			if s.scalar {
				return i, true
			}
		default:
			s.scalar = s.scalar || s.depth == 0
		}
	}
	return len(chunk), false
}

// token returns the next byte that is not white space.
func (f *trailFile) token() (byte, error) {
	for {
		c, err := f.br.ReadByte()
		if err != nil || c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return c, err
		}
	}
}
