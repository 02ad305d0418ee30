package correlate

import "encoding/binary"

// count opens with its first event and closes when the span is over.
func (m *Machine) count(h header, body reader, in Input) (string, Reading) {
	n, since := int64(body.uvarint()), saturate(h.used, -body.varint())
	span := m.Span.Microseconds()
	switch {
	case body.bad || n <= 0 || in.At >= saturate(since, span):
		n, since, h.used = 1, in.At, in.At
	case in.At < saturate(since, -span):
		// From long before this window opened: opening another one would forget
		// the newer events, so it counts alone.
		return m.countState(h, n, since), Reading{Number: 1, Since: in.At, Late: true}
	default:
		n++
		h.used = max(h.used, in.At)
	}
	return m.countState(h, n, since), Reading{Number: n, Since: since}
}

func (m *Machine) countState(h header, n, since int64) string {
	h.until = saturate(since, m.Span.Microseconds())
	var buf [48]byte
	b := h.begin(Count, buf[:0])
	b = binary.AppendUvarint(b, uint64(n))
	b = binary.AppendVarint(b, h.used-since)
	return string(b)
}

// Counted makes the state of a Count window from its parts, as stores kept them
// before states were bytes.
func Counted(m *Machine, n, since, used int64) string {
	return m.countState(header{used: used}, max(n, 0), since)
}

// CountParts takes the state of a Count window apart; ok is false for others.
func CountParts(state string) (n, since, used int64, ok bool) {
	h, body, ok := open(state, Count)
	n, since = int64(body.uvarint()), saturate(h.used, -body.varint())
	return n, since, h.used, ok && !body.bad
}

// leaky keeps when the bucket will be empty. A late event's drop falls in now.
func (m *Machine) leaky(h header, body reader, in Input) (string, Reading) {
	span := m.Span.Microseconds()
	drop := span / int64(m.Limit)
	now := max(h.used, in.At)
	since := saturate(h.used, -body.varint())
	empty := h.until
	if body.bad || empty <= now || h.until == 0 {
		empty, since = now, in.At
	}
	h.used, h.until = now, min(saturate(empty, drop), saturate(now, drop*int64(m.Limit)))
	level := (h.until - now + drop - 1) / drop
	var buf [48]byte
	b := h.begin(Leaky, buf[:0])
	b = binary.AppendVarint(b, now-since)
	return string(b), Reading{Number: level, Since: since, Saturated: level >= int64(m.Limit)}
}

// episode counts occurrences: one that begins while the last one lasts is part of
// it.
func (m *Machine) episode(h header, body reader, in Input) (string, Reading) {
	n, since := int64(body.uvarint()), saturate(h.used, -body.varint())
	if body.bad || n < 0 {
		n = 0
	}
	lasts := func() int64 { return m.Durations[min(max(n, 1), int64(len(m.Durations)))-1].Microseconds() }
	switch {
	case n == 0 || in.At >= saturate(since, lasts()+m.Span.Microseconds()):
		n, since = 1, in.At
	case in.At >= saturate(since, lasts()):
		n, since = n+1, in.At
	}
	h.used = max(h.used, in.At)
	h.until = saturate(since, lasts()+m.Span.Microseconds())
	var buf [48]byte
	b := h.begin(Episode, buf[:0])
	b = binary.AppendUvarint(b, uint64(n))
	b = binary.AppendVarint(b, h.used-since)
	return string(b), Reading{Number: n, Since: since}
}
