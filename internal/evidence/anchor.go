package evidence

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"

	"golang.org/x/mod/sumdb/note"
)

// maxEpoch is the most tenants in one epoch; the rest come in the next.
const maxEpoch = 1024

// Anchors keeps the log of logs. About once a second, while there is work, it
// puts the signed checkpoints of the logs that grew into an epoch: a tree in
// which a tenant is always the leaf of its slot, so that there is one checkpoint
// per tenant and epoch, and one entry in the root log. Witnesses see the root
// log only (witnesses.go).
//
// There is one goroutine and one timer for all tenants.
//
// A tenant gets one anchor row for each epoch in which its log grew: at most one
// a second, 0.3 KiB with few tenants and 0.8 KiB with 10,000 (the path). Needed
// for ever are the root log, each tenant's last row (loadEpoch compares it with
// the last epoch) and, for each leaf, some row with a greater size: which one
// only decides how closely the time of a leaf and the ends of a proof of absence
// can be told, and receipts that were given out stand on their own. So a store
// that must not grow may thin old rows, say to the last of each hour; nothing
// does that yet.
type Anchors struct {
	seq   *Sequencer
	every time.Duration
	key   string // verifier key in use, for the root log's genesis
	// OnEpoch reports a closed epoch, or why it could not be closed, to metrics
	// and the log; it must not block.
	OnEpoch func(tenants int, took time.Duration, err error)
	// OnQuorum is told when the witnesses' quorum is missed, and with nil when it
	// is there again; it must not block.
	OnQuorum func(error)

	mu    sync.Mutex
	grown map[domain.TenantID]*treeHead // latest state of logs that wait for an epoch
	step  chan struct{}                 // closed and renewed when a level rises
	wake  chan struct{}                 // capacity 1
	alarm error                         // why nothing is anchored any more

	// head is the latest signed checkpoint of the root log, cosigned the latest
	// that has a quorum of cosignatures.
	head, cosigned atomic.Pointer[rootHead]
	witnesses      *witnesses
	// confirmed is set once a quorum of witnesses has seen nothing beyond our root
	// log: until then it does not grow, for a restored database would fork it.
	confirmed atomic.Bool
	// missed is the quorum, contradicted says that a witness which it can do without
	// knows another history. Greet and then RunWitnesses own them.
	missed, contradicted bool

	// rootMu is held while the root log grows; it guards what follows.
	rootMu sync.Mutex
	root   *rootLog // nil: to be read from the store
	epoch  *epochTree
	slots  map[domain.TenantID]uint64
	rows   *db.Bulk
	older  []domain.TenantID   // logs whose last anchored head the active key did not sign
	keys   []receipt.RootEntry // key changes that wait for confirmation
}

// rootHead is a signed state of the root log.
type rootHead struct {
	size   uint64
	root   receipt.Hash
	signed []byte
}

const (
	// selectAnchors reads every log's slot, its size and where it was anchored
	// last.
	selectAnchors = `SELECT t.tenant_id, t.slot, s.size, coalesce(a.size, 0), coalesce(a.checkpoint, '')
		FROM tenant t JOIN log_state s ON s.tenant_id = t.tenant_id
		LEFT JOIN anchor a ON a.tenant_id = t.tenant_id AND a.size = (SELECT max(size) FROM anchor b WHERE b.tenant_id = t.tenant_id)`
	selectAnchor = `SELECT size, epoch, slot, at, checkpoint, path FROM anchor WHERE tenant_id = $1 AND size > $2 ORDER BY size LIMIT 1`
	selectEntry  = `SELECT entry FROM artifact WHERE tenant_id = $1 AND idx = $2`
	selectEpoch  = `SELECT entry FROM artifact WHERE tenant_id = $1 AND kind = $2 ORDER BY idx DESC LIMIT 1`
)

