package frostgate

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Rule is one detection of the ruleset that decides.
type Rule struct {
	ID         string    `json:"id"`   // as decisions name it
	Kind       string    `json:"kind"` // rule, or correlation
	Title      string    `json:"title"`
	Level      string    `json:"level"` // as it counts
	Status     string    `json:"status,omitempty"`
	Logsource  Logsource `json:"logsource"`
	Techniques []string  `json:"techniques"` // ATT&CK
	Author     string    `json:"author,omitempty"`
	Source     string    `json:"source"` // name of the detections document
	Enabled    bool      `json:"enabled"`
	Served     bool      `json:"served"` // some known kind of event reaches it
	Tuned      bool      `json:"tuned"`
}

// Logsource says which events a rule is about.
type Logsource struct {
	Category string `json:"category,omitempty"`
	Product  string `json:"product,omitempty"`
	Service  string `json:"service,omitempty"`
}

// RuleDetail is a detection with its text, tuning and counts.
type RuleDetail struct {
	Rule
	OwnLevel       string       `json:"own_level"` // as the author wrote it
	Description    string       `json:"description,omitempty"`
	License        string       `json:"license,omitempty"`
	Date           string       `json:"date,omitempty"`
	Modified       string       `json:"modified,omitempty"`
	Tags           []string     `json:"tags"`
	References     []string     `json:"references"`
	FalsePositives []string     `json:"false_positives"`
	File           string       `json:"file"`
	Line           int          `json:"line"`
	Text           string       `json:"text"` // the file, byte for byte
	Correlation    *Correlation `json:"correlation,omitempty"`
	Tuning         RuleTuning   `json:"tuning"`
	Filters        []RuleFilter `json:"filters"`
	Counts         RuleCounts   `json:"counts"`
	RulesetHash    string       `json:"ruleset_hash"`
}

// Correlation is what a correlation looks at.
type Correlation struct {
	Type     string   `json:"type"`
	Rules    []string `json:"rules"` // rules and correlations by their IDs
	GroupBy  []string `json:"group_by"`
	Timespan string   `json:"timespan"`
	Quiet    bool     `json:"quiet"` // it serves other correlations only
}

// RuleCounts are a rule's matches since the server's process started.
type RuleCounts struct {
	Since      time.Time `json:"since"`
	Hits       int64     `json:"hits"`       // suppressed ones too
	Suppressed int64     `json:"suppressed"` // by a rate cap or a filter
	Shared     int64     `json:"shared"`     // another rule counts for their technique
	Last       time.Time `json:"last,omitzero"`
}

// RuleTuning is how a rule counts. Zero values leave it as its author wrote it.
type RuleTuning struct {
	Enabled *bool  `json:"enabled,omitzero"`
	Cap     string `json:"cap,omitempty"` // hits that count per span, such as 100/1h
	Level   string `json:"level,omitempty"`
}

// RuleFilter takes known noise out of rules until it expires.
type RuleFilter struct {
	ID         string    `json:"id"`
	Title      string    `json:"title"`
	Rules      []string  `json:"rules"` // empty: all
	Not        string    `json:"not"`   // the search, as YAML
	Expires    time.Time `json:"expires"`
	Expired    bool      `json:"expired"`
	Reason     string    `json:"reason"`
	Author     string    `json:"author"`
	Suppressed int64     `json:"suppressed"`             // since Since
	Since      time.Time `json:"counted_since,omitzero"` // when the server's process started
}

// NewRuleFilter is a filter to add.
type NewRuleFilter struct {
	Title string   `json:"title"`
	Rules []string `json:"rules,omitempty"`
	// All takes every rule instead, but for the critical ones; at most for a day.
	All bool `json:"all,omitzero"`
	// Not is a Sigma search as JSON: a map of fields that must all fit, or a list
	// of such maps.
	Not     jsontext.Value `json:"not"`
	Expires time.Time      `json:"expires"`
	Reason  string         `json:"reason"`
}

// RuleQuery narrows a list of rules; empty members don't.
type RuleQuery struct {
	Kind, Text, Level, Product, Category, Service, Technique, Source string
	Enabled, Served                                                  *bool
}

