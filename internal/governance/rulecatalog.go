package governance

import (
	"context"
	"slices"

	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/sigma"
)

// RuleInfo is one detection of the active ruleset, with what the tenant made of
// it.
type RuleInfo struct {
	Name string // in decisions: sigma:ID
	Rule *sigma.Rule
	// Correlation is what a correlation is beyond what Rule, which then has no
	// logsource and no detection, says of it; nil: a rule.
	Correlation *detect.Correlation
	Source      string // the detections document that it is in
	// Unserved: no known kind of event reaches it.
	Unserved bool
	Tuning   RuleTuning
	Filters  []string // IDs of the filters that name it or all rules, the expired ones too
	Filtered int      // how many of them hold
	CostNS   int64    // mean nanoseconds of a test, sampled; 0: not sampled yet
}

// What an entry of the catalog is.
const (
	RuleEntry        = "rule"
	CorrelationEntry = "correlation"
)

// Kind tells rules, which look at one event, from correlations.
func (r *RuleInfo) Kind() string {
	if r.Correlation != nil {
		return CorrelationEntry
	}
	return RuleEntry
}

// Level is the level that counts.
func (r *RuleInfo) Level() string {
	if r.Tuning.Level != "" {
		return r.Tuning.Level
	}
	return r.Rule.Level.String()
}

// RuleBook are the detections of the ruleset that decides for a tenant.
type RuleBook struct {
	Ruleset  domain.Hash
	detect   *detect.Set
	rules    *detect.Rules
	tuning   *detect.Tuning
	unserved map[*sigma.Rule]bool
	opened   domain.Micros // when it was opened: filters that hold, hold then
	// correlations are behind the rules in lists.
	correlations []detect.Correlation
}

// RuleBook opens the active ruleset for reading.
func (s *Service) RuleBook(ctx context.Context, tenant domain.TenantID) (*RuleBook, error) {
	b, err := s.base(ctx, tenant)
	if err != nil {
		return nil, err
	}
	rs, err := s.load(ctx, tenant, b.hash)
	if err != nil {
		return nil, err
	}
	out := &RuleBook{Ruleset: b.hash, detect: rs.Detect, rules: rs.Detect.Rules(), unserved: map[*sigma.Rule]bool{}, opened: s.Clock.Now()}
	if out.tuning, err = s.tuningOf(ctx, tenant, b); err != nil {
		return nil, err
	}
	out.correlations = out.rules.Correlations()
	if out.rules != nil {
		for _, r := range out.rules.Set().Unserved() {
			out.unserved[r] = true
		}
	}
	return out, nil
}

// Len counts the rules and correlations.
func (b *RuleBook) Len() int {
	if b.rules == nil {
		return 0
	}
	return b.rules.Set().Len() + len(b.correlations)
}

// at is the one at a place of the list.
func (b *RuleBook) at(i int) RuleInfo {
	rules := b.rules.Set().Rules()
	if i < len(rules) {
		return b.info(rules[i])
	}
	return b.correlation(&b.correlations[i-len(rules)])
}

// List returns up to limit rules that fit, from a place of the set on, and the
// place to go on at, -1 at the end. The order is the ruleset's and stays with it,
// unless the query has another: then places are those of that order.
func (b *RuleBook) List(q RuleQuery, from, limit int) (found []RuleInfo, next int) {
	if b.rules == nil || from < 0 {
		return nil, -1
	}
	if q.Order != nil {
		return b.ordered(q, from, limit)
	}
	for i := from; i < b.Len(); i++ {
		r := b.at(i)
		if !q.fits(&r) {
			continue
		}
		if len(found) == limit {
			return found, i
		}
		found = append(found, r)
	}
	return found, -1
}

// Rule returns one rule by either of its names.
func (b *RuleBook) Rule(id string) (*RuleInfo, error) {
	if r, ok := b.rules.Rule(id); ok {
		info := b.info(r)
		return &info, nil
	}
	for i := range b.correlations {
		if c := &b.correlations[i]; c.Name == id || shortID(c.Name) == id {
			info := b.correlation(c)
			return &info, nil
		}
	}
	return nil, noRule(id)
}

func (b *RuleBook) correlation(c *detect.Correlation) RuleInfo {
	out := correlationInfo(c)
	out.Tuning = b.tuned(c.Name)
	return out
}

// correlationInfo shows one as a rule without a detection.
func correlationInfo(c *detect.Correlation) RuleInfo {
	k := c.Correlation
	return RuleInfo{
		Name: c.Name, Correlation: c, Source: c.Source, Unserved: !c.Served,
		Rule: &sigma.Rule{
			ID: k.ID, Title: k.Title, Name: k.Name, Status: k.Status, Description: k.Description, Author: k.Author, Date: k.Date, Modified: k.Modified,
			Level: k.Level, Tags: k.Tags, File: k.File, Line: k.Line,
		},
	}
}

func (b *RuleBook) tuned(name string) RuleTuning {
	t, ok := b.tuning.Rules[shortID(name)]
	if !ok {
		return RuleTuning{}
	}
	return RuleTuning{Disabled: t.Enabled != nil && !*t.Enabled, Cap: t.Cap, Level: t.Level}
}

func (b *RuleBook) info(r *sigma.Rule) RuleInfo {
	name := b.rules.Name(r)
	out := RuleInfo{Name: name, Rule: r, Source: b.rules.Source(r), Unserved: b.unserved[r], Tuning: b.tuned(name), CostNS: b.rules.CostNS(r)}
	for i := range b.tuning.Filters {
		f := &b.tuning.Filters[i]
		// A filter of every rule leaves the critical ones alone.
		if len(f.Rules) == 0 && out.Level() != "critical" || slices.Contains(f.Rules, shortID(name)) {
			out.Filters = append(out.Filters, f.ID)
			if domain.Micros(f.Expires.UnixMicro()) > b.opened {
				out.Filtered++
			}
		}
	}
	return out
}
