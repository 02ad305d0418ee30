package manifest

import (
	"bytes"
	"cmp"
	"context"

	"frostgate.io/frostgate/internal/fault"
)

// Pair is one identity that two snapshots do not agree on.
type Pair struct {
	Type, ID string
	From, To Hash // of the contents; zero where there is none
	// InFrom and InTo say on which sides the object is; on both, the contents differ.
	InFrom, InTo bool
}

// Join walks two snapshots in order of type and id and gives what differs; how
// many entries are equal it only counts. Chunks that both have are not read, all
// others are read in batches, so that memory does not grow with the snapshots.
func Join(ctx context.Context, from, to *Snapshot, each func(Pair) error) (equal int, err error) {
	return JoinTypes(ctx, from, to, nil, each)
}

// JoinTypes is Join for the types that keep wants; nil keeps all.
func JoinTypes(ctx context.Context, from, to *Snapshot, keep func(typ string) bool, each func(Pair) error) (equal int, err error) {
	a, b := newReader(from, keep), newReader(to, keep)
	markShared(a, b)
	for !a.done() || !b.done() {
		if a.atShared() && b.atShared() {
			equal += a.refs[a.at].Count
			a.skip()
			b.skip()
			continue
		}
		n, err := step(ctx, a, b, each)
		if err != nil {
			return equal, err
		}
		equal += n
	}
	return equal, nil
}

// Walk gives all entries of a snapshot in order, for the types that keep wants.
func Walk(ctx context.Context, s *Snapshot, keep func(typ string) bool, each func(Entry) error) error {
	_, err := JoinTypes(ctx, s, &Snapshot{Root: &Root{}}, keep, func(p Pair) error {
		return each(Entry{Type: p.Type, ID: p.ID, Hash: p.From})
	})
	return err
}

// step deals with the lower of the two heads, or with both when they are equal.
func step(ctx context.Context, a, b *reader, each func(Pair) error) (equal int, err error) {
	order := compareHeads(a, b)
	if order <= 0 {
		if err := a.open(ctx); err != nil {
			return 0, err
		}
	}
	if order >= 0 {
		if err := b.open(ctx); err != nil {
			return 0, err
		}
	}
	if order == 0 && bytes.Equal(a.chunk.hash, b.chunk.hash) {
		equal = 1
	} else if err := each(pairOf(a, b, order)); err != nil {
		return 0, err
	}
	if order <= 0 {
		if err := a.next(); err != nil {
			return equal, err
		}
	}
	if order >= 0 {
		return equal, b.next()
	}
	return equal, nil
}

func pairOf(a, b *reader, order int) Pair {
	var p Pair
	if order <= 0 {
		p = Pair{Type: a.chunk.typ, ID: string(a.chunk.id), From: Hash(a.chunk.hash), InFrom: true}
	}
	if order >= 0 {
		if p.ID == "" {
			p.Type, p.ID = b.chunk.typ, string(b.chunk.id)
		}
		p.To, p.InTo = Hash(b.chunk.hash), true
	}
	return p
}

// compareHeads orders the readers' next entries; a reader at its end is last.
func compareHeads(a, b *reader) int {
	switch {
	case b.done():
		return -1
	case a.done():
		return 1
	case a.opened && b.opened && a.chunk.typ == b.chunk.typ:
		return bytes.Compare(a.chunk.id, b.chunk.id)
	}
	if c := cmp.Compare(a.refs[a.at].Type, b.refs[b.at].Type); c != 0 {
		return c
	}
	return cmp.Compare(a.headID(), b.headID())
}

// batchEntries bounds what is read at a time.
const batchEntries = 16 << 10

// reader goes through one side's chunks. An unread chunk's first entry is known
// by its ref, so that a chunk is read only when its entries are needed.
type reader struct {
	snap   *Snapshot
	refs   []ChunkRef
	shared []bool // by ref: the other side has the chunk too
	at     int
	opened bool
	chunk  Chunk
	// bodies holds the chunks of the batch, by their hash; free is memory for the next.
	bodies map[Hash][]byte
	free   [][]byte
}

