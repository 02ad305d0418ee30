package governance

import (
	"regexp"
	"slices"
	"strings"
)

// RuleQuery narrows a list of rules; empty members don't.
type RuleQuery struct {
	Kind      string // rule or correlation
	Text      string // in title, ID, description, author or tags, regardless of case
	Level     string // as it counts
	Product   string
	Category  string
	Service   string
	Technique string // T1059 finds T1059.001 too
	Source    string
	Enabled   *bool
	Unserved  *bool
	Status    string               // of the rule's author: stable, test, ...
	Tactic    string               // ATT&CK, for example credential-access
	Tuned     *bool                // other level or cap, off, or a filter names it
	Filtered  *bool                // a filter that holds names it
	Also      func(*RuleInfo) bool // whatever else the asker knows; nil: nothing
	// Order sorts the list; nil: as the ruleset has it. Equals stay as they are.
	Order func(a, b *RuleInfo) int
	// After keeps of such an order what comes after a rule that was given before,
	// however many now stand before it.
	After func(*RuleInfo) bool
}

func (q *RuleQuery) fits(r *RuleInfo) bool {
	ls := r.Rule.Logsource
	for _, p := range [...]struct{ want, have string }{
		{q.Kind, r.Kind()}, {q.Level, r.Level()}, {q.Product, ls.Product}, {q.Category, ls.Category}, {q.Service, ls.Service}, {q.Source, r.Source}, {q.Status, r.Rule.Status},
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
	if q.Tuned != nil && *q.Tuned != r.Tuned() || q.Filtered != nil && *q.Filtered != (r.Filtered > 0) {
		return false
	}
	if q.Tactic != "" && !slices.Contains(r.Tactics(), strings.ToLower(q.Tactic)) || q.Also != nil && !q.Also(r) {
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

// Tactics are the ATT&CK tactics of a rule's tags, written as today: with hyphens.
func (r *RuleInfo) Tactics() []string {
	var out []string
	for _, tag := range r.Rule.Tags {
		name, ok := strings.CutPrefix(strings.ToLower(tag), "attack.")
		if !ok || name == "" || numbered.MatchString(name) {
			continue
		}
		if name = strings.ReplaceAll(name, "_", "-"); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// numbered are techniques, groups, software and the like.
var numbered = regexp.MustCompile(`^[a-z]{1,2}[0-9]{4}`)

// Tuned says that the tenant changed the rule or filters it.
func (r *RuleInfo) Tuned() bool { return r.Tuning != (RuleTuning{}) || len(r.Filters) > 0 }

// Each gives every detection in the ruleset's order.
func (b *RuleBook) Each(do func(*RuleInfo)) {
	if b.rules == nil {
		return
	}
	for i := range b.Len() {
		r := b.at(i)
		do(&r)
	}
}

// ordered is List in an order of the query's.
func (b *RuleBook) ordered(q RuleQuery, from, limit int) (found []RuleInfo, next int) {
	b.Each(func(r *RuleInfo) {
		if q.fits(r) && (q.After == nil || q.After(r)) {
			found = append(found, *r)
		}
	})
	slices.SortStableFunc(found, func(x, y RuleInfo) int { return q.Order(&x, &y) })
	if from >= len(found) {
		return nil, -1
	}
	if found = found[from:]; len(found) > limit {
		return found[:limit], from + limit
	}
	return found, -1
}
