package evidence

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"sync"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

// LogSource hands out a log's files, for example from a server. File returns
// fs.ErrNotExist or fault.NotFound for what is not there.
type LogSource interface {
	Checkpoint(ctx context.Context) ([]byte, error)
	File(ctx context.Context, path string) ([]byte, error)
}

// Exported is the outcome of an export.
type Exported struct {
	Origin   string
	Signer   string // empty when no key is pinned
	From, To uint64 // sizes before and after
	Root     receipt.Hash
	Fetched  int // files that were downloaded
	Kept     int // files that were there and are still right
}

// exportWorkers is how many files are fetched at a time.
const exportWorkers = 4

// Export writes a log as plain files that any static web server hands out as
// c2sp.org/tlog-tiles, or brings an earlier export up to date. Everything that
// stands in the folder, old and new, is read back and verified against the
// signed checkpoint before that is written, last and at once; so a folder with a
// checkpoint is always a whole log.
//
// It refuses a folder with another log, with more entries than the log has now,
// or with entries that the log does not have any more (fault.Conflict); what is
// in the folder then stays as it was.
func Export(ctx context.Context, src LogSource, dir string, trust receipt.Trust) (*Exported, error) {
	signed, err := src.Checkpoint(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the checkpoint: %w", err)
	}
	cp, _, err := receipt.ParseSignedCheckpoint(signed)
	if err != nil {
		return nil, err
	}
	e := &export{src: src, dir: dir, trust: trust, cp: cp, signed: signed, Exported: Exported{Origin: cp.Origin, To: cp.Size, Root: cp.Root}}
	if e.Signer, err = trust.OpenLog(signed, cp.Origin); err != nil {
		return nil, err
	}
	old, err := e.older(ctx)
	if err != nil {
		return nil, err
	}
	if err := e.fetchAndVerify(ctx, old, false); err != nil {
		return nil, err
	}
	return &e.Exported, e.finish()
}

// export is one run of Export.
type export struct {
	Exported

	src    LogSource
	dir    string
	trust  receipt.Trust
	cp     receipt.Checkpoint
	signed []byte

	mu      sync.Mutex
	written []string // by this run
}

// older reads what the folder holds already and makes sure that the log is a
// continuation of it.
func (e *export) older(ctx context.Context) ([]signedState, error) {
	signed, err := readCheckpoint(e.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	refuse := func(format string, args ...any) ([]signedState, error) {
		return nil, fault.New(fault.Conflict, "%s: %s; nothing was changed there", e.dir, fmt.Sprintf(format, args...))
	}
	cp, _, err := receipt.ParseSignedCheckpoint(signed)
	if err != nil {
		return refuse("it holds a checkpoint that can't be read: %v", err)
	}
	switch {
	case cp.Origin != e.cp.Origin:
		return refuse("it holds another log, %s, not %s", cp.Origin, e.cp.Origin)
	case cp.Size > e.cp.Size:
		return refuse("it holds %d entries and the log has %d now: the log was set back, or this is a copy of it", cp.Size, e.cp.Size)
	}
	if _, err := e.trust.OpenLog(signed, cp.Origin); err != nil {
		return refuse("its checkpoint: %v", err)
	}
	root, err := e.rootAt(ctx, cp.Size)
	if err != nil {
		return nil, err
	}
	if root != cp.Root {
		return refuse("it holds a log with root %s at size %d, where this log has %s: the two are forks", cp.Root, cp.Size, root)
	}
	e.From = cp.Size
	return []signedState{{cp.Size, cp.Root, "the checkpoint of the earlier export"}}, nil
}

// rootAt computes the root that the log had at an earlier size, from the tiles
// of its right edge then.
func (e *export) rootAt(ctx context.Context, size uint64) (receipt.Hash, error) {
	var sum treeSum
	for level := 0; size>>(tileHeight*level) > 0; level++ {
		nodes := size >> (tileHeight * level)
		p := TilePath{Level: level, N: nodes / tileWidth, Width: int(nodes % tileWidth)}
		var tile []receipt.Hash
		if p.Width > 0 {
			flat, err := e.get(ctx, p)
			if err != nil {
				return receipt.Hash{}, err
			}
			tile = make([]receipt.Hash, p.Width)
			for i := range tile {
				copy(tile[i][:], flat[i*receipt.HashSize:])
			}
		}
		sum.levels, sum.done = append(sum.levels, tile), append(sum.done, p.N)
	}
	if size == 0 {
		return receipt.EmptyRoot(), nil
	}
	edge := sum.edge(size &^ (tileWidth - 1))
	for _, leaf := range sum.levels[0] {
		edge.append(leaf)
	}
	return edge.root(), nil
}

// get fetches a tile of hashes, cut from the full one where a partial one is not
// kept any more.
func (e *export) get(ctx context.Context, p TilePath) ([]byte, error) {
	raw, err := e.src.File(ctx, p.String())
	if isAbsent(err) && p.Width < tileWidth {
		full := p
		full.Width = tileWidth
		if raw, err = e.src.File(ctx, full.String()); err == nil && len(raw) == tileWidth*receipt.HashSize {
			raw = raw[:p.Width*receipt.HashSize]
		}
	}
	if err == nil && len(raw) != p.Width*receipt.HashSize {
		err = fmt.Errorf("%d bytes, not %d", len(raw), p.Width*receipt.HashSize)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", p, err)
	}
	return raw, nil
}

// fetchAndVerify completes the folder and verifies all of it. What this run wrote
// goes again when the whole is not right.
func (e *export) fetchAndVerify(ctx context.Context, old []signedState, all bool) error {
	if err := e.fetch(ctx, all); err != nil {
		return err
	}
	r, err := fsckFolder(ctx, e.dir, e.signed, e.trust, old...)
	if err != nil || r.Valid() {
		return err
	}
	kept := e.Kept
	if err := e.withdraw(); err != nil {
		return err
	}
	if old == nil || kept == 0 || all {
		hint := ""
		if kept > 0 && !all {
			hint = "; the folder holds files of another log or damaged ones: remove its folder tile, or export to another folder"
		}
		return fault.New(fault.Conflict, "%d problems, the first: %s%s", r.Bad, r.Problems[0], hint)
	}
	// The earlier export was whole once. If it still is, the log has changed.
	before, err := FsckFolder(ctx, e.dir, e.trust)
	if err != nil {
		return err
	}
	if before.Valid() {
		return fault.New(fault.Conflict, "the log is no continuation of what %s holds, which is whole in itself: %s", e.dir, r.Problems[0])
	}
	return e.fetchAndVerify(ctx, old, true)
}

// fetch downloads what the folder does not have, or everything.
func (e *export) fetch(ctx context.Context, all bool) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	e.Fetched, e.Kept = 0, 0
	paths := make(chan TilePath)
	var wg sync.WaitGroup
	for range exportWorkers {
		wg.Go(func() {
			for p := range paths {
				if err := e.fetchOne(ctx, p, all); err != nil {
					cancel(err)
					return
				}
			}
		})
	}
feed:
	for p := range logFiles(e.cp.Size) {
		select {
		case paths <- p:
		case <-ctx.Done():
			break feed
		}
	}
	close(paths)
	wg.Wait()
	return context.Cause(ctx)
}

