package normal

import (
	"slices"
	"strings"
)

// nameTable is what holds of a member for its name alone, at any depth.
type nameTable struct {
	volatile []glob
	keep     []glob // never volatile for its name
	secrets  []namedSecret
}

// namedSecret is a secret by its member's name.
type namedSecret struct {
	name glob // in lower case
	not  map[string]bool
	rule *secretRule
}

// nameMark is what a nameTable says of one name.
type nameMark struct {
	symbol   int // in the automaton
	volatile bool
	secrets  []*secretRule
}

// look evaluates the table for a name.
func (t *nameTable) look(name string) nameMark {
	var m nameMark
	matches := func(g glob) bool { return g.match(name) }
	if slices.ContainsFunc(t.volatile, matches) && !slices.ContainsFunc(t.keep, matches) {
		m.volatile = true
		return m
	}
	folded := strings.ToLower(name)
	for _, s := range t.secrets {
		if s.name.match(folded) && !s.not[folded] {
			m.secrets = append(m.secrets, s.rule)
		}
	}
	return m
}
