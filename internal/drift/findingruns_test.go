package drift

import (
	"context"
	"testing"
)

func TestRunsThatFoundWhatAListHas(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		f.see(many(30, 1))
		f.see(many(30, 2))
		all := f.list(Filter{AnyState: true})
		got, err := f.FoundBy(ctx, tenantA, Filter{})
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != 1 || got[0].Findings != 30 || got[0].Run != all[0].FirstRun || got[0].Before != all[0].Before || got[0].Before == "" || got[0].Source != all[0].Source || got[0].At != all[0].FirstSeen {
			t.Fatalf("found by %+v, the first finding is %+v", got, all[0].Finding)
		}
		n := 0
		for _, k := range got[0].Types {
			n += k
		}
		if n != 30 || got[0].Types[all[0].Type] == 0 {
			t.Errorf("types %v", got[0].Types)
		}
		// What a later run changes is found by that run.
		f.see(many(31, 2))
		if got, err = f.FoundBy(ctx, tenantA, Filter{}); err != nil || len(got) != 2 || got[0].Findings != 1 || got[1].Findings != 30 {
			t.Errorf("after another run: %+v %v", got, err)
		}
		f.do(Acknowledge, all[0].ID)
		if got, err = f.FoundBy(ctx, tenantA, Filter{States: []State{Acknowledged}}); err != nil || len(got) != 1 || got[0].Findings != 1 {
			t.Errorf("by state: %+v %v", got, err)
		}
		if got, err = f.FoundBy(ctx, tenantB, Filter{AnyState: true}); err != nil || len(got) != 0 {
			t.Errorf("another tenant: %+v %v", got, err)
		}
	})
}
