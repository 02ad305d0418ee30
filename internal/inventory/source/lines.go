package source

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/jsondoc"
)

// numbered names the nth document of a file that holds several. An object with
// the bare name of a file is the only one in it: that may be its identity.
func numbered(place string, n int) string { return place + "#" + strconv.Itoa(n) }

// lines reads NDJSON: a bad line costs nothing but itself. first was read from
// br already; it may be nil.
func (r *reading) lines(ctx context.Context, first []byte, br *bufio.Reader, place string) error {
	l := &lineReader{br: br}
	seen, n := 0, bytes.Count(first, []byte("\n")) // blank lines count too
	if first != nil {
		if n == 0 {
			n = 1
		}
		seen++
		if err := r.line(fmt.Sprintf("%s:%d", place, n), bytes.TrimSpace(first)); err != nil {
			return err
		}
	}
	for {
		n++
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		text, whole, err := l.next()
		if errors.Is(err, io.EOF) {
			break
		}
		at := fmt.Sprintf("%s:%d", place, n)
		switch {
		case errors.Is(err, errLong):
			err = r.fail(at, r.typeOf(path.Dir(place)), err.Error())
		case err != nil:
			return brokenf("the file can't be read to its end: %v", cause(err))
		case len(text) == 0:
			continue
		case !whole && r.parse(text) != nil:
			r.cut = true
			err = r.fail(at, r.typeOf(path.Dir(place)), "the file ends in the middle of a line")
		default:
			err = r.line(at, text)
		}
		seen++
		if err != nil {
			return err
		}
	}
	if seen == 0 {
		return brokenf("the file is empty")
	}
	return nil
}

// line takes one line: an object, or what the source says about its reading.
func (r *reading) line(place string, text []byte) error {
	if !utf8.Valid(text) {
		return r.fail(place, r.typeOf(path.Dir(place)), fmt.Sprintf("no valid UTF-8 at byte %d", firstInvalid(text)))
	}
	if err := r.parse(text); err != nil {
		return r.bad(place, text, err)
	}
	root := r.doc.Root()
	if root.Kind() == jsondoc.Object && root.Len() == 1 {
		if done, err := r.note(place, root); done {
			return err
		}
	}
	r.objects++
	return r.parsed(place, text)
}

// note takes the lines of an upload that are no objects.
func (r *reading) note(place string, root jsondoc.Value) (done bool, err error) {
	text := func(v jsondoc.Value, name string) string { s, _ := v.Get(name).Str(); return s }
	if v := root.Get("failed"); v.Kind() == jsondoc.Object {
		if p := text(v, "place"); p != "" {
			place = p
		}
		return true, r.fail(place, text(v, "type"), text(v, "reason"))
	}
	if v := root.Get("coverage"); v.Kind() == jsondoc.Object {
		c := manifest.Coverage{Type: text(v, "type"), Status: manifest.Status(text(v, "status")), Error: text(v, "error")}
		switch c.Status {
		case manifest.Complete, manifest.Partial, manifest.Failed, manifest.Skipped:
			return true, r.sink.Cover(c)
		}
		return true, fault.New(fault.Invalid, "%s: the coverage %q is none of complete, partial, failed, skipped", place, c.Status)
	}
	if folder, ok := root.Get("folder").Str(); ok {
		return true, r.sink.Folder(folder)
	}
	if v := root.Get("end"); v.Kind() == jsondoc.Object {
		if n, ok := v.Get("objects").Int64(); ok && n != r.objects {
			return true, fault.New(fault.Invalid, "%s: the stream says that it holds %d objects, %d were read", place, n, r.objects)
		}
		return true, nil
	}
	return false, nil
}

var errLong = fmt.Errorf("a line longer than %d bytes", maxLine)

// lineReader gives lines in bounded memory.
type lineReader struct {
	br   *bufio.Reader
	long []byte
}

// next gives a line without its end; whole says that it had one. A line that is
// too long is read over.
func (l *lineReader) next() (text []byte, whole bool, err error) {
	part, err := l.br.ReadSlice('\n')
	if err == nil {
		return bytes.TrimSpace(part), true, nil
	}
	total := 0
	l.long = l.long[:0]
	for {
		if total += len(part); total <= maxLine {
			l.long = append(l.long, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			break
		}
		part, err = l.br.ReadSlice('\n')
	}
	switch {
	case err != nil && (!errors.Is(err, io.EOF) || total == 0):
		return nil, false, err
	case total > maxLine:
		return nil, err == nil, errLong
	}
	return bytes.TrimSpace(l.long), err == nil, nil
}
