package drift

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
)

// groupWorkers is how many tenants a group's triage works on at a time: their
// entries then share the log writer's commits.
const groupWorkers = 8

// GroupExceptions stay as they are.
type GroupExceptions struct {
	Tenants  []domain.TenantID
	Findings []FindingID
}

// GroupResult is what a group's triage did. Each tenant has its own transactions
// and its own evidence: some may be done while others failed.
type GroupResult struct {
	Done   []GroupDone
	Kept   []GroupKept // the exceptions
	Failed []GroupFailed
	// Skipped counts findings whose state did not allow the action.
	Skipped int
}

// GroupDone is a tenant in which findings were triaged.
type GroupDone struct {
	Tenant    domain.TenantID
	Findings  int
	Objects   []GroupObject // the first MaxGroupObjects of them
	Artifacts []int64
}

// MaxGroupObjects is how many objects of a tenant a group and its triage name.
const MaxGroupObjects = 100

// GroupObject is an object that a group's triage decided about.
type GroupObject struct {
	Finding  FindingID
	ID, Name string // of the object
	Was, Now State
}

// GroupKept is a finding that stayed as it was.
type GroupKept struct {
	Tenant  domain.TenantID
	Finding FindingID
	State   State
}

// GroupFailed is a tenant in which not all could be done; Done are the findings
// that were.
type GroupFailed struct {
	Tenant domain.TenantID
	Done   int
	Err    error
}

// GroupTriage does one action with all findings of a group in tenants, but for
// exceptions. may is asked about each tenant; its refusal is that tenant's
// failure. The request names no findings.
func (s *Service) GroupTriage(ctx context.Context, tenants []domain.TenantID, key string, r TriageRequest, except GroupExceptions, may Access, by evidence.Actor) (*GroupResult, error) {
	if may == nil {
		return nil, fault.New(fault.Forbidden, "nobody said in which tenants this may be done")
	}
	if len(r.IDs) > 0 || r.Filter != nil || len(r.Versions) > 0 {
		return nil, fault.New(fault.Invalid, "a group's triage takes the group's findings; name exceptions instead")
	}
	if key == "" || len(tenants) == 0 {
		return nil, fault.New(fault.Invalid, "name the group and its tenants")
	}
	g := &groupTriage{s: s, key: key, request: r, except: except, may: may, by: by, parts: map[domain.TenantID]*groupPart{}}
	for _, t := range tenants {
		g.parts[t] = &groupPart{}
	}
	g.each(func(t domain.TenantID, p *groupPart) { p.err = g.look(ctx, t, p) })
	if err := g.unmatched(); err != nil {
		return nil, err
	}
	g.each(func(t domain.TenantID, p *groupPart) {
		if p.err == nil {
			p.err = g.act(ctx, t, p)
		}
	})
	return g.result()
}

// groupTriage is one call of GroupTriage.
type groupTriage struct {
	s       *Service
	key     string
	request TriageRequest
	except  GroupExceptions
	may     Access
	by      evidence.Actor

	parts map[domain.TenantID]*groupPart
}

// groupPart is one tenant's part. Only the worker that has the tenant touches it.
type groupPart struct {
	ids     []FindingID         // on which the action is possible
	was     map[FindingID]State // of ids
	kept    []GroupKept
	matched []FindingID // exceptions that are findings of the group
	skipped int
	found   bool // it has unresolved findings of the group
	present bool // it has findings of the group, of any state
	err     error
	done    GroupDone
}

// each does something with each tenant's part, several at a time.
func (g *groupTriage) each(do func(t domain.TenantID, p *groupPart)) {
	work := make(chan domain.TenantID)
	var wg sync.WaitGroup
	for range min(groupWorkers, len(g.parts)) {
		wg.Go(func() {
			for t := range work {
				do(t, g.parts[t])
			}
		})
	}
	for t := range g.parts {
		work <- t
	}
	close(work)
	wg.Wait()
}

const selectGroup = `SELECT finding_id, pos FROM drift_finding
	WHERE tenant_id = $1 AND group_key = $2 ORDER BY pos, finding_id`

