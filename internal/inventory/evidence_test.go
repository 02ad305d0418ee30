package inventory

import (
	"context"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/receipt"

	"github.com/go-json-experiment/json"
)

func TestRunsAreEvidence(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		first := f.receive(upload(many(30)...))
		second := f.receive(upload(many(31)...))
		r, err := f.Log.Receipt(ctx, tenantA, uint64(second.Artifact), true)
		if err != nil {
			f.t.Fatal(err)
		}
		trust, err := receipt.NewTrust(f.custody.VerifierKey())
		if err != nil {
			f.t.Fatal(err)
		}
		if _, err := receipt.Verify(r, trust); err != nil {
			f.t.Errorf("receipt of a run: %v", err)
		}
		var text runText
		if err := json.Unmarshal([]byte(r.Openings["run"].Value), &text); err != nil {
			f.t.Fatal(err)
		}
		if text.Root != second.Root || text.Run != second.ID || text.Objects != 31 || len(text.Coverage) != 1 || text.Action != "run" {
			f.t.Errorf("artifact: %+v", text)
		}
		if v, err := f.Log.VerifyChain(ctx, tenantA); err != nil || !v.Valid {
			f.t.Errorf("chain: %+v %v", v, err)
		}
		got, _, err := evidence.NewAuditStore(f.db).List(ctx, tenantA, evidence.AuditFilter{Action: "inventory.run"}, "", 10)
		if err != nil || len(got) != 2 || got[1].Target != string(first.ID) || got[1].Detail["root"] != first.Root {
			f.t.Errorf("audit: %+v %v", got, err)
		}
	})
}

func TestSecretsKeepTheirKeyOverRekey(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		before, err := f.Secrets(ctx, tenantA)
		if err != nil {
			f.t.Fatal(err)
		}
		if _, err := evidence.NewDisposal(f.db, f.Keys, f.Log, []evidence.Eraser{f.Service}, nil).Rekey(ctx, tenantA, by()); err != nil {
			f.t.Fatal(err)
		}
		after, err := evidence.NewKeyring(f.db, f.custody).Keys(ctx, tenantA)
		if err != nil || after == nil {
			f.t.Fatal(err)
		}
		again, err := f.another(f.Log, evidence.NewKeyring(f.db, f.custody)).Secrets(ctx, tenantA)
		if err != nil || again.ID != before.ID || string(again.Key) != string(before.Key) || len(again.Key) != 32 || len(again.ID) != 8 {
			f.t.Errorf("key %+v became %+v, %v", before, again, err)
		}
		if other, err := f.Secrets(ctx, tenantB); err != nil || other.ID == before.ID {
			f.t.Errorf("another tenant's key: %+v %v", other, err)
		}
	})
}

func TestSecretsAreNotKept(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		const secret = "correct horse battery staple"
		r := f.receive(`{"type":"thing","id":"1","object":{"name":"x","clientSecret":"` + secret + `"}}`)
		if a := string(f.export(tenantA, r.Root)); strings.Contains(a, secret) || !strings.Contains(a, "frostgate-secret:") {
			f.t.Errorf("archive: %s", a)
		}
		k, err := f.Secrets(ctx, tenantA)
		if err != nil {
			f.t.Fatal(err)
		}
		snap, err := f.Snapshot(ctx, tenantA, r.Root)
		if err != nil || snap.Root.Secrets != k.ID {
			f.t.Errorf("root: %+v %v", snap.Root, err)
		}
	})
}

func TestErasureSaysWhatNamesTheSubject(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		f.receive(upload(thing{"a", "Mailbox of Alice%", "10.0.0.0/8"}, thing{"b", "other", "10.0.0.0/8"}))
		x := evidence.NewDisposal(f.db, f.Keys, f.Log, []evidence.Eraser{f.Service}, nil)
		for value, want := range map[string]int64{"alice%": 1, "alic_": 0} {
			c, err := x.PlanErasure(context.Background(), tenantA, domain.Subject{Kind: domain.SubjectUser, Value: value}, "test")
			if err != nil {
				f.t.Fatal(err)
			}
			var n int64
			for _, copied := range c.Copies {
				n += copied.Rows
			}
			if n != want {
				f.t.Errorf("%s: %+v", value, c.Copies)
			}
		}
		err := f.db.InTx(context.Background(), tenantA, func(tx *db.Tx) error {
			out, err := f.EraseSubject(context.Background(), tx, tenantA, domain.Subject{Kind: domain.SubjectUser, Value: "alice"}, false)
			if len(out) != 0 {
				f.t.Errorf("erased: %+v", out)
			}
			return err
		})
		if err != nil {
			f.t.Fatal(err)
		}
	})
}
