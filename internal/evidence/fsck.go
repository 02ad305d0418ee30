package evidence

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"sync"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

// The checks of a log, in the order in which they are reported.
const (
	CheckSignature = "signature" // the checkpoint is signed for this log
	CheckEntries   = "entries"   // dense, each at its own index of its own log, links point backwards
	CheckTiles     = "tiles"     // each stored tile is what the entries give
	CheckRoot      = "root"      // the root is what the entries give
	CheckSigned    = "signed"    // so was every earlier state that was signed
	CheckRows      = "rows"      // live: stored leaf hashes and decision rows are what the log says
	CheckPayloads  = "payloads"  // live: payloads open, or an entry says why they are gone
	CheckSubjects  = "subjects"  // live: the subject index is that of the payloads
)

// FsckProblem is one thing that is wrong with a log.
type FsckProblem struct {
	Check string
	// Index is the entry at fault, -1 where none can be named.
	Index int64
	// File is the file or row at fault, where it is not an entry.
	File string
	What string
}

// String names the place and what is wrong there.
func (p FsckProblem) String() string {
	switch {
	case p.Index >= 0 && p.File != "":
		return fmt.Sprintf("entry %d (%s): %s", p.Index, p.File, p.What)
	case p.Index >= 0:
		return fmt.Sprintf("entry %d: %s", p.Index, p.What)
	case p.File != "":
		return p.File + ": " + p.What
	}
	return p.What
}

// FsckCheck is the outcome of one check.
type FsckCheck struct {
	Name    string
	OK      bool
	Skipped bool
	Detail  string
}

// FsckReport is what a check of a whole log found.
type FsckReport struct {
	Log      string // origin of the checkpoint
	Size     uint64
	Root     receipt.Hash // as the checkpoint or the state says
	Computed receipt.Hash // as the entries give it
	Checks   []FsckCheck
	// Problems are the first ones, in the log's order; Bad counts all.
	Problems []FsckProblem
	Bad      uint64
}

// Valid says whether nothing is wrong.
func (r *FsckReport) Valid() bool { return r.Bad == 0 }

// maxProblems bounds what is told of a log that is wrong everywhere.
const maxProblems = 100

// signedState is a state of the log that was signed earlier: the log must have
// gone through it.
type signedState struct {
	size uint64
	root receipt.Hash
	from string // where it was found
}

// fsckBundle is what a source says of 256 entries.
type fsckBundle struct {
	entries  [][]byte      // nil for one that is missing
	problems []FsckProblem // beyond what the entries themselves show
	states   []signedState // with sizes above the bundle's first index, up to its end
	counts   map[string]uint64
	release  func() // gives the entries' memory back; may be nil
}

// fsckSource gives the parts of a log that is checked. It is called from several
// goroutines. What is not there is fs.ErrNotExist or fault.NotFound; other errors
// end the check.
type fsckSource interface {
	bundle(ctx context.Context, n uint64, width int) (fsckBundle, error)
	// tile is nil without error where the source keeps no such tile.
	tile(ctx context.Context, p TilePath) ([]byte, error)
}

// fsck checks a log from its entries up. It streams: a few bundles and one
// unfinished tile per level are in memory, and all processors hash.
type fsck struct {
	source fsckSource
	report *FsckReport
	// entryFunc checks an entry by itself.
	entryFunc func(index uint64, entry []byte) error
	counts    map[string]uint64 // by name, for the report
	failed    map[string]uint64 // problems by check

	tiles side  // the tree, from the tiles where they disagree with entries
	own   *side // the tree of the entries alone; nil while no tile disagrees

	disputed   []int  // problems of the report whose culprit the root tells
	disputes   uint64 // all of them
	borrowed   uint64 // entries that can't be hashed, whose hash the tile gave
	signedRoot bool   // a trusted key signed the root
}

func newFsck(src fsckSource, log string, size uint64, root receipt.Hash, entry func(uint64, []byte) error) *fsck {
	return &fsck{
		source: src, report: &FsckReport{Log: log, Size: size, Root: root}, entryFunc: entry,
		counts: map[string]uint64{}, failed: map[string]uint64{},
	}
}

// problem notes what is wrong; it belongs to the goroutine of run.
func (f *fsck) problem(p FsckProblem) {
	f.failed[p.Check]++
	f.report.Bad++
	if len(f.report.Problems) < maxProblems {
		f.report.Problems = append(f.report.Problems, p)
	}
}

// bundleSum is what checking one bundle gives.
type bundleSum struct {
	n        uint64
	leaves   []receipt.Hash
	root     receipt.Hash   // of a full one
	own      []receipt.Hash // as the entries give them, where a tile disagrees
	ownRoot  receipt.Hash
	disputed []int  // problems of entries and tiles that disagree
	borrowed uint64 // leaves that only the tile gives
	tile     bool   // there is a stored tile
	problems []FsckProblem
	states   []signedState
	counts   map[string]uint64
	err      error
	done     chan struct{}
}

