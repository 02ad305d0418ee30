package enforce

import (
	"context"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"time"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

// tenantList is one tenant's allow-list in memory.
type tenantList struct {
	load sync.Mutex // held by the one goroutine that reads the table

	// Guarded by Service.mu.
	snap    *snapshot // nil until loaded and after a change
	version int64     // counts changes, so that a load that began before one isn't kept
}

// snapshot is immutable.
type snapshot struct {
	exact map[exactKey]covers
	addrs map[netip.Addr]covers
	// ranges is sorted by address, wider first. Prefixes nest or are disjoint, so
	// what contains an address is the last one that starts at or before it, or one
	// of those around that one (parent).
	ranges []rangeEntry
	// The starts of ranges again, packed for the search: IPv4 sorts before IPv6.
	starts4 []uint32
	starts6 []netip.Addr
}

type exactKey struct {
	kind  Kind
	value string
}

// covers is the entry that keeps a value covered for longest.
type covers struct {
	entry   string
	expires domain.Micros // 0: never
}

func (c covers) live(at domain.Micros) bool {
	return c.entry != "" && (c.expires == 0 || at < c.expires)
}

func (c covers) outlasts(o covers) bool {
	switch {
	case o.entry == "":
		return true
	case c.expires == o.expires:
		return c.entry < o.entry
	}
	return c.expires == 0 || (o.expires != 0 && c.expires > o.expires)
}

type rangeEntry struct {
	covers
	prefix netip.Prefix
	parent int // index of the next wider one around it, -1 if none
}

func newSnapshot() *snapshot {
	return &snapshot{exact: map[exactKey]covers{}, addrs: map[netip.Addr]covers{}}
}

// add takes one canonical entry.
func (s *snapshot) add(kind Kind, value string, c covers) error {
	switch kind {
	case IP:
		a, ok := parseAddr(value)
		if !ok {
			return fmt.Errorf("allow-list entry %s: %q is not an address", c.entry, value)
		}
		if c.outlasts(s.addrs[a]) {
			s.addrs[a] = c
		}
	case Range:
		p, ok := parseRange(value)
		if !ok {
			return fmt.Errorf("allow-list entry %s: %q is not a network", c.entry, value)
		}
		s.ranges = append(s.ranges, rangeEntry{covers: c, prefix: p.Masked(), parent: -1})
	default:
		k := exactKey{kind, value}
		if c.outlasts(s.exact[k]) {
			s.exact[k] = c
		}
	}
	return nil
}

// seal sorts the ranges, drops doubles and links each to what is around it.
func (s *snapshot) seal() {
	slices.SortFunc(s.ranges, func(a, b rangeEntry) int {
		if c := a.prefix.Addr().Compare(b.prefix.Addr()); c != 0 {
			return c
		}
		if a.prefix.Bits() != b.prefix.Bits() {
			return a.prefix.Bits() - b.prefix.Bits()
		}
		if a.outlasts(b.covers) {
			return -1
		}
		return 1
	})
	s.ranges = slices.CompactFunc(s.ranges, func(a, b rangeEntry) bool { return a.prefix == b.prefix })
	var around []int
	for i := range s.ranges {
		r := &s.ranges[i]
		for len(around) > 0 && !s.ranges[around[len(around)-1]].prefix.Contains(r.prefix.Addr()) {
			around = around[:len(around)-1]
		}
		if len(around) > 0 {
			r.parent = around[len(around)-1]
		}
		around = append(around, i)
		if a := r.prefix.Addr(); a.Is4() {
			s.starts4 = append(s.starts4, number4(a))
		} else {
			s.starts6 = append(s.starts6, a)
		}
	}
}

func number4(a netip.Addr) uint32 {
	b := a.As4()
	return binary.BigEndian.Uint32(b[:])
}

// lastStart returns the index of the last range of the address's family that
// starts at or before it, -1 if none does.
func (s *snapshot) lastStart(a netip.Addr) int {
	if a.Is4() {
		n, lo, hi := number4(a), 0, len(s.starts4)
		for lo < hi {
			if mid := (lo + hi) / 2; s.starts4[mid] <= n {
				lo = mid + 1
			} else {
				hi = mid
			}
		}
		return lo - 1
	}
	lo, hi := 0, len(s.starts6)
	for lo < hi {
		if mid := (lo + hi) / 2; s.starts6[mid].Compare(a) <= 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == 0 {
		return -1
	}
	return len(s.starts4) + lo - 1
}

func (s *snapshot) find(kind Kind, value string, at domain.Micros) (string, bool) {
	switch kind {
	case IP:
		a, ok := parseAddr(value)
		if !ok {
			return "", false
		}
		return s.findAddr(a, at)
	case Range:
		p, ok := parseRange(value)
		if !ok {
			return "", false
		}
		return s.findOverlap(p.Masked(), at)
	case Host:
		value = canonicalHost(value)
	}
	c := s.exact[exactKey{kind, value}]
	return c.entry, c.live(at)
}

func (s *snapshot) findAddr(a netip.Addr, at domain.Micros) (string, bool) {
	if c := s.addrs[a]; c.live(at) {
		return c.entry, true
	}
	i := s.lastStart(a)
	for ; i >= 0; i = s.ranges[i].parent {
		if r := &s.ranges[i]; r.prefix.Contains(a) && r.live(at) {
			return r.entry, true
		}
	}
	return "", false
}

// findOverlap finds an entry that a blocked network would hit. Networks are
// rare targets, so it looks at everything.
func (s *snapshot) findOverlap(p netip.Prefix, at domain.Micros) (string, bool) {
	best := ""
	for a, c := range s.addrs {
		if p.Contains(a) && c.live(at) && (best == "" || c.entry < best) {
			best = c.entry
		}
	}
	for i := range s.ranges {
		if r := &s.ranges[i]; r.prefix.Overlaps(p) && r.live(at) && (best == "" || r.entry < best) {
			best = r.entry
		}
	}
	return best, best != ""
}

// NeverBlock tells whether the tenant's allow-list covers a target at a time,
// and by which entry. An address is covered by its own entry or by a range
// around it. The list is read on first use and after a change; when that fails,
// the error must make the caller ask a human instead of enforcing.
func (s *Service) NeverBlock(ctx context.Context, tenant domain.TenantID, kind, value string, at domain.Micros) (entryID string, ok bool, err error) {
	s.mu.RLock()
	l := s.lists[tenant]
	var snap *snapshot
	if l != nil {
		snap = l.snap
	}
	s.mu.RUnlock()
	if snap == nil {
		if snap, err = s.loadList(ctx, tenant); err != nil {
			return "", false, err
		}
	}
	entryID, ok = snap.find(Kind(kind), value, at)
	if !ok {
		return "", false, nil
	}
	return entryID, true, nil
}

// changed drops the snapshot; the next use reads the table again. Call it after
// the commit.
func (s *Service) changed(tenant domain.TenantID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.list(tenant)
	l.snap = nil
	l.version++
}

// list returns the tenant's list; mu is held for writing.
func (s *Service) list(tenant domain.TenantID) *tenantList {
	l := s.lists[tenant]
	if l == nil {
		l = &tenantList{}
		s.lists[tenant] = l
	}
	return l
}

func (s *Service) loadList(ctx context.Context, tenant domain.TenantID) (*snapshot, error) {
	s.mu.Lock()
	l := s.list(tenant)
	s.mu.Unlock()
	l.load.Lock()
	defer l.load.Unlock()
	for {
		s.mu.RLock()
		snap, version := l.snap, l.version
		s.mu.RUnlock()
		if snap != nil {
			return snap, nil
		}
		snap, err := s.readList(ctx, tenant)
		if err != nil {
			return nil, fmt.Errorf("load allow-list of %s: %w", tenant, err)
		}
		s.mu.Lock()
		current := l.version == version
		if current {
			l.snap = snap
		}
		s.mu.Unlock()
		if current {
			return snap, nil
		}
	}
}

// queueSlack keeps entries in the snapshot that are over by the store's clock but
// not at the receive time of a decision that is still on its way.
const queueSlack = int64(10 * time.Minute / time.Microsecond)

func (s *Service) readList(ctx context.Context, tenant domain.TenantID) (*snapshot, error) {
	snap := newSnapshot()
	err := s.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, selectLiveAllow, []any{string(tenant), int64(tx.Now) - queueSlack}, func(row db.Scanner) error {
			var kind, value string
			var c covers
			if err := row.Scan(&c.entry, &kind, &value, &c.expires); err != nil {
				return err
			}
			return snap.add(Kind(kind), value, c)
		})
	})
	if err != nil {
		return nil, err
	}
	snap.seal()
	return snap, nil
}
