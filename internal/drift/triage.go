package drift

import (
	"context"
	"slices"
	"strings"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
)

// Action is what a person does with a finding.
type Action string

// The actions.
const (
	Acknowledge Action = "acknowledge" // seen; it leaves the list of what waits
	Accept      Action = "accept"      // this value is right, until a time
	Deny        Action = "deny"        // this value is wrong and must be undone
	Reopen      Action = "reopen"      // look at it again; an acceptance ends
	Assign      Action = "assign"      // who looks at it
	Comment     Action = "comment"
)

// Bounds of a triage.
const (
	// MaxTriage is how many findings one call may name. A call by filter takes
	// as many steps of this size as it needs, each with an entry of its own.
	MaxTriage = 1000
	// MaxAcceptDays bounds how long a value may be accepted.
	MaxAcceptDays = 366
	// MaxNote and MaxName bound texts, in bytes.
	MaxNote = 2000
	MaxName = 256
)

// TriageRequest is one act on findings: those named, or those of a filter.
type TriageRequest struct {
	Action Action
	IDs    []FindingID
	// Versions are the versions that the caller saw; where one is no longer the
	// finding's, the whole call is refused with fault.Conflict.
	Versions map[FindingID]int64
	// Filter takes all findings that it lists and whose state allows the action,
	// but for Except. It excludes IDs.
	Filter *Filter
	Except []FindingID
	// Limit takes so many findings of a filter at most, in the order of their IDs
	// and only those behind After: a long triage can then be told as it goes on.
	Limit int
	After FindingID
	Until domain.Micros // of an acceptance; required there
	// Note is the reason of accept and deny, where it is required, or a comment.
	Note     string
	Approver string             // of an acceptance, optional
	Assignee domain.PrincipalID // of assign; empty: nobody
}

// TriageResult is what a triage did.
type TriageResult struct {
	// Findings are the findings after it, without values and operations: at most
	// MaxTriage of them.
	Findings []Finding
	Done     int // all of them
	// Artifacts are the entries of the tenant's log that record it.
	Artifacts []int64
	// Skipped counts findings of a filter whose state did not allow the action.
	Skipped int
	// Next is where to go on behind where a limit left some; Left are how many.
	Next FindingID
	Left int
}

