package correlate

import (
	"testing"
	"time"
)

// Events that stay below the limit in each span can't push out those that come
// late: together they would have counted.
func TestLateEventsFindRoom(t *testing.T) {
	t.Parallel()
	const sec = int64(1e6)
	now := int64(1_800_000_000) * sec
	for _, k := range []Kind{Sliding, Distinct} {
		m := Machine{Kind: k, Span: time.Minute, Lateness: 2 * time.Minute, Limit: 10}
		var state string
		var r Reading
		for i := range int64(9) {
			state, r = m.Update(state, Input{At: now + 59*sec + i, Value: uint64(i) + 1})
		}
		if r.Number != 9 {
			t.Fatalf("%s: %+v", k, r)
		}
		for i := range int64(10) {
			state, r = m.Update(state, Input{At: now - 10*sec + i, Value: uint64(100 + i)})
		}
		if r.Number != 10 || !r.Saturated || r.Late {
			t.Errorf("%s: ten late events: %+v", k, r)
		}
		for i := range int64(1000) {
			state, r = m.Update(state, Input{At: now + 70*sec + i*1000, Value: uint64(1000 + i)})
		}
		if r.Number != 10 || len(state) > 10*m.kept() {
			t.Errorf("%s: %+v in %d bytes", k, r, len(state))
		}
	}
}

func TestThePastHasAKeyOfItsOwn(t *testing.T) {
	t.Parallel()
	k := KeyOf("w", "k")
	if k.Past() == k || k.Past().Past() != k {
		t.Errorf("%x and %x", k, k.Past())
	}
}