func newReader(s *Snapshot, keep func(string) bool) *reader {
	r := &reader{snap: s, refs: s.Root.Chunks, bodies: make(map[Hash][]byte)}
	if keep != nil {
		r.refs = nil
		for _, ref := range s.Root.Chunks {
			if keep(ref.Type) {
				r.refs = append(r.refs, ref)
			}
		}
	}
	r.shared = make([]bool, len(r.refs))
	return r
}

// markShared finds the chunks that both sides have. Where one side meets such a
// chunk the other does too, because all entries before it are lower.
func markShared(a, b *reader) {
	for i, j := 0, 0; i < len(a.refs) && j < len(b.refs); {
		x, y := &a.refs[i], &b.refs[j]
		c := cmp.Or(cmp.Compare(x.Type, y.Type), cmp.Compare(x.First, y.First))
		if c == 0 && x.Hash == y.Hash && x.Count == y.Count {
			a.shared[i], b.shared[j] = true, true
		}
		if c <= 0 {
			i++
		}
		if c >= 0 {
			j++
		}
	}
}

func (r *reader) done() bool     { return r.at >= len(r.refs) }
func (r *reader) atShared() bool { return !r.done() && !r.opened && r.shared[r.at] }
func (r *reader) skip()          { r.at++ }

func (r *reader) headID() string {
	if r.opened {
		return string(r.chunk.id)
	}
	return r.refs[r.at].First
}

// open makes sure that the head's hash is at hand.
func (r *reader) open(ctx context.Context) error {
	if r.opened {
		return nil
	}
	ref := &r.refs[r.at]
	h, err := ParseHash(ref.Hash)
	if err != nil {
		return err
	}
	if _, ok := r.bodies[h]; !ok {
		if err := r.fetch(ctx); err != nil {
			return err
		}
	}
	id := r.chunk.id[:0] // the memory of the chunk before
	if r.chunk, err = openChunk(r.bodies[h]); err != nil {
		return err
	}
	r.chunk.id, r.opened = id, true
	if err := r.chunk.advance(); err != nil {
		return err
	}
	if r.chunk.typ != ref.Type || string(r.chunk.id) != ref.First || r.chunk.count != ref.Count {
		return damaged("the root says that it is of %s from %q on", ref.Type, ref.First)
	}
	return nil
}

// next goes to the next entry, of the next chunk if need be.
func (r *reader) next() error {
	if r.chunk.left > 0 {
		return r.chunk.advance()
	}
	if len(r.chunk.rest) > 0 {
		return damaged("%d bytes after the last entry", len(r.chunk.rest))
	}
	r.opened = false
	r.at++
	if !r.done() && r.refs[r.at].Type == r.chunk.typ && r.refs[r.at].First <= string(r.chunk.id) {
		return damaged("overlaps with the next from %q on", r.refs[r.at].First)
	}
	return nil
}

// fetch reads the chunk at the head and the next ones that will be needed.
func (r *reader) fetch(ctx context.Context) error {
	for h, body := range r.bodies {
		r.free = append(r.free, body)
		delete(r.bodies, h)
	}
	want := make(map[Hash]bool)
	var hashes []Hash
	for i, entries := r.at, 0; i < len(r.refs) && (i == r.at || entries+r.refs[i].Count <= batchEntries); i++ {
		if r.shared[i] && i > r.at {
			continue
		}
		h, err := ParseHash(r.refs[i].Hash)
		if err != nil {
			return err
		}
		if want[h] {
			return badRoot("the chunk from %q on stands in it twice", r.refs[i].First)
		}
		entries += r.refs[i].Count
		hashes, want[h] = append(hashes, h), true
	}
	err := r.snap.Store.Chunks(ctx, hashes, func(h Hash, body []byte) error {
		if !want[h] {
			return fault.New(fault.Internal, "the store gave a chunk that was not asked for, or twice")
		}
		delete(want, h)
		return r.keepBody(h, body)
	})
	if err == nil && len(want) > 0 {
		err = damaged("%d are missing in the store", len(want))
	}
	return err
}

func (r *reader) keepBody(h Hash, body []byte) error {
	if HashOf(body) != h {
		return damaged("the store's bytes are not those of %x", h)
	}
	var buf []byte
	if n := len(r.free); n > 0 {
		buf, r.free = r.free[n-1][:0], r.free[:n-1]
	}
	r.bodies[h] = append(buf, body...)
	return nil
}
