package source

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// format is how a file's text is written.
type format int

const (
	unknownFormat format = iota
	jsonFormat
	yamlFormat
	linesFormat
)

// formatOf goes by a file's name.
func formatOf(name string) format {
	name = strings.TrimSuffix(strings.ToLower(name), ".gz")
	switch path.Ext(name) {
	case ".json":
		return jsonFormat
	case ".yaml", ".yml":
		return yamlFormat
	case ".ndjson", ".jsonl":
		return linesFormat
	}
	return unknownFormat
}

// Stream reads what comes in without a name: NDJSON as it arrives, one JSON
// document, or YAML.
func Stream(ctx context.Context, in io.Reader, name string, opt Options, sink Sink) (*Summary, error) {
	r, err := newReading(opt, sink)
	if err != nil {
		return nil, err
	}
	return &r.sum, r.single(ctx, in, name)
}

// single reads one file as if it were a folder of its own: read to its end it
// is the whole observation.
func (r *reading) single(ctx context.Context, in io.Reader, name string) error {
	r.sum.Files++
	r.alone = true
	place := name
	if r.opt.As != "" {
		place = r.opt.As
	}
	if err := r.content(ctx, in, place, formatOf(name)); err != nil {
		return err
	}
	if r.cut {
		return nil
	}
	return r.sink.Folder(".")
}

// content reads a file. What is wrong with the file is a failure, its error
// would be the sink's or the context's.
func (r *reading) content(ctx context.Context, in io.Reader, place string, f format) error {
	br, err := open(in)
	if err == nil {
		err = r.dispatch(ctx, br, place, f)
	}
	var bad *broken
	if errors.As(err, &bad) {
		r.cut = true
		return r.fail(place, r.typeOf(path.Dir(place)), bad.reason)
	}
	return err
}

// broken is an error of a file as a whole, unlike those of sinks.
type broken struct{ reason string }

func (b *broken) Error() string { return b.reason }

func brokenf(format string, args ...any) error { return &broken{fmt.Sprintf(format, args...)} }

// open gives a file's text in UTF-8, unpacked. UTF-8 is not checked here: of
// lines only the bad ones are lost.
func open(in io.Reader) (*bufio.Reader, error) {
	br := bufio.NewReaderSize(in, 64<<10)
	if head, _ := br.Peek(2); hasPrefix(head, 0x1f, 0x8b) {
		z, err := gzip.NewReader(br)
		if err != nil {
			return nil, brokenf("damaged gzip: %v", err)
		}
		br = bufio.NewReaderSize(z, 64<<10)
	}
	head, err := br.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, brokenf("the file can't be read: %v", err)
	}
	switch {
	case hasPrefix(head, 0xef, 0xbb, 0xbf):
		_, _ = br.Discard(3) // it was just peeked
	case hasPrefix(head, 0xff, 0xfe), hasPrefix(head, 0xfe, 0xff), len(head) >= 2 && (head[0] == 0) != (head[1] == 0):
		raw, err := readAll(br)
		if err == nil {
			raw, err = toUTF8(raw)
		}
		if err != nil {
			return nil, brokenf("%v", err)
		}
		return bufio.NewReaderSize(bytes.NewReader(raw), 64<<10), nil
	}
	return br, nil
}

// readAll reads a file of one document.
func readAll(in io.Reader) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(in, maxFile+1))
	switch {
	case err != nil:
		return nil, brokenf("the file can't be read to its end: %v", cause(err))
	case len(raw) > maxFile:
		return nil, brokenf("larger than %d MiB; NDJSON may be of any size", maxFile>>20)
	}
	return raw, nil
}

// dispatch reads text by its format; where the name says nothing its beginning
// does.
func (r *reading) dispatch(ctx context.Context, br *bufio.Reader, place string, f format) error {
	if isSnapshot(br) {
		return r.snapshot(br, place)
	}
	switch f {
	case linesFormat:
		return r.lines(ctx, nil, br, place)
	case yamlFormat:
		return r.whole(ctx, nil, br, place, r.yaml)
	}
	line, err := firstLine(br)
	if err != nil {
		return err
	}
	text := bytes.TrimSpace(line)
	switch {
	case f == unknownFormat && len(text) > 0 && text[0] != '{' && text[0] != '[':
		return r.whole(ctx, line, br, place, r.yaml)
	case len(text) > 0 && text[0] == '{' && r.parse(text) == nil && more(br):
		return r.lines(ctx, line, br, place)
	}
	return r.whole(ctx, line, br, place, r.json)
}

// whole reads a file to its end and then gives it to read.
func (r *reading) whole(ctx context.Context, head []byte, br *bufio.Reader, place string, read func(context.Context, string, []byte) error) error {
	raw, err := readAll(io.MultiReader(bytes.NewReader(head), br))
	if err == nil {
		raw, err = toUTF8(raw)
	}
	if err != nil {
		return brokenf("%v", err)
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return brokenf("the file is empty")
	}
	return read(ctx, place, raw)
}

// firstLine reads a first line, or as much of it as a line may have.
func firstLine(br *bufio.Reader) ([]byte, error) {
	var line []byte
	for len(line) <= maxLine {
		part, err := br.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case err == nil && len(bytes.TrimSpace(line)) == 0:
			continue
		case err == nil || errors.Is(err, io.EOF):
			return line, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, brokenf("the file can't be read to its end: %v", cause(err))
		}
	}
	return line, nil
}

// more says whether anything but white space follows.
func more(br *bufio.Reader) bool {
	for {
		c, err := br.ReadByte()
		if err != nil {
			return false
		}
		if c > ' ' {
			return br.UnreadByte() == nil
		}
	}
}

// snapshotHead is how every exported snapshot begins: its root document, whose
// members are in order.
const snapshotHead = `{"chunks":`

func isSnapshot(br *bufio.Reader) bool {
	head, _ := br.Peek(len(snapshotHead)) // a shorter file is none
	return string(head) == snapshotHead
}

// snapshot passes over an exported snapshot: it is an observation, not what was
// observed.
func (r *reading) snapshot(br *bufio.Reader, place string) error {
	if r.alone {
		return &SnapshotError{Body: br}
	}
	r.pass(place, "an exported snapshot, no configuration")
	return nil
}

// SnapshotError says that the file that was named is an exported snapshot.
type SnapshotError struct {
	// Body is the snapshot, unpacked, from its beginning; good as long as the file
	// is open.
	Body io.Reader
}

// Error says what the file is.
func (e *SnapshotError) Error() string {
	return "this is an exported snapshot, not an export of configuration"
}
