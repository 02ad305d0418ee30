package decision

import (
	"slices"

	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
)

// maxWindowKeys bounds one tenant's live windows; beyond it the longest unused
// half is forgotten.
const maxWindowKeys = 100_000

// windowTable is one tenant's window state: per key, when the window opened and
// how many events it holds. The owner locks.
//
// A window opens with its first event and closes when its span is over, in
// event time. Keys are HMACs of ring, window and value. Each decision's row holds
// the windows that it moved, so that a restart or a failed commit goes back to
// exactly what was recorded (windowrows.go).
type windowTable struct {
	live map[evidence.MAC]windowState
}

// windowState is one open window.
type windowState struct {
	count int64
	since domain.Micros
	used  domain.Micros // event time of the latest event, for eviction
}

// windowUpdate is a state to store.
type windowUpdate struct {
	key   evidence.MAC
	state windowState
}

// windowKeys names the windows that an event counts into: rings never share
// one.
func windowKeys(k *evidence.TenantKeys, ring domain.Ring, hits []detect.WindowKey) []evidence.MAC {
	if len(hits) == 0 {
		return nil
	}
	out := make([]evidence.MAC, len(hits))
	for i, h := range hits {
		out[i] = k.Index("window", string(ring), h.Window, h.Key)
	}
	return out
}

// advance counts an event into its windows. It returns the facts after it, the
// states to store and, when old windows had to be forgotten, the event time
// before which they were last used.
func (t *windowTable) advance(keys []evidence.MAC, hits []detect.WindowKey, at domain.Micros) (facts []domain.WindowFact, updates []windowUpdate, forgotten domain.Micros) {
	if len(hits) == 0 {
		return nil, nil, 0
	}
	facts = make([]domain.WindowFact, len(hits))
	updates = make([]windowUpdate, 0, len(hits))
	for i, h := range hits {
		st, ok := t.live[keys[i]]
		span := domain.Micros(h.Span.Microseconds())
		switch {
		case !ok || at >= st.since+span:
			st = windowState{count: 1, since: at, used: at}
		case at < st.since-span:
			// From long before this window opened: opening another one would
			// forget the newer events, so it counts alone.
			facts[i] = domain.WindowFact{Window: h.Window, Key: h.Key, Count: 1, Since: at}
			continue
		default:
			st.count++
			st.used = max(st.used, at)
		}
		forgotten = max(forgotten, t.put(keys[i], st))
		updates = append(updates, windowUpdate{keys[i], st})
		facts[i] = domain.WindowFact{Window: h.Window, Key: h.Key, Count: st.count, Since: st.since}
	}
	return facts, updates, forgotten
}

// put stores a state; when the table is over its bound it forgets and returns
// the cut.
func (t *windowTable) put(k evidence.MAC, st windowState) (cut domain.Micros) {
	if t.live == nil {
		t.live = make(map[evidence.MAC]windowState)
	}
	t.live[k] = st
	if len(t.live) <= maxWindowKeys {
		return 0
	}
	used := make([]domain.Micros, 0, len(t.live))
	for _, s := range t.live {
		used = append(used, s.used)
	}
	slices.Sort(used)
	cut = used[len(used)/2]
	for key, s := range t.live {
		if s.used < cut {
			delete(t.live, key)
		}
	}
	return cut
}
