package detect

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/jsondoc"
	"frostgate.io/frostgate/sigma"
	"frostgate.io/frostgate/sigma/correlate"
)

const (
	// alertPrefix begins the names of the windows that tell a correlation's first
	// alert for a group from its going on; correlations over it look at those.
	alertPrefix = "alert:"
	// suppressedCorrelated is why a rule gives no points that only serves
	// correlations; domain.RuleHit.Suppressed.
	suppressedCorrelated = "correlated"
)

// correlations are the correlation rules among a ruleset's detections: each is a
// window, and a detection that fires by what the window says.
type correlations struct {
	plans []*plan // as correlate.Compile orders them
	by    map[*correlate.Plan]*plan
	quiet map[string]bool // names in decisions
	depth int
}

// plan is a correlation with what its hit carries.
type plan struct {
	*correlate.Plan
	meta  *ruleMeta
	alert string // window, where others look at this plan; else empty
}

// newCorrelations makes a collection's correlations ready; nil when it has none.
func newCorrelations(c *sigma.Collection) (*correlations, []sigma.Refusal) {
	found, refused := correlate.Compile(c)
	if len(found) == 0 {
		return nil, refused
	}
	out := &correlations{by: map[*correlate.Plan]*plan{}, quiet: map[string]bool{}}
	for _, p := range found {
		k := p.Correlation
		id := correlationID(k)
		one := &plan{Plan: p, meta: &ruleMeta{
			id: id, title: k.Title, author: k.Author, level: k.Level, techniques: (&sigma.Rule{Tags: k.Tags}).Techniques(),
		}}
		out.plans, out.by[p], out.depth = append(out.plans, one), one, max(out.depth, p.Depth)
		for i := range p.Members {
			if inner := p.Members[i].Plan; inner != nil && out.by[inner] != nil {
				out.by[inner].alert = alertPrefix + out.by[inner].meta.id
			}
		}
	}
	for r := range correlate.Quiet(found) {
		out.quiet[ruleID(r)] = true
	}
	return out, refused
}

// correlationID is the name of a correlation in decisions.
func correlationID(k *sigma.Correlation) string { return sigmaPrefix + cmp.Or(k.ID, k.Name, k.Title) }

// fields gives the fields that correlations ask of rules, by the rules' names in
// decisions.
func (c *correlations) fields() map[string][]string {
	out := map[string][]string{}
	if c != nil {
		var plans []*correlate.Plan
		for _, p := range c.plans {
			plans = append(plans, p.Plan)
		}
		for r, names := range correlate.Fields(plans) {
			out[ruleID(r)] = names
		}
	}
	return out
}

// layers is how many rounds of counting an event takes: a correlation over
// others can be asked only when these are counted and have said that they fire.
func (c *correlations) layers() int {
	if c == nil {
		return 1
	}
	return 2*c.depth + 1
}

// hits are the windows of one layer: plans in the even ones, in the odd ones that
// the plans before have fired.
func (c *correlations) hits(layer int, m *Matched, facts []domain.WindowFact, t *tuned, out []WindowKey) []WindowKey {
	if c == nil || m == nil || len(m.hits) == 0 {
		return out
	}
	src := eventSource{c, m, facts}
	for _, p := range c.plans {
		if t.of(p.meta.id).disabled {
			continue // then it serves no other either
		}
		if p.Depth != layer/2 || layer%2 == 1 && p.alert == "" {
			continue
		}
		for _, h := range p.Hits(src) {
			k := WindowKey{Window: p.meta.id, Key: groupKey(h.Group), Span: p.Machine.Span, Machine: &p.Machine, Value: h.Value, Input: h.Input}
			if layer%2 == 1 {
				if fact := factOf(facts, k.Window, k.Key); fact == nil || !p.Holds(fact.Count) {
					continue
				}
				k = WindowKey{Window: p.alert, Key: k.Key, Span: k.Span}
			}
			out = append(out, k)
		}
	}
	return out
}

