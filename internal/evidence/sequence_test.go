package evidence

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/signing"
	"frostgate.io/frostgate/receipt"
)

// bench is a sequencer over a store, with tenants "a" and "b".
type fixture struct {
	*Sequencer
	db      *db.DB
	keyring *Keyring
	custody *signing.Custody
	dir     string // of custody
	stop    func()
}

var tenantIDs = []domain.TenantID{"a", "b"}

func newFixture(t testing.TB, d *db.DB) *fixture {
	t.Helper()
	ctx := context.Background()
	dir := t.TempDir()
	custody, err := signing.Open(dir, clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{db: d, custody: custody, dir: dir, keyring: NewKeyring(d, custody)}
	if err := d.InSystemTx(ctx, "test", func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, "INSERT INTO organisation (org_id, name, created_at) VALUES ('o', 'o', 1)"); err != nil {
			return err
		}
		for i, id := range tenantIDs {
			if _, err := tx.Exec(ctx, `INSERT INTO tenant (tenant_id, org_id, name, log_id, slot, status, settings, created_at)
				VALUES ($1, 'o', $1, $2, $3, 'active', '{}', 1)`, id, "log-"+string(id), i); err != nil {
				return err
			}
			if err := f.keyring.CreateLog(ctx, tx, id); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	f.start(t)
	t.Cleanup(func() { f.stop() })
	return f
}

// start makes a new sequencer over the same store, as after a restart.
func (f *fixture) start(t testing.TB) {
	t.Helper()
	s, err := NewSequencer(f.db, f.keyring, f.custody, clock.System{}, DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	f.Sequencer = s
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { _ = s.Run(ctx) })
	f.stop = func() { cancel(); wg.Wait() }
}

// sysExec changes rows as whoever can write to the database does.
func (f *fixture) sysExec(t *testing.T, query string) {
	t.Helper()
	if err := f.db.InSystemTx(t.Context(), "test", func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), query); return err }); err != nil {
		t.Fatal(err)
	}
}

func unit(tenant domain.TenantID, text string) *Unit {
	return &Unit{
		Tenant: tenant, Kind: "test", Time: 7, Prev: -1,
		Groups:   []Group{{Name: "event", Value: []byte(`{"text":"` + text + `"}`)}},
		Subjects: []domain.Subject{{Kind: domain.SubjectIP, Value: "192.0.2.1"}},
	}
}

func TestReceiptsOfConcurrentAppendsVerify(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		trust, err := receipt.NewTrust(f.custody.VerifierKey())
		if err != nil {
			t.Fatal(err)
		}
		const n = 300
		var mu sync.Mutex
		seen := map[string]bool{}
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() {
				tenant := tenantIDs[i%2]
				c, err := f.Append(context.Background(), unit(tenant, fmt.Sprint(i)))
				if err != nil {
					t.Error(err)
					return
				}
				r := c.Receipt()
				if _, err := receipt.Verify(&r, trust); err != nil {
					t.Errorf("receipt %d: %v", i, err)
				}
				mu.Lock()
				defer mu.Unlock()
				key := fmt.Sprint(tenant, c.Index)
				if seen[key] {
					t.Errorf("index %s given twice", key)
				}
				seen[key] = true
			})
		}
		wg.Wait()
		for _, tenant := range tenantIDs {
			v, err := f.VerifyChain(context.Background(), tenant)
			if err != nil || !v.Valid || v.Size != n/2+1 {
				t.Fatalf("chain of %s: %+v, %v", tenant, v, err)
			}
		}
	})
}

func TestStoredReceiptsAndPayloadsAfterRestart(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		f := newFixture(t, d)
		trust, err := receipt.NewTrust(f.custody.VerifierKey())
		if err != nil {
			t.Fatal(err)
		}
		// More than one full tile, with a restart in between.
		const n = 600
		for i := 1; i < n; i++ { // entry 0 is the genesis
			if i == 300 {
				f.stop()
				f.start(t)
			}
			u := unit("a", fmt.Sprint(i))
			if _, err := f.Append(ctx, u); err != nil {
				t.Fatal(err)
			}
		}
		for _, i := range []uint64{1, 254, 255, 256, 300, 511, 512, 599} {
			r, err := f.Receipt(ctx, "a", i, true)
			if err != nil {
				t.Fatalf("receipt %d: %v", i, err)
			}
			if _, err := receipt.Verify(r, trust); err != nil {
				t.Errorf("receipt %d: %v", i, err)
			}
			if want := fmt.Sprintf(`{"text":"%d"}`, i); r.Openings["event"].Value != want {
				t.Errorf("opening %d = %q, want %q", i, r.Openings["event"].Value, want)
			}
		}
		if _, err := f.Receipt(ctx, "a", n, false); err == nil {
			t.Error("a receipt for an entry beyond the log")
		}
	})
}

