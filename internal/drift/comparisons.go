package drift

import (
	"context"

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
	Run      inventory.RunID
	Runs     []inventory.RunID // one of them
	Baseline BaselineID
	Source   string
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
	page := ` AND ($2 = '' OR run_id = $2) AND ($3 = '' OR baseline_id = $3) AND ($4 = '' OR source = $4)
		AND (run_seq < $5 OR (run_seq = $5 AND comparison_id > $6))`
	args := []any{tenant, string(f.Run), string(f.Baseline), f.Source, seq, id, size + 1}
	if len(f.Runs) > 0 {
		page += " AND run_id IN (" + idList(len(args)+1, len(f.Runs)) + ")"
		for _, r := range f.Runs {
			args = append(args, string(r))
		}
	}
	page += " ORDER BY run_seq DESC, comparison_id LIMIT $7"
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
