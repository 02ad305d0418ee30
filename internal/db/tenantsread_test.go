package db_test

import (
	"context"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
)

func TestReadingOverTenantsSeesThoseAlone(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, tenant := range []tenantID{"a", "b", "c"} {
			if err := d.InTx(ctx, tenant, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, insertAudit, tx.Tenant, "1", tx.Now)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		n := 0
		if err := d.InTenantsReadTx(ctx, []tenantID{"a", "b"}, func(tx *db.Tx) error {
			_, err := tx.Get(ctx, "SELECT count(*) FROM audit WHERE tenant_id IN ($1, $2)", []any{"a", "b"}, &n)
			return err
		}); err != nil || n != 2 {
			t.Errorf("rows of two tenants: %d, %v", n, err)
		}
		if err := d.InTenantsReadTx(ctx, []tenantID{"a"}, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, insertAudit, "a", "2", tx.Now)
			return err
		}); err == nil {
			t.Error("a reading transaction wrote")
		}
		if err := d.InTenantsReadTx(ctx, nil, func(*db.Tx) error { return nil }); err == nil {
			t.Error("a transaction over no tenants began")
		}
		if d.Engine != db.Postgres {
			return
		}
		if err := d.InTenantsReadTx(ctx, []tenantID{"a", "b"}, func(tx *db.Tx) error {
			_, err := tx.Get(ctx, "SELECT count(*) FROM audit WHERE tenant_id <> ''", nil, &n)
			return err
		}); err != nil || n != 2 {
			t.Errorf("row security shows %d rows, %v; want the 2 of the tenants named", n, err)
		}
	})
}
