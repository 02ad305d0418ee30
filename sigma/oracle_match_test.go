package sigma_test

import (
	"net/netip"
	"slices"
	"strings"

	"frostgate.io/frostgate/sigma"
)

// sight is one event as a shape shows it.
type sight struct {
	oracle   *oracle
	event    any
	pipeline *sigma.Pipeline
	shape    *sigma.Shape
	fields   map[string]string // the route's renames
	seen     map[string]*field // what was looked up, by the event's name for it
	all      []scalar          // what keywords look through
}

// field is what an event has at the first place where a field is present.
type field struct {
	present bool
	null    bool // or one of several
	scalars []scalar
}

// scalar is a value without parts.
type scalar struct {
	value         any
	text, lowered string
	hasText       bool // null has none
}

func scalars(values []any) []scalar {
	var out []scalar
	for _, v := range values {
		for _, leaf := range leaves(v, nil) {
			text, ok := textOf(leaf)
			out = append(out, scalar{leaf, text, lower(text), ok})
		}
	}
	return out
}

// match returns the indexes of the rules that match, in order, and the name of
// the pipeline that recognised the event.
func (o *oracle) match(raw []byte) (found []int, pipeline string, err error) {
	event, err := decode(raw)
	if err != nil {
		return nil, "", err
	}
	s := o.recognise(event)
	if s == nil {
		return nil, "", nil
	}
	var routes []*sigma.Route
	for i := range s.pipeline.Routes {
		if r := &s.pipeline.Routes[i]; s.routed(r) {
			routes = append(routes, r)
		}
	}
	if own := s.ownLogsource(); own != nil {
		routes = append(routes, own)
	}
	for i, rule := range o.rules {
		for _, route := range routes {
			if s.fields = route.Fields; covers(rule.Logsource, route.Logsource) && s.rule(rule) {
				found = append(found, i)
				break
			}
		}
	}
	return found, s.pipeline.Name, nil
}

// recognise finds the first shape whose tests hold.
func (o *oracle) recognise(event any) *sight {
	for _, p := range o.pipelines {
		for i := range p.Shapes {
			ok := true
			for _, t := range p.Shapes[i].When {
				ok = ok && fitsOne(t.Values, at(event, nospace(t.Path)))
			}
			if ok {
				s := &sight{oracle: o, event: event, pipeline: p, shape: &p.Shapes[i], seen: map[string]*field{}}
				s.all = scalars(s.scope())
				return s
			}
		}
	}
	return nil
}

// fitsOne reports whether one of the values is there, or, without any, anything.
func fitsOne(want []string, got []any) bool {
	if len(want) == 0 {
		return len(got) > 0
	}
	return slices.ContainsFunc(scalars(got), func(x scalar) bool {
		return x.hasText && slices.ContainsFunc(want, func(w string) bool { return lower(w) == x.lowered })
	})
}

func (s *sight) routed(r *sigma.Route) bool {
	s.fields = nil
	for _, t := range r.When {
		if !fitsOne(t.Values, s.values(t.Path)) {
			return false
		}
	}
	return true
}

// ownLogsource is the route of an event that names its logsource itself.
func (s *sight) ownLogsource() *sigma.Route {
	if s.pipeline.LogsourceAt == "" {
		return nil
	}
	for _, v := range at(s.event, s.pipeline.LogsourceAt) {
		if m, ok := v.(object); ok {
			part := func(name string) string {
				if len(m[name]) == 0 {
					return ""
				}
				text, _ := textOf(m[name][0])
				return lower(text)
			}
			return &sigma.Route{Logsource: sigma.Logsource{Category: part("category"), Product: part("product"), Service: part("service")}}
		}
	}
	return nil
}

// field looks a rule's field up.
func (s *sight) field(name string) *field {
	if other, ok := named(s.fields, name); ok {
		name = other
	}
	name = nospace(name)
	if s.seen[name] == nil {
		values := s.values(name)
		s.seen[name] = &field{len(values) > 0, slices.ContainsFunc(values, isNull), scalars(values)}
	}
	return s.seen[name]
}

// named finds the entry of a name; spaces don't count in names.
func named[V any](m map[string]V, name string) (v V, ok bool) {
	for key, v := range m {
		if nospace(key) == nospace(name) {
			return v, true
		}
	}
	return v, false
}

