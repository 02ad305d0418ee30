package agent

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/connector"
)

// quietPolls is how many polls a rotated file must stay still before the tail
// leaves it: its writer may hold it open for a moment after the rename.
const quietPolls = 2

// firstRead is the read buffer at first; it grows up to the longest line.
const firstRead = 64 << 10

// tail follows one path through rotation and truncation. It is used by one
// goroutine.
type tail struct {
	path   string
	open   func() (connector.LineParser, error) // a parser at the start of a file
	warm   int64                                // bytes before the place that a parser is led through after a restart
	max    int
	stats  *Stats
	reject func(path string, err error)

	file    *os.File // nil: nothing to read at the moment
	id      identity
	parser  connector.LineParser
	offset  int64
	skip    bool // inside a line that is too long
	line    int64
	quiet   int
	leaving bool // there is another file to go on with
	buf     []byte
}

// resume continues at a saved position, wherever that file is by now.
func (t *tail) resume(p position) error {
	name, err := t.find(p)
	if err != nil {
		return err
	}
	if name == "" {
		t.stats.Missing++
		return nil
	}
	if err := t.openFile(name); err != nil || t.file == nil {
		return err
	}
	return t.warmUp(p)
}

// find looks for the file of a position: under its path, then among what
// rotation may have made of it. A copy (copytruncate) has its bytes but not its
// inode. A file that is shorter than the place is another one.
func (t *tail) find(p position) (string, error) {
	names, err := t.siblings()
	if err != nil {
		return "", err
	}
	copied := ""
	for _, name := range append([]string{t.path}, names...) {
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		same, rerr := p.File.begins(f)
		info, serr := f.Stat()
		f.Close()
		if rerr != nil || serr != nil || !same || info.Size() < p.Offset {
			continue
		}
		if dev, ino := inode(info); dev == p.File.Dev && ino == p.File.Inode {
			return name, nil
		}
		if p.File.Len > 0 && copied == "" {
			copied = name
		}
	}
	return copied, nil
}

// siblings lists the rotated forms of the path (auth.log.1, auth.log-20260301),
// the oldest first. Compressed ones are left out: what is compressed was full
// when the tail passed.
func (t *tail) siblings() ([]string, error) {
	entries, err := os.ReadDir(filepath.Dir(t.path))
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return nil, err
	}
	type aged struct {
		name string
		at   int64
	}
	var found []aged
	base := filepath.Base(t.path)
	for _, e := range entries {
		if suffix, ok := strings.CutPrefix(e.Name(), base); !ok || !rotated(suffix) {
			continue
		}
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		found = append(found, aged{filepath.Join(filepath.Dir(t.path), e.Name()), info.ModTime().UnixNano()})
	}
	slices.SortFunc(found, func(a, b aged) int {
		switch {
		case a.at < b.at:
			return -1
		case a.at > b.at:
			return 1
		}
		// auth.log.2 is older than auth.log.1.
		return strings.Compare(b.name, a.name)
	})
	names := make([]string, len(found))
	for i, f := range found {
		names[i] = f.name
	}
	return names, nil
}

// rotated tells what rotation appends: a number or a date.
func rotated(suffix string) bool {
	return len(suffix) > 1 && strings.ContainsAny(suffix[:1], ".-_") && suffix[1]-'0' <= 9 &&
		strings.Trim(suffix, "0123456789-_.T") == ""
}

// openFile opens a file at its start; none leaves the tail without a file.
func (t *tail) openFile(name string) error {
	t.close()
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		t.leaving = false
		return nil
	}
	if err != nil {
		return err
	}
	id, err := identify(f)
	if err == nil {
		t.parser, err = t.open()
	}
	if err != nil {
		f.Close()
		return err
	}
	t.file, t.id = f, id
	return nil
}

func (t *tail) close() {
	if t.file != nil {
		t.file.Close()
	}
	t.file, t.id, t.offset, t.skip, t.line, t.quiet = nil, identity{}, 0, false, 0, 0
}

// warmUp leads the parser through what comes before the position, so that it
// counts on where it was.
func (t *tail) warmUp(p position) error {
	if t.offset = max(0, p.Offset-t.warm); t.offset > 0 {
		t.skip = true // probably in the middle of a line
	}
	_, err := t.cut(p.Offset, func(line []byte, n int64) bool {
		t.parse(line, n, nil)
		return true
	})
	t.offset, t.skip = p.Offset, p.Skipping
	return err
}

func (t *tail) position() position {
	return position{File: t.id, Offset: t.offset, Skipping: t.skip}
}

// poll reads up to limit events and gives them to emit. It returns how many
// lines it passed; less than limit means that the tail is at the end for now.
func (t *tail) poll(limit int, emit func(request []byte)) (lines int, err error) {
	if t.file == nil {
		if err := t.openFile(t.path); err != nil || t.file == nil {
			return 0, err
		}
	}
	if err := t.checkTruncated(); err != nil || t.file == nil {
		return 0, err
	}
	grew, err := t.cut(-1, func(line []byte, n int64) bool {
		lines++
		t.parse(line, n, emit)
		return lines < limit
	})
	if err != nil {
		return lines, err
	}
	if err := t.refreshIdentity(); err != nil {
		return lines, err
	}
	if lines > 0 || grew {
		t.quiet = 0
		return lines, nil
	}
	return t.leaveWhenRotated(emit)
}

