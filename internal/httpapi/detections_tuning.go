package httpapi

import (
	"context"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/governance"
	"frostgate.io/frostgate/internal/jsondoc"
)

// ruleTuning is how a rule counts.
type ruleTuning struct {
	Enabled *bool  `json:"enabled,omitzero" doc:"false: the rule is not looked at. Default true."`
	Cap     string `json:"cap,omitempty" maxlen:"40" doc:"Hits that count per span, such as 100/1h; further ones are suppressed. Default 1000/1h."`
	Level   string `json:"level,omitempty" enum:"informational|low|medium|high|critical" doc:"Instead of the rule's own."`
}

// ruleTuningChange also says why.
type ruleTuningChange struct {
	ruleTuning
	Reason string `json:"reason,omitempty" maxlen:"1000" doc:"Kept in the audit."`
}

// filterView is a filter as it stands.
type filterView struct {
	ID         string   `json:"id"`
	Title      string   `json:"title"`
	Rules      []string `json:"rules" doc:"The Sigma IDs of the rules; empty: all but the critical ones."`
	Titles     []string `json:"rule_titles" doc:"What they are called, in their order; empty for what the ruleset does not have any more."`
	Not        string   `json:"not" doc:"The search as YAML."`
	Expires    Time     `json:"expires"`
	Expired    bool     `json:"expired" doc:"It does nothing any more."`
	Reason     string   `json:"reason"`
	Author     string   `json:"author"`
	Suppressed int64    `json:"suppressed" doc:"Hits that it took out, counted since counted_since."`
	Since      Time     `json:"counted_since,omitzero" doc:"When the process started, which counts in memory."`
}

type newFilter struct {
	Title   string         `json:"title" minlen:"1" maxlen:"200"`
	Rules   []string       `json:"rules,omitempty" maxitems:"1000" doc:"Rules by ID. A correlation can't be named: what it looks at can."`
	All     bool           `json:"all,omitzero" doc:"Every rule instead, also those that are imported later, but for the critical ones; expires is then at most a day ahead."`
	Not     jsontext.Value `json:"not" doc:"A Sigma search: a map such as {\"Image|endswith\": \"\\\\backup.exe\"}, all of which must fit, or a list of such maps, of which one must."`
	Expires Time           `json:"expires" doc:"At most a year ahead."`
	Reason  string         `json:"reason" minlen:"1" maxlen:"1000"`
}

func tuningView(t governance.RuleTuning) ruleTuning {
	enabled := !t.Disabled
	return ruleTuning{Enabled: &enabled, Cap: t.Cap, Level: t.Level}
}

func (s *Server) tuneRule(ctx context.Context, c *Call, in ruleTuningChange) (ruleDetail, error) {
	t := governance.RuleTuning{Disabled: in.Enabled != nil && !*in.Enabled, Cap: in.Cap, Level: in.Level, Reason: in.Reason}
	if err := s.deps.Govern.TuneRule(ctx, c.Tenant(), c.Path("id"), t, c.actor()); err != nil {
		return ruleDetail{}, err
	}
	return s.ruleDetail(ctx, c, c.Path("id"))
}

func (s *Server) addFilter(ctx context.Context, c *Call, in newFilter) (filterView, error) {
	doc, err := jsondoc.Parse(in.Not, jsondoc.Limits{MaxBytes: int(maxBody)})
	if err != nil {
		return filterView{}, err
	}
	f, err := s.deps.Govern.AddFilter(ctx, c.Tenant(), governance.NewFilter{
		Title: in.Title, Rules: in.Rules, All: in.All, Not: doc.Root(), Expires: domain.Micros(in.Expires), Reason: in.Reason,
	}, c.actor())
	if err != nil {
		return filterView{}, err
	}
	c.Location("rules", "filters", f.ID)
	out := filterViewOf(f, 0)
	if book, err := s.deps.Govern.RuleBook(ctx, c.Tenant()); err == nil { // it is added all the same
		out.Titles = titlesOf(book, f.Rules)
	}
	return out, nil
}

func filterViewOf(f *governance.Filter, suppressed int64) filterView {
	return filterView{
		ID: f.ID, Title: f.Title, Rules: orEmpty(f.Rules), Titles: []string{}, Not: f.Not, Expires: Time(f.Expires), Expired: f.Expired, Reason: f.Reason,
		Author: f.Author, Suppressed: suppressed,
	}
}

func (s *Server) listFilters(ctx context.Context, c *Call) (list[filterView], error) {
	book, err := s.deps.Govern.RuleBook(ctx, c.Tenant())
	if err != nil {
		return list[filterView]{}, err
	}
	items, err := s.filtersOf(ctx, c, book, nil)
	return listOf(items, ""), err
}

// filtersOf returns the filters with these IDs, all of them for nil.
func (s *Server) filtersOf(ctx context.Context, c *Call, book *governance.RuleBook, ids []string) ([]filterView, error) {
	out := []filterView{}
	found, err := s.deps.Govern.Filters(ctx, c.Tenant())
	if err != nil {
		return nil, err
	}
	since, counts := s.deps.Govern.RuleCounts(c.Tenant())
	for i := range found {
		if f := &found[i]; ids == nil || slices.Contains(ids, f.ID) {
			v := filterViewOf(f, counts["tuned:"+f.ID].Suppressed)
			v.Since, v.Titles = Time(since), titlesOf(book, f.Rules)
			out = append(out, v)
		}
	}
	return out, nil
}

func (s *Server) removeFilter(ctx context.Context, c *Call) error {
	return s.deps.Govern.RemoveFilter(ctx, c.Tenant(), c.Path("id"), c.Query.text("reason"), c.actor())
}
