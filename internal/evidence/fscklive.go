package evidence

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

const (
	// One statement, so that the count is of the same moment as the size.
	fsckState = `SELECT s.size, s.root, s.edge, s.checkpoint, (SELECT count(*) FROM log_leaf l WHERE l.tenant_id = $1 AND l.idx >= s.size),
		(SELECT coalesce(max(a.size), 0) FROM anchor a WHERE a.tenant_id = $1), coalesce(c.size, 0), coalesce(c.checkpoint, '')
		FROM log_state s LEFT JOIN cosigned c ON c.tenant_id = s.tenant_id WHERE s.tenant_id = $1`
	fsckTile     = `SELECT hashes, root FROM tile WHERE tenant_id = $1 AND level = $2 AND idx = $3`
	fsckAnchors  = `SELECT size, epoch, slot, checkpoint, path FROM anchor WHERE tenant_id = $1 AND size > $2 AND size <= $3 ORDER BY size`
	fsckWraps    = `SELECT idx, wrapped FROM payload WHERE tenant_id = $1 AND idx >= $2 AND idx < $3 ORDER BY idx`
	fsckSubjects = `SELECT idx, mac FROM subject WHERE tenant_id = $1 AND epoch >= $2 AND epoch < $3 ORDER BY idx`
)

// RowCheck compares the rows that a feature keeps beside an entry with what the
// entry proves; the error says what differs.
type RowCheck func(ctx context.Context, tx *db.Tx, tenant domain.TenantID, index uint64, entry []byte) error

// Fsck checks a log of the store from its entries up: each row, each tile, the
// root, every signature over an earlier state, payloads, subject index and, with
// rows, what features keep beside the entries. It reads in small transactions and
// takes no lock, so that it can run beside a server, in another process. logID is
// empty for the log of logs. An error means that the store could not be read.
func (s *Sequencer) Fsck(ctx context.Context, tenant domain.TenantID, logID string, rows RowCheck) (*FsckReport, error) {
	l := &liveLog{s: s, tenant: tenant, origin: s.signer.Name(), rows: rows, places: make(chan struct{}, fsckReaders)}
	entry := rootEntry
	if logID != "" {
		l.origin, entry = s.Origin(logID), tenantEntry(logID)
		// Loaded here, so that no transaction needs another one inside it.
		if _, err := s.keys.Keys(ctx, tenant); err != nil {
			return nil, err
		}
	}
	f := newFsck(l, l.origin, 0, receipt.Hash{}, entry)
	signer, err := l.head(ctx, f)
	if err != nil {
		return nil, err
	}
	if err := f.run(ctx); err != nil {
		return nil, fmt.Errorf("check log %s: %w", l.origin, err)
	}
	if err := l.aside(ctx, f); err != nil {
		return nil, fmt.Errorf("check what stands beside log %s: %w", l.origin, err)
	}
	f.conclude(signer, true)
	if c := &f.report.Checks[0]; c.Skipped {
		// Before the second batch; an epoch may hold the log already.
		c.Detail = "no checkpoint is stored yet"
		if f.counts[CheckSigned] > 0 && f.failed[CheckSigned] == 0 {
			c.OK, c.Skipped, c.Detail = true, false, "by the checkpoint in the log of logs"
		}
	}
	f.check(CheckRows, false, fmt.Sprintf("%d rows are what the log says", f.counts[CheckEntries]))
	if logID != "" {
		f.check(CheckPayloads, false, fmt.Sprintf("%d open and are what the entries commit to, %d erased, %d pruned",
			f.counts["opened"], f.counts["erased"], f.counts["pruned"]))
		f.check(CheckSubjects, false, fmt.Sprintf("%d rows of the subject index", f.counts[CheckSubjects]))
	}
	return f.report, nil
}

// fsckReaders is how many transactions a check has open at a time: the store has
// few readers, and a server may want some.
const fsckReaders = 2

// liveLog reads a log from the store.
type liveLog struct {
	s      *Sequencer
	tenant domain.TenantID
	origin string
	rows   RowCheck
	states []signedState // of log_state and of the witnesses
	past   []pastKey     // keys that were revoked
	places chan struct{} // as many as may read
}

