package decision

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/detect/anomaly"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/policy"
)

// RingCheck is what one probe of ring isolation saw.
type RingCheck struct {
	Name   string
	OK     bool
	Detail string
}

// ProbeRings shows by experiment that two rings share no state: it sends the
// same event through both, over a window table and a policy memo of its own that
// run the code of the live ones, and looks for traces of one ring in the other.
func ProbeRings(a, b domain.Ring) []RingCheck {
	windows := RingCheck{Name: "windows"}
	windows.OK, windows.Detail = probeWindows(a, b)
	memo := RingCheck{Name: "policy_cache"}
	memo.OK, memo.Detail = probeMemo(a, b)
	learning := RingCheck{Name: "anomaly"}
	learning.OK, learning.Detail = probeAnomaly(a, b)
	return []RingCheck{windows, memo, learning}
}

const probeEvents = 3

// probeWindows counts one key in ring a, live and restored, and then in ring b,
// which must start at one.
func probeWindows(a, b domain.Ring) (bool, string) {
	const at domain.Micros = 1_767_225_600_000_000
	hits := []detect.WindowKey{{Window: "probe", Key: "192.0.2.1", Span: 600e9}}
	live := newWindowTable()
	var inA []domain.WindowFact
	for range probeEvents {
		inA = windowFactsOf(live, a, hits, at)
	}
	restored := newWindowTable()
	for k, s := range live.states.All() {
		restored.states.Put(k, s)
	}
	inB, inRestored := windowFactsOf(live, b, hits, at), windowFactsOf(restored, b, hits, at)
	again := windowFactsOf(live, a, hits, at)
	detail := fmt.Sprintf("%s counted %d, then %s counted %d (%d after a restart), then %s counted %d",
		a, inA[0].Count, b, inB[0].Count, inRestored[0].Count, a, again[0].Count)
	return inA[0].Count == probeEvents && inB[0].Count == 1 && inRestored[0].Count == 1 && again[0].Count == probeEvents+1, detail
}

// windowFactsOf advances a table that is not a tenant's (golden scenarios,
// probes), under a fixed key.
func windowFactsOf(t windowTable, ring domain.Ring, hits []detect.WindowKey, at domain.Micros) []domain.WindowFact {
	c := t.counter(evidence.ProbeKeys(), ring, at)
	c.count(hits, windowSlots(c.keys, ring, hits))
	return c.Facts
}

// probeAnomaly teaches ring a one event and shows it to ring b, which must know
// nothing of it, nor hash it alike.
func probeAnomaly(a, b domain.Ring) (bool, string) {
	st := &tenantState{relearn: func(domain.Ring) (*learned, error) {
		return &learned{anomaly.NewState(), anomaly.DefaultModel()}, nil
	}}
	see := func(ring domain.Ring) (total int64, user uint64) {
		ev := domain.Event{Ring: ring, Source: "probe", Type: "probe", User: "probe", SourceIP: "192.0.2.1"}
		o := st.observing(&admission{ev: ev, req: &Request{}, keys: evidence.ProbeKeys()})
		l, err := st.learnedOf(ring)
		if err != nil {
			return -1, 0
		}
		f := st.learn(ring, l, &o)
		if f == nil || len(f.Features) == 0 {
			return -1, 0
		}
		return f.Features[0].Total, o.User
	}
	for range probeEvents {
		see(a)
	}
	inB, userB := see(b)
	inA, userA := see(a)
	return inA == probeEvents && inB == 0 && userA != userB, fmt.Sprintf("%s knows %d events, then %s %d; they hash a name differently: %t", a, inA, b, inB, userA != userB)
}

// probePolicy reads no classification, so that nothing but the memo's
// partitions can keep the rings apart.
const probePolicy = `package frostgate.defend

allow := false

reasons contains "probe" if input.event_type == "probe"
`

// probeMemo tells a remembered answer from a computed one by the memory of its
// reasons, which only remembered answers share.
func probeMemo(a, b domain.Ring) (bool, string) {
	eng, err := policy.Compile(map[string][]byte{"probe.rego": []byte(probePolicy)}, policy.Options{Version: "probe"})
	if err != nil {
		return false, "the probe does not compile"
	}
	ask := func(ring domain.Ring) *string {
		r := eng.Eval(context.Background(), policy.Input{Event: &domain.Event{Tenant: "probe", Type: "probe", Ring: ring}})
		if len(r.Reasons) != 1 {
			return nil
		}
		return &r.Reasons[0]
	}
	first, second, other := ask(a), ask(a), ask(b)
	switch {
	case first == nil || second == nil || other == nil:
		return false, "the probe's policy gave no answer"
	case first != second:
		return false, fmt.Sprintf("%s remembered nothing, so the probe shows nothing", a)
	case other == first:
		return false, fmt.Sprintf("%s was answered from the memory of %s", b, a)
	}
	return true, fmt.Sprintf("%s remembered its answer; %s evaluated the same input itself", a, b)
}