// run checks everything below the root and the root itself.
func (f *fsck) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	workers := runtime.GOMAXPROCS(0)
	jobs, order := make(chan *bundleSum, workers), make(chan *bundleSum, 4*workers)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	wg.Go(func() {
		defer close(order)
		defer close(jobs)
		for n := range (f.report.Size + tileWidth - 1) / tileWidth {
			b := &bundleSum{n: n, done: make(chan struct{})}
			for _, to := range []chan *bundleSum{order, jobs} {
				select {
				case to <- b:
				case <-ctx.Done():
					return
				}
			}
		}
	})
	for range workers {
		wg.Go(func() {
			for b := range jobs {
				f.sum(ctx, b)
				close(b.done)
			}
		})
	}
	for b := range order {
		select {
		case <-b.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		if b.err != nil {
			return b.err
		}
		if err := f.add(ctx, b); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return f.finish(ctx)
}

// sum does the work of one bundle that needs no order: read, check, hash.
func (f *fsck) sum(ctx context.Context, b *bundleSum) {
	width := int(min(tileWidth, f.report.Size-b.n*tileWidth))
	first := b.n * tileWidth
	p := TilePath{N: b.n, Width: width}
	stored, err := f.nodes(ctx, p, b)
	if err != nil {
		b.err = err
		return
	}
	b.tile = stored != nil
	raw, err := f.source.bundle(ctx, b.n, width)
	b.states, b.counts = raw.states, raw.counts
	if err != nil {
		if !isAbsent(err) {
			b.err = err
			return
		}
		b.add(FsckProblem{Check: CheckEntries, Index: int64(first), File: TilePath{Entries: true, N: b.n, Width: width}.String(), What: err.Error()})
		// What stands above is still worth checking.
		b.leaves, b.borrowed = stored, uint64(len(stored))
	}
	if b.leaves == nil {
		b.leaves = make([]receipt.Hash, width)
	}
	if raw.entries != nil {
		f.hash(b, first, raw.entries, stored)
	}
	b.problems = append(b.problems, raw.problems...)
	if raw.release != nil {
		raw.release()
	}
	if width == tileWidth {
		b.root = receipt.RootOf(b.leaves)
		if b.own != nil {
			b.ownRoot = receipt.RootOf(b.own)
		}
	}
}

// hash checks and hashes the entries of a bundle and holds them against the
// stored tile.
func (f *fsck) hash(b *bundleSum, first uint64, entries [][]byte, stored []receipt.Hash) {
	for i, e := range entries {
		index := first + uint64(i)
		if e == nil {
			b.add(FsckProblem{Check: CheckEntries, Index: int64(index), What: "it is missing"})
			if stored != nil {
				b.leaves[i] = stored[i]
				b.borrowed++
			}
			continue
		}
		b.leaves[i] = receipt.LeafHash(e)
		if err := f.entryFunc(index, e); err != nil {
			b.add(FsckProblem{Check: CheckEntries, Index: int64(index), What: err.Error()})
		}
		if i < len(stored) && stored[i] != b.leaves[i] {
			b.disputed = append(b.disputed, len(b.problems))
			b.add(FsckProblem{
				Check: CheckTiles, Index: int64(index), File: TilePath{N: b.n, Width: len(b.leaves)}.String(),
				What: "the entry's hash is not the one in the tile",
			})
		}
	}
	if len(b.disputed) > 0 {
		b.own, b.leaves = b.leaves, b.sided(stored)
	}
}

// sided is the bundle's leaves with those of the tile where they differ.
func (b *bundleSum) sided(stored []receipt.Hash) []receipt.Hash {
	out := slices.Clone(b.leaves)
	copy(out, stored)
	return out
}

func (b *bundleSum) add(p FsckProblem) { b.problems = append(b.problems, p) }

// nodes reads a stored tile; nil where there is none or it can't be read.
func (f *fsck) nodes(ctx context.Context, p TilePath, b *bundleSum) ([]receipt.Hash, error) {
	flat, err := f.source.tile(ctx, p)
	switch {
	case err != nil && !isAbsent(err):
		return nil, err
	case err != nil:
		b.add(FsckProblem{Check: CheckTiles, Index: -1, File: p.String(), What: err.Error()})
		return nil, nil
	case flat == nil:
		return nil, nil
	case len(flat) != p.Width*receipt.HashSize:
		b.add(FsckProblem{Check: CheckTiles, Index: -1, File: p.String(), What: fmt.Sprintf("%d bytes, not %d", len(flat), p.Width*receipt.HashSize)})
		return nil, nil
	}
	out := make([]receipt.Hash, p.Width)
	for i := range out {
		copy(out[i][:], flat[i*receipt.HashSize:])
	}
	return out, nil
}

// isAbsent tells what is missing or broken from what could not be read now.
func isAbsent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || fault.CodeOf(err) == fault.NotFound || errors.Is(err, errBroken)
}

// errBroken marks a part that is there and can't be what it should be.
var errBroken = errors.New("damaged")

// add takes a bundle in the log's order.
func (f *fsck) add(ctx context.Context, b *bundleSum) error {
	f.note(b)
	first := b.n * tileWidth
	if b.own != nil && f.own == nil {
		f.own = f.tiles.part()
	}
	f.counts[CheckSigned] += uint64(len(b.states))
	if f.own != nil {
		leaves, root := b.leaves, b.root
		if b.own != nil {
			leaves, root = b.own, b.ownRoot
		}
		if err := f.grow(ctx, f.own, first, leaves, root, b.states); err != nil {
			return err
		}
	}
	return f.grow(ctx, &f.tiles, first, b.leaves, b.root, b.states)
}

// note takes what a bundle says by itself.
func (f *fsck) note(b *bundleSum) {
	for i, p := range b.problems {
		if slices.Contains(b.disputed, i) {
			f.disputes++
			if len(f.report.Problems) < maxProblems {
				f.disputed = append(f.disputed, len(f.report.Problems))
			}
		}
		f.problem(p)
	}
	for name, n := range b.counts {
		f.counts[name] += n
	}
	f.borrowed += b.borrowed
	f.counts[CheckEntries] += uint64(len(b.leaves))
	if b.tile {
		f.counts[CheckTiles]++
	}
}
