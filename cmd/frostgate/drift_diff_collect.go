package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/drift/plain"
	"frostgate.io/frostgate/internal/drift/rename"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// diffCollector gathers what diff.Snapshots finds: the changes of one object
// come one after the other.
type diffCollector struct {
	types   *normal.Types
	least   int // severity
	out     diffReport
	item    *diffItem // of the last change
	at      objectKey
	below   map[objectKey]bool // objects of which a change was left out
	byGroup map[manifest.Hash]int
	dups    []manifest.Duplicate
	// ambiguous are names that several objects have, where names identify.
	ambiguous []rename.AmbiguousName
}

func newDiffCollector(types *normal.Types, least diff.Severity) *diffCollector {
	return &diffCollector{types: types, least: severityRank(string(least)), below: map[objectKey]bool{}, byGroup: map[manifest.Hash]int{}}
}

func severityRank(s string) int {
	return slices.Index([]string{"informational", "low", "medium", "high", "critical"}, s)
}

// Change takes one change.
func (c *diffCollector) Change(ch diff.Change) error {
	key := objectKey{ch.Type, ch.ID}
	if severityRank(string(ch.Severity)) < c.least {
		c.below[key] = true
		return nil
	}
	if c.item == nil || c.at != key {
		c.at = key
		c.item = &diffItem{
			Kind: string(diff.Changed), Type: ch.Type, Label: c.types.Rules(ch.Type).Type().Label, ID: ch.ID, Name: ch.Name,
			Severity: string(ch.Severity), Metadata: ch.Kind == diff.Metadata,
		}
		if ch.Kind == diff.Added || ch.Kind == diff.Removed {
			c.item.Kind = string(ch.Kind)
		}
		c.out.Items = append(c.out.Items, c.item)
	}
	it := c.item
	if severityRank(string(ch.Severity)) > severityRank(it.Severity) {
		it.Severity = string(ch.Severity)
	}
	it.Metadata = it.Metadata && ch.Kind == diff.Metadata
	v := diffValue{Path: ch.Path, Severity: string(ch.Severity), From: plain.Hide(ch.From), To: plain.Hide(ch.To), Ops: slices.Clone(ch.Ops)}
	for i := range v.Ops {
		v.Ops[i].Value = plain.Hide(v.Ops[i].Value)
	}
	it.Changes = append(it.Changes, v)
	c.out.Changes++
	c.group(&ch, it, v)
	return nil
}

// group counts a change with those that are equal in other objects.
func (c *diffCollector) group(ch *diff.Change, it *diffItem, v diffValue) {
	h := diff.Group(c.types, ch)
	n, ok := c.byGroup[h]
	if !ok {
		n = len(c.out.groups)
		c.byGroup[h] = n
		c.out.groups = append(c.out.groups, diffGroup{sample: v, kind: it.Kind, labels: map[string]bool{}})
	}
	g := &c.out.groups[n]
	g.labels[it.Label] = true
	if g.last != it {
		g.last = it
		g.objects++
	}
}

// Unknown takes an object whose presence or absence can't be told.
func (c *diffCollector) Unknown(u diff.Unknown) error {
	c.out.Items = append(c.out.Items, &diffItem{Kind: "unknown", Type: u.Type, Label: c.types.Rules(u.Type).Type().Label, ID: u.ID, Reason: u.Reason})
	return nil
}

func (c *diffCollector) duplicate(d manifest.Duplicate) error {
	c.dups = append(c.dups, d)
	return nil
}

