package auth_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/auth"
	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/signing"
	"frostgate.io/frostgate/internal/tenant"
)

// scene is a store after its first start, with the owner logged in.
type scene struct {
	t       testing.TB
	db      *db.DB
	clk     *clock.Fake
	tenants *tenant.Service
	auth    *auth.Service
	first   *auth.First
	owner   evidence.Actor
}

func newClock() *clock.Fake {
	clk := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	clk.Rand = rand.Reader
	return clk
}

func each(t *testing.T, fn func(t *testing.T, s *scene)) {
	t.Helper()
	clk := newClock()
	dbtest.EachClock(t, clk, func(t *testing.T, d *db.DB) { fn(t, newScene(t, d, clk)) })
}

func newScene(t testing.TB, d *db.DB, clk *clock.Fake) *scene {
	t.Helper()
	s := &scene{t: t, db: d, clk: clk, tenants: tenant.New(d, clk, nil)}
	custody, err := signing.Open(t.TempDir(), clk)
	if err != nil {
		t.Fatal(err)
	}
	if s.auth, err = auth.New(auth.Config{DB: d, Clock: clk, MAC: custody, Tenants: s.tenants}); err != nil {
		t.Fatal(err)
	}
	if s.first, err = s.auth.Bootstrap(t.Context(), func(auth.First) error { return nil }); err != nil {
		t.Fatal(err)
	}
	s.owner = s.login(s.first.Key)
	return s
}

// login acts with a key.
func (s *scene) login(key auth.Secret) evidence.Actor {
	s.t.Helper()
	p, err := s.auth.Authenticate(s.t.Context(), key.Reveal())
	if err != nil {
		s.t.Fatal(err)
	}
	return evidence.Actor{Principal: p, RequestID: "req", Remote: "192.0.2.1"}
}

func (s *scene) person(kind domain.PrincipalKind, bindings ...auth.Binding) *auth.Account {
	s.t.Helper()
	a, err := s.auth.CreatePrincipal(s.t.Context(), s.owner, auth.NewAccount{Kind: kind, Name: "Somebody", Bindings: bindings})
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}

// key gives a principal a key with all scopes of a role.
func (s *scene) key(id domain.PrincipalID, in domain.TenantID, scopes ...domain.Scope) (*auth.Key, auth.Secret) {
	s.t.Helper()
	k, secret, err := s.auth.CreateKey(s.t.Context(), s.owner, auth.NewKey{Tenant: in, Principal: id, Name: "key", Scopes: scopes})
	if err != nil {
		s.t.Fatal(err)
	}
	return k, secret
}

// member is a person with a role in the first tenant, logged in.
func (s *scene) member(b auth.Binding) evidence.Actor {
	s.t.Helper()
	_, secret := s.key(s.person(domain.Person, b).ID, cmpOr(b.Tenant, s.first.Tenant.ID), b.Role.Scopes()...)
	return s.login(secret)
}

func cmpOr(a, b domain.TenantID) domain.TenantID {
	if a != "" {
		return a
	}
	return b
}

