package evidence

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

// AnchorRow is a checkpoint of a tenant's log in an epoch.
type AnchorRow struct {
	Size       uint64        // of the tenant's log
	Epoch      uint64        // index of the root log's entry
	Slot       uint64        // the tenant's leaf in the epoch
	At         domain.Micros // when the epoch was closed
	Checkpoint string        // signed
	Path       []receipt.Hash
}

// AnchorIn returns the first epoch that holds leaf index, nil when there is none
// yet.
func AnchorIn(ctx context.Context, tx *db.Tx, tenant domain.TenantID, index uint64) (*AnchorRow, error) {
	return anchorWhere(ctx, tx, selectAnchor, tenant, int64(index))
}

func anchorWhere(ctx context.Context, tx *db.Tx, query string, args ...any) (*AnchorRow, error) {
	var size, epoch, slot int64
	var row AnchorRow
	var path []byte
	found, err := tx.Get(ctx, query, args, &size, &epoch, &slot, &row.At, &row.Checkpoint, &path)
	if err != nil || !found {
		return nil, err
	}
	row.Size, row.Epoch, row.Slot = uint64(size), uint64(epoch), uint64(slot)
	row.Path, err = unflatten(path)
	return &row, err
}

// Proven is a receipt whose tenant part is built; Raise adds what the root log
// says, which stands outside the tenant's transaction.
type Proven struct {
	receipt.Receipt
	anchor *AnchorRow
}

// Raise completes a receipt to the level that its leaf has reached. It opens a
// transaction of its own: call it after the tenant's has ended.
func (a *Anchors) Raise(ctx context.Context, p *Proven) (*receipt.Receipt, error) {
	if p.anchor == nil {
		return &p.Receipt, nil
	}
	entry, proof, err := a.RootProof(ctx, p.anchor.Epoch)
	if err != nil && a.usable() != nil {
		// A damaged root log stops the anchoring, not the decisions: their own log
		// still proves them.
		return &p.Receipt, nil
	}
	if err != nil {
		return nil, fmt.Errorf("prove epoch %d: %w", p.anchor.Epoch, err)
	}
	p.Anchor = &receipt.Anchor{Slot: p.anchor.Slot, Path: p.anchor.Path, Entry: entry, Proof: string(proof)}
	p.Level = a.levelOf(p.anchor.Epoch)
	return &p.Receipt, nil
}

// levelOf is the level of what an epoch holds.
func (a *Anchors) levelOf(epoch uint64) receipt.Level {
	if c := a.cosigned.Load(); c != nil && c.size > epoch {
		return receipt.Witnessed
	}
	return receipt.Anchored
}

// Level tells how far a leaf has got.
func (a *Anchors) Level(ctx context.Context, tenant domain.TenantID, index uint64) (receipt.Level, error) {
	level := receipt.Committed
	err := a.seq.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		row, err := AnchorIn(ctx, tx, tenant, index)
		if err == nil && row != nil {
			level = a.levelOf(row.Epoch)
		}
		return err
	})
	return level, err
}

// Reaches tells whether leaves ever get to a level here.
func (a *Anchors) Reaches(level receipt.Level) error {
	if level == receipt.Witnessed && !a.witnesses.configured() {
		return fault.New(fault.Unsupported, "no witnesses are configured (setting evidence.witness_policy), so nothing becomes witnessed").At("wait")
	}
	return nil
}

// Wait returns when a leaf has reached a level, or ctx ends. It costs one look at
// the store each time that anything rose.
func (a *Anchors) Wait(ctx context.Context, tenant domain.TenantID, index uint64, want receipt.Level) error {
	if err := a.Reaches(want); err != nil {
		return err
	}
	for {
		a.mu.Lock()
		step := a.step
		a.mu.Unlock()
		got, err := a.Level(ctx, tenant, index)
		if err != nil {
			return err
		}
		if got == want || got == receipt.Witnessed || want == receipt.Committed || a.usable() != nil {
			return nil
		}
		select {
		case <-step:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Root returns the root log's latest signed checkpoint, with the witnesses'
// cosignatures when the latest has them; nothing while it can't be read.
func (a *Anchors) Root() (size uint64, signed []byte) {
	h := a.head.Load()
	if c := a.cosigned.Load(); c != nil && c.size == h.size {
		h = c
	}
	return h.size, h.signed
}

// Cosigned returns the latest checkpoint of the root log that a quorum of
// witnesses cosigned; size 0 when there is none.
func (a *Anchors) Cosigned() (size uint64, signed []byte) {
	if c := a.cosigned.Load(); c != nil {
		return c.size, c.signed
	}
	return 0, nil
}
