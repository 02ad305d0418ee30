package evidence

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

// pageLeaves bounds the entries of one read transaction and what is held of them
// in memory.
const pageLeaves = 128

const selectPayloads = `SELECT idx, ring, key_ver, wrapped, sealed FROM payload WHERE tenant_id = $1 AND idx >= $2 AND idx <= $3 ORDER BY idx`

// pagesOf cuts runs of entries into pages.
func pagesOf(picks []span) func(yield func(int, []span) bool) {
	return func(yield func(int, []span) bool) {
		var page []span
		n, room := 0, uint64(pageLeaves)
		for _, p := range picks {
			for p[0] <= p[1] {
				part := span{p[0], min(p[1], p[0]+room-1)}
				page = append(page, part)
				room -= part[1] - part[0] + 1
				p[0] = part[1] + 1
				if room > 0 {
					continue
				}
				if !yield(n, page) {
					return
				}
				n, page, room = n+1, page[:0], pageLeaves
			}
		}
		if len(page) > 0 {
			yield(n, page)
		}
	}
}

// bundleRow is one entry as it is stored.
type bundleRow struct {
	index   uint64
	entry   []byte
	payload *storedPayload // nil: not there, or not to be opened
	gone    *Gone
}

// readPage reads entries with their payloads, or why these are not there.
func (b *Bundle) readPage(ctx context.Context, page []span) ([]bundleRow, error) {
	var rows []bundleRow
	err := b.seq.db.InReadTx(ctx, b.tenant, func(tx *db.Tx) error {
		for _, s := range page {
			at := len(rows)
			var err error
			if rows, err = b.readEntries(ctx, tx, s, rows); err != nil {
				return err
			}
			if err := b.readPayloads(ctx, tx, s, rows[at:]); err != nil {
				return err
			}
		}
		return nil
	})
	return rows, err
}

func (b *Bundle) readEntries(ctx context.Context, tx *db.Tx, s span, rows []bundleRow) ([]bundleRow, error) {
	next := s[0]
	err := tx.ForEach(ctx, selectLeaves, []any{b.tenant, int64(s[0]), int64(s[1] + 1)}, func(sc db.Scanner) error {
		var idx int64
		var kind, entry string
		var hash []byte
		if err := sc.Scan(&idx, &kind, &hash, &entry); err != nil {
			return err
		}
		leaf := receipt.LeafHash([]byte(entry))
		if uint64(idx) != next || string(leaf[:]) != string(hash) {
			return fault.New(fault.Damaged, "entry %d of the log is missing, stands twice or is not what was signed", next)
		}
		next++
		rows = append(rows, bundleRow{index: uint64(idx), entry: []byte(entry)})
		return nil
	})
	if err == nil && next != s[1]+1 {
		err = fault.New(fault.Damaged, "entry %d of the log is missing", next)
	}
	return rows, err
}

// readPayloads completes the rows of one run of entries.
func (b *Bundle) readPayloads(ctx context.Context, tx *db.Tx, s span, rows []bundleRow) error {
	if b.closed() && s[0] != 0 {
		return nil
	}
	err := tx.ForEach(ctx, selectPayloads, []any{b.tenant, int64(s[0]), int64(s[1])}, func(sc db.Scanner) error {
		var idx int64
		p := &storedPayload{}
		if err := sc.Scan(&idx, &p.ring, &p.version, &p.wrapped, &p.sealed); err != nil {
			return err
		}
		rows[uint64(idx)-s[0]].payload = p
		return nil
	})
	if err != nil {
		return err
	}
	gone, err := GoneIn(ctx, tx, b.tenant, s[0], s[1])
	for i := range gone {
		for at := max(gone[i].First, s[0]); at <= min(gone[i].Last, s[1]); at++ {
			rows[at-s[0]].gone = &gone[i]
		}
	}
	return err
}

// closed says that no payload but the genesis's is opened.
func (b *Bundle) closed() bool { return b.query.HeadersOnly || b.query.Kind == receipt.BundleAbsence }

// writeEntry writes an entry with what there is of its payload.
func (b *Bundle) writeEntry(ctx context.Context, out *receipt.BundleWriter, row *bundleRow) error {
	if err := out.Entry(row.index, row.entry); err != nil {
		return err
	}
	h, err := receipt.ParseHeader(row.entry)
	if err != nil {
		return fault.Wrap(fault.Damaged, err, "entry %d of the log can't be read", row.index)
	}
	asked := !b.closed() && b.inTime(domain.Micros(h.Time))
	switch must := row.index == 0 || b.explains[row.index]; {
	case !must && b.query.HeadersOnly && b.query.Kind != receipt.BundleAbsence && b.inTime(domain.Micros(h.Time)):
		return withhold(out, h)
	case !asked && !must:
		return nil
	case row.gone != nil:
		if by := row.gone.By; by >= b.manifest.Of || !b.explains[by] && b.query.Kind != receipt.BundleTenant {
			return ErrMeanwhile
		}
		return out.State(receipt.PayloadState(row.gone.Kind), row.gone.By)
	case row.payload == nil:
		return nil
	case !must && !b.mayOpen(row.payload.ring):
		return withhold(out, h)
	}
	groups, err := b.seq.keys.open(ctx, b.keys, h, row.payload)
	if err != nil {
		return b.unopened(ctx, row, err)
	}
	for i := range groups {
		if err := out.Opening(groups[i].Name, groups[i].Salt, groups[i].Value); err != nil {
			return err
		}
	}
	return nil
}

// withhold says that a payload is kept back, where there could be one.
func withhold(out *receipt.BundleWriter, h *receipt.Header) error {
	if len(h.Commitments) == 0 {
		return nil
	}
	return out.State(receipt.PayloadWithheld, 0)
}

// unopened decides about a payload that does not open: its keys may have been
// destroyed since the page was read, and else it is missing like any other.
func (b *Bundle) unopened(ctx context.Context, row *bundleRow, err error) error {
	if ctx.Err() != nil || row.index == 0 || b.explains[row.index] {
		return fmt.Errorf("open entry %d: %w", row.index, err)
	}
	var gone *Gone
	if err := b.seq.db.InReadTx(ctx, b.tenant, func(tx *db.Tx) (err error) {
		gone, err = GoneOf(ctx, tx, b.tenant, row.index)
		return err
	}); err != nil {
		return err
	}
	if gone != nil {
		return ErrMeanwhile
	}
	return nil
}

func (b *Bundle) mayOpen(ring domain.Ring) bool {
	return ring == "" || b.query.MayOpen == nil || b.query.MayOpen(ring)
}

// inTime says whether an entry is of the time asked for; the others of a range
// stand for completeness only.
func (b *Bundle) inTime(at domain.Micros) bool {
	f := &b.manifest.Filter
	return b.query.Kind != receipt.BundleRange || f.From <= int64(at) && int64(at) <= f.To
}
