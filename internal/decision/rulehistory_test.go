package decision

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/fault"
)

func TestWhenARuleFired(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		clk := f.Clock.(*clock.Fake)
		f.defend(t, bruteForce)
		clk.Advance(2 * time.Hour)
		f.defend(t, strings.Replace(bruteForce, "12:00:00", "12:00:01", 1))
		f.defend(t, `{}`)
		last := clk.Now()

		h, err := f.RuleHistory(ctx, tenantA, "rule:ssh_bruteforce", "24h")
		if err != nil {
			t.Fatal(err)
		}
		if h.Total != 2 || h.Last != last || len(h.Buckets) != 2 || h.Buckets[0].Start >= h.Buckets[1].Start || h.Buckets[1].Total != 1 || h.Width != 3600e6 {
			t.Errorf("history %+v", h)
		}
		// Part of a name is another rule, and so is a name with signs of LIKE.
		for _, other := range []string{"ssh_bruteforce", "rule:ssh%", "rule:ssh_bruteforc_"} {
			if h, err := f.RuleHistory(ctx, tenantA, other, "all"); err != nil || h.Total != 0 || h.Last != 0 || h.Buckets == nil {
				t.Errorf("history of %q: %+v, %v", other, h, err)
			}
		}
		// Of too many slices the newest stay; the number is that of all.
		clk.Advance(3 * time.Hour)
		f.defend(t, strings.Replace(bruteForce, "12:00:00", "12:00:02", 1))
		if h, err := f.ruleHistory(ctx, tenantA, "rule:ssh_bruteforce", "24h", 2); err != nil || h.Total != 3 || len(h.Buckets) != 2 || h.Buckets[0].Start != last/h.Width*h.Width || h.Buckets[1].Start != clk.Now()/h.Width*h.Width {
			t.Errorf("history of two slices %+v, %v", h, err)
		}
		var fe *fault.Error
		if _, err := f.RuleHistory(ctx, tenantA, "rule:x", "2h"); !errors.As(err, &fe) || fe.Code != fault.Invalid {
			t.Errorf("an unknown window: %v", err)
		}
	})
}
