package httpapi

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

func TestSlotsAreBoundedForAllAndForEach(t *testing.T) {
	t.Parallel()
	var b bundleSlots
	b.limit(2, 1, "things are done")
	take := func(id domain.TenantID, want fault.Code) func() {
		t.Helper()
		done, err := b.take(id)
		if fault.CodeOf(err) != want {
			t.Fatalf("%s: %v, want %q", id, err, want)
		}
		return done
	}
	a := take("a", "")
	take("a", fault.Busy)
	take("b", "")
	take("c", fault.Busy)
	a()
	take("b", fault.Busy)
	take("c", "")
	if b.all != 2 || len(b.tenants) != 2 {
		t.Errorf("%d slots of %d tenants are taken", b.all, len(b.tenants))
	}
}

// Each long work has slots of its own: none keeps another from being done.
func TestLongWorksHaveSlotsOfTheirOwn(t *testing.T) {
	t.Parallel()
	f := anchoring(t)
	id := f.decided(t, adminA, 1)
	works := []struct {
		name, method, path string
		pool               *bundleSlots
		most               int
	}{
		{"bundle", "GET", bundleBase + id, &f.bundles, maxTenantBundles},
		{"verify", "POST", prefixV1 + "/evidence/verify", &f.uploads, maxTenantUploads},
		{"chain", "GET", prefixV1 + "/forensics/chain/verify", &f.chains, maxTenantChains},
		{"audit", "GET", prefixV1 + "/audit/export", &f.exports, maxTenantExports},
	}
	for _, full := range works {
		var free []func()
		for range full.most {
			done, err := full.pool.take(tenantA)
			if err != nil {
				t.Fatal(err)
			}
			free = append(free, done)
		}
		for _, w := range works {
			a := f.do(t, adminA, w.method, w.path, "")
			if busy := a.status == 503; busy != (w.name == full.name) {
				t.Errorf("%s while all slots of %s are taken: %d %s", w.name, full.name, a.status, a.body)
			}
			if w.name == full.name && a.header.Get("Retry-After") == "" {
				t.Errorf("%s: busy without Retry-After", w.name)
			}
		}
		if other := f.do(t, adminB, full.method, prefixV1+"/forensics/chain/verify", ""); full.name == "chain" && other.status != 200 {
			t.Errorf("another tenant's chain: %d %s", other.status, other.body)
		}
		for _, done := range free {
			done()
		}
	}
}

// A second verification of one tenant waits a little for the first.
func TestASlotIsWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var b bundleSlots
		b.limit(2, 1, "things are done")
		first, err := b.take("a")
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(50*time.Millisecond, first)
		second, err := b.within(t.Context(), time.Minute, "a")
		if err != nil {
			t.Fatalf("while the first is at work: %v", err)
		}
		if _, err := b.within(t.Context(), time.Millisecond, "a"); fault.CodeOf(err) != fault.Busy {
			t.Errorf("patience ended: %v", err)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := b.within(gone, time.Minute, "a"); !errors.Is(err, context.Canceled) {
			t.Errorf("who asked is gone: %v", err)
		}
		second()
		if b.all != 0 || len(b.tenants) != 0 {
			t.Errorf("%d slots of %d tenants are taken", b.all, len(b.tenants))
		}
	})
}
