package sigma

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// maxShown is how much of a value Explain gives, in bytes.
const maxShown = 256

// FieldMatch is one comparison of a rule that held, for people to read.
type FieldMatch struct {
	Field string // as the rule writes it; empty for a keyword
	Path  string // where the value is in the event; empty when the field is absent
	Value string // at most 256 bytes, valid UTF-8
	Test  string // in plain words, for example `ends with \powershell.exe`
}

// Explain says which comparisons made a rule match the event last matched. Parts
// under a "not" are left out: they say what the event isn't.
func (m *Matcher) Explain(x Match) []FieldMatch {
	r := m.hit(x.Index)
	if r == nil {
		return nil
	}
	// What Match had used up would hide what it found. All explanations of an
	// event together may take as much as Match.
	m.spent, m.explained = m.explained, m.spent
	var out []FieldMatch
	m.explain(r.cond, &out)
	m.spent, m.explained = m.explained, m.spent
	return out
}

// hit is the rule of a match as the route that found it has it.
func (m *Matcher) hit(index int) *planRule {
	for _, r := range m.hits {
		if int(r.rule) == index {
			return r
		}
	}
	return nil
}

func (m *Matcher) explain(c *cond, out *[]FieldMatch) {
	switch c.op {
	case OpNot:
	case OpItem:
		m.explainItem(c.item, out)
	case OpAnd, OpOr:
		for _, a := range c.args {
			if c.op == OpAnd || m.holds(a) {
				m.explain(a, out)
			}
		}
	}
}

func (m *Matcher) explainItem(it *condItem, out *[]FieldMatch) {
	ok, test, at := m.item(it)
	if !ok {
		return
	}
	f := FieldMatch{Field: it.src.Field, Test: it.tests[test].src.String()}
	switch {
	case at >= 0:
		l := &m.leaves[at]
		f.Path = m.pathOf(it.field, l)
		f.Value = shown(m.text(m.ev, l))
	case it.field != keywordField && m.present(it.field):
		v := m.fields[it.field]
		f.Path = m.set.table.paths[v.path]
		f.Value = shown(m.whole(m.slots[v.path]))
	}
	if !slices.Contains(*out, f) {
		*out = append(*out, f)
	}
}

// whole is the raw text of the first value at a place.
func (m *Matcher) whole(s slot) []byte {
	sp := m.spans[s.head]
	at := int(sp.start) - 1
	if sp.last == sp.first+1 && m.ev[at] != '{' && m.ev[at] != '[' {
		return m.text(m.ev, &m.leaves[sp.first])
	}
	return m.ev[at:min(at+maxShown, len(m.ev))]
}

// shown shortens a text to what Explain gives, never inside a character.
func shown(text []byte) string {
	if len(text) > maxShown {
		n := maxShown
		for n > 0 && !utf8.RuneStart(text[n]) {
			n--
		}
		text = text[:n]
	}
	return strings.ToValidUTF8(string(text), "\ufffd")
}

// pathOf finds the path of a leaf by reading the event once more up to it: only
// explanations need it, and an event has many leaves. After too many explanations
// it is the path that the field was looked up by.
func (m *Matcher) pathOf(field int32, target *leaf) string {
	if m.work += 4 * int(target.start); m.work > ampleWork {
		if field == keywordField {
			return ""
		}
		return m.set.table.paths[m.fields[field].path]
	}
	w := pathWalker{ev: m.ev, until: int(target.start)}
	w.value(0, "")
	return w.path
}

// Field is the text of a field of the event last matched, as the rule of a
// match would see it: renamed by its route, looked up by the event's shape. Of
// several values it is the first. It is false when there is none, or only null.
func (m *Matcher) Field(x Match, name string) (string, bool) {
	if m.shape == nil {
		return "", false
	}
	if r := m.hit(x.Index); r != nil {
		if other, ok := r.rename[name]; ok {
			name = other
		}
	}
	id, ok := m.set.fields[nameKey(name)]
	if !ok || id == keywordField || int(id) >= len(m.shape.has) || !m.shape.has[id] {
		return m.lookUp(name)
	}
	for c := m.values(id); c.next(m); {
		if l := &m.leaves[c.leaf]; l.kind != leafNull {
			return string(m.text(m.ev, l)), true
		}
	}
	return "", false
}

// lookUp finds a field that no rule has: the paths of these aren't kept, so the
// event is read again with a table for this field alone.
func (m *Matcher) lookUp(name string) (string, bool) {
	tree := newPathTree()
	var paths []int32
	for _, alias := range fieldNames(nameKey(name), m.shape.src, m.shape.pipe.src) {
		for _, root := range m.shape.roots() {
			paths = append(paths, tree.add(root, alias))
		}
	}
	table, err := tree.build()
	if err != nil {
		return "", false
	}
	s := newScanner(table)
	if s.scan(m.ev) != nil {
		return "", false
	}
	for _, p := range paths {
		if s.slots[p].gen != s.gen {
			continue
		}
		for n := s.slots[p].head; n >= 0; n = s.spans[n].next {
			sp := s.spans[n]
			for i := sp.first; i < sp.last; i++ {
				if l := &s.leaves[i]; l.within(sp.start) && l.kind != leafNull {
					var text textBuffer
					return string(text.text(m.ev, l)), true
				}
			}
		}
		return "", false // the first place counts
	}
	return "", false
}
