package evidence

import (
	"context"
	"errors"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

const (
	// anchorBefore is the last epoch that is not after a time and holds no leaf
	// from an index on; anchorAfter the first that is not before a time and holds
	// all leaves below one.
	anchorBefore = `SELECT size, epoch, slot, at, checkpoint, path FROM anchor WHERE tenant_id = $1 AND at <= $2 AND size <= $3 ORDER BY size DESC LIMIT 1`
	anchorAfter  = `SELECT size, epoch, slot, at, checkpoint, path FROM anchor WHERE tenant_id = $1 AND at >= $2 AND size > $3 ORDER BY size LIMIT 1`
	firstOfKind  = `SELECT coalesce(min(idx), -1) FROM log_leaf WHERE tenant_id = $1 AND idx >= $2 AND idx < $3 AND kind = $4`
)

// head chooses the checkpoint that the bundle is proven against: an anchored one
// when there is one, or will be soon.
func (b *Bundle) head(ctx context.Context, s *selection) error {
	a := b.seq.Anchors
	wait, cancel := context.WithTimeout(ctx, b.query.Wait)
	defer cancel()
	var err error
	if b.query.Kind == receipt.BundleRange || b.query.Kind == receipt.BundleAbsence {
		err = b.enclose(ctx, wait, s)
	} else {
		err = b.cover(ctx, wait, s)
	}
	if err != nil {
		return err
	}
	if b.anchor == nil {
		b.checkpoint, b.manifest.Of = b.seq.signFunc(b.keys.LogID)(s.size, s.root), s.size
		return nil
	}
	b.checkpoint, b.manifest.Of = []byte(b.anchor.Checkpoint), b.anchor.Size
	return inTime(a.waitCosigned(wait, b.anchor.Epoch))
}

// inTime forgives that a wait took too long: the level is then what was reached.
func inTime(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return err
}

// cover takes the first epoch that holds all that is needed.
func (b *Bundle) cover(ctx, wait context.Context, s *selection) error {
	last := s.last()
	if err := b.waitAnchored(wait, last); err != nil {
		return err
	}
	err := b.read(ctx, func(tx *db.Tx) (err error) {
		b.anchor, err = AnchorIn(ctx, tx, b.tenant, last)
		return err
	})
	if err == nil && b.anchor != nil && b.query.Kind == receipt.BundleTenant {
		s.spans = []span{{0, b.anchor.Size - 1}}
		b.manifest.Last = b.anchor.Size - 1
	}
	return err
}

func (b *Bundle) waitAnchored(wait context.Context, index uint64) error {
	a := b.seq.Anchors
	if b.query.Wait <= 0 || a.every == 0 {
		return nil
	}
	return inTime(a.Wait(wait, b.tenant, index, receipt.Anchored))
}

// enclose takes the epochs around a span of time, so that all that the log took
// in between is shown. A range without such epochs is given as it is; an absence
// can't be.
func (b *Bundle) enclose(ctx, wait context.Context, s *selection) error {
	f := &b.manifest.Filter
	absence := b.query.Kind == receipt.BundleAbsence
	low, high := int64(s.size), int64(-1) // of the leaves that must be in between
	if len(s.spans) > 0 {
		low, high = int64(s.spans[0][0]), int64(s.spans[0][1])
		if err := b.waitAnchored(wait, s.last()); err != nil {
			return err
		}
	}
	end, err := b.enclosing(ctx, f, low, high)
	switch {
	case err != nil:
		return err
	case end == nil && absence:
		return fault.New(fault.Unavailable, "the log of logs has no epoch at or after %s yet, so that nothing bounds the time: ask again later", textTime(domain.Micros(f.To)))
	case end == nil:
		return nil
	}
	// Without an epoch before it, the range begins with the log.
	return b.between(ctx, s, end)
}

// enclosing finds the epochs on both sides.
func (b *Bundle) enclosing(ctx context.Context, f *receipt.BundleFilter, low, high int64) (end *AnchorRow, err error) {
	err = b.read(ctx, func(tx *db.Tx) (err error) {
		if b.start, err = anchorWhere(ctx, tx, anchorBefore, b.tenant, f.From, low); err != nil {
			return err
		}
		least := high
		if b.start != nil {
			least = max(high, int64(b.start.Size)-1)
		}
		end, err = anchorWhere(ctx, tx, anchorAfter, b.tenant, f.To, least)
		return err
	})
	if err != nil || end != nil {
		return end, err
	}
	if end, err = b.seq.Anchors.anchorSince(ctx, b.tenant, domain.Micros(f.To)); err != nil {
		return nil, err
	}
	if end == nil || int64(end.Size) <= high || b.start != nil && end.Size < b.start.Size {
		b.start = nil
		return nil, nil
	}
	return end, nil
}

// between makes the range all that the log took in between two epochs.
func (b *Bundle) between(ctx context.Context, s *selection, end *AnchorRow) error {
	first := uint64(0)
	if b.start != nil {
		first = b.start.Size
	}
	b.manifest.First, b.manifest.Last = first, end.Size-1
	s.spans = nil
	if first < end.Size {
		s.spans = []span{{first, end.Size - 1}}
	} else if b.query.Kind == receipt.BundleRange {
		return ErrMeanwhile // there were leaves: they must lie between
	}
	b.anchor = end
	if n := len(s.explains); n > 0 && s.explains[n-1] >= end.Size {
		// What says where payloads went came later: a later checkpoint holds it.
		return b.read(ctx, func(tx *db.Tx) error {
			later, err := AnchorIn(ctx, tx, b.tenant, s.explains[n-1])
			if err == nil && later == nil {
				b.anchor, b.start = nil, nil
			} else if err == nil {
				b.anchor = later
			}
			return err
		})
	}
	return nil
}

// checkAbsence refuses to claim what the log's rows deny.
func (b *Bundle) checkAbsence(ctx context.Context) error {
	if b.query.Kind != receipt.BundleAbsence {
		return nil
	}
	var there int64
	err := b.read(ctx, func(tx *db.Tx) error {
		_, err := tx.Get(ctx, firstOfKind, []any{b.tenant, int64(b.manifest.First), int64(b.manifest.Of), b.query.Artifact}, &there)
		return err
	})
	if err == nil && there >= 0 {
		err = fault.New(fault.Conflict, "entry %d is %q: it is not absent from the entries %d to %d between the epochs around that time",
			there, b.query.Artifact, b.manifest.First, b.manifest.Last)
	}
	return err
}

func (b *Bundle) read(ctx context.Context, fn func(*db.Tx) error) error {
	return b.seq.db.InReadTx(ctx, b.tenant, fn)
}
