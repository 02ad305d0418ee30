package signing_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/signing"
)

func columns() []signing.Column {
	return []signing.Column{
		{Table: "data_key", Name: "wrapped", Key: []string{"purpose", "version"}},
		{Table: "webhook", Name: "secret", Key: []string{"webhook_id"}, Purpose: "webhook"},
		{Table: "idempotency", Name: "response", Key: []string{"key_mac"}, Purpose: "idempotency"},
	}
}

// vault is a store with values under a master key, and what they hold.
type vault struct {
	*testing.T
	d    *db.DB
	dir  string
	keys map[string]signing.DataKey // tenant/purpose
}

const hooks = 1100 // more than two transactions' worth

func newVault(t *testing.T, d *db.DB) *vault {
	t.Helper()
	v := &vault{T: t, d: d, dir: t.TempDir(), keys: map[string]signing.DataKey{}}
	c := open(t, v.dir)
	ctx := context.Background()
	if err := c.CheckStore(ctx, d); err != nil {
		t.Fatal(err)
	}
	v.fill(c, "a", "b")
	return v
}

func (v *vault) fill(c *signing.Custody, tenants ...domain.TenantID) {
	v.Helper()
	ctx := context.Background()
	for _, tenant := range tenants {
		if err := v.d.InTx(ctx, tenant, func(tx *db.Tx) error {
			for _, purpose := range []string{"dedup", "payload/SECRET"} {
				key, wrapped := c.NewDataKey(string(tenant), purpose)
				v.keys[string(tenant)+"/"+purpose] = key
				if _, err := tx.Exec(ctx, "INSERT INTO data_key (tenant_id, purpose, version, wrapped, created_at) VALUES ($1, $2, 1, $3, 1)", tenant, purpose, wrapped); err != nil {
					return err
				}
			}
			for i := range hooks {
				id := fmt.Sprint("w", i)
				secret := c.Seal("webhook", string(tenant), []byte(id))
				if i%100 == 7 {
					secret = []byte{} // deleted
				}
				if _, err := tx.Exec(ctx, `INSERT INTO webhook (tenant_id, webhook_id, url, secret, filter, status, next_idx, attempt, next_at,
					last_status, last_error, delivered, given_up, created_by, created_at)
					VALUES ($1, $2, '', $3, '', 'active', 0, 0, 0, 0, '', 0, 0, '', 0)`, tenant, id, secret); err != nil {
					return err
				}
			}
			_, err := tx.Exec(ctx, "INSERT INTO idempotency (tenant_id, key_mac, request_mac, status, response, created_at) VALUES ($1, $2, $3, 200, $4, 1)",
				tenant, []byte("key"), []byte("request"), c.Seal("idempotency", string(tenant), []byte("answer")))
			return err
		}); err != nil {
			v.Fatal(err)
		}
	}
}

// check opens every value of a tenant.
func (v *vault) check(c *signing.Custody, tenant domain.TenantID) {
	v.Helper()
	ctx := context.Background()
	opened := 0
	if err := v.d.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		if err := tx.ForEach(ctx, "SELECT purpose, wrapped FROM data_key WHERE tenant_id = $1", []any{tenant}, func(s db.Scanner) error {
			var purpose string
			var wrapped []byte
			if err := s.Scan(&purpose, &wrapped); err != nil {
				return err
			}
			key, err := c.Unwrap(string(tenant), purpose, wrapped)
			if err == nil && key != v.keys[string(tenant)+"/"+purpose] {
				v.Errorf("%s: another key", purpose)
			}
			return err
		}); err != nil {
			return err
		}
		return tx.ForEach(ctx, "SELECT webhook_id, secret FROM webhook WHERE tenant_id = $1 AND length(secret) > 0", []any{tenant}, func(s db.Scanner) error {
			var id string
			var secret []byte
			if err := s.Scan(&id, &secret); err != nil {
				return err
			}
			plain, err := c.Open("webhook", string(tenant), secret)
			if err == nil && string(plain) != id {
				v.Errorf("%s: opens to %s", id, plain)
			}
			opened++
			return err
		})
	}); err != nil {
		v.Fatal(err)
	}
	if opened != hooks-hooks/100 {
		v.Errorf("%d secrets, want %d", opened, hooks-hooks/100)
	}
}