// refreshIdentity lengthens the fingerprint of a file that was short.
func (t *tail) refreshIdentity() error {
	if t.id.Len >= printLen {
		return nil
	}
	id, err := identify(t.file)
	if err != nil {
		return err
	}
	// Unless the file was emptied at this very moment, which the next poll sees.
	same, err := t.id.begins(t.file)
	if same {
		t.id = id
	}
	return err
}

// checkTruncated starts over when the file was emptied, also when it is already
// filled again beyond the place.
func (t *tail) checkTruncated() error {
	info, err := t.file.Stat()
	if err != nil {
		return err
	}
	same, err := t.id.begins(t.file)
	if err != nil {
		return err
	}
	if same && info.Size() >= t.offset {
		return nil
	}
	t.stats.Truncations++
	// copytruncate may have copied lines that were not read yet.
	p := t.position()
	name, err := t.find(p)
	if err != nil {
		return err
	}
	if name == "" || name == t.path {
		return t.openFile(t.path)
	}
	if err := t.openFile(name); err != nil || t.file == nil {
		return err
	}
	return t.warmUp(p)
}

// leaveWhenRotated goes on to the next file once this one is not the path's any
// more and stays still. A last line without a newline is a line then.
func (t *tail) leaveWhenRotated(emit func([]byte)) (lines int, err error) {
	mine, err := t.file.Stat()
	if err != nil {
		return 0, err
	}
	next, err := t.successor(mine)
	if err != nil {
		return 0, err
	}
	t.leaving = next != ""
	if t.quiet++; !t.leaving || t.quiet < quietPolls {
		return 0, nil
	}
	if rest := make([]byte, min(int64(t.max)+1, max(0, mine.Size()-t.offset))); len(rest) > 0 && !t.skip {
		n, err := t.file.ReadAt(rest, t.offset)
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		lines++
		t.offset += int64(n)
		t.parse(rest[:n], t.line+1, emit)
	}
	t.stats.Rotations++
	return lines, t.openFile(next)
}

// successor names the file that came after this one: the next younger rotated
// one, else the path; empty when this one is still the path's or nothing is there.
func (t *tail) successor(mine os.FileInfo) (string, error) {
	now, err := os.Stat(t.path)
	switch {
	case err == nil && os.SameFile(mine, now):
		return "", nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", err
	}
	names, serr := t.siblings()
	if serr != nil {
		return "", serr
	}
	for i, name := range names {
		if info, err := os.Stat(name); err == nil && os.SameFile(mine, info) && i+1 < len(names) {
			return names[i+1], nil
		}
	}
	if err != nil {
		return "", nil // renamed, and nothing new yet
	}
	return t.path, nil
}

// cut passes whole lines from the offset on to each, which says whether to go on,
// up to the end of the file or to the given place (-1: none). grew tells that it
// passed bytes.
func (t *tail) cut(until int64, each func(line []byte, number int64) bool) (grew bool, err error) {
	if t.buf == nil {
		t.buf = make([]byte, min(firstRead, t.max+1))
	}
	for {
		buf := t.buf
		if until >= 0 {
			buf = buf[:min(int64(len(buf)), max(0, until-t.offset))]
		}
		n, err := t.file.ReadAt(buf, t.offset)
		if err != nil && !errors.Is(err, io.EOF) {
			return grew, err
		}
		data := buf[:n]
		for {
			end := bytes.IndexByte(data, '\n')
			if end < 0 {
				break
			}
			line := data[:end]
			data = data[end+1:]
			first := t.offset == 0
			t.offset += int64(end) + 1
			t.line++
			grew = true
			if t.skip {
				t.skip = false
				continue
			}
			if first {
				line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
			}
			if !each(line, t.line) {
				return grew, nil
			}
		}
		switch {
		case n < len(t.buf): // the end: what is left waits for its newline
			return grew, nil
		case len(data) < n: // lines came out; read on behind them
		case len(t.buf) <= t.max:
			t.buf = make([]byte, min(2*len(t.buf), t.max+1))
		default:
			if !t.skip && until < 0 {
				t.stats.Bad++
				t.reject(t.path, errLong)
			}
			t.skip, grew = true, true
			t.offset += int64(n)
		}
	}
}

var errLong = errors.New("a line is too long and is left out")

// parse turns a line into a request; without emit it only leads the parser on.
// Lines are trimmed as the connector trims them for whole files, so that both
// give the same IDs.
func (t *tail) parse(line []byte, number int64, emit func(request []byte)) {
	line = bytes.TrimRight(line, " \t\r\n")
	if len(line) == 0 {
		return
	}
	rec, err := t.parser.ParseLine(line, number)
	if emit == nil {
		return
	}
	t.stats.Lines++
	if err != nil {
		t.stats.Bad++
		t.reject(t.path, err)
		return
	}
	emit(rec.AppendRequest(nil))
}
