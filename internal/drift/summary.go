package drift

import (
	"context"
	"fmt"
	"math"
	"slices"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

// Summary is the drift of one or several tenants at a glance.
type Summary struct {
	Tally   // over all tenants
	Tenants []TenantSummary
}

// Tally counts findings that are not resolved. Waiting are new and reopened
// ones, Open all of them.
type Tally struct {
	Waiting, Open int
	ByState       map[State]int
	BySeverity    map[diff.Severity]int // of those that wait
	ByType        map[string]TypeTally
	BySource      map[string]TypeTally
}

// TypeTally counts what is not resolved of one type or source.
type TypeTally struct {
	Waiting, Open int
	Worst         diff.Severity // of those that wait; empty: none waits
}

// TenantSummary is one tenant's part.
type TenantSummary struct {
	Tenant domain.TenantID
	Tally
	Sources []SourceSummary
}

// SourceSummary is what the last run of a source told.
type SourceSummary struct {
	Source string
	Run    inventory.RunID
	At     domain.Micros // it was closed
	// Compared says that drift has looked at the run; the counts mean nothing
	// before.
	Compared                bool
	New, Reopened, Resolved int
	Unknown                 int
	Quarantined, Duplicates int
	// Unknowns say why objects' presence or absence can't be told.
	Unknowns []UnknownCount
	// Coverage are the types that were not read completely. A summary of many
	// tenants leaves it out.
	Coverage []manifest.Coverage
	// Error says why a comparison could not be made.
	Error string
}

// UnknownCount counts objects whose presence or absence can't be told.
type UnknownCount struct {
	Type    string   `json:"type"`
	Reason  string   `json:"reason"`
	Objects int      `json:"objects"`       // 0: the type as a whole
	IDs     []string `json:"ids,omitempty"` // the first few
}

// coverageTenants is up to how many tenants a summary reads their snapshots.
const coverageTenants = 8

// nextTally finds the next type (or source) and rank that there is, by an index;
// countTally counts it. Going from one to the next is much less work than
// grouping all findings.
func nextTally(column string) string {
	return "SELECT " + column + ", pos FROM drift_finding WHERE tenant_id = $1 AND (" + column + ", pos) > ($2, $3) ORDER BY " + column + ", pos LIMIT 1"
}

func countTally(column string) string {
	return "SELECT count(*) FROM drift_finding WHERE tenant_id = $1 AND " + column + " = $2 AND pos >= $3 AND pos < $4"
}

// Summary counts the findings of tenants and says what their sources' last runs
// told.
func (s *Service) Summary(ctx context.Context, tenants []domain.TenantID) (*Summary, error) {
	out := &Summary{Tally: newTally(), Tenants: make([]TenantSummary, 0, len(tenants))}
	for _, tenant := range tenants {
		t, err := s.summaryOf(ctx, tenant, len(tenants) <= coverageTenants)
		if err != nil {
			return nil, fmt.Errorf("summary of %s: %w", tenant, err)
		}
		out.Tenants = append(out.Tenants, *t)
		out.add(&t.Tally)
	}
	return out, nil
}

func (s *Service) summaryOf(ctx context.Context, tenant domain.TenantID, coverage bool) (*TenantSummary, error) {
	t := &TenantSummary{Tenant: tenant, Tally: newTally(), Sources: []SourceSummary{}}
	sources, err := s.Inventory.Sources(ctx, tenant)
	if err != nil {
		return nil, err
	}
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		if err := t.count(ctx, tx); err != nil {
			return err
		}
		for i := range sources {
			if sources[i].Last == nil {
				continue
			}
			one := SourceSummary{Source: sources[i].Source.String(), Run: sources[i].Last.ID, At: sources[i].Last.ClosedAt}
			if err := one.compared(ctx, tx, tenant); err != nil {
				return err
			}
			t.Sources = append(t.Sources, one)
		}
		return nil
	})
	if err != nil || !coverage {
		return t, err
	}
	for i := range t.Sources {
		if err := s.cover(ctx, tenant, &t.Sources[i]); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// cover adds the types that the last run did not read completely.
func (s *Service) cover(ctx context.Context, tenant domain.TenantID, one *SourceSummary) error {
	run, err := s.Inventory.Run(ctx, tenant, one.Run)
	if err != nil {
		return err
	}
	for _, c := range run.Coverage {
		if c.Status != manifest.Complete || c.Quarantined > 0 || c.Duplicates > 0 {
			one.Coverage = append(one.Coverage, c)
		}
	}
	return nil
}

const selectActive = `SELECT baseline_id FROM drift_baseline WHERE tenant_id = $1 AND source = $2 AND active = 1`

// compared adds up what the run's comparisons with what is expected now told. What can't be told is that
// of the comparison in which it is the most: the others speak of the same.
func (one *SourceSummary) compared(ctx context.Context, tx *db.Tx, tenant domain.TenantID) error {
	on := map[BaselineID]bool{}
	err := tx.ForEach(ctx, selectActive, []any{tenant, one.Source}, func(row db.Scanner) error {
		var id BaselineID
		err := row.Scan(&id)
		on[id] = true
		return err
	})
	if err != nil {
		return err
	}
	return tx.ForEach(ctx, selectComparison+" AND run_id = $2", []any{tenant, one.Run}, func(row db.Scanner) error {
		c, err := scanComparison(row)
		if err != nil {
			return err
		}
		one.Compared = one.Compared || c.Done
		if !on[c.Baseline] { // what was tried out and switched off says nothing of the run
			return nil
		}
		one.New += c.New
		one.Reopened += c.Reopened
		one.Resolved += c.Resolved
		one.Quarantined, one.Duplicates = max(one.Quarantined, c.Quarantined), max(one.Duplicates, c.Duplicates)
		if c.Unknown > one.Unknown || one.Unknowns == nil {
			one.Unknown, one.Unknowns = c.Unknown, c.Unknowns
		}
		if c.Error != "" {
			one.Error = c.Error
		}
		return nil
	})
}

func newTally() Tally {
	return Tally{ByState: map[State]int{}, BySeverity: map[diff.Severity]int{}, ByType: map[string]TypeTally{}, BySource: map[string]TypeTally{}}
}

// count reads a tenant's tally.
func (t *TenantSummary) count(ctx context.Context, tx *db.Tx) error {
	err := eachTally(ctx, tx, t.Tenant, "type", func(name string, state State, severity diff.Severity, n int) {
		t.ByType[name] = t.ByType[name].plus(one(state, severity, n))
		t.total(state, severity, n)
	})
	if err != nil {
		return err
	}
	return eachTally(ctx, tx, t.Tenant, "source", func(name string, state State, severity diff.Severity, n int) {
		t.BySource[name] = t.BySource[name].plus(one(state, severity, n))
	})
}

// eachTally counts open findings by a column and their rank.
func eachTally(ctx context.Context, tx *db.Tx, tenant domain.TenantID, column string, each func(name string, state State, severity diff.Severity, n int)) error {
	next, count := nextTally(column), countTally(column)
	name, pos := "", int64(-1)
	for {
		found, err := tx.Get(ctx, next, []any{tenant, name, pos}, &name, &pos)
		if err != nil || !found {
			return err
		}
		rank := pos >> rankShift
		state, severity := ofRank(rank)
		if state == Resolved { // the rest of this name
			pos = math.MaxInt64
			continue
		}
		pos = (rank+1)<<rankShift - 1
		var n int
		if _, err := tx.Get(ctx, count, []any{tenant, name, rank << rankShift, (rank + 1) << rankShift}, &n); err != nil {
			return fmt.Errorf("count findings by %s: %w", column, err)
		}
		each(name, state, severity, n)
	}
}

func one(state State, severity diff.Severity, n int) TypeTally {
	if state.waits() {
		return TypeTally{Waiting: n, Open: n, Worst: severity}
	}
	return TypeTally{Open: n}
}

func (t TypeTally) plus(more TypeTally) TypeTally {
	t.Waiting += more.Waiting
	t.Open += more.Open
	if t.Worst == "" || more.Worst != "" && slices.Index(severities(), more.Worst) < slices.Index(severities(), t.Worst) {
		t.Worst = more.Worst
	}
	return t
}

func (t *Tally) total(state State, severity diff.Severity, n int) {
	t.Open += n
	t.ByState[state] += n
	if state.waits() {
		t.Waiting += n
		t.BySeverity[severity] += n
	}
}

func (t *Tally) add(more *Tally) {
	t.Open += more.Open
	t.Waiting += more.Waiting
	for k, n := range more.ByState {
		t.ByState[k] += n
	}
	for k, n := range more.BySeverity {
		t.BySeverity[k] += n
	}
	for k, n := range more.ByType {
		t.ByType[k] = t.ByType[k].plus(n)
	}
	for k, n := range more.BySource {
		t.BySource[k] = t.BySource[k].plus(n)
	}
}
