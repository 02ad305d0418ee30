package decision

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

func TestHowOftenRulesFired(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		clk := f.Clock.(*clock.Fake)
		get := func(tenant domain.TenantID, window string, until domain.Micros) *Activity {
			t.Helper()
			a, err := f.RuleActivity(ctx, tenant, window, until)
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		f.defend(t, bruteForce)
		clk.Advance(2 * time.Hour)
		f.defend(t, strings.Replace(bruteForce, "12:00:00", "12:00:01", 1))
		f.defend(t, `{}`)
		last := clk.Now()
		day := get(tenantA, "24h", 0)
		if a := day.By["rule:ssh_bruteforce"]; a.Decisions != 2 || a.Last != last || day.From != last-domain.Micros(24*3600e6) || day.Until != last {
			t.Errorf("activity %+v", day)
		}
		if by := get(tenantA, "1h", 0).By; by["rule:ssh_bruteforce"].Decisions != 1 || by["rule:default_allow"].Decisions != 1 {
			t.Errorf("activity of an hour %+v", by)
		}
		if by := get("t_other", "all", 0).By; len(by) != 0 {
			t.Errorf("another tenant sees %+v", by)
		}
		// What is asked for again is as it was, remembered or counted anew, and is of its tenant.
		clk.Advance(time.Second)
		f.defend(t, strings.Replace(bruteForce, "12:00:00", "12:00:02", 1))
		if again := get(tenantA, "24h", last); again != day {
			t.Errorf("counted twice: %+v", again)
		}
		f.activities.kept = nil
		if again := get(tenantA, "24h", last); again == day || again.By["rule:ssh_bruteforce"] != day.By["rule:ssh_bruteforce"] || again.From != day.From {
			t.Errorf("again %+v", again)
		}
		if by := get("t_other", "24h", last).By; len(by) != 0 {
			t.Errorf("another tenant sees what is remembered: %+v", by)
		}
		if by := get(tenantA, "24h", 0).By; by["rule:ssh_bruteforce"].Decisions != 3 {
			t.Errorf("now %+v", by)
		}
		var fe *fault.Error
		if _, err := f.RuleActivity(ctx, tenantA, "24h", -1); !errors.As(err, &fe) || fe.Code != fault.Invalid {
			t.Errorf("before time began: %v", err)
		}
	})
}

func TestFewActivitiesAreRemembered(t *testing.T) {
	t.Parallel()
	var a activities
	for i := range domain.Micros(maxActivities + 5) {
		a.keep("tn_a", "24h", &Activity{Until: i + 1}, 1)
	}
	if len(a.kept) != maxActivities || a.find("tn_a", "24h", 5) != nil || a.find("tn_a", "24h", maxActivities+5) == nil {
		t.Errorf("kept %d", len(a.kept))
	}
	a.keep("tn_a", "24h", &Activity{Until: 2 * activityAge}, 2*activityAge)
	if len(a.kept) != 1 {
		t.Errorf("old ones stay: %d", len(a.kept))
	}
}
