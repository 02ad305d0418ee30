package correlate

import (
	"encoding/binary"
	"math"
)

// slicesPerSpan is into how many parts a window is cut whose events are only
// added up: its edge moves by one of them at a time.
const slicesPerSpan = 16

// slice is one part: aligned to event time, so that the order of events does not
// show.
type slice struct {
	at  int64 // event time divided by a slice's width
	n   int64
	sum int64
}

// sliced adds up events, hits or numbers.
func (m *Machine) sliced(h header, body reader, in Input) (string, Reading) {
	width := max(m.Span.Milliseconds()/slicesPerSpan, 1)
	newest := floorDiv(max(toMilli(h.used), toMilli(in.At)), width)
	at := floorDiv(toMilli(in.At), width)
	var buf [2 * slicesPerSpan]slice
	list := readSlices(&body, floorDiv(toMilli(h.used), width), buf[:0])
	list = m.addSlice(list, at, in)
	late := m.lateness().Milliseconds()/width + 1
	for len(list) > 0 && list[len(list)-1].at <= newest-slicesPerSpan-late {
		list = list[:len(list)-1]
	}
	h.used = max(h.used, in.At)
	r := m.readSlices(list, at, newest, width)
	r.Since = min(r.Since, in.At)
	h.until = saturate(h.used, m.keep())
	var out [room]byte
	b := h.begin(m.Kind, out[:0])
	prev := newest
	for _, s := range list {
		b = binary.AppendUvarint(b, uint64(prev-s.at))
		b = binary.AppendUvarint(b, uint64(s.n))
		b = binary.AppendVarint(b, s.sum)
		prev = s.at
	}
	return string(b), r
}

func readSlices(body *reader, newest int64, into []slice) []slice {
	at := newest
	for body.more() && len(into) < 4*slicesPerSpan {
		at -= int64(body.uvarint() & math.MaxInt32)
		s := slice{at: at, n: int64(body.uvarint() & math.MaxInt64), sum: body.varint()}
		if body.bad {
			return into[:0]
		}
		into = append(into, s)
	}
	return into
}

// addSlice takes the event into its slice; newest first.
func (m *Machine) addSlice(list []slice, at int64, in Input) []slice {
	add := in.Number
	switch {
	case m.Kind == Sliding:
		add = 0
	case m.Kind == Ratio && in.Hit:
		add = 1
	case m.Kind == Ratio:
		add = 0
	}
	i := 0
	for i < len(list) && list[i].at > at {
		i++
	}
	if i == len(list) || list[i].at != at {
		list = append(list, slice{})
		copy(list[i+1:], list[i:])
		list[i] = slice{at: at}
	}
	list[i].n = saturate(list[i].n, 1)
	list[i].sum = saturate(list[i].sum, add)
	return list
}

// readSlices reads the window that ends with the newest slice. For what can only
// grow with its events a late event also counts in the windows before.
func (m *Machine) readSlices(list []slice, at, newest, width int64) Reading {
	from := newest
	if at <= newest-slicesPerSpan {
		from = at
	}
	to := from
	if m.Kind == Sliding {
		to = at
	}
	best := Reading{Number: math.MinInt64, Since: math.MaxInt64}
	for end := from; end >= to; end-- {
		if end-at >= slicesPerSpan {
			continue
		}
		if r := m.readWindow(list, end, width); r.Number > best.Number {
			best = r
		}
	}
	return best
}

func (m *Machine) readWindow(list []slice, end, width int64) Reading {
	var n, sum int64
	r := Reading{Since: math.MaxInt64}
	for _, s := range list {
		if s.at <= end && s.at > end-slicesPerSpan {
			n, sum = saturate(n, s.n), saturate(sum, s.sum)
			r.Since = s.at * width * 1000
		}
	}
	switch m.Kind {
	case Sliding:
		r.Number = min(n, int64(m.Limit))
		r.Saturated = n >= int64(m.Limit)
	case Ratio:
		if n >= int64(m.Least) && n <= math.MaxInt64/1000 {
			r.Number = sum * 1000 / n
		}
	case Sum:
		r.Number = sum
		r.Saturated = sum == math.MaxInt64 || sum == math.MinInt64
	case Average:
		if n > 0 {
			r.Number = sum / n
		}
	}
	return r
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
