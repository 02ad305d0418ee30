package main

import (
	"testing"
	"time"
)

func TestPaceKeepsItsTurns(t *testing.T) {
	t.Parallel()
	if p := newPace(&loadPlan{Connections: 4}, 1); p != nil {
		t.Error("a closed loop has a pace")
	}
	p := newPace(&loadPlan{Connections: 4, PerSecond: 4000}, 3)
	first := p.turn()
	for i := range 3 {
		if got, want := p.turn(), first.Add(time.Duration(i+1)*time.Millisecond); !got.Equal(want) {
			t.Errorf("turn %d is %v late", i+1, got.Sub(want))
		}
	}
}
