package decision

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/detect/anomaly"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
)

const (
	selectAnomaly  = `SELECT state FROM anomaly_state WHERE tenant_id = $1 AND ring = $2`
	upsertAnomaly  = `INSERT INTO anomaly_state (tenant_id, ring, idx, state) VALUES ($1, $2, $3, $4) ON CONFLICT (tenant_id, ring) DO UPDATE SET idx = excluded.idx, state = excluded.state`
	selectJournal  = `SELECT idx, observations FROM anomaly_journal WHERE tenant_id = $1 AND ring = $2 ORDER BY idx`
	deleteJournal  = `DELETE FROM anomaly_journal WHERE tenant_id = $1 AND ring = $2 AND idx <= $3`
	selectJournals = `SELECT ring FROM anomaly_journal WHERE tenant_id = $1 GROUP BY ring ORDER BY ring`
	selectModel    = `SELECT document FROM anomaly_model WHERE tenant_id = $1 AND ring = $2 ORDER BY version DESC LIMIT 1`
)

// foldEvery is how many observations the journal holds before they become part
// of the snapshot: what a restart goes through again.
const foldEvery = 4096

// anomalyRows writes what was learned. Each batch leaves one journal row per
// tenant and ring: the observations, hashed. So rebuilding needs no payload, and
// erasing or pruning one changes nothing. Now and then the journal becomes part
// of a snapshot, which holds counters only. The sequencer's goroutine owns it.
type anomalyRows struct {
	rows *db.Bulk
	// behind is how many observations stand in the journal, as far as this
	// process knows; batch is what the batch adds.
	behind map[tenantRing]int
	batch  map[tenantRing]*journalRow
	order  []tenantRing // of batch
}

type tenantRing struct {
	tenant domain.TenantID
	ring   domain.Ring
}

type journalRow struct {
	idx          int64 // of its last decision
	count        int
	observations []byte
	folded       bool
}

func newAnomalyRows() *anomalyRows {
	return &anomalyRows{
		behind: make(map[tenantRing]int), batch: make(map[tenantRing]*journalRow),
		rows: db.NewBulk("anomaly_journal", db.Column{Name: "tenant_id", Type: db.Text}, db.Column{Name: "ring", Type: db.Text},
			db.Column{Name: "idx", Type: db.Int}, db.Column{Name: "observations", Type: db.Blob}),
	}
}

// add takes a decision's observation, in log order.
func (w *anomalyRows) add(r *record) {
	if len(r.observed) == 0 {
		return
	}
	k := tenantRing{r.Tenant, r.Event.Ring}
	j := w.batch[k]
	if j == nil {
		j = &journalRow{}
		w.batch[k] = j
		w.order = append(w.order, k)
	}
	j.idx, j.count, j.observations = int64(r.Index), j.count+1, append(j.observations, r.observed...)
}

// maxBehind bounds the tenants that are counted; forgotten ones fold later.
const maxBehind = 50_000

func (w *anomalyRows) write(ctx context.Context, tx *db.Tx) error {
	if len(w.order) == 0 {
		return nil
	}
	w.rows.Reset()
	for _, k := range w.order {
		j := w.batch[k]
		w.rows.Text(0, string(k.tenant))
		w.rows.Text(1, string(k.ring))
		w.rows.Int(2, j.idx)
		w.rows.Blob(3, j.observations)
	}
	if err := tx.Insert(ctx, w.rows); err != nil {
		return fmt.Errorf("store observations: %w", err)
	}
	for _, k := range w.order {
		j := w.batch[k]
		if w.behind[k]+j.count < foldEvery {
			continue
		}
		if err := foldAnomaly(ctx, tx, k.tenant, k.ring); err != nil {
			return err
		}
		j.folded = true
	}
	return nil
}

