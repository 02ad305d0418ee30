package evidence

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

func TestRekeyWrapsEverythingAnew(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		f := newFixture(t, d)
		x := f.disposal()
		const n = rekeyChunk + 20
		for i := range n {
			f.about(t, fmt.Sprint(i), bob)
		}
		before := f.savedRow(t, 1)
		var wg sync.WaitGroup
		stop := make(chan struct{})
		wg.Go(func() { // decisions go on meanwhile
			for {
				select {
				case <-stop:
					return
				default:
					u := unit("a", "live")
					if _, err := f.Append(ctx, u); err != nil && fault.CodeOf(err) != fault.Busy {
						t.Error(err)
						return
					}
				}
			}
		})
		out, err := x.Rekey(ctx, "a", Actor{})
		close(stop)
		wg.Wait()
		if err != nil || out.Version != 2 || out.Payloads < n {
			t.Fatalf("rekey: %+v %v", out, err)
		}
		after := f.savedRow(t, 1)
		if after.version != 2 || string(after.wrapped) == string(before.wrapped) || string(after.sealed) != string(before.sealed) {
			t.Errorf("payload 1 stands under version %d", after.version)
		}
		size, err := f.Size(ctx, "a")
		if err != nil {
			t.Fatal(err)
		}
		for i := range uint64(size) {
			if _, err := f.Receipt(ctx, "a", i, true); err != nil {
				t.Fatalf("entry %d after rekeying: %v", i, err)
			}
		}
		again, err := x.Rekey(ctx, "a", Actor{})
		if err != nil || again.Version != 3 {
			t.Errorf("again: %+v %v", again, err)
		}
		// A new start reads the same.
		f.stop()
		f.keyring = NewKeyring(f.db, f.custody)
		f.start(t)
		if code := f.openCode(t, 1); code != "" {
			t.Errorf("after a restart: %s", code)
		}
		if v := f.chain(t); !v.Valid {
			t.Errorf("chain: %+v", v)
		}
	})
}

func TestInterruptedRekeyGoesOn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		for i := range 10 {
			f.about(t, fmt.Sprint(i), bob)
		}
		// New keys are there and some payloads are under them: then it stopped.
		x := f.disposal()
		ctx := context.Background()
		version, err := x.newVersions(ctx, "a")
		if err != nil || version != 2 {
			t.Fatal(version, err)
		}
		k, err := f.keyring.reload(ctx, "a")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := x.rewrapSome(ctx, k, version, 0, 4); err != nil {
			t.Fatal(err)
		}
		f.stop()
		f.keyring = NewKeyring(f.db, f.custody)
		f.start(t)
		for i := range uint64(11) {
			if code := f.openCode(t, i); code != "" {
				t.Fatalf("entry %d between the versions: %s", i, code)
			}
		}
		out, err := f.disposal().Rekey(ctx, "a", Actor{})
		if err != nil || out.Version != 2 || out.Payloads != 7 {
			t.Errorf("the rest: %+v %v", out, err)
		}
	})
}

func TestUnitSealedUnderDestroyedKeysIsRefused(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := newFixture(t, dbtest.OpenSQLite(t, clock.System{}))
	u := unit("a", "late")
	if err := mustKeys(t, f).Seal(u, clock.System{}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.disposal().Rekey(ctx, "a", Actor{}); err != nil {
		t.Fatal(err)
	}
	if err := f.Reserve(u); err != nil {
		t.Fatal(err)
	}
	f.Ready(u)
	if _, err := u.Wait(); fault.CodeOf(err) != fault.Busy {
		t.Errorf("a unit that nobody could ever open: %v", err)
	}
	if _, err := f.Append(ctx, unit("a", "next")); err != nil {
		t.Errorf("the next: %v", err)
	}
}

func TestBackupOpensNothingErasedWithTheKeysThatAreLeft(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d, path := openFile(t)
	f := newFixture(t, d)
	x := f.disposal()
	erased, kept := f.about(t, "secret of bob", bob), f.about(t, "of alice", alice)
	if err := d.Scrub(ctx); err != nil { // all in one file
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "backup.db")
	if err := os.WriteFile(copied, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Erase(ctx, "a", bob, "case 1", Actor{}); err != nil {
		t.Fatal(err)
	}
	backup, err := db.Open(ctx, db.Config{URL: "sqlite:" + copied}, clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	defer backup.Close()
	b := &fixture{db: backup}
	row, entry := b.savedRow(t, erased), ""
	if err := backup.InReadTx(ctx, "a", func(tx *db.Tx) (err error) {
		entry, _, err = leafIn(ctx, tx, "a", erased)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	h, err := receipt.ParseHeader([]byte(entry))
	if err != nil {
		t.Fatal(err)
	}
	stored := &storedPayload{version: row.version, wrapped: row.wrapped, sealed: row.sealed}
	if _, err := mustKeys(t, f).open(h, stored); err != nil {
		t.Fatalf("before rekeying the live keys must open the backup, or this test shows nothing: %v", err)
	}
	if _, err := x.Rekey(ctx, "a", Actor{}); err != nil {
		t.Fatal(err)
	}
	live := mustKeys(t, f)
	for version := range int64(4) {
		stored.version = version
		if _, err := live.open(h, stored); !errors.Is(err, ErrSealed) {
			t.Errorf("the backup's erased payload opens as version %d: %v", version, err)
		}
	}
	var old int64
	if err := d.InReadTx(ctx, "a", func(tx *db.Tx) error {
		_, err := tx.Get(ctx, `SELECT count(*) FROM data_key WHERE tenant_id = $1 AND version < 2 AND (purpose LIKE 'payload%' OR purpose LIKE 'subject%')`, []any{"a"}, &old)
		return err
	}); err != nil || old != 0 {
		t.Errorf("%d old keys are left: %v", old, err)
	}
	if code := f.openCode(t, kept); code != "" {
		t.Errorf("what was not erased: %s", code)
	}
}
