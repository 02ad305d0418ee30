package decision

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/detect/anomaly"
	"frostgate.io/frostgate/internal/domain"
)

// AnomalyModel is what a tenant has learned in one ring, as of the last commit.
type AnomalyModel struct {
	Ring  domain.Ring
	Model *anomaly.Model
	// Index is the entry that records the model, -1 for the one that everybody
	// starts with; At is when it was made.
	Index    int64
	At       domain.Micros
	Events   uint64 // learned from
	Digest   string // of the state
	Aged     uint64 // how often counts were halved to make room
	Bytes    int    // of the state as it is stored
	Features [anomaly.FeatureCount]anomaly.FeatureStatus
}

const (
	selectModelRow = `SELECT idx, at FROM anomaly_model WHERE tenant_id = $1 AND ring = $2 ORDER BY version DESC LIMIT 1`
	selectLearned  = `SELECT ring FROM anomaly_state WHERE tenant_id = $1 UNION SELECT ring FROM anomaly_journal WHERE tenant_id = $1 UNION SELECT ring FROM anomaly_model WHERE tenant_id = $1`
)

// AnomalyModels tells what the tenant has learned in each ring that it uses. A
// ring without any event has the model that everybody starts with.
func (s *Service) AnomalyModels(ctx context.Context, tenant domain.TenantID) ([]AnomalyModel, error) {
	d, err := s.Deps.Tenants.Defaults(ctx, tenant)
	if err != nil {
		return nil, err
	}
	var out []AnomalyModel
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		used := map[domain.Ring]bool{d.Ring: true}
		err := tx.ForEach(ctx, selectLearned, []any{tenant}, func(sc db.Scanner) error {
			var ring domain.Ring
			err := sc.Scan(&ring)
			used[ring] = true
			return err
		})
		if err != nil {
			return err
		}
		for _, ring := range domain.Rings() {
			if !used[ring] {
				continue
			}
			m, err := readAnomalyModel(ctx, tx, tenant, ring)
			if err != nil {
				return err
			}
			out = append(out, *m)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read anomaly models: %w", err)
	}
	return out, nil
}

func readAnomalyModel(ctx context.Context, tx *db.Tx, tenant domain.TenantID, ring domain.Ring) (*AnomalyModel, error) {
	m := &AnomalyModel{Ring: ring, Index: -1}
	var err error
	if m.Model, err = readModel(ctx, tx, tenant, ring); err != nil {
		return nil, err
	}
	if _, err := tx.Get(ctx, selectModelRow, []any{tenant, ring}, &m.Index, &m.At); err != nil {
		return nil, err
	}
	state, err := readAnomaly(ctx, tx, tenant, ring)
	if err != nil {
		return nil, err
	}
	m.Events, m.Digest, m.Aged, m.Features = state.Events(), state.Digest().String(), state.Aged(), state.Status()
	m.Bytes = len(state.AppendSnapshot(nil))
	return m, nil
}
