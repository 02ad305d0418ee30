package auth_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/auth"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
)

func (s *scene) open() (auth.SessionText, *auth.Session) {
	s.t.Helper()
	text, in, err := s.auth.OpenSession(s.t.Context(), s.first.Key.Reveal(), s.owner)
	if err != nil {
		s.t.Fatal(err)
	}
	return text, in
}

func (s *scene) refusesSession(text string, want fault.Code) {
	s.t.Helper()
	if _, err := s.auth.Session(s.t.Context(), text); fault.CodeOf(err) != want {
		s.t.Errorf("session: %v, want %s", err, want)
	}
}

func TestSessionStandsForItsKey(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		text, opened := s.open()
		in, err := s.auth.Session(t.Context(), string(text))
		if err != nil {
			t.Fatal(err)
		}
		if in.Principal.ID != s.owner.Principal.ID || in.Principal.Key != s.owner.Principal.Key || in.ExpiresAt != opened.ExpiresAt {
			t.Errorf("session of %+v until %d, opened by %+v until %d", in.Principal, in.ExpiresAt, s.owner.Principal, opened.ExpiresAt)
		}
		if _, err := s.auth.Authenticate(t.Context(), string(text)); fault.CodeOf(err) != fault.Unauthenticated {
			t.Errorf("a session passed for an API key: %v", err)
		}
		if got := fmt.Sprintf("%v %#v", text, text); strings.Contains(got, auth.SessionPrefix) {
			t.Errorf("a session prints its text: %s", got)
		}
		s.clk.Advance(auth.SessionLife - time.Second)
		if _, err := s.auth.Session(t.Context(), string(text)); err != nil {
			t.Errorf("before its end: %v", err)
		}
		s.clk.Advance(time.Second)
		s.refusesSession(string(text), fault.Unauthenticated)
	})
}

func TestSessionEndsWithItsKeyAndBySigningOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		out, _ := s.open()
		kept, _ := s.open()
		if err := s.auth.CloseSession(t.Context(), string(out), s.owner); err != nil {
			t.Fatal(err)
		}
		s.refusesSession(string(out), fault.Unauthenticated)
		if err := s.auth.CloseSession(t.Context(), string(out), s.owner); err != nil {
			t.Errorf("signing out twice: %v", err)
		}
		if _, err := s.auth.Session(t.Context(), string(kept)); err != nil {
			t.Errorf("the other session ended too: %v", err)
		}
		p := s.owner.Principal
		if err := s.auth.RevokeKey(t.Context(), s.owner, p.Tenant, p.Key, "test"); err != nil {
			t.Fatal(err)
		}
		s.refusesSession(string(kept), fault.KeyRevoked)

		var actions []string
		err := s.db.InReadTx(t.Context(), p.Tenant, func(tx *db.Tx) error {
			return tx.ForEach(t.Context(), "SELECT action FROM audit WHERE tenant_id = $1 AND action LIKE 'session.%' ORDER BY action", []any{p.Tenant}, func(row db.Scanner) error {
				var a string
				err := row.Scan(&a)
				actions = append(actions, a)
				return err
			})
		})
		if err != nil || fmt.Sprint(actions) != "[session.close session.open session.open]" {
			t.Errorf("audit: %v, %v", actions, err)
		}
	})
}

func TestSessionsThatWereNeverOpened(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		text, _ := s.open()
		good := string(text)
		flip := func(i int) string {
			b := []byte(good)
			if b[i]++; b[i] == '{' || b[i] == '[' || b[i] == ':' {
				b[i] = 'a'
			}
			return string(b)
		}
		for name, bad := range map[string]string{
			"empty": "", "prefix": auth.SessionPrefix, "cut": good[:len(good)-1], "longer": good + "A", "key": s.first.Key.Reveal(),
			"other key": flip(6), "other id": flip(len(auth.SessionPrefix) + 32), "other tag": flip(len(good) - 2),
		} {
			if _, err := s.auth.Session(t.Context(), bad); fault.CodeOf(err) != fault.Unauthenticated {
				t.Errorf("%s: %v", name, err)
			}
		}
		// With the rows alone nobody gets in, and without them neither.
		err := s.db.InTx(t.Context(), s.owner.Principal.Tenant, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "DELETE FROM session WHERE tenant_id = $1", s.owner.Principal.Tenant)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		s.refusesSession(good, fault.Unauthenticated)
	})
}

func TestSessionNeverOutlivesItsKey(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		p := s.owner.Principal
		soon := s.clk.Now() + 60_000_000
		_, secret, err := s.auth.CreateKey(t.Context(), s.owner, auth.NewKey{
			Tenant: p.Tenant, Principal: p.ID, Name: "short", Scopes: p.Scopes, ExpiresAt: soon,
		})
		if err != nil {
			t.Fatal(err)
		}
		text, in, err := s.auth.OpenSession(context.Background(), secret.Reveal(), evidence.Actor{Principal: p})
		if err != nil || in.ExpiresAt != soon {
			t.Fatalf("until %d, want %d (%v)", in.ExpiresAt, soon, err)
		}
		s.clk.Advance(time.Minute)
		if _, err := s.auth.Session(t.Context(), string(text)); err == nil {
			t.Error("the session outlives its key")
		}
	})
}

func TestAKeyHasSoManySessions(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		first, _ := s.open()
		var last auth.SessionText
		for range 20 {
			s.clk.Advance(time.Second)
			last, _ = s.open()
		}
		s.refusesSession(string(first), fault.Unauthenticated)
		if _, err := s.auth.Session(t.Context(), string(last)); err != nil {
			t.Errorf("the newest: %v", err)
		}
		var n int64
		err := s.db.InReadTx(t.Context(), s.owner.Principal.Tenant, func(tx *db.Tx) error {
			_, err := tx.Get(t.Context(), "SELECT count(*) FROM session WHERE tenant_id = $1", []any{s.owner.Principal.Tenant}, &n)
			return err
		})
		if err != nil || n != 20 {
			t.Errorf("%d sessions: %v", n, err)
		}
	})
}
