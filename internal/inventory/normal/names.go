package normal

import (
	"slices"
)

// nameTable is what holds of a member for its name alone, at any depth.
type nameTable struct {
	volatile []glob
	keep     []glob // never volatile for its name
	secrets  []namedSecret
	// notSecret are names in the common list that are none in this family.
	notSecret []glob
}

// namedSecret is a secret by its member's name.
type namedSecret struct {
	name   glob // in lower case
	words  bool // compared with the words apart
	common bool // of all families
	not    map[string]bool
	rule   *secretRule
}

// nameMark is what a nameTable says of one name.
type nameMark struct {
	symbol   int // in the automaton
	volatile bool
	role     role
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
	var spelt spelling
	spelt.spell([]byte(name))
	m.role = roleOf(spelt.flat)
	plain := t.plain(&spelt)
	for i := range t.secrets {
		if s := &t.secrets[i]; !(s.common && plain) && s.is(&spelt) {
			m.secrets = append(m.secrets, s.rule)
		}
	}
	return m
}
