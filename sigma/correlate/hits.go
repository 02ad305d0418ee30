package correlate

import (
	"slices"
	"time"

	"frostgate.io/frostgate/sigma"
)

// Source is what a plan asks about one event.
type Source interface {
	// Has reports that the event matches a rule.
	Has(r *sigma.Rule) bool
	// Field is the text of a field as the rule sees it; false when the event does
	// not have it.
	Field(r *sigma.Rule, name string) (string, bool)
	// Fired gives the groups for which a plan has just fired because of the event.
	Fired(p *Plan) [][]string
}

// Hit is an event that counts into one group of a correlation.
type Hit struct {
	Group []string // the values of the group-by fields, in their order
	Value string   // of the correlation's field, for value_count
	Input Input    // without time and value
}

// Hits gives the groups that an event counts into; none when it lacks a field
// that the correlation groups or computes by. An event that fits several members
// counts once.
func (p *Plan) Hits(src Source) []Hit {
	var out []Hit
	for i := range p.Members {
		m := &p.Members[i]
		if m.Rule != nil {
			if src.Has(m.Rule) {
				out = p.add(out, i, func(field string) (string, bool) { return src.Field(m.Rule, field) })
			}
			continue
		}
		for _, group := range src.Fired(m.Plan) {
			out = p.add(out, i, func(field string) (string, bool) { return m.Plan.field(src, group, field) })
		}
	}
	return out
}

// field is a field of a plan that fired: one that it groups by, or one of the
// event that made it fire.
func (p *Plan) field(src Source, group []string, name string) (string, bool) {
	if i := slices.Index(p.Correlation.GroupBy, name); i >= 0 {
		return group[i], true
	}
	for i := range p.Members {
		if r := p.Members[i].Rule; r != nil && src.Has(r) {
			if v, ok := src.Field(r, name); ok {
				return v, true
			}
		}
	}
	return "", false
}

func (p *Plan) add(out []Hit, member int, field func(string) (string, bool)) []Hit {
	c := p.Correlation
	resolve := func(name string) (string, bool) {
		if by, ok := c.Aliases[name]; ok {
			if name, ok = by[p.Members[member].Ref]; !ok {
				return "", false
			}
		}
		return field(name)
	}
	h := Hit{Group: make([]string, len(c.GroupBy))}
	for i, g := range c.GroupBy {
		v, ok := resolve(g)
		if !ok {
			return out
		}
		h.Group[i] = v
	}
	if c.Field != "" {
		text, ok := resolve(c.Field)
		if !ok {
			return out
		}
		h.Value = text
		if h.Input.Number, ok = Thousandths(text); !ok && c.Type != sigma.ValueCount {
			return out
		}
	}
	h.Input.Steps = 1 << member
	for i := range out {
		if slices.Equal(out[i].Group, h.Group) {
			out[i].Input.Steps |= h.Input.Steps
			return out
		}
	}
	return append(out, h)
}

// Quiet gives the rules that don't alert on their own: correlations look at them
// and none of these says generate.
func Quiet(plans []*Plan) map[*sigma.Rule]bool {
	quiet, loud := map[*sigma.Rule]bool{}, map[*sigma.Rule]bool{}
	for _, p := range plans {
		for i := range p.Members {
			if r := p.Members[i].Rule; r != nil {
				quiet[r] = true
				loud[r] = loud[r] || p.Correlation.Generate
			}
		}
	}
	for r := range loud {
		if loud[r] {
			delete(quiet, r)
		}
	}
	return quiet
}

// Fields gives the fields of each rule that plans ask for.
func Fields(plans []*Plan) map[*sigma.Rule][]string {
	out := map[*sigma.Rule][]string{}
	for _, p := range plans {
		for i := range p.Members {
			p.fieldsOf(&p.Members[i], out)
		}
	}
	for _, list := range out {
		slices.Sort(list)
	}
	return out
}

func (p *Plan) fieldsOf(m *Member, out map[*sigma.Rule][]string) {
	names := slices.Clone(p.Correlation.GroupBy)
	if p.Correlation.Field != "" {
		names = append(names, p.Correlation.Field)
	}
	for _, n := range names {
		if by, ok := p.Correlation.Aliases[n]; ok {
			n = by[m.Ref]
		}
		if n == "" {
			continue
		}
		for _, r := range m.rules() {
			if !slices.Contains(out[r], n) {
				out[r] = append(out[r], n)
			}
		}
	}
}

// rules are the rules whose matches make a member true.
func (m *Member) rules() []*sigma.Rule {
	if m.Rule != nil {
		return []*sigma.Rule{m.Rule}
	}
	var out []*sigma.Rule
	for i := range m.Plan.Members {
		out = append(out, m.Plan.Members[i].rules()...)
	}
	return out
}

// lasts is how long a plan that has fired for a group says nothing more of it.
func (p *Plan) lasts() time.Duration { return p.Correlation.Timespan }

// Alerted is the machine that tells a plan's first alert for a group from those
// that only say that it goes on: its number is 1 for the first within the
// correlation's time span.
func (p *Plan) Alerted() Machine { return Machine{Kind: Count, Span: p.lasts()} }
