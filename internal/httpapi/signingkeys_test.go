package httpapi

import (
	"slices"
	"testing"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/signing"
	"frostgate.io/frostgate/receipt"

	"github.com/google/go-cmp/cmp"
)

func TestSigningKeysOverTheAPI(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	const path = prefixV1 + "/evidence/signing-keys"
	a := f.do(t, adminA, "GET", path, "")
	var got list[signingKey]
	if a.into(t, &got); a.status != 200 || len(got.Items) != 1 || got.Items[0].State != "active" || got.Items[0].VerifierKey != f.deps.VerifierKey {
		t.Errorf("list: %d %s", a.status, a.body)
	}
	f.do(t, "", "GET", path, "").want(t, 401, fault.Unauthenticated)
	var key logKey
	if a := f.do(t, adminA, "GET", prefixV1+"/evidence/key", ""); a.status != 200 {
		t.Errorf("key: %d %s", a.status, a.body)
	} else if a.into(t, &key); !slices.Equal(key.VerifierKeys, []string{f.deps.VerifierKey}) || key.VerifierKey != f.deps.VerifierKey {
		t.Errorf("key: %s", a.body)
	}
}

// A key's life as the root log tells it; who verifies pins all but the revoked.
func TestSigningKeyHistory(t *testing.T) {
	t.Parallel()
	history := []receipt.RootEntry{
		{Artifact: receipt.RootGenesis, Index: 0, Time: 10, Key: "n+a+x"},
		{Artifact: receipt.RootKey, Index: 4, Time: 20, Key: "n+b+x", Action: receipt.KeyIssue},
		{Artifact: receipt.RootKey, Index: 6, Time: 30, Key: "n+a+x", Action: receipt.KeyRetire},
		{Artifact: receipt.RootKey, Index: 9, Time: 40, Key: "n+a+x", Action: receipt.KeyRevoke, Reason: "stolen"},
	}
	at := func(i uint64, us int64) (*uint64, *Time) { t := Time(us); return &i, &t }
	want := signingKey{ID: "a", VerifierKey: "n+a+x", State: "revoked", Reason: "stolen"}
	want.IssuedIndex, want.IssuedAt = at(0, 10)
	want.EndedIndex, want.EndedAt = at(9, 40)
	got := signingKeyOf(signing.LogKey{VerifierKey: "n+a+x", State: signing.Revoked, Reason: "stolen"}, history)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	unknown := signingKeyOf(signing.LogKey{VerifierKey: "n+c+x", State: signing.Active, Since: 5}, history)
	if unknown.IssuedIndex != nil || unknown.Since == nil {
		t.Errorf("a key that waits for the root log: %+v", unknown)
	}
	pins := verifierKeys([]signing.LogKey{
		{VerifierKey: "n+a+x", State: signing.Revoked},
		{VerifierKey: "n+b+x", State: signing.Retired},
		{VerifierKey: "n+c+x", State: signing.Retiring},
		{VerifierKey: "n+d+x", State: signing.Active},
	})
	if diff := cmp.Diff([]string{"n+d+x", "n+c+x", "n+b+x"}, pins); diff != "" {
		t.Error(diff)
	}
}
