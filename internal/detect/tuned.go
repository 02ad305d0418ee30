package detect

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/sigma"
)

// tuned is a tuning document made ready. It never changes; nil tunes nothing.
type tuned struct {
	rules   map[string]tunedRule     // by name in decisions
	filters map[string][]tunedFilter // likewise
	titles  map[string]string        // of filters, by ID
	// checks holds one rule per filter and logsource; a filter holds for an event
	// when its rule matches.
	checks   *sigma.Set
	matchers sync.Pool // *sigma.Matcher
}

type tunedRule struct {
	disabled bool
	hasLevel bool
	level    sigma.Level
	cap      rateCap
}

type tunedFilter struct {
	id      string
	expires domain.Micros
	check   string // ID of the rule in checks
}

// compileTuning makes a document ready for the rules of a ruleset. What it says of
// rules that are not there is kept and does nothing: a pack may come back.
func compileTuning(doc []byte, rules *Rules) (*tuned, error) {
	if len(doc) == 0 {
		return nil, nil
	}
	t, err := ParseTuning(doc)
	if err != nil {
		return nil, err
	}
	out := &tuned{rules: make(map[string]tunedRule), filters: make(map[string][]tunedFilter), titles: make(map[string]string)}
	for id, r := range t.Rules {
		level, limit, _ := r.parse() // checked
		out.rules[sigmaPrefix+strings.TrimPrefix(id, sigmaPrefix)] = tunedRule{
			disabled: r.Enabled != nil && !*r.Enabled, hasLevel: r.Level != "", level: level, cap: limit,
		}
	}
	for i := range t.Filters {
		out.titles[t.Filters[i].ID] = t.Filters[i].Title
	}
	if rules == nil || len(t.Filters) == 0 {
		return out, nil
	}
	checks := &sigma.Collection{}
	for i := range t.Filters {
		if err := out.filter(&t.Filters[i], i, rules, checks); err != nil {
			return nil, err
		}
	}
	if out.checks, err = sigma.Compile(checks, sigma.Options{}); err != nil {
		return nil, tuningFault("filters", "%v", err)
	}
	out.matchers.New = func() any { return out.checks.NewMatcher() }
	return out, nil
}

// filter makes one rule for each logsource that the filter's rules have: then its
// fields mean what they mean to them.
func (t *tuned) filter(f *TuningFilter, i int, rules *Rules, checks *sigma.Collection) error {
	made := map[sigma.Logsource]string{}
	targets := f.Rules
	if len(targets) == 0 {
		for id := range rules.byID {
			if t.level(rules, id) < sigma.Critical { // those are silenced by name only
				targets = append(targets, id)
			}
		}
	}
	for _, id := range targets {
		rule, ok := rules.Rule(id)
		if !ok {
			continue
		}
		check, ok := made[rule.Logsource]
		if !ok {
			check = fmt.Sprintf("%08d-0000-4000-8000-%012d", i, len(made))
			c := sigma.Parse("filter "+f.ID, filterRule(check, rule.Logsource, f))
			if len(c.Refused) > 0 || len(c.Rules) != 1 {
				return tuningFault(fmt.Sprintf("filters/%d/not", i), "%s", refusalText(c))
			}
			made[rule.Logsource] = check
			checks.Rules = append(checks.Rules, c.Rules...)
		}
		name := ruleID(rule)
		t.filters[name] = append(t.filters[name], tunedFilter{f.ID, domain.Micros(f.Expires.UnixMicro()), check})
	}
	return nil
}

// level is a rule's as it counts.
func (t *tuned) level(rules *Rules, id string) sigma.Level {
	if own := t.of(id); own.hasLevel {
		return own.level
	}
	return rules.meta[rules.byID[id]].level
}

func refusalText(c *sigma.Collection) string {
	if len(c.Refused) == 0 {
		return "is not a Sigma search"
	}
	return c.Refused[0].Reason
}

// filterRule writes the filter's search as a rule of a logsource.
func filterRule(id string, ls sigma.Logsource, f *TuningFilter) []byte {
	source := map[string]string{}
	for k, v := range map[string]string{"category": ls.Category, "product": ls.Product, "service": ls.Service} {
		if v != "" {
			source[k] = v
		}
	}
	doc, err := yaml.Marshal(map[string]any{
		"title": "filter", "id": id, "logsource": source,
		"detection": map[string]any{"noise": &f.Not, "condition": "noise"},
	})
	if err != nil {
		return nil // then the rule is refused as empty
	}
	return doc
}

func (t *tuned) of(id string) tunedRule {
	if t != nil {
		if r, ok := t.rules[id]; ok {
			return r
		}
	}
	return tunedRule{}
}

// suppresses names the filter that takes this hit out, as domain.RuleHit says it;
// empty: none. Time is when the event was received: a replay sees the same.
func (t *tuned) suppresses(id string, at domain.Micros, payload []byte) string {
	if t == nil || len(t.filters[id]) == 0 {
		return ""
	}
	inForce := func(f tunedFilter) bool { return at < f.expires }
	if !slices.ContainsFunc(t.filters[id], inForce) {
		return ""
	}
	m := t.matchers.Get().(*sigma.Matcher)
	defer t.matchers.Put(m)
	found, err := m.Match(payload)
	if err != nil {
		return "" // the rules could read it: then they count
	}
	for _, f := range t.filters[id] {
		if !inForce(f) {
			continue
		}
		for _, x := range found {
			if x.Rule.ID == f.check {
				return suppressedTuned + f.id
			}
		}
	}
	return ""
}
