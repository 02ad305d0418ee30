package main

import (
	"context"

	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/drift/rename"
)

// byName compares sides that do not share IDs: objects are the same if type,
// name and template are, and references are what they name. What is claimed
// twice under one ID is left out on the other side too, under its name.
func (c *diffCollector) byName(ctx context.Context, opt diff.Options, before, after *diffSide) (diff.Counts, error) {
	pairing := rename.New(c.types)
	if err := pairing.Prepare(ctx, before.snap, after.snap); err != nil {
		return diff.Counts{}, err
	}
	counts, err := pairing.Compare(ctx, opt, rename.Sink{
		Change: func(ch diff.Change, _, _ string) error { return c.Change(ch) },
		Unknown: func(u diff.Unknown) error {
			if u.Reason == rename.BecauseAmbiguous {
				return nil // all objects of that name are one item, below
			}
			return c.Unknown(u)
		},
		OwnIDs: true,
	})
	if err != nil {
		return counts, err
	}
	c.ambiguous = pairing.Ambiguous(opt.Types)
	counts.Unknown -= len(c.ambiguous)
	seen := map[objectKey]bool{}
	for _, side := range [2]*diffSide{before, after} {
		for _, d := range side.snap.Root.Duplicates {
			key := objectKey{d.Type, d.ID}
			if (opt.Types == nil || opt.Types(d.Type)) && !seen[key] {
				seen[key] = true
				c.dups = append(c.dups, d)
			}
		}
	}
	counts.Duplicates = len(c.dups) + len(c.ambiguous)
	return counts, nil
}

// ambiguousItem is a name that several objects of a side have.
func (c *diffCollector) ambiguousItem(n *rename.AmbiguousName, before, after *diffSide) *diffItem {
	it := &diffItem{Kind: "duplicate", Type: n.Type, Label: c.types.Rules(n.Type).Type().Label, ID: n.Name, Name: n.Name}
	var places []string
	for _, side := range []struct {
		*diffSide
		ids []string
	}{{before, n.IDsInA}, {after, n.IDsInB}} {
		for _, id := range side.ids {
			if place, ok := side.places[objectKey{n.Type, id}]; ok {
				places = append(places, side.show(place))
			}
		}
	}
	return it.claimed(places, max(n.InA, n.InB))
}
