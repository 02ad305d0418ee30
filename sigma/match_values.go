package sigma

import (
	"bytes"
	"net/netip"
	"strconv"
	"time"
)

// inPrefix tells whether a text is an address in a network. An address with a
// zone is in none; one of version 4 may be written as one of version 6
// (::ffff:10.1.2.3), as Windows does.
func (m *Matcher) inPrefix(p netip.Prefix, l *leaf) bool {
	text := m.text(m.ev, l)
	if len(text) < 2 || len(text) > 64 {
		return false
	}
	a, ok := parseAddr(text)
	return ok && (p.Contains(a) || a.Is4In6() && p.Contains(a.Unmap()))
}

func (m *Matcher) compares(t *Test, l *leaf) bool {
	text := m.text(m.ev, l)
	if l.kind == leafBool || !isDecimal(m.bounded(text)) {
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
		text, other := m.casedText(l, t.cased), m.casedText(o, t.cased)
		m.work += testWork + min(len(text), len(other))/16
		if t.src.Anchor == AnchorAnywhere {
			text = m.bounded(text)
		}
		if anchored(t.src.Anchor, text, other) {
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
