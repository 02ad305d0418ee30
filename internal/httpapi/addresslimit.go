package httpapi

import (
	"hash/maphash"
	"net/netip"
	"sync/atomic"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// What one remote address may ask of a route that needs no key but does work.
const (
	addressBurst = 10
	addressStep  = 6 * time.Second // one more each
	addressSlots = 4096
	limitAddress = "requests_per_address"
)

// addressLimiter limits requests per remote address (an IPv6 network of 64 bits
// is one address) with the generic cell rate algorithm. Its memory is fixed:
// addresses share slots by a seeded hash, so that a flood of addresses can't
// make it grow and nobody can choose whose slot to fill.
type addressLimiter struct {
	seed  maphash.Seed
	slots [addressSlots]atomic.Int64 // microseconds at which the slot is idle again
}

// take counts a request from an address ("192.0.2.1:4711"), or refuses it.
func (l *addressLimiter) take(remote string, now domain.Micros) error {
	slot := &l.slots[maphash.String(l.seed, addressOf(remote))%addressSlots]
	step := addressStep.Microseconds()
	full := addressBurst * step
	for {
		old := slot.Load()
		from := max(old, int64(now))
		if from > int64(now)+full {
			from = int64(now) // the clock was set back: start afresh
		}
		if wait := from + step - int64(now) - full; wait > 0 {
			e := fault.New(fault.RateLimited, "Your address may ask this %d times a minute.", time.Minute/addressStep)
			e.Limit = limitAddress
			return &waitError{cause: e, after: time.Duration(wait) * time.Microsecond}
		}
		if slot.CompareAndSwap(old, from+step) {
			return nil
		}
	}
}

// addressOf is the part of a remote address that one client holds.
func addressOf(remote string) string {
	ap, err := netip.ParseAddrPort(remote)
	if err != nil {
		return remote
	}
	a := ap.Addr().Unmap()
	if a.Is4() {
		return a.String()
	}
	net, err := a.WithZone("").Prefix(64)
	if err != nil {
		return a.String()
	}
	return net.String()
}
