package evidence

import (
	"context"
	"errors"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

// LogInfo is how a log stands, for people who look at it.
type LogInfo struct {
	ID       string // empty: the log of logs
	Origin   string // its name in checkpoints
	Size     uint64
	Root     receipt.Hash
	Grown    domain.Micros // when the last entry came
	Anchored *AnchorRow    // its latest epoch; nil: none yet, and of the log of logs
	Damage   error         // why nothing of it is signed any more
}

// EntryInfo is one entry of a tenant's log.
type EntryInfo struct {
	Leaf
	// Header is nil when the entry can't be read.
	Header *receipt.Header
	Level  receipt.Level
	Gone   *Gone // why its payload is not there any more
}

const (
	selectLogSize = `SELECT size, root, updated_at FROM log_state WHERE tenant_id = $1`
	entryList     = "entries"
	// The log is dense, so a page without a filter is a range of indexes.
	selectEntryRange = `SELECT idx, kind, leaf_hash, entry FROM log_leaf WHERE tenant_id = $1 AND idx >= $2 AND idx < $3 ORDER BY idx DESC`
	selectDecisions  = `SELECT idx, 'decision', leaf_hash, entry FROM decision WHERE tenant_id = $1 AND idx < $2 ORDER BY idx DESC LIMIT $3`
	selectArtifacts  = `SELECT idx, kind, leaf_hash, entry FROM artifact WHERE tenant_id = $1 AND idx < $2 AND kind = $4 ORDER BY idx DESC LIMIT $3`
	selectReached    = `SELECT size FROM anchor WHERE tenant_id = $1 AND epoch < $2 ORDER BY size DESC LIMIT 1`
)

// LogInfo tells how a tenant's log, or the log of logs, stands. Damage is part
// of the answer.
func (s *Sequencer) LogInfo(ctx context.Context, tenant domain.TenantID) (*LogInfo, error) {
	out := &LogInfo{}
	if tenant != RootLog {
		k, err := s.keys.Keys(ctx, tenant)
		if err != nil {
			return nil, err
		}
		out.ID = k.LogID
	}
	out.Origin = s.Origin(out.ID)
	err := s.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		var size int64
		var root []byte
		found, err := tx.Get(ctx, selectLogSize, []any{tenant}, &size, &root, &out.Grown)
		if err == nil && !found {
			err = fault.New(fault.NotFound, "the tenant has no log")
		}
		if err != nil {
			return err
		}
		out.Size = uint64(size)
		copy(out.Root[:], root)
		out.Anchored, err = anchorWhere(ctx, tx, anchorLast, tenant)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look at a log: %w", err)
	}
	st, err := readState(ctx, s.db, tenant)
	if err == nil {
		err = s.mayBeSigned(tenant, st)
	} else if !IsDamage(err) {
		return nil, err
	}
	out.Damage = err
	return out, nil
}

// IsDamage tells whether something failed because a log is not what was signed.
func IsDamage(err error) bool {
	return errors.Is(err, errForked) || fault.CodeOf(err) == fault.Damaged
}

// Entries lists a tenant's log, the newest first, with the cursor of the next
// page (empty at the end). kind narrows it to one kind, below to smaller indexes
// (0: from the end).
func (s *Sequencer) Entries(ctx context.Context, tenant domain.TenantID, kind string, below uint64, cursor string, limit int) ([]EntryInfo, string, error) {
	if kind != "" && !KnownKind(kind) {
		return nil, "", fault.New(fault.Invalid, "%q is no kind of entry (known: %v)", kind, Kinds()).At("kind")
	}
	top := int64(1) << 62
	if below > 0 && below < uint64(top) {
		top = int64(below)
	}
	if err := db.DecodeCursor(entryList, cursor, &top); err != nil {
		return nil, "", err
	}
	size := db.PageSize(limit)
	var out []EntryInfo
	err := s.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		query, args, err := entriesQuery(ctx, tx, tenant, kind, top, size)
		if err != nil {
			return err
		}
		out, err = s.entriesIn(ctx, tx, tenant, query, args...)
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("list entries: %w", err)
	}
	more := len(out) > size || (kind == "" && len(out) == size && out[size-1].Index > 0)
	if !more {
		return out, "", nil
	}
	out = out[:size]
	return out, db.EncodeCursor(entryList, int64(out[size-1].Index)), nil
}

func entriesQuery(ctx context.Context, tx *db.Tx, tenant domain.TenantID, kind string, top int64, size int) (string, []any, error) {
	switch kind {
	case kindDecision:
		return selectDecisions, []any{tenant, top, size + 1}, nil
	case "":
		var end int64
		var root []byte
		var grown domain.Micros
		if _, err := tx.Get(ctx, selectLogSize, []any{tenant}, &end, &root, &grown); err != nil {
			return "", nil, err
		}
		top = min(top, end)
		return selectEntryRange, []any{tenant, top - int64(size), top}, nil
	}
	return selectArtifacts, []any{tenant, top, size + 1, kind}, nil
}

// Entry gives one entry.
func (s *Sequencer) Entry(ctx context.Context, tenant domain.TenantID, index uint64) (*EntryInfo, error) {
	var found []EntryInfo
	err := s.db.InReadTx(ctx, tenant, func(tx *db.Tx) (err error) {
		found, err = s.entriesIn(ctx, tx, tenant, selectEntryRange, tenant, int64(index), int64(index)+1)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read an entry: %w", err)
	}
	if len(found) == 0 {
		return nil, fault.New(fault.NotFound, "the log has no entry %d", index)
	}
	return &found[0], nil
}

// entriesIn reads entries in descending order and what became of each.
func (s *Sequencer) entriesIn(ctx context.Context, tx *db.Tx, tenant domain.TenantID, query string, args ...any) (out []EntryInfo, err error) {
	err = tx.ForEach(ctx, query, args, func(row db.Scanner) error {
		var e EntryInfo
		var idx int64
		var hash []byte
		var text string
		if err := row.Scan(&idx, &e.Kind, &hash, &text); err != nil {
			return err
		}
		e.Index, e.Entry, e.Level = uint64(idx), []byte(text), receipt.Committed
		copy(e.LeafHash[:], hash)
		if h, err := receipt.ParseHeader(e.Entry); err == nil {
			e.Header = h
		}
		out = append(out, e)
		return nil
	})
	if err != nil || len(out) == 0 {
		return out, err
	}
	anchored, witnessed, err := s.reached(ctx, tx, tenant)
	if err != nil {
		return nil, err
	}
	gone, err := GoneIn(ctx, tx, tenant, out[len(out)-1].Index, out[0].Index)
	if err != nil {
		return nil, err
	}
	for i := range out {
		e := &out[i]
		switch {
		case e.Index < witnessed:
			e.Level = receipt.Witnessed
		case e.Index < anchored:
			e.Level = receipt.Anchored
		}
		for j := range gone {
			if gone[j].First <= e.Index && e.Index <= gone[j].Last {
				e.Gone = &gone[j]
			}
		}
	}
	return out, nil
}

// reached tells up to which size a log is anchored and witnessed.
func (s *Sequencer) reached(ctx context.Context, tx *db.Tx, tenant domain.TenantID) (anchored, witnessed uint64, err error) {
	last, err := anchorWhere(ctx, tx, anchorLast, tenant)
	if err != nil || last == nil {
		return 0, 0, err
	}
	cosigned, _ := s.Anchors.Cosigned()
	var size int64
	_, err = tx.Get(ctx, selectReached, []any{tenant, int64(cosigned)}, &size)
	return last.Size, uint64(size), err
}
