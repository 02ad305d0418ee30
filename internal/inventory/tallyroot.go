package inventory

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/inventory/manifest"
)

// lay says in which folders objects of a type lay, by numbers.
type lay struct{ kind, folder uint32 }

// root makes the root document; emit gets each chunk.
func (t *tally) root(emit func(manifest.Hash, []byte) error) (*manifest.Root, error) {
	r := &manifest.Root{
		V: 1, Source: t.begin.Source.String(), Filters: maps.Clone(t.begin.Filters), Secrets: t.secrets,
		Selected: slices.Clone(t.begin.Types), Folders: slices.Sorted(maps.Keys(t.folders)),
	}
	count := map[string]*manifest.Coverage{}
	places, err := t.chunks(r, count, emit)
	if err != nil {
		return nil, err
	}
	t.quarantine(r, places)
	r.Coverage = t.coverage(r, count, places)
	return r, nil
}

// chunks hands the entries to a builder and leaves out identities that more than
// one object claims.
func (t *tally) chunks(r *manifest.Root, count map[string]*manifest.Coverage, emit func(manifest.Hash, []byte) error) (map[lay]bool, error) {
	l := &t.entries
	order := l.sorted()
	places := map[lay]bool{}
	b := manifest.NewBuilder(emit)
	for i := 0; i < len(order); {
		e, n := l.at(order[i]), 1
		for ; i+n < len(order) && l.same(e, l.at(order[i+n])); n++ {
		}
		for _, at := range order[i : i+n] {
			if c := l.at(at); c.folder != 0 {
				places[lay{c.kind, c.folder}] = true
			}
		}
		kind := l.types.names[e.kind]
		c := count[kind]
		if c == nil {
			c = &manifest.Coverage{}
			count[kind] = c
		}
		if n == 1 {
			c.Objects++
			r.Objects++
			if err := b.Add(manifest.Entry{Type: kind, ID: string(l.id(e)), Hash: e.hash}); err != nil {
				return nil, err
			}
		} else {
			c.Duplicates++
			r.Duplicates = append(r.Duplicates, t.duplicate(order[i:i+n]))
			if len(r.Duplicates) > MaxListed {
				return nil, errTooMany("duplicates", MaxListed, "duplicate identities")
			}
		}
		i += n
	}
	var err error
	r.Chunks, err = b.Close()
	return places, err
}

func (l *entryList) same(a, b *entry) bool {
	return a.kind == b.kind && bytes.Equal(l.id(a), l.id(b))
}

// duplicate describes the claimants of one identity.
func (t *tally) duplicate(claimants []uint32) manifest.Duplicate {
	l := &t.entries
	first := l.at(claimants[0])
	d := manifest.Duplicate{Type: l.types.names[first.kind], ID: string(l.id(first))}
	slices.SortFunc(claimants, func(a, b uint32) int {
		x, y := l.at(a), l.at(b)
		return cmp.Or(bytes.Compare(x.hash[:], y.hash[:]), strings.Compare(l.place(x), l.place(y)))
	})
	for _, at := range claimants[:min(len(claimants), maxClaimants)] {
		e := l.at(at)
		d.Hashes = append(d.Hashes, hex.EncodeToString(e.hash[:]))
		if p := l.place(e); p != "" {
			d.Places = append(d.Places, p)
		}
	}
	slices.Sort(d.Places)
	return d
}

// maxClaimants bounds what is listed of one duplicate identity.
const maxClaimants = 100

// quarantine lists what could not be read. Where the source did not know a
// thing's type, its folder tells it: by its name, or by what else lies there.
func (t *tally) quarantine(r *manifest.Root, places map[lay]bool) {
	var beside map[string][]string // types by folder
	for at, reason := range t.failed {
		q := manifest.Quarantined{Place: at.place, Type: at.kind, Reason: reason}
		if q.Type == "" && !at.noFile {
			if beside == nil {
				beside = t.beside(places)
			}
			q.Type = t.typeIn(folderOf(q.Place), beside)
		}
		if q.Type == "" || t.wanted(q.Type) {
			r.Quarantined = append(r.Quarantined, q)
		}
	}
	slices.SortFunc(r.Quarantined, func(a, b manifest.Quarantined) int {
		return cmp.Or(strings.Compare(a.Place, b.Place), strings.Compare(a.Type, b.Type), strings.Compare(a.Reason, b.Reason))
	})
	r.Quarantined = slices.CompactFunc(r.Quarantined, func(a, b manifest.Quarantined) bool { return a.Place == b.Place && a.Type == b.Type })
}

func (t *tally) beside(places map[lay]bool) map[string][]string {
	out := map[string][]string{}
	for p := range places {
		f := t.entries.folders.names[p.folder-1]
		out[f] = append(out[f], t.entries.types.names[p.kind])
	}
	return out
}

// typeIn is the one type that a thing in a folder can have, empty if it can't be
// told: the name of the folder and what lies in it must not contradict.
func (t *tally) typeIn(folder string, beside map[string][]string) string {
	named, _ := t.types.TypeOfFolder(folder)
	lie := beside[folder]
	switch {
	case len(lie) == 0:
		return named
	case len(lie) == 1 && (named == "" || named == lie[0]):
		return lie[0]
	}
	return ""
}

// coverage says how completely each type was read.
func (t *tally) coverage(r *manifest.Root, count map[string]*manifest.Coverage, places map[lay]bool) []manifest.Coverage {
	all := map[string]*manifest.Coverage{}
	of := func(kind string) *manifest.Coverage {
		c := all[kind]
		if c == nil {
			c = &manifest.Coverage{Type: kind, Status: manifest.Complete, Normaliser: t.types.Rules(kind).Type().Normaliser}
			all[kind] = c
		}
		return c
	}
	for _, kind := range t.begin.Types {
		of(kind)
	}
	for kind, n := range count {
		c := of(kind)
		c.Objects, c.Duplicates = n.Objects, n.Duplicates
	}
	for kind, s := range t.said {
		c := of(kind)
		c.Status, c.Error = s.Status, s.Error
	}
	for _, q := range r.Quarantined {
		if q.Type == "" {
			continue
		}
		c := of(q.Type)
		if c.Quarantined++; c.Status == manifest.Complete {
			c.Status = manifest.Partial
		}
	}
	for kind, last := range t.pages {
		if c := all[kind]; !last && c != nil && c.Status == manifest.Complete {
			c.Status, c.Error = manifest.Partial, "the last page of its list is missing"
		}
	}
	for p := range places {
		c := of(t.entries.types.names[p.kind])
		c.Places = append(c.Places, t.entries.folders.names[p.folder-1])
	}
	out := make([]manifest.Coverage, 0, len(all))
	for _, kind := range slices.Sorted(maps.Keys(all)) {
		slices.Sort(all[kind].Places)
		out = append(out, *all[kind])
	}
	return out
}
