package drift

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"sync"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// batchObjects is how many contents are asked for at a time.
const batchObjects = 256

// nameKey is what identifies an object in another tenant.
type nameKey struct{ typ, id string }

// label is how people know an object.
type label struct{ typ, name, template string }

// view is a snapshot as another tenant would see it: objects have identities
// that mean something there, and references are the names of what they refer to.
// It is a manifest.Store of its own: contents are rewritten when they are read.
type view struct {
	types *normal.Types
	snap  *manifest.Snapshot
	refs  *references
	only  func(typ string) bool // the types to read; nil: all

	entries []viewed
	// real is the ID that the only object of an identity has in its tenant,
	// several the IDs where more than one claims it.
	real    map[nameKey]string
	several map[nameKey][]string
	labels  map[nameKey]label
	// twice are the identities of what the run had twice under one ID.
	twice map[nameKey]bool
	// partial are the types of which duplicates can't be told by name.
	partial map[string]bool

	root   *manifest.Snapshot
	chunks map[manifest.Hash][]byte
	origin map[manifest.Hash]content

	mu   sync.Mutex // over norm and refs' memory: the comparison may read in parallel
	norm *normal.Normaliser
}

// viewed is one object.
type viewed struct {
	nameKey
	real string
	hash manifest.Hash // of the content as it is, then as it is shown
}

// content says what a rewritten content is made of.
type content struct {
	typ  string
	hash manifest.Hash
}

func newView(types *normal.Types, snap *manifest.Snapshot) *view {
	return &view{
		types: types, snap: snap, norm: normal.New(types, nil), refs: newReferences(),
		real: map[nameKey]string{}, several: map[nameKey][]string{}, labels: map[nameKey]label{}, partial: map[string]bool{}, twice: map[nameKey]bool{},
	}
}

// read goes through the snapshot once and learns what everything is called.
func (v *view) read(ctx context.Context) error {
	if err := v.readEntries(ctx); err != nil {
		return err
	}
	for at := 0; at < len(v.entries); at += batchObjects {
		if err := v.readNames(ctx, v.entries[at:min(at+batchObjects, len(v.entries))]); err != nil {
			return err
		}
	}
	return v.readDuplicates(ctx)
}

