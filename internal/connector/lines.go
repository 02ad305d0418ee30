package connector

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"frostgate.io/frostgate/internal/fault"
)

// lineReader cuts an input into lines of bounded length.
type lineReader struct {
	br   *bufio.Reader
	max  int
	line int64  // number of the line last returned
	long []byte // a line longer than br's buffer; reused
}

// next returns the next line that is not blank, without its end and good until
// the next call. A line over the limit is a *LineError; what follows is read on.
func (l *lineReader) next() ([]byte, error) {
	for {
		line, err := l.read()
		if err != nil {
			return nil, err
		}
		if l.line == 1 {
			line = bytes.TrimPrefix(line, []byte(utf8BOM))
		}
		if line = bytes.TrimRight(line, " \t\r\n"); len(line) > 0 {
			return line, nil
		}
	}
}

func (l *lineReader) read() ([]byte, error) {
	part, err := l.br.ReadSlice('\n')
	if len(part) == 0 && err != nil {
		return nil, err
	}
	l.line++
	if err == nil && len(part) <= l.max+1 {
		return part, nil
	}
	l.long = l.long[:0]
	total := 0
	for {
		total += len(part)
		if total <= l.max+1 {
			l.long = append(l.long, part...)
		}
		if err == nil || errors.Is(err, io.EOF) {
			break
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return nil, err
		}
		part, err = l.br.ReadSlice('\n')
	}
	if total > l.max+1 || total == l.max+1 && l.long[total-1] != '\n' {
		return nil, reject(l.line, "line is longer than %d bytes", l.max)
	}
	return l.long, nil
}

// byLine drives a LineParser over an input.
type byLine struct {
	in    lineReader
	parse LineParser
}

// Next returns the record of the next line that is not blank.
func (p *byLine) Next() (Record, error) {
	line, err := p.in.next()
	var bad *LineError
	switch {
	case err == nil:
	case errors.Is(err, io.EOF), errors.As(err, &bad):
		return Record{}, err
	default:
		return Record{}, fault.Wrap(fault.Invalid, err, "read on after line %d", p.in.line)
	}
	return p.parse.ParseLine(line, p.in.line)
}
