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
	for i, rule := range o.rules {
		for _, route := range routes {
			if s.fields = route.Fields; covers(rule.Logsource, s.logsource(route)) && s.rule(rule) {
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
				return &sight{oracle: o, event: event, pipeline: p, shape: &p.Shapes[i]}
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
	for _, v := range got {
		for _, leaf := range leaves(v, nil) {
			text, ok := textOf(leaf)
			if ok && slices.ContainsFunc(want, func(w string) bool { return lower(w) == lower(text) }) {
				return true
			}
		}
	}
	return false
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

// logsource is what a route stands for.
func (s *sight) logsource(r *sigma.Route) sigma.Logsource { return r.Logsource }

// values are those at the first place where the field is present.
func (s *sight) values(field string) []any {
	name := field
	if other, ok := s.fields[field]; ok {
		name = other
	}
	names := append([]string{name}, s.shape.Aliases[name]...)
	names = append(names, s.pipeline.Aliases[name]...)
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

// scope are the scalars that keywords look through.
func (s *sight) scope() []any {
	if len(s.shape.Keywords) == 0 {
		return leaves(s.event, nil)
	}
	var out []any
	for _, path := range s.shape.Keywords {
		for _, v := range objects(s.event, path) {
			out = leaves(v, out)
		}
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
	var present bool
	var found []any
	if it.Field == "" {
		present, found = true, s.scope()
	} else {
		at := s.values(it.Field)
		present = len(at) > 0
		for _, v := range at {
			found = leaves(v, found)
		}
	}
	for i := range it.Tests {
		t := &it.Tests[i]
		switch t.Kind {
		case sigma.TestExists:
			if present == t.Exists {
				return true
			}
		case sigma.TestNull:
			if !present || slices.Contains(found, nil) {
				return true
			}
		default:
			if slices.ContainsFunc(found, func(v any) bool { return s.passes(t, it.Field == "", v) }) {
				return true
			}
		}
	}
	return false
}

// passes tests one scalar.
func (s *sight) passes(t *sigma.Test, keyword bool, v any) bool {
	text, ok := textOf(v)
	if !ok {
		return false
	}
	switch t.Kind {
	case sigma.TestText:
		if !t.Cased {
			text = lower(text)
		}
		p := s.oracle.folded[t]
		if keyword { // anywhere
			many := sigma.Piece{Wild: sigma.WildMany}
			p = append(append(sigma.Pattern{many}, p...), many)
		}
		return fits(p, text)
	case sigma.TestRegexp:
		return t.Regexp.MatchString(text)
	case sigma.TestCIDR:
		a, err := netip.ParseAddr(text)
		return err == nil && t.Prefix.Contains(a)
	case sigma.TestCompare:
		n, ok := numberOf(v)
		return ok && related(n, t.Compare, t.Number)
	case sigma.TestField:
		return s.other(t, text)
	case sigma.TestTime:
		return s.time(t, text)
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
func (s *sight) other(t *sigma.Test, text string) bool {
	for _, v := range s.values(t.Other) {
		for _, leaf := range leaves(v, nil) {
			other, ok := textOf(leaf)
			if !ok {
				continue
			}
			mine := text
			if !t.Cased {
				mine, other = lower(mine), lower(other)
			}
			holds := map[sigma.Anchor]func(string, string) bool{
				sigma.AnchorWhole:    func(a, b string) bool { return a == b },
				sigma.AnchorStart:    strings.HasPrefix,
				sigma.AnchorEnd:      strings.HasSuffix,
				sigma.AnchorAnywhere: strings.Contains,
			}[t.Anchor]
			if holds(mine, other) {
				return true
			}
		}
	}
	return false
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
