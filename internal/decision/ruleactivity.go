package decision

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"

	"github.com/go-json-experiment/json"
)

// RuleActivity is how often a rule fired in recorded decisions.
type RuleActivity struct {
	Decisions int64
	Last      domain.Micros // receipt of the last one
}

// Activity is how often the rules of a tenant fired within a window. It is shared:
// nobody changes it.
type Activity struct {
	From  domain.Micros // 0: everything
	Until domain.Micros // the last receipt that counts
	By    map[string]RuleActivity
}

const (
	// maxActivities bounds what is remembered, of all tenants together.
	maxActivities = 32
	// activityAge is how long one is remembered: pages of a list follow each other.
	activityAge = domain.Micros(2 * time.Minute / time.Microsecond)
)

// activities remembers the activity that lists are ordered by, so that their pages
// agree with each other and only the first one counts.
type activities struct {
	mu   sync.Mutex
	kept []activityKept // oldest first
}

type activityKept struct {
	tenant domain.TenantID
	window string
	of     *Activity
}

func (k *activityKept) is(tenant domain.TenantID, window string, until domain.Micros) bool {
	return k.tenant == tenant && k.window == window && k.of.Until == until
}

func (a *activities) find(tenant domain.TenantID, window string, until domain.Micros) *Activity {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := range a.kept {
		if a.kept[i].is(tenant, window, until) {
			return a.kept[i].of
		}
	}
	return nil
}

func (a *activities) keep(tenant domain.TenantID, window string, of *Activity, now domain.Micros) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.kept = slices.DeleteFunc(a.kept, func(k activityKept) bool {
		return k.is(tenant, window, of.Until) || k.of.Until < now-activityAge
	})
	if len(a.kept) >= maxActivities {
		a.kept = slices.Delete(a.kept, 0, len(a.kept)-maxActivities+1)
	}
	a.kept = append(a.kept, activityKept{tenant, window, of})
}

// RuleActivity counts, by rule, the decisions of a window in which it fired;
// suppressed hits are not in it. The window ends at until: 0 is now, another one
// asks again for what an earlier answer said, whatever was decided since.
func (s *Service) RuleActivity(ctx context.Context, tenant domain.TenantID, window string, until domain.Micros) (*Activity, error) {
	span, _, err := statsWindow(window)
	if err != nil {
		return nil, err
	}
	now := s.Clock.Now()
	switch {
	case until < 0:
		return nil, fault.New(fault.Invalid, "A window can't end before time began.")
	case until == 0:
		until = now
	default:
		if a := s.activities.find(tenant, window, until); a != nil {
			return a, nil
		}
	}
	a := &Activity{Until: until, By: map[string]RuleActivity{}}
	if span > 0 {
		a.From = until - span
	}
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, "SELECT rules, count(*), max(received_at) FROM decision WHERE tenant_id = $1 AND received_at >= $2 AND received_at <= $3 GROUP BY rules",
			[]any{tenant, a.From, a.Until}, a.add)
	})
	if err != nil {
		return nil, fmt.Errorf("rule activity: %w", err)
	}
	s.activities.keep(tenant, window, a, now)
	return a, nil
}

func (a *Activity) add(sc db.Scanner) error {
	var rules string
	var n int64
	var last domain.Micros
	if err := sc.Scan(&rules, &n, &last); err != nil {
		return err
	}
	var names []string
	if err := json.Unmarshal([]byte(rules), &names); err != nil {
		return fmt.Errorf("stored rules: %w", err)
	}
	for _, r := range names {
		old := a.By[r]
		a.By[r] = RuleActivity{old.Decisions + n, max(old.Last, last)}
	}
	return nil
}
