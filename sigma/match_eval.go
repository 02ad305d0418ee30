package sigma

import (
	"bytes"
	"net/netip"
	"strconv"
	"time"
)

// Bounds of the work on one event. Only events with texts of a size that no log
// source writes come near them; which parts are then left out depends on the
// event and the rules alone.
const (
	// MaxRegexp is how much of one text a regular expression sees.
	MaxRegexp = 64 << 10
	// regexpWork is how many bytes all regular expressions together may read in
	// one event, textWork the same for all other tests. Beyond, tests see the
	// first shortText bytes of a text.
	regexpWork = 2 << 20
	textWork   = 256 << 20
	shortText  = 256
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
	ok, _, _ := m.item(c.item)
	return ok
}

// item evaluates one item and tells which test held for which leaf, -1 where it
// needed none.
func (m *Matcher) item(it *condItem) (ok bool, test int, at int32) {
	present := it.field == keywordField || m.present(it.field)
	if !present {
		for i := range it.tests {
			t := &it.tests[i]
			if t.form == formNull || t.form == formExists && !t.src.Exists {
				return true, i, -1
			}
		}
		return false, 0, -1
	}
	for i := range it.tests {
		t := &it.tests[i]
		if t.form == formExists {
			if t.src.Exists {
				return true, i, -1
			}
			continue
		}
		for c := m.values(it.field); c.next(m); {
			if m.passes(t, c.leaf) {
				return true, i, c.leaf
			}
		}
	}
	return false, 0, -1
}

// passes tests one leaf.
func (m *Matcher) passes(t *condTest, at int32) bool {
	l := &m.leaves[at]
	if t.form == formNull || l.kind == leafNull {
		return t.form == formNull && l.kind == leafNull
	}
	switch t.form {
	case formRegexp:
		return t.src.Regexp.Match(m.regexpText(l))
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
		return t.glob.match(m.bounded(text))
	}
	return true // formAny
}

func (m *Matcher) casedText(l *leaf, cased bool) []byte {
	if cased {
		return m.text(m.ev, l)
	}
	return m.folded(m.ev, l)
}

// bounded counts a look through a text and shortens it when there were too many.
func (m *Matcher) bounded(text []byte) []byte {
	if m.work += len(text); m.work > textWork && len(text) > shortText {
		m.cut = true
		return text[:shortText]
	}
	return text
}

func (m *Matcher) regexpText(l *leaf) []byte {
	text := m.text(m.ev, l)
	limit := MaxRegexp
	if m.regexpWork += min(len(text), limit); m.regexpWork > regexpWork {
		limit = shortText
	}
	if len(text) > limit {
		m.cut = true
		return text[:limit]
	}
	return text
}

// inPrefix leaves texts alone that can't be addresses: the parser would make an
// error for each.
func (m *Matcher) inPrefix(p netip.Prefix, l *leaf) bool {
	text := m.text(m.ev, l)
	if len(text) < 2 || len(text) > 64 {
		return false
	}
	dots, colons := 0, 0
	for _, c := range text {
		switch {
		case c == '.':
			dots++
		case c == ':':
			colons++
		case c == '%': // Contains is false for every address with a zone
			return false
		case hexValue(c) < 0:
			return false
		}
	}
	if colons == 0 && dots != 3 {
		return false
	}
	a, err := netip.ParseAddr(string(text))
	return err == nil && p.Contains(a)
}

func (m *Matcher) compares(t *Test, l *leaf) bool {
	text := m.text(m.ev, l)
	if l.kind == leafBool || !isDecimal(text) {
		return false
	}
	n, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return false
	}
	switch t.Compare {
	case Less:
		return n < t.Number
	case LessEqual:
		return n <= t.Number
	case Greater:
		return n > t.Number
	}
	return n >= t.Number
}

// isDecimal tells whether a text is a number: a JSON number, or one with a plus
// sign or zeros in front.
func isDecimal(b []byte) bool {
	if len(b) > 0 && (b[0] == '+' || b[0] == '-') {
		b = b[1:]
	}
	for len(b) > 1 && b[0] == '0' && b[1]-'0' <= 9 {
		b = b[1:]
	}
	return len(b) > 0 && len(b) <= 400 && b[0] != '-' && scanNumber(b, 0) == len(b)
}

func (m *Matcher) fitsField(t *condTest, l *leaf) bool {
	for c := m.values(t.other); c.next(m); {
		o := &m.leaves[c.leaf]
		if o.kind == leafNull {
			continue
		}
		if anchored(t.src.Anchor, m.casedText(l, t.cased), m.casedText(o, t.cased)) {
			return true
		}
	}
	return false
}

func anchored(a Anchor, text, other []byte) bool {
	switch a {
	case AnchorStart:
		return bytes.HasPrefix(text, other)
	case AnchorEnd:
		return bytes.HasSuffix(text, other)
	case AnchorAnywhere:
		return bytes.Contains(text, other)
	}
	return bytes.Equal(text, other)
}

func (m *Matcher) timePart(t *Test, l *leaf) bool {
	at, ok := parseTime(m.text(m.ev, l))
	if !ok {
		return false
	}
	var part int
	switch t.Part {
	case PartMinute:
		part = at.Minute()
	case PartHour:
		part = at.Hour()
	case PartDay:
		part = at.Day()
	case PartWeek:
		_, part = at.ISOWeek()
	case PartMonth:
		part = int(at.Month())
	case PartYear:
		part = at.Year()
	}
	return float64(part) == t.Number
}

// parseTime reads a date, or date and time with or without a zone. It picks the
// one layout that can fit, so that texts that are no times cost little.
func parseTime(text []byte) (time.Time, bool) {
	if len(text) < 10 || len(text) > 64 || text[4] != '-' || text[7] != '-' {
		return time.Time{}, false
	}
	layout := time.DateOnly
	if len(text) > 10 {
		layout = "2006-01-02T15:04:05"
		if text[10] == ' ' {
			layout = time.DateTime
		}
		if bytes.ContainsAny(text[10:], "Z+-") {
			layout += "Z07:00"
		}
	}
	at, err := time.Parse(layout, string(text))
	return at.UTC(), err == nil
}
