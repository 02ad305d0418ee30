package diff

import (
	"maps"
	"path"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// Why the presence or absence of an object can't be told.
const (
	BecauseQuarantine = "quarantine" // something unreadable may be it
	BecausePartial    = "partial"    // its type was read in part
	BecauseFailed     = "failed"     // its type could not be read
	BecauseSkipped    = "skipped"    // its type was not asked for
	BecauseScope      = "scope"      // another source or other filters
	BecauseNormaliser = "normaliser" // its type was read by other rules
	BecauseFolder     = "folder"     // a folder in which the type lay was not read
	BecauseBaseline   = "baseline"   // it was not read completely before
)

// proof says what two snapshots prove about the objects of one type. An empty
// reason proves.
type proof struct {
	// incomparable holds for every object that is not equal on both sides.
	incomparable string
	// absent says why an object that only from has may still be there, present
	// why one that only to has may have been there before.
	absent, present string
	rules           *normal.Rules
}

// judge gives proofs by type.
type judge struct {
	from, to *evidence
	scope    bool // comparable at all
	types    *normal.Types
	known    map[string]*proof
}

// evidence is what one snapshot's root says about coverage.
type evidence struct {
	root *manifest.Root
	// known are the folders that are known to exist, whether read to their end or not.
	known map[string]bool
	// stream: without folders, so that its end is the end of every type.
	stream bool
}

func newJudge(types *normal.Types, from, to *manifest.Root) *judge {
	return &judge{
		from: evidenceOf(from), to: evidenceOf(to), types: types, known: make(map[string]*proof),
		scope: kindOf(from) == kindOf(to) && maps.Equal(from.Filters, to.Filters),
	}
}

func evidenceOf(r *manifest.Root) *evidence {
	e := &evidence{root: r, known: make(map[string]bool), stream: len(r.Folders) == 0}
	for i := range r.Coverage {
		e.stream = e.stream && len(r.Coverage[i].Places) == 0
		for _, p := range r.Coverage[i].Places {
			e.known[p] = true
		}
	}
	return e
}

func kindOf(r *manifest.Root) string {
	kind, _, _ := strings.Cut(r.Source, "/")
	return kind
}

// of gives what is proven about a type.
func (j *judge) of(typ string) *proof {
	if p, ok := j.known[typ]; ok {
		return p
	}
	p := &proof{rules: j.types.Rules(typ)}
	j.known[typ] = p
	a, inA := j.from.root.Cover(typ)
	b, inB := j.to.root.Cover(typ)
	switch {
	case !j.scope:
		p.incomparable = BecauseScope
	case inA && inB && a.Normaliser != b.Normaliser:
		p.incomparable = BecauseNormaliser
	default:
		p.absent = j.to.covers(typ, j.from.root, a)
		if why := j.from.covers(typ, j.to.root, b); why != "" && (why != BecauseFolder || !j.from.lacked(b)) {
			p.present = BecauseBaseline
		}
	}
	return p
}

// covers says why the absence of an object of the type in this snapshot proves
// nothing, given what the other snapshot says of the type; empty if it proves
// that there is none.
func (e *evidence) covers(typ string, there *manifest.Root, other *manifest.Coverage) string {
	vouched := slices.Contains(e.root.Selected, typ)
	if len(e.root.Selected) > 0 && !vouched {
		return BecauseSkipped
	}
	here, seen := e.root.Cover(typ)
	if seen {
		switch here.Status {
		case manifest.Failed:
			return BecauseFailed
		case manifest.Skipped:
			return BecauseSkipped
		}
	}
	if e.root.MayHide(there, typ) || seen && here.Quarantined > 0 {
		return BecauseQuarantine
	}
	if seen && here.Status != manifest.Complete {
		return BecausePartial
	}
	if vouched || e.readAll(other) && (seen || len(other.Places) > 0 || e.stream) {
		return ""
	}
	return BecauseFolder
}

// lacked says that there was nothing of a type, as far as folders go: those in
// which the other snapshot found it were read, or did not exist. That holds for
// what is new, not for what is gone: a folder that is gone is more often an
// export that failed than a type that nobody has any more.
func (e *evidence) lacked(other *manifest.Coverage) bool {
	if other == nil {
		return false
	}
	return e.stream || !slices.ContainsFunc(other.Places, func(p string) bool { return !e.readOrNone(p) })
}

// readOrNone says that a folder was read to its end, or that the nearest folder
// above it which existed was, and it was not in there.
func (e *evidence) readOrNone(folder string) bool {
	for {
		if _, ok := slices.BinarySearch(e.root.Folders, folder); ok {
			return true
		}
		if e.known[folder] || folder == "." || folder == "/" {
			return false
		}
		folder = path.Dir(folder)
	}
}

// readAll says that the folders were read in which the other snapshot found
// objects of the type.
func (e *evidence) readAll(other *manifest.Coverage) bool {
	if other == nil {
		return false
	}
	for _, place := range other.Places {
		if _, ok := slices.BinarySearch(e.root.Folders, place); !ok {
			return false
		}
	}
	return true
}
