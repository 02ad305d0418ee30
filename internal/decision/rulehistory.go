package decision

import (
	"context"
	"fmt"
	"strconv"

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

// RuleHistory is when one rule fired.
type RuleHistory struct {
	From, To domain.Micros // From 0: everything
	Total    int64
	Last     domain.Micros // 0: never in the window
	Width    domain.Micros // of a bucket
	Buckets  []RuleBucket  // oldest first; empty ones are left out
}

// RuleBucket counts the decisions of one slice of time in which a rule fired, by
// the severity of the decision.
type RuleBucket struct {
	Start      domain.Micros
	Total      int64
	BySeverity map[string]int64
}

// statsWindow returns a window's span (0: everything) and the width of its buckets.
func statsWindow(name string) (span, bucket domain.Micros, err error) {
	for _, w := range statsWindows {
		if w.name == name {
			return w.span, w.bucket, nil
		}
	}
	return 0, 0, fault.New(fault.Invalid, "window must be one of 1h, 24h, 7d, 30d, all; got %.40q", name).At("window")
}

// RuleActivity counts, by rule, the decisions of a window in which it fired;
// suppressed hits are not in it. from is where the window begins, 0: everything.
func (s *Service) RuleActivity(ctx context.Context, tenant domain.TenantID, window string) (from domain.Micros, by map[string]RuleActivity, err error) {
	span, _, err := statsWindow(window)
	if err != nil {
		return 0, nil, err
	}
	if span > 0 {
		from = s.Clock.Now() - span
	}
	by = map[string]RuleActivity{}
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, "SELECT rules, count(*), max(received_at) FROM decision WHERE tenant_id = $1 AND received_at >= $2 GROUP BY rules",
			[]any{tenant, from}, func(sc db.Scanner) error { return addActivity(by, sc) })
	})
	if err != nil {
		return 0, nil, fmt.Errorf("rule activity: %w", err)
	}
	return from, by, nil
}

func addActivity(by map[string]RuleActivity, sc db.Scanner) error {
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
		a := by[r]
		by[r] = RuleActivity{a.Decisions + n, max(a.Last, last)}
	}
	return nil
}

// RuleHistory says when a rule fired within a window that ends now.
func (s *Service) RuleHistory(ctx context.Context, tenant domain.TenantID, rule, window string) (*RuleHistory, error) {
	span, bucket, err := statsWindow(window)
	if err != nil {
		return nil, err
	}
	h := &RuleHistory{To: s.Clock.Now() + 1, Width: bucket}
	if span > 0 {
		h.From = h.To - span
	}
	like := "%" + likeText(strconv.Quote(rule)) + "%"
	cond := " FROM decision WHERE tenant_id = $1 AND received_at >= $2 AND received_at < $3 AND rules LIKE $4 ESCAPE '!' "
	width := strconv.FormatInt(int64(bucket), 10)
	h.Buckets = []RuleBucket{}
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		err := tx.ForEach(ctx, "SELECT received_at / "+width+" AS slot, level, count(*)"+cond+"GROUP BY received_at / "+width+", level ORDER BY slot, level LIMIT "+
			strconv.Itoa(maxBuckets*5), []any{tenant, h.From, h.To, like}, h.add)
		if err != nil {
			return err
		}
		_, err = tx.Get(ctx, "SELECT count(*), COALESCE(max(received_at), 0)"+cond, []any{tenant, h.From, h.To, like}, &h.Total, &h.Last)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("rule history: %w", err)
	}
	return h, nil
}

func (h *RuleHistory) add(sc db.Scanner) error {
	var slot, n int64
	var level string
	if err := sc.Scan(&slot, &level, &n); err != nil {
		return err
	}
	start := domain.Micros(slot) * h.Width
	if last := len(h.Buckets) - 1; last < 0 || h.Buckets[last].Start != start {
		h.Buckets = append(h.Buckets, RuleBucket{Start: start, BySeverity: map[string]int64{}})
	}
	b := &h.Buckets[len(h.Buckets)-1]
	b.Total += n
	b.BySeverity[severity(domain.ThreatLevel(level))] += n
	return nil
}
