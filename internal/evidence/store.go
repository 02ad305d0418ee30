package evidence

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/bits"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

const (
	selectLog = `SELECT s.size, s.root, s.edge, s.checkpoint, s.mac, t.log_id FROM log_state s JOIN tenant t ON t.tenant_id = s.tenant_id WHERE s.tenant_id = $1`
	// The compare-and-set that makes a fork impossible: whoever writes must
	// know the state it replaces.
	updateLog = `UPDATE log_state SET size = $2, root = $3, edge = $4, checkpoint = $5, updated_at = $6, mac = $9
		WHERE tenant_id = $1 AND size = $7 AND root = $8`
	selectLeaves  = `SELECT idx, kind, leaf_hash, entry FROM log_leaf WHERE tenant_id = $1 AND idx >= $2 AND idx < $3 ORDER BY idx`
	selectPayload = `SELECT ring, key_ver, wrapped, sealed FROM payload WHERE tenant_id = $1 AND idx = $2`
)

// load returns the writer's state of a log, from memory or from its row. The
// same checks run at start-up and after a failed commit.
func (s *Sequencer) load(ctx context.Context, tenant domain.TenantID) (*logState, error) {
	if log, ok := s.logs[tenant]; ok {
		return log, nil
	}
	if err := s.forked[tenant]; err != nil {
		return nil, damagedLog(err)
	}
	st, err := readState(ctx, s.db, tenant)
	if errors.Is(err, errForked) {
		s.damage(tenant, err)
	}
	if err != nil {
		return nil, damagedLog(err)
	}
	if err := s.verifyState(ctx, tenant, st); err != nil {
		s.damage(tenant, err)
		return nil, damagedLog(err)
	}
	s.damage(tenant, nil)
	log := &logState{tenant: tenant, logID: st.logID, edge: st.edge, signed: st.checkpoint}
	s.logs[tenant] = log
	return log, nil
}

// damagedLog tells a caller of a log that takes nothing more; other errors stay.
func damagedLog(err error) error {
	if !errors.Is(err, errForked) {
		return err
	}
	return fault.Wrap(fault.Unavailable, err, "the tenant's log does not agree with its rows: decisions stop until an operator has looked at it")
}

// changed remembers that somebody else moved a log that this writer had loaded:
// what it holds now may be an older state, whose checks are all in order. Until
// the server starts again it takes nothing more. The writer owns forked.
func (s *Sequencer) changed(tenant domain.TenantID, err error) {
	if errors.Is(err, errForked) {
		s.forked[tenant] = err
		s.damage(tenant, err)
	}
}

// storedState is a log_state row after its own consistency check.
type storedState struct {
	logID      string
	edge       *edge
	root       receipt.Hash
	checkpoint string
	mac        []byte
}

func readState(ctx context.Context, d *db.DB, tenant domain.TenantID) (*storedState, error) {
	var st *storedState
	err := d.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		var err error
		st, err = readStateIn(ctx, tx, tenant)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("load log of %s: %w", tenant, err)
	}
	return st, nil
}

func readStateIn(ctx context.Context, tx *db.Tx, tenant domain.TenantID) (*storedState, error) {
	var size int64
	var root, nodes []byte
	st := &storedState{}
	var found bool
	var err error
	if tenant == RootLog { // no tenant, so no log ID: its origin is the key's name
		found, err = tx.Get(ctx, selectRoot, []any{tenant}, &size, &root, &nodes, &st.checkpoint, &st.mac)
	} else {
		found, err = tx.Get(ctx, selectLog, []any{tenant}, &size, &root, &nodes, &st.checkpoint, &st.mac, &st.logID)
	}
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fault.New(fault.NotFound, "the tenant has no log")
	}
	if st.edge, err = unmarshalEdge(uint64(size), nodes); err != nil {
		return nil, fmt.Errorf("%w: %w", errForked, err)
	}
	if copy(st.root[:], root); st.edge.root() != st.root {
		return nil, fmt.Errorf("%w: the tree edge does not give the stored root", errForked)
	}
	return st, nil
}

// verifyState compares a stored state with the rows it stands for: the right
// edge of the tree is built again from tiles and leaf hashes, and the last
// signature must be ours. What lies below full tiles is for VerifyChain.
func (s *Sequencer) verifyState(ctx context.Context, tenant domain.TenantID, st *storedState) error {
	if err := s.bornOut(ctx, tenant, st); err != nil {
		return err
	}
	return s.ours(tenant, st)
}

