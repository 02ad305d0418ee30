package evidence

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/receipt"
)

// What stands beside the entries and is no payload: columns that searches and
// retention go by, the list of erasures, slots and epochs. None of it proves
// anything, but who edits it leads readers astray.
const (
	asideSize      = `SELECT size FROM log_state WHERE tenant_id = $1`
	asideArtifacts = `SELECT idx, at, entry FROM artifact WHERE tenant_id = $1 ORDER BY idx`
	asideErasures  = `SELECT coalesce(min(a.idx), -1) FROM artifact a WHERE a.tenant_id = $1 AND a.kind = $2
		AND NOT EXISTS (SELECT 1 FROM erasure e WHERE e.tenant_id = a.tenant_id AND e.idx = a.idx)`
	asideSlots = `SELECT a.size, a.slot, t.slot FROM anchor a JOIN tenant t ON t.tenant_id = a.tenant_id
		WHERE a.tenant_id = $1 AND a.slot <> t.slot ORDER BY a.size LIMIT 1`
	asideAnchors = `SELECT size, epoch, at FROM anchor WHERE tenant_id = $1 AND epoch >= $2 ORDER BY epoch LIMIT $3`
	asideTimes   = `SELECT idx, at FROM artifact WHERE tenant_id = $1 AND idx >= $2 AND idx <= $3 ORDER BY idx`
	asideEpochs  = `SELECT idx, entry FROM artifact WHERE tenant_id = $1 AND kind = $2 AND idx >= $3 ORDER BY idx LIMIT $4`
	asideLeaves  = `SELECT epoch, slot, checkpoint FROM anchor WHERE epoch >= $1 AND epoch <= $2 ORDER BY epoch, slot`
)

// asideChunk bounds what is held of a log at a time.
const asideChunk = 1 << 16

