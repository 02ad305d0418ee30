package evidence

import (
	"fmt"
	"runtime"
	"sync"
	"testing"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/domain"
)

func TestKeyCacheIsBoundedAndKeepsTheBusy(t *testing.T) {
	t.Parallel()
	c := newKeyCache(64)
	busy := c.add(&TenantKeys{Tenant: "busy"})
	for i := range 1000 {
		if c.get("busy") != busy {
			t.Fatalf("the busy tenant was dropped after %d others", i)
		}
		c.add(&TenantKeys{Tenant: domain.TenantID(fmt.Sprint(i))})
		if c.len() > 64 {
			t.Fatalf("%d tenants are kept", c.len())
		}
	}
	fresh := &TenantKeys{Tenant: "busy"}
	if c.add(fresh) != busy {
		t.Error("a second loader replaced the keys of the first")
	}
	if c.replace(fresh); c.get("busy") != fresh {
		t.Error("replaced keys are not used")
	}
}

func TestKeyCacheIsSafeConcurrently(t *testing.T) {
	t.Parallel()
	c := newKeyCache(16)
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 2000 {
				id := domain.TenantID(fmt.Sprint((i * (w + 1)) % 40))
				k := c.get(id)
				if k == nil {
					k = c.add(&TenantKeys{Tenant: id})
				}
				if k.Tenant != id {
					t.Errorf("asked for %s, got %s", id, k.Tenant)
				}
			}
		})
	}
	wg.Wait()
}

// An idle tenant of ten thousand has its share of a full cache; each of those in
// it has sealed something.
func TestKeysOfAnIdleTenantAreSmall(t *testing.T) {
	const n = 500
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	c := newKeyCache(maxKeys)
	for i := range n {
		k := testKeys(t, byte(i))
		k.Tenant = domain.TenantID(fmt.Sprint(i))
		u := unit(k.Tenant, "x")
		u.Ring = domain.Unclass
		if err := k.Seal(u, clock.System{}); err != nil {
			t.Fatal(err)
		}
		c.add(k)
	}
	runtime.GC()
	runtime.GC() // pools give back what they hold after the second
	runtime.ReadMemStats(&after)
	each := (after.HeapAlloc - before.HeapAlloc) / n
	share := each * maxKeys / 10_000
	t.Logf("%d bytes per tenant in the cache, %d per tenant of 10,000", each, share)
	if share > 4<<10 {
		t.Errorf("%d bytes per tenant of 10,000, want at most 4 KiB", share)
	}
	runtime.KeepAlive(c)
}
