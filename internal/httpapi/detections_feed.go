package httpapi

import (
	"context"
	"strings"

	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
)

// ruleTitles gives the title of a detection by its name in decisions, as the
// ruleset in force has it; empty where it doesn't know.
type ruleTitles func(id string) string

// titles looks in memory only: a feed must not wait for it.
func (s *Server) titles(ctx context.Context, id domain.TenantID) ruleTitles {
	rs, err := s.deps.Govern.Active(ctx, id)
	if err != nil || rs.Detect.Rules() == nil {
		return func(string) string { return "" }
	}
	rules := rs.Detect.Rules()
	return func(id string) string {
		if r, ok := rules.Rule(id); ok {
			return r.Title
		}
		return ""
	}
}

// feedTitled is the item with detections called by their titles: people don't read
// IDs. rules keeps the IDs.
func feedTitled(it *decision.Item, title ruleTitles) feedItem {
	out := feedOf(it)
	first := ""
	for _, id := range it.Rules {
		if t := title(id); t != "" && strings.HasPrefix(id, "sigma:") {
			if first == "" {
				first = t
			}
			out.Summary = strings.Replace(out.Summary, id, t, 1)
		}
	}
	if first != "" {
		out.Title, out.Summary = first, it.Title+": "+out.Summary
	}
	return out
}
