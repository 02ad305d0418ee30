package main

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// adoptNamespaces lets manifests that name no namespace be compared with the
// objects that were made of them: who applies a manifest says where. It does so
// only where one live object of that type and name is there that nothing else
// stands for.
func adoptNamespaces(ctx context.Context, types *normal.Types, before, after *diffSide) error {
	a, err := kubernetesEntries(ctx, types, before.snap)
	if err != nil {
		return err
	}
	b, err := kubernetesEntries(ctx, types, after.snap)
	if err != nil || len(a) == 0 || len(b) == 0 {
		return err
	}
	if err := adopt(ctx, before, a, after, b); err != nil {
		return err
	}
	return adopt(ctx, after, b, before, a)
}

func kubernetesEntries(ctx context.Context, types *normal.Types, s *manifest.Snapshot) (map[objectKey]manifest.Hash, error) {
	out := map[objectKey]manifest.Hash{}
	keep := func(typ string) bool { return types.Rules(typ).Type().Family == "kubernetes" }
	err := manifest.Walk(ctx, s, keep, func(e manifest.Entry) error {
		out[objectKey{e.Type, e.ID}] = e.Hash
		return nil
	})
	return out, err
}

// adopt gives the manifests of one side the namespaces of the other's objects.
func adopt(ctx context.Context, side *diffSide, own map[objectKey]manifest.Hash, live *diffSide, other map[objectKey]manifest.Hash) error {
	candidates := map[objectKey][]objectKey{} // by the identity without namespace
	for key := range other {
		if i := strings.IndexByte(key.id, '/'); i > 0 {
			if _, both := own[key]; !both {
				bare := objectKey{key.typ, key.id[i:]}
				candidates[bare] = append(candidates[bare], key)
			}
		}
	}
	renamed := map[objectKey]string{}
	for key, hash := range own {
		_, both := other[key]
		fits := candidates[key]
		if both || len(fits) != 1 {
			continue
		}
		manifested, err := isLive(ctx, side.snap, hash)
		if err != nil {
			return err
		}
		observed, err := isLive(ctx, live.snap, other[fits[0]])
		if err != nil {
			return err
		}
		if !manifested && observed {
			renamed[key] = fits[0].id
		}
	}
	return side.rename(ctx, renamed)
}

// isLive says whether an object was read from a cluster.
func isLive(ctx context.Context, s *manifest.Snapshot, hash manifest.Hash) (live bool, err error) {
	err = contents(ctx, s, []manifest.Hash{hash}, func(_ manifest.Hash, body []byte) error {
		live = bytes.Contains(body, []byte(`"`+normal.AppliedMember+`":`))
		return nil
	})
	return live, err
}

// rename gives objects other identities.
func (s *diffSide) rename(ctx context.Context, ids map[objectKey]string) error {
	if len(ids) == 0 {
		return nil
	}
	var entries []manifest.Entry
	if err := manifest.Walk(ctx, s.snap, nil, func(e manifest.Entry) error {
		if id, ok := ids[objectKey{e.Type, e.ID}]; ok {
			e.ID = id
		}
		entries = append(entries, e)
		return nil
	}); err != nil {
		return err
	}
	slices.SortFunc(entries, func(x, y manifest.Entry) int {
		return cmp.Or(strings.Compare(x.Type, y.Type), strings.Compare(x.ID, y.ID))
	})
	store := renamedStore{s.snap.Store, partStore{}}
	b := manifest.NewBuilder(store.chunks.keep)
	for _, e := range entries {
		if err := b.Add(e); err != nil {
			return err
		}
	}
	refs, err := b.Close()
	if err != nil {
		return err
	}
	s.snap.Root.Chunks = refs
	s.snap.Store = store
	for key, id := range ids {
		s.places[objectKey{key.typ, id}] = s.places[key]
	}
	return nil
}

// renamedStore has chunks of its own and the contents of another.
type renamedStore struct {
	manifest.Store
	chunks partStore
}

// Chunks gives chunks by their hashes.
func (s renamedStore) Chunks(ctx context.Context, hashes []manifest.Hash, each func(manifest.Hash, []byte) error) error {
	return s.chunks.Chunks(ctx, hashes, each)
}
