package correlate

import (
	"cmp"
	"iter"
	"maps"
	"math"
	"slices"
)

// Key names one window of one group, for example the first half of an HMAC.
type Key [16]byte

// Past is the key of the window in which events count that come too late for the
// key's own.
func (k Key) Past() Key {
	for i := range k {
		k[i] = ^k[i]
	}
	return k
}

// entryCost is what a state takes in a Table beside its own bytes, as measured.
const entryCost = 72

// Table holds states by key within a budget of bytes. The owner locks.
type Table struct {
	live   map[Key]string
	bytes  int64
	budget int64
	// sweepAt is the number of states at which expired ones are looked for: twice
	// what was left the last time, so that looking costs little.
	sweepAt int
}

// firstSweep is when expired states are looked for the first time.
const firstSweep = 4096

// NewTable returns an empty table that never holds much more than a number of
// bytes.
func NewTable(budget int64) *Table {
	return &Table{live: make(map[Key]string), budget: budget, sweepAt: firstSweep}
}

// Eviction says what a Table forgot to stay within its budget. States that
// nobody would miss any more go first; where those are not enough, the longest
// unused ones go too.
type Eviction struct {
	// Expired is the event time up to which expired states were forgotten, Before
	// the time before which any state was last used that was; 0: none.
	Expired, Before int64
	States          int // that are gone
	Live            int // of them, that still said something
}

// Get returns a key's state, empty when there is none.
func (t *Table) Get(k Key) string { return t.live[k] }

// Len is the number of states.
func (t *Table) Len() int { return len(t.live) }

// Bytes is what the states take, by the measure of the budget.
func (t *Table) Bytes() int64 { return t.bytes }

// All gives the states, in no order.
func (t *Table) All() iter.Seq2[Key, string] { return maps.All(t.live) }

// Put stores a state, an empty one deletes it, and says what had to go for it. What
// is expired is judged by the time of the state: while an old log is read, the
// time of that log counts.
func (t *Table) Put(k Key, state string) Eviction {
	if old, ok := t.live[k]; ok {
		t.bytes -= cost(old)
	}
	if state == "" {
		delete(t.live, k)
		return Eviction{}
	}
	t.live[k] = state
	t.bytes += cost(state)
	if t.bytes <= t.budget && len(t.live) < t.sweepAt {
		return Eviction{}
	}
	return t.evict(Used(state))
}

// Load stores a state that was in a table before: nothing goes for it. What is too
// much goes with the next Put.
func (t *Table) Load(k Key, state string) {
	if old, ok := t.live[k]; ok {
		t.bytes -= cost(old)
	}
	t.live[k] = state
	t.bytes += cost(state)
	t.sweepAt = max(firstSweep, 2*len(t.live))
}

// cost follows the allocator's classes roughly: multiples of 8 up to 32 bytes, of
// 16 above.
func cost(state string) int64 {
	n := int64(len(state))
	if n <= 32 {
		return entryCost + (n+7)&^7
	}
	return entryCost + (n+15)&^15
}

// Forget drops what an Eviction dropped elsewhere: a store that follows a table.
func (e Eviction) Forget(state string) bool {
	return e.Expired > 0 && Until(state) <= e.Expired || e.Before > 0 && Used(state) < e.Before
}

// evict drops what is expired and, where that does not make room for a quarter,
// the longest unused half.
func (t *Table) evict(now int64) Eviction {
	e := Eviction{Expired: now}
	over := t.bytes > t.budget
	t.drop(&e, now)
	if over && t.bytes > t.budget/4*3 {
		e.Before = t.cut(t.bytes - t.budget/2)
		t.drop(&e, now)
	}
	t.sweepAt = max(firstSweep, 2*len(t.live))
	return e
}

func (t *Table) drop(e *Eviction, now int64) {
	for k, s := range t.live {
		if e.Forget(s) {
			if Until(s) > now {
				e.Live++
			}
			e.States++
			t.bytes -= cost(s)
			delete(t.live, k)
		}
	}
}

// cut finds the time such that the states last used before it take at least so
// many bytes.
func (t *Table) cut(bytes int64) int64 {
	type use struct{ at, cost int64 }
	all := make([]use, 0, len(t.live))
	for _, s := range t.live {
		all = append(all, use{Used(s), cost(s)})
	}
	slices.SortFunc(all, func(a, b use) int { return cmp.Compare(a.at, b.at) })
	for _, u := range all {
		if bytes -= u.cost; bytes <= 0 {
			return u.at + 1
		}
	}
	return math.MaxInt64
}
