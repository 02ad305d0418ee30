package evidence

import (
	"cmp"
	"slices"

	"frostgate.io/frostgate/receipt"
)

// keptTiles bounds what a reader remembers over a proof of many leaves.
const keptTiles = 512

// bounded is subtree in bounded memory.
func (r *tileReader) bounded(lo, hi uint64) (receipt.Hash, error) {
	if len(r.cache) > keptTiles {
		clear(r.cache)
	}
	return r.subtree(lo, hi)
}

// joinSpans sorts spans and joins those that touch or overlap.
func joinSpans(all []span) []span {
	slices.SortFunc(all, func(a, b span) int { return cmp.Compare(a[0], b[0]) })
	out := all[:0]
	for _, s := range all {
		if n := len(out); n > 0 && s[0] <= out[n-1][1]+1 {
			out[n-1][1] = max(out[n-1][1], s[1])
			continue
		}
		out = append(out, s)
	}
	return out
}

// proveSpans is receipt.ProveMany for runs of leaves. It names only the ends of
// each run and drops what is asked for between them, so that a run of millions
// costs no memory.
func proveSpans(size uint64, spans []span, node func(lo, hi uint64) (receipt.Hash, error)) ([]receipt.Hash, error) {
	var ends []uint64
	for _, s := range spans {
		if ends = append(ends, s[0]); s[1] > s[0] {
			ends = append(ends, s[1])
		}
	}
	var keep []bool
	at := 0
	all, err := receipt.ProveMany(size, ends, func(lo, hi uint64) (receipt.Hash, error) {
		for at < len(spans) && spans[at][1] < lo {
			at++
		}
		inside := at < len(spans) && spans[at][0] < lo
		keep = append(keep, !inside)
		if inside {
			return receipt.Hash{}, nil
		}
		return node(lo, hi)
	})
	if err != nil {
		return nil, err
	}
	out := all[:0]
	for i, h := range all {
		if keep[i] {
			out = append(out, h)
		}
	}
	return out, nil
}
