package evidence

import (
	"context"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

// heldSweep looks again at what was in force when its time was over.
type heldSweep struct {
	x      *Disposal
	tenant domain.TenantID
	before domain.Micros
	after  int64
}

func (h *heldSweep) step(ctx context.Context, done *Pruned) (more bool, err error) {
	h.x.turn.Lock()
	defer h.x.turn.Unlock()
	s, seen := &stretch{}, 0
	err = h.x.db.InReadTx(ctx, h.tenant, func(tx *db.Tx) error {
		var all []uint64
		if err := tx.ForEach(ctx, selectHeld, []any{h.tenant, h.after, pruneChunk}, func(row db.Scanner) error {
			err := row.Scan(&h.after)
			all = append(all, uint64(h.after))
			return err
		}); err != nil {
			return err
		}
		seen = len(all)
		return h.ask(ctx, tx, s, all)
	})
	if err != nil || len(s.due) == 0 {
		return seen == pruneChunk, err
	}
	err = h.x.prune(ctx, h.tenant, h.before, s.due, func(ctx context.Context, tx *db.Tx, _ uint64) error {
		for _, i := range s.due {
			if _, err := tx.Exec(ctx, deleteHeld, h.tenant, int64(i)); err != nil {
				return err
			}
		}
		return nil
	})
	done.Payloads += uint64(len(s.due))
	return seen == pruneChunk, err
}

// ask finds which of the held are not in force any more and still have a
// payload: it may have been erased meanwhile.
func (h *heldSweep) ask(ctx context.Context, tx *db.Tx, s *stretch, all []uint64) error {
	for _, i := range all {
		var n int64
		if _, err := tx.Get(ctx, hasPayload, []any{h.tenant, int64(i)}, &n); err != nil {
			return err
		}
		if n > 0 {
			s.due = append(s.due, i)
		}
	}
	if len(s.due) == 0 {
		return nil
	}
	for _, f := range h.x.holders {
		held, err := f.InForce(ctx, tx, h.tenant, s.due[0], s.due[len(s.due)-1])
		if err != nil {
			return err
		}
		s.held = append(s.held, held...)
	}
	s.hold()
	return nil
}