// head reads the log's state and checks what needs no entry.
func (l *liveLog) head(ctx context.Context, f *fsck) (signer string, err error) {
	var size, beyond, anchored, cosigned int64
	var root, nodes []byte
	var signed, witnessed string
	err = l.s.db.InReadTx(ctx, l.tenant, func(tx *db.Tx) error {
		found, err := tx.Get(ctx, fsckState, []any{l.tenant}, &size, &root, &nodes, &signed, &beyond, &anchored, &cosigned, &witnessed)
		if err == nil && !found {
			err = fault.New(fault.NotFound, "the tenant has no log")
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("read the state of log %s: %w", l.origin, err)
	}
	f.report.Size = uint64(size)
	copy(f.report.Root[:], root)
	if e, err := unmarshalEdge(uint64(size), nodes); err != nil || e.root() != f.report.Root {
		f.problem(FsckProblem{Check: CheckRoot, Index: -1, File: "log_state", What: "its tree edge does not give its root"})
	}
	if beyond > 0 {
		f.problem(FsckProblem{Check: CheckRows, Index: size, What: fmt.Sprintf("%d rows stand behind the log's end", beyond)})
	}
	if anchored > size {
		f.problem(FsckProblem{Check: CheckSigned, Index: size, What: fmt.Sprintf("an epoch holds this log with %d entries, it has only %d: the newest are gone", anchored, size)})
	}
	if l.past, err = l.s.revocations(ctx); err != nil {
		return "", err
	}
	signer = l.state(f, CheckSignature, signed, "the last checkpoint")
	f.signedRoot = signer != "" && len(l.states) == 1 && l.states[0].size == f.report.Size && l.states[0].root == f.report.Root
	l.state(f, CheckSigned, witnessed, "the checkpoint that witnesses cosigned")
	return signer, nil
}

// state notes a stored checkpoint that the log must have gone through.
func (l *liveLog) state(f *fsck, check, signed, from string) (signer string) {
	if signed == "" {
		return ""
	}
	st, signer, err := l.open(signed, from)
	if err != nil && l.tenant == RootLog && check == CheckSigned {
		st, err = l.openCosigned(signed, from)
	}
	switch {
	case err != nil:
		f.problem(FsckProblem{Check: check, Index: -1, File: from, What: err.Error()})
	case st.size > f.report.Size:
		f.problem(FsckProblem{Check: check, Index: int64(f.report.Size), File: from, What: fmt.Sprintf(
			"it is of size %d, the log has only %d entries: the newest are gone", st.size, f.report.Size)})
	default:
		l.states = append(l.states, st)
	}
	return signer
}

// open reads a checkpoint that one of the store's own keys must have signed.
func (l *liveLog) open(signed, from string) (signedState, string, error) {
	cp, n, err := receipt.OpenCheckpoint([]byte(signed), l.origin, l.s.trust)
	if err != nil {
		return signedState{}, "", err
	}
	return signedState{cp.Size, cp.Root, from}, fmt.Sprintf("%s+%08x", n.Sigs[0].Name, n.Sigs[0].Hash), nil
}

func (l *liveLog) bundle(ctx context.Context, n uint64, width int) (out fsckBundle, err error) {
	out.counts = map[string]uint64{}
	l.places <- struct{}{}
	defer func() { <-l.places }()
	first := n * tileWidth
	var anchors []AnchorRow
	err = l.s.db.InReadTx(ctx, l.tenant, func(tx *db.Tx) error {
		if err := l.leaves(ctx, tx, first, width, &out); err != nil {
			return err
		}
		var err error
		if anchors, err = l.signed(ctx, tx, first, width, &out); err != nil {
			return err
		}
		if l.tenant == RootLog {
			return nil
		}
		if err := l.beside(ctx, tx, first, &out); err != nil {
			return err
		}
		return l.subjects(ctx, tx, first, width, &out)
	})
	if err == nil {
		err = l.epochs(ctx, anchors, &out)
	}
	return out, err
}

func (b *fsckBundle) bad(check string, index uint64, format string, args ...any) {
	b.problems = append(b.problems, FsckProblem{Check: check, Index: int64(index), What: fmt.Sprintf(format, args...)})
}

// leaves reads the rows of a bundle. A row that is missing is an empty entry,
// which the check of entries then names.
func (l *liveLog) leaves(ctx context.Context, tx *db.Tx, first uint64, width int, out *fsckBundle) error {
	out.entries = make([][]byte, width)
	return tx.ForEach(ctx, selectLeaves, []any{l.tenant, int64(first), int64(first) + int64(width)}, func(sc db.Scanner) error {
		var idx int64
		var kind, entry string
		var hash []byte
		if err := sc.Scan(&idx, &kind, &hash, &entry); err != nil {
			return err
		}
		at := uint64(idx)
		if out.entries[at-first] != nil {
			out.bad(CheckRows, at, "it stands twice")
			return nil
		}
		out.entries[at-first] = []byte(entry)
		if leaf := receipt.LeafHash([]byte(entry)); !bytes.Equal(leaf[:], hash) {
			out.bad(CheckRows, at, "the stored leaf hash is not that of the entry")
		}
		if h, ok := scanHeader([]byte(entry)); ok && string(h.artifact) != kind {
			out.bad(CheckRows, at, "the row says %.40q, the entry %.40q", kind, h.artifact)
		}
		return nil
	})
}

// signed collects the states that were signed within a bundle.
func (l *liveLog) signed(ctx context.Context, tx *db.Tx, first uint64, width int, out *fsckBundle) (anchors []AnchorRow, err error) {
	end := first + uint64(width)
	for _, s := range l.states {
		if s.size > first && s.size <= end {
			out.states = append(out.states, s)
		}
	}
	err = tx.ForEach(ctx, fsckAnchors, []any{l.tenant, int64(first), int64(end)}, func(sc db.Scanner) error {
		var size, epoch, slot int64
		var path []byte
		var row AnchorRow
		if err := sc.Scan(&size, &epoch, &slot, &row.Checkpoint, &path); err != nil {
			return err
		}
		row.Size, row.Epoch, row.Slot = uint64(size), uint64(epoch), uint64(slot)
		st, err := l.openPast(row.Checkpoint, fmt.Sprintf("the checkpoint of epoch %d", epoch), row.Epoch)
		if err == nil {
			row.Path, err = unflatten(path)
		}
		if err == nil && st.size != row.Size {
			err = fmt.Errorf("the row says size %d, the checkpoint %d", size, st.size)
		}
		if err != nil {
			out.problems = append(out.problems, FsckProblem{Check: CheckSigned, Index: -1, File: fmt.Sprintf("the checkpoint of epoch %d", epoch), What: err.Error()})
			return nil
		}
		out.states = append(out.states, st)
		anchors = append(anchors, row)
		return nil
	})
	return anchors, err
}

// epochs checks that the log of logs holds the checkpoints that the store says
// it holds.
func (l *liveLog) epochs(ctx context.Context, anchors []AnchorRow, out *fsckBundle) error {
	if len(anchors) == 0 {
		return nil
	}
	return l.s.db.InReadTx(ctx, RootLog, func(tx *db.Tx) error {
		for _, a := range anchors {
			text, _, err := leafIn(ctx, tx, RootLog, a.Epoch)
			if err != nil && fault.CodeOf(err) != fault.NotFound {
				return err
			}
			var e *receipt.RootEntry
			if err == nil {
				e, err = receipt.ParseRootEntry([]byte(text))
			}
			if err == nil {
				err = receipt.VerifyInclusion(a.Slot, e.Slots, receipt.LeafHash([]byte(a.Checkpoint)), a.Path, e.Root)
			}
			if err != nil {
				out.problems = append(out.problems, FsckProblem{
					Check: CheckSigned, Index: -1, File: fmt.Sprintf("the checkpoint of size %d", a.Size),
					What: fmt.Sprintf("entry %d of the log of logs does not hold it: %v", a.Epoch, err),
				})
			}
		}
		return nil
	})
}

// beside opens the payloads and lets features check their rows.
func (l *liveLog) beside(ctx context.Context, tx *db.Tx, first uint64, out *fsckBundle) error {
	for i, entry := range out.entries {
		at := first + uint64(i)
		if _, ok := scanHeader(entry); !ok {
			continue // named already
		}
		_, err := l.s.OpenIn(ctx, tx, l.tenant, at, entry)
		switch fault.CodeOf(err) {
		case fault.Erased:
			out.counts["erased"]++
		case fault.Pruned:
			out.counts["pruned"]++
		default:
			if err := ctx.Err(); err != nil {
				return err
			}
			if err != nil {
				out.bad(CheckPayloads, at, "%v", err)
				break
			}
			out.counts["opened"]++
		}
		if l.rows == nil {
			continue
		}
		if err := l.rows(ctx, tx, l.tenant, at, entry); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			out.bad(CheckRows, at, "%v", err)
		}
	}
	return nil
}

// subjects compares the subject index with the subjects that the content keys
// are wrapped for.
func (l *liveLog) subjects(ctx context.Context, tx *db.Tx, first uint64, width int, out *fsckBundle) error {
	end := first + uint64(width)
	want := map[uint64][]MAC{}
	err := tx.ForEach(ctx, fsckWraps, []any{l.tenant, int64(first), int64(end)}, func(sc db.Scanner) error {
		var idx int64
		var wrapped []byte
		if err := sc.Scan(&idx, &wrapped); err != nil {
			return err
		}
		macs := []MAC{}
		for b := wrapped[min(wrapSize, len(wrapped)):]; len(b) >= subjectWrapSize; b = b[subjectWrapSize:] {
			macs = append(macs, MAC(b[:MACSize]))
		}
		want[uint64(idx)] = macs
		return nil
	})
	if err != nil {
		return err
	}
	err = tx.ForEach(ctx, fsckSubjects, []any{l.tenant, Epoch(first), Epoch(first + tileWidth)}, func(sc db.Scanner) error {
		var idx int64
		var mac []byte
		if err := sc.Scan(&idx, &mac); err != nil {
			return err
		}
		at := uint64(idx)
		if at >= end && at < first+tileWidth {
			return nil // came in after the head was read
		}
		if at < first || at >= end || len(mac) != MACSize {
			out.bad(CheckSubjects, first, "a row of the subject index near it names entry %d", idx)
			return nil
		}
		out.counts[CheckSubjects]++
		macs, kept := want[at]
		i := slices.Index(macs, MAC(mac))
		if i >= 0 {
			want[at] = slices.Delete(macs, i, i+1)
		} else if kept {
			out.bad(CheckSubjects, at, "the subject index names a subject that the payload does not have")
		}
		return nil
	})
	for at := first; err == nil && at < end; at++ {
		if n := len(want[at]); n > 0 {
			out.bad(CheckSubjects, at, "%d of its subjects are not in the subject index", n)
		}
	}
	return err
}

// tile gives full tiles; the others are not stored.
func (l *liveLog) tile(ctx context.Context, p TilePath) ([]byte, error) {
	if p.Width < tileWidth {
		return nil, nil
	}
	var flat, root []byte
	err := l.s.db.InReadTx(ctx, l.tenant, func(tx *db.Tx) error {
		found, err := tx.Get(ctx, fsckTile, []any{l.tenant, p.Level, int64(p.N)}, &flat, &root)
		if err == nil && !found {
			err = fault.New(fault.NotFound, "the tile is missing")
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(flat) == tileWidth*receipt.HashSize {
		nodes := make([]receipt.Hash, tileWidth)
		for i := range nodes {
			copy(nodes[i][:], flat[i*receipt.HashSize:])
		}
		if sum := receipt.RootOf(nodes); !bytes.Equal(sum[:], root) {
			return nil, fmt.Errorf("%w: the tile's stored root is not that of its hashes", errBroken)
		}
	}
	if flat == nil {
		flat = []byte{}
	}
	return flat, nil
}
