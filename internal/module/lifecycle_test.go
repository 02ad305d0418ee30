package module

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

// A module lives its whole life, and the log tells all of it.
func TestLifeOfAModule(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		m, token := f.register(tenantA)
		if !slices.Equal(m.Types, []string{"patch", "scan"}) || m.Status(f.clk.Now()) != "enrolling" || strings.Contains(fmt.Sprintf("%v %+v %#v", token, token, token), token.secret) {
			t.Fatalf("registered %+v", m)
		}
		first := f.newSigner(tenantA, m.ID)
		got, err := f.Enrol(ctx, tenantA, first.enrolment(token), by())
		if err != nil || got.Status(f.clk.Now()) != "active" || len(got.Keys) != 1 || got.Keys[0].ID != first.key.ID {
			t.Fatalf("enrolled %+v, %v", got, err)
		}
		if _, err := first.submit(first.attest(1)); err != nil {
			t.Fatal(err)
		}

		// Rotation: the old key goes on for the overlap and then ends.
		second := f.newSigner(tenantA, m.ID)
		got, err = f.Rotate(ctx, tenantA, m.ID, rotation(first, second, time.Hour), by())
		if err != nil || len(got.Keys) != 2 || got.Keys[0].Status(f.clk.Now()) != "ending" {
			t.Fatalf("rotated %+v, %v", got, err)
		}
		for i, s := range []*signer{first, second} {
			if _, err := s.submit(s.attest(uint64(2 + i))); err != nil {
				t.Errorf("during the overlap: %v", err)
			}
		}
		f.clk.Advance(time.Hour)
		_, err = first.submit(first.attest(4))
		f.refused("replaced key", err, fault.ModuleRevoked)
		if _, err := second.submit(second.attest(4)); err != nil {
			t.Error(err)
		}
		_, err = f.Rotate(ctx, tenantA, m.ID, rotation(first, f.newSigner(tenantA, m.ID), 0), by())
		f.refused("rotation from an ended key", err, fault.ModuleRevoked)

		// One key revoked: another one comes in by a new token.
		if _, err := f.RevokeKey(ctx, tenantA, m.ID, second.key.ID, "laptop lost", by()); err != nil {
			t.Fatal(err)
		}
		_, err = second.submit(second.attest(5))
		f.refused("revoked key", err, fault.ModuleRevoked)
		token, err = f.NewToken(ctx, tenantA, m.ID, by())
		if err != nil {
			t.Fatal(err)
		}
		third := f.newSigner(tenantA, m.ID)
		if got, err = f.Enrol(ctx, tenantA, third.enrolment(token), by()); err != nil || len(got.Keys) != 3 {
			t.Fatalf("%+v, %v", got, err)
		}
		a, err := third.submit(third.attest(9))
		if err != nil {
			t.Fatal(err)
		}

		// The module revoked: nothing more, and what is recorded stays.
		got, err = f.Revoke(ctx, tenantA, m.ID, "retired", by())
		if err != nil || got.Status(f.clk.Now()) != "revoked" || got.Counter != 9 || got.RevokedBy != "pr_admin" {
			t.Fatalf("%+v, %v", got, err)
		}
		_, err = third.submit(third.attest(10))
		f.refused("revoked module", err, fault.ModuleRevoked)
		_, err = f.NewToken(ctx, tenantA, m.ID, by())
		f.refused("token of a revoked module", err, fault.ModuleRevoked)
		if again, err := f.Revoke(ctx, tenantA, m.ID, "again", by()); err != nil || again.RevokeReason != "retired" {
			t.Errorf("%+v, %v", again, err)
		}
		if kept, err := f.Attestation(ctx, tenantA, a.ID); err != nil || !same(kept.Receipt, a.Receipt) {
			t.Errorf("%+v, %v", kept, err)
		}
		f.followChain(got, []string{"register", "enrol", "rotate", "revoke_key", "token", "enrol", "revoke"})
	})
}

// followChain walks a module's artifacts backwards by their prev.
func (f *fixture) followChain(m *Module, want []string) {
	f.t.Helper()
	at := m.LastIndex
	for i := len(want) - 1; i >= 0; i-- {
		rc, err := f.Log.Receipt(context.Background(), tenantA, uint64(at), true)
		if err != nil {
			f.t.Fatal(err)
		}
		h, err := receipt.ParseHeader([]byte(rc.Entry))
		if err != nil || h.Artifact != KindChange || !strings.Contains(rc.Openings["module"].Value, `"action":"`+want[i]+`"`) {
			f.t.Fatalf("change %d is %s %s, %v; want %s", i, rc.Entry, rc.Openings["module"].Value, err, want[i])
		}
		at = h.Prev
	}
	if at != -1 {
		f.t.Errorf("the chain goes on at %d", at)
	}
	for _, action := range want {
		if len(f.audited(tenantA, "module."+action, "ok")) == 0 {
			f.t.Errorf("%s is not audited", action)
		}
	}
}