// bornOut is verifyState without the state's own HMAC.
func (s *Sequencer) bornOut(ctx context.Context, tenant domain.TenantID, st *storedState) error {
	err := s.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		rows := &tileReader{ctx: ctx, tx: tx, tenant: tenant, size: st.edge.size}
		for l := range bits.Len64(st.edge.size) {
			if st.edge.size>>l&1 == 0 {
				continue
			}
			got, err := rows.node(l, st.edge.size>>l-1)
			if err != nil {
				return fmt.Errorf("%w: %w", errForked, err)
			}
			if got != st.edge.node[l] {
				return fmt.Errorf("%w: the rows below level %d give another hash", errForked, l)
			}
		}
		// One more row than the state knows would be signed over silently.
		var beyond int64
		if _, err := tx.Get(ctx, `SELECT count(*) FROM log_leaf WHERE tenant_id = $1 AND idx >= $2`, []any{tenant, int64(st.edge.size)}, &beyond); err != nil {
			return err
		}
		if beyond != 0 {
			return fmt.Errorf("%w: %d rows stand beyond the log's end", errForked, beyond)
		}
		if err := s.checkLast(rows, st); err != nil {
			return err
		}
		return s.checkAnchored(rows, st)
	})
	return err
}

// CheckLogs loads the logs of tenants before the server is ready, so that
// damage is known before the first decision. A damaged log is remembered (see
// Healthy) and stops its own tenant only.
func (s *Sequencer) CheckLogs(ctx context.Context, tenants []domain.TenantID) error {
	for _, t := range tenants {
		st, err := readState(ctx, s.db, t)
		if err == nil {
			err = s.verifyState(ctx, t, st)
		}
		if fault.CodeOf(err) == fault.NotFound {
			err = fmt.Errorf("%w: its state is gone", errForked)
		}
		if err != nil && !errors.Is(err, errForked) {
			return fmt.Errorf("check log of %s: %w", t, err)
		}
		s.damage(t, err)
	}
	return nil
}

// damage remembers or forgets a tenant's damaged log.
func (s *Sequencer) damage(tenant domain.TenantID, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		delete(s.damaged, tenant)
		return
	}
	if s.damaged == nil {
		s.damaged = make(map[domain.TenantID]error)
	}
	s.damaged[tenant] = err
}

// Damage says which tenants' logs are damaged, and how.
func (s *Sequencer) Damage() map[domain.TenantID]error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.damaged)
}

// checkLast verifies the last stored signature: it must be ours, of a state that
// the tree has gone through.
func (s *Sequencer) checkLast(rows *tileReader, st *storedState) error {
	if st.checkpoint == "" {
		return nil
	}
	cp, _, err := s.openStored(st)
	if err != nil {
		return fmt.Errorf("%w: stored checkpoint: %w", errForked, err)
	}
	return passed(rows, st, cp, "the stored checkpoint")
}

// checkAnchored holds the tree against the log's newest checkpoint in the log of
// logs: who cuts off the end or changes an entry, and makes all hashes fit again,
// can't sign this one anew. The root log itself has none.
func (s *Sequencer) checkAnchored(rows *tileReader, st *storedState) error {
	a, err := anchorWhere(rows.ctx, rows.tx, anchorLast, rows.tenant)
	if err != nil || a == nil {
		return err
	}
	// A key may have been revoked since: whether it counts is for who verifies.
	cp, _, err := receipt.ParseSignedCheckpoint([]byte(a.Checkpoint))
	if err != nil || cp.Origin != s.Origin(st.logID) || cp.Size != a.Size {
		return fmt.Errorf("%w: the checkpoint in epoch %d is not one of size %d of this log", errForked, a.Epoch, a.Size)
	}
	return passed(rows, st, cp, fmt.Sprintf("the checkpoint in epoch %d", a.Epoch))
}

// passed tells whether the tree has gone through the state of a checkpoint.
func passed(rows *tileReader, st *storedState, cp receipt.Checkpoint, what string) error {
	if cp.Size > st.edge.size {
		return fmt.Errorf("%w: %s holds %d entries, the log has only %d: the newest are gone", errForked, what, cp.Size, st.edge.size)
	}
	e, err := (&tileReader{ctx: rows.ctx, tx: rows.tx, tenant: rows.tenant, size: cp.Size}).edge()
	if err != nil {
		return fmt.Errorf("%w: %w", errForked, err)
	}
	if e.root() != cp.Root {
		return fmt.Errorf("%w: %s was signed over other entries: one of the first %d was changed since", errForked, what, cp.Size)
	}
	return nil
}

