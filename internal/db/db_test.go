package db_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/fault"
)

const insertAudit = `INSERT INTO audit (tenant_id, audit_id, at, principal_id, key_id, action, target, outcome, request_id, remote, times, detail)
	VALUES ($1, $2, $3, '', '', 'test', '', 'ok', '', '', 1, '{}')`

func countAudit(t *testing.T, d *db.DB, tenant string) int {
	t.Helper()
	n := -1
	err := d.InReadTx(context.Background(), "tn_"+"x", func(*db.Tx) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	err = d.InSystemReadTx(context.Background(), "test", func(tx *db.Tx) error {
		_, err := tx.Get(context.Background(), "SELECT count(*) FROM audit WHERE tenant_id = $1", []any{tenant}, &n)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTenantTransactionCommitsAndRollsBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		if err := d.InTx(ctx, "a", func(tx *db.Tx) error {
			n, err := tx.Exec(ctx, insertAudit, tx.Tenant, "1", tx.Now)
			if err == nil && n != 1 {
				t.Errorf("rows = %d, want 1", n)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		boom := errors.New("boom")
		err := d.InTx(ctx, "a", func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, insertAudit, tx.Tenant, "2", tx.Now); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatalf("err = %v, want boom", err)
		}
		func() {
			defer func() { _ = recover() }()
			_ = d.InTx(ctx, "a", func(tx *db.Tx) error {
				if _, err := tx.Exec(ctx, insertAudit, tx.Tenant, "3", tx.Now); err != nil {
					return err
				}
				panic("in the middle")
			})
		}()
		if n := countAudit(t, d, "a"); n != 1 {
			t.Errorf("rows after a commit, a rollback and a panic = %d, want 1", n)
		}
	})
}

func TestTenantTransactionRefusesUnscopedStatements(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		for name, try := range map[string]func(*db.Tx) error{
			"no tenant_id": func(tx *db.Tx) error { _, err := tx.Exec(ctx, "DELETE FROM audit"); return err },
			"no tenant argument": func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, "DELETE FROM audit WHERE tenant_id = 'b'")
				return err
			},
			"foreign tenant": func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, insertAudit, "b", "1", tx.Now)
				return err
			},
			"bulk of a foreign tenant": func(tx *db.Tx) error {
				b := db.NewBulk("log_state", db.Column{Name: "tenant_id", Type: db.Text})
				b.Text(0, "b")
				return tx.Insert(ctx, b)
			},
		} {
			if err := d.InTx(ctx, "a", try); err == nil {
				t.Errorf("%s: accepted", name)
			}
		}
	})
}

func TestRowLevelSecurityHidesOtherTenants(t *testing.T) {
	t.Parallel()
	d := dbtest.OpenPostgres(t, clock.NewFake(time.Unix(1, 0)))
	ctx := context.Background()
	for _, tenant := range []string{"a", "b"} {
		if err := d.InSystemTx(ctx, "test", func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, insertAudit, tenant, "1", tx.Now)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	var n int
	// The tenant is named, so the guard is content; the text reads everything.
	if err := d.InReadTx(ctx, "a", func(tx *db.Tx) error {
		_, err := tx.Get(ctx, "SELECT count(*) FROM audit WHERE tenant_id <> $1 OR tenant_id = $1", []any{tx.Tenant}, &n)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if n != 1 {
		t.Errorf("tenant a sees %d rows, want its own 1", n)
	}
	err := d.InTx(ctx, "a", func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE audit SET tenant_id = 'b' WHERE tenant_id = $1", tx.Tenant)
		return err
	})
	if err == nil {
		t.Error("moving a row to another tenant was allowed")
	}
	if err := d.InTx(ctx, "a", func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, "SELECT tenant_id FROM principal WHERE principal_id = $1", tx.Tenant)
		return err
	}); err == nil {
		t.Error("a tenant role may read system tables")
	}
}

