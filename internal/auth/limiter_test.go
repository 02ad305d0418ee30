package auth_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/auth"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/tenant"

	"github.com/google/go-cmp/cmp"
)

// limited is a scene whose tenant may write 10 per second, 20 at once.
func limited(t testing.TB) (*scene, *auth.Limiter) {
	t.Helper()
	clk := newClock()
	s := newScene(t, dbtest.OpenSQLite(t, clk), clk)
	s.setRates(`{"rates":{"write":{"per_second":10,"burst":20}}}`)
	return s, auth.NewLimiter(s.tenants, clk)
}

func (s *scene) setRates(settings string) {
	s.t.Helper()
	_, err := s.tenants.Update(s.t.Context(), s.owner, s.owner.Principal.Org, s.first.Tenant.ID, tenant.Update{Settings: []byte(settings)})
	if err != nil {
		s.t.Fatal(err)
	}
}

func TestLimiterLetsABurstInAndThenTheRate(t *testing.T) {
	t.Parallel()
	s, l := limited(t)
	take := func(n int64) auth.Quota { return l.Take(s.first.Tenant.ID, tenant.ClassWrite, n) }
	want := auth.Quota{Allowed: true, Limit: 20, Remaining: 19, Window: 2, ResetSeconds: 1}
	if diff := cmp.Diff(want, take(1)); diff != "" {
		t.Error(diff)
	}
	if q := take(19); !q.Allowed || q.Remaining != 0 || q.ResetSeconds != 2 {
		t.Errorf("rest of the burst: %+v", q)
	}
	if diff := cmp.Diff(auth.Quota{Limit: 20, Window: 2, ResetSeconds: 2, RetryAfterSeconds: 1}, take(1)); diff != "" {
		t.Error(diff)
	}
	s.clk.Advance(100*time.Millisecond - time.Microsecond)
	if take(1).Allowed {
		t.Error("allowed a microsecond too early")
	}
	s.clk.Advance(time.Microsecond)
	if !take(1).Allowed || take(1).Allowed {
		t.Error("want exactly one more after a tenth of a second")
	}
	s.clk.Advance(time.Hour)
	if q := take(0); !q.Allowed || q.Remaining != 20 || q.ResetSeconds != 0 {
		t.Errorf("after an hour: %+v", q)
	}
	// All or nothing; classes and tenants have their own.
	take(15)
	if q := take(6); q.Allowed || q.Remaining != 5 {
		t.Errorf("6 of 5: %+v", q)
	}
	if !take(5).Allowed {
		t.Error("a refused request took something")
	}
	if q := l.Take(s.first.Tenant.ID, tenant.ClassDefend, 1); !q.Allowed || q.Limit != 100_000 {
		t.Errorf("another class: %+v", q)
	}
	if q := l.Take(s.tenant("other").ID, tenant.ClassWrite, 1); !q.Allowed || q.Remaining != 199 {
		t.Errorf("another tenant: %+v", q)
	}
	if q := l.Take("tn_none", tenant.ClassRead, 1); q.Allowed || q.RetryAfterSeconds == 0 {
		t.Errorf("unknown tenant: %+v", q)
	}
}

func TestLimiterLargeRequestsPayAfterwards(t *testing.T) {
	t.Parallel()
	s, l := limited(t)
	take := func(n int64) bool { return l.Take(s.first.Tenant.ID, tenant.ClassWrite, n).Allowed }
	if !take(1_000_000) {
		t.Fatal("more than a burst is never let in")
	}
	s.clk.Advance(2 * time.Second) // pays for one burst of the two
	if take(1) {
		t.Error("nothing was paid for")
	}
	s.clk.Advance(100 * time.Millisecond)
	if !take(1) || take(1) {
		t.Error("want one after the debt is paid")
	}
	if take(1_000_000) {
		t.Error("more than a burst without a full bucket")
	}
}

func TestLimiterSurvivesClockSetBackAndNewLimits(t *testing.T) {
	t.Parallel()
	s, l := limited(t)
	take := func() bool { return l.Take(s.first.Tenant.ID, tenant.ClassWrite, 1).Allowed }
	take()
	s.clk.Advance(-24 * time.Hour)
	for i := 0; !take(); i++ {
		if i > 30 {
			t.Fatal("locked out by a clock set back")
		}
		s.clk.Advance(100 * time.Millisecond)
	}
	s.setRates(`{"rates":{"write":{"per_second":1000,"burst":1000}}}`)
	if q := l.Take(s.first.Tenant.ID, tenant.ClassWrite, 1); !q.Allowed || q.Limit != 1000 {
		t.Errorf("after a change of the limit: %+v", q)
	}
}

func TestLimiterIsExactUnderConcurrency(t *testing.T) {
	t.Parallel()
	s, l := limited(t)
	var allowed atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				if l.Take(s.first.Tenant.ID, tenant.ClassWrite, 1).Allowed {
					allowed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if n := allowed.Load(); n != 20 {
		t.Errorf("%d let in, want 20", n)
	}
}

func BenchmarkTake(b *testing.B) {
	s, l := limited(b)
	s.setRates(`{"rates":{"defend":{"per_second":10000000,"burst":10000000}}}`)
	id := s.first.Tenant.ID
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			l.Take(id, tenant.ClassDefend, 1)
		}
	})
}

func BenchmarkAuthenticate(b *testing.B) {
	s, _ := limited(b)
	key := s.first.Key.Reveal()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.auth.Authenticate(b.Context(), key); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAuthenticateMadeUp(b *testing.B) {
	s, _ := limited(b)
	other, _ := limited(b)
	key := other.first.Key.Reveal()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.auth.Authenticate(b.Context(), key); err == nil {
			b.Fatal("accepted")
		}
	}
}
