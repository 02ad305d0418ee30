package db_test

import (
	"context"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
)

func TestFreshPlansLastForTheTransaction(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		mode := func(fresh bool) (mode string) {
			err := d.InSystemReadTx(ctx, "test", func(tx *db.Tx) error {
				if fresh {
					if err := tx.FreshPlans(ctx); err != nil {
						return err
					}
				}
				if tx.Engine() != db.Postgres {
					return nil
				}
				_, err := tx.Get(ctx, "SELECT current_setting('plan_cache_mode')", nil, &mode)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return mode
		}
		fresh, after := mode(true), mode(false)
		if d.Engine == db.Postgres && (fresh != "force_custom_plan" || after != "auto") {
			t.Errorf("in the transaction %q, afterwards %q", fresh, after)
		}
	})
}