func (s *scene) tenant(name string) *tenant.Tenant {
	s.t.Helper()
	t, err := s.tenants.Create(s.t.Context(), s.owner, s.owner.Principal.Org, name, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return t
}

// foreign makes another organisation with a tenant and a person.
func (s *scene) foreign() (domain.TenantID, domain.PrincipalID) {
	s.t.Helper()
	err := s.db.InSystemTx(s.t.Context(), "test", func(tx *db.Tx) error {
		for _, q := range []string{
			`INSERT INTO organisation (org_id, name, created_at) VALUES ('org_x', 'Other', 1)`,
			`INSERT INTO tenant (tenant_id, org_id, name, log_id, slot, status, settings, created_at) VALUES ('tn_x', 'org_x', 'x', 'ffff', 99, 'active', '{}', 1)`,
			`INSERT INTO principal (principal_id, org_id, kind, name, email, status, created_at) VALUES ('pr_x', 'org_x', 'person', 'X', '', 'active', 1)`,
			`INSERT INTO role_binding (principal_id, org_id, tenant_id, role, created_at) VALUES ('pr_x', 'org_x', '', 'owner', 1)`,
		} {
			if _, err := tx.Exec(s.t.Context(), q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.tenants.Load(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	return "tn_x", "pr_x"
}

func (s *scene) audited(in domain.TenantID, action string) int {
	s.t.Helper()
	got, _, err := evidence.NewAuditStore(s.db).List(s.t.Context(), in, evidence.AuditFilter{Action: action}, "", 500)
	if err != nil {
		s.t.Fatal(err)
	}
	return len(got)
}

func wantCode(t testing.TB, what string, err error, want fault.Code) {
	t.Helper()
	if fault.CodeOf(err) != want {
		t.Errorf("%s: error = %v, want code %q", what, err, want)
	}
}

func TestBootstrapOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		p := s.owner.Principal
		if !slices.Equal(p.Scopes, domain.AllScopes()) || len(p.Rings) != 4 || p.Kind != domain.Person || p.Tenant != s.first.Tenant.ID {
			t.Errorf("first principal = %+v", p)
		}
		again, err := s.auth.Bootstrap(t.Context(), func(auth.First) error { return errors.New("called again") })
		if err != nil || again != nil {
			t.Errorf("second first start: %v, %v", again, err)
		}
		if n := s.audited(s.first.Tenant.ID, ""); n != 4 { // tenant, person, role, key
			t.Errorf("%d audit entries, want 4", n)
		}
	})
}

// Where the secret can't be written, nothing exists afterwards.
func TestBootstrapFailsWhole(t *testing.T) {
	t.Parallel()
	clk := newClock()
	dbtest.EachClock(t, clk, func(t *testing.T, d *db.DB) {
		custody, err := signing.Open(t.TempDir(), clk)
		if err != nil {
			t.Fatal(err)
		}
		tenants := tenant.New(d, clk, nil)
		a, err := auth.New(auth.Config{DB: d, Clock: clk, MAC: custody, Tenants: tenants})
		if err != nil {
			t.Fatal(err)
		}
		full := errors.New("disk full")
		if _, err := a.Bootstrap(t.Context(), func(auth.First) error { return full }); !errors.Is(err, full) {
			t.Fatalf("error = %v", err)
		}
		if all := tenants.All(); len(all) != 0 {
			t.Errorf("%d tenants left", len(all))
		}
		if first, err := a.Bootstrap(t.Context(), func(auth.First) error { return nil }); err != nil || first == nil {
			t.Errorf("next start: %v, %v", first, err)
		}
	})
}

func TestAuthenticateRefusals(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		good := s.first.Key.Reveal()
		flip := func(i int) string {
			b := []byte(good)
			if b[i]++; b[i] == 'z'+1 || b[i] == '9'+1 || b[i] == 'Z'+1 {
				b[i] = 'a'
			}
			return string(b)
		}
		for i := range good {
			_, err := s.auth.Authenticate(t.Context(), flip(i))
			wantCode(t, fmt.Sprintf("character %d changed", i), err, fault.Unauthenticated)
		}
		for name, key := range map[string]string{
			"empty": "", "cut": good[:len(good)-1], "long": good + "a", "other case": strings.ToUpper(good),
			"space": " " + good, "very long": strings.Repeat("fg_", 1000),
		} {
			_, err := s.auth.Authenticate(t.Context(), key)
			wantCode(t, name, err, fault.Unauthenticated)
			if _, known := auth.DenialOf(err); known {
				t.Errorf("%s: a denial names a key", name)
			}
		}
		if _, err := s.auth.Authenticate(t.Context(), good); err != nil {
			t.Error(err)
		}
	})
}

// A key ID with another key's secret and a right check is refused, and the
// audit can tell whose key was tried.
func TestWrongSecretNamesTheKeyToTheAuditOnly(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		_, other := s.key("", "", domain.ScopeDefendWrite)
		mixed := auth.RejoinKey(s.first.Key.Reveal(), other.Reveal())
		_, err := s.auth.Authenticate(t.Context(), mixed)
		wantCode(t, "another key's secret", err, fault.Unauthenticated)
		d, known := auth.DenialOf(err)
		if !known || d.Key != s.owner.Principal.Key || d.Tenant != s.first.Tenant.ID || d.Principal != s.owner.Principal.ID {
			t.Errorf("denial = %+v, %t", d, known)
		}
		var f *fault.Error
		if errors.As(err, &f); strings.Contains(f.Msg, string(d.Key)) {
			t.Errorf("the caller is told: %q", f.Msg)
		}
	})
}

