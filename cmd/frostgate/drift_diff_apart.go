package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// quarantineItems are the places that could not be read, each once.
func quarantineItems(types *normal.Types, before, after *diffSide, keep func(string) bool) []*diffItem {
	var items []*diffItem
	byPlace := map[string]*diffItem{}
	for _, side := range []struct {
		name string
		*diffSide
	}{{"before", before}, {"after", after}} {
		for _, q := range side.snap.Root.Quarantined {
			if keep != nil && q.Type != "" && !keep(q.Type) {
				continue
			}
			if it := byPlace[q.Place]; it != nil {
				it.Side = sideOf(it.Side, side.name)
				continue
			}
			it := &diffItem{Kind: "quarantined", Type: q.Type, Place: side.show(q.Place), Side: side.name, Reason: q.Reason}
			if q.Type != "" {
				it.Label = types.Rules(q.Type).Type().Label
			}
			byPlace[q.Place] = it
			items = append(items, it)
		}
	}
	return items
}

func sideOf(had, name string) string {
	if had != "" && had != name {
		return "both"
	}
	return name
}

// duplicateItem is an identity that several objects claim. Its name is that of
// the claimants, whose contents a snapshot may have.
func (c *diffCollector) duplicateItem(ctx context.Context, d *manifest.Duplicate, before, after *diffSide) (*diffItem, error) {
	it := &diffItem{Kind: "duplicate", Type: d.Type, Label: c.types.Rules(d.Type).Type().Label, ID: d.ID}
	var places []string
	claimants := len(d.Hashes)
	for _, side := range []struct {
		name string
		*diffSide
	}{{"before", before}, {"after", after}} {
		for _, other := range side.snap.Root.Duplicates {
			if other.Type != d.Type || other.ID != d.ID {
				continue
			}
			it.Side = sideOf(it.Side, side.name)
			claimants = max(claimants, len(other.Hashes))
			for _, place := range other.Places {
				places = append(places, side.show(place))
			}
			if err := c.nameDuplicate(ctx, it, side.diffSide, other.Hashes); err != nil {
				return nil, err
			}
		}
	}
	return it.claimed(places, claimants), nil
}

// claimed fills in where the claimants are.
func (it *diffItem) claimed(places []string, claimants int) *diffItem {
	slices.Sort(places)
	it.Place = strings.Join(slices.Compact(places), ", ")
	it.Reason = fmt.Sprintf("%d objects claim this identity; none of them is compared", max(2, claimants))
	return it
}

func (c *diffCollector) nameDuplicate(ctx context.Context, it *diffItem, side *diffSide, hex []string) error {
	if side.sum == nil || it.Name != "" {
		return nil // exported snapshots hold entries only
	}
	var hashes []manifest.Hash
	for _, s := range hex {
		h, err := manifest.ParseHash(s)
		if err != nil {
			return err
		}
		if !slices.Contains(hashes, h) {
			hashes = append(hashes, h)
		}
	}
	var names []string
	err := contents(ctx, side.snap, hashes, func(_ manifest.Hash, body []byte) error {
		if name, _ := c.types.NameOf(it.Type, body); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
		return nil
	})
	slices.Sort(names)
	it.Name = strings.Join(names, " / ")
	return err
}
