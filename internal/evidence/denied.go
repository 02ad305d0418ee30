package evidence

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// Bounds of the denied log.
const (
	deniedRows  = 4096            // distinct rows between two flushes
	deniedEvery = 5 * time.Second // flush interval
	deniedFinal = 5 * time.Second // for the last flush, at close
)

// deniedAction is the audit action of aggregated denials.
const deniedAction = "request.denied"

// Denied is one request that was refused with 401 or 403.
type Denied struct {
	Tenant    domain.TenantID // empty when unknown
	Principal domain.PrincipalID
	Key       domain.KeyID
	Remote    string // address, with or without port
	Route     string // route template, never the raw path
	Code      fault.Code
	RequestID string // of one of them, as an example
}

// DeniedLog counts denied requests and writes them to the audit every few
// seconds, one row with Times=n for what is alike. It is bounded: what doesn't
// fit counts into one row "other", so a flood costs neither memory nor writes.
// Requests without a known tenant get at most half of the rows, so that
// strangers can't hide what happens to a tenant.
type DeniedLog struct {
	db  *db.DB
	clk clock.Clock

	mu      sync.Mutex
	rows    map[deniedKey]*deniedCount
	unknown int // rows without a tenant
}

// deniedKey is what is alike: the key that was used, or else the network that
// the request came from.
type deniedKey struct {
	tenant    domain.TenantID
	principal domain.PrincipalID
	key       domain.KeyID
	from      string
	route     string
	code      fault.Code
}

type deniedCount struct {
	times       int64
	first, last domain.Micros
	remote      string
	requestID   string
}

// NewDeniedLog returns an empty log; Run flushes it.
func NewDeniedLog(d *db.DB, clk clock.Clock) *DeniedLog {
	return &DeniedLog{db: d, clk: clk, rows: map[deniedKey]*deniedCount{}}
}

// Add counts one denied request.
func (l *DeniedLog) Add(d Denied) {
	remote := network(d.Remote)
	k := deniedKey{tenant: d.Tenant, principal: d.Principal, key: d.Key, route: d.Route, code: d.Code}
	if k.key == "" && k.principal == "" {
		k.from = remote
	}
	now := l.clk.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count(k, deniedCount{times: 1, first: now, last: now, remote: remote, requestID: d.RequestID})
}

// count needs the lock.
func (l *DeniedLog) count(k deniedKey, n deniedCount) {
	rest := deniedKey{route: "other", code: "other"}
	have := l.rows[k]
	if have == nil && k != rest && (len(l.rows) >= deniedRows || k.tenant == "" && l.unknown >= deniedRows/2) {
		k = rest
		n.remote, n.requestID = "", ""
		have = l.rows[k]
	}
	if have == nil {
		l.rows[k] = &n
		if k.tenant == "" && k != rest {
			l.unknown++
		}
		return
	}
	have.times += n.times
	have.first = min(have.first, n.first)
	have.last = max(have.last, n.last)
}

// Run flushes every few seconds until ctx ends, and once more then.
func (l *DeniedLog) Run(ctx context.Context) error {
	tick := time.NewTicker(deniedEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			// What could not be written is kept and tried again.
			_ = l.Flush(ctx)
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), deniedFinal)
			err := l.Flush(last)
			cancel()
			return err
		}
	}
}

// Flush writes what was counted so far. What can't be written stays counted.
func (l *DeniedLog) Flush(ctx context.Context) error {
	l.mu.Lock()
	rows := l.rows
	l.rows, l.unknown = map[deniedKey]*deniedCount{}, 0
	l.mu.Unlock()
	byTenant := map[domain.TenantID][]deniedKey{}
	for k := range rows {
		byTenant[k.tenant] = append(byTenant[k.tenant], k)
	}
	var errs []error
	for _, tenant := range slices.Sorted(maps.Keys(byTenant)) {
		if err := l.write(ctx, tenant, byTenant[tenant], rows); err != nil {
			errs = append(errs, err)
			l.putBack(byTenant[tenant], rows)
		}
	}
	return errors.Join(errs...)
}

func (l *DeniedLog) putBack(keys []deniedKey, rows map[deniedKey]*deniedCount) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range keys {
		l.count(k, *rows[k])
	}
}

func (l *DeniedLog) write(ctx context.Context, tenant domain.TenantID, keys []deniedKey, rows map[deniedKey]*deniedCount) error {
	fn := func(tx *db.Tx) error {
		for _, k := range keys {
			if err := Audit(ctx, tx, l.clk, k.entry(rows[k])); err != nil {
				return err
			}
		}
		return nil
	}
	var err error
	if tenant == "" {
		err = l.db.InSystemTx(ctx, "audit denied requests without a known tenant", fn)
	} else {
		err = l.db.InTx(ctx, tenant, fn)
	}
	if err != nil {
		return fmt.Errorf("audit denied requests: %w", err)
	}
	return nil
}

func (k deniedKey) entry(n *deniedCount) AuditEntry {
	return AuditEntry{
		Tenant: k.tenant, Principal: k.principal, Key: k.key, Action: deniedAction, Target: k.route,
		Outcome: AuditDenied, RequestID: n.requestID, Remote: n.remote, Times: n.times,
		Detail: map[string]string{
			"code":     string(k.code),
			"first_us": strconv.FormatInt(int64(n.first), 10),
			"last_us":  strconv.FormatInt(int64(n.last), 10),
		},
	}
}

// network gives the network of an address: /24 of IPv4, /64 of IPv6, which one
// sender can roam at will. What is no address is left out.
func network(remote string) string {
	addr, err := netip.ParseAddr(remote)
	if err != nil {
		ap, err := netip.ParseAddrPort(remote)
		if err != nil {
			return ""
		}
		addr = ap.Addr()
	}
	addr = addr.Unmap().WithZone("")
	bits := 64
	if addr.Is4() {
		bits = 24
	}
	p, err := addr.Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}
