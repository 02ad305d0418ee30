package sigma

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// modifiers are what a rule appends to a field's name, checked to make sense
// together.
type modifiers struct {
	kind   TestKind // what the values are compared as
	anchor Anchor
	steps  []string // changes of the value, in order
	flags  string   // of a regular expression
	all    bool     // every value must hold, not one
	negate bool
	cased  bool

	compared bool
	compare  Compare
	part     TimePart
}

// parseModifiers reads the modifiers behind a field's name.
func parseModifiers(key *yaml.Node, names []string) (*modifiers, error) {
	m := &modifiers{}
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			return nil, at(key, "the modifier %s occurs twice", name)
		}
		if err := m.add(key, name); err != nil {
			return nil, err
		}
	}
	if err := m.check(key); err != nil {
		return nil, err
	}
	return m, nil
}

// add takes one modifier in.
func (m *modifiers) add(key *yaml.Node, name string) error {
	switch name {
	case "contains":
		return m.setAnchor(key, name, AnchorAnywhere)
	case "startswith":
		return m.setAnchor(key, name, AnchorStart)
	case "endswith":
		return m.setAnchor(key, name, AnchorEnd)
	case "all":
		m.all = true
	case "neq":
		m.negate = true
	case "cased":
		m.cased = true
	case "i", "m", "s":
		if m.kind != TestRegexp {
			return at(key, "the modifier %s only has a meaning behind re", name)
		}
		m.flags += name
	case "wide":
		m.steps = append(m.steps, "utf16le")
	case "utf16le", "utf16be", "utf16", "base64", "base64offset", "windash", "expand":
		m.steps = append(m.steps, name)
	default:
		return m.addKind(key, name)
	}
	return nil
}

// setAnchor sets where the value must stand.
func (m *modifiers) setAnchor(key *yaml.Node, name string, a Anchor) error {
	if m.anchor != AnchorWhole {
		return at(key, "the modifier %s contradicts one before it: only one of contains, startswith and endswith is possible", name)
	}
	m.anchor = a
	return nil
}

// addKind takes in a modifier that says what values are compared as.
func (m *modifiers) addKind(key *yaml.Node, name string) error {
	kinds := map[string]TestKind{"re": TestRegexp, "cidr": TestCIDR, "exists": TestExists, "fieldref": TestField}
	compares := map[string]Compare{"lt": Less, "lte": LessEqual, "gt": Greater, "gte": GreaterEqual}
	parts := map[string]TimePart{"minute": PartMinute, "hour": PartHour, "day": PartDay, "week": PartWeek, "month": PartMonth, "year": PartYear}
	if c, ok := compares[name]; ok {
		if m.compared {
			return at(key, "the modifier %s contradicts one before it: only one comparison is possible", name)
		}
		m.compared, m.compare = true, c
		if m.kind == TestTime {
			return nil
		}
		return m.setKind(key, name, TestCompare)
	}
	if part, ok := parts[name]; ok {
		m.part = part
		if m.kind == TestCompare { // "gte|hour" means what "hour|gte" does
			m.kind = TestTime
			return nil
		}
		return m.setKind(key, name, TestTime)
	}
	if kind, ok := kinds[name]; ok {
		return m.setKind(key, name, kind)
	}
	return at(key, "unknown modifier %q", name)
}

// setKind sets what values are compared as.
func (m *modifiers) setKind(key *yaml.Node, name string, kind TestKind) error {
	if m.kind != TestText {
		return at(key, "the modifier %s contradicts one before it", name)
	}
	m.kind = kind
	return nil
}

// check refuses modifiers that can't hold together.
func (m *modifiers) check(key *yaml.Node) error {
	text, field := m.kind == TestText, m.kind == TestField
	switch {
	case m.anchor != AnchorWhole && !text && !field:
		return at(key, "contains, startswith and endswith only go with texts and fieldref")
	case m.cased && !text && !field:
		return at(key, "cased only goes with texts and fieldref; regular expressions are cased unless i is given")
	case len(m.steps) > 0 && !text && !onlyExpand(m.steps):
		return at(key, "the modifier %s only goes with texts", m.steps[0])
	case len(m.steps) > 0 && m.kind != TestText && m.kind != TestCIDR:
		return at(key, "expand only goes with texts and cidr")
	case m.kind == TestExists && (m.negate || m.all):
		return at(key, "exists goes with no other modifier: write the opposite value")
	case m.negate && m.all:
		return at(key, "neq and all contradict each other: neq already asks for a value that differs from all")
	case m.part == PartYear && m.kind == TestTime && m.compared:
		return at(key, "year can't be compared with lt, lte, gt or gte; list the years")
	}
	return checkSteps(key, m.steps)
}

func onlyExpand(steps []string) bool {
	return len(steps) == 1 && steps[0] == "expand"
}

// checkSteps refuses orders of changes of which one undoes another's meaning.
func checkSteps(key *yaml.Node, steps []string) error {
	encoded := ""
	for i, step := range steps {
		wide := strings.HasPrefix(step, "utf16")
		base := strings.HasPrefix(step, "base64")
		switch {
		case step == "expand" && i > 0, step == "windash" && encoded != "":
			return at(key, "the modifier %s must stand before %s", step, steps[i-1])
		case wide && encoded != "", base && strings.HasPrefix(encoded, "base64"):
			return at(key, "the modifiers %s and %s contradict each other in this order", encoded, step)
		}
		if wide || base {
			encoded = step
		}
	}
	if slices.Contains(steps, "utf16") && !strings.HasPrefix(encoded, "base64") {
		return at(key, "utf16 starts with a byte order mark, which is no text: it needs base64 or base64offset behind it")
	}
	return nil
}
