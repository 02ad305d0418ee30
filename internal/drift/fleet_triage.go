package drift

import (
	"cmp"
	"context"
	"slices"
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
	Artifacts []int64
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
	g := &groupTriage{s: s, key: key, request: r, except: except, may: may, by: by}
	work := make(chan domain.TenantID)
	var wg sync.WaitGroup
	for range min(groupWorkers, len(tenants)) {
		wg.Go(func() {
			for t := range work {
				g.tenant(ctx, t)
			}
		})
	}
	seen := map[domain.TenantID]bool{}
	for _, t := range tenants {
		if !seen[t] {
			seen[t] = true
			work <- t
		}
	}
	close(work)
	wg.Wait()
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

	mu    sync.Mutex // over out and found
	out   GroupResult
	found bool // a tenant had findings of the group
}

// tenant does one tenant's part.
func (g *groupTriage) tenant(ctx context.Context, t domain.TenantID) {
	done, err := g.triage(ctx, t)
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case err != nil:
		g.out.Failed = append(g.out.Failed, GroupFailed{Tenant: t, Done: done.Findings, Err: err})
	case done.Findings > 0:
		g.out.Done = append(g.out.Done, done)
	}
}

func (g *groupTriage) triage(ctx context.Context, t domain.TenantID) (done GroupDone, err error) {
	done.Tenant = t
	if err := ctx.Err(); err != nil {
		return done, err
	}
	if err := g.may(ctx, t); err != nil {
		return done, err
	}
	ids, err := g.findings(ctx, t)
	if err != nil {
		return done, err
	}
	for part := range slices.Chunk(ids, MaxTriage) {
		r := g.request
		r.IDs = part
		res, err := g.s.Triage(ctx, t, r, g.by)
		if err != nil {
			return done, err
		}
		done.Findings += len(part)
		done.Artifacts = append(done.Artifacts, res.Artifacts...)
	}
	return done, nil
}

const selectGroup = `SELECT finding_id, pos FROM drift_finding
	WHERE tenant_id = $1 AND group_key = $2 AND pos < $3 ORDER BY pos, finding_id`

// findings gives the tenant's findings of the group on which the action is
// possible, and notes the exceptions.
func (g *groupTriage) findings(ctx context.Context, t domain.TenantID) (ids []FindingID, err error) {
	keepAll := slices.Contains(g.except.Tenants, t)
	var kept []GroupKept
	skipped, found := 0, false
	err = g.s.DB.InReadTx(ctx, t, func(tx *db.Tx) error {
		end := rankOf(Resolved, severities()[0]) << rankShift
		return tx.ForEach(ctx, selectGroup, []any{t, g.key, end}, func(row db.Scanner) error {
			var id FindingID
			var pos int64
			if err := row.Scan(&id, &pos); err != nil {
				return err
			}
			found = true
			state, _ := ofRank(pos >> rankShift)
			if keepAll || slices.Contains(g.except.Findings, id) {
				kept = append(kept, GroupKept{Tenant: t, Finding: id, State: state})
			} else if _, ok := state.after(event(g.request.Action), ""); ok {
				ids = append(ids, id)
			} else {
				skipped++
			}
			return nil
		})
	})
	g.mu.Lock()
	defer g.mu.Unlock()
	g.out.Kept = append(g.out.Kept, kept...)
	g.out.Skipped += skipped
	g.found = g.found || found
	return ids, err
}

// result puts what the workers did into order.
func (g *groupTriage) result() (*GroupResult, error) {
	out := &g.out
	if !g.found && len(out.Failed) == 0 {
		return nil, fault.New(fault.NotFound, "no group %.80q", g.key)
	}
	slices.SortFunc(out.Done, func(x, y GroupDone) int { return cmp.Compare(x.Tenant, y.Tenant) })
	slices.SortFunc(out.Failed, func(x, y GroupFailed) int { return cmp.Compare(x.Tenant, y.Tenant) })
	slices.SortFunc(out.Kept, func(x, y GroupKept) int {
		return cmp.Or(cmp.Compare(x.Tenant, y.Tenant), cmp.Compare(x.Finding, y.Finding))
	})
	return out, nil
}
