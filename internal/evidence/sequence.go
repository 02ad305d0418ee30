package evidence

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/signing"

	"golang.org/x/mod/sumdb/note"
)

// Config bounds the sequencer.
type Config struct {
	// MaxQueue is how many units may wait, live and bulk together; a full
	// queue answers fault.Busy.
	MaxQueue int
	// MaxBatch is the most units in one transaction.
	MaxBatch int
	// BulkSlots is how many bulk units may stand in the queue at a time, and
	// BesideLive how many while live decisions come in: what stands before a
	// live decision is what it waits for.
	BulkSlots, BesideLive int
	// Epoch is the least time between two epochs of the log of logs; 0 closes none.
	Epoch time.Duration
	// Unsigned leaves the signatures out of checkpoints. It is for measuring what
	// they cost and nothing else: such a log is no evidence, and no setting leads
	// here.
	Unsigned bool
}

// DefaultConfig returns the product's defaults.
func DefaultConfig() Config {
	c := Config{MaxQueue: 8192, MaxBatch: 512, BulkSlots: 256, BesideLive: 12, Epoch: time.Second}
	if unsignedBuild {
		c.Epoch, c.Unsigned = 0, true
	}
	return c
}

// Sequencer is the one writer of all tenants' logs in this process.
//
// The queue holds units in the order in which their callers reserved a place;
// the writer takes the longest ready prefix. So state that a caller advances
// between Reserve and Ready is advanced in log order, while the work between
// the two runs in parallel.
type Sequencer struct {
	db      *db.DB
	clock   clock.Clock
	keys    *Keyring
	signer  note.Signer // the active key: entries name it
	custody *signing.Custody
	// signers are all keys that sign; revoked are the IDs of those that are not
	// in trust any more.
	signers []note.Signer
	revoked []string
	trust   note.Verifiers
	keyID   string // name+hash of the signing key, as headers carry it
	cfg     Config
	// Anchors raises what is committed to the log of logs and its witnesses.
	Anchors *Anchors
	// OnCommit is told, after each batch, which tenants' logs grew; it must not
	// block.
	OnCommit func(tenants []domain.TenantID)
	// OnBatch reports a finished batch to metrics; it must not block.
	OnBatch func(units int, err error)

	bulk, beside chan struct{} // free bulk slots, and those beside live decisions
	lastLive     atomic.Int64  // when a live unit was reserved last, in Micros

	mu     sync.Mutex
	queue  []*Unit
	closed bool
	wake   chan struct{} // capacity 1
	// refused is why the store refused the last batch, nil after a good one;
	// damaged are the tenants whose logs disagree with their rows.
	refused error
	damaged map[domain.TenantID]error

	// Owned by the writer goroutine.
	logs      map[domain.TenantID]*logState
	forked    map[domain.TenantID]error // changed by others under this writer
	artifacts *artifactRows
	payloads  *payloadRows
	// retired says below which version a tenant's payload keys were destroyed
	// since the start: a unit sealed under one of them could never be opened.
	retired map[domain.TenantID]int64
}

// logState is the writer's view of one tenant's log.
type logState struct {
	tenant domain.TenantID
	logID  string
	edge   *edge
	last   *treeHead // state of the previous batch; nil right after loading
	signed string    // checkpoint that was stored when it was loaded
}

// NewSequencer returns a sequencer; Run drives it.
func NewSequencer(d *db.DB, keys *Keyring, custody *signing.Custody, clk clock.Clock, cfg Config) (*Sequencer, error) {
	trust, revoked, err := trustOf(custody)
	if err != nil {
		return nil, err
	}
	signer := custody.Signer()
	s := &Sequencer{
		db: d, clock: clk, keys: keys, custody: custody, signer: signer, signers: custody.Signers(), trust: trust, revoked: revoked, cfg: cfg,
		keyID: keyName(signer),
		bulk:  make(chan struct{}, cfg.BulkSlots), beside: make(chan struct{}, cfg.BesideLive),
		wake: make(chan struct{}, 1),
		logs: make(map[domain.TenantID]*logState), forked: make(map[domain.TenantID]error), retired: make(map[domain.TenantID]int64),
	}
	s.Anchors = newAnchors(s, cfg.Epoch, custody.VerifierKey())
	s.artifacts = newArtifactRows()
	s.payloads = newPayloadRows()
	for range cfg.BulkSlots {
		s.bulk <- struct{}{}
	}
	for range cfg.BesideLive {
		s.beside <- struct{}{}
	}
	return s, nil
}

