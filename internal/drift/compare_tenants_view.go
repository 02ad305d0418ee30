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
