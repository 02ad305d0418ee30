package sigma

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const fullCorrelation = `title: Many failed logins
id: 0e95725d-7320-415d-80f7-004da920fc11
name: many
level: high
status: test
tags: [attack.t1110]
generate: true
correlation:
  type: value_count
  rules: [failed, other]
  group-by: [source, Host]
  timespan: 90m
  aliases:
    source:
      failed: src_ip
      other: client.ip
  condition:
    field: User
    gt: 100
    lte: 200
`

func TestCorrelationMembers(t *testing.T) {
	t.Parallel()
	c := Parse("c.yml", []byte(fullCorrelation))
	if len(c.Refused) > 0 || len(c.Correlations) != 1 {
		t.Fatalf("refused %+v", c.Refused)
	}
	want := &Correlation{
		ID: "0e95725d-7320-415d-80f7-004da920fc11", Title: "Many failed logins", Name: "many", Status: "test",
		Level: High, Tags: []string{"attack.t1110"}, Type: ValueCount, Rules: []string{"failed", "other"},
		GroupBy: []string{"source", "Host"}, Timespan: 90 * time.Minute,
		Aliases:    map[string]map[string]string{"source": {"failed": "src_ip", "other": "client.ip"}},
		Conditions: []CorrelationCondition{{"gt", 100}, {"lte", 200}}, Field: "User", Generate: true,
		File: "c.yml", Line: 1,
	}
	if diff := cmp.Diff(want, c.Correlations[0]); diff != "" {
		t.Errorf("correlation (-want +got):\n%s", diff)
	}
	if got := c.Correlations[0].Techniques(); len(got) != 1 || got[0] != "T1110" {
		t.Errorf("techniques %v", got)
	}
}

func correlate(members string) string {
	return "title: T\ncorrelation:\n  " + strings.ReplaceAll(strings.TrimSpace(members), "\n", "\n  ") + "\n"
}

func TestCorrelationTypes(t *testing.T) {
	t.Parallel()
	for _, members := range []string{
		"type: event_count\nrules: [a]\ntimespan: 1h\ncondition: {gte: 10}",
		"type: event_count\nrules: a\ngroup-by: x\ntimespan: 10s\ncondition: {eq: 10, neq: 3}",
		"type: temporal\nrules: [a, b]\ntimespan: 1d",
		"type: temporal\nrules: [a, b, c]\ntimespan: 1d\ncondition: {gte: 2}",
		"type: temporal_ordered\nrules: [a, b]\ntimespan: 1w",
		"type: value_sum\nrules: [a]\ntimespan: 5m\ncondition: {field: f, gte: 10.5}",
		"type: value_avg\nrules: [a]\ntimespan: 5m\ncondition: {field: f, lt: 1}",
		"type: value_median\nrules: [a]\ntimespan: 5m\ncondition: {field: f, lt: 1}",
		"type: value_percentile\nrules: [a]\ntimespan: 5m\ncondition: {field: f, percentile: 95, lt: 1}",
	} {
		if c := Parse("c.yml", []byte(correlate(members))); len(c.Correlations) != 1 {
			t.Errorf("%s: refused %+v", members, c.Refused)
		}
	}
}

func TestTemporalExpression(t *testing.T) {
	t.Parallel()
	c := Parse("c.yml", []byte(correlate("type: temporal\nrules: [a1, a2, b]\ntimespan: 5m\ncondition: 1 of a* AND NOT b")))
	if len(c.Correlations) != 1 {
		t.Fatalf("refused %+v", c.Refused)
	}
	want := &RuleNode{Op: OpAnd, Args: []*RuleNode{
		{Op: OpOr, Args: []*RuleNode{{Op: OpItem, Rule: "a1"}, {Op: OpItem, Rule: "a2"}}},
		{Op: OpNot, Args: []*RuleNode{{Op: OpItem, Rule: "b"}}},
	}}
	if diff := cmp.Diff(want, c.Correlations[0].Expression); diff != "" {
		t.Errorf("expression (-want +got):\n%s", diff)
	}
}

