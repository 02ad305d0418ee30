package normal

import (
	"strings"

	"frostgate.io/frostgate/internal/jsondoc"
)

// knownType is a type's rules with what was learned of members' names.
type knownType struct {
	rules  *Rules
	family *family
	paths  *automaton
	names  map[string]nameMark
	calls  map[string]bool // of texts that name what is beside them
}

// Caches are dropped when they grow beyond what real configurations need.
const (
	maxKnownTypes = 4096
	maxKnownNames = 4096
)

// named gives the name of the type that a source means by a name or label.
func (t *Types) named(name string) string {
	if name == "" || t.byName[name] != nil {
		return name
	}
	for _, r := range t.byName {
		if strings.EqualFold(r.typ.Label, name) || strings.EqualFold(r.typ.Name, name) {
			return r.typ.Name
		}
	}
	return name
}

// recognise asks the families in their order.
func (t *Types) recognise(v jsondoc.Value, rec *Record) string {
	for _, f := range t.families {
		if typ := f.reader.recognise(t, v, rec); typ != "" {
			return typ
		}
	}
	return plainType
}

// shaped gives the type that has members like the object's.
func (t *Types) shaped(object jsondoc.Value) *Rules {
next:
	for i := range t.shapes {
		for _, member := range t.shapes[i].members {
			if !object.Get(member).Exists() {
				continue next
			}
		}
		return t.shapes[i].rules
	}
	return nil
}

func (n *Normaliser) knows(typ string) *knownType {
	if typ == "" {
		typ = plainType
	}
	if k := n.known[typ]; k != nil {
		return k
	}
	if len(n.known) >= maxKnownTypes {
		clear(n.known)
	}
	r := n.types.Rules(typ)
	k := &knownType{rules: r, family: n.types.family(r.typ.Family), paths: r.paths(), names: map[string]nameMark{}, calls: map[string]bool{}}
	n.known[k.rules.typ.Name] = k
	return k
}

// name gives what the rules say of a member's name.
func (k *knownType) name(key []byte) nameMark {
	m, known := k.names[string(key)]
	if known {
		return m
	}
	m = k.rules.names.look(string(key))
	m.symbol = k.paths.symbol(key)
	if len(k.names) >= maxKnownNames {
		clear(k.names)
	}
	k.names[string(key)] = m
	return m
}

// callsSecret says whether a text that stands beside a value is the name of a
// secret. The same names come again and again.
func (k *knownType) callsSecret(text []byte, room *spelling) bool {
	secret, known := k.calls[string(text)]
	if known || len(text) > maxName {
		return secret
	}
	secret = k.rules.names.calls(text, room)
	if len(k.calls) >= maxKnownNames {
		clear(k.calls)
	}
	k.calls[string(text)] = secret
	return secret
}

func (t *Types) family(name string) *family {
	for _, f := range t.families {
		if f.name == name {
			return f
		}
	}
	return nil
}