func (v *view) readEntries(ctx context.Context) error {
	var hashes []manifest.Hash
	for _, c := range v.snap.Root.Chunks {
		if v.only != nil && !v.only(c.Type) {
			continue
		}
		h, err := manifest.ParseHash(c.Hash)
		if err != nil {
			return err
		}
		hashes = append(hashes, h)
	}
	for part := range slices.Chunk(hashes, batchObjects) {
		err := v.snap.Store.Chunks(ctx, part, func(_ manifest.Hash, body []byte) error {
			// Entries copies what it gives, so the body may go.
			c, err := manifest.DecodeChunk(bytes.Clone(body))
			if err != nil {
				return err
			}
			entries, err := c.Entries()
			for _, e := range entries {
				if account := accountOf(e.ID); account != "" {
					v.refs.accounts[account] = true
				}
				v.entries = append(v.entries, viewed{nameKey: nameKey{typ: e.Type}, real: e.ID, hash: e.Hash})
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	slices.SortFunc(v.entries, func(x, y viewed) int { return cmp.Or(cmp.Compare(x.typ, y.typ), cmp.Compare(x.real, y.real)) })
	return nil
}

// readNames names some of the objects.
func (v *view) readNames(ctx context.Context, part []viewed) error {
	by := map[manifest.Hash][]int{}
	for i := range part {
		by[part[i].hash] = append(by[part[i].hash], i)
	}
	hashes := make([]manifest.Hash, 0, len(by))
	for h := range by {
		hashes = append(hashes, h)
	}
	return v.snap.Store.Contents(ctx, hashes, func(h manifest.Hash, body []byte) error {
		for _, i := range by[h] {
			e := &part[i]
			name, template := v.types.NameOf(e.typ, body)
			l := label{typ: e.typ, name: name, template: template}
			e.nameKey = v.identity(l, e.real)
			v.claim(e.nameKey, l, e.real)
		}
		return nil
	})
}

// claim notes who has an identity.
func (v *view) claim(key nameKey, l label, real string) {
	v.labels[key] = l
	if others := v.several[key]; len(others) > 0 {
		v.several[key] = append(others, real)
		return
	}
	if other, taken := v.real[key]; taken {
		delete(v.real, key)
		v.several[key] = []string{other, real}
		return
	}
	v.real[key] = real
}

// identity is the ID that an object has in views. Kubernetes' own are names
// already; so are ARNs but for the account, and the ID of what has no name.
func (v *view) identity(l label, id string) nameKey {
	if strings.HasPrefix(id, "arn:") {
		return nameKey{l.typ, "id\x01" + v.refs.withoutAccount(id)}
	}
	if l.name == "" || v.types.Rules(l.typ).Type().Family == "kubernetes" {
		return nameKey{l.typ, "id\x01" + id}
	}
	text := "name\x01" + l.name
	if l.template != "" {
		text += "\x01" + l.template
	}
	if len(text) > manifest.MaxID {
		sum := sha256.Sum256([]byte(text))
		text = "hash\x01" + hex.EncodeToString(sum[:])
	}
	return nameKey{l.typ, text}
}

// readDuplicates finds what the claimants of duplicated identities are called:
// the other tenant's object of that name must be left out too. Where they are
// not kept, nothing of the type can be called absent.
func (v *view) readDuplicates(ctx context.Context) error {
	for _, d := range v.snap.Root.Duplicates {
		if v.only != nil && !v.only(d.Type) {
			continue
		}
		for _, text := range d.Hashes {
			h, err := manifest.ParseHash(text)
			if err != nil {
				return err
			}
			err = v.snap.Store.Contents(ctx, []manifest.Hash{h}, func(_ manifest.Hash, body []byte) error {
				name, template := v.types.NameOf(d.Type, body)
				l := label{typ: d.Type, name: name, template: template}
				key := v.identity(l, d.ID)
				v.labels[key], v.twice[key] = l, true
				ids := v.several[key]
				if real, one := v.real[key]; one {
					delete(v.real, key)
					ids = append(ids, real)
				}
				v.several[key] = append(ids, d.ID)
				return nil
			})
			switch fault.CodeOf(err) {
			case "":
			case fault.Damaged, fault.NotFound:
				v.partial[d.Type] = true
			default:
				return err
			}
		}
	}
	return nil
}

// show makes the snapshot that the comparison sees. Root documents of views are
// never stored.
func (v *view) show(ctx context.Context) error {
	v.chunks, v.origin = map[manifest.Hash][]byte{}, make(map[manifest.Hash]content, len(v.entries))
	shown := make([]viewed, 0, len(v.entries))
	for at := 0; at < len(v.entries); at += batchObjects {
		part := v.entries[at:min(at+batchObjects, len(v.entries))]
		if err := v.rehash(ctx, part); err != nil {
			return err
		}
		for _, e := range part {
			if _, one := v.real[e.nameKey]; one {
				shown = append(shown, e)
			}
		}
	}
	slices.SortFunc(shown, func(x, y viewed) int { return cmp.Or(cmp.Compare(x.typ, y.typ), cmp.Compare(x.id, y.id)) })
	b := manifest.NewBuilder(func(h manifest.Hash, body []byte) error {
		v.chunks[h] = bytes.Clone(body)
		return nil
	})
	counts := map[string]int{}
	for _, e := range shown {
		counts[e.typ]++
		if err := b.Add(manifest.Entry{Type: e.typ, ID: e.id, Hash: e.hash}); err != nil {
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
func (v *view) rootOf(chunks []manifest.ChunkRef, counts map[string]int, objects int) *manifest.Root {
	r := *v.snap.Root
	r.Source = kindOfSource(r.Source) + "/compare"
	r.Chunks, r.Objects, r.Duplicates = chunks, objects, nil
	r.Coverage = slices.Clone(r.Coverage)
	for i := range r.Coverage {
		c := &r.Coverage[i]
		c.Objects = counts[c.Type]
		if v.partial[c.Type] && c.Status == manifest.Complete {
			c.Status = manifest.Partial
		}
	}
	for key, ids := range v.several {
		r.Duplicates = append(r.Duplicates, manifest.Duplicate{Type: key.typ, ID: key.id, Places: slices.Clone(ids)})
	}
	slices.SortFunc(r.Duplicates, func(x, y manifest.Duplicate) int { return cmp.Or(cmp.Compare(x.Type, y.Type), cmp.Compare(x.ID, y.ID)) })
	return &r
}

// rehash gives entries the hashes of their contents as they are shown.
func (v *view) rehash(ctx context.Context, part []viewed) error {
	by := map[content][]int{}
	for i := range part {
		c := content{part[i].typ, part[i].hash}
		by[c] = append(by[c], i)
	}
	return v.contents(ctx, by, func(c content, shown []byte) error {
		h := manifest.HashOf(shown)
		v.origin[h] = c
		for _, i := range by[c] {
			part[i].hash = h
		}
		return nil
	})
}

// contents reads contents and rewrites them; the key's value is not used. Two
// types may share a content, but not what rules make of it.
func (v *view) contents(ctx context.Context, wanted map[content][]int, each func(c content, shown []byte) error) error {
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
func (v *view) rewrite(typ string, body []byte) ([]byte, error) {
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
func (v *view) Chunks(_ context.Context, hashes []manifest.Hash, each func(manifest.Hash, []byte) error) error {
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
func (v *view) Contents(ctx context.Context, hashes []manifest.Hash, each func(manifest.Hash, []byte) error) error {
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
