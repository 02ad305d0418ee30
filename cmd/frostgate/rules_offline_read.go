package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/connector"
	"frostgate.io/frostgate/internal/evtx"
)

// maxEvent is the longest event that rules match reads; a longer line costs
// itself only.
const maxEvent = 8 << 20

// headBytes is how far the kind of a file is looked for.
const headBytes = 128 << 10

// eventReader gives the events of a file as JSON with their number. The bytes are
// good until the next call. io.EOF ends it, a *badEvent is one event that can't
// be read, any other error ends the file.
type eventReader interface {
	next() (number int64, raw []byte, err error)
}

// badEvent says why one event can't be read, and which.
type badEvent struct{ error }

func (e *badEvent) Unwrap() error { return e.error }

// openEvents tells what a file is and returns its events and what their numbers
// count: "line" (1-based) of text, else "record": of EVTX the EventRecordID, of
// CloudTrail files, arrays and JSON over several lines the ordinal.
func openEvents(r io.Reader, name string) (events eventReader, unit string, err error) {
	br := bufio.NewReaderSize(r, headBytes)
	if magic, _ := br.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(br)
		if err != nil {
			return nil, "", err
		}
		br = bufio.NewReaderSize(z, headBytes)
	}
	head, err := br.Peek(headBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, "", err
	}
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		_, _ = br.Discard(3) // it was just peeked
		head = head[3:]
	}
	if bytes.HasPrefix(head, []byte("ElfFile\x00")) {
		return &eventLog{r: evtx.NewReader(br)}, "record", nil
	}
	text := bytes.TrimLeft(head, " \t\r\n")
	if len(text) > 0 && text[0] != '{' && text[0] != '[' {
		return openRecords(br, head, name)
	}
	if trail := isTrailFile(text); trail || isSpread(text) {
		return newEventValues(br, trail), "record", nil
	}
	return &eventLines{br: br}, "line", nil
}

// openRecords leaves everything that is no JSON to the connector.
func openRecords(br *bufio.Reader, head []byte, name string) (eventReader, string, error) {
	opt := connector.Options{Now: clock.System{}.Now(), MaxLine: maxEvent}
	_, kind, err := connector.Open(bytes.NewReader(head), name, "", opt)
	if err != nil {
		return nil, "", err
	}
	if kind == connector.Native || kind == connector.CloudTrail || kind == connector.WinEvent {
		return &eventLines{br: br}, "line", nil // JSON lines that begin with a broken one
	}
	parser, _, err := connector.Open(br, name, kind, opt)
	return &eventRecords{parser: parser}, "line", err
}

// eventRecords are what a connector makes of lines that are no JSON.
type eventRecords struct{ parser connector.Parser }

func (e *eventRecords) next() (int64, []byte, error) {
	rec, err := e.parser.Next()
	var bad *connector.LineError
	if errors.As(err, &bad) {
		err = &badEvent{bad}
	}
	return rec.Line, rec.Payload, err
}

// eventLog is a Windows event log.
type eventLog struct{ r *evtx.Reader }

func (e *eventLog) next() (int64, []byte, error) {
	rec, err := e.r.Next()
	var bad *evtx.RecordError
	if errors.As(err, &bad) {
		err = &badEvent{bad}
	}
	return int64(rec.ID), rec.JSON, err //nolint:gosec // as large as the log says
}

// eventLines is one JSON object a line.
type eventLines struct {
	br   *bufio.Reader
	line int64
	long []byte // a line longer than the buffer
}

func (e *eventLines) next() (int64, []byte, error) {
	for {
		raw, err := e.read()
		if err != nil {
			return e.line, nil, err
		}
		if raw = bytes.TrimSpace(raw); len(raw) > 0 {
			return e.line, raw, nil
		}
	}
}

func (e *eventLines) read() ([]byte, error) {
	part, err := e.br.ReadSlice('\n')
	if len(part) == 0 && err != nil {
		return nil, err
	}
	e.line++
	if err == nil {
		return part, nil
	}
	e.long = e.long[:0]
	total := 0
	for {
		if total += len(part); total <= maxEvent {
			e.long = append(e.long, part...)
		}
		if err == nil || errors.Is(err, io.EOF) {
			break
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return nil, err
		}
		part, err = e.br.ReadSlice('\n')
	}
	if total > maxEvent {
		return nil, &badEvent{fmt.Errorf("line %d: longer than %d bytes", e.line, maxEvent)}
	}
	return e.long, nil
}
