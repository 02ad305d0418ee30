package drift

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift/diff"
)

// benchFleet has 100,000 findings of 500 tenants: one change that all have, the
// others in groups over 50 tenants each.
func benchFleet(b *testing.B, d *db.DB, clk *clock.Fake) (*fixture, []domain.TenantID, string) {
	b.Helper()
	f := newFixture(b, d, clk)
	tenants := make([]domain.TenantID, 500)
	for i := range tenants {
		tenants[i] = domain.TenantID(fmt.Sprintf("tn_%04d", i))
	}
	f.neighbours(tenants...)
	key := func(s string) string { sum := sha256.Sum256([]byte(s)); return hex.EncodeToString(sum[:]) }
	value := []byte(`"` + strings.Repeat("v", 200) + `"`)
	ctx := context.Background()
	for i, t := range tenants {
		w := newWriter()
		rows := make([]*stored, 200)
		for n := range rows {
			group := key("everywhere")
			if n > 0 {
				group = key(fmt.Sprint(n, " ", i/50))
			}
			c := diff.Change{
				Type: locations, ID: fmt.Sprint("object ", n), Name: fmt.Sprint("Object ", n), Kind: diff.Changed, Path: "/isTrusted",
				From: value, To: value, FromHash: sha256.Sum256(value), ToHash: sha256.Sum256(value), Severity: severities()[n%5],
			}
			rows[n] = &stored{Finding: Finding{
				ID: FindingID("fnd_" + key(fmt.Sprint(t, n))[:32]), Version: 1, Source: "directory/default", Change: c, State: New,
				FirstSeen: clk.Now(), UpdatedAt: clk.Now(), Group: group,
			}}
			rows[n].Since = clk.Now()
		}
		if err := d.InTx(ctx, t, func(tx *db.Tx) error {
			_, err := w.write(ctx, tx, t, rows, nil)
			return err
		}); err != nil {
			b.Fatal(err)
		}
	}
	return f, tenants, key("everywhere")
}

func BenchmarkFleet(b *testing.B) {
	for _, engine := range dbtest.Engines(b) {
		b.Run(engine.Name, func(b *testing.B) {
			clk := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
			clk.Rand = rand.Reader
			f, tenants, key := benchFleet(b, engine.Open(b, clk), clk)
			ctx := context.Background()
			b.Run("list", func(b *testing.B) {
				for b.Loop() {
					items, _, err := f.Groups(ctx, tenants, GroupFilter{}, "", 50)
					if err != nil || len(items) != 50 {
						b.Fatal(len(items), err)
					}
				}
			})
			b.Run("tenants", func(b *testing.B) {
				for b.Loop() {
					parts, err := f.GroupTenants(ctx, tenants, key)
					if err != nil || len(parts) != 500 {
						b.Fatal(len(parts), err)
					}
				}
			})
			b.Run("triage", func(b *testing.B) {
				act := Reopen
				for b.Loop() {
					act = map[Action]Action{Reopen: Acknowledge, Acknowledge: Reopen}[act]
					got, err := f.GroupTriage(ctx, tenants, key, TriageRequest{Action: act}, GroupExceptions{}, everywhere, by("pr_ann"))
					if err != nil || len(got.Done) != 500 {
						b.Fatal(got, err)
					}
				}
			})
		})
	}
}
