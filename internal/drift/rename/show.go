package rename

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

// show makes the snapshot that the comparison sees. Root documents of views are
// never stored.
func (v *View) show(ctx context.Context) error {
	v.chunks, v.origin = map[manifest.Hash][]byte{}, make(map[manifest.Hash]content, len(v.Entries))
	shown := make([]Entry, 0, len(v.Entries))
	for at := 0; at < len(v.Entries); at += batchObjects {
		part := v.Entries[at:min(at+batchObjects, len(v.Entries))]
		if err := v.rehash(ctx, part); err != nil {
			return err
		}
		for _, e := range part {
			if _, one := v.real[e.Key]; one {
				shown = append(shown, e)
			}
		}
	}
	slices.SortFunc(shown, func(x, y Entry) int { return cmp.Or(cmp.Compare(x.Type, y.Type), cmp.Compare(x.ID, y.ID)) })
	b := manifest.NewBuilder(func(h manifest.Hash, body []byte) error {
		v.chunks[h] = bytes.Clone(body)
		return nil
	})
	counts := map[string]int{}
	for _, e := range shown {
		counts[e.Type]++
		if err := b.Add(manifest.Entry{Type: e.Type, ID: e.ID, Hash: e.Hash}); err != nil {
			return err
		}
	}
	chunks, err := b.Close()
	if err != nil {
		return err
	}
	v.root = &manifest.Snapshot{Root: v.rootOf(chunks, counts, len(shown)), Store: v}
	return nil
}

// rootOf tells the coverage that the snapshot has, for identities of views.
func (v *View) rootOf(chunks []manifest.ChunkRef, counts map[string]int, objects int) *manifest.Root {
	r := *v.snap.Root
	r.Source = kindOf(r.Source) + "/compare"
	r.Chunks, r.Objects, r.Duplicates = chunks, objects, nil
	r.Coverage = slices.Clone(r.Coverage)
	for i := range r.Coverage {
		c := &r.Coverage[i]
		c.Objects = counts[c.Type]
		if v.Partial[c.Type] && c.Status == manifest.Complete {
			c.Status = manifest.Partial
		}
	}
	for key, ids := range v.several {
		r.Duplicates = append(r.Duplicates, manifest.Duplicate{Type: key.Type, ID: key.ID, Places: slices.Clone(ids)})
	}
	slices.SortFunc(r.Duplicates, func(x, y manifest.Duplicate) int { return cmp.Or(cmp.Compare(x.Type, y.Type), cmp.Compare(x.ID, y.ID)) })
	return &r
}

// rehash gives entries the hashes of their contents as they are shown.
func (v *View) rehash(ctx context.Context, part []Entry) error {
	by := map[content][]int{}
	for i := range part {
		c := content{part[i].Type, part[i].Hash}
		by[c] = append(by[c], i)
	}
	return v.contents(ctx, by, func(c content, shown []byte) error {
		h := manifest.HashOf(shown)
		v.origin[h] = c
		for _, i := range by[c] {
			part[i].Hash = h
		}
		return nil
	})
}

// contents reads contents and rewrites them; the key's value is not used. Two
// types may share a content, but not what rules make of it.
func (v *View) contents(ctx context.Context, wanted map[content][]int, each func(c content, shown []byte) error) error {
	types := map[manifest.Hash][]string{}
	hashes := make([]manifest.Hash, 0, len(wanted))
	for c := range wanted {
		if types[c.hash] == nil {
			hashes = append(hashes, c.hash)
		}
		types[c.hash] = append(types[c.hash], c.typ)
	}
	return v.snap.Store.Contents(ctx, hashes, func(h manifest.Hash, body []byte) error {
		for _, typ := range types[h] {
			shown, err := v.rewrite(typ, body)
			if err == nil {
				err = each(content{typ, h}, shown)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// rewrite shows a content: names in the place of IDs, sets in order again.
func (v *View) rewrite(typ string, body []byte) ([]byte, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	text, changed, err := v.refs.rewrite(typ, body)
	if err != nil || !changed {
		return body, err
	}
	out, _, err := v.norm.Again(typ, text)
	return out, err
}

// Chunks gives chunks of the view.
func (v *View) Chunks(_ context.Context, hashes []manifest.Hash, each func(manifest.Hash, []byte) error) error {
	for _, h := range hashes {
		body, ok := v.chunks[h]
		if !ok {
			return fault.New(fault.Internal, "a comparison asks for a chunk that the view does not have")
		}
		if err := each(h, body); err != nil {
			return err
		}
	}
	return nil
}

// Contents gives contents as the view shows them.
func (v *View) Contents(ctx context.Context, hashes []manifest.Hash, each func(manifest.Hash, []byte) error) error {
	wanted := map[content][]int{}
	for _, h := range hashes {
		c, ok := v.origin[h]
		if !ok {
			return fault.New(fault.Internal, "a comparison asks for a content that the view does not have")
		}
		wanted[c] = nil
	}
	given := make(map[manifest.Hash]bool, len(hashes))
	return v.contents(ctx, wanted, func(_ content, shown []byte) error {
		h := manifest.HashOf(shown)
		if given[h] {
			return nil // two contents that are shown alike
		}
		given[h] = true
		return each(h, shown)
	})
}
