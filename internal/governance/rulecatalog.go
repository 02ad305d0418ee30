package governance

import (
	"context"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/sigma"
)

// RuleInfo is one detection of the active ruleset, with what the tenant made of
// it.
type RuleInfo struct {
	Name   string // in decisions: sigma:ID
	Rule   *sigma.Rule
	Source string // the detections document that it is in
	// Unserved: no known kind of event reaches it.
	Unserved bool
	Tuning   RuleTuning
	Filters  []string // IDs of the filters that name it or all rules, the expired ones too
	CostNS   int64    // mean nanoseconds of a test, sampled; 0: not sampled yet
}

// Level is the level that counts.
func (r *RuleInfo) Level() string {
	if r.Tuning.Level != "" {
		return r.Tuning.Level
	}
	return r.Rule.Level.String()
}

// RuleQuery narrows a list of rules; empty members don't.
type RuleQuery struct {
	Text      string // in title, ID, description, author or tags, regardless of case
	Level     string // as it counts
	Product   string
	Category  string
	Service   string
	Technique string // T1059 finds T1059.001 too
	Source    string
	Enabled   *bool
	Unserved  *bool
}

func (q *RuleQuery) fits(r *RuleInfo) bool {
	ls := r.Rule.Logsource
	for _, p := range [...]struct{ want, have string }{
		{q.Level, r.Level()}, {q.Product, ls.Product}, {q.Category, ls.Category}, {q.Service, ls.Service}, {q.Source, r.Source},
	} {
		if p.want != "" && !strings.EqualFold(p.want, p.have) {
			return false
		}
	}
	if q.Enabled != nil && *q.Enabled == r.Tuning.Disabled || q.Unserved != nil && *q.Unserved != r.Unserved {
		return false
	}
	if q.Technique != "" && !slices.ContainsFunc(r.Rule.Techniques(), func(t string) bool { return underTechnique(t, q.Technique) }) {
		return false
	}
	return q.Text == "" || mentions(r, strings.ToLower(q.Text))
}

// underTechnique also takes the techniques below one.
func underTechnique(have, want string) bool {
	want = strings.ToUpper(want)
	return have == want || strings.HasPrefix(have, want+".")
}

func mentions(r *RuleInfo, lower string) bool {
	for _, s := range [...]string{r.Rule.Title, r.Name, r.Rule.Description, r.Rule.Author} {
		if strings.Contains(strings.ToLower(s), lower) {
			return true
		}
	}
	return slices.ContainsFunc(r.Rule.Tags, func(t string) bool { return strings.Contains(strings.ToLower(t), lower) })
}

// RuleBook are the detections of the ruleset that decides for a tenant.
type RuleBook struct {
	Ruleset  domain.Hash
	detect   *detect.Set
	rules    *detect.Rules
	tuning   *detect.Tuning
	unserved map[*sigma.Rule]bool
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
	out := &RuleBook{Ruleset: b.hash, detect: rs.Detect, rules: rs.Detect.Rules(), unserved: map[*sigma.Rule]bool{}}
	if out.tuning, err = s.tuningOf(ctx, tenant, b); err != nil {
		return nil, err
	}
	if out.rules != nil {
		for _, r := range out.rules.Set().Unserved() {
			out.unserved[r] = true
		}
	}
	return out, nil
}

// Len counts the rules.
func (b *RuleBook) Len() int {
	if b.rules == nil {
		return 0
	}
	return b.rules.Set().Len()
}

// List returns up to limit rules that fit, from a place of the set on, and the
// place to go on at, -1 at the end. The order is the ruleset's and stays with it.
func (b *RuleBook) List(q RuleQuery, from, limit int) (found []RuleInfo, next int) {
	if b.rules == nil || from < 0 {
		return nil, -1
	}
	rules := b.rules.Set().Rules()
	for i := from; i < len(rules); i++ {
		r := b.info(rules[i])
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
	r, ok := b.rules.Rule(id)
	if !ok {
		return nil, noRule(id)
	}
	info := b.info(r)
	return &info, nil
}

func (b *RuleBook) info(r *sigma.Rule) RuleInfo {
	name := b.rules.Name(r)
	out := RuleInfo{Name: name, Rule: r, Source: b.rules.Source(r), Unserved: b.unserved[r], CostNS: b.rules.CostNS(r)}
	if t, ok := b.tuning.Rules[shortID(name)]; ok {
		out.Tuning = RuleTuning{Disabled: t.Enabled != nil && !*t.Enabled, Cap: t.Cap, Level: t.Level}
	}
	for i := range b.tuning.Filters {
		f := &b.tuning.Filters[i]
		if len(f.Rules) == 0 || slices.Contains(f.Rules, shortID(name)) {
			out.Filters = append(out.Filters, f.ID)
		}
	}
	return out
}

// RuleText returns a rule's file as it was imported, byte for byte; a file may hold
// other rules too.
func (s *Service) RuleText(ctx context.Context, tenant domain.TenantID, r *RuleInfo) (string, error) {
	b, err := s.base(ctx, tenant)
	if err != nil {
		return "", err
	}
	ref, ok := b.ref(KindDetections, r.Source)
	if !ok {
		return "", noRule(r.Name) // switched meanwhile
	}
	d, err := s.Document(ctx, tenant, ref.Hash)
	if err != nil {
		return "", err
	}
	files, err := sigma.ReadArchive(d.Content)
	if err != nil {
		return "", fault.Wrap(fault.Unavailable, err, "detections %s can't be read", r.Source)
	}
	for _, f := range files {
		if f.Name == r.Rule.File {
			return string(f.Data), nil
		}
	}
	return "", noRule(r.Name)
}
