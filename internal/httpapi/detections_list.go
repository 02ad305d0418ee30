package httpapi

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/governance"
)

func ruleParams() []Param {
	return pageParams(
		Param{Name: "kind", Enum: []string{governance.RuleEntry, governance.CorrelationEntry}},
		Param{Name: "q", Doc: "Text in title, ID, description, author or tags."},
		Param{Name: "level", Enum: []string{"informational", "low", "medium", "high", "critical"}},
		Param{Name: "product"}, Param{Name: "category"}, Param{Name: "service"},
		Param{Name: "technique", Doc: "ATT&CK; T1059 finds T1059.001 too."},
		Param{Name: "source", Doc: "Name of the detections document."},
		Param{Name: "enabled", Kind: paramBool},
		Param{Name: "status", Doc: "As its author says: stable, test, experimental."},
		Param{Name: "tactic", Doc: "ATT&CK, for example credential-access."},
		Param{Name: "tuned", Kind: paramBool, Doc: "The tenant changed it or filters it."},
		Param{Name: "filtered", Kind: paramBool, Doc: "A filter that has not ended takes hits out of it."},
		Param{Name: "hit", Kind: paramBool, Doc: "It fired in a recorded decision of the window."},
		Param{Name: "window", Enum: activityWindows(), Doc: "Of decisions and last_hit; not given: they are 0, unless hit or sort need them, then 30d."},
		Param{Name: "sort", Enum: []string{"title", "level", "decisions", "last_hit"}, Doc: "Default: as the ruleset has them."},
		Param{Name: "desc", Kind: paramBool, Doc: "The last of the order first."},
		Param{Name: "served", Kind: paramBool, Doc: "false: rules that no known kind of event reaches."},
	)
}

const ruleList = "rules"

func (s *Server) listRules(ctx context.Context, c *Call) (list[ruleRow], error) {
	limit, err := c.Query.limit()
	if err != nil {
		return list[ruleRow]{}, err
	}
	book, err := s.deps.Govern.RuleBook(ctx, c.Tenant())
	if err != nil {
		return list[ruleRow]{}, err
	}
	from, of := int64(0), string(book.Ruleset)
	if err := db.DecodeCursor(ruleList, c.Query.text("cursor"), &from, &of); err != nil {
		return list[ruleRow]{}, err
	}
	if of != string(book.Ruleset) {
		return list[ruleRow]{}, fault.New(fault.Invalid, "The ruleset was switched since the first page; list again.").At("cursor")
	}
	q := governance.RuleQuery{
		Kind: c.Query.text("kind"), Text: c.Query.text("q"), Level: c.Query.text("level"), Product: c.Query.text("product"), Category: c.Query.text("category"),
		Service: c.Query.text("service"), Technique: c.Query.text("technique"), Source: c.Query.text("source"),
		Status: c.Query.text("status"), Tactic: c.Query.text("tactic"), Enabled: c.Query.maybe("enabled"), Tuned: c.Query.maybe("tuned"), Filtered: c.Query.maybe("filtered"),
	}
	if v := c.Query.maybe("served"); v != nil {
		no := !*v
		q.Unserved = &no
	}
	fired, err := s.activityOf(ctx, c, &q)
	if err != nil {
		return list[ruleRow]{}, err
	}
	found, next := book.List(q, int(from), limit)
	items := make([]ruleRow, len(found))
	for i := range found {
		items[i] = ruleRowOf(&found[i])
		a := fired[found[i].Name]
		items[i].Decisions, items[i].Last = a.Decisions, Time(a.Last)
	}
	if next < 0 {
		return listOf(items, ""), nil
	}
	return listOf(items, db.EncodeCursor(ruleList, int64(next), of)), nil
}

// maybe is a flag that may not be given.
func (q query) maybe(name string) *bool {
	v, given := q.flag(name)
	if !given {
		return nil
	}
	return &v
}

func activityWindows() []string { return []string{"24h", "7d", "30d", "all"} }

// activityOf reads when rules fired where the question is about that, and adds to
// the query what follows from it.
func (s *Server) activityOf(ctx context.Context, c *Call, q *governance.RuleQuery) (map[string]decision.RuleActivity, error) {
	hit, by, window := c.Query.maybe("hit"), c.Query.text("sort"), c.Query.text("window")
	if window == "" && hit == nil && by != "decisions" && by != "last_hit" {
		q.Order = ruleOrder(by, c.Query, nil)
		return nil, nil
	}
	_, fired, err := s.deps.Decide.RuleActivity(ctx, c.Tenant(), cmp.Or(window, "30d"))
	if err != nil {
		return nil, err
	}
	if hit != nil {
		q.Also = func(r *governance.RuleInfo) bool { return *hit == (fired[r.Name].Decisions > 0) }
	}
	q.Order = ruleOrder(by, c.Query, fired)
	return fired, nil
}

// ruleOrder is nil for the ruleset's own order. Equals stand by title and name.
func ruleOrder(by string, params query, fired map[string]decision.RuleActivity) func(a, b *governance.RuleInfo) int {
	var order func(a, b *governance.RuleInfo) int
	switch by {
	case "title":
		order = func(a, b *governance.RuleInfo) int {
			return cmp.Compare(strings.ToLower(a.Rule.Title), strings.ToLower(b.Rule.Title))
		}
	case "level":
		levels := []string{"informational", "low", "medium", "high", "critical"}
		order = func(a, b *governance.RuleInfo) int {
			return cmp.Compare(slices.Index(levels, a.Level()), slices.Index(levels, b.Level()))
		}
	case "decisions":
		order = func(a, b *governance.RuleInfo) int {
			return cmp.Compare(fired[a.Name].Decisions, fired[b.Name].Decisions)
		}
	case "last_hit":
		order = func(a, b *governance.RuleInfo) int { return cmp.Compare(fired[a.Name].Last, fired[b.Name].Last) }
	default:
		return nil
	}
	desc, _ := params.flag("desc")
	return func(a, b *governance.RuleInfo) int {
		n := order(a, b)
		if desc {
			n = -n
		}
		return cmp.Or(n, cmp.Compare(a.Rule.Title, b.Rule.Title), cmp.Compare(a.Name, b.Name))
	}
}