// groupKey is the key of a group; without group-by there is one, of no name.
func groupKey(group []string) string {
	parts := make([]string, len(group))
	for i, g := range group {
		parts[i] = strings.NewReplacer(`\`, `\\`, "|", `\|`).Replace(g)
	}
	return shortened(strings.Join(parts, " | "))
}

func factOf(facts []domain.WindowFact, window, key string) *domain.WindowFact {
	for i := range facts {
		if facts[i].Window == window && facts[i].Key == key {
			return &facts[i]
		}
	}
	return nil
}

// with adds the correlations that fire to what matched, highest level first, and
// suppresses the rules that only serve them.
func (c *correlations) with(m *Matched, facts []domain.WindowFact, t *tuned) *Matched {
	if c == nil || m == nil || len(m.hits) == 0 {
		return m
	}
	out := &Matched{failed: m.failed, partial: m.partial, entity: m.entity, hits: slices.Clone(m.hits)}
	for i := range out.hits {
		if h := &out.hits[i]; h.suppressed == "" && c.quiet[h.id] {
			h.suppressed = suppressedCorrelated
		}
	}
	src := eventSource{c, m, facts}
	for _, p := range c.plans {
		tuning := t.of(p.meta.id)
		if p.Quiet || tuning.disabled {
			continue
		}
		for _, h := range p.Hits(src) {
			if fact := factOf(facts, p.meta.id, groupKey(h.Group)); fact != nil && p.Holds(fact.Count) {
				out.hits = append(out.hits, p.hit(h, fact, tuning))
				break // of several groups the first one tells
			}
		}
	}
	slices.SortStableFunc(out.hits, func(a, b hit) int { return cmp.Compare(b.level, a.level) })
	return out
}

func (p *plan) hit(h correlate.Hit, fact *domain.WindowFact, t tunedRule) hit {
	out := hit{ruleMeta: p.meta, level: p.meta.level, cap: defaultCap, tags: p.Correlation.Tags}
	if t.hasLevel {
		out.level = t.level
	}
	for i, name := range p.Correlation.GroupBy {
		out.values = append(out.values, domain.NamedValue{Name: name, Value: shortened(h.Group[i])})
	}
	number := strconv.FormatFloat(p.Number(fact.Count), 'f', -1, 64)
	out.values = append(out.values, domain.NamedValue{Name: string(p.Correlation.Type), Value: number})
	return out
}

// eventSource answers a plan's questions from what matched and what was counted.
type eventSource struct {
	all   *correlations
	m     *Matched
	facts []domain.WindowFact
}

func (s eventSource) Has(r *sigma.Rule) bool { return s.m.counts(ruleID(r)) }

func (s eventSource) Field(r *sigma.Rule, name string) (string, bool) {
	return s.m.Field(ruleID(r), name)
}

// Fired gives the groups whose first alert this event is.
func (s eventSource) Fired(p *correlate.Plan) [][]string {
	var out [][]string
	one := s.all.by[p]
	if one == nil {
		return nil // refused
	}
	for _, h := range p.Hits(s) {
		if fact := factOf(s.facts, one.alert, groupKey(h.Group)); fact != nil && fact.Count == 1 {
			out = append(out, h.Group)
		}
	}
	return out
}

// Layers is how many times an event is counted: WindowHits first, then LayerHits
// of 1 and up, each with the facts of those before.
func (s *Set) Layers() int { return s.layers }

// LayerHits lists the windows of a later layer that the event counts into, with
// the facts of the layers before it.
func (s *Set) LayerHits(layer int, ev *domain.Event, payload jsondoc.Value, m *Matched, facts []domain.WindowFact) []WindowKey {
	var out []WindowKey
	if layer < s.correlations.layers() {
		out = s.correlations.hits(layer, m, facts, s.tuning, out)
	}
	if layer != s.layers-1 {
		return out
	}
	v := vars{ev: ev, payload: payload, matched: m, windows: facts}
	for _, sc := range s.selection(ev.Type).scenarios {
		if sc.escalation == nil {
			continue
		}
		if k, ok := sc.fired(&v); ok {
			out = append(out, k)
		}
	}
	return out
}
