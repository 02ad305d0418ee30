package enforce_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"sync"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/enforce"
	"frostgate.io/frostgate/internal/fault"

	"github.com/google/go-cmp/cmp"
)

func TestCanonicalValues(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind     enforce.Kind
		in, want string // want empty: refused
	}{
		{enforce.IP, "192.0.2.1", "192.0.2.1"},
		{enforce.IP, "::ffff:192.0.2.1", "192.0.2.1"},
		{enforce.IP, "2001:DB8:0:0::1", "2001:db8::1"},
		{enforce.IP, "fe80::1%eth0", ""},
		{enforce.IP, "192.0.2.0/24", ""},
		{enforce.IP, "192.0.2.01", ""},
		{enforce.IP, " 192.0.2.1", ""},
		{enforce.IP, "", ""},
		{enforce.Range, "192.0.2.0/24", "192.0.2.0/24"},
		{enforce.Range, "192.0.2.1/24", ""},
		{enforce.Range, "192.0.2.1", ""},
		{enforce.Range, "0.0.0.0/0", ""},
		{enforce.Range, "10.0.0.0/8", "10.0.0.0/8"},
		{enforce.Range, "::ffff:10.0.0.0/104", "10.0.0.0/8"},
		{enforce.Range, "::ffff:0:0/95", ""},
		{enforce.Range, "fc00::/7", "fc00::/7"},
		{enforce.Range, "2000::/3", ""},
		{enforce.Host, "Web-01.Example.ORG.", "web-01.example.org"},
		{enforce.Host, "two words", ""},
		{enforce.Host, ".", ""},
		{enforce.User, "root", "root"},
		{enforce.User, "CORP\\Anna", "CORP\\Anna"},
		{enforce.User, "a\x00b", ""},
		{enforce.User, "a\xff", ""},
		{enforce.Session, "0x3e7", "0x3e7"},
		{enforce.Country, "de", "DE"},
		{enforce.Country, "DEU", ""},
		{enforce.ASN, "64500", "AS64500"},
		{enforce.ASN, "as064500", "AS64500"},
		{enforce.ASN, "AS0", ""},
		{enforce.ASN, "AS", ""},
		{enforce.ASN, "AS4294967296", ""},
		{enforce.ASN, "AS+5", ""},
		{"planet", "mars", ""},
	} {
		got, err := enforce.Canonical(c.kind, c.in)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s %q: got %q, %v; want %q", c.kind, c.in, got, err, c.want)
		}
		if err != nil {
			wantCode(t, err, fault.Invalid)
		}
	}
}

func FuzzCanonical(f *testing.F) {
	for _, s := range []string{"192.0.2.1", "::ffff:10.0.0.0/104", "AS1", "de", "web.", "2001:db8::/32"} {
		for _, k := range []string{"ip", "range", "user", "host", "session", "country", "asn"} {
			f.Add(k, s)
		}
	}
	f.Fuzz(func(t *testing.T, kind, value string) {
		got, err := enforce.Canonical(enforce.Kind(kind), value)
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid {
				t.Fatalf("code %s", fault.CodeOf(err))
			}
			return
		}
		again, err := enforce.Canonical(enforce.Kind(kind), got)
		if err != nil || again != got {
			t.Fatalf("%s %q: canonical %q becomes %q, %v", kind, value, got, again, err)
		}
	})
}

