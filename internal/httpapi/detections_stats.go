package httpapi

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/governance"
)

// ruleStat is one rule in the statistics.
type ruleStat struct {
	ID         string `json:"id"`
	Title      string `json:"title,omitempty" doc:"Absent: the rule is not in the ruleset any more."`
	Level      string `json:"level,omitempty"`
	Source     string `json:"source,omitempty"`
	Hits       int64  `json:"hits"`
	Suppressed int64  `json:"suppressed" doc:"By a rate cap or a filter, or since the rule only serves a correlation."`
	Shared     int64  `json:"shared" doc:"Hits without points of their own: another rule counts for their technique."`
	Decisions  int64  `json:"decisions" doc:"Recorded decisions of the window in which the rule fired and was not suppressed."`
	Last       Time   `json:"last_hit,omitzero"`
	// Of feedback, all time.
	TruePositives  int64 `json:"true_positives" doc:"Decisions of which people said that the rule was right; all time."`
	FalsePositives int64 `json:"false_positives"`
	CostNS         int64 `json:"cost_ns,omitempty" doc:"Mean nanoseconds of testing the rule against one event for which it was looked at, sampled in this process; absent: not sampled yet."`
}

type ruleStats struct {
	Since       Time       `json:"since" doc:"hits and suppressed are counted in memory from here on: this process's start."`
	Window      string     `json:"window" doc:"Of decisions."`
	RulesetHash string     `json:"ruleset_hash"`
	Rules       int        `json:"rules_in_force"`
	Items       []ruleStat `json:"items" doc:"Most hits first; rules without any are left out."`
}

const statsDoc = "hits and suppressed count matches in decisions recorded since this process started, by this process. " +
	"decisions counts recorded decisions of the window, of all processes and also from before a restart, in which the rule fired; suppressed hits are not in it. " +
	"true_positives and false_positives count the feedback on decisions, of all time. cost_ns is the mean over sampled events; a rule whose literals do not occur in an event is not looked at and costs nothing."

func statsParams() []Param {
	return []Param{
		{Name: "window", Enum: []string{"1h", "24h", "7d", "30d", "all"}, Doc: "Of decisions; default 24h."},
		{Name: "limit", Kind: paramInt, Doc: "Rules, 1 to 500 (default " + strconv.Itoa(defaultLimit) + ")."},
	}
}

// ruleStats joins what this process counted with what the decisions and the
// feedback say.
func (s *Server) ruleStats(ctx context.Context, c *Call) (ruleStats, error) {
	limit, err := c.Query.limit()
	if err != nil {
		return ruleStats{}, err
	}
	window := c.Query.text("window")
	if window == "" {
		window = "24h"
	}
	book, err := s.deps.Govern.RuleBook(ctx, c.Tenant())
	if err != nil {
		return ruleStats{}, err
	}
	recorded, err := s.deps.Decide.Stats(ctx, c.Tenant(), window, decision.ByReceived)
	if err != nil {
		return ruleStats{}, err
	}
	verdicts, err := s.deps.Decide.FeedbackCounts(ctx, c.Tenant())
	if err != nil {
		return ruleStats{}, err
	}
	since, counts := s.deps.Govern.RuleCounts(c.Tenant())
	sheet := statSheet{book: book, byID: map[string]*ruleStat{}}
	for id, n := range counts {
		if st := sheet.of(id); st != nil {
			st.Hits, st.Suppressed, st.Shared, st.Last = n.Hits, n.Suppressed, n.Shared, Time(n.Last)
		}
	}
	for id, n := range recorded.ByRule {
		if st := sheet.of(id); st != nil {
			st.Decisions = n
		}
	}
	for id, v := range verdicts {
		if st := sheet.of(id); st != nil {
			st.TruePositives, st.FalsePositives = v.TP, v.FP
		}
	}
	items := sheet.sorted()
	return ruleStats{
		Since: Time(since), Window: window, RulesetHash: string(book.Ruleset), Rules: book.Len(), Items: items[:min(limit, len(items))],
	}, nil
}

// statSheet collects figures by rule.
type statSheet struct {
	book *governance.RuleBook
	byID map[string]*ruleStat
}

// of returns a detection's figures, nil for what is none.
func (s *statSheet) of(id string) *ruleStat {
	if !strings.HasPrefix(id, "sigma:") {
		return nil
	}
	st := s.byID[id]
	if st == nil {
		st = &ruleStat{ID: id}
		if r, err := s.book.Rule(id); err == nil {
			st.Title, st.Level, st.Source, st.CostNS = r.Rule.Title, r.Level(), r.Source, r.CostNS
		}
		s.byID[id] = st
	}
	return st
}

func (s *statSheet) sorted() []ruleStat {
	out := make([]ruleStat, 0, len(s.byID))
	for _, st := range s.byID {
		out = append(out, *st)
	}
	slices.SortFunc(out, func(a, b ruleStat) int {
		return cmp.Or(cmp.Compare(max(b.Hits, b.Decisions), max(a.Hits, a.Decisions)), cmp.Compare(a.ID, b.ID))
	})
	return out
}
