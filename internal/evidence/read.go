package evidence

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

// Leaf is one stored leaf.
type Leaf struct {
	Index    uint64
	Kind     string
	Entry    []byte
	LeafHash receipt.Hash
}

// Checkpoint returns the log's ID and the signed checkpoint of its durable
// state.
func (s *Sequencer) Checkpoint(ctx context.Context, tenant domain.TenantID) (logID string, signed []byte, err error) {
	st, err := readState(ctx, s.db, tenant)
	if err != nil {
		return "", nil, err
	}
	if err := s.mayBeSigned(tenant, st); err != nil {
		return "", nil, err
	}
	return st.logID, s.signFunc(st.logID)(st.edge.size, st.root), nil
}

// Receipt builds the receipt of a stored leaf at the level it has reached, with
// the openings of its payload when open is set.
func (s *Sequencer) Receipt(ctx context.Context, tenant domain.TenantID, index uint64, open bool) (*receipt.Receipt, error) {
	var out *Proven
	err := s.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		r, err := s.ReceiptIn(ctx, tx, tenant, index)
		if err != nil || !open {
			out = r
			return err
		}
		groups, err := s.OpenIn(ctx, tx, tenant, index, []byte(r.Entry))
		if err != nil {
			return err
		}
		r.Openings = make(map[string]receipt.Opening, len(groups))
		for _, g := range groups {
			r.Openings[g.Name] = receipt.NewOpening(g.Salt, g.Value)
		}
		out = r
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.Anchors.Raise(ctx, out)
}

// LeafIn is ReceiptIn without the proof, for answers that only name the leaf.
func (s *Sequencer) LeafIn(ctx context.Context, tx *db.Tx, tenant domain.TenantID, index uint64) (*Proven, error) {
	k, err := s.keys.Keys(ctx, tenant)
	if err != nil {
		return nil, err
	}
	entry, hash, err := leafIn(ctx, tx, tenant, index)
	if err != nil {
		return nil, err
	}
	return &Proven{Receipt: receipt.Receipt{Level: receipt.Committed, Log: k.LogID, Index: index, LeafHash: hash, Entry: entry}}, nil
}

func leafIn(ctx context.Context, tx *db.Tx, tenant domain.TenantID, index uint64) (entry string, hash receipt.Hash, err error) {
	var raw []byte
	found, err := tx.Get(ctx, `SELECT entry, leaf_hash FROM log_leaf WHERE tenant_id = $1 AND idx = $2`, []any{tenant, int64(index)}, &entry, &raw)
	if err != nil {
		return "", hash, err
	}
	if !found || len(raw) != receipt.HashSize {
		return "", hash, fault.New(fault.NotFound, "the log has no entry %d", index)
	}
	return entry, receipt.Hash(raw), nil
}

// ReceiptIn proves a stored leaf inside the caller's transaction: against its
// log's first anchored checkpoint that holds it, so that the receipt of a leaf
// is always the same, else against the present one. Anchors.Raise completes it.
func (s *Sequencer) ReceiptIn(ctx context.Context, tx *db.Tx, tenant domain.TenantID, index uint64) (*Proven, error) {
	st, err := readStateIn(ctx, tx, tenant)
	if err != nil {
		return nil, err
	}
	entry, hash, err := leafIn(ctx, tx, tenant, index)
	if err != nil {
		return nil, err
	}
	if index >= st.edge.size {
		return nil, fault.New(fault.NotFound, "the log has no entry %d", index)
	}
	anchor, err := AnchorIn(ctx, tx, tenant, index)
	if err != nil {
		return nil, err
	}
	p := receipt.Proof{Index: index}
	nodes := &tileReader{ctx: ctx, tx: tx, tenant: tenant, size: st.edge.size}
	if anchor != nil {
		nodes.size, p.Checkpoint = anchor.Size, []byte(anchor.Checkpoint)
	} else {
		if err := s.mayBeSigned(tenant, st); err != nil {
			return nil, err
		}
		p.Checkpoint = s.signFunc(st.logID)(st.edge.size, st.root)
	}
	if p.Hashes, err = nodes.inclusion(index); err != nil {
		return nil, err
	}
	return &Proven{anchor: anchor, Receipt: receipt.Receipt{
		Level: receipt.Committed, Log: st.logID, Index: index, LeafHash: hash, Entry: entry,
		Proof: string(p.Append(nil)),
	}}, nil
}

// Open decrypts a leaf's payload and checks it against the leaf's commitments.
// A payload that is gone is fault.Erased or fault.Pruned; one that is missing
// without a word in the log is fault.Damaged.
func (s *Sequencer) Open(ctx context.Context, tenant domain.TenantID, index uint64, entry []byte) ([]Group, error) {
	var out []Group
	err := s.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		var err error
		out, err = s.OpenIn(ctx, tx, tenant, index, entry)
		return err
	})
	return out, err
}

