package connector

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"

	"frostgate.io/frostgate/internal/fault"
)

// readBuffer is also how far detection looks.
const readBuffer = 128 << 10

const utf8BOM = "\xef\xbb\xbf"

// Open returns the parser for r. An empty kind is detected from the first bytes;
// gzip is unwrapped either way. The name is for messages only. The error is a
// *fault.Error that names the known kinds when none fits.
func Open(r io.Reader, name string, kind Kind, opt Options) (Parser, Kind, error) {
	opt = opt.withDefaults()
	br, err := unwrap(r, name)
	if err != nil {
		return nil, "", err
	}
	head, err := br.Peek(readBuffer)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, "", fault.Wrap(fault.Invalid, err, "read %s", name)
	}
	if kind == "" {
		if kind, err = detect(head, name); err != nil {
			return nil, "", err
		}
	}
	if kind == CloudTrail && isWrapped(head) {
		_, _ = br.Discard(len(head) - len(bytes.TrimPrefix(head, []byte(utf8BOM))))
		return newTrailFile(br, opt), kind, nil
	}
	if kind == EVTX {
		if !isEventLog(head) {
			return nil, "", fault.New(fault.Invalid, "%s is no EVTX file: it does not begin with ElfFile", name)
		}
		p, err := newEventLog(br, opt)
		return p, kind, err
	}
	lines, err := OpenLines(kind, opt)
	if err != nil {
		return nil, "", err
	}
	return &byLine{in: lineReader{br: br, max: opt.MaxLine}, parse: lines}, kind, nil
}

// OpenLines returns the parser of single lines for a kind; the lines of a tail.
func OpenLines(kind Kind, opt Options) (LineParser, error) {
	opt = opt.withDefaults()
	kinds := map[Kind]func(Options) (LineParser, error){
		Native:     newNative,
		CloudTrail: newTrailLines,
		AuthLog:    newAuthLog,
		WinEvent:   newWinEvent,
		EVTX:       noTail,
		JSONLog:    newJSONLog,
	}
	open, ok := kinds[kind]
	if !ok {
		return nil, fault.New(fault.Invalid, "unknown format %q; known: %s", kind, kindNames()).At("format")
	}
	return open(opt)
}

// unwrap returns a buffered reader of the plain bytes, whatever is around them.
func unwrap(r io.Reader, name string) (*bufio.Reader, error) {
	br := bufio.NewReaderSize(r, readBuffer)
	magic, err := br.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fault.Wrap(fault.Invalid, err, "read %s", name)
	}
	if len(magic) < 2 || magic[0] != 0x1f || magic[1] != 0x8b {
		return br, nil
	}
	zr, err := gzip.NewReader(br)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "%s looks like gzip but is not", name)
	}
	return bufio.NewReaderSize(zr, readBuffer), nil
}
