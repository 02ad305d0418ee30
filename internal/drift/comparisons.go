package drift

import (
	"context"
	"strconv"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/inventory"
)

// ComparisonID is "cmp_" and 32 hex digits of a hash over tenant, run, baseline
// and the baseline's version.
type ComparisonID string

// Comparison is one run compared with one version of a baseline.
type Comparison struct {
	ID              ComparisonID
	Run             inventory.RunID
	RunSeq          int64
	Source          string
	Baseline        BaselineID
	BaselineVersion int64
	RulesVersion    int64 // of the severity rules, 0: the built-in ones
	Done            bool
	// Before is the run it was compared with; where types had different ones, the
	// latest. Empty: none, or a baseline that is no run.
	Before inventory.RunID
	diff.Counts
	New, Reopened, Resolved, Accepted int // findings that it changed to this
	Unknowns                          []UnknownCount
	// FindingsRoot is the SHA-256 over the sorted IDs of all differences, one a
	// line, in hex.
	FindingsRoot      string
	Artifact          int64 // entry of the tenant's log that records it, -1: none yet
	StartedAt, DoneAt domain.Micros
	Error             string // why it could not be made
}

// ComparisonFilter narrows a list of comparisons; empty fields don't.
type ComparisonFilter struct {
	Run  inventory.RunID
	Runs []inventory.RunID // one of them
	// First and Last bound the runs' numbers; 0 doesn't. Who names runs names these
	// too: comparisons are found by them.
	First, Last int64
	Baseline    BaselineID
	Source      string
}

const comparisonList = "drift comparisons"

// Comparisons lists comparisons, the newest run first, and gives the cursor of
// the next page (empty at the end).
func (s *Service) Comparisons(ctx context.Context, tenant domain.TenantID, f ComparisonFilter, cursor string, limit int) (items []Comparison, next string, err error) {
	seq, id := int64(1)<<62, ""
	if err := db.DecodeCursor(comparisonList, cursor, &seq, &id); err != nil {
		return nil, "", err
	}
	size := db.PageSize(limit)
	page, args := f.page(tenant, seq, id)
	args = append(args, size+1)
	page += " ORDER BY run_seq DESC, comparison_id LIMIT $" + strconv.Itoa(len(args))
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, selectComparison+page, args, func(row db.Scanner) error {
			c, err := scanComparison(row)
			if err == nil {
				items = append(items, c.Comparison)
			}
			return err
		})
	})
	if len(items) > size {
		items = items[:size]
		last := items[size-1]
		next = db.EncodeCursor(comparisonList, last.RunSeq, string(last.ID))
	}
	return items, next, err
}

// page is the filter as conditions, below a place of the list.
func (f *ComparisonFilter) page(tenant domain.TenantID, seq int64, id string) (string, []any) {
	text, args := " AND run_seq <= $2 AND (run_seq < $2 OR comparison_id > $3)", []any{tenant, seq, id}
	add := func(cond string, v any) {
		args = append(args, v)
		text += " AND " + cond + " $" + strconv.Itoa(len(args))
	}
	for _, c := range []struct{ column, v string }{{"run_id =", string(f.Run)}, {"baseline_id =", string(f.Baseline)}, {"source =", f.Source}} {
		if c.v != "" {
			add(c.column, c.v)
		}
	}
	if f.First > 0 {
		add("run_seq >=", f.First)
	}
	if f.Last > 0 {
		add("run_seq <=", f.Last)
	}
	if len(f.Runs) > 0 {
		text += " AND run_id IN (" + idList(len(args)+1, len(f.Runs)) + ")"
		for _, r := range f.Runs {
			args = append(args, string(r))
		}
	}
	return text, args
}