// values are those at the first place where the field is present.
func (s *sight) values(name string) []any {
	names := []string{name}
	for _, aliases := range []map[string][]string{s.shape.Aliases, s.pipeline.Aliases} {
		more, _ := named(aliases, name)
		names = append(names, more...)
	}
	roots := s.shape.Roots
	if len(roots) == 0 {
		roots = []string{""}
	}
	for _, name := range names {
		for _, root := range roots {
			for _, object := range objects(s.event, root) {
				if v := at(object, nospace(name)); len(v) > 0 {
					return v
				}
			}
		}
	}
	return nil
}

// scope are the values that keywords look through.
func (s *sight) scope() []any {
	if len(s.shape.Keywords) == 0 {
		return []any{s.event}
	}
	var out []any
	for _, path := range s.shape.Keywords {
		out = append(out, at(s.event, nospace(path))...)
	}
	return out
}

// rule evaluates a rule and the filters that narrow it.
func (s *sight) rule(r *sigma.Rule) bool {
	if !s.holds(r.Condition) {
		return false
	}
	for _, f := range s.oracle.filters[r] {
		if !s.holds(f) {
			return false
		}
	}
	return true
}

func (s *sight) holds(n *sigma.Node) bool {
	switch n.Op {
	case sigma.OpAnd:
		return !slices.ContainsFunc(n.Args, func(a *sigma.Node) bool { return !s.holds(a) })
	case sigma.OpOr:
		return slices.ContainsFunc(n.Args, s.holds)
	case sigma.OpNot:
		return !s.holds(n.Args[0])
	}
	return s.item(n.Item)
}

func (s *sight) item(it *sigma.Item) bool {
	at := &field{true, false, s.all}
	if it.Field != "" {
		at = s.field(it.Field)
	}
	for i := range it.Tests {
		t := &it.Tests[i]
		switch t.Kind {
		case sigma.TestExists:
			if at.present == t.Exists {
				return true
			}
		case sigma.TestNull:
			if !at.present || at.null {
				return true
			}
		default:
			if slices.ContainsFunc(at.scalars, func(x scalar) bool { return x.hasText && s.passes(t, x) }) {
				return true
			}
		}
	}
	return false
}

// passes tests one scalar that has a text.
func (s *sight) passes(t *sigma.Test, x scalar) bool {
	switch t.Kind {
	case sigma.TestText:
		text := x.lowered
		if t.Cased {
			text = x.text
		}
		return s.oracle.globs[t].fits(text)
	case sigma.TestRegexp:
		return t.Regexp.MatchString(x.text)
	case sigma.TestCIDR:
		a, err := netip.ParseAddr(x.text)
		return err == nil && (t.Prefix.Contains(a) || t.Prefix.Contains(a.Unmap()))
	case sigma.TestCompare:
		n, ok := numberOf(x.value)
		return ok && related(n, t.Compare, t.Number)
	case sigma.TestField:
		return s.other(t, x)
	case sigma.TestTime:
		return s.time(t, x.text)
	}
	panic("no such test")
}

func related(n float64, how sigma.Compare, to float64) bool {
	switch how {
	case sigma.Less:
		return n < to
	case sigma.LessEqual:
		return n <= to
	case sigma.Greater:
		return n > to
	}
	return n >= to
}

// other compares a text with those of another field.
func (s *sight) other(t *sigma.Test, x scalar) bool {
	holds := map[sigma.Anchor]func(string, string) bool{
		sigma.AnchorWhole:    func(a, b string) bool { return a == b },
		sigma.AnchorStart:    strings.HasPrefix,
		sigma.AnchorEnd:      strings.HasSuffix,
		sigma.AnchorAnywhere: strings.Contains,
	}[t.Anchor]
	return slices.ContainsFunc(s.field(t.Other).scalars, func(y scalar) bool {
		if !y.hasText {
			return false
		}
		return t.Cased && holds(x.text, y.text) || !t.Cased && holds(x.lowered, y.lowered)
	})
}

func (s *sight) time(t *sigma.Test, text string) bool {
	at, ok := timeOf(text)
	if !ok {
		return false
	}
	_, week := at.ISOWeek()
	part := map[sigma.TimePart]int{
		sigma.PartMinute: at.Minute(), sigma.PartHour: at.Hour(), sigma.PartDay: at.Day(),
		sigma.PartWeek: week, sigma.PartMonth: int(at.Month()), sigma.PartYear: at.Year(),
	}[t.Part]
	return float64(part) == t.Number
}
