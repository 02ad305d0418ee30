package drift

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"

	"github.com/go-json-experiment/json"
)

const (
	selectBaseline = `SELECT b.baseline_id, b.source, b.kind, b.active, b.version, b.created_at, b.updated_at,
			v.version, v.name, v.spec, v.document, v.note, v.idx, v.principal_id, v.at
		FROM drift_baseline b JOIN drift_baseline_version v ON v.tenant_id = b.tenant_id AND v.baseline_id = b.baseline_id
		WHERE b.tenant_id = $1`
	insertBaseline = `INSERT INTO drift_baseline
		(tenant_id, baseline_id, source, kind, name, active, version, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7)`
	insertBaselineVersion = `INSERT INTO drift_baseline_version
		(tenant_id, baseline_id, version, name, spec, document, note, idx, principal_id, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	// What makes an edit good: the version that its author saw.
	moveBaseline = `UPDATE drift_baseline SET version = $3, name = $4, updated_at = $5
		WHERE tenant_id = $1 AND baseline_id = $2 AND version = $3 - 1`
	switchBaseline = `UPDATE drift_baseline SET active = $3, updated_at = $4
		WHERE tenant_id = $1 AND baseline_id = $2 AND active <> $3`
	selectLastRun = `SELECT baseline_id FROM drift_baseline
		WHERE tenant_id = $1 AND source = $2 AND kind = 'last_run' AND active = $3`
	countActive = `SELECT count(*) FROM drift_baseline WHERE tenant_id = $1 AND source = $2 AND active = 1`
)

// specText is a BaselineSpec in the store and in the log; the document stands
// beside it.
type specText struct {
	Root         string          `json:"root,omitempty"`
	Tenant       domain.TenantID `json:"tenant,omitempty"`
	TenantSource string          `json:"tenant_source,omitempty"`
}

func scanBaseline(row db.Scanner) (Baseline, error) {
	var b Baseline
	var active, current int64
	var spec string
	var at domain.Micros
	err := row.Scan(&b.ID, &b.Source, &b.Kind, &active, &current, &b.CreatedAt, &b.UpdatedAt,
		&b.Version, &b.Name, &spec, &b.Spec.Document, &b.Note, &b.Artifact, &b.By, &at)
	if err != nil {
		return b, err
	}
	var s specText
	if err := json.Unmarshal([]byte(spec), &s); err != nil {
		return b, fmt.Errorf("baseline %s: %w", b.ID, err)
	}
	b.Spec.Root, b.Spec.Tenant, b.Spec.TenantSource = s.Root, s.Tenant, s.TenantSource
	if b.Active = active == 1; b.Version != current {
		b.Active, b.UpdatedAt = false, at // a version of before
	}
	return b, nil
}

// baselinesIn reads baselines as of their latest versions; where follows
// selectBaseline.
func baselinesIn(ctx context.Context, tx *db.Tx, where string, args ...any) (out []Baseline, err error) {
	err = tx.ForEach(ctx, selectBaseline+where, args, func(row db.Scanner) error {
		b, err := scanBaseline(row)
		out = append(out, b)
		return err
	})
	return out, err
}

const latest = " AND v.version = b.version"

// Baseline returns a baseline as of its latest version.
func (s *Service) Baseline(ctx context.Context, tenant domain.TenantID, id BaselineID) (*Baseline, error) {
	return s.baselineWhere(ctx, tenant, id, latest+" AND b.baseline_id = $2", tenant, id)
}

// BaselineAt returns one version of a baseline.
func (s *Service) BaselineAt(ctx context.Context, tenant domain.TenantID, id BaselineID, version int64) (*Baseline, error) {
	return s.baselineWhere(ctx, tenant, id, " AND b.baseline_id = $2 AND v.version = $3", tenant, id, version)
}

func (s *Service) baselineWhere(ctx context.Context, tenant domain.TenantID, id BaselineID, where string, args ...any) (*Baseline, error) {
	var found []Baseline
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) (err error) {
		found, err = baselinesIn(ctx, tx, where, args...)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fault.New(fault.NotFound, "no baseline %q", id)
	}
	return &found[0], nil
}

// BaselineVersions returns all versions of a baseline, the newest first.
func (s *Service) BaselineVersions(ctx context.Context, tenant domain.TenantID, id BaselineID) (out []Baseline, err error) {
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		out, err = baselinesIn(ctx, tx, " AND b.baseline_id = $2 ORDER BY v.version DESC", tenant, id)
		return err
	})
	if err == nil && len(out) == 0 {
		err = fault.New(fault.NotFound, "no baseline %q", id)
	}
	return out, err
}

// BaselineFilter narrows a list of baselines; empty fields don't.
type BaselineFilter struct {
	Source   string
	Inactive bool // the inactive ones too
}

// baselineList names the list in cursors.
const baselineList = "drift baselines"

// Baselines lists baselines by source and name, and gives the cursor of the next
// page (empty at the end).
func (s *Service) Baselines(ctx context.Context, tenant domain.TenantID, f BaselineFilter, cursor string, limit int) (items []Baseline, next string, err error) {
	source, name := "", ""
	if err := db.DecodeCursor(baselineList, cursor, &source, &name); err != nil {
		return nil, "", err
	}
	all := 0
	if f.Inactive {
		all = 1
	}
	size := db.PageSize(limit)
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		const page = latest + ` AND ($2 = '' OR b.source = $2) AND (b.active = 1 OR $3 = 1)
			AND (b.source > $4 OR (b.source = $4 AND b.name > $5)) ORDER BY b.source, b.name LIMIT $6`
		items, err = baselinesIn(ctx, tx, page, tenant, f.Source, all, source, name, size+1)
		return err
	})
	if err != nil || len(items) <= size {
		return items, "", err
	}
	items = items[:size]
	last := items[size-1]
	return items, db.EncodeCursor(baselineList, last.Source, last.Name), nil
}