func TestMasterRotation(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, clk := context.Background(), clock.System{}
		v := newVault(t, d)
		backup := snapshot(t, v.dir)
		old := open(t, v.dir)
		if n, err := old.Reseal(ctx, d, columns()); err != nil || n != 0 {
			t.Fatalf("nothing to do: %d, %v", n, err)
		}
		k, err := signing.RotateMaster(v.dir, clk)
		if err != nil {
			t.Fatal(err)
		}
		c := open(t, v.dir)
		if c.MasterID() != k.ID || c.MasterID() == old.MasterID() {
			t.Fatalf("current master is %s", c.MasterID())
		}
		if err := c.CheckStore(ctx, d); err != nil {
			t.Fatal(err)
		}
		used := func(ctx context.Context, id string) (int64, error) { return c.UnderMaster(ctx, d, columns(), id) }
		_, err = signing.DestroyMaster(ctx, v.dir, old.MasterID(), clk, used)
		refused(t, err, fault.Conflict, "still sealed")
		v.check(c, "a")

		// Cut off after the first columns: what is done stays, the rest opens too.
		if _, err := c.Reseal(ctx, d, append(columns()[:2:2], signing.Column{Table: "no_such_table", Name: "x", Key: []string{"y"}})); err == nil {
			t.Fatal("a missing table went unseen")
		}
		v.check(c, "b")
		n, err := c.Reseal(ctx, d, columns())
		if err != nil || n != 2 {
			t.Fatalf("the rest: %d, %v; want the two answers", n, err)
		}
		v.check(c, "a")
		v.check(c, "b")
		if _, err := signing.DestroyMaster(ctx, v.dir, k.ID, clk, used); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("destroy the current key: %v", err)
		}
		_, err = signing.DestroyMaster(ctx, v.dir, "00000000", clk, used)
		refused(t, err, fault.NotFound, "no master key")
		for range 2 {
			if gone, err := signing.DestroyMaster(ctx, v.dir, old.MasterID(), clk, used); err != nil || gone.State != signing.Destroyed || gone.Since == 0 {
				t.Fatalf("destroy: %+v, %v", gone, err)
			}
		}
		if _, err := os.Stat(filepath.Join(v.dir, "keys", "master.key")); !os.IsNotExist(err) {
			t.Errorf("the file is still there: %v", err)
		}
		last := open(t, v.dir)
		if err := last.CheckStore(ctx, d); err != nil {
			t.Fatal(err)
		}
		v.check(last, "a")
		if _, err := last.Open("p", "t", old.Seal("p", "t", []byte("x"))); err == nil || !strings.Contains(err.Error(), "was destroyed") {
			t.Errorf("a value of the destroyed key: %v", err)
		}
		if err := open(t, backup).CheckStore(ctx, d); err == nil {
			t.Error("a folder from before the rotation opens the store")
		}
	})
}

func TestMasterOf(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	old := open(t, dir)
	if _, err := signing.RotateMaster(dir, clock.System{}); err != nil {
		t.Fatal(err)
	}
	c := open(t, dir)
	for _, from := range []*signing.Custody{old, c} {
		_, wrapped := from.NewDataKey("tn", "payload")
		if id, err := c.MasterOf(wrapped); err != nil || id != from.MasterID() {
			t.Errorf("MasterOf = %s, %v; want %s", id, err, from.MasterID())
		}
		if _, err := c.Unwrap("tn", "payload", wrapped); err != nil {
			t.Error(err)
		}
	}
	_, wrapped := c.NewDataKey("tn", "payload")
	wrapped[2] ^= 1
	if _, err := c.Unwrap("tn", "payload", wrapped); err == nil {
		t.Error("a value of an unknown master key opened")
	}
	if _, err := old.Unwrap("tn", "payload", wrapped); err == nil || !strings.Contains(err.Error(), "not in the key folder") {
		t.Errorf("unknown master key: %v", err)
	}
	for _, b := range [][]byte{nil, {2}, {2, 0, 0, 0}, {3}} {
		if _, err := c.MasterOf(b); err == nil {
			t.Errorf("%x names a master key", b)
		}
	}
}

// A value that does not open is reported with its place and stops nothing else.
func TestResealReportsDamage(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := newVault(t, d)
		if err := d.InTx(ctx, "a", func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE webhook SET secret = $2 WHERE tenant_id = $1 AND webhook_id = 'w5'", domain.TenantID("a"), make([]byte, 60))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := signing.RotateMaster(v.dir, clock.System{}); err != nil {
			t.Fatal(err)
		}
		c := open(t, v.dir)
		want := int64(2 * (2 + hooks - hooks/100 + 1))
		n, err := c.Reseal(ctx, d, columns())
		if n != want-1 || err == nil || !strings.Contains(err.Error(), "webhook.secret of tenant a at [w5]") {
			t.Errorf("resealed %d of %d, %v", n, want, err)
		}
	})
}
