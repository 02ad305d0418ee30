package httpapi

import (
	"cmp"
	"context"

	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/governance"
	"frostgate.io/frostgate/internal/tenant"
)

// rulesSummary says what watches a tenant.
type rulesSummary struct {
	Ruleset      detectionsSet     `json:"ruleset"`
	Rules        int               `json:"rules" doc:"Rules and correlations, those that are off too."`
	On           int               `json:"on"`
	Off          int               `json:"off" doc:"Switched off by the tenant."`
	Tuned        int               `json:"tuned" doc:"On, with another level or cap, or a filter that has not ended."`
	Unserved     int               `json:"unserved" doc:"On, but no known kind of event reaches them."`
	Correlations int               `json:"correlations"`
	Scenarios    int               `json:"scenarios"`
	Filters      int               `json:"filters" doc:"That have not ended."`
	Techniques   int               `json:"techniques" doc:"ATT&CK techniques of the rules that are on."`
	Window       string            `json:"window"`
	From         Time              `json:"from,omitzero" doc:"Begin of the window; absent: everything."`
	Hit          int               `json:"hit" doc:"Rules that fired in a recorded decision of the window."`
	ByLevel      map[string]int64  `json:"by_level"`
	ByStatus     map[string]int64  `json:"by_status"`
	ByProduct    map[string]int64  `json:"by_product"`
	ByCategory   map[string]int64  `json:"by_category"`
	ByService    map[string]int64  `json:"by_service"`
	ByTactic     map[string]int64  `json:"by_tactic"`
	BySource     map[string]int64  `json:"by_source" doc:"Names of the detections documents."`
	Titles       map[string]string `json:"hit_titles" doc:"What the rules and scenarios that fired in the window are called, by their names in decisions."`
}

// detectionsSet is the ruleset in force, by name.
type detectionsSet struct {
	Hash      string `json:"hash"`
	Name      string `json:"name"`
	Version   string `json:"version"`
	Platform  bool   `json:"follows_platform" doc:"The tenant has no ruleset of its own: it moves with the platform's."`
	UpdatedAt Time   `json:"updated_at"`
	UpdatedBy string `json:"updated_by,omitempty"`
}

// routeMaker makes a route of the rules from what it is about.
type routeMaker func(method, path, summary string, class tenant.Class, e endpoint) *Route

// ruleReadRoutes are those for people who look at the rules as a whole.
func (s *Server) ruleReadRoutes(row routeMaker) []*Route {
	sum := row("GET", "/summary", "What watches the tenant, in numbers", tenant.ClassRead, read(s.summarizeRules))
	sum.Query = []Param{{Name: "window", Enum: activityWindows(), Doc: "Of hits; default 30d."}}
	hits := row("GET", "/hits/{id}", "When a rule or a scenario fired", tenant.ClassRead, read(s.ruleHits))
	hits.Query = []Param{{Name: "window", Enum: []string{"1h", "24h", "7d", "30d", "all"}, Doc: "Default 30d."}}
	hits.Doc = "Recorded decisions in which it fired, by time; suppressed hits are not in it."
	scenarios := row("GET", "/scenarios", "Scenarios of the ruleset that decides: what they count, and when they fire", tenant.ClassRead, read(s.listScenarios))
	scenarios.Query = []Param{{Name: "window", Enum: activityWindows(), Doc: "Of decisions and last_hit; default 30d."}}
	return []*Route{sum, hits, scenarios}
}

func (s *Server) summarizeRules(ctx context.Context, c *Call) (rulesSummary, error) {
	window := cmp.Or(c.Query.text("window"), "30d")
	out := rulesSummary{
		Window: window, ByLevel: map[string]int64{}, ByStatus: map[string]int64{}, ByProduct: map[string]int64{}, ByCategory: map[string]int64{},
		ByService: map[string]int64{}, ByTactic: map[string]int64{}, BySource: map[string]int64{}, Titles: map[string]string{},
	}
	book, err := s.deps.Govern.RuleBook(ctx, c.Tenant())
	if err != nil {
		return out, err
	}
	fired, err := s.deps.Decide.RuleActivity(ctx, c.Tenant(), window, 0)
	if err != nil {
		return out, err
	}
	out.From = Time(fired.From)
	out.countRules(book, fired.By)
	scenarios, _, err := s.deps.Govern.Scenarios(ctx, c.Tenant())
	if err != nil {
		return out, err
	}
	out.Scenarios = len(scenarios.Scenarios)
	filters, err := s.deps.Govern.Filters(ctx, c.Tenant())
	if err != nil {
		return out, err
	}
	for i := range filters {
		if !filters[i].Expired {
			out.Filters++
		}
	}
	set := s.titles(ctx, c.Tenant())
	for id := range fired.By {
		if title := titleOf(set, id); title != "" {
			out.Titles[id] = title
		}
	}
	out.Ruleset, err = s.rulesetInForce(ctx, c, book.Ruleset)
	return out, err
}

func (out *rulesSummary) countRules(book *governance.RuleBook, fired map[string]decision.RuleActivity) {
	techniques := map[string]bool{}
	add := func(to map[string]int64, name string) {
		if name != "" {
			to[name]++
		}
	}
	book.Each(func(r *governance.RuleInfo) {
		out.Rules++
		if fired[r.Name].Decisions > 0 {
			out.Hit++
		}
		if r.Kind() == governance.CorrelationEntry {
			out.Correlations++
		}
		add(out.ByLevel, r.Level())
		add(out.ByStatus, r.Rule.Status)
		add(out.ByProduct, r.Rule.Logsource.Product)
		add(out.ByCategory, r.Rule.Logsource.Category)
		add(out.ByService, r.Rule.Logsource.Service)
		add(out.BySource, r.Source)
		for _, name := range r.Tactics() {
			add(out.ByTactic, name)
		}
		if r.Tuning.Disabled {
			out.Off++
			return
		}
		out.On++
		if r.Tuning.Level != "" || r.Tuning.Cap != "" || r.Filtered > 0 {
			out.Tuned++
		}
		if r.Unserved {
			out.Unserved++
		}
		for _, t := range r.Rule.Techniques() {
			techniques[t] = true
		}
	})
	out.Techniques = len(techniques)
}

func (s *Server) rulesetInForce(ctx context.Context, c *Call, hash domain.Hash) (detectionsSet, error) {
	p, err := s.deps.Govern.ActivePointer(ctx, c.Tenant())
	if err != nil {
		return detectionsSet{}, err
	}
	d, err := s.deps.Govern.Document(ctx, c.Tenant(), hash)
	if err != nil {
		return detectionsSet{}, err
	}
	return detectionsSet{string(hash), d.Name, d.Version, p.Platform, Time(p.UpdatedAt), string(p.UpdatedBy)}, nil
}
