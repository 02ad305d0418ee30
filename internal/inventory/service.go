package inventory

import (
	"context"
	"encoding/hex"
	"sync"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// KindRun is the kind of the artifact that records a closed run, or a snapshot
// that was imported.
const KindRun = "inventory_run"

// Config bounds the service; a zero field means its default.
type Config struct {
	// MaxOpen is how many runs of all tenants may be open at a time; default 8.
	// Each holds its source's last snapshot in memory: about 40 bytes an object.
	MaxOpen int
	// Sweep is how often the service looks for runs whose derived rows are not
	// made yet; default one minute.
	Sweep time.Duration
}

func (c Config) withDefaults() Config {
	if c.MaxOpen <= 0 {
		c.MaxOpen = 8
	}
	if c.Sweep <= 0 {
		c.Sweep = time.Minute
	}
	return c
}

// Deps are the parts that the service stands on; all are needed.
type Deps struct {
	DB    *db.DB
	Clock clock.Clock
	Log   *evidence.Sequencer
	Keys  *evidence.Keyring
	Types *normal.Types
}

// Projector derives rows of its own from what differs between a run and what
// was there before.
type Projector interface {
	// Project takes items that differ, in order of type and ID, some hundred at a
	// time. After a crash it gets the same again. What it writes may be seen
	// before the run's items are complete.
	Project(ctx context.Context, tenant domain.TenantID, run *Run, changes []ItemChange) error
}

// ItemChange is one item that differs.
type ItemChange struct {
	Type, ID, Name string
	State          ItemState
	Hash           manifest.Hash // of the content last seen
	Content        []byte        // canonical, of present items
}

// Service keeps what was observed. It is safe for concurrent use.
type Service struct {
	Deps
	// Projectors and AfterClose are set before use. AfterClose is called once for
	// each closed run whose items are made, in order of the runs of a source; it
	// is called again if it fails, and after a crash.
	Projectors []Projector
	AfterClose func(ctx context.Context, tenant domain.TenantID, run *Run) error
	// OnError hears of derived work that failed and is going to be tried again;
	// nil: nobody does.
	OnError func(ctx context.Context, tenant domain.TenantID, run RunID, err error)

	cfg   Config
	rows  *runRows // the sequencer's goroutine owns it
	slots chan struct{}
	big   chan struct{} // see keeper
	wake  chan domain.TenantID
	work  keyedLock // of tenant and source: derived rows are made one run at a time

	mu        sync.Mutex
	recovered bool
	tenants   map[domain.TenantID]*openRuns
}

// openRuns counts a tenant's open runs, so that contents are never collected
// while a run may rest on them.
type openRuns struct {
	mu    sync.Mutex // held while a run begins and while a batch of contents is collected
	open  int
	begun int64
}

// New returns the service.
func New(d Deps, cfg Config) *Service {
	cfg = cfg.withDefaults()
	return &Service{
		Deps: d, cfg: cfg, rows: &runRows{clk: d.Clock},
		slots: make(chan struct{}, cfg.MaxOpen), big: make(chan struct{}, 1), wake: make(chan domain.TenantID, 64),
		tenants: map[domain.TenantID]*openRuns{},
	}
}

func (s *Service) openOf(tenant domain.TenantID) *openRuns {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.tenants[tenant]
	if o == nil {
		o = &openRuns{}
		s.tenants[tenant] = o
	}
	return o
}

// Secrets is the key under which a tenant's secrets are hashed. It comes from
// the tenant's index key, which Rekey does not replace: a secret that stays the
// same goes on comparing equal.
func (s *Service) Secrets(ctx context.Context, tenant domain.TenantID) (*normal.Secrets, error) {
	k, err := s.Keys.Keys(ctx, tenant)
	if err != nil {
		return nil, err
	}
	id := k.Index("inventory secret", "id")
	a, b := k.Index("inventory secret", "key", "1"), k.Index("inventory secret", "key", "2")
	return &normal.Secrets{ID: hex.EncodeToString(id[:4]), Key: append(a[:], b[:]...)}, nil
}

// keyedLock is a lock for each key.
type keyedLock struct {
	mu   sync.Mutex
	held map[string]*waiters
}

type waiters struct {
	sync.Mutex
	n int
}

func (l *keyedLock) lock(key string) (unlock func()) {
	l.mu.Lock()
	if l.held == nil {
		l.held = map[string]*waiters{}
	}
	w := l.held[key]
	if w == nil {
		w = &waiters{}
		l.held[key] = w
	}
	w.n++
	l.mu.Unlock()
	w.Lock()
	return func() {
		w.Unlock()
		l.mu.Lock()
		if w.n--; w.n == 0 {
			delete(l.held, key)
		}
		l.mu.Unlock()
	}
}
