package correlate

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// sample is one event that is remembered: when, and its value, number or steps.
type sample struct {
	t int64 // milliseconds
	v uint64
}

// onStack is how many samples a step holds without allocating.
const onStack = 128

// room is how many bytes of a state are built without allocating twice.
const room = 512

// coding says how the values of samples are stored.
type coding uint8

const (
	bare coding = iota // not at all
	varints
	wide // 8 bytes each
)

// readSamples gives the samples, newest first; none when they can't be read.
func readSamples(body *reader, newest int64, c coding, into []sample) []sample {
	t := newest
	for body.more() {
		// Deltas are never negative; a state that says otherwise is damaged.
		d := body.uvarint()
		if d > 1<<40 {
			body.bad = true
		}
		t -= int64(d)
		s := sample{t: t}
		switch c {
		case varints:
			s.v = body.uvarint()
		case wide:
			s.v = body.word()
		}
		if body.bad || len(into) >= 2*MaxValues {
			return into[:0]
		}
		into = append(into, s)
	}
	return into
}

func appendSamples(b []byte, newest int64, c coding, list []sample) []byte {
	t := newest
	for _, s := range list {
		b = binary.AppendUvarint(b, uint64(t-s.t))
		t = s.t
		switch c {
		case varints:
			b = binary.AppendUvarint(b, s.v)
		case wide:
			b = binary.BigEndian.AppendUint64(b, s.v)
		}
	}
	return b
}

// insert puts a sample in its place, newest first; of equal times the later
// arrival comes first.
func insert(list []sample, s sample) []sample {
	i := slices.IndexFunc(list, func(o sample) bool { return o.t <= s.t })
	if i < 0 {
		i = len(list)
	}
	return slices.Insert(list, i, s)
}

// recent cuts off what is too old to matter.
func (m *Machine) recent(list []sample, newest int64) []sample {
	oldest := newest - m.keep()/1000
	for len(list) > 0 && list[len(list)-1].t <= oldest {
		list = list[:len(list)-1]
	}
	return list
}

// kept is how many samples of Limit a state holds: so many that events which
// stay below Limit in every span can't push out those that come late.
func (m *Machine) kept() int {
	span := m.Span.Microseconds()
	spans := (m.keep() + span - 1) / span
	return int(min(int64(m.Limit)*(spans+1), max(2*int64(m.Limit), 512)))
}

// pack writes a state of samples.
func (m *Machine) pack(h header, c coding, list []sample) string {
	h.until = h.used
	if len(list) > 0 {
		h.until = saturate(h.used, m.keep())
	}
	var out [room]byte
	b := h.begin(m.Kind, out[:0])
	b = appendSamples(b, toMilli(h.used), c, list)
	return string(b)
}

// window is a stretch of a list of samples, by index.
type window struct{ from, to int }

// around gives each window of the span that ends with a sample, holds the time t
// and could have been closed by it: an event that came late must count in all
// windows in which it would have counted in time.
func (m *Machine) around(list []sample, t int64, each func(window)) {
	span := m.Span.Milliseconds()
	to := 0
	for from := range list {
		end := list[from].t
		if end < t {
			return
		}
		if end-t >= span {
			continue
		}
		to = max(to, from)
		for to < len(list) && list[to].t > end-span {
			to++
		}
		each(window{from, to})
	}
}

// sliding counts events.
func (m *Machine) sliding(h header, body reader, in Input) (string, Reading) {
	var buf [onStack]sample
	list := readSamples(&body, toMilli(h.used), bare, buf[:0])
	list = insert(list, sample{t: toMilli(in.At)})
	return m.counted(h, bare, list, in)
}

// distinct keeps the latest time of each value.
func (m *Machine) distinct(h header, body reader, in Input) (string, Reading) {
	var buf [onStack]sample
	list := readSamples(&body, toMilli(h.used), wide, buf[:0])
	list, _ = renew(list, sample{toMilli(in.At), in.Value})
	return m.counted(h, wide, list, in)
}

