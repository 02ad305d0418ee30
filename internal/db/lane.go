package db

import "sync"

// lane hands out SQLite's one writer connection. Decisions go first: whoever
// waits in the fast lane is served before anybody in the slow one, so a bulk
// writer delays a decision by at most the transaction it is in.
type lane struct {
	mu   sync.Mutex
	busy bool
	fast []chan struct{}
	slow []chan struct{}
}

func (l *lane) acquire(fast bool) {
	l.mu.Lock()
	if !l.busy {
		l.busy = true
		l.mu.Unlock()
		return
	}
	turn := make(chan struct{})
	if fast {
		l.fast = append(l.fast, turn)
	} else {
		l.slow = append(l.slow, turn)
	}
	l.mu.Unlock()
	<-turn
}

func (l *lane) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case len(l.fast) > 0:
		close(l.fast[0])
		l.fast = l.fast[1:]
	case len(l.slow) > 0:
		close(l.slow[0])
		l.slow = l.slow[1:]
	default:
		l.busy = false
	}
}