// reset ends the batch.
func (w *anomalyRows) reset(committed bool) {
	if committed && len(w.behind) > maxBehind {
		clear(w.behind)
	}
	for k, j := range w.batch {
		switch {
		case !committed:
		case j.folded:
			delete(w.behind, k)
		default:
			w.behind[k] += j.count
		}
	}
	clear(w.batch)
	w.order = w.order[:0]
}

// readAnomaly rebuilds what a ring's events have taught: the snapshot, and the
// journal behind it.
func readAnomaly(ctx context.Context, tx *db.Tx, tenant domain.TenantID, ring domain.Ring) (*anomaly.State, error) {
	s, _, err := rebuildAnomaly(ctx, tx, tenant, ring)
	return s, err
}

// rebuildAnomaly also gives the index of the last decision that the journal
// tells of, -1 when it is empty. Rows that can't be read end what is known: the
// state begins anew and says that it is learning, for no decision may wait for
// an estimate.
func rebuildAnomaly(ctx context.Context, tx *db.Tx, tenant domain.TenantID, ring domain.Ring) (*anomaly.State, int64, error) {
	state, last := anomaly.NewState(), int64(-1)
	var snapshot []byte
	found, err := tx.Get(ctx, selectAnomaly, []any{tenant, ring}, &snapshot)
	if err != nil {
		return nil, 0, err
	}
	if found {
		if read, err := anomaly.DecodeSnapshot(snapshot); err == nil {
			state = read
		}
	}
	weights := anomaly.DefaultModel() // what was judged then does not matter, only what was learned
	err = tx.ForEach(ctx, selectJournal, []any{tenant, ring}, func(sc db.Scanner) error {
		var b []byte
		if err := sc.Scan(&last, &b); err != nil {
			return err
		}
		for len(b) > 0 {
			o, rest, err := anomaly.DecodeObservation(b)
			if err != nil {
				state = anomaly.NewState()
				return nil //nolint:nilerr // see above
			}
			state.Observe(&o, b[:len(b)-len(rest)], weights)
			b = rest
		}
		return nil
	})
	return state, last, err
}

// foldAnomaly makes the journal part of the snapshot.
func foldAnomaly(ctx context.Context, tx *db.Tx, tenant domain.TenantID, ring domain.Ring) error {
	state, last, err := rebuildAnomaly(ctx, tx, tenant, ring)
	if err != nil || last < 0 {
		return err
	}
	if _, err := tx.Exec(ctx, upsertAnomaly, tenant, ring, last, state.AppendSnapshot(nil)); err != nil {
		return fmt.Errorf("store what was learned: %w", err)
	}
	if _, err := tx.Exec(ctx, deleteJournal, tenant, ring, last); err != nil {
		return fmt.Errorf("remove observations: %w", err)
	}
	return nil
}

// readModel reads a ring's weights; without feedback they are the first ones.
func readModel(ctx context.Context, tx *db.Tx, tenant domain.TenantID, ring domain.Ring) (*anomaly.Model, error) {
	var doc string
	found, err := tx.Get(ctx, selectModel, []any{tenant, ring}, &doc)
	if err != nil || !found {
		return anomaly.DefaultModel(), err
	}
	return anomaly.ParseModel([]byte(doc))
}

// EraseSubject removes the hashes that speak of a subject, with all others: the
// journal becomes part of the counters. Nothing in the clear is held, so there
// is nothing to report.
func (s *Service) EraseSubject(ctx context.Context, tx *db.Tx, tenant domain.TenantID, _ domain.Subject, dry bool) ([]evidence.Copy, error) {
	if dry {
		return nil, nil
	}
	var rings []domain.Ring
	err := tx.ForEach(ctx, selectJournals, []any{tenant}, func(sc db.Scanner) error {
		var ring domain.Ring
		err := sc.Scan(&ring)
		rings = append(rings, ring)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, ring := range rings {
		if err := foldAnomaly(ctx, tx, tenant, ring); err != nil {
			return nil, err
		}
	}
	return nil, nil
}
