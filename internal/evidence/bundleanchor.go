package evidence

import (
	"context"
	"fmt"
	"slices"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

// anchorLast is where a log was anchored last.
const anchorLast = `SELECT size, epoch, slot, at, checkpoint, path FROM anchor WHERE tenant_id = $1 ORDER BY size DESC LIMIT 1`

// Policy is the witnesses' policy, nil without witnesses.
func (a *Anchors) Policy() *receipt.Policy {
	if a.witnesses == nil {
		return nil
	}
	return a.witnesses.policy
}

// choose fixes the checkpoint. A log of logs that is damaged or forked stops the
// anchoring and no evidence: the tenant's own log still proves its entries, and
// the bundle says that nothing more is shown (level committed). What an absence
// claims rests on the epochs' times alone, so there is none.
func (b *Bundle) choose(ctx context.Context, s *selection) error {
	alarm := b.seq.Anchors.usable()
	switch {
	case alarm == nil:
		return b.head(ctx, s)
	case b.query.Kind == receipt.BundleAbsence:
		return fault.Wrap(fault.Unavailable, alarm,
			"the log of logs is damaged or forked, so that nothing bounds the time of an absence: an operator has to look at it; bundles of what is there are still made")
	}
	b.checkpoint, b.manifest.Of = b.seq.signFunc(b.keys.LogID)(s.size, s.root), s.size
	return nil
}

// waitCosigned returns when the witnesses have cosigned an epoch, at once when
// there are none.
func (a *Anchors) waitCosigned(ctx context.Context, epoch uint64) error {
	for a.witnesses.configured() && a.levelOf(epoch) != receipt.Witnessed {
		a.mu.Lock()
		step := a.step
		a.mu.Unlock()
		if a.levelOf(epoch) == receipt.Witnessed {
			return nil
		}
		select {
		case <-step:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// anchorSince gives a log's latest anchored checkpoint in an epoch that is not
// before a time. A log that does not grow stays in its slot from epoch to epoch;
// where nobody's log grew since, it closes one more epoch over the same tree. nil
// means that nothing can be anchored now.
func (a *Anchors) anchorSince(ctx context.Context, tenant domain.TenantID, since domain.Micros) (*AnchorRow, error) {
	if a.every == 0 {
		return nil, nil
	}
	if err := a.CloseEpoch(ctx); err != nil {
		return nil, err
	}
	a.rootMu.Lock()
	defer a.rootMu.Unlock()
	if a.usable() != nil || !a.confirmed.Load() {
		return nil, nil
	}
	if err := a.ensure(ctx); err != nil {
		return nil, err
	}
	last, row, err := a.lastOf(ctx, tenant)
	if err == nil && row != nil && last.Time < int64(since) {
		if err = a.closeEpoch(ctx, nil); err != nil {
			a.root = nil // what is in memory may be ahead of the store
			return nil, err
		}
		last, row, err = a.lastOf(ctx, tenant)
	}
	if err != nil || row == nil || last.Time < int64(since) {
		return nil, err
	}
	right, _ := a.epoch.fold()
	row.Epoch, row.At, row.Path = last.Index, domain.Micros(last.Time), a.epoch.path(row.Slot, right)
	return row, nil
}

// lastOf reads the last epoch and a log's last checkpoint in it.
func (a *Anchors) lastOf(ctx context.Context, tenant domain.TenantID) (last *receipt.RootEntry, row *AnchorRow, err error) {
	err = a.seq.db.InReadTx(ctx, RootLog, func(tx *db.Tx) error {
		var entry string
		found, err := tx.Get(ctx, selectEpoch, []any{RootLog, receipt.RootEpoch}, &entry)
		if err == nil && found {
			last, err = receipt.ParseRootEntry([]byte(entry))
		}
		return err
	})
	if err != nil || last == nil {
		return nil, nil, err
	}
	err = a.seq.db.InReadTx(ctx, tenant, func(tx *db.Tx) (err error) {
		row, err = anchorWhere(ctx, tx, anchorLast, tenant)
		return err
	})
	return last, row, err
}

// rootPart is what a bundle holds of the log of logs.
type rootPart struct {
	signed   []byte // checkpoint
	cosigned bool
	entries  []string // the epochs and the key history, in order
	proof    []receipt.Hash
}

// rootPart reads the epochs of anchors and the key history with their proof.
func (a *Anchors) rootPart(ctx context.Context, end, start *AnchorRow) (rootPart, error) {
	if err := a.Healthy(); err != nil {
		return rootPart{}, err
	}
	head := a.headFor(end.Epoch)
	p := rootPart{signed: head.signed, cosigned: a.levelOf(end.Epoch) == receipt.Witnessed && head == a.cosigned.Load()}
	history, err := a.KeyHistory(ctx)
	if err != nil {
		return p, err
	}
	at := []uint64{end.Epoch}
	if start != nil && start.Epoch != end.Epoch {
		at = append(at, start.Epoch)
	}
	for i := range history {
		if history[i].Index < head.size {
			at = append(at, history[i].Index)
		}
	}
	slices.Sort(at)
	err = a.seq.db.InReadTx(ctx, RootLog, func(tx *db.Tx) error {
		for _, i := range at {
			entry, _, err := leafIn(ctx, tx, RootLog, i)
			if err != nil {
				return err
			}
			p.entries = append(p.entries, entry)
		}
		r := &tileReader{ctx: ctx, tx: tx, tenant: RootLog, size: head.size}
		p.proof, err = receipt.ProveMany(head.size, at, r.bounded)
		return err
	})
	if err != nil {
		return p, fmt.Errorf("prove a bundle's epochs: %w", err)
	}
	return p, nil
}