// Triage does one action with findings. All of the findings of a step change, or
// none.
func (s *Service) Triage(ctx context.Context, tenant domain.TenantID, r TriageRequest, by evidence.Actor) (*TriageResult, error) {
	if err := r.check(s.Clock.Now()); err != nil {
		return nil, err
	}
	act := &act{event: event(r.Action), request: r, by: by, strict: r.Filter == nil}
	ids := slices.Clone(r.IDs)
	if r.Filter != nil {
		var err error
		if ids, err = s.idsOf(ctx, tenant, *r.Filter); err != nil {
			return nil, err
		}
		if i := slices.IndexFunc(r.Except, func(id FindingID) bool { return !slices.Contains(ids, id) }); i >= 0 {
			return nil, fault.New(fault.Invalid, "Nothing was changed: %.80q is no finding of the filter.", string(r.Except[i])).At("except")
		}
		ids = slices.DeleteFunc(ids, func(id FindingID) bool { return slices.Contains(r.Except, id) })
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if r.After != "" {
		i, _ := slices.BinarySearch(ids, r.After+"\x00")
		ids = ids[i:]
	}
	left := 0
	if r.Limit > 0 && len(ids) > r.Limit {
		left, ids = len(ids)-r.Limit, ids[:r.Limit]
	}
	out, err := s.triage(ctx, tenant, ids, act)
	if err == nil && left > 0 {
		out.Next, out.Left = ids[len(ids)-1], left
	}
	return out, err
}

// act is something that is done to findings.
type act struct {
	event   event
	request TriageRequest
	by      evidence.Actor
	// strict: a finding that the act can't be done to refuses the whole; else it
	// is passed over.
	strict bool
}

// stepSize is how many findings one step changes: its rows are written in the
// transaction of its artifact, for which decisions wait.
const stepSize = 64

// triage acts on findings in steps. What the caller named is looked at as a
// whole first, so that a finding that can't be acted on refuses all of them.
func (s *Service) triage(ctx context.Context, tenant domain.TenantID, ids []FindingID, a *act) (*TriageResult, error) {
	out := &TriageResult{}
	if a.strict && len(ids) > stepSize {
		if _, err := s.prepare(ctx, tenant, ids, a); err != nil {
			return nil, err
		}
	}
	for some := range slices.Chunk(ids, stepSize) {
		start := clock.Monotonic()
		if err := s.triageStep(ctx, tenant, some, a, out); err != nil {
			return out, err
		}
		if len(ids) > stepSize {
			s.rest(clock.Monotonic().Sub(start))
		}
	}
	return out, nil
}

// rest leaves the machine to live decisions for as long as a step of long work
// took.
func (s *Service) rest(spent time.Duration) {
	if s.Log.Live() {
		time.Sleep(min(spent, 4*batchTime))
	}
}

// triageTries is how often a step is tried again while comparisons change the
// same findings, and the caller named no versions.
const triageTries = 5

func (s *Service) triageStep(ctx context.Context, tenant domain.TenantID, ids []FindingID, a *act, out *TriageResult) (err error) {
	defer s.rows.lock(string(tenant))()
	for range triageTries {
		var done *acting
		if done, err = s.prepare(ctx, tenant, ids, a); err != nil {
			return err
		}
		if len(done.rows) > 0 {
			at, err := s.recordAct(ctx, tenant, a, done)
			if fault.CodeOf(err) == fault.Conflict && len(a.request.Versions) == 0 {
				continue
			}
			if err != nil {
				return err
			}
			out.Artifacts = append(out.Artifacts, at)
		}
		out.Done += len(done.acted)
		out.Skipped += done.skipped
		for _, f := range done.acted[:min(len(done.acted), MaxTriage-len(out.Findings))] {
			out.Findings = append(out.Findings, f.Finding)
		}
		return nil
	}
	return errChanged()
}

func errChanged() error {
	return fault.New(fault.Conflict, "a finding was changed meanwhile; look at it and try again")
}

// acting is one step with all that it changes.
type acting struct {
	outcome
	acted   []*stored
	before  []int64 // versions of acted
	skipped int
}

// prepare reads the findings and acts on them in memory.
func (s *Service) prepare(ctx context.Context, tenant domain.TenantID, ids []FindingID, a *act) (*acting, error) {
	p := &acting{}
	now := s.Clock.Now()
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		rows, err := findingsByID(ctx, tx, tenant, ids)
		if err != nil {
			return err
		}
		slices.SortFunc(rows, func(a, b *stored) int { return strings.Compare(string(a.ID), string(b.ID)) })
		if err := a.complete(ids, rows); err != nil {
			return err
		}
		var revoked []*stored
		for _, f := range rows {
			before, until := f.Version, f.Until
			if err := a.on(f, now, p); err != nil {
				return err
			}
			if f.Version == before {
				continue
			}
			p.acted, p.before = append(p.acted, f), append(p.before, before)
			if f.Until < until { // revoked, over, or sooner over
				revoked = append(revoked, f)
			}
		}
		return s.revoke(ctx, tx, tenant, revoked, now, a, p)
	})
	return p, err
}

// complete says which finding is missing.
func (a *act) complete(ids []FindingID, rows []*stored) error {
	if len(rows) == len(ids) || !a.strict {
		return nil
	}
	for _, id := range ids {
		if !slices.ContainsFunc(rows, func(f *stored) bool { return f.ID == id }) {
			return fault.New(fault.NotFound, "no finding %q", id)
		}
	}
	return nil
}

// on acts on one finding.
func (a *act) on(f *stored, now domain.Micros, p *acting) error {
	r := &a.request
	if v, ok := r.Versions[f.ID]; ok && v != f.Version {
		return errChanged()
	}
	was := f.State
	next, ok := was.after(a.event, f.was)
	if !ok {
		if a.strict {
			return fault.New(fault.Conflict, "finding %s is %s: %s is not possible", f.ID, was, a.event)
		}
		p.skipped++
		return nil
	}
	who := a.by.Entry("", "", "").Principal
	switch a.event {
	case event(Assign):
		f.Assignee = r.Assignee
	case event(Comment):
	case evExpired: // who accepted it, and why, stays
		f.Until = 0
	case evBaseline, evBack:
	default:
		f.By, f.Note, f.Approver, f.Until, f.decided = who, r.Note, r.Approver, r.Until, true
		if a.event != event(Accept) {
			f.Approver, f.Until = "", 0
		}
	}
	if next != was {
		f.State, f.Since, f.was, f.Reason = next, now, was, a.event.because()
		if a.event == event(Reopen) && was != Accepted {
			f.Reason = ""
		}
	}
	p.touch(f, now)
	p.note(f, string(a.event), now)
	e := &p.events[len(p.events)-1]
	e.By, e.Note, e.Approver, e.Run = who, r.Note, f.Approver, ""
	return nil
}
