package evidence

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/receipt"
)

func TestPagesHoldEachEntryOnce(t *testing.T) {
	t.Parallel()
	picks := []span{{0, 0}, {3, 127}, {200, 700}, {702, 702}, {1000, 1127}}
	var got []uint64
	for _, page := range pagesOf(picks) {
		n := 0
		for _, s := range page {
			for i := s[0]; i <= s[1]; i++ {
				got, n = append(got, i), n+1
			}
		}
		if n == 0 || n > pageLeaves {
			t.Errorf("a page of %d", n)
		}
	}
	if ranges := rangesOf(got); fmt.Sprint(ranges) != fmt.Sprint(picks) {
		t.Errorf("pages hold %v", ranges)
	}
}

func TestBundlesSayWherePayloadsWent(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f, trust := anchored(t, d)
		ctx := t.Context()
		old := domain.Micros(1000)
		f.put(t, timed("a", kindDecision, old, "198.51.100.1"), timed("a", kindDecision, old, "198.51.100.2")) // 1, 2: pruned
		now := f.clock.Now()
		for _, ip := range []string{"192.0.2.1", "192.0.2.2", "192.0.2.3"} { // 3: erased, 4: missing, 5: secret
			u := timed("a", kindDecision, now, ip)
			if ip == "192.0.2.3" {
				u.Ring = domain.Secret
			}
			f.put(t, u)
		}
		x := f.disposal()
		if _, err := x.Prune(ctx, Retention{Tenant: "a", Days: 1}); err != nil {
			t.Fatal(err)
		}
		if _, err := x.Erase(ctx, "a", ipSubject("192.0.2.1"), "case 7", Actor{}); err != nil {
			t.Fatal(err)
		}
		if err := d.InTx(ctx, "a", func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `DELETE FROM payload WHERE tenant_id = $1 AND idx = 4`, tx.Tenant)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		f.closeEpoch(t)
		whole := BundleQuery{Kind: receipt.BundleTenant, MayOpen: func(r domain.Ring) bool { return r != domain.Secret }}
		rep, _ := f.bundled(t, trust, "a", whole)
		p := rep.Payloads
		if p.Erased != 1 || p.Pruned != 2 || p.Missing != 1 || p.Withheld != 1 || p.Opened != 3 || len(rep.Gone) != 2 {
			t.Errorf("whole log: %s", rep)
		}
		for i, want := range map[uint64]receipt.PayloadCounts{
			1: {Opened: 2, Pruned: 1}, 3: {Opened: 2, Erased: 1}, 4: {Opened: 1, Missing: 1}, 5: {Opened: 2},
		} {
			rep, _ := f.bundled(t, trust, "a", BundleQuery{Kind: receipt.BundleDecision, Index: i})
			if rep.Payloads != want {
				t.Errorf("entry %d: %s", i, rep)
			}
		}
		rep, _ = f.bundled(t, trust, "a", BundleQuery{Kind: receipt.BundleRange, From: now})
		if rep.Payloads.Erased != 1 || rep.First != 3 && rep.First != 0 {
			t.Errorf("range: %s", rep)
		}
		rep, file := f.bundled(t, trust, "a", BundleQuery{Kind: receipt.BundleTenant, HeadersOnly: true})
		if rep.Payloads.Opened != 1 || rep.Payloads.Withheld != 7 || bytes.Contains(file, []byte("192.0.2")) {
			t.Errorf("headers only: %s", rep)
		}
	})
}

func TestBundlesHoldOneTenant(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f, trust := anchored(t, d)
		for i := range 40 {
			f.put(t, timed(tenantIDs[i%2], kindDecision, f.clock.Now(), "192.0.2.1"))
		}
		f.closeEpoch(t)
		for _, q := range []BundleQuery{
			{Kind: receipt.BundleTenant}, {Kind: receipt.BundleSubject, Subject: ipSubject("192.0.2.1")}, {Kind: receipt.BundleRange, From: 1}, {Kind: receipt.BundleDecision, Index: 3},
		} {
			rep, file := f.bundled(t, trust, "a", q)
			if bytes.Contains(file, []byte("log-b")) || rep.Log != "log-a" || rep.Tenant != "a" {
				t.Errorf("%s holds something of another tenant", q.Kind)
			}
		}
	})
}

// A bundle that is made while the log grows and payloads are erased is either
// valid or says that it has to be asked for again.
func TestBundlesWhileTheLogMoves(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f, trust := anchored(t, d)
		const subjects = 8
		ip := func(i int) string { return fmt.Sprintf("192.0.2.%d", i%subjects) }
		for i := range 300 {
			f.put(t, timed("a", kindDecision, f.clock.Now(), ip(i)))
		}
		f.closeEpoch(t)
		var work sync.WaitGroup
		work.Go(func() {
			for i := range 120 {
				if _, err := f.Append(t.Context(), timed("a", kindDecision, f.clock.Now(), "198.51.100.1")); err != nil {
					t.Errorf("append %d: %v", i, err)
				}
				if i%20 == 0 {
					if err := f.Anchors.CloseEpoch(t.Context()); err != nil {
						t.Error(err)
					}
				}
			}
		})
		work.Go(func() {
			for i := range subjects - 1 {
				if _, err := f.disposal().Erase(t.Context(), "a", ipSubject(ip(i)), "case", Actor{}); err != nil {
					t.Errorf("erase: %v", err)
				}
			}
		})
		done := make(chan struct{})
		go func() { work.Wait(); close(done) }()
		made := 0
		var failed error
		for running := true; (running || made == 0) && failed == nil; {
			select {
			case <-done:
				running = false
			default:
			}
			for _, q := range []BundleQuery{{Kind: receipt.BundleTenant}, {Kind: receipt.BundleRange, From: 1}, {Kind: receipt.BundleSubject, Subject: ipSubject(ip(subjects - 1))}} {
				ok, err := f.whileMoving(t, trust, q)
				if ok {
					made++
				}
				failed = errors.Join(failed, err)
			}
		}
		<-done // the others must not outlive the test
		if failed != nil {
			t.Fatal(failed)
		}
		if rep, _ := f.bundled(t, trust, "a", BundleQuery{Kind: receipt.BundleTenant}); rep.Payloads.Missing != 0 || rep.Payloads.Erased == 0 {
			t.Errorf("in the end: %s", rep)
		}
	})
}

// whileMoving makes one bundle and verifies it; false: it has to be asked for
// again.
func (f *fixture) whileMoving(t *testing.T, trust receipt.Trust, q BundleQuery) (bool, error) {
	t.Helper()
	var file bytes.Buffer
	b, err := f.Bundle(t.Context(), "a", q)
	if err == nil {
		err = b.Write(t.Context(), &file)
	}
	if errors.Is(err, ErrMeanwhile) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("%s: %w", q.Kind, err)
	}
	rep, err := receipt.VerifyBundle(&file, trust)
	if err != nil || rep.Payloads.Missing > 0 {
		return false, fmt.Errorf("%s: %w\n%s", q.Kind, err, rep)
	}
	return true, nil
}
