package evidence

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

const (
	selectSize    = `SELECT size FROM log_state WHERE tenant_id = $1`
	selectEntries = `SELECT idx, entry FROM log_leaf WHERE tenant_id = $1 AND idx >= $2 AND idx < $3 ORDER BY idx`
)

// LogFile returns a tile or an entry bundle of a log as c2sp.org/tlog-tiles
// lays it out, or fault.NotFound where the log is not that long yet. What is at a
// path never changes: also a partial file stays after the full one is there.
func (s *Sequencer) LogFile(ctx context.Context, tenant domain.TenantID, p TilePath) ([]byte, error) {
	if p.Entries {
		return s.EntryBundle(ctx, tenant, p.N, p.Width)
	}
	return s.Tile(ctx, tenant, p.Level, p.N, p.Width)
}

// Tile returns the first width hashes of a tile; width 0 is the full one.
func (s *Sequencer) Tile(ctx context.Context, tenant domain.TenantID, level int, n uint64, width int) ([]byte, error) {
	var out []byte
	err := s.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		size, err := sizeIn(ctx, tx, tenant)
		if err != nil {
			return err
		}
		out, err = tileIn(ctx, tx, tenant, size, level, n, width)
		return err
	})
	return out, err
}

// EntryBundle returns the first width entries of a bundle, each behind its
// length; width 0 is the full one.
func (s *Sequencer) EntryBundle(ctx context.Context, tenant domain.TenantID, n uint64, width int) ([]byte, error) {
	var out []byte
	err := s.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		size, err := sizeIn(ctx, tx, tenant)
		if err != nil {
			return err
		}
		out, err = bundleIn(ctx, tx, tenant, size, n, width)
		return err
	})
	return out, err
}

// sizeIn reads the size of a log without its tenant's row, which the log of
// logs does not have.
func sizeIn(ctx context.Context, tx *db.Tx, tenant domain.TenantID) (uint64, error) {
	var size int64
	found, err := tx.Get(ctx, selectSize, []any{tenant}, &size)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "the tenant has no log")
	}
	return uint64(size), err
}

// widthOf checks that a log of the given size holds the file and returns its
// true width.
func widthOf(size uint64, level int, n uint64, width int) (int, error) {
	if width == 0 {
		width = tileWidth
	}
	if level < 0 || level > maxTileLevel || n > maxTileN || width < 0 || width > tileWidth {
		return 0, fault.New(fault.Invalid, "no log has a tile %d/%d of width %d", level, n, width)
	}
	// A level above 7 needs more entries than a log can have; a shift by 64 and
	// more gives 0.
	nodes := size >> (tileHeight * level)
	if have := nodes / tileWidth; n > have || (n == have && uint64(width) > nodes%tileWidth) {
		return 0, fault.New(fault.NotFound, "the log has %d entries: there is no tile %d/%d of width %d yet", size, level, n, width)
	}
	return width, nil
}

func tileIn(ctx context.Context, tx *db.Tx, tenant domain.TenantID, size uint64, level int, n uint64, width int) ([]byte, error) {
	width, err := widthOf(size, level, n, width)
	if err != nil {
		return nil, err
	}
	r := &tileReader{ctx: ctx, tx: tx, tenant: tenant, size: size}
	nodes, err := r.tile(level, n)
	if err != nil {
		return nil, err
	}
	flat := make([]byte, 0, width*receipt.HashSize)
	for i := range nodes[:width] {
		flat = append(flat, nodes[i][:]...)
	}
	return flat, nil
}

func bundleIn(ctx context.Context, tx *db.Tx, tenant domain.TenantID, size, n uint64, width int) ([]byte, error) {
	width, err := widthOf(size, 0, n, width)
	if err != nil {
		return nil, err
	}
	first := int64(n * tileWidth)
	out := make([]byte, 0, width*640)
	next := first
	err = tx.ForEach(ctx, selectEntries, []any{tenant, first, first + int64(width)}, func(sc db.Scanner) error {
		var idx int64
		var entry string
		if err := sc.Scan(&idx, &entry); err != nil {
			return err
		}
		if idx != next || len(entry) > receipt.MaxEntrySize {
			return fmt.Errorf("entry %d of tenant %s is missing or damaged", next, tenant)
		}
		next++
		out = AppendBundleEntry(out, entry)
		return nil
	})
	if err == nil && next != first+int64(width) {
		err = fmt.Errorf("entry %d of tenant %s is missing", next, tenant)
	}
	return out, err
}

// AppendBundleEntry appends an entry of at most receipt.MaxEntrySize bytes to a
// bundle.
func AppendBundleEntry[T string | []byte](bundle []byte, entry T) []byte {
	return append(binary.BigEndian.AppendUint16(bundle, uint16(len(entry))), entry...)
}

// cutBundle takes a bundle of exactly width entries apart; they point into it.
func cutBundle(dst [][]byte, bundle []byte, width int) ([][]byte, error) {
	for len(bundle) > 0 {
		if len(bundle) < 2 {
			return dst, errors.New("the bundle ends inside a length")
		}
		size := int(binary.BigEndian.Uint16(bundle))
		if bundle = bundle[2:]; len(bundle) < size {
			return dst, fmt.Errorf("the bundle ends inside its entry %d", len(dst))
		}
		if len(dst) == width {
			return dst, fmt.Errorf("the bundle holds more than %d entries", width)
		}
		dst, bundle = append(dst, bundle[:size:size]), bundle[size:]
	}
	if len(dst) != width {
		return dst, fmt.Errorf("the bundle holds %d entries, not %d", len(dst), width)
	}
	return dst, nil
}
