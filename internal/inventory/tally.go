package inventory

import (
	"slices"

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

// saw says whether something was said of a type.
func (t *tally) saw(kind string) bool {
	if _, ok := t.said[kind]; ok {
		return true
	}
	return slices.Contains(t.entries.types.names, kind)
}

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