// OpenIn is Open inside the caller's transaction.
func (s *Sequencer) OpenIn(ctx context.Context, tx *db.Tx, tenant domain.TenantID, index uint64, entry []byte) ([]Group, error) {
	k, err := s.keys.Keys(ctx, tenant)
	if err != nil {
		return nil, err
	}
	h, err := receipt.ParseHeader(entry)
	if err != nil {
		return nil, fmt.Errorf("entry %d: %w", index, err)
	}
	p, err := readPayload(ctx, tx, tenant, index)
	if err != nil {
		return nil, err
	}
	return s.keys.open(ctx, k, h, p)
}

// Verdict is the outcome of a chain verification.
type Verdict struct {
	Log            string
	Size           uint64
	Root           receipt.Hash // stored
	RecomputedRoot receipt.Hash
	Valid          bool
	// FirstBad is the first index at which something is wrong, -1 when nothing is.
	FirstBad int64
	Problem  string
}

// bad notes what is wrong first.
func (v *Verdict) bad(at uint64, problem string) {
	if v.FirstBad < 0 {
		v.FirstBad, v.Problem = int64(at), problem
	}
}

// leaf checks the row that stands at an index.
func (v *Verdict) leaf(at, idx uint64, kind string, leaf receipt.Hash, stored []byte, entry string) {
	switch h, err := receipt.ParseHeader([]byte(entry)); {
	case idx != at:
		v.bad(at, fmt.Sprintf("entry %d is missing or stands twice", at))
	case string(leaf[:]) != string(stored):
		v.bad(at, "the stored leaf hash is not that of the entry")
	case err != nil:
		v.bad(at, "the entry can't be read: "+err.Error())
	case h.Index != at || h.Log != v.Log || h.Artifact != kind:
		v.bad(at, "the entry belongs to another place")
	}
}

// VerifyChain recomputes a log from its entries: every row present, every leaf
// hash that of its entry, every header at its own index, the root the stored
// one, every payload there or said to be gone by an entry. It streams and holds
// one tree edge.
func (s *Sequencer) VerifyChain(ctx context.Context, tenant domain.TenantID) (*Verdict, error) {
	v := &Verdict{FirstBad: -1}
	var e edge
	payloadAt, payloadProblem := int64(-1), ""
	err := s.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		var size int64
		var root, nodes, mac []byte
		var cp string
		found, err := tx.Get(ctx, selectLog, []any{tenant}, &size, &root, &nodes, &cp, &mac, &v.Log)
		if err != nil {
			return err
		}
		if !found {
			return fault.New(fault.NotFound, "the tenant has no log")
		}
		v.Size = uint64(size)
		copy(v.Root[:], root)
		err = tx.ForEach(ctx, selectLeaves, []any{tenant, int64(0), int64(1) << 62}, func(sc db.Scanner) error {
			var idx int64
			var kind, entry string
			var hash []byte
			if err := sc.Scan(&idx, &kind, &hash, &entry); err != nil {
				return err
			}
			leaf := receipt.LeafHash([]byte(entry))
			v.leaf(e.size, uint64(idx), kind, leaf, hash, entry)
			e.append(leaf)
			return nil
		})
		if err == nil {
			payloadAt, payloadProblem, err = s.checkPayloads(ctx, tx, tenant, v.Size)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	v.RecomputedRoot = e.root()
	if e.size != v.Size {
		v.bad(min(e.size, v.Size), fmt.Sprintf("the log has %d entries, its state says %d", e.size, v.Size))
	}
	if v.RecomputedRoot != v.Root {
		v.bad(v.Size, "the recomputed root is not the stored root")
	}
	if payloadAt >= 0 {
		v.bad(uint64(payloadAt), payloadProblem)
	}
	v.Valid = v.FirstBad < 0
	return v, nil
}

// Size returns how many entries the tenant's log has: the index of the next.
func (s *Sequencer) Size(ctx context.Context, tenant domain.TenantID) (int64, error) {
	st, err := readState(ctx, s.db, tenant)
	if err != nil {
		return 0, err
	}
	return int64(st.edge.size), nil
}

// Healthy tells whether the writer takes work: not when it has stopped, while its
// queue is full, when the store refused the last batch, or when a log is
// damaged.
func (s *Sequencer) Healthy() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return fault.New(fault.Unavailable, "the log writer has stopped")
	case len(s.queue) >= s.cfg.MaxQueue:
		return fault.New(fault.Unavailable, "the log writer's queue is full")
	case s.refused != nil:
		return fault.New(fault.Unavailable, "the store refused the last batch")
	case len(s.damaged) > 0:
		return fault.New(fault.Unavailable, "%d of the tenants' logs disagree with their rows", len(s.damaged))
	}
	return nil
}
