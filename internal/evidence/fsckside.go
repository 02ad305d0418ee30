package evidence

import (
	"context"
	"fmt"
	"slices"

	"frostgate.io/frostgate/receipt"
)

// side is a log's tree as the entries give it, or as the stored leaf tiles do.
// While the two agree there is only one. From the first entry on whose hash is
// not the one in its tile there are two, and the root tells at the end which of
// them was changed: until then nothing that follows from one side is told.
type side struct {
	tree     treeSum
	held     bool // problems wait until the sides are judged
	problems []FsckProblem
	more     map[string]uint64 // those behind maxProblems, by check
}

// part is the second side, which begins as the first.
func (s *side) part() *side {
	s.held = true
	s.more = map[string]uint64{}
	out := &side{held: true, more: map[string]uint64{}}
	out.tree.done = slices.Clone(s.tree.done)
	for _, nodes := range s.tree.levels {
		out.tree.levels = append(out.tree.levels, slices.Clone(nodes))
	}
	return out
}

func (f *fsck) sideProblem(s *side, p FsckProblem) {
	switch {
	case !s.held:
		f.problem(p)
	case len(s.problems) < maxProblems:
		s.problems = append(s.problems, p)
	default:
		s.more[p.Check]++
	}
}

// grow takes the leaves of the next bundle into a side and holds the states that
// were signed within it against them.
func (f *fsck) grow(ctx context.Context, s *side, first uint64, leaves []receipt.Hash, root receipt.Hash, states []signedState) error {
	for _, st := range states {
		e := s.tree.edge(first)
		for _, leaf := range leaves[:st.size-first] {
			e.append(leaf)
		}
		if e.root() != st.root {
			f.sideProblem(s, FsckProblem{Check: CheckSigned, Index: -1, File: st.from, What: fmt.Sprintf(
				"the log was signed at size %d with another root: an entry before %d was changed since", st.size, st.size)})
		}
	}
	if len(leaves) < tileWidth {
		s.tree.rest = leaves
		return nil
	}
	return s.tree.push(1, root, func(level int, n uint64, nodes []receipt.Hash) error { return f.above(ctx, s, level, n, nodes) })
}

// above checks a tile above level 0 against what the level below gives.
func (f *fsck) above(ctx context.Context, s *side, level int, n uint64, nodes []receipt.Hash) error {
	var b bundleSum
	p := TilePath{Level: level, N: n, Width: len(nodes)}
	stored, err := f.nodes(ctx, p, &b)
	if err != nil {
		return err
	}
	if stored != nil && s == &f.tiles {
		f.counts[CheckTiles]++
	}
	for i := range stored {
		if stored[i] != nodes[i] {
			below := TilePath{Level: level - 1, N: n*tileWidth + uint64(i), Width: tileWidth}
			b.add(FsckProblem{Check: CheckTiles, Index: -1, File: p.String(), What: fmt.Sprintf("its hash %d is not that of %s", i, below)})
		}
	}
	for _, p := range b.problems {
		f.sideProblem(s, p)
	}
	return nil
}

// top checks the unfinished tiles of a side and gives its root.
func (f *fsck) top(ctx context.Context, s *side) (receipt.Hash, error) {
	e := s.tree.edge(f.report.Size - uint64(len(s.tree.rest)))
	for _, leaf := range s.tree.rest {
		e.append(leaf)
	}
	for level := 1; level < len(s.tree.levels); level++ {
		if nodes := s.tree.levels[level]; len(nodes) > 0 {
			if err := f.above(ctx, s, level, s.tree.done[level], nodes); err != nil {
				return receipt.Hash{}, err
			}
		}
	}
	return e.root(), nil
}

// finish checks the unfinished tiles and the root, and judges the sides.
func (f *fsck) finish(ctx context.Context) error {
	tiles, err := f.top(ctx, &f.tiles)
	if err != nil {
		return err
	}
	own, honest := tiles, &f.tiles
	if f.own != nil {
		if own, err = f.top(ctx, f.own); err != nil {
			return err
		}
		switch f.report.Root {
		case own:
			honest = f.own
			f.blame(CheckTiles, "the tile was changed: its hash is not the entry's, and the entries give "+f.rootName())
		case tiles:
			f.blame(CheckEntries, "the entry was changed: its hash is not the tile's, and the tiles give "+f.rootName())
		}
	}
	f.report.Computed = own
	for _, p := range honest.problems {
		f.problem(p)
	}
	for check, n := range honest.more {
		f.failed[check] += n
		f.report.Bad += n
	}
	if own != f.report.Root {
		f.problem(FsckProblem{Check: CheckRoot, Index: -1, What: f.otherRoot(own, tiles)})
	}
	return nil
}

func (f *fsck) rootName() string {
	if f.signedRoot {
		return "the signed root"
	}
	return "the log's root"
}

// otherRoot says what gives which root.
func (f *fsck) otherRoot(own, tiles receipt.Hash) string {
	from := "the entries give"
	if f.borrowed > 0 {
		from = "the entries that are there, with the tiles' hashes for the others, give"
	}
	out := fmt.Sprintf("%s the root %s, the log's head says %s", from, own, f.report.Root)
	switch {
	case tiles == own:
	case tiles == f.report.Root:
		out += ", and so do the tiles"
	default:
		out += fmt.Sprintf(", the tiles give %s", tiles)
	}
	return out
}

// blame names the culprit where entries and tiles disagree.
func (f *fsck) blame(check, what string) {
	for _, i := range f.disputed {
		f.report.Problems[i].Check, f.report.Problems[i].What = check, what
	}
	f.failed[CheckTiles] -= f.disputes
	f.failed[check] += f.disputes
}
