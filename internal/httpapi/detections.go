package httpapi

import (
	"context"
	"net/http"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/governance"
	"frostgate.io/frostgate/internal/tenant"
)

// ruleRow is one detection of the active ruleset.
type ruleRow struct {
	ID         string        `json:"id" doc:"As decisions name it: sigma: and the rule's own ID."`
	Kind       string        `json:"kind" enum:"rule|correlation" doc:"A rule looks at one event, a correlation at what rules or other correlations found within a time."`
	Title      string        `json:"title"`
	Level      string        `json:"level" enum:"informational|low|medium|high|critical" doc:"As it counts: the rule's own, unless it is tuned."`
	Status     string        `json:"status,omitempty"`
	Logsource  logsourceView `json:"logsource"`
	Techniques []string      `json:"techniques" doc:"ATT&CK."`
	Author     string        `json:"author,omitempty"`
	Source     string        `json:"source" doc:"Name of the detections document that it is in."`
	Enabled    bool          `json:"enabled"`
	Served     bool          `json:"served" doc:"Some known kind of event reaches it."`
	Tuned      bool          `json:"tuned" doc:"The tenant changed it or filters it."`
	OwnLevel   string        `json:"own_level" doc:"As the author wrote it."`
	Tactics    []string      `json:"tactics" doc:"ATT&CK, for example credential-access."`
	InForce    int           `json:"filters_in_force" doc:"Filters that name it, or all rules, and have not ended."`
	Decisions  int64         `json:"decisions" doc:"Recorded decisions of the window in which it fired; 0 where no window was asked for."`
	Last       Time          `json:"last_hit,omitzero" doc:"Receipt of the last of them."`
}

type logsourceView struct {
	Category string `json:"category,omitempty"`
	Product  string `json:"product,omitempty"`
	Service  string `json:"service,omitempty"`
}

// correlationView is what a correlation looks at.
type correlationView struct {
	Type     string   `json:"type" doc:"event_count, value_count, temporal, ..."`
	Rules    []string `json:"rules" doc:"Rules and correlations by their IDs."`
	Titles   []string `json:"rule_titles" doc:"What they are called, in their order; empty for what is not known."`
	Field    string   `json:"field,omitempty" doc:"Of which values are counted or summed, where the type does that."`
	Needs    []string `json:"needs" doc:"What the number must be, for example gte 10; empty: every rule of the list."`
	GroupBy  []string `json:"group_by"`
	Timespan string   `json:"timespan"`
	Quiet    bool     `json:"quiet" doc:"It serves other correlations only and never fires itself."`
}

// ruleDetail is a detection with its text.
type ruleDetail struct {
	ruleRow
	Description    string           `json:"description,omitempty"`
	License        string           `json:"license,omitempty"`
	Date           string           `json:"date,omitempty"`
	Modified       string           `json:"modified,omitempty"`
	Tags           []string         `json:"tags"`
	References     []string         `json:"references"`
	FalsePositives []string         `json:"false_positives"`
	File           string           `json:"file"`
	Line           int              `json:"line" doc:"On which its document starts in the file."`
	Text           string           `json:"text" doc:"The file, byte for byte; it may hold other rules too."`
	Correlation    *correlationView `json:"correlation,omitempty" doc:"Of a correlation."`
	Tuning         ruleTuning       `json:"tuning"`
	Filters        []filterView     `json:"filters" doc:"That name this rule, or all rules; the expired ones too."`
	Counts         ruleCount        `json:"counts"`
	LooksFor       []ruleClause     `json:"looks_for" doc:"The detection in words, line by line; empty for a correlation."`
	Cut            bool             `json:"looks_for_cut" doc:"looks_for goes on."`
	Feedback       ruleVerdicts     `json:"feedback"`
	CostNS         int64            `json:"cost_ns,omitempty" doc:"Mean nanoseconds of testing it against one event for which it was looked at; absent: not sampled yet."`
	RulesetHash    string           `json:"ruleset_hash"`
}

// ruleCount is what became of a rule's matches since the process started.
type ruleCount struct {
	Since      Time  `json:"since" doc:"The counts are kept in memory, from here on."`
	Hits       int64 `json:"hits" doc:"Matches in recorded decisions, suppressed ones too."`
	Suppressed int64 `json:"suppressed" doc:"Of them without points: by the rate cap or a filter, or since the rule only serves a correlation."`
	Shared     int64 `json:"shared" doc:"Of them without points of their own: another rule counts for their technique."`
	Last       Time  `json:"last,omitzero"`
}

