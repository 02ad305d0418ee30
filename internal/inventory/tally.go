package inventory

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// tally collects what a run saw and makes the root document of it. One goroutine
// uses it.
type tally struct {
	types    *normal.Types
	secrets  string
	begin    Begin
	selected map[string]bool // nil: all
	entries  entryList
	said     map[string]manifest.Coverage
	folders  map[string]bool
	failed   map[failedAt]string // the reason
	pages    map[string]bool     // types that came in pages: was the last among them

	// Of an upload: lines that held an object, lines that were no JSON, and the
	// line that said the end.
	lines, garbled, end int64
}

// failedAt is where something could not be read; noFile: the place is no path.
type failedAt struct {
	place, kind string
	noFile      bool
}

func newTally(types *normal.Types, secrets string, b Begin) *tally {
	t := &tally{
		types: types, secrets: secrets, begin: b,
		said: map[string]manifest.Coverage{}, folders: map[string]bool{}, failed: map[failedAt]string{}, pages: map[string]bool{},
	}
	if len(b.Types) > 0 {
		t.selected = map[string]bool{}
		for _, name := range b.Types {
			t.selected[name] = true
		}
	}
	return t
}

// wanted says whether the run asked for a type. What it did not ask for is not
// part of it, even if the source gives it.
func (t *tally) wanted(kind string) bool { return t.selected == nil || t.selected[kind] }

func (t *tally) object(kind, id, place string, hash manifest.Hash) error {
	if !t.wanted(kind) {
		return nil
	}
	if t.entries.n >= MaxObjects {
		return errTooMany("objects", MaxObjects, "objects")
	}
	t.entries.add(kind, id, place, hash)
	switch {
	case len(t.entries.types.names) > MaxKinds:
		return errTooMany("types", MaxKinds, "types")
	case len(t.entries.folders.names) > MaxFolders:
		return errTooMany("folders", MaxFolders, "folders")
	}
	return nil
}

func (t *tally) fail(q manifest.Quarantined, noFile bool) error {
	if q.Type != "" && !t.wanted(q.Type) {
		return nil
	}
	at := failedAt{q.Place, q.Type, noFile}
	if before, ok := t.failed[at]; !ok || q.Reason < before { // equal runs say the same
		t.failed[at] = q.Reason
	}
	if len(t.failed) > MaxListed {
		return errTooMany("quarantined", MaxListed, "things that can't be read")
	}
	return nil
}

// cover takes what the source says of a type; of several words the worst counts.
func (t *tally) cover(c manifest.Coverage) error {
	if !t.wanted(c.Type) {
		return nil
	}
	before, ok := t.said[c.Type]
	if ok && worse(before.Status) >= worse(c.Status) {
		return nil
	}
	t.said[c.Type] = c
	if len(t.said) > MaxKinds {
		return errTooMany("types", MaxKinds, "types")
	}
	return nil
}

// page notes a page of a type's list.
func (t *tally) page(kind string, more bool) { t.pages[kind] = t.pages[kind] || !more }

func worse(s manifest.Status) int {
	return slices.Index([]manifest.Status{manifest.Complete, manifest.Skipped, manifest.Partial, manifest.Failed}, s)
}

// ends takes the sender's word on how much it sent. A garbled line may have been
// an object or not.
func (t *tally) ends(line, objects int64) error {
	t.end = line
	if objects < t.lines || objects > t.lines+t.garbled {
		return lineError(line, "the sender sent %d objects, %d arrived: nothing was recorded, send it again", objects, t.lines)
	}
	return nil
}

func (t *tally) folder(p string) error {
	t.folders[cleanFolder(p)] = true
	if len(t.folders) > MaxFolders {
		return errTooMany("folders", MaxFolders, "folders")
	}
	return nil
}

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

// checkCoverage refuses what no source may say.
func checkCoverage(c *manifest.Coverage) error {
	switch {
	case c.Type == "" || len(c.Type) > maxTypeBytes:
		return fault.New(fault.Invalid, "coverage needs a type of at most %d bytes", maxTypeBytes).At("coverage.type")
	case worse(c.Status) < 0:
		return fault.New(fault.Invalid, "the status of coverage is complete, partial, failed or skipped").At("coverage.status")
	}
	c.Error = cutText(c.Error, maxReasonBytes)
	return nil
}
