package evidence

import (
	"context"
	"errors"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/signing"
	"frostgate.io/frostgate/receipt"

	"golang.org/x/mod/sumdb/note"
)

// restart opens the key folder and the log again, as a start does.
func (f *fixture) restart(t *testing.T) {
	t.Helper()
	f.stop()
	custody, err := signing.Open(f.dir, clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	f.custody, f.keyring = custody, NewKeyring(f.db, custody)
	f.start(t)
	ctx := context.Background()
	if err := f.CheckLogs(ctx, tenantIDs); err != nil {
		t.Fatal(err)
	}
	if _, err := f.SignHeads(ctx, tenantIDs); err != nil {
		t.Fatal(err)
	}
	if err := custody.MarkInUse(); err != nil {
		t.Fatal(err)
	}
}

// record appends to tenant a twice, so that a checkpoint is stored, and gives
// the receipt of the second.
func (f *fixture) record(t *testing.T, text string) *receipt.Receipt {
	t.Helper()
	ctx := context.Background()
	var last Committed
	for range 2 {
		c, err := f.Append(ctx, unit("a", text))
		if err != nil {
			t.Fatal(err)
		}
		last = c
	}
	r := last.Receipt()
	return &r
}

func mustVerify(t *testing.T, what string, r *receipt.Receipt, want bool, vkeys ...string) {
	t.Helper()
	trust, err := receipt.NewTrust(vkeys...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := receipt.Verify(r, trust); (err == nil) != want {
		t.Errorf("%s: verifies %t, want %t: %v", what, err == nil, want, err)
	}
}

// A, then A and B, then B: each receipt verifies for whoever pins a key that
// signed it, and the logs stay whole throughout.
func TestKeyRotation(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f, clk := newFixture(t, d), clock.System{}
		a := f.custody.VerifierKey()
		aID := f.custody.LogKeys()[0].ID()
		oldSigner := f.custody.Signer()
		first := f.record(t, "A")

		issued, err := signing.Issue(f.dir, clk)
		if err != nil {
			t.Fatal(err)
		}
		b := issued.Key.VerifierKey
		f.restart(t)
		both := f.record(t, "AB")
		if _, err := signing.Retire(f.dir, aID, clk); err != nil {
			t.Fatal(err)
		}
		f.restart(t)
		last := f.record(t, "B")
		for _, c := range []struct {
			name   string
			r      *receipt.Receipt
			pinA   bool
			pinB   bool
			header string
		}{{"A", first, true, false, a}, {"A+B", both, true, true, b}, {"B", last, false, true, b}} {
			mustVerify(t, c.name+" pinning A", c.r, c.pinA, a)
			mustVerify(t, c.name+" pinning B", c.r, c.pinB, b)
			mustVerify(t, c.name+" pinning both", c.r, true, a, b)
			h, err := receipt.ParseHeader([]byte(c.r.Entry))
			if err != nil || !strings.HasPrefix(c.header, h.Key+"+") {
				t.Errorf("%s: header names key %s, %v", c.name, h.Key, err)
			}
		}

		if _, err := signing.Revoke(f.dir, aID, "stolen", clk); err != nil {
			t.Fatal(err)
		}
		f.restart(t)
		f.record(t, "after")
		if err := f.Healthy(); err != nil {
			t.Errorf("an honest revocation damaged a log: %v", err)
		}
		f.stolen(t, oldSigner, b)
	})
}

// stolen has a thief of the old key sign a state of tenant a: a verifier that
// pins the new key refuses it, and so does the server.
func (f *fixture) stolen(t *testing.T, thief note.Signer, pinned string) {
	t.Helper()
	ctx := context.Background()
	st, err := readState(ctx, f.db, "a")
	if err != nil {
		t.Fatal(err)
	}
	text := receipt.Checkpoint{Origin: f.Origin(st.logID), Size: st.edge.size, Root: st.root}.Text()
	forged, err := note.Sign(&note.Note{Text: text}, thief)
	if err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(pinned)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := receipt.OpenCheckpoint(forged, f.Origin(st.logID), note.VerifierList(v)); err == nil {
		t.Error("a checkpoint by the revoked key passes a verifier that pins the new one")
	}
	if err := f.db.InTx(ctx, "a", func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE log_state SET checkpoint = $2 WHERE tenant_id = $1", domain.TenantID("a"), string(forged))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if n, err := f.SignHeads(ctx, tenantIDs); n != 0 || err != nil {
		t.Errorf("the server put its own name under the thief's: %d, %v", n, err)
	}
	if err := f.CheckLogs(ctx, tenantIDs); err != nil {
		t.Fatal(err)
	}
	bad := f.damaged["a"]
	if !errors.Is(bad, errForked) || !strings.Contains(bad.Error(), "revoked key "+keyName(thief)) {
		t.Errorf("damage = %v, want one that names the revoked key", bad)
	}
	if f.damaged["b"] != nil {
		t.Errorf("tenant b: %v", f.damaged["b"])
	}
}

// A log that nobody wrote to since before the rotation keeps its head through
// the revocation of the key that signed it.
func TestIdleLogSurvivesRevocation(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f, clk := newFixture(t, d), clock.System{}
		f.record(t, "x")
		aID := f.custody.LogKeys()[0].ID()
		if _, err := signing.Issue(f.dir, clk); err != nil {
			t.Fatal(err)
		}
		f.restart(t)
		if n, err := f.SignHeads(context.Background(), tenantIDs); n != 0 || err != nil {
			t.Errorf("heads signed again: %d, %v", n, err)
		}
		if _, err := signing.Revoke(f.dir, aID, "stolen", clk); err != nil {
			t.Fatal(err)
		}
		f.restart(t)
		if err := f.Healthy(); err != nil {
			t.Error(err)
		}
		f.record(t, "y")
	})
}
