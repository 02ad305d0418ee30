package decision

import (
	"slices"

	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
)

// maxWindowKeys bounds one tenant's live windows; beyond it the longest unused
// half is forgotten, which the counter of evictions shows.
const maxWindowKeys = 100_000

// windowKey names one window of one ring: rings never share windows.
type windowKey struct {
	ring   domain.Ring
	window string
	key    string
}

// windowTable is one tenant's window state: per key, when the window opened and
// how many events it holds. The owner locks.
//
// A window opens with its first event and closes when its span is over, in
// event time. So the latest recorded fact of a key is its whole state, and the
// log alone rebuilds the table after a restart.
type windowTable struct {
	live    map[windowKey]windowState
	evicted int64
}

type windowState struct {
	count int64
	since domain.Micros
	used  domain.Micros // event time of the last event, for eviction
}

// advance counts an event into its windows and returns the facts after it.
func (t *windowTable) advance(ring domain.Ring, hits []detect.WindowKey, at domain.Micros) []domain.WindowFact {
	if len(hits) == 0 {
		return nil
	}
	facts := make([]domain.WindowFact, len(hits))
	for i, h := range hits {
		k := windowKey{ring, h.Window, h.Key}
		st, ok := t.live[k]
		span := domain.Micros(h.Span.Microseconds())
		// An event from before the window opened belongs to no open window of
		// this key; counting it in a new one would forget the newer events, so
		// it opens nothing and counts alone.
		switch {
		case !ok || at >= st.since+span:
			st = windowState{count: 1, since: at, used: at}
			t.put(k, st)
		case at < st.since-span:
			facts[i] = domain.WindowFact{Window: h.Window, Key: h.Key, Count: 1, Since: at}
			continue
		default:
			st.count++
			st.used = max(st.used, at)
			t.put(k, st)
		}
		facts[i] = domain.WindowFact{Window: h.Window, Key: h.Key, Count: st.count, Since: st.since}
	}
	return facts
}

func (t *windowTable) put(k windowKey, st windowState) {
	if t.live == nil {
		t.live = make(map[windowKey]windowState)
	}
	t.live[k] = st
	if len(t.live) <= maxWindowKeys {
		return
	}
	used := make([]domain.Micros, 0, len(t.live))
	for _, s := range t.live {
		used = append(used, s.used)
	}
	slices.Sort(used)
	cut := used[len(used)/2]
	for key, s := range t.live {
		if s.used < cut {
			delete(t.live, key)
			t.evicted++
		}
	}
}

// restore sets a key's state from a recorded fact; facts come in log order.
func (t *windowTable) restore(ring domain.Ring, f domain.WindowFact) {
	k := windowKey{ring, f.Window, f.Key}
	if st, ok := t.live[k]; ok && f.Since < st.since {
		return // a late event's lone count
	}
	t.put(k, windowState{count: f.Count, since: f.Since, used: f.Since})
}
