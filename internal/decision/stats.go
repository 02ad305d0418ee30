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

// StatsClock says by which time statistics go: when an event came in, or when
// it happened. A historical import is visible under the second only.
type StatsClock string

// The clocks.
const (
	ByReceived StatsClock = "received"
	ByEvent    StatsClock = "event"
)

// Stats are counts over a window of time.
type Stats struct {
	From, To   domain.Micros // From 0: everything
	Total      int64
	BySeverity map[string]int64
	ByGating   map[string]int64
	ByAction   map[string]int64
	ByRule     map[string]int64
	BySource   map[string]int64
	Denied     int64 // policy.allow = false
	Buckets    []Bucket
}

// Bucket is the count of one slice of time.
type Bucket struct {
	Start      domain.Micros
	Total      int64
	BySeverity map[string]int64
	ByGating   map[string]int64
}

// StatsWindows are the windows that Stats knows, with the length of a bucket
// in microseconds.
var statsWindows = []struct {
	name         string
	span, bucket domain.Micros
}{
	{"1h", 3600e6, 60e6}, {"24h", 24 * 3600e6, 3600e6}, {"7d", 7 * 24 * 3600e6, 6 * 3600e6}, {"30d", 30 * 24 * 3600e6, 24 * 3600e6}, {"all", 0, 24 * 3600e6},
}

// maxBuckets bounds the answer of an open-ended window.
const maxBuckets = 1000

// Stats counts decisions of a window that ends now, by either clock.
func (s *Service) Stats(ctx context.Context, tenant domain.TenantID, window string, clk StatsClock) (*Stats, error) {
	var span, bucket domain.Micros = -1, 0
	for _, w := range statsWindows {
		if w.name == window {
			span, bucket = w.span, w.bucket
		}
	}
	if span < 0 {
		return nil, fault.New(fault.Invalid, "window must be one of 1h, 24h, 7d, 30d, all; got %.40q", window).At("window")
	}
	col := "received_at"
	switch clk {
	case ByReceived:
	case ByEvent:
		col = "event_at"
	default:
		return nil, fault.New(fault.Invalid, "clock must be received or event, got %.40q", string(clk)).At("clock")
	}
	st := &Stats{
		To: s.Clock.Now() + 1, BySeverity: map[string]int64{}, ByGating: map[string]int64{}, ByAction: map[string]int64{},
		ByRule: map[string]int64{}, BySource: map[string]int64{}, Buckets: []Bucket{},
	}
	to := st.To
	if span > 0 {
		st.From = st.To - span
	} else if clk == ByEvent {
		to = 1 << 62 // events may be ahead of our clock
	}
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error { return st.read(ctx, tx, tenant, col, to, bucket) })
	if err != nil {
		return nil, fmt.Errorf("stats: %w", err)
	}
	for i, j := 0, len(st.Buckets)-1; i < j; i, j = i+1, j-1 {
		st.Buckets[i], st.Buckets[j] = st.Buckets[j], st.Buckets[i]
	}
	return st, nil
}

// read counts what was received or happened, by a column, before a time.
func (st *Stats) read(ctx context.Context, tx *db.Tx, tenant domain.TenantID, col string, to, bucket domain.Micros) error {
	args := []any{tenant, st.From, to}
	cond := " FROM decision WHERE tenant_id = $1 AND " + col + " >= $2 AND " + col + " < $3 "
	// Everything but sources and time in one pass: few distinct groups.
	err := tx.ForEach(ctx, "SELECT level, gating, action_taken, rules, policy_allow, count(*)"+cond+
		"GROUP BY level, gating, action_taken, rules, policy_allow", args, func(sc db.Scanner) error { return st.count(sc) })
	if err != nil {
		return err
	}
	err = tx.ForEach(ctx, "SELECT source, count(*) AS n"+cond+"GROUP BY source ORDER BY n DESC, source LIMIT 100", args, func(sc db.Scanner) error {
		var source string
		var n int64
		if err := sc.Scan(&source, &n); err != nil {
			return err
		}
		st.BySource[source] = n
		return nil
	})
	if err != nil {
		return err
	}
	width := strconv.FormatInt(int64(bucket), 10)
	return tx.ForEach(ctx, "SELECT "+col+" / "+width+" AS slot, level, gating, count(*)"+cond+"GROUP BY "+col+" / "+width+", level, gating ORDER BY slot DESC, level, gating LIMIT "+
		strconv.Itoa(maxBuckets*5*3), args, func(sc db.Scanner) error { return st.slice(sc, bucket) })
}

func (st *Stats) count(sc db.Scanner) error {
	var level, gating, action, rules string
	var allow, n int64
	if err := sc.Scan(&level, &gating, &action, &rules, &allow, &n); err != nil {
		return err
	}
	st.Total += n
	st.BySeverity[severity(domain.ThreatLevel(level))] += n
	st.ByGating[gating] += n
	st.ByAction[action] += n
	if allow == 0 {
		st.Denied += n
	}
	var names []string
	if err := json.Unmarshal([]byte(rules), &names); err != nil {
		return fmt.Errorf("stored rules: %w", err)
	}
	for _, r := range names {
		st.ByRule[r] += n
	}
	return nil
}

func (st *Stats) slice(sc db.Scanner, bucket domain.Micros) error {
	var slot, n int64
	var level, gating string
	if err := sc.Scan(&slot, &level, &gating, &n); err != nil {
		return err
	}
	start := domain.Micros(slot) * bucket
	if last := len(st.Buckets) - 1; last < 0 || st.Buckets[last].Start != start {
		if len(st.Buckets) >= maxBuckets {
			return nil
		}
		st.Buckets = append(st.Buckets, Bucket{Start: start, BySeverity: map[string]int64{}, ByGating: map[string]int64{}})
	}
	b := &st.Buckets[len(st.Buckets)-1]
	b.Total += n
	b.BySeverity[severity(domain.ThreatLevel(level))] += n
	b.ByGating[gating] += n
	return nil
}

// UsageHour is how many decisions one hour accepted: the raw figure that
// metering seals and bills later.
type UsageHour struct {
	Start     domain.Micros
	Decisions int64
}

// Usage counts accepted decisions per hour of receipt in [from, to).
func (s *Service) Usage(ctx context.Context, tenant domain.TenantID, from, to domain.Micros) ([]UsageHour, error) {
	hours := []UsageHour{}
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, `SELECT received_at / 3600000000, count(*) FROM decision
			WHERE tenant_id = $1 AND received_at >= $2 AND received_at < $3 GROUP BY received_at / 3600000000 ORDER BY 1`,
			[]any{tenant, from, to}, func(sc db.Scanner) error {
				var h UsageHour
				if err := sc.Scan(&h.Start, &h.Decisions); err != nil {
					return err
				}
				h.Start *= 3600e6
				hours = append(hours, h)
				return nil
			})
	})
	if err != nil {
		return nil, fmt.Errorf("usage: %w", err)
	}
	return hours, nil
}
