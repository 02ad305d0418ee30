package drift

import (
	"context"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/inventory"
)

func TestComparisonsOfRuns(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		first := f.see(sample())
		last := f.see(ranged("10.9.0.0/24"))
		for name, c := range map[string]struct {
			f    ComparisonFilter
			want []inventory.RunID
		}{
			"all":           {ComparisonFilter{}, []inventory.RunID{last.ID, first.ID}},
			"one":           {ComparisonFilter{Run: first.ID, First: first.Seq, Last: first.Seq}, []inventory.RunID{first.ID}},
			"of both":       {ComparisonFilter{Runs: []inventory.RunID{first.ID, last.ID, "none"}, First: first.Seq, Last: last.Seq}, []inventory.RunID{last.ID, first.ID}},
			"from the last": {ComparisonFilter{First: last.Seq}, []inventory.RunID{last.ID}},
			"to the first":  {ComparisonFilter{Last: first.Seq, Source: first.Source.String()}, []inventory.RunID{first.ID}},
			"no baseline":   {ComparisonFilter{Baseline: "none"}, nil},
		} {
			var got []inventory.RunID
			for cursor := ""; ; {
				page, next, err := f.Comparisons(ctx, tenantA, c.f, cursor, 1)
				if err != nil {
					f.t.Fatal(err)
				}
				for i := range page {
					got = append(got, page[i].Run)
				}
				if cursor = next; next == "" {
					break
				}
			}
			if len(got) != len(c.want) || len(got) > 0 && (got[0] != c.want[0] || got[len(got)-1] != c.want[len(got)-1]) {
				f.t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
		if f.DB.Engine != db.SQLite {
			return
		}
		one := ComparisonFilter{Run: last.ID, First: last.Seq, Last: last.Seq}
		text, args := one.page(tenantA, 1<<62, "")
		var plan []string
		err := f.DB.InReadTx(ctx, tenantA, func(tx *db.Tx) error {
			return tx.ForEach(ctx, "EXPLAIN QUERY PLAN "+selectComparison+text+" ORDER BY run_seq DESC, comparison_id LIMIT 1", args, func(row db.Scanner) error {
				var id, parent, unused int
				var step string
				err := row.Scan(&id, &parent, &unused, &step)
				plan = append(plan, step)
				return err
			})
		})
		if got := strings.Join(plan, "; "); err != nil || !strings.Contains(got, "run_seq>? AND run_seq<?") {
			f.t.Errorf("what is known by its number is looked up by it: %s, %v", got, err)
		}
	})
}