// aside checks what stands beside the entries.
func (l *liveLog) aside(ctx context.Context, f *fsck) error {
	if l.tenant == RootLog {
		if err := l.times(ctx, f); err != nil {
			return err
		}
		return l.epochRoots(ctx, f)
	}
	for _, check := range []func(context.Context, *fsck) error{l.gone, l.times, l.slots, l.anchorTimes} {
		if err := check(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// gone holds the marks of payloads that are gone against what the log says.
func (l *liveLog) gone(ctx context.Context, f *fsck) error {
	var at, lost int64
	var problem string
	err := l.s.db.InReadTx(ctx, l.tenant, func(tx *db.Tx) error {
		var size int64 // of now: a server may be at work
		if _, err := tx.Get(ctx, asideSize, []any{l.tenant}, &size); err != nil {
			return err
		}
		var err error
		if at, problem, err = l.s.checkPayloads(ctx, tx, l.tenant, uint64(size)); err != nil {
			return err
		}
		_, err = tx.Get(ctx, asideErasures, []any{l.tenant, KindErasure}, &lost)
		return err
	})
	if err != nil {
		return err
	}
	if at >= 0 && !f.named(CheckPayloads, at) {
		f.problem(FsckProblem{Check: CheckPayloads, Index: at, What: problem})
	}
	if lost >= 0 {
		f.problem(FsckProblem{Check: CheckRows, Index: lost, What: "the list of erasures lacks this one"})
	}
	return nil
}

// named tells whether a problem of a check was told of an entry.
func (f *fsck) named(check string, index int64) bool {
	for _, p := range f.report.Problems {
		if p.Check == check && p.Index == index {
			return true
		}
	}
	return false
}

// times holds the time columns of artifacts against their entries: retention and
// ranges go by them.
func (l *liveLog) times(ctx context.Context, f *fsck) error {
	return l.s.db.InReadTx(ctx, l.tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, asideArtifacts, []any{l.tenant}, func(s db.Scanner) error {
			var idx, at int64
			var entry string
			if err := s.Scan(&idx, &at, &entry); err != nil {
				return err
			}
			if said, ok := timeOf(l.tenant, entry); ok && said != at {
				f.problem(FsckProblem{Check: CheckRows, Index: idx, What: fmt.Sprintf("column at is %d, the entry says %d", at, said)})
			}
			return nil
		})
	})
}

// timeOf reads an entry's time; one that can't be read is named elsewhere.
func timeOf(tenant domain.TenantID, entry string) (int64, bool) {
	if tenant == RootLog {
		e, err := receipt.ParseRootEntry([]byte(entry))
		if err != nil {
			return 0, false
		}
		return e.Time, true
	}
	h, err := receipt.ParseHeader([]byte(entry))
	if err != nil {
		return 0, false
	}
	return h.Time, true
}

// slots wants each checkpoint of a log in the log's own slot.
func (l *liveLog) slots(ctx context.Context, f *fsck) error {
	return l.s.db.InReadTx(ctx, l.tenant, func(tx *db.Tx) error {
		var size, anchored, own int64
		found, err := tx.Get(ctx, asideSlots, []any{l.tenant}, &size, &anchored, &own)
		if err == nil && found {
			f.problem(FsckProblem{
				Check: CheckSigned, Index: -1, File: fmt.Sprintf("the checkpoint of size %d", size),
				What: fmt.Sprintf("it stands in slot %d of the log of logs, the tenant's row says slot %d", anchored, own),
			})
		}
		return err
	})
}

// anchorTimes holds the times of a log's checkpoints against those of the epochs
// that they are in: bundles of a span of time choose by them.
func (l *liveLog) anchorTimes(ctx context.Context, f *fsck) error {
	type row struct{ size, epoch, at int64 }
	for from := int64(0); ; {
		var rows []row
		err := l.s.db.InReadTx(ctx, l.tenant, func(tx *db.Tx) error {
			return tx.ForEach(ctx, asideAnchors, []any{l.tenant, from, asideChunk}, func(s db.Scanner) error {
				var r row
				err := s.Scan(&r.size, &r.epoch, &r.at)
				rows = append(rows, r)
				return err
			})
		})
		if err != nil || len(rows) == 0 {
			return err
		}
		last := rows[len(rows)-1].epoch
		times := make(map[int64]int64, len(rows))
		err = l.s.db.InReadTx(ctx, RootLog, func(tx *db.Tx) error {
			return tx.ForEach(ctx, asideTimes, []any{RootLog, from, last}, func(s db.Scanner) error {
				var idx, at int64
				err := s.Scan(&idx, &at)
				times[idx] = at
				return err
			})
		})
		if err != nil {
			return err
		}
		for _, r := range rows {
			if at, ok := times[r.epoch]; ok && at != r.at {
				f.problem(FsckProblem{
					Check: CheckRows, Index: -1, File: fmt.Sprintf("the checkpoint of size %d", r.size),
					What: fmt.Sprintf("its row says that it was anchored at %d, epoch %d was closed at %d", r.at, r.epoch, at),
				})
			}
		}
		from = last + 1
	}
}

// epochRoots builds the tree of each epoch from all tenants' checkpoints. Behind
// the first that differs the trees differ for the same reason, so one is told.
func (l *liveLog) epochRoots(ctx context.Context, f *fsck) error {
	tree := &epochTree{}
	for from := int64(0); ; {
		epochs, err := l.epochEntries(ctx, from)
		if err != nil || len(epochs) == 0 {
			return err
		}
		last := epochs[len(epochs)-1].Index
		leaves, err := l.epochLeaves(ctx, from, int64(last))
		if err != nil {
			return err
		}
		for _, e := range epochs {
			for len(leaves) > 0 && leaves[0].epoch <= e.Index {
				if leaves[0].slot < e.Slots {
					tree.set(leaves[0].slot, leaves[0].hash)
				}
				leaves = leaves[1:]
			}
			if _, root := tree.fold(); root != e.Root || tree.size() != e.Slots {
				f.problem(FsckProblem{
					Check: CheckSigned, Index: int64(e.Index),
					What: "the tenants' checkpoints that the store holds do not give this epoch's root: one was removed or changed",
				})
				return nil
			}
		}
		from = int64(last) + 1
	}
}

func (l *liveLog) epochEntries(ctx context.Context, from int64) (out []*receipt.RootEntry, err error) {
	err = l.s.db.InReadTx(ctx, RootLog, func(tx *db.Tx) error {
		return tx.ForEach(ctx, asideEpochs, []any{RootLog, receipt.RootEpoch, from, asideChunk}, func(s db.Scanner) error {
			var idx int64
			var entry string
			if err := s.Scan(&idx, &entry); err != nil {
				return err
			}
			// One that can't be read, or stands elsewhere, is named already.
			if e, err := receipt.ParseRootEntry([]byte(entry)); err == nil && e.Artifact == receipt.RootEpoch && e.Index == uint64(idx) {
				out = append(out, e)
			}
			return nil
		})
	})
	return out, err
}

// epochLeaf is a tenant's checkpoint in an epoch.
type epochLeaf struct {
	epoch, slot uint64
	hash        receipt.Hash
}

func (l *liveLog) epochLeaves(ctx context.Context, from, to int64) (out []epochLeaf, err error) {
	err = l.s.db.InSystemReadTx(ctx, "epochs hold the checkpoints of all tenants", func(tx *db.Tx) error {
		return tx.ForEach(ctx, asideLeaves, []any{from, to}, func(s db.Scanner) error {
			var epoch, slot int64
			var checkpoint string
			err := s.Scan(&epoch, &slot, &checkpoint)
			out = append(out, epochLeaf{uint64(epoch), uint64(slot), receipt.LeafHash([]byte(checkpoint))})
			return err
		})
	})
	return out, err
}