func (e *export) fetchOne(ctx context.Context, p TilePath, all bool) error {
	name := filepath.Join(e.dir, filepath.FromSlash(p.String()))
	if _, err := os.Lstat(name); err == nil && !all {
		e.mu.Lock()
		e.Kept++
		e.mu.Unlock()
		return nil
	}
	raw, err := e.src.File(ctx, p.String())
	if err != nil {
		return fmt.Errorf("read %s: %w", p, err)
	}
	if err := writeDurably(name, raw); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.Fetched++
	if !all {
		e.written = append(e.written, name)
	}
	return nil
}

// withdraw removes what this run wrote.
func (e *export) withdraw() error {
	var err error
	for _, name := range e.written {
		err = errors.Join(err, os.Remove(name))
	}
	e.written = nil
	return err
}

// finish makes the names durable, then writes the checkpoint.
func (e *export) finish() error {
	seen := map[string]bool{}
	for _, name := range e.written {
		for dir := filepath.Dir(name); !seen[dir] && len(dir) >= len(e.dir); dir = filepath.Dir(dir) {
			seen[dir] = true
			if err := syncFolder(dir); err != nil {
				return err
			}
		}
	}
	if err := writeDurably(filepath.Join(e.dir, CheckpointFile), e.signed); err != nil {
		return err
	}
	return syncFolder(e.dir)
}

// logFiles lists the files of a log of the given size: each full tile and
// bundle, and the partial ones of its right edge.
func logFiles(size uint64) iter.Seq[TilePath] {
	return func(yield func(TilePath) bool) {
		for level := 0; size>>(tileHeight*level) > 0; level++ {
			nodes := size >> (tileHeight * level)
			for n := uint64(0); n*tileWidth < nodes; n++ {
				p := TilePath{Level: level, N: n, Width: int(min(tileWidth, nodes-n*tileWidth))}
				if level == 0 && !yield(TilePath{Entries: true, N: n, Width: p.Width}) {
					return
				}
				if !yield(p) {
					return
				}
			}
		}
	}
}

// writeDurably writes a file so that it is there whole or not at all.
func writeDurably(name string, b []byte) error {
	dir, base := filepath.Split(name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "."+base+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", name, err), os.Remove(f.Name()))
	}
	return nil
}

func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
