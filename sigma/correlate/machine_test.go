package correlate

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const second = int64(time.Second / time.Microsecond)

// start is an event time that real events have.
const start = 1_767_225_600_000_000

// run feeds events and returns the numbers.
func run(t testing.TB, m Machine, events ...Input) []int64 {
	t.Helper()
	if err := m.Check(); err != nil {
		t.Fatal(err)
	}
	state, out := "", []int64(nil)
	for _, e := range events {
		e.At = start + e.At*second
		var r Reading
		state, r = m.Update(state, e)
		if err := Valid(state); err != nil {
			t.Fatal(err)
		}
		out = append(out, r.Number)
	}
	return out
}

func at(seconds ...int64) []Input {
	out := make([]Input, len(seconds))
	for i, s := range seconds {
		out[i].At = s
	}
	return out
}

func values(pairs ...int64) []Input {
	var out []Input
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, Input{At: pairs[i], Value: uint64(pairs[i+1]), Number: pairs[i+1], Hit: pairs[i+1] > 0, Steps: uint32(pairs[i+1])})
	}
	return out
}

func TestMachines(t *testing.T) {
	t.Parallel()
	const m = time.Minute
	for _, c := range []struct {
		name string
		m    Machine
		in   []Input
		want []int64
	}{
		{"count opens with the first event and closes", Machine{Kind: Count, Span: m}, at(0, 10, 59, 60, 61), []int64{1, 2, 3, 1, 2}},
		{"count takes late events in, very late ones alone", Machine{Kind: Count, Span: m}, at(100, 50, 39, 110), []int64{1, 2, 1, 3}},
		{"sliding moves on", Machine{Kind: Sliding, Span: m, Limit: 9}, at(0, 10, 59, 60, 61, 120), []int64{1, 2, 3, 3, 4, 2}},
		{"sliding stops at its limit", Machine{Kind: Sliding, Span: m, Limit: 3}, at(0, 1, 2, 3, 4), []int64{1, 2, 3, 3, 3}},
		{"sliding counts a late event where it belongs", Machine{Kind: Sliding, Span: m, Limit: 9, Lateness: m}, at(0, 10, 70, 20), []int64{1, 2, 1, 3}},
		{"sliding reads a too late event alone", Machine{Kind: Sliding, Span: m, Limit: 9, Lateness: 5 * time.Second}, at(0, 10, 70, 20, 71), []int64{1, 2, 1, 1, 2}},
		{"a full bucket stays full", Machine{Kind: Leaky, Span: m, Limit: 3}, at(0, 0, 0, 0, 20, 60), []int64{1, 2, 3, 3, 3, 2}},
		{"a bucket leaks", Machine{Kind: Leaky, Span: m, Limit: 6}, at(0, 5, 10, 15, 45), []int64{1, 2, 2, 3, 1}},
		{"distinct", Machine{Kind: Distinct, Span: m, Limit: 3}, values(0, 7, 1, 7, 2, 8, 3, 9, 4, 10, 70, 8), []int64{1, 1, 2, 3, 3, 1}},
		{"ratio in thousandths, from least on", Machine{Kind: Ratio, Span: m, Least: 3}, values(0, 1, 1, 1, 2, 0, 3, 0), []int64{0, 0, 666, 500}},
		{"sum", Machine{Kind: Sum, Span: 16 * time.Second}, values(0, 5, 4, 6, 15, 1, 16, 1, 40, -3), []int64{5, 11, 12, 8, -3}},
		{"average", Machine{Kind: Average, Span: m}, values(0, 5, 4, 6, 5, 10), []int64{5, 5, 7}},
		{"median", Machine{Kind: Percentile, Span: m, Limit: 9, Percent: 50}, values(0, 5, 4, -6, 5, 10, 70, 1), []int64{5, -6, 5, 1}},
		{"percentile", Machine{Kind: Percentile, Span: m, Limit: 9, Percent: 99}, values(0, 5, 4, 60, 5, 10), []int64{5, 60, 60}},
		{"sequence", Machine{Kind: Sequence, Span: m, Steps: []int{2, 1}}, values(0, 1, 1, 1, 2, 2, 3, 2), []int64{0, 1, 2, 0}},
		{"sequence in the wrong order", Machine{Kind: Sequence, Span: m, Steps: []int{1, 1}}, values(0, 2, 1, 1), []int64{0, 1}},
		{"sequence too slow", Machine{Kind: Sequence, Span: m, Steps: []int{1, 1}}, values(0, 1, 60, 2, 61, 1, 62, 2), []int64{1, 0, 1, 2}},
		{"one event does not take two steps", Machine{Kind: Sequence, Span: m, Steps: []int{1, 1}}, values(0, 3, 1, 3), []int64{1, 2}},
		{"sequence completed by a late event", Machine{Kind: Sequence, Span: m, Lateness: m, Steps: []int{1, 1}}, values(10, 2, 5, 1), []int64{0, 2}},
		{"temporal", Machine{Kind: Temporal, Span: m, Steps: []int{1, 1, 1}}, values(0, 4, 1, 1, 2, 2, 3, 2, 61, 1), []int64{1, 2, 3, 3, 2}},
		{"first seen key", Machine{Kind: FirstSeen, Span: m, Limit: 1}, values(0, 0, 1, 0, 61, 0), []int64{1, 0, 1}},
		{"first seen value after learning", Machine{Kind: FirstSeen, Span: time.Hour, Learn: m, Limit: 4}, values(0, 1, 10, 2, 59, 3, 60, 3, 61, 4, 62, 5), []int64{0, 0, 0, 0, 1, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if d := cmp.Diff(c.want, run(t, c.m, c.in...)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestEpisodes(t *testing.T) {
	t.Parallel()
	m := Machine{Kind: Episode, Span: time.Hour, Durations: []time.Duration{time.Minute, 10 * time.Minute}}
	// The second lasts ten minutes; an hour after its end it is forgotten.
	got := run(t, m, at(0, 59, 60, 600, 659, 660, 1259, 1260+3600)...)
	if d := cmp.Diff([]int64{1, 1, 2, 2, 2, 3, 3, 1}, got); d != "" {
		t.Error(d)
	}
}

func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	for _, m := range []Machine{
		{},
		{Kind: 99, Span: time.Minute},
		{Kind: Count},
		{Kind: Count, Span: MaxSpan + 1},
		{Kind: Count, Span: time.Minute, Lateness: -1},
		{Kind: Sliding, Span: time.Minute},
		{Kind: Distinct, Span: time.Minute, Limit: MaxValues + 1},
		{Kind: Leaky, Span: time.Second, Limit: 2e6},
		{Kind: Ratio, Span: time.Minute},
		{Kind: Percentile, Span: time.Minute, Limit: 9},
		{Kind: FirstSeen, Span: time.Minute, Limit: 1, Learn: time.Hour},
		{Kind: Sequence, Span: time.Minute},
		{Kind: Sequence, Span: time.Minute, Steps: []int{33}},
		{Kind: Temporal, Span: time.Minute, Steps: []int{2}},
		{Kind: Sequence, Span: time.Minute, Steps: []int{30, 30}},
		{Kind: Episode, Span: time.Minute},
		{Kind: Episode, Span: time.Minute, Durations: []time.Duration{1}},
	} {
		if err := m.Check(); err == nil {
			t.Errorf("%+v passes", m)
		}
	}
}

// orderless are the kinds whose greatest number must not depend on the order in
// which events arrive within the lateness.
func orderless() []Machine {
	return []Machine{
		{Kind: Sliding, Span: 30 * time.Second, Lateness: time.Minute, Limit: 100},
		{Kind: Sliding, Span: 64 * time.Second, Lateness: time.Minute, Limit: 1000},
		{Kind: Distinct, Span: time.Minute, Lateness: time.Minute, Limit: 100},
		{Kind: Temporal, Span: time.Minute, Lateness: time.Minute, Steps: []int{1, 1, 1, 1}},
	}
}

func TestOrderWithinLatenessDoesNotMatter(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for _, m := range orderless() {
		for range 300 {
			events := make([]Input, 1+rng.IntN(40))
			for i := range events {
				events[i] = Input{At: rng.Int64N(60), Value: rng.Uint64N(9), Steps: 1 << rng.IntN(4)}
			}
			inOrder := slices.Clone(events)
			slices.SortStableFunc(inOrder, func(a, b Input) int { return int(a.At - b.At) })
			want, got := slices.Max(run(t, m, inOrder...)), slices.Max(run(t, m, events...))
			if m.Kind == Sliding && m.Limit > MaxExact {
				// Slices: what a late event adds to an earlier window is counted there.
				want = max(want, got)
			}
			if want != got {
				t.Fatalf("%s: in order %d, as they came %d: %v", m.Kind, want, got, events)
			}
		}
	}
}

// The states themselves, once all events are in, are the same in any order.
func TestStatesDoNotDependOnOrder(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 4))
	for _, m := range append(orderless(),
		Machine{Kind: Ratio, Span: time.Minute, Lateness: time.Minute, Least: 1},
		Machine{Kind: Sum, Span: time.Minute, Lateness: time.Minute},
		Machine{Kind: Average, Span: time.Minute, Lateness: time.Minute},
		Machine{Kind: FirstSeen, Span: time.Hour, Lateness: time.Minute, Limit: 20},
	) {
		for range 100 {
			events := make([]Input, 1+rng.IntN(30))
			for i := range events {
				events[i] = Input{At: start + int64(i)*second + rng.Int64N(second), Value: rng.Uint64N(9), Number: rng.Int64N(100), Steps: 1 << rng.IntN(4), Hit: rng.IntN(2) == 0}
			}
			feed := func() (state string) {
				for _, e := range events {
					state, _ = m.Update(state, e)
				}
				return state
			}
			want := feed()
			rng.Shuffle(len(events), func(i, k int) { events[i], events[k] = events[k], events[i] })
			if got := feed(); got != want {
				t.Fatalf("%s: %x and %x", m.Kind, want, got)
			}
		}
	}
}

func TestNumbersStopAtTheirLimit(t *testing.T) {
	t.Parallel()
	for _, m := range []Machine{
		{Kind: Sliding, Span: time.Hour, Limit: 5}, {Kind: Sliding, Span: time.Hour, Limit: 500}, {Kind: Distinct, Span: time.Hour, Limit: 5}, {Kind: Leaky, Span: time.Hour, Limit: 5},
	} {
		state := ""
		for i := range int64(1000) {
			var r Reading
			state, r = m.Update(state, Input{At: start + i*1000, Value: uint64(i)})
			if want := min(i+1, int64(m.Limit)); r.Number != want || r.Saturated != (want == int64(m.Limit)) {
				t.Fatalf("%s, event %d: %+v", m.Kind, i, r)
			}
		}
		if len(state) > 200 {
			t.Errorf("%s: a state of %d bytes", m.Kind, len(state))
		}
	}
}

func TestHugeNumbersDoNotWrap(t *testing.T) {
	t.Parallel()
	m := Machine{Kind: Sum, Span: time.Hour}
	state, r := "", Reading{}
	for range 4 {
		state, r = m.Update(state, Input{At: start, Number: 1 << 62})
	}
	if r.Number != 1<<63-1 || !r.Saturated {
		t.Errorf("%+v", r)
	}
}

func allKinds() []Machine {
	out := append(orderless(), Machine{Kind: Count, Span: time.Minute}, Machine{Kind: Leaky, Span: time.Minute, Limit: 3},
		Machine{Kind: Ratio, Span: time.Minute, Least: 2}, Machine{Kind: Sequence, Span: time.Minute, Steps: []int{3, 1}},
		Machine{Kind: FirstSeen, Span: time.Hour, Limit: 4, Learn: time.Minute}, Machine{Kind: Sum, Span: time.Minute},
		Machine{Kind: Average, Span: time.Minute}, Machine{Kind: Percentile, Span: time.Minute, Limit: 5, Percent: 50},
		Machine{Kind: Episode, Span: time.Hour, Durations: []time.Duration{time.Minute}})
	return out
}

// FuzzState reads damaged states: whatever the bytes, a step ends, and what it
// makes of them can be read again.
func FuzzState(f *testing.F) {
	for _, m := range allKinds() {
		state := ""
		for i := range int64(6) {
			state, _ = m.Update(state, Input{At: start + i*second, Value: uint64(i), Number: i, Steps: 1, Hit: true})
		}
		f.Add(state, int64(start+7*second), uint64(3))
	}
	f.Add("", int64(0), uint64(0))
	f.Add("\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", int64(-1<<63), uint64(1<<63))
	machines := allKinds()
	f.Fuzz(func(t *testing.T, state string, at int64, v uint64) {
		_, _ = Used(state), Until(state)
		in := Input{At: at, Value: v, Number: int64(v), Steps: uint32(v), Hit: v&1 == 1}
		for _, m := range machines {
			next, r := m.Update(state, in)
			if r.Late && next != state {
				t.Fatalf("%s: a late event changed the state", m.Kind)
			}
			if !r.Late && Valid(next) != nil {
				t.Fatalf("%s: %v", m.Kind, Valid(next))
			}
			if again, s := m.Update(state, in); again != next || s != r {
				t.Fatalf("%s: two answers", m.Kind)
			}
			if m.Limit > 0 && m.Kind != Percentile && m.Kind != FirstSeen && (r.Number < 0 || r.Number > int64(m.Limit)) {
				t.Fatalf("%s: %d of %d", m.Kind, r.Number, m.Limit)
			}
		}
		_, _, _, _ = CountParts(state)
	})
}

func BenchmarkUpdate(b *testing.B) {
	for _, m := range allKinds() {
		b.Run(m.Kind.String(), func(b *testing.B) {
			b.ReportAllocs()
			state, i := "", int64(0)
			for b.Loop() {
				state, _ = m.Update(state, Input{At: start + i*second, Value: uint64(i), Number: i, Steps: 1, Hit: true})
				i++
			}
		})
	}
}
