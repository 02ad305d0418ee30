package drift

import (
	"context"
	"errors"
	"sync"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
)

// entry is an artifact on its way into the log, with the rows and the audit
// entry that are durable with it or not at all.
type entry struct {
	tenant domain.TenantID
	kind   string
	group  string // name of the text
	text   any
	prev   int64
	by     evidence.Actor
	audit  *evidence.AuditEntry // nil: the artifact alone tells of it
	apply  func(ctx context.Context, tx *db.Tx, at int64) error

	clk   clock.Clock
	index int64
}

// record appends the entry and returns its place.
func (s *Service) record(ctx context.Context, e *entry) (int64, error) {
	value, err := canonicalText(e.text)
	if err != nil {
		return -1, err
	}
	who := e.by.Entry(e.tenant, "", "")
	actor, err := canonicalText(struct {
		Key       domain.KeyID       `json:"key"`
		Principal domain.PrincipalID `json:"principal"`
		Remote    string             `json:"remote"`
	}{who.Key, who.Principal, e.by.Remote})
	if err != nil {
		return -1, err
	}
	e.clk = s.Clock
	done, err := s.Log.Append(ctx, &evidence.Unit{
		Tenant: e.tenant, Kind: e.kind, Time: s.Clock.Now(), Prev: e.prev, Rows: e,
		Groups: []evidence.Group{{Name: "actor", Value: actor}, {Name: e.group, Value: value}},
	})
	if err != nil {
		return -1, err
	}
	return int64(done.Index), nil
}

// Add takes the entry's place in the log.
func (e *entry) Add(_ *evidence.Unit, c evidence.Committed) error {
	e.index = int64(c.Index)
	return nil
}

// Write writes the rows and the audit entry.
func (e *entry) Write(ctx context.Context, tx *db.Tx) error {
	if err := e.apply(ctx, tx, e.index); err != nil || e.audit == nil {
		return err
	}
	return evidence.Audit(ctx, tx, e.clk, *e.audit)
}

// Reset has nothing to forget: the rows belong to one entry.
func (e *entry) Reset(bool) {}

func errorsAs(err error) (*fault.Error, bool) {
	var f *fault.Error
	ok := errors.As(err, &f)
	return f, ok
}

// keyedLock is a lock for each key. Keys are tenants and their sources: what they
// take is kept.
type keyedLock struct {
	mu    sync.Mutex
	locks map[string]*sync.Mutex
}

func (l *keyedLock) lock(key string) (unlock func()) {
	l.mu.Lock()
	if l.locks == nil {
		l.locks = map[string]*sync.Mutex{}
	}
	one := l.locks[key]
	if one == nil {
		one = &sync.Mutex{}
		l.locks[key] = one
	}
	l.mu.Unlock()
	one.Lock()
	return one.Unlock
}
