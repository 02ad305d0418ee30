package evidence

import (
	"bytes"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

// timed is a unit with a time and a subject of its own.
func timed(tenant domain.TenantID, kind string, at domain.Micros, ip string) *Unit {
	u := unit(tenant, ip)
	u.Kind, u.Time, u.Subjects[0].Value = kind, at, ip
	return u
}

func (f *fixture) put(t testing.TB, units ...*Unit) {
	t.Helper()
	for _, u := range units {
		if _, err := f.Append(t.Context(), u); err != nil {
			t.Fatal(err)
		}
	}
}

// bundled builds and verifies a bundle.
func (f *fixture) bundled(t testing.TB, trust receipt.Trust, tenant domain.TenantID, q BundleQuery) (*receipt.BundleReport, []byte) {
	t.Helper()
	b, err := f.Bundle(t.Context(), tenant, q)
	if err != nil {
		t.Fatalf("%s: %v", q.Kind, err)
	}
	var file bytes.Buffer
	if err := b.Write(t.Context(), &file); err != nil {
		t.Fatalf("%s: %v", q.Kind, err)
	}
	rep, err := receipt.VerifyBundle(bytes.NewReader(file.Bytes()), trust)
	if err != nil {
		t.Fatalf("%s: %v\n%s", q.Kind, err, rep)
	}
	if rep.Level != b.Level() {
		t.Errorf("%s: made at level %s, proves %s", q.Kind, b.Level(), rep.Level)
	}
	return rep, file.Bytes()
}

func TestBundlesOfEachKind(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f, trust := anchored(t, d)
		const kinds = 300
		for i := range kinds {
			ip := "192.0.2.1"
			if i%3 == 0 {
				ip = "198.51.100.7"
			}
			f.put(t, timed("a", "decision", domain.Micros(1000+i), ip))
		}
		f.put(t, timed("b", "decision", 1100, "192.0.2.1"))
		for _, level := range []receipt.Level{receipt.Committed, receipt.Anchored} {
			rep, _ := f.bundled(t, trust, "a", BundleQuery{Kind: receipt.BundleDecision, Index: 77})
			if rep.Level != level || rep.Entries != 2 || rep.Payloads.Opened != 2 || !rep.Pinned {
				t.Errorf("decision: %s", rep)
			}
			rep, _ = f.bundled(t, trust, "a", BundleQuery{Kind: receipt.BundleSubject, Subject: domain.Subject{Kind: domain.SubjectIP, Value: "198.51.100.7"}})
			if rep.Level != level || rep.Entries != 101 || rep.Payloads.Opened != 101 {
				t.Errorf("subject: %s", rep)
			}
			rep, _ = f.bundled(t, trust, "a", BundleQuery{Kind: receipt.BundleTenant})
			if rep.Level != level || rep.Entries != kinds+1 || rep.Payloads.Opened != kinds+1 {
				t.Errorf("tenant: %s", rep)
			}
			f.closeEpoch(t)
		}
		if _, err := f.Bundle(t.Context(), "a", BundleQuery{Kind: receipt.BundleDecision, Index: 0}); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("the genesis as a decision: %v", err)
		}
		if _, err := f.Bundle(t.Context(), "a", BundleQuery{Kind: receipt.BundleSubject, Subject: domain.Subject{Kind: domain.SubjectUser, Value: "x"}}); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("a subject without leaves: %v", err)
		}
	})
}
