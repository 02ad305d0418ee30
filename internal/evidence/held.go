package evidence

import (
	"context"
	"slices"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

// heldSweep looks again at what the walk passed over: what was in force when its
// time was over, and what was too young among older entries.
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

// ask finds which of the held are old enough, not in force any more, and still
// have a payload: it may have been erased meanwhile.
func (h *heldSweep) ask(ctx context.Context, tx *db.Tx, s *stretch, all []uint64) error {
	for _, i := range all {
		if err := tx.ForEach(ctx, selectAged, []any{h.tenant, int64(i), int64(i) + 1}, func(row db.Scanner) error {
			var idx int64
			var kind string
			var at domain.Micros
			err := row.Scan(&idx, &kind, &at)
			if err == nil && at < h.before {
				s.due = append(s.due, i)
			}
			return err
		}); err != nil {
			return err
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

// cut ends the walk before the young entries at the stretch's end. The log is in
// the order of time but for a clock that was wrong: young entries with due ones
// behind them are passed over, or one entry with a time in the future would keep
// all behind it for ever.
func (s *stretch) cut() {
	n := len(s.young)
	for n > 0 && (len(s.due) == 0 || s.young[n-1] > s.due[len(s.due)-1]) {
		n--
	}
	if n < len(s.young) {
		s.end, s.next = true, s.young[n]
	}
	s.young = s.young[:n]
}

// hold takes what is in force out of what is due.
func (s *stretch) hold() {
	slices.Sort(s.held)
	s.held = slices.DeleteFunc(slices.Compact(s.held), func(i uint64) bool { _, due := slices.BinarySearch(s.due, i); return !due })
	s.due = slices.DeleteFunc(s.due, func(i uint64) bool { _, held := slices.BinarySearch(s.held, i); return held })
}