// report puts all of it together.
func (c *diffCollector) report(ctx context.Context, counts diff.Counts, before, after *diffSide, keep func(string) bool) (*diffReport, error) {
	r := &c.out
	for _, it := range r.Items {
		switch it.Kind {
		case "added":
			r.Added++
		case "removed":
			r.Removed++
		case "changed":
			r.Changed++
			if it.Metadata {
				r.Metadata++
			}
		}
		delete(c.below, objectKey{it.Type, it.ID})
		it.Place = placeOf(it, before, after)
	}
	r.Unknown, r.Quarantined, r.Duplicates = counts.Unknown, counts.Quarantined, counts.Duplicates
	r.Unchanged, r.Secrets, r.Groups, r.Below = counts.Unchanged, counts.Secrets, len(r.groups), len(c.below)
	r.Before, r.After = before.info(keep), after.info(keep)
	if err := c.nameUnknown(ctx, before, after); err != nil {
		return nil, err
	}
	r.Items = append(r.Items, quarantineItems(c.types, before, after, keep)...)
	for i := range c.dups {
		it, err := c.duplicateItem(ctx, &c.dups[i], before, after)
		if err != nil {
			return nil, err
		}
		r.Items = append(r.Items, it)
	}
	for i := range c.ambiguous {
		r.Items = append(r.Items, c.ambiguousItem(&c.ambiguous[i], before, after))
	}
	slices.SortStableFunc(r.Items, compareItems)
	for _, s := range []*diffSide{before, after} {
		if s.single != "" && s.snap.Root.Objects == 0 && len(s.snap.Root.Quarantined) > 0 && r.Error == "" {
			r.Error = fmt.Sprintf("%s could not be read: %s", s.path, s.snap.Root.Quarantined[0].Reason)
		}
	}
	if r.Items == nil {
		r.Items = []*diffItem{}
	}
	return r, nil
}

// compareItems puts what drifted first, the gravest on top.
func compareItems(a, b *diffItem) int {
	kinds := []string{"added", "removed", "changed", "unknown", "quarantined", "duplicate"}
	class := func(it *diffItem) int { return max(2, slices.Index(kinds, it.Kind)) }
	return cmp.Or(cmp.Compare(class(a), class(b)), cmp.Compare(severityRank(b.Severity), severityRank(a.Severity)),
		strings.Compare(a.Label, b.Label), strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID), strings.Compare(a.Place, b.Place))
}

// placeOf is the file that shows the object: the newer, if it is there.
func placeOf(it *diffItem, before, after *diffSide) string {
	key := objectKey{it.Type, it.ID}
	if place, ok := after.places[key]; ok && it.Kind != "removed" {
		return after.show(place)
	}
	if place, ok := before.places[key]; ok {
		return before.show(place)
	}
	return ""
}

func (s *diffSide) info(keep func(string) bool) diffSideInfo {
	info := diffSideInfo{Path: s.path}
	for i := range s.snap.Root.Coverage {
		if c := &s.snap.Root.Coverage[i]; c.Objects > 0 && (keep == nil || keep(c.Type)) {
			info.Types++
			info.Objects += c.Objects
		}
	}
	if s.sum != nil {
		info.Files, info.Ignored = s.sum.Files, s.sum.Ignored
	}
	return info
}

// nameUnknown finds the names of objects that can't be told.
func (c *diffCollector) nameUnknown(ctx context.Context, sides ...*diffSide) error {
	wanted := map[objectKey][]*diffItem{}
	for _, it := range c.out.Items {
		if it.Kind == "unknown" {
			key := objectKey{it.Type, it.ID}
			wanted[key] = append(wanted[key], it)
		}
	}
	for _, s := range sides {
		if len(wanted) == 0 {
			return nil
		}
		found, hashes := map[manifest.Hash][]*diffItem{}, []manifest.Hash(nil)
		if err := manifest.Walk(ctx, s.snap, nil, func(e manifest.Entry) error {
			if items := wanted[objectKey{e.Type, e.ID}]; items != nil {
				if found[e.Hash] == nil {
					hashes = append(hashes, e.Hash)
				}
				found[e.Hash] = append(found[e.Hash], items...)
			}
			return nil
		}); err != nil {
			return err
		}
		if err := contents(ctx, s.snap, hashes, func(h manifest.Hash, body []byte) error {
			for _, it := range found[h] {
				it.Name, _ = c.types.NameOf(it.Type, body)
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}
