package main

import "time"

// pace is one connection's share of an open load: its turns are fixed before,
// and a late answer delays the next request but not the time from which that is
// measured. So a pause of the server shows in every request that fell into it.
type pace struct {
	next time.Time
	step time.Duration
}

// newPace returns nil for a closed loop.
func newPace(p *loadPlan, connection uint64) *pace {
	if p.PerSecond <= 0 {
		return nil
	}
	each := time.Second / time.Duration(p.PerSecond)
	return &pace{next: time.Now().Add(time.Duration(connection) * each), step: time.Duration(p.Connections) * each}
}

// turn waits for the next turn and returns when it was due.
func (p *pace) turn() time.Time {
	if p == nil {
		return time.Now()
	}
	due := p.next
	p.next = due.Add(p.step)
	time.Sleep(time.Until(due))
	return due
}
