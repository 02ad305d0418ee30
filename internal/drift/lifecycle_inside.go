package drift

import (
	"strings"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift/diff"
)

// below resolves what was open inside of a value, or of an object, that is gone
// or another one as a whole.
func (o *observation) below(known []*stored, c *observed, now domain.Micros, out *outcome) {
	e := evSuperseded
	if c.Path == "" {
		if c.Kind != diff.Removed {
			return
		}
		e = evGone
	}
	for _, f := range known {
		if f.open() && strings.HasPrefix(f.Path, c.Path+"/") {
			o.step(f, e, now, out)
		}
	}
}

// restore brings back what went with a value, or an object, that is back as it
// was. whole is the finding that said that it was another one.
func (o *observation) restore(known []*stored, whole *stored, now domain.Micros, out *outcome) {
	went := o.wentWith(known, whole)
	for _, f := range known {
		if !o.inside(f, whole) || f.runSeq != went {
			continue
		}
		e := evBack
		if f.was == Accepted && f.Until <= now {
			e = evSeen
		}
		o.step(f, e, now, out)
	}
}

// inside says that an earlier run resolved a finding inside of whole because all
// of it was gone or became another value.
func (o *observation) inside(f, whole *stored) bool {
	because := BecauseSuperseded
	if whole.Path == "" {
		because = BecauseGone
	}
	return !f.open() && f.Reason == because && f.runSeq < o.seq && strings.HasPrefix(f.Path, whole.Path+"/")
}

// wentWith is the number of the run that resolved what was inside of a value when
// it went. Where the value has become others since, that is the last run which
// did before the first of those took its place.
func (o *observation) wentWith(known []*stored, whole *stored) (run int64) {
	if whole.FromHash == whole.origin {
		return whole.runSeq
	}
	first := whole
	for first.FromHash != whole.origin {
		before := precedes(known, whole, first)
		if before == nil {
			break
		}
		first = before
	}
	for _, f := range known {
		if o.inside(f, whole) && f.runSeq < first.runSeq && f.Since >= first.FirstSeen {
			run = max(run, f.runSeq)
		}
	}
	return run
}

// precedes is the finding of the same value whose place f took.
func precedes(known []*stored, whole, f *stored) (before *stored) {
	for _, g := range known {
		if g.Path != whole.Path || g.Reason != BecauseSuperseded || g.origin != whole.origin || g.ToHash != f.FromHash || g.ID == f.ID {
			continue
		}
		if earlier := g.runSeq < f.runSeq || f == whole && g.runSeq == f.runSeq; earlier && (before == nil || g.runSeq > before.runSeq) {
			before = g
		}
	}
	return before
}