func mustAllow(t *testing.T, s *enforce.Service, kind enforce.Kind, value string, until domain.Micros) enforce.Allow {
	t.Helper()
	a, err := s.AddAllow(context.Background(), tenant, enforce.NewAllow{Kind: kind, Value: value, Reason: "ours", ExpiresAt: until}, actor())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func covered(t *testing.T, s *enforce.Service, of domain.TenantID, kind, value string, at domain.Micros) string {
	t.Helper()
	id, ok, err := s.NeverBlock(context.Background(), of, kind, value, at)
	if err != nil || ok != (id != "") {
		t.Fatalf("never block %s %s: %q %t %v", kind, value, id, ok, err)
	}
	return id
}

func TestAllowListCoversUntilRemovedOrExpired(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, clk *clock.Fake) {
		ctx := context.Background()
		s := enforce.New(d, enforce.Config{})
		now := clk.Now()
		if id := covered(t, s, tenant, "ip", "192.0.2.1", now); id != "" {
			t.Errorf("an empty list covers by %s", id)
		}
		hour := now + domain.Micros(time.Hour.Microseconds())
		wide := mustAllow(t, s, enforce.Range, "192.0.0.0/16", hour)
		narrow := mustAllow(t, s, enforce.Range, "192.0.2.0/24", 0)
		host := mustAllow(t, s, enforce.Host, "Web.Example.org", 0)
		one := mustAllow(t, s, enforce.IP, "2001:db8::1", 0)
		_ = mustAllow(t, s, enforce.Country, "de", 0)
		for _, c := range []struct {
			kind, value string
			at          domain.Micros
			want        string
		}{
			{"ip", "192.0.2.77", now, narrow.ID},
			{"ip", "::ffff:192.0.2.77", now, narrow.ID},
			{"ip", "192.0.3.1", now, wide.ID},
			{"ip", "192.0.3.1", hour - 1, wide.ID},
			{"ip", "192.0.3.1", hour, ""}, // over at that very time
			{"ip", "192.1.0.0", now, ""},
			{"ip", "191.255.255.255", now, ""},
			{"ip", "2001:db8::1", now, one.ID},
			{"ip", "2001:db8::2", now, ""},
			{"ip", "not an address", now, ""},
			{"host", "WEB.example.org.", now, host.ID},
			{"user", "web.example.org", now, ""},
			{"range", "192.0.2.128/25", now, min(wide.ID, narrow.ID)},
			{"range", "192.0.3.0/24", now, wide.ID},
			{"range", "2001:db8::/32", now, one.ID},
			{"range", "198.51.100.0/24", now, ""},
		} {
			if got := covered(t, s, tenant, c.kind, c.value, c.at); got != c.want {
				t.Errorf("%s %s: covered by %q, want %q", c.kind, c.value, got, c.want)
			}
			if got := covered(t, s, other, c.kind, c.value, c.at); got != "" {
				t.Errorf("%s %s: another tenant is covered by %q", c.kind, c.value, got)
			}
		}
		if _, err := s.AddAllow(ctx, tenant, enforce.NewAllow{Kind: enforce.Range, Value: "192.0.2.0/24", Reason: "again", ExpiresAt: hour}, actor()); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("a covered double: %v", err)
		}
		longer := mustAllow(t, s, enforce.Range, "192.0.0.0/16", 0) // outlasts the first
		if got := covered(t, s, tenant, "ip", "192.0.3.1", hour); got != longer.ID {
			t.Errorf("covered by %q, want the longer entry %q", got, longer.ID)
		}
		if _, err := s.RemoveAllow(ctx, other, narrow.ID, "", actor()); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("another tenant's removal: %v", err)
		}
		clk.Advance(time.Second)
		gone, err := s.RemoveAllow(ctx, tenant, narrow.ID, "", actor())
		if err != nil || gone.RemovedAt != clk.Now() || gone.RemovedBy != "pr_1" {
			t.Fatalf("remove: %+v, %v", gone, err)
		}
		clk.Advance(time.Second)
		if again, err := s.RemoveAllow(ctx, tenant, narrow.ID, "", actor()); err != nil || cmp.Diff(gone, again) != "" {
			t.Errorf("second removal: %+v, %v", again, err)
		}
		if got := covered(t, s, tenant, "ip", "192.0.2.77", clk.Now()); got == narrow.ID || got == "" {
			t.Errorf("after removal: covered by %q", got)
		}
		if n := len(audits(t, d, tenant)); n != 7 {
			t.Errorf("%d audit rows, want 6 additions and 1 removal", n)
		}

		live, next, err := s.AllowList(ctx, tenant, enforce.AllowFilter{}, enforce.Page{Limit: 3})
		if err != nil || len(live) != 3 || next == "" {
			t.Fatalf("page: %d, %q, %v", len(live), next, err)
		}
		rest, next, err := s.AllowList(ctx, tenant, enforce.AllowFilter{}, enforce.Page{Limit: 3, Cursor: next})
		if err != nil || len(rest) != 2 || next != "" {
			t.Errorf("rest: %d, %q, %v", len(rest), next, err)
		}
		all, _, err := s.AllowList(ctx, tenant, enforce.AllowFilter{Kind: enforce.Range, Ended: true}, enforce.Page{})
		if err != nil || len(all) != 3 {
			t.Errorf("ranges with ended ones: %d, %v", len(all), err)
		}
	})
}

