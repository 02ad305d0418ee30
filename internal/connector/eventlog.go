package connector

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"frostgate.io/frostgate/internal/evtx"
	"frostgate.io/frostgate/internal/fault"
)

// eventLog reads a Windows event log file (EVTX): each record becomes the line of
// JSON that evtx_dump would make of it, and goes the way of such lines (winEvent).
// Record.Line is the ordinal in the file, damaged places included.
type eventLog struct {
	in    *evtx.Reader
	parse LineParser
}

// isEventLog knows EVTX by its signature.
func isEventLog(head []byte) bool { return bytes.HasPrefix(head, []byte("ElfFile\x00")) }

func newEventLog(r io.Reader, opt Options) (Parser, error) {
	parse, err := newWinEvent(opt)
	if err != nil {
		return nil, err
	}
	return &eventLog{in: evtx.NewReader(r), parse: parse}, nil
}

// noTail refuses lines of a kind that has none.
func noTail(Options) (LineParser, error) {
	return nil, fault.New(fault.Invalid, "%s is a binary format without lines to follow: send the file with frostgate ingest", EVTX).At("format")
}

// Next returns the record of the next event.
func (p *eventLog) Next() (Record, error) {
	rec, err := p.in.Next()
	var damage *evtx.RecordError
	switch {
	case errors.As(err, &damage):
		return Record{}, &LineError{Line: p.in.Number(), Reason: damage.Error()}
	case errors.Is(err, io.EOF):
		return Record{}, io.EOF
	case err != nil:
		return Record{}, fault.Wrap(fault.Invalid, err, "read on after record %d", p.in.Number())
	}
	out, err := p.parse.ParseLine(rec.JSON, rec.Number)
	var bad *LineError
	if errors.As(err, &bad) {
		bad.Reason = fmt.Sprintf("byte %d, record %d: %s", rec.Offset, rec.ID, bad.Reason)
	}
	return out, err
}
