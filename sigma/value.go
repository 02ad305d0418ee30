package sigma

import (
	"math"
	"net/netip"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// tests turns one value into the alternatives that it stands for.
func (p *parser) tests(m *modifiers, field string, v *yaml.Node) ([]Test, error) {
	if v.Kind != yaml.ScalarNode {
		return nil, at(v, "a value must be a text, a number, true, false or null, not %s", kindName(v))
	}
	if isNull(v) {
		return nullTest(m, field, v)
	}
	switch m.kind {
	case TestRegexp:
		return p.regexpTest(m, v)
	case TestCIDR:
		return p.cidrTests(m, v)
	case TestExists:
		return existsTest(v)
	case TestField:
		return fieldTest(m, v)
	case TestCompare:
		return compareTest(m, v)
	case TestTime:
		return timeTests(m, v)
	}
	return p.textTests(m, field, v)
}

// nullTest asks for an absent field.
func nullTest(m *modifiers, field string, v *yaml.Node) ([]Test, error) {
	if field == "" {
		return nil, at(v, "a keyword can't be null")
	}
	if m.kind != TestText || m.anchor != AnchorWhole || m.cased || len(m.steps) > 0 {
		return nil, at(v, "null goes with no modifier but all and neq")
	}
	return []Test{{Kind: TestNull}}, nil
}

// textTests compares with a text and its variants.
func (p *parser) textTests(m *modifiers, field string, v *yaml.Node) ([]Test, error) {
	patterns, err := p.variants(m, v)
	if err != nil {
		return nil, err
	}
	anchor := m.anchor
	if field == "" && anchor == AnchorWhole {
		anchor = AnchorAnywhere
	}
	if digits, ok := otherDigits(m, v); ok {
		patterns = append(patterns, literal(digits))
	}
	tests := make([]Test, len(patterns))
	for i, pattern := range patterns {
		if field == "" && len(pattern) == 0 {
			return nil, at(v, "an empty keyword, which would fit every event")
		}
		if err := pattern.sound(); err != nil {
			return nil, at(v, "%v", err)
		}
		tests[i] = Test{Kind: TestText, Pattern: pattern.anchored(anchor), Cased: m.cased}
	}
	return tests, nil
}

// otherDigits are those of a whole number that is written in another way.
func otherDigits(m *modifiers, v *yaml.Node) (text string, ok bool) {
	if v.ShortTag() != "!!int" || len(m.steps) > 0 {
		return "", false
	}
	n, err := strconv.ParseInt(v.Value, 0, 64)
	text = strconv.FormatInt(n, 10)
	return text, err == nil && text != v.Value
}

// cidrTests asks for an address inside of a network.
func (p *parser) cidrTests(m *modifiers, v *yaml.Node) ([]Test, error) {
	texts := []string{v.Value}
	if len(m.steps) > 0 {
		var err error
		if texts, err = p.expand(v); err != nil {
			return nil, err
		}
	}
	tests := make([]Test, 0, len(texts))
	for _, text := range texts {
		prefix, err := parsePrefix(text)
		if err != nil {
			return nil, at(v, "%q is not a network in CIDR notation: %v", text, err)
		}
		tests = append(tests, Test{Kind: TestCIDR, Prefix: prefix})
	}
	return tests, nil
}

// parsePrefix reads a network, or an address as the network of its own.
func parsePrefix(text string) (netip.Prefix, error) {
	if !strings.Contains(text, "/") {
		addr, err := netip.ParseAddr(text)
		if err != nil || addr.Zone() != "" {
			return netip.Prefix{}, errNoAddress
		}
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	switch {
	case err != nil:
		return netip.Prefix{}, errNoAddress
	case prefix != prefix.Masked():
		return netip.Prefix{}, errHostBits
	}
	return prefix, nil
}

// existsTest asks for a field's presence or absence.
func existsTest(v *yaml.Node) ([]Test, error) {
	r := &reader{}
	want := r.flag("the value of exists", v)
	return []Test{{Kind: TestExists, Exists: want}}, r.err
}

// fieldTest compares with another field of the event.
func fieldTest(m *modifiers, v *yaml.Node) ([]Test, error) {
	other := strings.TrimSpace(v.Value)
	if v.ShortTag() != "!!str" || other == "" || len(other) > maxWord {
		return nil, at(v, "fieldref needs a field's name")
	}
	return []Test{{Kind: TestField, Other: other, Anchor: m.anchor, Cased: m.cased}}, nil
}

// compareTest compares numbers.
func compareTest(m *modifiers, v *yaml.Node) ([]Test, error) {
	number, err := parseNumber(v)
	if err != nil {
		return nil, err
	}
	return []Test{{Kind: TestCompare, Compare: m.compare, Number: number}}, nil
}

// parseNumber reads a number that isn't quoted.
func parseNumber(v *yaml.Node) (float64, error) {
	switch v.ShortTag() {
	case "!!int":
		if n, err := strconv.ParseInt(v.Value, 0, 64); err == nil {
			return float64(n), nil
		}
		fallthrough
	case "!!float":
		f, err := strconv.ParseFloat(strings.ReplaceAll(v.Value, "_", ""), 64)
		if err == nil && !math.IsInf(f, 0) && !math.IsNaN(f) {
			return f, nil
		}
	}
	return 0, at(v, "%q is not a number (numbers are written without quotes)", v.Value)
}

// timeRanges are the values that a part of a time can have.
var timeRanges = [...][2]int{
	PartMinute: {0, 59}, PartHour: {0, 23}, PartDay: {1, 31},
	PartWeek: {1, 53}, PartMonth: {1, 12}, PartYear: {1, 9999},
}

// timeTests compares a part of a time. A comparison other than equality becomes
// the list of the values it allows, of which there are few.
func timeTests(m *modifiers, v *yaml.Node) ([]Test, error) {
	number, err := parseNumber(v)
	if err != nil {
		return nil, err
	}
	low, high := timeRanges[m.part][0], timeRanges[m.part][1]
	if !m.compared {
		if number != math.Trunc(number) || number < float64(low) || number > float64(high) {
			return nil, at(v, "%s is not between %d and %d", v.Value, low, high)
		}
		return []Test{{Kind: TestTime, Part: m.part, Number: number}}, nil
	}
	var tests []Test
	for n := low; n <= high; n++ {
		if m.compare.holds(float64(n), number) {
			tests = append(tests, Test{Kind: TestTime, Part: m.part, Number: float64(n)})
		}
	}
	if len(tests) == 0 {
		return nil, at(v, "no value between %d and %d fits", low, high)
	}
	return tests, nil
}

// holds says whether a stands in the relation to b.
func (c Compare) holds(a, b float64) bool {
	switch c {
	case Less:
		return a < b
	case LessEqual:
		return a <= b
	case Greater:
		return a > b
	}
	return a >= b
}