func TestAllowListRefusesBadInput(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(start)
	s := enforce.New(dbtest.OpenSQLite(t, clk), enforce.Config{MaxAllow: 1})
	for name, c := range map[string]struct {
		in   enforce.NewAllow
		code fault.Code
	}{
		"no reason": {enforce.NewAllow{Kind: enforce.User, Value: "u"}, fault.Invalid},
		"past":      {enforce.NewAllow{Kind: enforce.User, Value: "u", Reason: "r", ExpiresAt: clk.Now()}, fault.Invalid},
		"kind":      {enforce.NewAllow{Kind: "x", Value: "u", Reason: "r"}, fault.Invalid},
	} {
		if _, err := s.AddAllow(context.Background(), tenant, c.in, actor()); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	mustAllow(t, s, enforce.User, "u", 0)
	_, err := s.AddAllow(context.Background(), tenant, enforce.NewAllow{Kind: enforce.User, Value: "v", Reason: "r"}, actor())
	wantCode(t, err, fault.QuotaExceeded)
}

// A list that can't be read is an error, never "not on the list"; it heals when
// the store does.
func TestNeverBlockFailsClosed(t *testing.T) {
	t.Parallel()
	s := enforce.New(dbtest.OpenSQLite(t, clock.NewFake(start)), enforce.Config{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, ok, err := s.NeverBlock(ctx, tenant, "ip", "192.0.2.1", micros(start)); err == nil || ok {
		t.Errorf("a list that was never read: ok %t, err %v", ok, err)
	}
	if _, _, err := s.NeverBlock(context.Background(), tenant, "ip", "192.0.2.1", micros(start)); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// Readers race with changes: once a change has returned, every reader sees it.
func TestNeverBlockSeesEveryChange(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(start)
	clk.Rand = rand.NewChaCha8([32]byte{})
	s := enforce.New(dbtest.OpenSQLite(t, clk), enforce.Config{})
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if _, _, err := s.NeverBlock(context.Background(), tenant, "user", "u", micros(start)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range 50 {
		a := mustAllow(t, s, enforce.User, "u", 0)
		if got := covered(t, s, tenant, "user", "u", micros(start)); got != a.ID {
			t.Errorf("after adding: %q", got)
		}
		if _, err := s.RemoveAllow(context.Background(), tenant, a.ID, "", actor()); err != nil {
			t.Fatal(err)
		}
		if got := covered(t, s, tenant, "user", "u", micros(start)); got != "" {
			t.Errorf("after removal: %q", got)
		}
	}
	close(stop)
	readers.Wait()
}

// The sorted, linked ranges answer as a plain scan over them does.
func TestRangesAgreeWithAScan(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(start)
	clk.Rand = rand.NewChaCha8([32]byte{})
	s := enforce.New(dbtest.OpenSQLite(t, clk), enforce.Config{})
	rng := rand.New(rand.NewPCG(1, 2))
	now := micros(start)
	type entry struct {
		p     netip.Prefix
		until domain.Micros
	}
	var all []entry
	for range 120 {
		var a netip.Addr
		bits := 8 + rng.IntN(25)
		if rng.IntN(3) == 0 {
			a, bits = netip.AddrFrom16([16]byte{0x20, 1, byte(rng.IntN(3)), byte(rng.IntN(3)), byte(rng.IntN(3))}), 16+rng.IntN(113)
		} else {
			a = netip.AddrFrom4([4]byte{10, byte(rng.IntN(3)), byte(rng.IntN(3)), byte(rng.IntN(256))})
		}
		e := entry{p: netip.PrefixFrom(a, bits).Masked(), until: domain.Micros(rng.IntN(2)) * (now + 1000)}
		if _, err := s.AddAllow(context.Background(), tenant, enforce.NewAllow{Kind: enforce.Range, Value: e.p.String(), Reason: "r", ExpiresAt: e.until}, actor()); err != nil {
			if fault.CodeOf(err) == fault.Conflict {
				continue
			}
			t.Fatal(err)
		}
		all = append(all, e)
	}
	for range 20000 {
		a := netip.AddrFrom4([4]byte{10, byte(rng.IntN(4)), byte(rng.IntN(4)), byte(rng.IntN(256))})
		if rng.IntN(3) == 0 {
			a = netip.AddrFrom16([16]byte{0x20, 1, byte(rng.IntN(4)), byte(rng.IntN(4)), byte(rng.IntN(4)), byte(rng.IntN(2))})
		}
		at := now + domain.Micros(rng.IntN(2)*2000)
		want := false
		for _, e := range all {
			want = want || e.p.Contains(a) && (e.until == 0 || at < e.until)
		}
		if got := covered(t, s, tenant, "ip", a.String(), at) != ""; got != want {
			t.Fatalf("%s at +%d: covered %t, a scan says %t", a, at-now, got, want)
		}
	}
}

func BenchmarkNeverBlock(b *testing.B) {
	clk := clock.NewFake(start)
	clk.Rand = rand.NewChaCha8([32]byte{})
	s := enforce.New(dbtest.OpenSQLite(b, clk), enforce.Config{})
	ctx := context.Background()
	for i := range 1000 {
		for _, in := range []enforce.NewAllow{
			{Kind: enforce.Range, Value: fmt.Sprintf("10.%d.%d.0/24", i/250, i%250), Reason: "r"},
			{Kind: enforce.User, Value: fmt.Sprintf("user%d", i), Reason: "r"},
		} {
			if _, err := s.AddAllow(ctx, tenant, in, actor()); err != nil {
				b.Fatal(err)
			}
		}
	}
	for name, c := range map[string][2]string{
		"range": {"ip", "10.3.200.7"},
		"miss":  {"ip", "203.0.113.9"},
		"user":  {"user", "user500"},
		"ipv6":  {"ip", "2001:db8::1"},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := s.NeverBlock(ctx, tenant, c[0], c[1], micros(start)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
