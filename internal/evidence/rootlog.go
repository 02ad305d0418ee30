package evidence

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/receipt"
)

// RootLog is the pseudo tenant whose rows in log_state, artifact and tile are
// the root log: the log of logs that witnesses cosign. It has no row in tenant,
// so no key and no person can belong to it.
const RootLog domain.TenantID = "root"

const (
	selectRoot     = `SELECT size, root, edge, checkpoint, mac FROM log_state WHERE tenant_id = $1`
	upsertCosigned = `INSERT INTO cosigned (tenant_id, size, at, checkpoint) VALUES ($1, $2, $3, $4)
		ON CONFLICT (tenant_id) DO UPDATE SET size = excluded.size, at = excluded.at, checkpoint = excluded.checkpoint`
	selectCosigned = `SELECT size, checkpoint FROM cosigned WHERE tenant_id = $1`
	selectRootKeys = `SELECT entry FROM artifact WHERE tenant_id = $1 AND kind = $2 ORDER BY idx`
)

// rootLog is the root log's state in memory. Anchors.rootMu guards it.
type rootLog struct{ edge *edge }

// createRoot writes the root log's first entry, which names the key that the
// log began with.
func (a *Anchors) createRoot(ctx context.Context) error {
	e := receipt.RootEntry{Artifact: receipt.RootGenesis, Time: int64(a.seq.clock.Now()), Key: a.key}
	rows, next, _, err := placeRoot(&edge{}, e)
	if err != nil {
		return err
	}
	err = a.seq.db.InTx(ctx, RootLog, func(tx *db.Tx) error {
		root := next.root()
		if _, err := tx.Exec(ctx, insertLog, RootLog, root[:], next.marshal(), tx.Now, StateMAC(a.seq.custody, RootLog, next.size, root)); err != nil {
			return err
		}
		return rows.Write(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("create the root log: %w", err)
	}
	return nil
}

// placeRoot gives entries their place at the end of the root log.
func placeRoot(at *edge, entries ...receipt.RootEntry) (rows *artifactRows, next *edge, tree *treeBatch, err error) {
	rows = newArtifactRows()
	leaves := make([]receipt.Hash, len(entries))
	for i := range entries {
		e := &entries[i]
		e.Index = at.size + uint64(i)
		if err := e.Validate(); err != nil {
			return nil, nil, nil, fmt.Errorf("root entry: %w", err)
		}
		c := Committed{Index: e.Index, Entry: e.AppendJCS(nil)}
		c.LeafHash = receipt.LeafHash(c.Entry)
		leaves[i] = c.LeafHash
		if err := rows.Add(&Unit{Tenant: RootLog, Kind: e.Artifact, Time: domain.Micros(e.Time)}, c); err != nil {
			return nil, nil, nil, err
		}
	}
	next, tree = extend(at, leaves)
	return rows, next, tree, nil
}

// appendRoot makes entries of the root log durable, together with what write
// stores. The caller holds rootMu.
func (a *Anchors) appendRoot(ctx context.Context, tenants []domain.TenantID, write func(*db.Tx, uint64) error, entries ...receipt.RootEntry) error {
	at := a.root.edge
	rows, next, _, err := placeRoot(at, entries...)
	if err != nil {
		return err
	}
	p := &plan{log: &logState{tenant: RootLog, edge: at}, next: next, tree: &treeBatch{treeHead: &treeHead{size: next.size, root: next.root()}}}
	p.mac = StateMAC(a.seq.custody, RootLog, next.size, p.tree.root)
	signed := a.head.Load().signed
	err = a.seq.db.InTenantsTx(ctx, append(tenants, RootLog), func(tx *db.Tx) error {
		if err := p.move(ctx, tx, string(signed)); err != nil {
			return err
		}
		if err := rows.Write(ctx, tx); err != nil {
			return err
		}
		if err := storeTiles(ctx, tx, RootLog, at.size, next.size); err != nil {
			return err
		}
		if write == nil {
			return nil
		}
		return write(tx, at.size)
	})
	if err != nil {
		return fmt.Errorf("append to the root log: %w", err)
	}
	a.root.edge = next
	// Durable before it is signed.
	a.publish(next)
	return nil
}

// AppendKey records in the root log what happened to a log key: issue, retire or
// revoke. From this index on, verifiers judge the key by it. Until the witnesses
// have confirmed the log, the entry waits in memory: who records keys compares
// them with KeyHistory at each start.
func (a *Anchors) AppendKey(ctx context.Context, action, vkey, reason string) error {
	a.rootMu.Lock()
	defer a.rootMu.Unlock()
	if err := a.usable(); err != nil {
		return err
	}
	e := receipt.RootEntry{Artifact: receipt.RootKey, Time: int64(a.seq.clock.Now()), Action: action, Key: vkey, Reason: reason}
	e.Index = 1 // its place is fixed when it is appended
	if err := e.Validate(); err != nil {
		return fmt.Errorf("root entry: %w", err)
	}
	a.keys = append(a.keys, e)
	if !a.confirmed.Load() {
		return nil
	}
	return a.flushKeys(ctx)
}

// flushKeys appends the key changes that wait. The caller holds rootMu.
func (a *Anchors) flushKeys(ctx context.Context) error {
	if len(a.keys) == 0 {
		return nil
	}
	if err := a.ensure(ctx); err != nil {
		return err
	}
	if err := a.appendRoot(ctx, nil, nil, a.keys...); err != nil {
		a.root = nil
		return err
	}
	a.keys = nil
	return nil
}

// ensure reads the root log again after a failure. The caller holds rootMu.
func (a *Anchors) ensure(ctx context.Context) error {
	if a.root != nil {
		return nil
	}
	return a.load(ctx)
}

// KeyHistory returns what the root log says of log keys, its genesis first.
func (a *Anchors) KeyHistory(ctx context.Context) ([]receipt.RootEntry, error) {
	var out []receipt.RootEntry
	err := a.seq.db.InReadTx(ctx, RootLog, func(tx *db.Tx) error {
		for _, kind := range []string{receipt.RootGenesis, receipt.RootKey} {
			if err := tx.ForEach(ctx, selectRootKeys, []any{RootLog, kind}, func(s db.Scanner) error {
				var text string
				if err := s.Scan(&text); err != nil {
					return err
				}
				e, err := receipt.ParseRootEntry([]byte(text))
				if err == nil {
					out = append(out, *e)
				}
				return err
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("key history: %w", err)
	}
	return out, nil
}

// RootProof proves an entry of the root log against a checkpoint: the latest
// that witnesses cosigned when it covers the entry, else the latest of all. It
// returns the entry's text and the tlog-proof.
func (a *Anchors) RootProof(ctx context.Context, index uint64) (entry string, proof []byte, err error) {
	head := a.headFor(index)
	if index >= head.size {
		return "", nil, fmt.Errorf("the root log has no entry %d", index)
	}
	err = a.seq.db.InReadTx(ctx, RootLog, func(tx *db.Tx) error {
		if entry, _, err = leafIn(ctx, tx, RootLog, index); err != nil {
			return err
		}
		r := &tileReader{ctx: ctx, tx: tx, tenant: RootLog, size: head.size}
		hashes, err := r.inclusion(index)
		if err != nil {
			return err
		}
		p := receipt.Proof{Index: index, Hashes: hashes, Checkpoint: head.signed}
		proof = p.Append(nil)
		return nil
	})
	return entry, proof, err
}

// RootConsistency proves that the root log of size first is a prefix of that of
// size second.
func (a *Anchors) RootConsistency(ctx context.Context, first, second uint64) ([]receipt.Hash, error) {
	var proof []receipt.Hash
	err := a.seq.db.InReadTx(ctx, RootLog, func(tx *db.Tx) error {
		var err error
		proof, err = (&tileReader{ctx: ctx, tx: tx, tenant: RootLog, size: second}).consistency(first)
		return err
	})
	return proof, err
}
