package sigma

import (
	"bytes"
	"unicode/utf8"
)

// holds evaluates a condition over the event.
func (m *Matcher) holds(c *cond) bool {
	switch c.op {
	case OpAnd:
		for _, a := range c.args {
			if !m.holds(a) {
				return false
			}
		}
		return true
	case OpOr:
		for _, a := range c.args {
			if m.holds(a) {
				return true
			}
		}
		return false
	case OpNot:
		return !m.holds(c.args[0])
	}
	return m.itemHolds(c.item)
}

// itemHolds evaluates one item.
func (m *Matcher) itemHolds(it *condItem) bool {
	if it.table != nil && (it.field == keywordField || m.present(it.field)) {
		for c := m.values(it.field); c.next(m); {
			l := &m.leaves[c.leaf]
			if l.kind == leafNull {
				continue
			}
			var found [1]uint64
			it.table.find(m.folded(m.ev, l), l.flags&flagTextWide != 0, found[:], &m.spent)
			if found[0] != 0 {
				return true
			}
		}
	}
	ok, _, _ := m.try(it, it.rest)
	return ok
}

// item evaluates one item and tells which test held for which leaf, -1 where it
// needed none.
func (m *Matcher) item(it *condItem) (ok bool, test int, at int32) { return m.try(it, it.tests) }

// try carries out an item's tests one after the other.
func (m *Matcher) try(it *condItem, tests []condTest) (ok bool, test int, at int32) {
	present := it.field == keywordField || m.present(it.field)
	if !present {
		for i := range tests {
			t := &tests[i]
			if t.form == formNull || t.form == formExists && !t.src.Exists {
				return true, i, -1
			}
		}
		return false, 0, -1
	}
	for i := range tests {
		t := &tests[i]
		if t.form == formExists {
			if t.src.Exists {
				return true, i, -1
			}
			continue
		}
		for c := m.values(it.field); c.next(m); {
			if m.passes(t, c.leaf, c.start) {
				return true, i, c.leaf
			}
		}
	}
	return false, 0, -1
}

// passes tests one leaf of the value at start (1 + its offset). Only the value
// itself can be null, or an element of it, nothing in an object below.
func (m *Matcher) passes(t *condTest, at int32, start uint32) bool {
	l := &m.leaves[at]
	if t.form == formNull || l.kind == leafNull {
		return t.form == formNull && l.kind == leafNull && l.fold < start
	}
	m.work += testWork
	switch t.form {
	case formRegexp:
		return m.mayFit(t.needs, l) && t.src.Regexp.Match(m.forRegexp(m.text(m.ev, l), t.weight))
	case formRun:
		return m.longRun(t.needs, l)
	case formCIDR:
		return m.inPrefix(t.src.Prefix, l)
	case formCompare:
		return m.compares(t.src, l)
	case formField:
		return m.fitsField(t, l)
	case formTime:
		return m.timePart(t.src, l)
	}
	text := m.casedText(l, t.cased)
	m.work += len(t.lit) / 16
	switch t.form {
	case formEqual:
		return bytes.Equal(text, t.lit)
	case formStart:
		return bytes.HasPrefix(text, t.lit)
	case formEnd:
		return bytes.HasSuffix(text, t.lit)
	case formContains:
		return bytes.Contains(m.bounded(text), t.lit)
	case formGlob:
		return t.glob.match(m.bounded(text), &m.spent)
	}
	return true // formAny
}

func (m *Matcher) casedText(l *leaf, cased bool) []byte {
	if cased {
		return m.text(m.ev, l)
	}
	return m.folded(m.ev, l)
}

// mayFit spares the regular expression texts that lack what it needs.
func (m *Matcher) mayFit(n *needs, l *leaf) bool {
	if n == nil {
		return true
	}
	if int(l.end-l.start) < n.least {
		return false
	}
	if len(n.texts) == 0 {
		return true
	}
	text := m.folded(m.ev, l)
	for _, need := range n.texts {
		if bytes.Contains(m.bounded(text), need) {
			return true
		}
	}
	return n.longS && l.flags&flagLongS != 0
}

// longRun looks for enough characters in a row.
func (m *Matcher) longRun(n *needs, l *leaf) bool {
	if int(l.end-l.start) < n.least {
		return false
	}
	text := m.forRegexp(m.text(m.ev, l), 1)
	for n.lines {
		line, rest, more := bytes.Cut(text, []byte{'\n'})
		if utf8.RuneCount(line) >= n.least || !more {
			text = line
			break
		}
		text = rest
	}
	return utf8.RuneCount(text) >= n.least
}
