package httpapi

import (
	"context"

	"frostgate.io/frostgate/internal/domain"
)

// titleDecisions says what the detections and scenarios in listed decisions are called. It looks
// at the ruleset in force, in memory only: a list must not wait for it.
func (s *Server) titleDecisions(ctx context.Context, id domain.TenantID, rows []decisionRow) {
	set := s.titles(ctx, id)
	if set == nil {
		return
	}
	for i := range rows {
		titles := make([]string, len(rows[i].Rules))
		known := false
		for n, name := range rows[i].Rules {
			if !set.Quiet(name) { // what fires when nothing does names nothing
				titles[n] = set.Title(name)
			}
			known = known || titles[n] != ""
		}
		if known {
			rows[i].RuleTitles = titles
		}
	}
}

// ruleTitles says what counted rules and scenarios are called, as far as the
// ruleset in force knows them.
func (s *Server) ruleTitles(ctx context.Context, id domain.TenantID, counts map[string]int64) map[string]string {
	out, set := map[string]string{}, s.titles(ctx, id)
	for name := range counts {
		if title := titleOf(set, name); title != "" {
			out[name] = title
		}
	}
	return out
}