// RuleRefusal says why a document of a rule file can't be used.
type RuleRefusal struct {
	File   string `json:"file"`
	Line   int    `json:"line"` // 0: the whole file
	Reason string `json:"reason"`
}

// RulesChecked is what would become of uploaded rules.
type RulesChecked struct {
	Loaded       int            `json:"loaded"`
	Skipped      map[string]int `json:"skipped"`
	Refused      []RuleRefusal  `json:"refused"` // the first 1,000
	RefusedTotal int            `json:"refused_total"`
	Unserved     int            `json:"unserved"` // loaded, but no known kind of event reaches them
}

// RulesImported is what became of uploaded rules.
type RulesImported struct {
	RulesChecked
	Document   DocumentRef `json:"document"`
	Ruleset    DocumentRef `json:"ruleset"`
	Active     bool        `json:"active"`
	Generation int64       `json:"generation"`
}

// RulesExplained are the detections that match an event.
type RulesExplained struct {
	RulesetHash string      `json:"ruleset_hash"`
	Pipeline    string      `json:"pipeline"` // empty: the event is of no known kind
	Rules       int         `json:"rules_in_force"`
	Matches     []RuleMatch `json:"matches"`
}

// RuleMatch is one detection that matches an event, and why.
type RuleMatch struct {
	ID             string           `json:"id"`
	Title          string           `json:"title"`
	Level          string           `json:"level"`
	Points         int              `json:"points"`
	Suppressed     string           `json:"suppressed,omitempty"`
	Techniques     []string         `json:"techniques"`
	Author         string           `json:"author,omitempty"`
	Source         string           `json:"source"`
	Description    string           `json:"description,omitempty"`
	FalsePositives []string         `json:"false_positives"`
	Fields         []RuleFieldMatch `json:"fields"`
}

// RuleFieldMatch is a part of an event that made a rule match.
type RuleFieldMatch struct {
	Field string `json:"field"` // empty: a keyword
	Path  string `json:"path"`
	Value string `json:"value"`
	Test  string `json:"test"` // what it passed, in words
}

// RuleStats are the rules that fire.
type RuleStats struct {
	Since       time.Time  `json:"since"`  // hits and suppressed count from here: the process's start
	Window      string     `json:"window"` // of decisions
	RulesetHash string     `json:"ruleset_hash"`
	Rules       int        `json:"rules_in_force"`
	Items       []RuleStat `json:"items"`
}

// RuleStat is one rule in the statistics.
type RuleStat struct {
	ID         string    `json:"id"`
	Title      string    `json:"title,omitempty"`
	Level      string    `json:"level,omitempty"`
	Source     string    `json:"source,omitempty"`
	Hits       int64     `json:"hits"`
	Suppressed int64     `json:"suppressed"`
	Shared     int64     `json:"shared"`    // another rule counts for their technique
	Decisions  int64     `json:"decisions"` // recorded ones of the window in which it fired
	Last       time.Time `json:"last_hit,omitzero"`
	// Feedback on decisions, of all time.
	TruePositives  int64 `json:"true_positives"`
	FalsePositives int64 `json:"false_positives"`
	CostNS         int64 `json:"cost_ns,omitempty"` // mean nanoseconds of a test, sampled; 0: not sampled yet
}

// ImportRules puts Sigma rules into the ruleset as the detections document of this
// name: a tar, plain or gzip, or a text archive. With activate the ruleset decides
// from the next event on. The same rules again change nothing.
func (c *Client) ImportRules(ctx context.Context, name string, activate bool, archive []byte) (*RulesImported, error) {
	out := &RulesImported{}
	q := query{}.str("name", name).flag("activate", activate)
	rep, err := c.do(ctx, &request{method: http.MethodPost, path: in("rules", "import"), query: url.Values(q), body: archive, media: "application/x-tar"})
	if err != nil {
		return nil, err
	}
	return out, decode(rep.body, out)
}

// CheckRules says what would become of Sigma rules; nothing is stored.
func (c *Client) CheckRules(ctx context.Context, archive []byte) (*RulesChecked, error) {
	out := &RulesChecked{}
	rep, err := c.do(ctx, &request{method: http.MethodPost, path: in("rules", "check"), body: archive, media: "application/x-tar"})
	if err != nil {
		return nil, err
	}
	return out, decode(rep.body, out)
}

