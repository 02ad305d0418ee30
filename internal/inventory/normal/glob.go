package normal

import "strings"

// glob is text in which * stands for any text, also none.
type glob struct {
	text    string
	parts   []string // the text between the stars; one: no star
	literal int      // bytes that are not stars: longer is more specific
}

func newGlob(text string) glob {
	return glob{text: text, parts: strings.Split(text, "*"), literal: len(text) - strings.Count(text, "*")}
}

func (g glob) match(s string) bool {
	last := len(g.parts) - 1
	if last == 0 {
		return s == g.text
	}
	if !strings.HasPrefix(s, g.parts[0]) {
		return false
	}
	s = s[len(g.parts[0]):]
	for _, p := range g.parts[1:last] {
		i := strings.Index(s, p)
		if i < 0 {
			return false
		}
		s = s[i+len(p):]
	}
	return strings.HasSuffix(s, g.parts[last])
}

// matchBytes is match of bytes; common forms don't allocate.
func (g glob) matchBytes(s []byte) bool {
	switch {
	case len(g.parts) == 1:
		return string(s) == g.text
	case len(g.parts) == 2 && g.parts[0] == "":
		end := g.parts[1]
		return len(s) >= len(end) && string(s[len(s)-len(end):]) == end
	}
	return g.match(string(s))
}

// globs finds what belongs to a name: an exact entry first, else the most
// specific glob.
type globs struct {
	exact map[string]*Rules
	list  []globRules
}

type globRules struct {
	glob  glob
	rules *Rules
}

func (gs *globs) find(name string) *Rules {
	if r := gs.exact[name]; r != nil {
		return r
	}
	var best *Rules
	literal := -1
	for _, g := range gs.list {
		if g.glob.literal > literal && g.glob.match(name) {
			best, literal = g.rules, g.glob.literal
		}
	}
	return best
}
