package signing_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/signing"
)

// A store follows its folder through a rotation, and refuses other folders and
// older copies of its own.
func TestStoreFollowsRotation(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, dir := context.Background(), t.TempDir()
		check := func(c *signing.Custody) {
			t.Helper()
			for range 2 { // and again, as at the next start
				if err := c.CheckStore(ctx, d); err != nil {
					t.Fatal(err)
				}
			}
		}
		check(open(t, dir))
		a := open(t, dir).LogKeys()[0].ID()
		atFirst := snapshot(t, dir)
		b := issue(t, dir)
		check(use(t, dir))
		atBoth := snapshot(t, dir)
		if _, err := signing.Retire(dir, a, clock.System{}); err != nil {
			t.Fatal(err)
		}
		check(open(t, dir))
		if _, err := signing.Revoke(dir, a, "stolen", clock.System{}); err != nil {
			t.Fatal(err)
		}
		check(open(t, dir))

		refused(t, open(t, atFirst).CheckStore(ctx, d), fault.Invalid, "older copy")
		refused(t, open(t, atFirst).CheckStore(ctx, d), fault.Invalid, "newest copy")
		refused(t, open(t, atBoth).CheckStore(ctx, d), fault.Invalid, a+" as revoked")
		refused(t, open(t, t.TempDir()).CheckStore(ctx, d), fault.Invalid, "restore")

		// The pepper and master key of another folder are refused as before.
		other := t.TempDir()
		open(t, other)
		for _, name := range []string{"pepper.key", "master.key"} {
			mixed := snapshot(t, dir)
			if err := copyFile(filepath.Join(other, "keys", name), filepath.Join(mixed, "keys", name)); err != nil {
				t.Fatal(err)
			}
			refused(t, open(t, mixed).CheckStore(ctx, d), fault.Invalid, name)
		}
		_ = b
	})
}

// snapshot copies a data folder's keys, as a backup does.
func snapshot(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.Mkdir(filepath.Join(to, "keys"), 0o700); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "keys", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if err := copyFile(f, filepath.Join(to, "keys", filepath.Base(f))); err != nil {
			t.Fatal(err)
		}
	}
	return to
}