func rotation(old, next *signer, overlap time.Duration) Rotation {
	message := receipt.RotationMessage(string(old.tenant), old.id, old.key.ID, next.vkey, int64(overlap/time.Second))
	return Rotation{
		OldKey: old.key.ID, VerifierKey: next.vkey, Overlap: overlap,
		OldProof: ed25519.Sign(old.private, message), Proof: ed25519.Sign(next.private, message),
	}
}

func TestEnrolmentNeedsTheTokenAndTheKey(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		m, token := f.register(tenantA)
		other, otherToken := f.register(tenantA)
		_, foreign := f.register(tenantB)
		s := f.newSigner(tenantA, m.ID)
		good := s.enrolment(token)
		before := f.size(tenantA)
		forged := token
		forged.secret = otherToken.secret
		for name, c := range map[string]struct {
			in   func(e *Enrolment)
			want fault.Code
		}{
			"no token":               {func(e *Enrolment) { e.Token = "" }, fault.TokenInvalid},
			"garbage":                {func(e *Enrolment) { e.Token = "fgm_x_y_z" }, fault.TokenInvalid},
			"wrong secret":           {func(e *Enrolment) { e.Token = forged.Reveal() }, fault.TokenInvalid},
			"other tenant's token":   {func(e *Enrolment) { e.Token = foreign.Reveal() }, fault.TokenInvalid},
			"another module's token": {func(e *Enrolment) { e.Token = otherToken.Reveal() }, fault.Invalid},
			"no proof":               {func(e *Enrolment) { e.Proof = nil }, fault.SignatureInvalid},
			"proof for another token": {func(e *Enrolment) {
				e.Proof = ed25519.Sign(s.private, receipt.EnrolmentMessage(string(tenantA), m.ID, otherToken.ID, s.vkey))
			}, fault.SignatureInvalid},
			"proof for another tenant": {func(e *Enrolment) {
				e.Proof = ed25519.Sign(s.private, receipt.EnrolmentMessage(string(tenantB), m.ID, token.ID, s.vkey))
			}, fault.SignatureInvalid},
			"somebody else's key": {func(e *Enrolment) { e.VerifierKey = f.newSigner(tenantA, m.ID).vkey }, fault.SignatureInvalid},
			"key of another name": {func(e *Enrolment) { e.VerifierKey = f.newSigner(tenantA, other.ID).vkey }, fault.Invalid},
			"not a key":           {func(e *Enrolment) { e.VerifierKey = "x" }, fault.Invalid},
			"key of small order": {func(e *Enrolment) {
				e.VerifierKey, _ = receipt.ModuleVerifierKey(m.ID, append(make([]byte, 31), 0x80))
			}, fault.Invalid},
		} {
			bad := good
			c.in(&bad)
			_, err := f.Enrol(ctx, tenantA, bad, by())
			f.refused(name, err, c.want)
		}
		if after := f.size(tenantA); after != before {
			t.Errorf("refused enrolments left %d entries", after-before)
		}
		if n := len(f.audited(tenantA, "module.enrol", "denied")); n != 8 {
			t.Errorf("%d refusals are audited", n)
		}
		if _, err := f.Enrol(ctx, tenantA, good, by()); err != nil {
			t.Fatalf("refusals used up the token: %v", err)
		}
		_, err := f.Enrol(ctx, tenantA, good, by())
		f.refused("token used", err, fault.TokenInvalid)

		// A token ends by its time, and by its successor.
		old, err := f.NewToken(ctx, tenantA, m.ID, by())
		if err != nil {
			t.Fatal(err)
		}
		next, err := f.NewToken(ctx, tenantA, m.ID, by())
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.Enrol(ctx, tenantA, f.newSigner(tenantA, m.ID).enrolment(old), by())
		f.refused("token replaced", err, fault.TokenInvalid)
		f.clk.Advance(24 * time.Hour)
		_, err = f.Enrol(ctx, tenantA, f.newSigner(tenantA, m.ID).enrolment(next), by())
		f.refused("token over", err, fault.TokenInvalid)
		next, err = f.NewToken(ctx, tenantA, m.ID, by())
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.Enrol(ctx, tenantA, s.enrolment(next), by())
		f.refused("the same key again", err, fault.Conflict)
	})
}

// A token that many use at a time enrols one key.
func TestOneTokenEnrolsOnce(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		m, token := f.register(tenantA)
		const n = 16
		var wg sync.WaitGroup
		errs := make([]error, n)
		for i := range n {
			s := f.newSigner(tenantA, m.ID)
			wg.Go(func() { _, errs[i] = f.Enrol(context.Background(), tenantA, s.enrolment(token), by()) })
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			f.refused("the others", err, fault.TokenInvalid)
		}
		got, err := f.Module(context.Background(), tenantA, m.ID)
		if err != nil || won != 1 || len(got.Keys) != 1 {
			t.Fatalf("%d won, keys %+v, %v", won, got.Keys, err)
		}
	})
}