func TestRefusedCorrelations(t *testing.T) {
	t.Parallel()
	tests := []struct{ members, want string }{
		{"type: near\nrules: [a]\ntimespan: 1h\ncondition: {gte: 1}", `type "near"`},
		{"rules: [a]\ntimespan: 1h\ncondition: {gte: 1}", "lacks its type"},
		{"type: event_count\ntimespan: 1h\ncondition: {gte: 1}", "lacks its rules"},
		{"type: event_count\nrules: [a]\ncondition: {gte: 1}", "lacks its timespan"},
		{"type: event_count\nrules: [a]\ntimespan: 1h", "needs a condition"},
		{"type: event_count\nrules: [a]\ntimespan: 1 hour\ncondition: {gte: 1}", "timespan"},
		{"type: event_count\nrules: [a]\ntimespan: 0h\ncondition: {gte: 1}", "timespan"},
		{"type: event_count\nrules: [a]\ntimespan: 9999999d\ncondition: {gte: 1}", "timespan"},
		{"type: event_count\nrules: [a]\ntimespan: 1h\ncondition: {more: 1}", `no member "more"`},
		{"type: event_count\nrules: [a]\ntimespan: 1h\ncondition: {gte: x}", "not a number"},
		{"type: event_count\nrules: [a]\ntimespan: 1h\ncondition: {gte: 1, field: f}", "has no field"},
		{"type: event_count\nrules: [a]\ntimespan: 1h\ncondition: a", "only temporal"},
		{"type: value_count\nrules: [a]\ntimespan: 1h\ncondition: {gte: 1}", "needs a field"},
		{"type: value_count\nrules: [a]\ntimespan: 1h\ncondition: {gte: 1, field: [a, b]}", "one field"},
		{"type: value_percentile\nrules: [a]\ntimespan: 1h\ncondition: {gte: 1, field: f}", "percentile"},
		{"type: value_percentile\nrules: [a]\ntimespan: 1h\ncondition: {gte: 1, field: f, percentile: 100}", "percentile"},
		{"type: temporal\nrules: [a]\ntimespan: 1h", "two rules"},
		{"type: temporal\nrules: [a, a]\ntimespan: 1h", "twice"},
		{"type: temporal\nrules: [a, b]\ntimespan: 1h\ncondition: a and c", `names "c"`},
		{"type: temporal\nrules: [a, b]\ntimespan: 1h\naliases: {x: {c: f}}", `the rule "c"`},
		{"type: temporal\nrules: [a, b]\ntimespan: 1h\naliases: [x]", "must be a map"},
		{"type: temporal\nrules: [a, b]\ntimespan: 1h\nwindow: x", `no member "window"`},
	}
	for _, tt := range tests {
		c := Parse("c.yml", []byte(correlate(tt.members)))
		if len(c.Refused) != 1 || len(c.Correlations) > 0 || c.Refused[0].Line == 0 || !strings.Contains(c.Refused[0].Reason, tt.want) {
			t.Errorf("%s: refused %+v, want %q", tt.members, c.Refused, tt.want)
		}
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	base := "title: F\nlogsource: {product: windows}\nfilter:\n  rules: %\n  s: {User|startswith: adm_}\n  condition: not s\n"
	for rules, want := range map[string][]string{"any": nil, "[ANY]": nil, "[a, b]": {"a", "b"}, "a": {"a"}} {
		c := Parse("f.yml", []byte(strings.Replace(base, "%", rules, 1)))
		if len(c.Filters) != 1 {
			t.Fatalf("%s: refused %+v", rules, c.Refused)
		}
		f := c.Filters[0]
		if diff := cmp.Diff(want, f.Rules); diff != "" {
			t.Errorf("%s: rules (-want +got):\n%s", rules, diff)
		}
		if got := f.Condition.String(); got != "not (User starts with adm_)" {
			t.Errorf("condition %q", got)
		}
	}
	for _, rules := range []string{"[]", "null", "{a: b}"} {
		if c := Parse("f.yml", []byte(strings.Replace(base, "%", rules, 1))); len(c.Refused) != 1 {
			t.Errorf("%s was not refused", rules)
		}
	}
}
