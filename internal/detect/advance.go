package detect

import (
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/jsondoc"
	"frostgate.io/frostgate/sigma/correlate"
)

// Slot is where a window's state is: its key in the table, and the hash of the
// value that it tells apart. Whoever holds the table makes them: a store by keyed
// hashes, since values are personal.
type Slot struct {
	Key   correlate.Key
	Value uint64
}

// Move is a state that an event moved on.
type Move struct {
	Key   correlate.Key
	State string
}

// Counts are what counting an event gave.
type Counts struct {
	Facts   []domain.WindowFact
	Moves   []Move // of windows that changed
	Before  []Move // what their states were
	Evicted correlate.Eviction
}

// machine is the rule of the window that the event counts into.
func (k *WindowKey) machine() *correlate.Machine {
	if k.Machine != nil {
		return k.Machine
	}
	return &correlate.Machine{Kind: correlate.Count, Span: k.Span}
}

// Advance counts an event into the windows of one layer, whose states are in
// slots of the table, and adds to what it gave before. It is a pure step of the
// table, which the caller owns.
//
// An event that comes too late for its window counts in a second one, that of
// the past: a log of yesterday that is imported today counts as it would have
// then, although its users are at work right now.
func (c *Counts) Advance(t *correlate.Table, hits []WindowKey, slots []Slot, at domain.Micros) {
	for i := range hits {
		k, slot := &hits[i], slots[i]
		in := k.Input
		in.At, in.Value = int64(at), slot.Value
		m, key := k.machine(), slot.Key
		was := t.Get(key)
		next, r := m.Update(was, in)
		if r.Late {
			key = key.Past()
			was = t.Get(key)
			next, r = m.Update(was, in)
		}
		c.Facts = append(c.Facts, domain.WindowFact{Window: k.Window, Key: k.Key, Count: r.Number, Since: domain.Micros(r.Since)})
		if !r.Late {
			c.move(t, key, was, next)
		}
	}
}

func (c *Counts) move(t *correlate.Table, key correlate.Key, was, next string) {
	e := t.Put(key, next)
	c.Evicted.Expired, c.Evicted.Before = max(c.Evicted.Expired, e.Expired), max(c.Evicted.Before, e.Before)
	c.Evicted.States, c.Evicted.Live = c.Evicted.States+e.States, c.Evicted.Live+e.Live
	c.Before = append(c.Before, Move{key, was})
	c.Moves = append(c.Moves, Move{key, next})
}

// Rehearsal decides events one after the other with window state of its own, as
// the pipeline does: for tests of rules and for trying documents out. One
// goroutine uses it.
type Rehearsal struct {
	set   *Set
	table *correlate.Table
}

// rehearsalBudget is what a rehearsal keeps of states.
const rehearsalBudget = 64 << 20

// NewRehearsal starts without any state.
func NewRehearsal(s *Set) *Rehearsal {
	return &Rehearsal{set: s, table: correlate.NewTable(rehearsalBudget)}
}

// Decide counts an event and evaluates it. ev.Time is when it happens.
func (r *Rehearsal) Decide(ev *domain.Event, payload jsondoc.Value, m *Matched) (Result, []domain.WindowFact) {
	var c Counts
	hits := r.set.WindowHits(ev, payload, m)
	c.Advance(r.table, hits, r.slots(hits), ev.Time)
	for layer := 1; layer < r.set.Layers(); layer++ {
		hits = r.set.LayerHits(layer, ev, payload, m, c.Facts)
		c.Advance(r.table, hits, r.slots(hits), ev.Time)
	}
	return r.set.Evaluate(ev, payload, m, c.Facts), c.Facts
}

func (r *Rehearsal) slots(hits []WindowKey) []Slot {
	out := make([]Slot, len(hits))
	for i := range hits {
		out[i] = Slot{correlate.KeyOf(hits[i].Window, hits[i].Key), correlate.HashOf(hits[i].Value)}
	}
	return out
}