// store moves the log_state row from the old to the new state.
func (p *plan) store(ctx context.Context, tx *db.Tx) error {
	signed := p.log.signed
	if p.log.last != nil {
		// The checkpoint of the state before: the one of this batch can't be
		// signed until it is durable.
		signed = string(p.log.last.checkpoint())
	}
	return p.move(ctx, tx, signed)
}

func (p *plan) move(ctx context.Context, tx *db.Tx, signed string) error {
	old := p.log.edge.root()
	n, err := tx.Exec(ctx, updateLog, p.log.tenant, int64(p.next.size), p.tree.root[:], p.next.marshal(), signed, tx.Now,
		int64(p.log.edge.size), old[:], p.mac)
	if err != nil {
		return fmt.Errorf("advance log: %w", err)
	}
	if n != 1 {
		return fmt.Errorf("advance log of %s: %w", p.log.tenant, errForked)
	}
	return nil
}

// artifactRows writes leaves that have no feature row of their own.
type artifactRows struct{ rows *db.Bulk }

func newArtifactRows() *artifactRows {
	return &artifactRows{db.NewBulk("artifact",
		db.Column{Name: "tenant_id", Type: db.Text}, db.Column{Name: "idx", Type: db.Int}, db.Column{Name: "kind", Type: db.Text},
		db.Column{Name: "leaf_hash", Type: db.Blob}, db.Column{Name: "entry", Type: db.Text}, db.Column{Name: "at", Type: db.Int})}
}

func (a *artifactRows) Add(u *Unit, c Committed) error {
	a.rows.Text(0, string(u.Tenant))
	a.rows.Int(1, int64(c.Index))
	a.rows.Text(2, u.Kind)
	a.rows.Blob(3, c.LeafHash[:])
	a.rows.Text(4, string(c.Entry))
	a.rows.Int(5, int64(u.Time))
	return nil
}

func (a *artifactRows) Write(ctx context.Context, tx *db.Tx) error { return tx.Insert(ctx, a.rows) }
func (a *artifactRows) Reset(bool)                                 { a.rows.Reset() }

// epochBits is the size of a subject epoch: 128 leaves, whose rows fill three
// or four pages.
const epochBits = 7

// Epoch is the subject epoch that a leaf belongs to.
func Epoch(index uint64) int64 { return int64(index >> epochBits) }

// payloadRows writes sealed payloads and the subject index.
type payloadRows struct{ payload, subject *db.Bulk }

func newPayloadRows() *payloadRows {
	return &payloadRows{
		payload: db.NewBulk("payload",
			db.Column{Name: "tenant_id", Type: db.Text}, db.Column{Name: "idx", Type: db.Int}, db.Column{Name: "ring", Type: db.Text}, db.Column{Name: "key_ver", Type: db.Int},
			db.Column{Name: "wrapped", Type: db.Blob}, db.Column{Name: "sealed", Type: db.Blob}),
		subject: db.NewBulk("subject",
			db.Column{Name: "tenant_id", Type: db.Text}, db.Column{Name: "epoch", Type: db.Int}, db.Column{Name: "mac", Type: db.Blob},
			db.Column{Name: "idx", Type: db.Int}),
	}
}

func (p *payloadRows) Add(u *Unit, c Committed) error {
	p.payload.Text(0, string(u.Tenant))
	p.payload.Int(1, int64(c.Index))
	p.payload.Text(2, string(u.Ring))
	p.payload.Int(3, u.sealed.keyVersion)
	p.payload.Blob(4, u.sealed.wrapped)
	p.payload.Blob(5, u.sealed.blob)
	for i := range u.sealed.subjects {
		mac := &u.sealed.subjects[i]
		p.subject.Text(0, string(u.Tenant))
		p.subject.Int(1, Epoch(c.Index))
		p.subject.Blob(2, mac[:])
		p.subject.Int(3, int64(c.Index))
	}
	return nil
}

func (p *payloadRows) Write(ctx context.Context, tx *db.Tx) error {
	if err := tx.Insert(ctx, p.payload); err != nil {
		return fmt.Errorf("insert payload: %w", err)
	}
	if err := tx.Insert(ctx, p.subject); err != nil {
		return fmt.Errorf("insert subjects: %w", err)
	}
	return nil
}

func (p *payloadRows) Reset(bool) { p.payload.Reset(); p.subject.Reset() }