func newAnchors(s *Sequencer, every time.Duration, key string) *Anchors {
	a := &Anchors{
		seq: s, every: every, key: key, grown: make(map[domain.TenantID]*treeHead), step: make(chan struct{}), wake: make(chan struct{}, 1),
		rows: db.NewBulk("anchor",
			db.Column{Name: "tenant_id", Type: db.Text}, db.Column{Name: "size", Type: db.Int}, db.Column{Name: "epoch", Type: db.Int},
			db.Column{Name: "slot", Type: db.Int}, db.Column{Name: "at", Type: db.Int},
			db.Column{Name: "checkpoint", Type: db.Text}, db.Column{Name: "path", Type: db.Blob}),
	}
	a.head.Store(&rootHead{}) // of a root log that can't be read
	a.confirmed.Store(true)   // without witnesses nobody could say otherwise
	return a
}

// Open reads the root log, makes it on the first start, and checks it against
// what it stands on: its rows, its last signature, the tenants' anchored
// checkpoints. Damage stops the anchoring, not the decisions, and is an alarm
// (see Healthy).
func (a *Anchors) Open(ctx context.Context) error {
	a.rootMu.Lock()
	defer a.rootMu.Unlock()
	err := a.load(ctx)
	if errors.Is(err, errForked) {
		a.raise(err)
		return nil
	}
	return err
}

// load needs rootMu.
func (a *Anchors) load(ctx context.Context) error {
	st, err := readState(ctx, a.seq.db, RootLog)
	if fault.CodeOf(err) == fault.NotFound {
		if err = a.createRoot(ctx); err == nil {
			st, err = readState(ctx, a.seq.db, RootLog)
		}
	}
	if err != nil {
		return err
	}
	if err := a.seq.verifyState(ctx, RootLog, st); err != nil {
		return fmt.Errorf("root log: %w", err)
	}
	if err := a.loadEpoch(ctx); err != nil {
		return err
	}
	if err := a.loadCosigned(ctx, st); err != nil {
		return err
	}
	a.root = &rootLog{edge: st.edge}
	a.publish(st.edge)
	return nil
}

