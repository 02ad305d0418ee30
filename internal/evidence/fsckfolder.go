package evidence

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"frostgate.io/frostgate/receipt"
)

// CheckpointFile is the name of the signed tree head beside the folder tile.
const CheckpointFile = "checkpoint"

// maxCheckpoint bounds a checkpoint with its cosignatures.
const maxCheckpoint = 64 << 10

// FsckFolder checks an exported log. An error means that it could not be read,
// or that it is none.
func FsckFolder(ctx context.Context, dir string, trust receipt.Trust) (*FsckReport, error) {
	signed, err := readCheckpoint(dir)
	if err != nil {
		return nil, err
	}
	return fsckFolder(ctx, dir, signed, trust)
}

func readCheckpoint(dir string) ([]byte, error) {
	f, err := os.Open(filepath.Join(dir, CheckpointFile))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := make([]byte, maxCheckpoint+1)
	n, err := readFull(f, b)
	if err == nil && n > maxCheckpoint {
		err = fmt.Errorf("%s is larger than %d bytes", f.Name(), maxCheckpoint)
	}
	return b[:n], err
}

// fsckFolder checks a folder against a checkpoint and the states that it must
// have gone through.
func fsckFolder(ctx context.Context, dir string, signed []byte, trust receipt.Trust, earlier ...signedState) (*FsckReport, error) {
	cp, n, err := receipt.ParseSignedCheckpoint(signed)
	if err != nil {
		return nil, err
	}
	// The log of logs has its key's own name; other logs stand below it.
	entry := rootEntry
	isRoot := false
	for _, s := range n.UnverifiedSigs {
		isRoot = isRoot || s.Name == cp.Origin
	}
	if !isRoot {
		entry = tenantEntry(cp.Origin[strings.LastIndexByte(cp.Origin, '/')+1:])
	}
	f := newFsck(&folder{dir: dir, earlier: earlier}, cp.Origin, cp.Size, cp.Root, entry)
	signer, serr := trust.OpenLog(signed, cp.Origin)
	if serr != nil {
		f.problem(FsckProblem{Check: CheckSignature, Index: -1, File: CheckpointFile, What: serr.Error()})
	}
	f.signedRoot = serr == nil && signer != ""
	if err := f.run(ctx); err != nil {
		return nil, err
	}
	f.conclude(signer, len(earlier) > 0)
	return f.report, nil
}

// rootEntry checks an entry of the log of logs.
func rootEntry(index uint64, entry []byte) error {
	e, err := receipt.ParseRootEntry(entry)
	if err != nil {
		return fmt.Errorf("it can't be read: %w", err)
	}
	if e.Index != index {
		return fmt.Errorf("it belongs at index %d", e.Index)
	}
	return nil
}

// conclude writes the checks that every log has.
func (f *fsck) conclude(signer string, states bool) {
	r := f.report
	f.check(CheckSignature, signer == "" && f.failed[CheckSignature] == 0, signedBy(signer))
	f.check(CheckEntries, false, fmt.Sprintf("%d entries, each at its own index", f.counts[CheckEntries]))
	f.check(CheckTiles, false, fmt.Sprintf("%d tiles are what the entries give", f.counts[CheckTiles]))
	f.check(CheckRoot, false, fmt.Sprintf("%s at size %d", r.Computed, r.Size))
	if states {
		f.check(CheckSigned, false, fmt.Sprintf("the log went through %d earlier signed states", f.counts[CheckSigned]))
	}
}

func signedBy(signer string) string {
	if signer == "" {
		return "no key is pinned: anybody could have made this log"
	}
	return "by " + signer
}

func (f *fsck) check(name string, skipped bool, detail string) {
	c := FsckCheck{Name: name, OK: f.failed[name] == 0 && !skipped, Skipped: skipped, Detail: detail}
	if n := f.failed[name]; n > 0 {
		c.Detail = strconv.FormatUint(n, 10) + " wrong"
		for _, p := range f.report.Problems {
			if p.Check == name {
				c.Detail += ", first: " + p.String()
				break
			}
		}
	}
	f.report.Checks = append(f.report.Checks, c)
}

// folder reads a log from plain files.
type folder struct {
	dir     string
	earlier []signedState
	bundles sync.Pool // of *folderBundle
}

// folderBundle is the reusable memory of one bundle.
type folderBundle struct {
	raw     []byte
	entries [][]byte
}

// maxBundle is the largest bundle that the format allows.
const maxBundle = tileWidth * (2 + receipt.MaxEntrySize)

func (d *folder) bundle(_ context.Context, n uint64, width int) (fsckBundle, error) {
	b, _ := d.bundles.Get().(*folderBundle)
	if b == nil {
		b = &folderBundle{raw: make([]byte, 256<<10)}
	}
	out := fsckBundle{release: func() { d.bundles.Put(b) }}
	for _, s := range d.earlier {
		if first := n * tileWidth; s.size > first && s.size <= first+uint64(width) {
			out.states = append(out.states, s)
		}
	}
	held, size, err := d.read(&b.raw, TilePath{Entries: true, N: n, Width: width}, maxBundle)
	if err != nil {
		return out, err
	}
	if b.entries, err = cutBundle(b.entries[:0], b.raw[:size], held); err != nil {
		return out, fmt.Errorf("%w: %w", errBroken, err)
	}
	out.entries = b.entries[:width]
	return out, nil
}

func (d *folder) tile(_ context.Context, p TilePath) ([]byte, error) {
	var flat []byte
	_, n, err := d.read(&flat, p, tileWidth*receipt.HashSize)
	return flat[:min(n, p.Width*receipt.HashSize)], err
}

// read reads a file, or the full one where the partial one was tidied away, as
// the format allows. It returns the width of what it read.
func (d *folder) read(buf *[]byte, p TilePath, most int64) (width, n int, err error) {
	n, err = readInto(buf, d.path(p), most)
	if p.Width < tileWidth && errors.Is(err, fs.ErrNotExist) {
		full := p
		full.Width = tileWidth
		if m, ferr := readInto(buf, d.path(full), most); !errors.Is(ferr, fs.ErrNotExist) {
			return tileWidth, m, ferr
		}
	}
	return p.Width, n, err
}

func (d *folder) path(p TilePath) string { return filepath.Join(d.dir, filepath.FromSlash(p.String())) }

// readInto reads a whole file into memory that grows as it must.
func readInto(buf *[]byte, name string, most int64) (int, error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, notThere(err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if !st.Mode().IsRegular() || st.Size() > most {
		return 0, fmt.Errorf("%w: no file of at most %d bytes", errBroken, most)
	}
	if int64(len(*buf)) < st.Size()+1 {
		*buf = make([]byte, st.Size()+1)
	}
	n, err := readFull(f, *buf)
	if err == nil && int64(n) != st.Size() {
		err = fmt.Errorf("%w: it changes while it is read", errBroken)
	}
	return n, err
}

// notThere makes a missing file short to read; its name stands beside it.
func notThere(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the file is missing (%w)", fs.ErrNotExist)
	}
	return err
}

// readFull reads until the end of the file or of the memory.
func readFull(f *os.File, b []byte) (n int, err error) {
	for n < len(b) {
		m, err := f.Read(b[n:])
		n += m
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
	return n, nil
}
