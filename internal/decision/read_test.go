package decision

import (
	"context"
	"fmt"
	"testing"

	"frostgate.io/frostgate/internal/domain"

	"github.com/google/go-cmp/cmp"
)

// Five decisions of two sources: what changed, what the feed keeps of it, and
// the counts over all of it, all from the stored rows.
func TestDiffFeedAndStatsOfStoredDecisions(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		login := func(source, at string, fails int) *Result {
			return f.defend(t, fmt.Sprintf(`{"source":%q,"timestamp":%q,"event_type":"auth","event":{"src_ip":"203.0.113.9","failed_auths":%d}}`, source, at, fails))
		}
		first := login("vpn", "2026-03-01T11:10:00Z", 1)
		same := login("vpn", "2026-03-01T11:30:00Z", 2)
		block := login("vpn", "2026-03-01T11:40:00Z", 7)
		// Another source, and another type of the same source, have no previous one.
		other := login("web", "2026-02-28T23:00:00Z", 7)
		typed := f.defend(t, `{"source":"vpn","timestamp":"2026-03-01T11:41:00Z","event_type":"auth.bruteforce","event":{"src_ip":"203.0.113.9","failed_auths":12}}`)

		changes := []Change{
			{"threat_level", "none", "high"},
			{"score", "0", "90"},
			{"action_taken", "log_only", "blocked"},
			{"rules_triggered", "rule:default_allow", "rule:ssh_bruteforce"},
		}
		for name, c := range map[string]struct {
			r    *Result
			want Diff
		}{
			"first": {first, Diff{-1, []Change{}}}, "same": {same, Diff{int64(first.Index), []Change{}}},
			"block": {block, Diff{int64(same.Index), changes}}, "other source": {other, Diff{-1, []Change{}}}, "other type": {typed, Diff{-1, []Change{}}},
		} {
			back, err := f.Get(ctx, tenantA, c.r.Index)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, c.r.Diff) + cmp.Diff(c.want, back.Diff); d != "" {
				t.Errorf("%s: %s", name, d)
			}
		}

		for name, c := range map[string]struct {
			filter Filter
			want   []int64
		}{
			"changed":    {Filter{OnlyChanged: true}, []int64{int64(block.Index)}},
			"actionable": {Filter{OnlyActionable: true}, []int64{int64(typed.Index), int64(other.Index), int64(block.Index)}},
			"severity":   {Filter{Levels: []string{"info"}}, []int64{int64(same.Index), int64(first.Index)}},
			"text":       {Filter{Query: "WEB"}, []int64{int64(other.Index)}},
		} {
			page, err := f.Feed(ctx, tenantA, c.filter, -1, 10)
			if err != nil {
				t.Fatal(err)
			}
			var got []int64
			for _, it := range page.Items {
				got = append(got, it.Index)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("feed by %s: %s", name, d)
			}
		}

		type counts struct {
			Total, Denied, High, Info, Bruteforce, Quiet, Blocked, Logged, VPN int64
			Buckets                                                            int
		}
		for _, c := range []struct {
			window string
			clk    StatsClock
			want   counts
		}{
			{"24h", ByReceived, counts{5, 1, 3, 2, 3, 2, 3, 2, 4, 1}},
			{"24h", ByEvent, counts{5, 1, 3, 2, 3, 2, 3, 2, 4, 2}},
			{"1h", ByEvent, counts{4, 1, 2, 2, 2, 2, 2, 2, 4, 4}},
		} {
			st, err := f.Stats(ctx, tenantA, c.window, c.clk)
			if err != nil {
				t.Fatal(err)
			}
			got := counts{
				st.Total, st.Denied, st.BySeverity["high"], st.BySeverity["info"], st.ByRule["rule:ssh_bruteforce"], st.ByRule["rule:default_allow"],
				st.ByAction["blocked"], st.ByAction["log_only"], st.BySource["vpn"], len(st.Buckets),
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("stats %s %s: %s", c.window, c.clk, d)
			}
			var sum int64
			for _, b := range st.Buckets {
				sum += b.Total
			}
			if sum != st.Total || st.To <= domain.Micros(0) {
				t.Errorf("stats %s %s: buckets hold %d of %d", c.window, c.clk, sum, st.Total)
			}
		}
	})
}
