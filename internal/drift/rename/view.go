// Package rename compares snapshots whose objects have different IDs: those of
// two tenants, or of one that was made anew. Objects are the same if type, name
// and template are; references count as what they name.
//
// Invariant: pure, like the diff below it. Where several objects have one name,
// or what a reference means can't be told, the outcome is unknown, and nothing
// is called added, removed or changed for it.
//
// It must not know tenants, stores or who may look at what.
package rename

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

// Key is what identifies an object in another tenant.
type Key struct{ Type, ID string }

// Label is how people know an object.
type Label struct{ Type, Name, Template string }

// View is a snapshot as another tenant would see it: objects have identities
// that mean something there, and references are the names of what they refer to.
// It is a manifest.Store of its own: contents are rewritten when they are read.
type View struct {
	types *normal.Types
	snap  *manifest.Snapshot
	refs  *references
	// Only are the types to read; nil: all.
	Only func(typ string) bool

	// Entries are the objects, by type and own ID.
	Entries []Entry
	// Labels say what the objects are called.
	Labels map[Key]Label
	// real is the ID that the only object of an identity has in its tenant,
	// several the IDs where more than one claims it.
	real    map[Key]string
	several map[Key][]string
	// Twice are the identities of what the run had twice under one ID.
	Twice map[Key]bool
	// Partial are the types of which duplicates can't be told by name.
	Partial map[string]bool

	root   *manifest.Snapshot
	chunks map[manifest.Hash][]byte
	origin map[manifest.Hash]content

	mu   sync.Mutex // over norm and refs' memory: the comparison may read in parallel
	norm *normal.Normaliser
}

// Entry is one object.
type Entry struct {
	Key
	Real string        // the ID that it has in its tenant
	Hash manifest.Hash // of the content as it is, then as it is shown
}

// content says what a rewritten content is made of.
type content struct {
	typ  string
	hash manifest.Hash
}

// NewView is for one comparison of the snapshot. Read it first.
func NewView(types *normal.Types, snap *manifest.Snapshot) *View {
	return &View{
		types: types, snap: snap, norm: normal.New(types, nil), refs: newReferences(),
		real: map[Key]string{}, several: map[Key][]string{}, Labels: map[Key]Label{}, Partial: map[string]bool{}, Twice: map[Key]bool{},
	}
}

// Read goes through the snapshot once and learns what everything is called.
func (v *View) Read(ctx context.Context) error {
	if err := v.readEntries(ctx); err != nil {
		return err
	}
	for at := 0; at < len(v.Entries); at += batchObjects {
		if err := v.readNames(ctx, v.Entries[at:min(at+batchObjects, len(v.Entries))]); err != nil {
			return err
		}
	}
	return v.readDuplicates(ctx)
}

func (v *View) readEntries(ctx context.Context) error {
	var hashes []manifest.Hash
	for _, c := range v.snap.Root.Chunks {
		if v.Only != nil && !v.Only(c.Type) {
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
				v.Entries = append(v.Entries, Entry{Key: Key{Type: e.Type}, Real: e.ID, Hash: e.Hash})
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	slices.SortFunc(v.Entries, func(x, y Entry) int { return cmp.Or(cmp.Compare(x.Type, y.Type), cmp.Compare(x.Real, y.Real)) })
	return nil
}

// readNames names some of the objects.
func (v *View) readNames(ctx context.Context, part []Entry) error {
	by := map[manifest.Hash][]int{}
	for i := range part {
		by[part[i].Hash] = append(by[part[i].Hash], i)
	}
	hashes := make([]manifest.Hash, 0, len(by))
	for h := range by {
		hashes = append(hashes, h)
	}
	return v.snap.Store.Contents(ctx, hashes, func(h manifest.Hash, body []byte) error {
		for _, i := range by[h] {
			e := &part[i]
			name, template := v.types.NameOf(e.Type, body)
			l := Label{Type: e.Type, Name: name, Template: template}
			e.Key = v.identity(l, e.Real)
			v.claim(e.Key, l, e.Real)
		}
		return nil
	})
}

// claim notes who has an identity.
func (v *View) claim(key Key, l Label, real string) {
	v.Labels[key] = l
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
func (v *View) identity(l Label, id string) Key {
	if strings.HasPrefix(id, "arn:") {
		return Key{l.Type, "id\x01" + v.refs.withoutAccount(id)}
	}
	if l.Name == "" || v.types.Rules(l.Type).Type().Family == "kubernetes" {
		return Key{l.Type, "id\x01" + id}
	}
	text := "name\x01" + l.Name
	if l.Template != "" {
		text += "\x01" + l.Template
	}
	if len(text) > manifest.MaxID {
		sum := sha256.Sum256([]byte(text))
		text = "hash\x01" + hex.EncodeToString(sum[:])
	}
	return Key{l.Type, text}
}

// readDuplicates finds what the claimants of duplicated identities are called:
// the other tenant's object of that name must be left out too. Where they are
// not kept, nothing of the type can be called absent.
func (v *View) readDuplicates(ctx context.Context) error {
	for _, d := range v.snap.Root.Duplicates {
		if v.Only != nil && !v.Only(d.Type) {
			continue
		}
		for _, text := range d.Hashes {
			h, err := manifest.ParseHash(text)
			if err != nil {
				return err
			}
			err = v.snap.Store.Contents(ctx, []manifest.Hash{h}, func(_ manifest.Hash, body []byte) error {
				name, template := v.types.NameOf(d.Type, body)
				l := Label{Type: d.Type, Name: name, Template: template}
				key := v.identity(l, d.ID)
				v.Labels[key], v.Twice[key] = l, true
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
				v.Partial[d.Type] = true
			default:
				return err
			}
		}
	}
	return nil
}

// claimants are the objects that have an identity, by their own IDs.
func (v *View) claimants(key Key) []string {
	if id, one := v.real[key]; one {
		return []string{id}
	}
	return slices.Sorted(slices.Values(v.several[key]))
}

func kindOf(source string) string {
	kind, _, _ := strings.Cut(source, "/")
	return kind
}