// RestoreBuiltinRules puts the detections that come with the server's version into
// the ruleset, which decides from the next event on: after an upgrade, or after they
// were removed. Imported rules and tuning stay. The same again changes nothing.
func (c *Client) RestoreBuiltinRules(ctx context.Context, opts ...CallOption) (*RulesImported, error) {
	out := &RulesImported{}
	return out, c.change(ctx, http.MethodPost, in("rules", "builtin"), nil, out, opts)
}

// RulesDocument reads a document of rules, or of their tuning, by its hash.
func (c *Client) RulesDocument(ctx context.Context, hash string) (*Document, error) {
	out := &Document{}
	return out, c.get(ctx, in("rules", "documents", hash), nil, out)
}

// Rules lists the detections of the ruleset that decides.
func (c *Client) Rules(ctx context.Context, q RuleQuery, p Page) iter.Seq2[Rule, error] {
	return all[Rule](ctx, c, in("rules"), query{}.str("kind", q.Kind).str("q", q.Text).str("level", q.Level).str("product", q.Product).str("category", q.Category).
		str("service", q.Service).str("technique", q.Technique).str("source", q.Source).maybe("enabled", q.Enabled).maybe("served", q.Served), p)
}

// Rule reads one detection by its ID.
func (c *Client) Rule(ctx context.Context, id string) (*RuleDetail, error) {
	out := &RuleDetail{}
	return out, c.get(ctx, in("rules", id), nil, out)
}

// RuleStats reads which rules fire; window is of decisions: 1h, 24h, 7d, 30d, all.
func (c *Client) RuleStats(ctx context.Context, window string, limit int) (*RuleStats, error) {
	out := &RuleStats{}
	q := query{}.str("window", window)
	if limit > 0 {
		q.str("limit", strconv.Itoa(limit))
	}
	return out, c.get(ctx, in("rules", "stats"), q, out)
}

// ExplainRules asks which detections match an event (a JSON object), and why.
// Nothing is decided.
func (c *Client) ExplainRules(ctx context.Context, event jsontext.Value) (*RulesExplained, error) {
	out := &RulesExplained{}
	body := struct {
		Event jsontext.Value `json:"event"`
	}{event}
	// Nothing is changed, so repeating is safe.
	return out, c.post(ctx, in("rules", "explain"), body, out, func(rq *request) { rq.once = false })
}

// TuneRule changes how a rule counts, from the next event on. The whole tuning of
// the rule is replaced.
func (c *Client) TuneRule(ctx context.Context, id string, t RuleTuning, reason string, opts ...CallOption) (*RuleDetail, error) {
	out := &RuleDetail{}
	body := struct {
		RuleTuning
		Reason string `json:"reason,omitempty"`
	}{t, reason}
	return out, c.post(ctx, in("rules", id, "tuning"), body, out, opts...)
}

// RuleFilters lists the filters, the expired ones too.
func (c *Client) RuleFilters(ctx context.Context) iter.Seq2[RuleFilter, error] {
	return all[RuleFilter](ctx, c, in("rules", "filters"), query{}, Page{})
}

// AddRuleFilter takes known noise out of rules, from the next event on until it
// expires.
func (c *Client) AddRuleFilter(ctx context.Context, f NewRuleFilter, opts ...CallOption) (*RuleFilter, error) {
	out := &RuleFilter{}
	return out, c.post(ctx, in("rules", "filters"), f, out, opts...)
}

// RemoveRuleFilter ends a filter before its time.
func (c *Client) RemoveRuleFilter(ctx context.Context, id string, opts ...CallOption) error {
	return c.change(ctx, http.MethodDelete, in("rules", "filters", id), nil, nil, opts)
}

// RemoveRules takes the detections document of a name out of the ruleset.
func (c *Client) RemoveRules(ctx context.Context, name string, opts ...CallOption) error {
	return c.change(ctx, http.MethodDelete, in("rules", "sources", name), nil, nil, opts)
}
