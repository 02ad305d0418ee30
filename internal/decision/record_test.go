package decision

import (
	"testing"

	"frostgate.io/frostgate/internal/domain"
)

// What is remembered of a decision for the next diff must not keep the whole
// decision in memory.
func TestLastStatesStandAlone(t *testing.T) {
	t.Parallel()
	w := newRowWriter(nil, nil)
	r := &record{state: lastState{Index: 7, Rules: []string{"SSH-BRUTE"}}}
	k := lastKey{tenant: "t", ring: domain.Unclass, source: "s", eventType: "auth"}
	w.touched[k] = &r.state
	w.Reset(true)
	got, ok := w.last[k]
	if !ok || got.Index != 7 || got.Rules[0] != "SSH-BRUTE" {
		t.Fatalf("remembered %+v", got)
	}
	if got == &r.state || &got.Rules[0] == &r.state.Rules[0] {
		t.Error("the remembered state is part of the decision")
	}
	w.touched[k] = &lastState{Index: 8}
	w.Reset(false)
	if w.last[k].Index != 7 {
		t.Error("a batch that failed is remembered")
	}
}