// Origin returns the checkpoint origin of a log; the root log, which has no ID,
// has the key's own name.
func (s *Sequencer) Origin(logID string) string {
	if logID == "" {
		return s.signer.Name()
	}
	return s.signer.Name() + "/" + logID
}

// liveQuiet is how long live decisions must have paused for a bulk import to
// have all its slots.
const liveQuiet = domain.Micros(200_000)

// Live says whether live decisions have come in just now: work that is in no
// hurry then leaves them the room.
func (s *Sequencer) Live() bool {
	// A clock that was set back must not hold imports until it has caught up.
	since := s.clock.Now() - domain.Micros(s.lastLive.Load())
	return since >= 0 && since < liveQuiet
}

// AcquireBulk waits for a bulk slot and returns what gives it back after Wait. A
// bulk caller takes one per unit before Reserve.
func (s *Sequencer) AcquireBulk(ctx context.Context) (release func(), err error) {
	if s.Live() {
		select {
		case <-s.beside:
			return func() { s.beside <- struct{}{} }, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	select {
	case <-s.bulk:
		return func() { s.bulk <- struct{}{} }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Reserve fixes the unit's place in its tenant's log order. Every reserved unit
// must become Ready or Fail, or the queue stands still behind it.
func (s *Sequencer) Reserve(u *Unit) error {
	u.done = make(chan struct{})
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return fault.New(fault.Unavailable, "the server is shutting down; nothing was recorded, try again")
	}
	if len(s.queue) >= s.cfg.MaxQueue {
		return fault.New(fault.Busy, "too many decisions are waiting to be written; nothing was recorded, try again")
	}
	u.state = unitReserved
	s.queue = append(s.queue, u)
	if !u.Bulk {
		s.lastLive.Store(int64(s.clock.Now()))
	}
	return nil
}

// Ready hands a reserved and sealed unit to the writer.
func (s *Sequencer) Ready(u *Unit) { s.settle(u, unitReady, nil) }

// Fail takes a reserved unit out of the queue; Wait returns err.
func (s *Sequencer) Fail(u *Unit, err error) { s.settle(u, unitFailed, err) }

func (s *Sequencer) settle(u *Unit, to unitState, err error) {
	s.mu.Lock()
	u.state, u.err = to, err
	head := len(s.queue) > 0 && s.queue[0] == u
	s.mu.Unlock()
	if head { // the writer can only go on when its head is settled
		s.signal()
	}
}

func (s *Sequencer) signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Wait returns where the unit stands once it is durable, or why it was not
// recorded. It does not give up when ctx ends: an outcome that nobody waits for
// would be unknown to the caller, and the writer always settles a unit.
func (u *Unit) Wait() (Committed, error) {
	<-u.done
	return u.result, u.err
}

// Append is Reserve, Seal, Ready and Wait for a single artifact.
func (s *Sequencer) Append(ctx context.Context, u *Unit) (Committed, error) {
	k, err := s.keys.Keys(ctx, u.Tenant)
	if err != nil {
		return Committed{}, err
	}
	if err := k.Seal(u, s.clock); err != nil {
		return Committed{}, err
	}
	if err := s.Reserve(u); err != nil {
		return Committed{}, err
	}
	s.Ready(u)
	return u.Wait()
}

// Run commits batches until ctx ends, then settles what is ready and refuses
// the rest.
func (s *Sequencer) Run(ctx context.Context) error {
	var batch []*Unit
	for {
		batch = s.take(batch[:0])
		if len(batch) == 0 {
			select {
			case <-s.wake:
				continue
			case <-ctx.Done():
				s.drain()
				return nil
			}
		}
		s.commit(batch)
	}
}

// take removes the longest settled prefix of the queue, up to a full batch.
func (s *Sequencer) take(batch []*Unit) []*Unit {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for n < len(s.queue) && len(batch) < s.cfg.MaxBatch && s.queue[n].state >= unitReady {
		batch = append(batch, s.queue[n])
		n++
	}
	if n == len(s.queue) {
		clear(s.queue)
		s.queue = s.queue[:0]
	} else {
		clear(s.queue[:n])
		s.queue = s.queue[n:]
	}
	return batch
}

func (s *Sequencer) drain() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	for {
		batch := s.take(nil)
		if len(batch) == 0 {
			s.mu.Lock()
			left := len(s.queue)
			s.mu.Unlock()
			if left == 0 {
				return
			}
			<-s.wake // somebody still works between Reserve and Ready
			continue
		}
		s.commit(batch)
	}
}

// QueueLen is how many units wait, for metrics and readiness.
func (s *Sequencer) QueueLen() int { s.mu.Lock(); defer s.mu.Unlock(); return len(s.queue) }

// commit makes a batch durable and tells every waiter.
func (s *Sequencer) commit(batch []*Unit) {
	live := slices.DeleteFunc(batch, func(u *Unit) bool {
		if u.state != unitFailed {
			return false
		}
		close(u.done)
		return true
	})
	if len(live) == 0 {
		return
	}
	err := s.write(live)
	if err != nil && len(live) > 1 && (fault.CodeOf(err) != fault.Unavailable || errors.Is(err, errForked)) {
		// One unit was refused (a constraint, a damaged log): find it, and let the
		// others pass.
		for _, u := range live {
			u.err = s.write([]*Unit{u})
		}
	} else {
		for _, u := range live {
			u.err = err
		}
	}
	s.mu.Lock()
	s.refused = nil
	if fault.CodeOf(err) == fault.Unavailable && !errors.Is(err, errForked) {
		s.refused = err
	}
	s.mu.Unlock()
	if s.OnBatch != nil {
		s.OnBatch(len(live), err)
	}
	for _, u := range live {
		close(u.done)
	}
}

// write is the write path in order: place, hash, extend, store, remember. The
// signature comes after the commit, made by the first waiter that needs it.
func (s *Sequencer) write(units []*Unit) error {
	ctx := context.Background() // a batch belongs to no single request
	byTenant := group(units)
	tenants := make([]domain.TenantID, len(byTenant))
	plans := make([]*plan, len(byTenant))
	writers := []RowWriter{s.artifacts, s.payloads}
	committed := false
	defer func() {
		for _, w := range writers {
			w.Reset(committed)
		}
		if !committed {
			for _, t := range tenants { // what is in memory may be ahead of the store
				delete(s.logs, t)
			}
		}
	}()
	for i, us := range byTenant {
		tenants[i] = us[0].Tenant
		log, err := s.load(ctx, tenants[i])
		if err != nil {
			return err
		}
		if plans[i], err = s.place(log, us, &writers); err != nil {
			return err
		}
	}
	err := s.db.InTenantsTx(ctx, tenants, func(tx *db.Tx) error {
		for _, p := range plans {
			if err := p.store(ctx, tx); err != nil {
				s.changed(p.log.tenant, err)
				return err
			}
		}
		for _, w := range writers {
			if err := w.Write(ctx, tx); err != nil {
				return err
			}
		}
		for _, p := range plans {
			if err := storeTiles(ctx, tx, p.log.tenant, p.log.edge.size, p.next.size); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return damagedLog(fmt.Errorf("record: %w", err))
	}
	committed = true
	for _, p := range plans {
		p.log.edge, p.log.last = p.next, p.tree.treeHead
		s.Anchors.note(p.log.tenant, p.tree.treeHead)
	}
	s.evict()
	if s.OnCommit != nil {
		s.OnCommit(tenants)
	}
	return nil
}

// maxLogs bounds the tree edges kept in memory, about 2 KiB each.
const maxLogs = 4096

// evict drops half of the edges when there are too many; they reload from one
// row each.
func (s *Sequencer) evict() {
	if len(s.logs) <= maxLogs {
		return
	}
	n := 0
	for t := range s.logs {
		delete(s.logs, t)
		if n++; n >= maxLogs/2 {
			return
		}
	}
}
