package tenant

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

const (
	insertOrg   = `INSERT INTO organisation (org_id, name, created_at) VALUES ($1, $2, $3)`
	selectOrgs  = `SELECT org_id, name, created_at FROM organisation ORDER BY created_at, org_id`
	selectOrg   = `SELECT org_id FROM organisation WHERE org_id = $1`
	insert      = `INSERT INTO tenant (tenant_id, org_id, name, log_id, slot, status, settings, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	selectAll   = `SELECT tenant_id, org_id, name, log_id, slot, status, settings, created_at FROM tenant ORDER BY tenant_id`
	selectOne   = `SELECT tenant_id, org_id, name, log_id, slot, status, settings, created_at FROM tenant WHERE tenant_id = $1`
	nextSlot    = `SELECT coalesce(max(slot) + 1, 0) FROM tenant`
	updateState = `UPDATE tenant SET name = $2, status = $3, settings = $4 WHERE tenant_id = $1`
)

func scanTenant(row db.Scanner) (*Tenant, error) {
	t := new(Tenant)
	var settings string
	if err := row.Scan(&t.ID, &t.Org, &t.Name, &t.LogID, &t.Slot, &t.Status, &settings, &t.CreatedAt); err != nil {
		return nil, err
	}
	var err error
	if t.stored, err = decodeSettings(settings); err != nil {
		return nil, fmt.Errorf("settings of tenant %s: %w", t.ID, err)
	}
	t.Settings = t.stored.withDefaults()
	return t, nil
}

func getTenant(ctx context.Context, tx *db.Tx, id domain.TenantID) (t *Tenant, err error) {
	err = tx.ForEach(ctx, selectOne, []any{id}, func(row db.Scanner) error {
		t, err = scanTenant(row)
		return err
	})
	if err == nil && t == nil {
		err = fault.New(fault.NotFound, "no such tenant")
	}
	return t, err
}

// put stores a new tenant with the next slot and fills in what it got.
func put(ctx context.Context, tx *db.Tx, t *Tenant) error {
	if _, err := tx.Get(ctx, nextSlot, nil, &t.Slot); err != nil {
		return err
	}
	settings, err := t.stored.encode()
	if err != nil {
		return err
	}
	t.Settings, t.CreatedAt = t.stored.withDefaults(), tx.Now
	_, err = tx.Exec(ctx, insert, t.ID, t.Org, t.Name, t.LogID, t.Slot, string(t.Status), settings, t.CreatedAt)
	if db.IsDuplicate(err) {
		return fault.Wrap(fault.Conflict, err, "another tenant was created at the same time; try again")
	}
	return err
}