// look finds the tenant's findings of the group on which the action is possible,
// and notes the exceptions.
func (g *groupTriage) look(ctx context.Context, t domain.TenantID, p *groupPart) error {
	p.done.Tenant, p.was = t, map[FindingID]State{}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := g.may(ctx, t); err != nil {
		return err
	}
	keepAll := slices.Contains(g.except.Tenants, t)
	return g.s.DB.InReadTx(ctx, t, func(tx *db.Tx) error {
		return tx.ForEach(ctx, selectGroup, []any{t, g.key}, func(row db.Scanner) error {
			var id FindingID
			var pos int64
			if err := row.Scan(&id, &pos); err != nil {
				return err
			}
			p.present = true
			state, _ := ofRank(pos >> rankShift)
			keep := slices.Contains(g.except.Findings, id)
			if keep {
				p.matched = append(p.matched, id)
			}
			if state == Resolved {
				return nil
			}
			p.found = true
			if keepAll || keep {
				p.kept = append(p.kept, GroupKept{Tenant: t, Finding: id, State: state})
			} else if _, ok := state.after(event(g.request.Action), ""); ok {
				p.ids, p.was[id] = append(p.ids, id), state
			} else {
				p.skipped++
			}
			return nil
		})
	})
}

// unmatched refuses exceptions that fit nothing, before anything is decided: a
// mistyped exception would decide on just what was to be left alone.
func (g *groupTriage) unmatched() error {
	var wrong []string
	for _, t := range g.except.Tenants {
		// A tenant in which the caller may do nothing is left alone anyway.
		if p := g.parts[t]; p == nil || !p.present && p.err == nil {
			wrong = append(wrong, string(t))
		}
	}
	found := map[FindingID]bool{}
	some := false
	for _, p := range g.parts {
		some = some || p.found || p.err != nil
		for _, id := range p.matched {
			found[id] = true
		}
	}
	for _, id := range g.except.Findings {
		if !found[id] {
			wrong = append(wrong, string(id))
		}
	}
	if !some || len(wrong) == 0 {
		return nil // without the group there is nothing to leave alone: result says so
	}
	return fault.New(fault.Invalid, "Nothing was changed: %.300s is neither a finding of the group nor a tenant that has one.", strings.Join(wrong, ", ")).At("except")
}

// act does one tenant's part.
func (g *groupTriage) act(ctx context.Context, t domain.TenantID, p *groupPart) error {
	for part := range slices.Chunk(p.ids, MaxTriage) {
		r := g.request
		r.IDs = part
		res, err := g.s.Triage(ctx, t, r, g.by)
		if err != nil {
			return err
		}
		p.done.Findings += len(part)
		p.done.Artifacts = append(p.done.Artifacts, res.Artifacts...)
		for _, f := range res.Findings[:min(len(res.Findings), MaxGroupObjects-len(p.done.Objects))] {
			p.done.Objects = append(p.done.Objects, GroupObject{Finding: f.ID, ID: f.Change.ID, Name: f.Name, Was: p.was[f.ID], Now: f.State})
		}
	}
	return nil
}

// result puts what the workers did into order.
func (g *groupTriage) result() (*GroupResult, error) {
	out, found := &GroupResult{}, false
	for t, p := range g.parts {
		found = found || p.found
		out.Kept = append(out.Kept, p.kept...)
		out.Skipped += p.skipped
		switch {
		case p.err != nil:
			out.Failed = append(out.Failed, GroupFailed{Tenant: t, Done: p.done.Findings, Err: p.err})
		case p.done.Findings > 0:
			out.Done = append(out.Done, p.done)
		}
	}
	if !found && len(out.Failed) == 0 {
		return nil, fault.New(fault.NotFound, "no group %.80q", g.key)
	}
	slices.SortFunc(out.Done, func(x, y GroupDone) int { return cmp.Compare(x.Tenant, y.Tenant) })
	slices.SortFunc(out.Failed, func(x, y GroupFailed) int { return cmp.Compare(x.Tenant, y.Tenant) })
	slices.SortFunc(out.Kept, func(x, y GroupKept) int {
		return cmp.Or(cmp.Compare(x.Tenant, y.Tenant), cmp.Compare(x.Finding, y.Finding))
	})
	return out, nil
}
