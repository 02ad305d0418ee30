package decision

import (
	"encoding/binary"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
)

// seenFilter says "certainly new" of most new events, so that they need no
// look-up in the store. It is a chain of Bloom filters over dedup MACs, which
// are uniformly random and need no further hashing. The owner locks.
type seenFilter struct {
	// whole tells that every recorded event of the tenant is in the filter;
	// until then it answers nothing.
	whole bool
	parts [][]uint64
	n     int // entries of the last part
}

// A part has 16 bits an entry, 8 probes: one false alarm in 1,700. The first holds
// 64 entries, each further one eight times as many: most tenants are small, and
// there may be very many of them. partEntries is the most of one part, 2 MiB;
// maxParts bounds a tenant at 26 MiB; beyond, every event is looked up.
const (
	firstEntries = 64
	partGrowth   = 8
	partEntries  = 1 << 20
	entryBits    = 16
	maxParts     = 18
	probes       = 8
)

// mayHave is false only when the MAC was certainly never added.
func (f *seenFilter) mayHave(m evidence.MAC) bool {
	if !f.whole {
		return true
	}
	for _, p := range f.parts {
		if hasAll(p, m) {
			return true
		}
	}
	return false
}

func (f *seenFilter) add(m evidence.MAC) {
	if !f.whole {
		return
	}
	if len(f.parts) == 0 || f.n >= capacity(f.parts[len(f.parts)-1]) {
		if len(f.parts) >= maxParts {
			f.whole, f.parts = false, nil
			return
		}
		entries := firstEntries
		if len(f.parts) > 0 {
			entries = min(partEntries, partGrowth*capacity(f.parts[len(f.parts)-1]))
		}
		f.parts, f.n = append(f.parts, make([]uint64, entries*entryBits/64)), 0
	}
	f.n++
	p := f.parts[len(f.parts)-1]
	h1, h2 := split(m)
	for i := range uint64(probes) {
		bit := (h1 + i*h2) % uint64(len(p)*64)
		p[bit/64] |= 1 << (bit % 64)
	}
}

// capacity is the number of entries of a part.
func capacity(p []uint64) int { return len(p) * 64 / entryBits }

func hasAll(p []uint64, m evidence.MAC) bool {
	h1, h2 := split(m)
	for i := range uint64(probes) {
		bit := (h1 + i*h2) % uint64(len(p)*64)
		if p[bit/64]&(1<<(bit%64)) == 0 {
			return false
		}
	}
	return true
}

func split(m evidence.MAC) (uint64, uint64) {
	// The first four bytes are a time, the other twelve are random.
	return binary.LittleEndian.Uint64(m[4:12]), binary.LittleEndian.Uint64(m[8:]) | 1
}

// dedupMACSize is how much of a dedup key is HMAC.
const dedupMACSize = 12

// dedupKey is what a decision row is found by when its event comes again: the
// event's second, then HMAC(tenant dedup key, event ID). Time first keeps the
// inserts of a live stream or a sorted file on few index pages. An event without
// a timestamp of its own has none: it comes again only under an Idempotency-Key.
func dedupKey(k *evidence.TenantKeys, ev *domain.Event) (key evidence.MAC) {
	mac := k.Dedup(string(ev.ID))
	if ev.Timestamp != "" {
		binary.BigEndian.PutUint32(key[:4], uint32(ev.Time/1e6))
	}
	copy(key[4:], mac[:dedupMACSize])
	return key
}
