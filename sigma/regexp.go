package sigma

import (
	"regexp"
	"regexp/syntax"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Bounds of a regular expression: its text, and what its repetitions make of it.
const (
	maxRegexpText = 4096
	maxRegexpCost = 20_000
)

// regexpTest compares with a regular expression. It is matched with RE2, whose
// time is linear in the text; what RE2 doesn't have is refused by name.
func (p *parser) regexpTest(m *modifiers, v *yaml.Node) ([]Test, error) {
	if len(v.Value) > maxRegexpText {
		return nil, at(v, "a regular expression longer than %d bytes", maxRegexpText)
	}
	if v.Value == "" {
		return nil, at(v, "an empty regular expression, which would fit every text")
	}
	text := v.Value
	if m.flags != "" {
		text = "(?" + m.flags + ")" + text
	}
	tree, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return nil, at(v, "the regular expression can't be used: %s", regexpReason(v.Value, err))
	}
	size := cost(tree)
	if size > maxRegexpCost {
		return nil, at(v, "the regular expression's repetitions make it too large")
	}
	// Before it is compiled: each instruction takes about that much.
	if *p.left -= 64 * int64(size); *p.left < 0 {
		return nil, at(v, "the rules take more memory than the limit")
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, at(v, "the regular expression can't be used: %s", regexpReason(v.Value, err))
	}
	return []Test{{Kind: TestRegexp, Regexp: re}}, nil
}

// cost estimates the size of the program that a regular expression becomes.
func cost(re *syntax.Regexp) int {
	sum := 1 + len(re.Rune)
	for _, sub := range re.Sub {
		sum += cost(sub)
	}
	if re.Op == syntax.OpRepeat {
		sum *= max(re.Min, re.Max, 1)
	}
	return min(sum, 1<<30)
}

// missing are constructs of other dialects that RE2 leaves out on purpose.
var missing = []struct{ text, name string }{
	{"(?=", "a lookahead"},
	{"(?!", "a negative lookahead"},
	{"(?<=", "a lookbehind"},
	{"(?<!", "a negative lookbehind"},
	{"(?>", "an atomic group"},
	{"(?(", "a condition"},
	{"(?R)", "a recursion"},
	{"(?#", "a comment"},
	{"*+", "a possessive repetition"},
	{"++", "a possessive repetition"},
	{"?+", "a possessive repetition"},
}

// regexpReason names what a regular expression asks for in vain.
func regexpReason(text string, err error) string {
	for _, m := range missing {
		if strings.Contains(text, m.text) {
			return "it holds " + m.name + " " + m.text + ", which RE2 does not have"
		}
	}
	for i := 0; i+1 < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		if i++; '1' <= text[i] && text[i] <= '9' {
			return `it holds a back reference \` + text[i:i+1] + ", which RE2 does not have"
		}
	}
	return strings.TrimPrefix(err.Error(), "error parsing regexp: ")
}
