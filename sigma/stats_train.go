package sigma

import (
	"math"
)

// trainBits is the size of the tables in which Train counts.
const trainBits = 21

// What is rarer than leastFrequency counts as unseen, and so does a field that
// fewer than leastEvents have.
const (
	leastFrequency = 1.0 / 600
	leastEvents    = 50
)

// Train counts what is frequent in traffic, one JSON event each. What isn't an
// event is left out.
func Train(events [][]byte) *Rarity {
	paths, _ := newPathTree().build() // of nothing: within every limit
	t := &trainer{
		counts: make([]uint32, 1<<trainBits),
		seen:   make([]uint32, 1<<trainBits),
		owner:  make([]uint32, 1<<trainBits),
		fields: map[uint64]uint32{},
		scan:   newScanner(paths),
	}
	for _, ev := range events {
		t.event(ev)
	}
	return t.rarity()
}

type trainer struct {
	counts []uint32
	seen   []uint32 // number of the event that was counted last
	owner  []uint32 // the field it was counted for last
	fields map[uint64]uint32
	totals []uint32 // per field, the events that have it
	events uint32
	scan   scanner
	texts  textBuffer
}

func (t *trainer) event(ev []byte) {
	if t.scan.scan(ev) != nil {
		return
	}
	t.events++
	t.texts.buf = t.texts.buf[:0]
	t.totals[t.number(anyField)]++
	for i := range t.scan.leaves {
		l := &t.scan.leaves[i]
		if l.kind == leafNull {
			continue
		}
		at := int(l.start)
		if l.kind == leafString {
			at--
		}
		from, to := t.scan.keyBefore(at)
		field := hashText(t.scan.plainKey(ev[from:to])) | 1
		t.value(field, t.texts.folded(ev, l))
	}
}

// number is the field's place in totals.
func (t *trainer) number(field uint64) uint32 {
	n, ok := t.fields[field]
	if !ok {
		n = uint32(len(t.totals))
		t.fields[field] = n
		t.totals = append(t.totals, 0)
	}
	return n
}

func (t *trainer) value(field uint64, v []byte) {
	n := t.number(field)
	if t.count(n, rarityHash(field, seenGram)) {
		t.totals[n]++
	}
	numbers := [2]uint32{n, t.number(anyField)}
	for which, f := range [2]uint64{field, anyField} {
		if len(v) <= 64 {
			t.count(numbers[which], rarityHash(f, equalGram^hashText(v)))
		}
		for i := 0; i+4 <= len(v); i++ {
			t.count(numbers[which], rarityHash(f, uint64(le32(v, i))))
		}
	}
}

// count counts a hash once per event and tells whether this was the time.
func (t *trainer) count(field uint32, h uint64) bool {
	i := h >> (64 - trainBits)
	if t.seen[i] == t.events {
		return false
	}
	t.seen[i], t.owner[i] = t.events, field
	t.counts[i]++
	return true
}

// rarity turns counts into levels. Several counts share a level's place: the
// largest stays, so that nothing seems rarer than it is.
func (t *trainer) rarity() *Rarity {
	r := &Rarity{levels: make([]byte, 1<<rarityBits)}
	for i, n := range t.counts {
		if n == 0 {
			continue
		}
		total := t.totals[t.owner[i]]
		f := min(float64(n)/float64(total), 1)
		if f < leastFrequency || total < leastEvents || n < 2 {
			continue
		}
		level := math.Round(255 + 16*math.Log2(f))
		at := &r.levels[i>>(trainBits-rarityBits)]
		*at = max(*at, byte(max(level, 1)))
	}
	return r
}