func TestRotationNeedsBothKeys(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		s, thief := f.enrolled(tenantA), f.enrolled(tenantA)
		next := f.newSigner(tenantA, s.id)
		for name, c := range map[string]struct {
			in   func(r *Rotation)
			want fault.Code
		}{
			"old key missing":    {func(r *Rotation) { r.OldProof = nil }, fault.SignatureInvalid},
			"new key missing":    {func(r *Rotation) { r.Proof = r.OldProof }, fault.SignatureInvalid},
			"longer overlap":     {func(r *Rotation) { r.Overlap += time.Second }, fault.SignatureInvalid},
			"too long":           {func(r *Rotation) { r.Overlap = 31 * 24 * time.Hour }, fault.Invalid},
			"negative":           {func(r *Rotation) { r.Overlap = -time.Second }, fault.Invalid},
			"another module's":   {func(r *Rotation) { r.OldKey = thief.key.ID }, fault.SignatureInvalid},
			"the same key again": {func(r *Rotation) { *r = rotation(s, s, 0) }, fault.Conflict},
		} {
			bad := rotation(s, next, time.Minute)
			c.in(&bad)
			_, err := f.Rotate(ctx, tenantA, s.id, bad, by())
			f.refused(name, err, c.want)
		}
		_, err := f.Rotate(ctx, tenantB, s.id, rotation(s, next, 0), by())
		f.refused("other tenant", err, fault.ModuleUnknown)
		if _, err := f.Rotate(ctx, tenantA, s.id, rotation(s, next, 0), by()); err != nil {
			t.Fatal(err)
		}
		_, err = s.submit(s.attest(1))
		f.refused("without overlap the old key ends at once", err, fault.ModuleRevoked)
		_, err = f.Rotate(ctx, tenantA, s.id, rotation(s, f.newSigner(tenantA, s.id), 0), by())
		f.refused("twice from one key", err, fault.ModuleRevoked)
	})
}

// A change that fails in its transaction leaves neither row nor entry, and does
// not take others with it.
func TestFailedChangeLeavesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		before := f.size(tenantA)
		broken := errors.New("power is gone")
		err := f.record(ctx, tenantA, changeText{Action: "register", Module: "mod_x"}, -1, by(), func(ctx context.Context, tx *db.Tx, index int64) error {
			if _, err := tx.Exec(ctx, insertModule, tenantA, "mod_x", "n", "k", "t", index, "p", tx.Now); err != nil {
				return err
			}
			return broken
		})
		if !errors.Is(err, broken) {
			t.Fatalf("%v", err)
		}
		_, err = f.Module(ctx, tenantA, "mod_x")
		f.refused("the row", err, fault.NotFound)
		if n := len(f.audited(tenantA, "module.", "")); n != 0 || f.size(tenantA) != before {
			t.Errorf("%d audit entries, log grew from %d to %d", n, before, f.size(tenantA))
		}
		s := f.enrolled(tenantA)
		if _, err := s.submit(s.attest(1)); err != nil {
			t.Error(err)
		}
		if v, err := f.Log.VerifyChain(ctx, tenantA); err != nil || !v.Valid {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

func TestRegistrationsAreChecked(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		for _, bad := range []Registration{
			{},
			{Name: " ", Kind: "k", Types: []string{"t"}},
			{Name: "a\nb", Kind: "k", Types: []string{"t"}},
			{Name: "n", Kind: "Big", Types: []string{"t"}},
			{Name: "n", Kind: "k"},
			{Name: "n", Kind: "k", Types: []string{"a,b"}},
			{Name: "n", Kind: "k", Types: make([]string, 33)},
		} {
			_, _, err := f.Create(ctx, tenantA, bad, by())
			f.refused(fmt.Sprintf("%+v", bad), err, fault.Invalid)
		}
		var ids []string
		for range 5 {
			m, _ := f.register(tenantA)
			ids = append(ids, m.ID)
			f.clk.Advance(time.Second)
		}
		slices.Reverse(ids)
		var got []string
		for cursor := ""; ; {
			page, next, err := f.Modules(ctx, tenantA, cursor, 2)
			if err != nil {
				t.Fatal(err)
			}
			for i := range page {
				got = append(got, page[i].ID)
			}
			if cursor = next; next == "" {
				break
			}
		}
		if !slices.Equal(got, ids) {
			t.Errorf("listed %v, want %v", got, ids)
		}
		if other, _, err := f.Modules(ctx, tenantB, "", 0); err != nil || len(other) != 0 {
			t.Errorf("the other tenant sees %v, %v", other, err)
		}
		_, err := f.Revoke(ctx, tenantB, ids[0], "", by())
		f.refused("other tenant", err, fault.NotFound)
		_, err = f.RevokeKey(ctx, tenantA, ids[0], "x", "", by())
		f.refused("unknown key", err, fault.NotFound)
	})
}

// FuzzParseToken: what is accepted is printed alike.
func FuzzParseToken(f *testing.F) {
	f.Add("fgm_" + strings.Repeat("0", 20) + "_" + strings.Repeat("a", 16) + "_" + strings.Repeat("b", 52))
	f.Add("fgm___")
	f.Fuzz(func(t *testing.T, text string) {
		if token, err := ParseToken(text); err == nil && token.Reveal() != text {
			t.Errorf("%q is read as %q", text, token.Reveal())
		}
	})
}
