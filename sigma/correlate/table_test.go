package correlate

import (
	"encoding/binary"
	"testing"
	"time"
)

func keyNumber(i int) (k Key) {
	binary.BigEndian.PutUint64(k[:], uint64(i))
	return k
}

func TestTableStaysWithinItsBudget(t *testing.T) {
	t.Parallel()
	const budget = 100_000
	tab := NewTable(budget)
	m := Machine{Kind: Sliding, Span: time.Minute, Limit: 5, Lateness: time.Minute}
	var states, live int
	for i := range 5000 {
		k := keyNumber(i)
		next, _ := m.Update(tab.Get(k), Input{At: start + int64(i)*second/100})
		e := tab.Put(k, next)
		states, live = states+e.States, live+e.Live
		if tab.Bytes() > budget {
			t.Fatalf("%d bytes", tab.Bytes())
		}
		if e.States == 0 && tab.Get(k) != next {
			t.Fatal("what was just put in is gone")
		}
	}
	if tab.Len()+states != 5000 || live == 0 {
		t.Errorf("%d states, %d forgotten (%d live)", tab.Len(), states, live)
	}
	var sum int64
	for _, s := range tab.All() {
		sum += cost(s)
	}
	if sum != tab.Bytes() {
		t.Errorf("%d bytes counted, there are %d", tab.Bytes(), sum)
	}
}

func TestExpiredStatesGoFirst(t *testing.T) {
	t.Parallel()
	tab := NewTable(20_000)
	long := Machine{Kind: FirstSeen, Span: 24 * time.Hour, Limit: 1}
	short := Machine{Kind: Count, Span: time.Second}
	first, _ := long.Update("", Input{At: start})
	tab.Put(keyNumber(0), first)
	for i := range 2000 {
		s, _ := short.Update("", Input{At: start + int64(i)*second})
		if e := tab.Put(keyNumber(i+1), s); e.Live > 0 {
			t.Fatalf("live states were forgotten: %+v", e)
		}
	}
	if tab.Get(keyNumber(0)) == "" {
		t.Error("a state that still counts went before expired ones")
	}
}

// A store that follows the table by its evictions holds what the table holds.
func TestForgetFollowsTheTable(t *testing.T) {
	t.Parallel()
	tab, store := NewTable(600_000), map[Key]string{}
	m := Machine{Kind: Count, Span: time.Minute}
	for i := range 30_000 {
		k := keyNumber(i * 7919 % 15_000)
		next, _ := m.Update(tab.Get(k), Input{At: start + int64(i%977)*second})
		e := tab.Put(k, next)
		store[k] = next
		for k, s := range store {
			if e.Forget(s) {
				delete(store, k)
			}
		}
	}
	if len(store) != tab.Len() {
		t.Fatalf("%d and %d", len(store), tab.Len())
	}
	for k, s := range tab.All() {
		if store[k] != s {
			t.Fatal("another state")
		}
	}
}

// A table that is filled from a store forgets nothing while it is filled.
func TestLoadForgetsNothing(t *testing.T) {
	t.Parallel()
	tab := NewTable(50_000)
	m := Machine{Kind: Count, Span: time.Second}
	for i := range 5000 {
		s, _ := m.Update("", Input{At: start + int64(i)*second})
		tab.Load(keyNumber(i), s)
		tab.Load(keyNumber(i), s)
	}
	if tab.Len() != 5000 || tab.Bytes() != 5000*cost(tab.Get(keyNumber(1))) {
		t.Errorf("%d states, %d bytes", tab.Len(), tab.Bytes())
	}
	s, _ := m.Update("", Input{At: start + 5000*second})
	if e := tab.Put(keyNumber(5000), s); e.States < 4000 || tab.Bytes() > 50_000 {
		t.Errorf("%+v, %d bytes", e, tab.Bytes())
	}
}

func TestDeleteAndReplace(t *testing.T) {
	t.Parallel()
	tab := NewTable(1000)
	s, _ := (&Machine{Kind: Count, Span: time.Minute}).Update("", Input{At: start})
	tab.Put(keyNumber(1), s)
	tab.Put(keyNumber(1), s)
	tab.Put(keyNumber(1), "")
	if tab.Len() != 0 || tab.Bytes() != 0 {
		t.Errorf("%d states, %d bytes", tab.Len(), tab.Bytes())
	}
}