func TestBulkInsertWritesAllTypes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		b := db.NewBulk("log_state", db.Column{Name: "tenant_id", Type: db.Text}, db.Column{Name: "size", Type: db.Int},
			db.Column{Name: "root", Type: db.Blob}, db.Column{Name: "edge", Type: db.Blob},
			db.Column{Name: "checkpoint", Type: db.Text}, db.Column{Name: "updated_at", Type: db.Int})
		for i, tenant := range []string{"a", "b"} {
			b.Text(0, tenant)
			b.Int(1, int64(i)+7)
			b.Blob(2, []byte{byte(i), 0xff})
			b.Blob(3, []byte{})
			b.Text(4, "ü\"'")
			b.Int(5, -1)
		}
		if err := d.InTenantsTx(ctx, []tenantID{"a", "b"}, func(tx *db.Tx) error { return tx.Insert(ctx, b) }); err != nil {
			t.Fatal(err)
		}
		var size int64
		var root []byte
		var cp string
		if err := d.InReadTx(ctx, "b", func(tx *db.Tx) error {
			_, err := tx.Get(ctx, "SELECT size, root, checkpoint FROM log_state WHERE tenant_id = $1", []any{tx.Tenant}, &size, &root, &cp)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if size != 8 || string(root) != "\x01\xff" || cp != "ü\"'" {
			t.Errorf("read back %d %x %q", size, root, cp)
		}
		b.Text(0, "c")
		if err := d.InTenantsTx(ctx, []tenantID{"c"}, func(tx *db.Tx) error { return tx.Insert(ctx, b) }); err == nil {
			t.Error("columns of unequal length were accepted")
		}
	})
}

func TestSecondServerIsRefused(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	urls := map[string]string{"sqlite": "sqlite:" + t.TempDir() + "/frostgate.db"}
	t.Run("sqlite", func(t *testing.T) { lockTwice(t, ctx, urls["sqlite"]) })
	t.Run("postgres", func(t *testing.T) { lockTwice(t, ctx, dbtest.PostgresURL(t)) })
}

func lockTwice(t *testing.T, ctx context.Context, url string) {
	t.Helper()
	open := func() *db.DB {
		d, err := db.Open(ctx, db.Config{URL: url}, clock.System{})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	one, two := open(), open()
	if err := one.LockServer(ctx); err != nil {
		t.Fatal(err)
	}
	if err := two.LockServer(ctx); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("second server: %v, want conflict", err)
	}
	if err := one.Close(); err != nil {
		t.Error(err)
	}
	if err := two.LockServer(ctx); err != nil {
		t.Errorf("after the first has gone: %v", err)
	}
	if err := two.Close(); err != nil {
		t.Error(err)
	}
}

func TestAClosedStoreRefuses(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for name, url := range map[string]string{"sqlite": "sqlite:" + t.TempDir() + "/frostgate.db", "postgres": dbtest.PostgresURL(t)} {
		d, err := db.Open(ctx, db.Config{URL: url}, clock.System{})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := d.Close(); err != nil {
				t.Errorf("%s: close: %v", name, err)
			}
		}
		nothing := func(*db.Tx) error { return nil }
		if err := d.InTx(ctx, "a", nothing); err == nil {
			t.Errorf("%s: a closed store took a write transaction", name)
		}
		if err := d.InReadTx(ctx, "a", nothing); err == nil {
			t.Errorf("%s: a closed store took a read transaction", name)
		}
	}
}

// All statements of a read transaction see one state, whatever is committed
// beside it.
func TestReadTransactionSeesOneState(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		if err := d.InReadTx(ctx, "a", func(tx *db.Tx) error {
			count := func() (n int) {
				t.Helper()
				if _, err := tx.Get(ctx, "SELECT count(*) FROM audit WHERE tenant_id = $1", []any{tx.Tenant}, &n); err != nil {
					t.Fatal(err)
				}
				return n
			}
			before := count()
			if err := d.InTx(ctx, "a", func(w *db.Tx) error { _, err := w.Exec(ctx, insertAudit, w.Tenant, "1", w.Now); return err }); err != nil {
				return err
			}
			if after := count(); after != before {
				t.Errorf("%d rows, then %d", before, after)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if n := countAudit(t, d, "a"); n != 1 {
			t.Errorf("afterwards %d rows, want 1", n)
		}
	})
}
