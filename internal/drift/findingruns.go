package drift

import (
	"cmp"
	"context"
	"slices"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/inventory"
)

// FoundBy is what one run found of a list.
type FoundBy struct {
	Run    inventory.RunID
	Source string
	// Before is the run that saw the expected values last; of several the one of
	// most findings. Empty: none.
	Before   inventory.RunID
	At       domain.Micros // when the findings were first seen
	Findings int
	// Types counts them by type.
	Types map[string]int

	before map[inventory.RunID]int
}

// FoundBy says which runs found what a filter lists, the newest first.
func (s *Service) FoundBy(ctx context.Context, tenant domain.TenantID, f Filter) ([]FoundBy, error) {
	spans, err := f.spans()
	if err != nil {
		return nil, err
	}
	where, more := f.where()
	place, _ := f.place()
	const of = "first_run, source, before_run, type"
	query := "SELECT " + of + ", max(first_seen), count(*) FROM drift_finding WHERE tenant_id = $1 AND " + place + where + " GROUP BY " + of
	runs := map[inventory.RunID]*FoundBy{}
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		for _, sp := range spans {
			if err := tx.ForEach(ctx, query, append([]any{tenant, sp.first, 0, "", sp.end}, more...), func(row db.Scanner) error { return foundRow(row, runs) }); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]FoundBy, 0, len(runs))
	for _, r := range runs {
		most := 0
		for before, n := range r.before {
			if n > most || n == most && before < r.Before {
				r.Before, most = before, n
			}
		}
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b FoundBy) int { return cmp.Or(cmp.Compare(b.At, a.At), cmp.Compare(a.Run, b.Run)) })
	return out, nil
}

func foundRow(row db.Scanner, runs map[inventory.RunID]*FoundBy) error {
	var run, before inventory.RunID
	var source, name string
	var at domain.Micros
	var n int
	if err := row.Scan(&run, &source, &before, &name, &at, &n); err != nil {
		return err
	}
	r := runs[run]
	if r == nil {
		r = &FoundBy{Run: run, Source: source, Types: map[string]int{}, before: map[inventory.RunID]int{}}
		runs[run] = r
	}
	r.At = max(r.At, at)
	r.Findings += n
	r.Types[name] += n
	r.before[before] += n
	return nil
}