// counted reads off the fullest window around an event that is in the list
// already, and packs what stays.
func (m *Machine) counted(h header, c coding, list []sample, in Input) (string, Reading) {
	h.used = max(h.used, in.At)
	list = m.recent(list, toMilli(h.used))
	list = list[:min(len(list), m.kept())]
	r := Reading{Number: 1, Since: in.At}
	m.around(list, toMilli(in.At), func(w window) {
		w.to = min(w.to, w.from+m.Limit)
		if n := int64(w.to - w.from); n > r.Number {
			r.Number, r.Since = n, list[w.to-1].t*1000
		}
	})
	r.Saturated = r.Number >= int64(m.Limit)
	return m.pack(h, c, list), r
}

// renew adds a value or moves it to its latest time.
func renew(list []sample, s sample) (out []sample, known bool) {
	if i := slices.IndexFunc(list, func(o sample) bool { return o.v == s.v }); i >= 0 {
		if list[i].t >= s.t {
			return list, true
		}
		list, known = slices.Delete(list, i, i+1), true
	}
	return insert(list, s), known
}

// firstSeen remembers values and since when the key is known.
func (m *Machine) firstSeen(h header, body reader, in Input) (string, Reading) {
	var buf [onStack]sample
	since := saturate(h.used, -body.varint())
	list := readSamples(&body, toMilli(h.used), wide, buf[:0])
	list = m.recent(list, max(toMilli(h.used), toMilli(in.At)))
	if len(list) == 0 {
		since = in.At
	}
	full := len(list) >= m.Limit
	list, known := renew(list, sample{toMilli(in.At), in.Value})
	h.used, since = max(h.used, in.At), min(since, in.At)
	list = list[:min(len(list), m.Limit)]
	r := Reading{Since: since, Saturated: full}
	// A key whose values don't fit is not one of which a new value says much.
	if !known && !full && saturate(since, m.Learn.Microseconds()) <= in.At {
		r.Number = 1
	}
	h.until = saturate(h.used, m.keep())
	var out [room]byte
	b := h.begin(FirstSeen, out[:0])
	b = binary.AppendVarint(b, h.used-since)
	b = appendSamples(b, toMilli(h.used), wide, list)
	return string(b), r
}

// percentile keeps the newest numbers.
func (m *Machine) percentile(h header, body reader, in Input) (string, Reading) {
	var buf [onStack]sample
	list := readSamples(&body, toMilli(h.used), varints, buf[:0])
	t := toMilli(in.At)
	list = insert(list, sample{t, zigzag(in.Number)})
	h.used = max(h.used, in.At)
	list = m.recent(list, toMilli(h.used))
	list = list[:min(len(list), m.Limit)]
	// The window that ends now, or with the event where that is too old for it.
	end := toMilli(h.used)
	if end-t >= m.Span.Milliseconds() {
		end = t
	}
	var store [onStack]int64
	numbers, since := store[:0], in.At
	for _, s := range list {
		if s.t <= end && s.t > end-m.Span.Milliseconds() {
			numbers, since = append(numbers, unzigzag(s.v)), s.t*1000
		}
	}
	r := Reading{Number: in.Number, Since: since, Saturated: len(list) >= m.Limit}
	if len(numbers) > 0 {
		slices.Sort(numbers)
		rank := (len(numbers)*m.Percent + 99) / 100
		r.Number = numbers[max(rank, 1)-1]
	}
	return m.pack(h, varints, list), r
}

func zigzag(n int64) uint64   { return uint64(n)<<1 ^ uint64(n>>63) }
func unzigzag(u uint64) int64 { return int64(u>>1) ^ -int64(u&1) }
func stepsOf(s sample) uint32 { return uint32(s.v) }
func popcount(v uint32) int64 { return int64(bits.OnesCount32(v)) }
