package evidence

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

// EpochInfo is one entry of the log of logs as a tenant sees it.
type EpochInfo struct {
	receipt.RootEntry
	Entry     string
	Witnessed bool
	Own       *OwnAnchor // nil: the tenant's log had not grown
}

// OwnAnchor is a tenant's part of an epoch.
type OwnAnchor struct {
	Size  uint64 // of its log in the epoch
	Since uint64 // its size in its epoch before, 0: there was none
	Slot  uint64 // its leaf of the epoch's tree
}

const (
	epochList       = "epochs"
	selectRootRange = `SELECT entry FROM artifact WHERE tenant_id = $1 AND idx >= $2 AND idx < $3 ORDER BY idx DESC`
	selectOwn       = `SELECT size, epoch, slot FROM anchor WHERE tenant_id = $1 AND size <= $2 AND epoch <= $3 ORDER BY size DESC LIMIT $4`
)

// Epochs lists the log of logs, the newest entry first, with what each holds of
// the tenant, and the cursor of the next page (empty at the end).
func (a *Anchors) Epochs(ctx context.Context, tenant domain.TenantID, cursor string, limit int) ([]EpochInfo, string, error) {
	head, _ := a.Root()
	top, bound := int64(head), int64(1)<<62
	if err := db.DecodeCursor(epochList, cursor, &top, &bound); err != nil {
		return nil, "", err
	}
	size := int64(db.PageSize(limit))
	top = max(min(top, int64(head)), 0)
	out, err := a.rootRange(ctx, max(top-size, 0), top)
	if err != nil || len(out) == 0 {
		return out, "", err
	}
	next, err := a.own(ctx, tenant, out, bound)
	if err != nil || out[len(out)-1].Index == 0 {
		return out, "", err
	}
	return out, db.EncodeCursor(epochList, int64(out[len(out)-1].Index), next), nil
}

// Epoch gives one entry of the log of logs.
func (a *Anchors) Epoch(ctx context.Context, tenant domain.TenantID, index uint64) (*EpochInfo, error) {
	out, err := a.rootRange(ctx, int64(index), int64(index)+1)
	if err != nil {
		return nil, err
	}
	if head, _ := a.Root(); index >= head || len(out) == 0 {
		return nil, fault.New(fault.NotFound, "the log of logs has no entry %d", index)
	}
	_, err = a.own(ctx, tenant, out, 1<<62)
	return &out[0], err
}

// rootRange reads entries of the log of logs in descending order.
func (a *Anchors) rootRange(ctx context.Context, from, to int64) (out []EpochInfo, err error) {
	cosigned, _ := a.Cosigned()
	err = a.seq.db.InReadTx(ctx, RootLog, func(tx *db.Tx) error {
		return tx.ForEach(ctx, selectRootRange, []any{RootLog, from, to}, func(row db.Scanner) error {
			var text string
			if err := row.Scan(&text); err != nil {
				return err
			}
			e, err := receipt.ParseRootEntry([]byte(text))
			if err != nil {
				return fault.Wrap(fault.Damaged, err, "an entry of the log of logs can't be read")
			}
			out = append(out, EpochInfo{RootEntry: *e, Entry: text, Witnessed: e.Index < cosigned})
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read the log of logs: %w", err)
	}
	return out, nil
}

// own adds the tenant's part to a page. A log's sizes rise with the epochs, so
// the next page's parts have at most the size that it returns.
func (a *Anchors) own(ctx context.Context, tenant domain.TenantID, page []EpochInfo, bound int64) (next int64, err error) {
	place := make(map[uint64]*EpochInfo, len(page))
	for i := range page {
		place[page[i].Index] = &page[i]
	}
	var last *OwnAnchor
	err = a.seq.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, selectOwn, []any{tenant, bound, int64(page[0].Index), len(page) + 1}, func(row db.Scanner) error {
			var size, epoch, slot int64
			if err := row.Scan(&size, &epoch, &slot); err != nil {
				return err
			}
			if last != nil {
				last.Since, last = uint64(size), nil
			}
			if e := place[uint64(epoch)]; e != nil {
				last = &OwnAnchor{Size: uint64(size), Slot: uint64(slot)}
				e.Own = last
			} else if next == 0 {
				next = size
			}
			return nil
		})
	})
	if err != nil {
		return 0, fmt.Errorf("read a log's epochs: %w", err)
	}
	return next, nil
}

// CosignedAt is when a quorum of witnesses cosigned the log of logs last, 0 when
// none has.
func (a *Anchors) CosignedAt(ctx context.Context) (at domain.Micros, err error) {
	err = a.seq.db.InReadTx(ctx, RootLog, func(tx *db.Tx) error {
		_, err := tx.Get(ctx, `SELECT at FROM cosigned WHERE tenant_id = $1`, []any{RootLog}, &at)
		return err
	})
	return at, err
}
