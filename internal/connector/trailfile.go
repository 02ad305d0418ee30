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
			return f.value(c)
		default:
			return nil, fault.New(fault.InvalidJSON, "unexpected %q", rune(c))
		}
	}
}

// member reads a member of the outer object; only Records is gone into.
func (f *trailFile) member() error {
	key, err := f.value('"')
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
	_, err = f.value(c)
	var long *LineError
	if errors.As(err, &long) { // of no interest, however long
		return nil
	}
	return err
}

// value reads one JSON value whose first byte was c. The bytes are good until
// the next call; more than max of them are read but not kept.
func (f *trailFile) value(c byte) ([]byte, error) {
	f.buf = f.buf[:0]
	depth, text, escaped, length := 0, false, false, 0
	for {
		if length++; length <= f.max {
			f.buf = append(f.buf, c)
		}
		switch {
		case escaped:
			escaped = false
		case text && c == '\\':
			escaped = true
		case c == '"':
			text = !text
		case text:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
		if depth <= 0 && !text {
			if c == '"' || c == '}' || c == ']' || f.atScalarEnd() {
				break
			}
		}
		var err error
		if c, err = f.br.ReadByte(); err != nil {
			return nil, err
		}
	}
	if length > f.max {
		return nil, reject(f.number, "record is longer than %d bytes", f.max)
	}
	return f.buf, nil
}

// atScalarEnd reports whether the number or literal being read ends here.
func (f *trailFile) atScalarEnd() bool {
	next, err := f.br.Peek(1)
	if err != nil {
		return true
	}
	switch next[0] {
	case ',', ']', '}', ' ', '\t', '\r', '\n':
		return true
	}
	return false
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