// loadEpoch builds the tree of the last epoch from the tenants' last anchors and
// compares it with the root log. Logs that grew since then wait for an epoch.
func (a *Anchors) loadEpoch(ctx context.Context) error {
	a.epoch, a.slots, a.older = &epochTree{}, make(map[domain.TenantID]uint64), nil
	var behind []domain.TenantID
	var last *receipt.RootEntry
	err := a.seq.db.InSystemReadTx(ctx, "log of logs at start", func(tx *db.Tx) error {
		if err := tx.ForEach(ctx, selectAnchors, nil, func(s db.Scanner) error {
			var tenant domain.TenantID
			var slot, size, anchored int64
			var checkpoint string
			if err := s.Scan(&tenant, &slot, &size, &anchored, &checkpoint); err != nil {
				return err
			}
			a.slots[tenant] = uint64(slot)
			if anchored > 0 {
				a.epoch.set(uint64(slot), receipt.LeafHash([]byte(checkpoint)))
				if !a.seq.signedActive(checkpoint) {
					a.older = append(a.older, tenant)
				}
			}
			if size > anchored {
				behind = append(behind, tenant)
			}
			return nil
		}); err != nil {
			return err
		}
		var entry string
		found, err := tx.Get(ctx, selectEpoch, []any{RootLog, receipt.RootEpoch}, &entry)
		if err == nil && found {
			last, err = receipt.ParseRootEntry([]byte(entry))
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("load the log of logs: %w", err)
	}
	if err := a.checkEpoch(last); err != nil {
		return err
	}
	return a.enqueue(ctx, behind)
}

func (a *Anchors) checkEpoch(last *receipt.RootEntry) error {
	_, root := a.epoch.fold()
	switch {
	case last == nil && a.epoch.size() > 0:
		return fmt.Errorf("root log: %w: checkpoints are anchored, but there is no epoch", errForked)
	case last != nil && (last.Slots != a.epoch.size() || last.Root != root):
		return fmt.Errorf("root log: %w: the tenants' anchored checkpoints don't give the root of the last epoch (entry %d)", errForked, last.Index)
	}
	return nil
}

// loadCosigned reads the latest cosigned checkpoint. One that the active key did
// not sign is left: the witnesses are asked for the head that it did sign.
func (a *Anchors) loadCosigned(ctx context.Context, st *storedState) error {
	var text string
	err := a.seq.db.InReadTx(ctx, RootLog, func(tx *db.Tx) error {
		var size int64
		_, err := tx.Get(ctx, selectCosigned, []any{RootLog}, &size, &text)
		return err
	})
	if err != nil || text == "" {
		return err
	}
	cp, n, err := receipt.OpenCheckpoint([]byte(text), a.seq.Origin(""), a.seq.trust)
	if err != nil || !slices.ContainsFunc(n.Sigs, func(s note.Signature) bool { return s.Hash == a.seq.signer.KeyHash() }) {
		return nil
	}
	if cp.Size > st.edge.size {
		return fmt.Errorf("root log: %w: witnesses cosigned size %d, the log has %d", errForked, cp.Size, st.edge.size)
	}
	if err := a.matches(ctx, cp); err != nil {
		return err
	}
	a.cosigned.Store(&rootHead{size: cp.Size, root: cp.Root, signed: []byte(text)})
	return nil
}

// matches tells whether the store's root log had this head.
func (a *Anchors) matches(ctx context.Context, cp receipt.Checkpoint) error {
	return a.seq.db.InReadTx(ctx, RootLog, func(tx *db.Tx) error {
		e, err := (&tileReader{ctx: ctx, tx: tx, tenant: RootLog, size: cp.Size}).edge()
		if err != nil {
			return err
		}
		if e.root() != cp.Root {
			return fmt.Errorf("root log: %w: its first %d entries are not those that witnesses cosigned", errForked, cp.Size)
		}
		return nil
	})
}

// note remembers a log's state for the next epoch.
func (a *Anchors) note(tenant domain.TenantID, state *treeHead) {
	if a.every == 0 {
		return // switched off, for measurements
	}
	a.mu.Lock()
	if have := a.grown[tenant]; have == nil || have.size < state.size {
		a.grown[tenant] = state
	}
	a.mu.Unlock()
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// Run closes epochs until ctx ends, and a last one then.
func (a *Anchors) Run(ctx context.Context) error {
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select {
		case <-a.wake:
		case <-ctx.Done():
			return nil // what is not anchored yet is found at the next start
		}
		select {
		case <-pause.C:
		case <-ctx.Done():
			return nil
		}
		if err := a.CloseEpoch(ctx); err != nil && a.usable() == nil {
			a.again() // the store may come back
		}
		pause.Reset(a.every)
	}
}

func (a *Anchors) again() {
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// CloseEpoch puts what has grown into one epoch, now.
func (a *Anchors) CloseEpoch(ctx context.Context) error {
	a.rootMu.Lock()
	defer a.rootMu.Unlock()
	if err := a.usable(); err != nil || !a.confirmed.Load() {
		return err
	}
	// A failure before left the root log to be read again, which finds what waits.
	if err := a.ensure(ctx); err != nil {
		if errors.Is(err, errForked) {
			a.raise(err)
		}
		return err
	}
	if err := a.flushKeys(ctx); err != nil {
		return err
	}
	batch := a.takeGrown()
	damaged := a.seq.Damage() // nothing more of these is signed
	maps.DeleteFunc(batch, func(t domain.TenantID, _ *treeHead) bool { return damaged[t] != nil })
	if len(batch) == 0 {
		return nil
	}
	start := a.seq.clock.Now()
	err := a.closeEpoch(ctx, batch)
	if err != nil {
		// What is in memory may be ahead of the store, or behind it when only the
		// answer was lost: read it again.
		a.root = nil
		if errors.Is(err, errForked) {
			a.raise(err)
		}
	}
	if a.OnEpoch != nil {
		a.OnEpoch(len(batch), time.Duration(a.seq.clock.Now()-start)*time.Microsecond, err)
	}
	return err
}

func (a *Anchors) takeGrown() map[domain.TenantID]*treeHead {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.grown) <= maxEpoch {
		out := a.grown
		a.grown = make(map[domain.TenantID]*treeHead)
		return out
	}
	out := make(map[domain.TenantID]*treeHead, maxEpoch)
	for t, state := range a.grown {
		if len(out) == maxEpoch {
			break
		}
		out[t] = state
		delete(a.grown, t)
	}
	a.again()
	return out
}

func (a *Anchors) closeEpoch(ctx context.Context, batch map[domain.TenantID]*treeHead) error {
	tenants := slices.Sorted(maps.Keys(batch))
	for _, t := range tenants {
		slot, err := a.slotOf(ctx, t)
		if err != nil {
			return err
		}
		a.epoch.set(slot, receipt.LeafHash(batch[t].checkpoint()))
	}
	right, root := a.epoch.fold()
	now := a.seq.clock.Now()
	defer a.rows.Reset()
	for _, t := range tenants {
		a.rows.Text(0, string(t))
		a.rows.Int(1, int64(batch[t].size))
		a.rows.Int(2, int64(a.root.edge.size))
		a.rows.Int(3, int64(a.slots[t]))
		a.rows.Int(4, int64(now))
		a.rows.Text(5, string(batch[t].checkpoint()))
		a.rows.Blob(6, flatten(a.epoch.path(a.slots[t], right)))
	}
	write := func(tx *db.Tx, _ uint64) error { return tx.Insert(ctx, a.rows) }
	e := receipt.RootEntry{Artifact: receipt.RootEpoch, Time: int64(now), Root: root, Slots: a.epoch.size()}
	return a.appendRoot(ctx, tenants, write, e)
}

// slotOf gives a tenant's slot; a new tenant's is read from its row.
func (a *Anchors) slotOf(ctx context.Context, tenant domain.TenantID) (uint64, error) {
	if slot, ok := a.slots[tenant]; ok {
		return slot, nil
	}
	var log string
	var slot int64
	err := a.seq.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		found, err := tx.Get(ctx, selectSlot, []any{tenant}, &log, &slot)
		if err == nil && !found {
			err = fault.New(fault.NotFound, "no such tenant")
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("slot of %s: %w", tenant, err)
	}
	a.slots[tenant] = uint64(slot)
	return uint64(slot), nil
}

// publish signs a durable state of the root log and tells who waits.
func (a *Anchors) publish(e *edge) {
	root := e.root()
	a.head.Store(&rootHead{size: e.size, root: root, signed: a.seq.signFunc("")(e.size, root)})
	a.rise()
}

// rise wakes who waits for a level.
func (a *Anchors) rise() {
	a.mu.Lock()
	close(a.step)
	a.step = make(chan struct{})
	a.mu.Unlock()
	a.witnesses.signal()
}

// headFor is the checkpoint of the root log to prove entry index against. An
// entry can be read from the store a moment before its checkpoint is published:
// who appends holds rootMu until then, so it is waited for.
func (a *Anchors) headFor(index uint64) *rootHead {
	if c := a.cosigned.Load(); c != nil && c.size > index {
		return c
	}
	if h := a.head.Load(); index < h.size {
		return h
	}
	a.rootMu.Lock()
	defer a.rootMu.Unlock()
	return a.head.Load()
}

// raise remembers the first reason not to anchor any more.
func (a *Anchors) raise(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.alarm == nil {
		a.alarm = err
	}
}

// usable tells whether the root log may grow.
func (a *Anchors) usable() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.alarm
}

// Healthy tells why checkpoints are not anchored any more, nil while they are.
func (a *Anchors) Healthy() error {
	if err := a.usable(); err != nil {
		return fault.Wrap(fault.Unavailable, err, "the log of logs is damaged or forked: nothing is anchored until an operator has looked at it")
	}
	return nil
}

func flatten(hashes []receipt.Hash) []byte {
	out := make([]byte, 0, len(hashes)*receipt.HashSize)
	for i := range hashes {
		out = append(out, hashes[i][:]...)
	}
	return out
}

func unflatten(b []byte) ([]receipt.Hash, error) {
	if len(b)%receipt.HashSize != 0 {
		return nil, fmt.Errorf("%w: hashes of %d bytes", errForked, len(b))
	}
	out := make([]receipt.Hash, len(b)/receipt.HashSize)
	for i := range out {
		copy(out[i][:], b[i*receipt.HashSize:])
	}
	return out, nil
}
