package decision

import (
	"context"
	"sync"
	"sync/atomic"
)

// Turn gives calls that run at the same time a fixed order of admission: the
// lines of one batch advance windows and take their places in the log in the
// order in which they were sent. Evaluation still runs in parallel.
type Turn struct {
	// before is nil for the first, and once it is known that all before have
	// passed.
	before atomic.Pointer[Turn]
	passed chan struct{}
	once   sync.Once
}

// NewTurn returns the turn after before; nil makes the first one. Every turn
// must be passed on, or those behind it wait for ever.
func NewTurn(before *Turn) *Turn {
	t := &Turn{passed: make(chan struct{})}
	t.before.Store(before)
	return t
}

// Pass says that this one needs no turn any more, had or not. It may be called
// more than once; a nil turn needs no passing.
func (t *Turn) Pass() {
	if t != nil {
		t.once.Do(func() { close(t.passed) })
	}
}

// wait returns when all before have passed. One that passed early, without
// having had its turn (a refused line), does not hide those before it.
func (t *Turn) wait(ctx context.Context) error {
	if t == nil {
		return nil
	}
	for b := t.before.Load(); b != nil; b = b.before.Load() {
		select {
		case <-b.passed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	t.before.Store(nil)
	return nil
}
