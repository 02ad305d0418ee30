package agent

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// spool keeps batches on disk, in order, while the server is away. A batch is a
// file "<number>.ndjson": a header line with the SHA-256 of the rest, then the
// requests. It is used by one goroutine.
type spool struct {
	dir   string
	max   int64 // bytes
	keep  bool  // let nothing go; the reader pauses instead
	files []spoolFile
	bytes int64
	next  uint64
	stats *Stats
}

type spoolFile struct {
	number uint64
	size   int64
}

const (
	spoolHeader = "frostgate-spool/1 "
	spoolExt    = ".ndjson"
)

// openSpool finds what an earlier run left. Half-written files are under another
// name and go away.
func openSpool(dir string, maxBytes int64, stats *Stats) (*spool, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	s := &spool{dir: dir, max: maxBytes, next: 1, stats: stats}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".tmp") {
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
				return nil, err
			}
			continue
		}
		base, ok := strings.CutSuffix(e.Name(), spoolExt)
		n, err := strconv.ParseUint(base, 10, 64)
		if !ok || err != nil {
			continue
		}
		info, err := e.Info()
		if err != nil {
			return nil, err
		}
		s.files = append(s.files, spoolFile{n, info.Size()})
		s.bytes += info.Size()
		s.next = max(s.next, n+1)
	}
	slices.SortFunc(s.files, func(a, b spoolFile) int { return cmp.Compare(a.number, b.number) })
	s.count()
	return s, nil
}

func (s *spool) path(n uint64) string {
	return filepath.Join(s.dir, fmt.Sprintf("%020d%s", n, spoolExt))
}

func (s *spool) count() { s.stats.SpoolBatches, s.stats.SpoolBytes = len(s.files), s.bytes }

func (s *spool) empty() bool { return len(s.files) == 0 }

func (s *spool) full() bool { return s.bytes >= s.max }

// append adds a batch; over the bound the oldest batches go and their events are
// counted.
func (s *spool) append(batch [][]byte) error {
	content := joinLines(batch)
	sum := sha256.Sum256(content)
	b := append([]byte(spoolHeader+hex.EncodeToString(sum[:])+"\n"), content...)
	for !s.keep && s.bytes+int64(len(b)) > s.max && len(s.files) > 0 {
		lines, _, err := s.head()
		if err != nil {
			return err
		}
		if err := s.remove(); err != nil {
			return err
		}
		s.stats.Dropped += int64(len(lines))
	}
	if err := writeDurably(s.path(s.next), b); err != nil {
		return err
	}
	s.files = append(s.files, spoolFile{s.next, int64(len(b))})
	s.bytes += int64(len(b))
	s.next++
	s.stats.Spooled += int64(len(batch))
	s.count()
	return nil
}

// head reads the oldest batch. A damaged file gives its whole lines, which are
// events of their own, and says so.
func (s *spool) head() (batch [][]byte, damaged bool, err error) {
	b, err := os.ReadFile(s.path(s.files[0].number))
	if err != nil {
		return nil, false, err
	}
	batch, damaged = parseSpool(b)
	return batch, damaged, nil
}

func parseSpool(b []byte) (batch [][]byte, damaged bool) {
	header, content, ok := bytes.Cut(b, []byte("\n"))
	want, isHeader := bytes.CutPrefix(header, []byte(spoolHeader))
	if !ok || !isHeader {
		return nil, true
	}
	sum := sha256.Sum256(content)
	damaged = hex.EncodeToString(sum[:]) != string(want)
	for line := range bytes.Lines(content) {
		whole, ok := bytes.CutSuffix(line, []byte("\n"))
		if ok && len(whole) > 0 {
			batch = append(batch, whole)
		}
	}
	return batch, damaged
}

// remove takes the oldest batch off.
func (s *spool) remove() error {
	if err := os.Remove(s.path(s.files[0].number)); err != nil {
		return err
	}
	s.bytes -= s.files[0].size
	s.files = s.files[1:]
	s.count()
	return syncDir(s.dir)
}

func joinLines(batch [][]byte) []byte {
	n := 0
	for _, l := range batch {
		n += len(l) + 1
	}
	b := make([]byte, 0, n)
	for _, l := range batch {
		b = append(append(b, l...), '\n')
	}
	return b
}