func TestExpiryIsComparedAtUse(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		_, secret, err := s.auth.CreateKey(t.Context(), s.owner, auth.NewKey{
			Name: "short", Scopes: []domain.Scope{domain.ScopeDefendWrite}, ExpiresAt: s.clk.Now() + 1_000_000,
		})
		if err != nil {
			t.Fatal(err)
		}
		s.clk.Advance(time.Second - time.Microsecond)
		s.login(secret)
		s.clk.Advance(time.Microsecond)
		_, err = s.auth.Authenticate(t.Context(), secret.Reveal())
		wantCode(t, "at the instant of expiry", err, fault.KeyExpired)
	})
}

func TestRotationOverlaps(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		home := s.first.Tenant.ID
		old, oldSecret := s.key("", "", domain.ScopeDefendWrite, domain.ScopeDecisionsRead)
		s.login(oldSecret) // cached
		next, nextSecret, err := s.auth.RotateKey(t.Context(), s.owner, home, old.ID, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if next.Replaces != old.ID || next.ExpiresAt != 0 || !slices.Equal(next.Scopes, old.Scopes) {
			t.Errorf("successor = %+v", next)
		}
		_, _, err = s.auth.RotateKey(t.Context(), s.owner, home, old.ID, time.Hour)
		wantCode(t, "rotated twice", err, fault.Conflict)
		s.login(oldSecret)
		s.login(nextSecret)
		s.clk.Advance(time.Hour)
		_, err = s.auth.Authenticate(t.Context(), oldSecret.Reveal())
		wantCode(t, "after the overlap", err, fault.KeyExpired)
		s.login(nextSecret)
		_, _, err = s.auth.RotateKey(t.Context(), s.owner, home, old.ID, 0)
		wantCode(t, "rotating an expired key", err, fault.Conflict)
		last, _, err := s.auth.RotateKey(t.Context(), s.owner, home, next.ID, 0)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.auth.Authenticate(t.Context(), nextSecret.Reveal())
		wantCode(t, "without an overlap", err, fault.KeyExpired)
		if last.Replaces != next.ID || s.audited(home, "key.rotate") != 2 {
			t.Errorf("last = %+v", last)
		}
		_, _, err = s.auth.RotateKey(t.Context(), s.owner, home, last.ID, -1)
		wantCode(t, "negative overlap", err, fault.Invalid)
	})
}

func TestRevokeStopsAtOnceAndOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		home := s.first.Tenant.ID
		k, secret := s.key("", "", domain.ScopeDefendWrite)
		s.login(secret)
		for range 2 {
			if err := s.auth.RevokeKey(t.Context(), s.owner, home, k.ID, "test"); err != nil {
				t.Fatal(err)
			}
		}
		_, err := s.auth.Authenticate(t.Context(), secret.Reveal())
		wantCode(t, "revoked", err, fault.KeyRevoked)
		if n := s.audited(home, "key.revoke"); n != 1 {
			t.Errorf("%d audit entries, want 1", n)
		}
		_, _, err = s.auth.RotateKey(t.Context(), s.owner, home, k.ID, 0)
		wantCode(t, "rotating a revoked key", err, fault.Conflict)
		wantCode(t, "no such key", s.auth.RevokeKey(t.Context(), s.owner, home, "nope", ""), fault.NotFound)
	})
}

