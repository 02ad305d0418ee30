package drift

import (
	"cmp"
	"slices"

	"frostgate.io/frostgate/internal/drift/diff"
)

// unknowns count objects of which nothing can be said, by type and reason.
type unknowns struct {
	counts  map[objectKey]*UnknownCount // by type and reason
	objects map[objectKey]bool
	types   map[string]bool // as a whole
	any     map[string]bool // types with something unknown
	unseen  map[objectKey]bool
}

// unknownNamed is how many objects of one type and reason are named.
const unknownNamed = 20

func newUnknowns() unknowns {
	return unknowns{counts: map[objectKey]*UnknownCount{}, objects: map[objectKey]bool{}, types: map[string]bool{}, any: map[string]bool{}, unseen: map[objectKey]bool{}}
}

func (u *unknowns) add(o diff.Unknown) {
	key := objectKey{o.Type, o.Reason}
	n := u.counts[key]
	if n == nil {
		n = &UnknownCount{Type: o.Type, Reason: o.Reason}
		u.counts[key] = n
	}
	u.any[o.Type] = true
	if o.ID == "" {
		u.types[o.Type] = true
		return
	}
	switch o.Reason {
	case diff.BecauseQuarantine, diff.BecausePartial, diff.BecauseFolder:
		u.unseen[objectKey{o.Type, o.ID}] = true
	}
	n.Objects++
	u.objects[objectKey{o.Type, o.ID}] = true
	if len(n.IDs) < unknownNamed {
		n.IDs = append(n.IDs, o.ID)
	}
}

func (u *unknowns) list() []UnknownCount {
	out := make([]UnknownCount, 0, len(u.counts))
	for _, n := range u.counts {
		out = append(out, *n)
	}
	slices.SortFunc(out, func(a, b UnknownCount) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Reason, b.Reason))
	})
	return out
}
