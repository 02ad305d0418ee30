package decision

import (
	"encoding/binary"
	"slices"

	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/sigma/correlate"
)

// windowBudget bounds one tenant's window states, in bytes: more than a million
// of the usual size. What must go for it shows: see evictedWindow.
const windowBudget = 256 << 20

// evictedWindow is the fact that says that states which still counted were
// forgotten to make room for this event's: how many, and that attacks in progress
// may have to be counted anew.
const evictedWindow = "windows.evicted"

// windowTable is one tenant's window state by key. The owner locks.
//
// Keys are HMACs of ring, window and values. Each decision's row holds the states
// that it moved, so that a restart or a failed commit goes back to exactly what
// was recorded (windowrows.go).
type windowTable struct {
	states *correlate.Table
}

func newWindowTable() windowTable { return windowTable{correlate.NewTable(windowBudget)} }

// windowTime is when an event counts: event time, but no later than it came. One
// event from ahead of the clock would make all those of now late, and so silence
// the windows of its key.
func windowTime(ev *domain.Event) domain.Micros { return min(ev.Time, ev.ReceivedAt) }

// windowCounter counts one event into a tenant's windows, layer by layer.
type windowCounter struct {
	detect.Counts
	table *correlate.Table
	keys  *evidence.TenantKeys
	ring  domain.Ring
	at    domain.Micros
}

func (t windowTable) counter(k *evidence.TenantKeys, ring domain.Ring, at domain.Micros) *windowCounter {
	return &windowCounter{table: t.states, keys: k, ring: ring, at: at}
}

// windowSlots names the states of the windows that an event counts into: rings
// never share one.
func windowSlots(k *evidence.TenantKeys, ring domain.Ring, hits []detect.WindowKey) []detect.Slot {
	if len(hits) == 0 {
		return nil
	}
	out := make([]detect.Slot, len(hits))
	for i, h := range hits {
		out[i].Key = correlate.Key(k.Index("window", string(ring), h.Window, h.Key))
		if h.Value != "" {
			mac := k.Index("window value", string(ring), h.Window, h.Value)
			out[i].Value = binary.BigEndian.Uint64(mac[:])
		}
	}
	return out
}

// count takes one layer's windows.
func (c *windowCounter) count(hits []detect.WindowKey, slots []detect.Slot) {
	c.Advance(c.table, hits, slots, c.at)
}

// all counts the event into everything: the first layer, whose slots the caller
// has made outside of its lock, and those that depend on the facts before.
func (c *windowCounter) all(set *detect.Set, a *admission, hits []detect.WindowKey, slots []detect.Slot) {
	c.count(hits, slots)
	for layer := 1; layer < set.Layers(); layer++ {
		hits := set.LayerHits(layer, &a.ev, a.req.Payload, a.matched, c.Facts)
		c.count(hits, windowSlots(c.keys, c.ring, hits))
	}
	if n := c.Evicted.Live; n > 0 {
		c.Facts = append(c.Facts, domain.WindowFact{Window: evictedWindow, Count: int64(n), Since: c.at})
	}
}

// revert takes the event back out. What was evicted for it stays forgotten in
// memory only: false says that the states must be read again.
func (c *windowCounter) revert() bool {
	for _, was := range slices.Backward(c.Before) {
		c.table.Put(was.Key, was.State)
	}
	return c.Evicted.States == 0
}