func (s *Server) detectionRoutes() []*Route {
	row := func(method, path, summary string, class tenant.Class, e endpoint) *Route {
		scope := domain.ScopeRulesRead
		if class == tenant.ClassWrite {
			scope = domain.ScopeRulesWrite
		}
		return &Route{
			Method: method, Path: prefixV1 + "/rules" + path, Access: scoped, Scope: scope, Class: class, Tag: "rules",
			Summary: summary, Mutates: class == tenant.ClassWrite && e.raw == nil, endpoint: e,
		}
	}
	rows := row("GET", "", "Detections of the ruleset that decides", tenant.ClassRead, read(s.listRules))
	rows.Query = ruleParams()
	remove := row("DELETE", "/filters/{id}", "End a filter before its time", tenant.ClassWrite, act(s.removeFilter))
	remove.Query = reasonParam()
	source := row("DELETE", "/sources/{name}", "Take imported rules out of the ruleset", tenant.ClassWrite, act(s.removeRules))
	source.Query = reasonParam()
	stats := row("GET", "/stats", "Which rules fire, which are noise, and what they cost", tenant.ClassRead, read(s.ruleStats))
	stats.Query, stats.Doc = statsParams(), statsDoc
	explain := row("POST", "/explain", "Which detections match an event, and why", tenant.ClassRead, write(http.StatusOK, s.explainRules))
	explain.Doc = "Nothing is decided and nothing recorded. Rate caps, which depend on what came before, are not applied; filters and tuned levels are."
	tuning := row("POST", "/{id}/tuning", "Change how a rule counts, from the next event on", tenant.ClassWrite, write(http.StatusOK, s.tuneRule))
	tuning.Doc = "The whole tuning of the rule is replaced: what is left out is as its author wrote it. It makes a new tuning document and a new ruleset, and switches to that."
	add := row("POST", "/filters", "Take known noise out of rules until a date", tenant.ClassWrite, write(http.StatusCreated, s.addFilter))
	add.Doc = "A hit that fits the search `not` gives no points while the filter holds; it stays in the decision's trace as suppressed. An expired filter does nothing and stays listed."
	builtin := row("POST", "/builtin", "Put this version's built-in detections into the ruleset", tenant.ClassWrite, read(s.restoreBuiltin))
	builtin.Doc, builtin.Query = builtinDoc, reasonParam()
	return anywhere(append([]*Route{
		rows,
		s.importRoute(),
		builtin,
		s.checkRulesRoute(),
		explain,
		stats,
		row("GET", "/{id}", "One detection with its text, tuning and counts", tenant.ClassRead, read(s.getRule)),
		tuning,
		row("GET", "/documents/{hash}", "One document of rules or of their tuning, byte for byte", tenant.ClassRead,
			withBody[detectionsView](text("application/json", s.getDetections))),
		row("GET", "/filters", "Filters of the ruleset that decides, the expired ones too", tenant.ClassRead, read(s.listFilters)),
		add,
		remove,
		source,
	}, s.ruleReadRoutes(row)...)...)
}

func reasonParam() []Param { return []Param{{Name: "reason", Doc: "Kept in the audit."}} }

func ruleRowOf(r *governance.RuleInfo) ruleRow {
	ls := r.Rule.Logsource
	return ruleRow{
		ID: r.Name, Kind: r.Kind(), Title: r.Rule.Title, Level: r.Level(), Status: r.Rule.Status, Logsource: logsourceView{ls.Category, ls.Product, ls.Service},
		Techniques: orEmpty(r.Rule.Techniques()), Author: r.Rule.Author, Source: r.Source, Enabled: !r.Tuning.Disabled, Served: !r.Unserved,
		Tuned: r.Tuned(), OwnLevel: r.Rule.Level.String(), Tactics: orEmpty(r.Tactics()), InForce: r.Filtered,
	}
}

// orEmpty encodes nothing as [], never as null.
func orEmpty(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func (s *Server) getRule(ctx context.Context, c *Call) (ruleDetail, error) {
	return s.ruleDetail(ctx, c, c.Path("id"))
}

func (s *Server) ruleDetail(ctx context.Context, c *Call, id string) (ruleDetail, error) {
	book, err := s.deps.Govern.RuleBook(ctx, c.Tenant())
	if err != nil {
		return ruleDetail{}, err
	}
	r, err := book.Rule(id)
	if err != nil {
		return ruleDetail{}, err
	}
	text, err := s.deps.Govern.RuleText(ctx, c.Tenant(), r)
	if err != nil {
		return ruleDetail{}, err
	}
	filters, err := s.filtersOf(ctx, c, book, append([]string{}, r.Filters...))
	if err != nil {
		return ruleDetail{}, err
	}
	since, counts := s.deps.Govern.RuleCounts(c.Tenant())
	verdicts, err := s.deps.Decide.FeedbackCounts(ctx, c.Tenant())
	if err != nil {
		return ruleDetail{}, err
	}
	n, v := counts[r.Name], verdicts[r.Name]
	x := r.Rule
	out := ruleDetail{
		ruleRow: ruleRowOf(r), Description: x.Description, License: x.License, Date: x.Date, Modified: x.Modified,
		Tags: orEmpty(x.Tags), References: orEmpty(x.References), FalsePositives: orEmpty(x.FalsePositives), File: x.File, Line: x.Line, Text: text,
		Correlation: correlationOf(r.Correlation, book), Feedback: ruleVerdicts{v.TP, v.FP}, CostNS: r.CostNS,
		Tuning: tuningView(r.Tuning), Filters: filters, Counts: ruleCount{Time(since), n.Hits, n.Suppressed, n.Shared, Time(n.Last)}, RulesetHash: string(book.Ruleset),
	}
	out.LooksFor, out.Cut = clausesOf(x)
	return out, nil
}

func (s *Server) removeRules(ctx context.Context, c *Call) error {
	_, err := s.deps.Govern.RemoveRules(ctx, c.Tenant(), c.Path("name"), c.because(c.Query.text("reason")))
	return err
}