func TestDamageIsFoundAndLocated(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		f := newFixture(t, d)
		for i := 1; i < 10; i++ {
			if _, err := f.Append(ctx, unit("a", fmt.Sprint(i))); err != nil {
				t.Fatal(err)
			}
		}
		f.sysExec(t, "UPDATE payload SET sealed = wrapped WHERE idx = 3")
		if _, err := f.Receipt(ctx, "a", 3, true); !errors.Is(err, ErrSealed) {
			t.Errorf("altered payload: %v", err)
		}
		f.sysExec(t, "UPDATE artifact SET entry = replace(entry, '\"prev\":-1', '\"prev\":0') WHERE idx = 4")
		v, err := f.VerifyChain(ctx, "a")
		if err != nil || v.Valid || v.FirstBad != 4 {
			t.Errorf("altered entry: %+v, %v", v, err)
		}
		f.sysExec(t, "UPDATE artifact SET entry = replace(entry, '\"prev\":0', '\"prev\":-1') WHERE idx = 4")
		f.sysExec(t, "DELETE FROM artifact WHERE idx = 9")
		if v, err = f.VerifyChain(ctx, "a"); err != nil || v.Valid || v.FirstBad != 9 {
			t.Errorf("deleted tail: %+v, %v", v, err)
		}
		// After a restart the damaged log takes nothing more, and only it.
		f.stop()
		f.start(t)
		if _, err := f.Append(ctx, unit("a", "x")); fault.CodeOf(err) != fault.Unavailable {
			t.Errorf("a log that lost its last row accepts an entry: %v", err)
		}
		if _, err := f.Append(ctx, unit("b", "x")); err != nil {
			t.Errorf("the other tenant suffers: %v", err)
		}
		if err := f.CheckLogs(ctx, tenantIDs); err != nil || f.Healthy() == nil {
			t.Errorf("damage is not reported: %v %v", err, f.Healthy())
		}
		f.stop()
		f.sysExec(t, "UPDATE log_state SET size = 8 WHERE tenant_id = 'a'")
		f.start(t)
		if _, err := f.Append(ctx, unit("a", "x")); err == nil {
			t.Error("a log whose state was set back accepts an entry")
		}
	})
}

type refusing struct{ artifactRows }

func (r *refusing) Write(ctx context.Context, tx *db.Tx) error {
	if r.rows.Len() > 0 {
		return errors.New("refused row")
	}
	return nil
}

// A unit that the store refuses drops only itself.
func TestBadUnitDropsOnlyItself(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		bad := &refusing{*newArtifactRows()}
		units := make([]*Unit, 20)
		for i := range units {
			units[i] = unit("a", fmt.Sprint(i))
			if i%5 == 2 {
				units[i].Rows = bad
			}
			if err := f.Reserve(units[i]); err != nil {
				t.Fatal(err)
			}
			k, err := f.keyring.Keys(context.Background(), "a")
			if err != nil {
				t.Fatal(err)
			}
			if err := k.Seal(units[i], clock.System{}); err != nil {
				t.Fatal(err)
			}
		}
		for i := len(units) - 1; i >= 0; i-- { // the head last: one batch of all
			f.Ready(units[i])
		}
		next := uint64(1) // after the genesis
		for i, u := range units {
			c, err := u.Wait()
			if i%5 == 2 {
				if err == nil {
					t.Errorf("unit %d was recorded", i)
				}
				continue
			}
			if err != nil || c.Index != next {
				t.Errorf("unit %d: index %d, want %d, %v", i, c.Index, next, err)
			}
			next++
		}
		if v, err := f.VerifyChain(context.Background(), "a"); err != nil || !v.Valid || v.Size != next {
			t.Errorf("chain: %+v, %v", v, err)
		}
	})
}

func TestFailedUnitLeavesNoGap(t *testing.T) {
	t.Parallel()
	f := newFixture(t, dbtest.OpenSQLite(t, clock.NewFake(time.Unix(1, 0))))
	first, second := unit("a", "1"), unit("a", "2")
	for _, u := range []*Unit{first, second} {
		if err := f.Reserve(u); err != nil {
			t.Fatal(err)
		}
	}
	k, err := f.keyring.Keys(context.Background(), "a")
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Seal(second, clock.System{}); err != nil {
		t.Fatal(err)
	}
	f.Ready(second)
	boom := errors.New("boom")
	f.Fail(first, boom)
	if _, err := first.Wait(); !errors.Is(err, boom) {
		t.Errorf("failed unit: %v", err)
	}
	if c, err := second.Wait(); err != nil || c.Index != 1 {
		t.Errorf("second: %d, %v", c.Index, err)
	}
}

func BenchmarkAppend(b *testing.B) {
	f := newFixture(b, dbtest.OpenSQLite(b, clock.System{}))
	b.ReportAllocs()
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			c, err := f.Append(context.Background(), unit("a", "x"))
			if err != nil {
				b.Fatal(err)
			}
			_ = c.Receipt()
		}
	})
}
