package httpapi

import (
	"cmp"
	"context"

	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/governance"
)

func ruleParams() []Param {
	return pageParams(
		Param{Name: "kind", Enum: []string{governance.RuleEntry, governance.CorrelationEntry}},
		Param{Name: "q", Doc: "Text in title, ID, description, author or tags."},
		Param{Name: "level", Enum: ruleLevels()},
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
	at := ruleCursor{ruleset: string(book.Ruleset)}
	if err := at.read(c.Query.text("cursor")); err != nil {
		return list[ruleRow]{}, err
	}
	if at.ruleset != string(book.Ruleset) {
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
	order, fired, err := s.activityOf(ctx, c, &q, at)
	if err != nil {
		return list[ruleRow]{}, err
	}
	found, next := book.List(q, int(at.from), limit)
	items := make([]ruleRow, len(found))
	for i := range found {
		items[i] = ruleRowOf(&found[i])
		a := fired.By[found[i].Name]
		items[i].Decisions, items[i].Last = a.Decisions, Time(a.Last)
	}
	if next < 0 {
		return listOf(items, ""), nil
	}
	return listOf(items, order.after(at, &found[len(found)-1], next, fired)), nil
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
func (s *Server) activityOf(ctx context.Context, c *Call, q *governance.RuleQuery, at ruleCursor) (*ruleOrder, *decision.Activity, error) {
	hit, window := c.Query.maybe("hit"), c.Query.text("window")
	desc, _ := c.Query.flag("desc")
	order, fired := &ruleOrder{by: c.Query.text("sort"), desc: desc}, &decision.Activity{}
	if window != "" || hit != nil || order.by == "decisions" || order.by == "last_hit" {
		var err error
		if fired, err = s.deps.Decide.RuleActivity(ctx, c.Tenant(), cmp.Or(window, "30d"), at.until); err != nil {
			return nil, nil, err
		}
	}
	if hit != nil {
		q.Also = func(r *governance.RuleInfo) bool { return *hit == (fired.By[r.Name].Decisions > 0) }
	}
	if order.by == "" {
		return order, fired, nil
	}
	q.Order = func(a, b *governance.RuleInfo) int {
		return order.compare(order.place(a, fired), order.place(b, fired))
	}
	if at.last.name != "" {
		q.After = func(r *governance.RuleInfo) bool { return order.compare(order.place(r, fired), at.last) > 0 }
	}
	return order, fired, nil
}