func TestLeakReportNeedsTheWholeKey(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		_, secret := s.key("", "", domain.ScopeDefendWrite)
		mixed := auth.RejoinKey(secret.Reveal(), s.first.Key.Reveal())
		wantCode(t, "wrong secret", s.auth.ReportLeak(t.Context(), mixed, "", ""), fault.Unauthenticated)
		s.login(secret)
		if err := s.auth.ReportLeak(t.Context(), secret.Reveal(), "req", "192.0.2.9"); err != nil {
			t.Fatal(err)
		}
		_, err := s.auth.Authenticate(t.Context(), secret.Reveal())
		wantCode(t, "leaked", err, fault.KeyRevoked)
		if n := s.audited(s.first.Tenant.ID, "key.leak_reported"); n != 1 {
			t.Errorf("%d audit entries, want 1", n)
		}
	})
}

func TestLastUseIsBatched(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		home := s.first.Tenant.ID
		k, secret := s.key("", "", domain.ScopeDefendWrite)
		lastUsed := func() domain.Micros {
			t.Helper()
			if err := s.auth.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			got, err := s.auth.Key(t.Context(), home, k.ID)
			if err != nil {
				t.Fatal(err)
			}
			return got.LastUsedAt
		}
		if got := lastUsed(); got != 0 {
			t.Errorf("unused key: last used %d", got)
		}
		first := s.clk.Now()
		s.login(secret)
		if got := lastUsed(); got != first {
			t.Errorf("last used = %d, want %d", got, first)
		}
		s.clk.Advance(59 * time.Second)
		s.login(secret)
		if got := lastUsed(); got != first {
			t.Errorf("within a minute: last used = %d, want %d", got, first)
		}
		s.clk.Advance(time.Second)
		s.login(secret)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := s.auth.Run(ctx); err != nil { // the flush at close
			t.Fatal(err)
		}
		if got := lastUsed(); got != s.clk.Now() {
			t.Errorf("after a minute: last used = %d, want %d", got, s.clk.Now())
		}
	})
}

// Keys revoked under load: no request that starts after the revocation gets in.
func TestRevokeUnderLoad(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		for range 5 {
			k, secret := s.key("", "", domain.ScopeDefendWrite)
			revoked := make(chan struct{})
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() {
					for {
						after := false
						select {
						case <-revoked:
							after = true
						default:
						}
						_, err := s.auth.Authenticate(context.Background(), secret.Reveal())
						if after {
							wantCode(t, "after revocation", err, fault.KeyRevoked)
							return
						}
					}
				})
			}
			if err := s.auth.RevokeKey(t.Context(), s.owner, s.first.Tenant.ID, k.ID, ""); err != nil {
				t.Error(err)
			}
			close(revoked)
			wg.Wait()
		}
	})
}

func TestListsArePagedAndNeverShowSecrets(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		for range 6 {
			s.key("", "", domain.ScopeDefendWrite)
		}
		seen := map[domain.KeyID]bool{}
		for cursor := ""; ; {
			keys, next, err := s.auth.Keys(t.Context(), s.first.Tenant.ID, "", cursor, 3)
			if err != nil {
				t.Fatal(err)
			}
			for _, k := range keys {
				if seen[k.ID] {
					t.Errorf("key %s twice", k.ID)
				}
				seen[k.ID] = true
			}
			if cursor = next; next == "" {
				break
			}
		}
		if len(seen) != 7 {
			t.Errorf("%d keys, want 7", len(seen))
		}
		if text := fmt.Sprintf("%v %+v %#v", s.first.Key, s.first, s.first.Key); strings.Contains(text, s.first.Key.Reveal()) {
			t.Errorf("the secret prints: %s", text)
		}
		_, _, err := s.auth.Keys(t.Context(), s.first.Tenant.ID, "", "x", 0)
		wantCode(t, "bad cursor", err, fault.Invalid)
	})
}
