package sigma

// fieldView is where the event has a field; only valid where gen is the
// matcher's.
type fieldView struct {
	gen, path uint32
	rank      int32
}

// resolve finds, for each field of the shape that the event has, the path that
// comes first in the field's order.
func (m *Matcher) resolve(sh *shape) {
	for _, p := range m.found {
		for _, u := range m.set.uses[p] {
			if u.shape != sh.id {
				continue
			}
			v := &m.fields[u.field]
			if v.gen != m.gen || u.rank < v.rank {
				*v = fieldView{gen: m.gen, path: uint32(p), rank: u.rank}
			}
		}
	}
}

// present tells whether the event has the field, null or not.
func (m *Matcher) present(field int32) bool { return m.fields[field].gen == m.gen }

// values walks over the leaves of a field, or of all that keywords look at.
func (m *Matcher) values(field int32) cursor {
	if field == keywordField {
		return m.keywords()
	}
	v := &m.fields[field]
	if v.gen != m.gen {
		return cursor{span: -1, path: -1}
	}
	c := cursor{path: -1}
	c.enter(m, m.slots[v.path].head)
	return c
}

func (m *Matcher) keywords() cursor {
	sh := m.shape
	if sh.whole {
		return cursor{span: -1, path: -1, leaf: -1, last: int32(len(m.leaves)), start: 1}
	}
	return cursor{span: -1, path: 0, leaf: -1, last: 0}
}

// valuesAt walks over the leaves at one path.
func (m *Matcher) valuesAt(path int32) cursor {
	c := cursor{span: -1, path: -1}
	if m.slots[path].gen == m.gen {
		c.enter(m, m.slots[path].head)
	}
	return c
}

// cursor walks over leaves; next moves to the first.
type cursor struct {
	leaf, last int32
	start      uint32
	span       int32 // the span after this one, or -1
	path       int32 // the next path of the shape's keyword scope, or -1
	late       int32 // leaves given since there was too much work
}

func (c *cursor) enter(m *Matcher, span int32) {
	s := &m.spans[span]
	c.leaf, c.last, c.start, c.span = s.first-1, s.last, s.start, s.next
}

func (c *cursor) next(m *Matcher) bool {
	for {
		for c.leaf++; c.leaf < c.last; c.leaf++ {
			m.work += leafWork
			if m.leaves[c.leaf].within(c.start) {
				return m.work <= ampleWork || c.more(m)
			}
		}
		if m.work += leafWork; m.over() {
			return false
		}
		switch {
		case c.span >= 0:
			c.enter(m, c.span)
		case c.path >= 0 && int(c.path) < len(m.shape.keywords):
			p := m.shape.keywords[c.path]
			c.path++
			c.leaf, c.last = 0, 0
			if m.slots[p].gen == m.gen {
				c.enter(m, m.slots[p].head)
			}
		default:
			c.leaf = c.last
			return false
		}
	}
}

// more lets a few values pass when there was too much work.
func (c *cursor) more(m *Matcher) bool {
	c.late++
	return c.late <= fewValues && !m.over()
}
