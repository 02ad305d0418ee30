package drift

import (
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

// flapRuns is within how many runs a value that comes back counts as a flap.
const flapRuns = 10

// stored is a finding as its row has it: with what only the lifecycle needs.
type stored struct {
	Finding
	// origin is the value that a return would bring back: what was there before
	// the first of the changes that nobody accepted.
	origin  manifest.Hash
	was     State // before it was resolved
	decided bool  // a person has decided on this value
	runSeq  int64 // of Run
	loaded  int64 // version of the row, 0: there is none yet
	// keep: whole objects are not as inventory has them, so the row keeps them.
	keep bool
}

func (f *stored) open() bool { return f.State != Resolved }

// observation is what one comparison says of objects, and what it does to their
// findings.
type observation struct {
	fixed  bool // the baseline does not follow the runs
	run    inventory.RunID
	seq    int64
	at     domain.Micros // the run was closed
	before func(objectKey) inventory.RunID
	// since is the number of the run that an object is compared with.
	since func(objectKey) int64
	fresh func(*observed) *stored // a finding that is not there yet
}

// observed is a change with the ID of the finding that speaks of it.
type observed struct {
	diff.Change
	id [idBytes]byte
}

// outcome are the rows that change, in order.
type outcome struct {
	rows   []*stored
	events []stepRow
	moves
}

// moves counts findings by what a comparison did to them.
type moves struct{ New, Reopened, Resolved, Accepted int }

// stepRow is an event that becomes history.
type stepRow struct {
	id FindingID
	Event
}

// object applies an object's changes to its findings. known are all findings of
// the object, changes all that the comparison says of it.
func (o *observation) object(known []*stored, changes []observed, now domain.Micros, out *outcome) {
	byPath := make(map[string][]*stored, len(known))
	for _, f := range known {
		byPath[f.Path] = append(byPath[f.Path], f)
	}
	for i := range changes {
		c := &changes[i]
		var whole stored // what was open of the value, before this change
		if n := slices.IndexFunc(byPath[c.Path], (*stored).open); n >= 0 {
			whole = *byPath[c.Path][n]
		}
		if f := o.change(known, byPath[c.Path], c, now, out); f != nil {
			byPath[c.Path] = append(byPath[c.Path], f)
		}
		o.below(known, c, now, out)
		if whole.ID != "" && !o.fixed && whole.origin == c.ToHash && c.ToHash != (manifest.Hash{}) {
			o.restore(known, &whole, now, out)
		}
	}
}

// change applies one change to the findings of its subject, and gives the one
// that it made, if any.
func (o *observation) change(known, prior []*stored, c *observed, now domain.Micros, out *outcome) (made *stored) {
	id := findingID(c.id)
	var same, open, stands, other *stored
	for _, f := range prior {
		switch {
		case f.ID == id:
			same = f
		case f.open():
			open = f
		}
		if f.Until > 0 && f.ToHash == c.ToHash && (stands == nil || f.Until > stands.Until) {
			stands = f
		}
		if f.decided && f.ToHash != c.ToHash && (other == nil || f.Since > other.Since) {
			other = f
		}
	}
	if other == nil {
		other = accepted(known, c.Path)
	}
	back := open != nil && !o.fixed && open.origin == c.ToHash
	switch {
	case open == nil && !o.fixed && o.returned(prior, c):
		return nil
	case same != nil && same.open():
		o.still(same, c, now, out)
	case back && !o.settled(open):
		o.returns(open, stands, now, out)
		return nil
	default:
		if same == nil {
			same = o.fresh(c)
			made = same
		}
		same.origin, same.Severity = c.FromHash, c.Severity
		if open != nil && !o.settled(open) {
			same.origin = open.origin
		}
		o.appear(same, stands, open, other, now, out)
	}
	if open != nil {
		e := evSuperseded
		if back {
			e = evReturned
		}
		o.step(open, e, now, out)
	}
	return made
}

// settled says that the finding's value is the one to go by: it was accepted, or
// acknowledged and stayed. To go back from it is a change like any other.
func (o *observation) settled(f *stored) bool {
	return f.State == Accepted || f.State == Acknowledged && o.seq-f.runSeq > flapRuns
}

// accepted is the finding by which a value around the path, or inside of it, is
// accepted: with the path, that value changes too.
func accepted(known []*stored, path string) *stored {
	for _, f := range known {
		if f.State == Accepted && (strings.HasPrefix(path, f.Path+"/") || strings.HasPrefix(f.Path, path+"/")) {
			return f
		}
	}
	return nil
}

// returned says that a run in between, compared with the same one as this run,
// saw the value come back, and nothing has changed since.
func (o *observation) returned(prior []*stored, c *observed) bool {
	since := o.since(objectKey{c.Type, c.Change.ID})
	return slices.ContainsFunc(prior, func(f *stored) bool {
		return f.Reason == BecauseReturned && f.origin == c.ToHash && f.runSeq > since && f.runSeq < o.seq
	})
}

// returns resolves a finding whose value is as it was before. Where that is a
// value that was accepted, the acceptance counts again, or its end does.
func (o *observation) returns(open, accepted *stored, now domain.Micros, out *outcome) {
	o.step(open, evReturned, now, out)
	switch {
	case accepted == nil || accepted.open():
	case accepted.Until > now:
		o.step(accepted, evStanding, now, out)
	default:
		o.step(accepted, evSeen, now, out)
	}
}

// still notes that an open finding was seen again. One whose value had gone is as
// it was decided on.
func (o *observation) still(f *stored, c *observed, now domain.Micros, out *outcome) {
	if f.State == Reopened && f.Reason == BecauseValue && f.Reopens == "" && f.Until > now {
		o.step(f, evStanding, now, out)
	}
	if f.Unverified || f.Severity != c.Severity {
		f.Unverified, f.Severity = false, c.Severity
		out.touch(f, now)
	}
}

// appear brings a finding into the open: accepted where an acceptance stands,
// reopened where it is back or where another value was decided on, else new. A
// decision on the same change, that open has from a run of another selection,
// counts here too.
func (o *observation) appear(f, stands, open, other *stored, now domain.Micros, out *outcome) {
	f.Before = o.before(objectKey{f.Type, f.Change.ID})
	switch {
	case stands != nil && stands.Until > now:
		f.Until, f.By, f.Approver, f.Note, f.decided = stands.Until, stands.By, stands.Approver, stands.Note, true
		o.step(f, evStanding, now, out)
	case f.loaded != 0:
		o.step(f, evSeen, now, out)
	case open != nil && open.decided && open.FromHash == f.FromHash && open.ToHash == f.ToHash:
		f.State, f.Reason, f.decided, f.Assignee = open.State, open.Reason, true, open.Assignee
		f.By, f.Approver, f.Note, f.Reopens = open.By, open.Approver, open.Note, open.Reopens
		out.touch(f, now)
		out.note(f, stepFound, now)
	case other != nil:
		f.State, f.Reason, f.Reopens = Reopened, BecauseValue, other.ID
		out.Reopened++
		out.touch(f, now)
		out.note(f, stepFound, now)
	default:
		out.New++
		out.touch(f, now)
	}
}

// step applies an observed event, where the finding's state allows it.
func (o *observation) step(f *stored, e event, now domain.Micros, out *outcome) {
	before := f.State
	next, ok := f.State.after(e, f.was)
	if !ok {
		return
	}
	comesBack := e == evReturned || (before == Resolved && (e == evSeen || e == evStanding))
	if comesBack && f.loaded != 0 && o.seq-f.runSeq <= flapRuns {
		f.Flap++
	}
	f.State, f.was, f.Reason, f.Unverified = next, before, e.because(), false
	f.Run, f.runSeq, f.Since = o.run, o.seq, o.at
	out.count(e, next)
	out.touch(f, now)
	action := string(e)
	if f.loaded == 0 {
		action = stepFound
	}
	out.note(f, action, now)
}

// stepFound is the first step of every finding.
const stepFound = "found"

func (out *outcome) count(e event, next State) {
	switch {
	case next == Resolved:
		out.Resolved++
	case e == evStanding:
		out.Accepted++
	case next.waits():
		out.Reopened++
	}
}

// waits says whether somebody has to look.
func (s State) waits() bool { return s == New || s == Reopened }

// touch makes the finding one of the rows that change.
func (out *outcome) touch(f *stored, now domain.Micros) {
	if f.Version == f.loaded {
		out.rows = append(out.rows, f)
	}
	f.Version++
	f.UpdatedAt = now
}

// note makes the finding's latest version history.
func (out *outcome) note(f *stored, action string, now domain.Micros) {
	out.events = append(out.events, stepRow{f.ID, Event{
		Version: f.Version, At: now, By: evidence.SystemPrincipal, Action: action, State: f.State, Reason: f.Reason,
		Assignee: f.Assignee, Until: f.Until, Run: f.Run, Artifact: -1,
	}})
}
