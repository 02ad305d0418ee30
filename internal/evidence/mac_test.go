package evidence

import (
	"testing"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db/dbtest"
)

func TestSubjectCiphersAreBoundedOverAllTenants(t *testing.T) {
	t.Parallel()
	f := newFixture(t, dbtest.OpenSQLite(t, clock.System{}))
	first := make(map[string]*TenantKeys)
	for _, id := range tenantIDs {
		k, err := f.keyring.Keys(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		first[string(id)] = k
		for i := range maxSubjectCiphers {
			mac := MAC{0: byte(i), 1: byte(i >> 8)}
			if _, err := k.rings[""].subjectAEAD(mac); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := len(f.keyring.ciphers.m); n == 0 || n > maxSubjectCiphers {
		t.Errorf("%d ciphers are kept, %d at most", n, maxSubjectCiphers)
	}
	// Keys that were read anew don't find the ciphers of those before.
	again, err := f.keyring.reload(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	if f.keyring.ciphers.m != nil || again == first["a"] {
		t.Error("the ciphers of older keys are still kept")
	}
	if f.keyring.ciphers.get(again.rings[""], MAC{}) != nil {
		t.Error("new keys have an old cipher")
	}
}
