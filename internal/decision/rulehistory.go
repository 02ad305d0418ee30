package decision

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// RuleHistory is when one rule fired.
type RuleHistory struct {
	From, To domain.Micros // From 0: everything
	Total    int64
	Last     domain.Micros // 0: never in the window
	Width    domain.Micros // of a bucket
	Buckets  []RuleBucket  // oldest first; empty ones are left out, and so are the oldest of too many
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

// RuleHistory says when a rule fired within a window that ends now.
func (s *Service) RuleHistory(ctx context.Context, tenant domain.TenantID, rule, window string) (*RuleHistory, error) {
	return s.ruleHistory(ctx, tenant, rule, window, maxBuckets)
}

// levelsAtMost bounds the rows of one bucket: it is more than there are levels.
const levelsAtMost = 8

// ruleHistory keeps the newest buckets, so many at most.
func (s *Service) ruleHistory(ctx context.Context, tenant domain.TenantID, rule, window string, most int) (*RuleHistory, error) {
	span, bucket, err := statsWindow(window)
	if err != nil {
		return nil, err
	}
	h := &RuleHistory{To: s.Clock.Now() + 1, Width: bucket}
	if span > 0 {
		h.From = h.To - span
	}
	like := "%" + db.LikeEscaped(strconv.Quote(rule)) + "%"
	cond := " FROM decision WHERE tenant_id = $1 AND received_at >= $2 AND received_at < $3 AND rules LIKE $4 ESCAPE '!' "
	width := strconv.FormatInt(int64(bucket), 10)
	h.Buckets = []RuleBucket{}
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		err := tx.ForEach(ctx, "SELECT received_at / "+width+" AS slot, level, count(*)"+cond+"GROUP BY received_at / "+width+", level ORDER BY slot DESC, level LIMIT "+
			strconv.Itoa(most*levelsAtMost), []any{tenant, h.From, h.To, like}, h.add)
		if err != nil {
			return err
		}
		_, err = tx.Get(ctx, "SELECT count(*), COALESCE(max(received_at), 0)"+cond, []any{tenant, h.From, h.To, like}, &h.Total, &h.Last)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("rule history: %w", err)
	}
	h.Buckets = h.Buckets[:min(len(h.Buckets), most)]
	slices.Reverse(h.Buckets)
	return h, nil
}

// add takes the rows, newest first.
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
