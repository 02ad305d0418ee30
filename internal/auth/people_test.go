package auth_test

import (
	"slices"
	"testing"

	"frostgate.io/frostgate/internal/auth"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

func TestRolesAreKnownScopes(t *testing.T) {
	t.Parallel()
	want := map[auth.Role]int{
		auth.Viewer: 6, auth.Analyst: 11, auth.Approver: 8, auth.Editor: 17, auth.Admin: 27, auth.Owner: 28, auth.Auditor: 15,
		"root": 0, "": 0,
	}
	for role, n := range want {
		got := role.Scopes()
		if len(got) != n {
			t.Errorf("%s has %d scopes, want %d: %v", role, len(got), n, got)
		}
		for i, s := range got {
			if !slices.Contains(domain.AllScopes(), s) || slices.Contains(got[:i], s) {
				t.Errorf("%s: scope %s is unknown or doubled", role, s)
			}
		}
	}
	for _, s := range auth.Auditor.Scopes() {
		if s[len(s)-5:] != ":read" {
			t.Errorf("auditor may %s", s)
		}
	}
}

func TestNobodyGivesAwayMoreThanTheyHold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		ctx, home := t.Context(), s.first.Tenant.ID
		admin := s.member(auth.Binding{Tenant: home, Role: auth.Admin})
		other := s.tenant("other")
		sensor := s.person(domain.ServiceAccount, auth.Binding{Tenant: home, Role: auth.Analyst})
		owner := s.owner.Principal.ID

		// Keys.
		newKey := func(n auth.NewKey) error {
			n.Name = "k"
			_, _, err := s.auth.CreateKey(ctx, admin, n)
			return err
		}
		defend := []domain.Scope{domain.ScopeDefendWrite}
		for name, c := range map[string]struct {
			key  auth.NewKey
			want fault.Code
		}{
			"own scope":                  {auth.NewKey{Scopes: defend}, ""},
			"sensor":                     {auth.NewKey{Principal: sensor.ID, Scopes: defend}, ""},
			"scope nobody gave":          {auth.NewKey{Scopes: []domain.Scope{domain.ScopeTenantsWrite}}, fault.Forbidden},
			"more than the sensor's":     {auth.NewKey{Principal: sensor.ID, Scopes: []domain.Scope{domain.ScopeRulesWrite}}, fault.Forbidden},
			"as the owner":               {auth.NewKey{Principal: owner, Scopes: defend}, fault.Forbidden},
			"in a tenant without a role": {auth.NewKey{Tenant: other.ID, Scopes: defend}, fault.Forbidden},
			"in no tenant":               {auth.NewKey{Tenant: "tn_none", Scopes: defend}, fault.NotFound},
			"for nobody":                 {auth.NewKey{Principal: "pr_none", Scopes: defend}, fault.NotFound},
			"ring above its own":         {auth.NewKey{Scopes: defend, Limits: auth.Limits{Rings: []domain.Ring{domain.Secret}}}, fault.Forbidden},
			"the default ring":           {auth.NewKey{Scopes: defend, Limits: auth.Limits{Rings: []domain.Ring{domain.Unclass}}}, ""},
			"persona above its own":      {auth.NewKey{Scopes: defend, Limits: auth.Limits{Personas: []domain.Persona{domain.Guardian}}}, fault.Forbidden},
			"unknown ring":               {auth.NewKey{Scopes: defend, Limits: auth.Limits{Rings: []domain.Ring{"PINK"}}}, fault.Invalid},
			"unknown scope":              {auth.NewKey{Scopes: []domain.Scope{"root"}}, fault.Invalid},
			"no scope":                   {auth.NewKey{}, fault.Invalid},
			"in the past":                {auth.NewKey{Scopes: defend, ExpiresAt: 1}, fault.Invalid},
		} {
			wantCode(t, "key: "+name, newKey(c.key), c.want)
		}

		// Rotation shows a secret: it must not be a way to a stronger key.
		_, _, err := s.auth.RotateKey(ctx, admin, home, s.owner.Principal.Key, 0)
		wantCode(t, "rotating the owner's key", err, fault.Forbidden)
		strong := s.person(domain.ServiceAccount, auth.Binding{Role: auth.Owner})
		k, _ := s.key(strong.ID, home, domain.AllScopes()...)
		_, _, err = s.auth.RotateKey(ctx, admin, home, k.ID, 0)
		wantCode(t, "rotating a stronger service's key", err, fault.Forbidden)

		// Roles.
		me := admin.Principal.ID
		wantCode(t, "owner of the tenant", s.auth.GrantRole(ctx, admin, me, auth.Binding{Tenant: home, Role: auth.Owner}), fault.Forbidden)
		wantCode(t, "admin of the organisation", s.auth.GrantRole(ctx, admin, me, auth.Binding{Role: auth.Admin}), fault.Forbidden)
		wantCode(t, "admin elsewhere", s.auth.GrantRole(ctx, admin, me, auth.Binding{Tenant: other.ID, Role: auth.Viewer}), fault.Forbidden)
		wantCode(t, "unknown role", s.auth.GrantRole(ctx, admin, me, auth.Binding{Tenant: home, Role: "root"}), fault.Invalid)
		wantCode(t, "taking the owner's role", s.auth.RemoveRole(ctx, admin, owner, auth.Binding{Role: auth.Owner}), fault.Forbidden)
		wantCode(t, "disabling the owner", s.auth.SetPrincipalStatus(ctx, admin, owner, auth.AccountDisabled), fault.Forbidden)
		_, err = s.auth.CreatePrincipal(ctx, admin, auth.NewAccount{Kind: domain.Person, Name: "P", Bindings: []auth.Binding{{Tenant: home, Role: auth.Owner}}})
		wantCode(t, "making an owner", err, fault.Forbidden)
		_, err = s.auth.CreatePrincipal(ctx, admin, auth.NewAccount{Kind: domain.Person, Name: "P"})
		wantCode(t, "making a person of the organisation", err, fault.Forbidden)
		wantCode(t, "an editor of the tenant", s.auth.GrantRole(ctx, admin, sensor.ID, auth.Binding{Tenant: home, Role: auth.Editor}), "")

		viewer := s.member(auth.Binding{Tenant: home, Role: auth.Viewer})
		wantCode(t, "viewer grants", s.auth.GrantRole(ctx, viewer, sensor.ID, auth.Binding{Tenant: home, Role: auth.Viewer}), fault.Forbidden)
		_, _, err = s.auth.CreateKey(ctx, viewer, auth.NewKey{Name: "k", Scopes: []domain.Scope{domain.ScopeDecisionsRead}})
		wantCode(t, "viewer makes a key", err, fault.Forbidden)
		wantCode(t, "viewer revokes", s.auth.RevokeKey(ctx, viewer, home, k.ID, ""), fault.Forbidden)
	})
}

// A narrow key of a mighty person is narrow.
func TestKeyNarrowsItsOwner(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		_, secret := s.key("", "", domain.ScopeKeysWrite, domain.ScopeDefendWrite)
		narrow := s.login(secret)
		_, _, err := s.auth.CreateKey(t.Context(), narrow, auth.NewKey{Name: "k", Scopes: []domain.Scope{domain.ScopeRulesWrite}})
		wantCode(t, "beyond the key", err, fault.Forbidden)
		_, _, err = s.auth.CreateKey(t.Context(), narrow, auth.NewKey{Name: "k", Scopes: []domain.Scope{domain.ScopeDefendWrite}})
		wantCode(t, "within the key", err, "")
		_, err = s.auth.CreatePrincipal(t.Context(), narrow, auth.NewAccount{Kind: domain.Person, Name: "P"})
		wantCode(t, "people with a key without people:write", err, fault.Forbidden)
	})
}

// A person's second key is theirs to make: who holds it is that human.
func TestNobodyBecomesAnotherPerson(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		ctx, home := t.Context(), s.first.Tenant.ID
		p := s.person(domain.Person, auth.Binding{Tenant: home, Role: auth.Analyst})
		scopes := []domain.Scope{domain.ScopeDecisionsRead}
		first, _ := s.key(p.ID, home, scopes...)
		again := auth.NewKey{Tenant: home, Principal: p.ID, Name: "k", Scopes: scopes}
		_, _, err := s.auth.CreateKey(ctx, s.owner, again)
		wantCode(t, "a second key", err, fault.Forbidden)
		if err := s.auth.RevokeKey(ctx, s.owner, home, first.ID, "lost"); err != nil {
			t.Fatal(err)
		}
		_, _, err = s.auth.CreateKey(ctx, s.owner, again)
		wantCode(t, "after the first is gone", err, "")
	})
}

func TestDisabledPersonStopsAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		ctx, home := t.Context(), s.first.Tenant.ID
		p := s.person(domain.Person, auth.Binding{Tenant: home, Role: auth.Admin})
		_, secret := s.key(p.ID, home, auth.Admin.Scopes()...)
		actor := s.login(secret)
		if err := s.auth.SetPrincipalStatus(ctx, s.owner, p.ID, auth.AccountDisabled); err != nil {
			t.Fatal(err)
		}
		_, err := s.auth.Authenticate(ctx, secret.Reveal())
		wantCode(t, "disabled", err, fault.KeyRevoked)
		// A request that was let in before the change can't act any more.
		_, _, err = s.auth.CreateKey(ctx, actor, auth.NewKey{Name: "k", Scopes: []domain.Scope{domain.ScopeDefendWrite}})
		wantCode(t, "with what was known before", err, fault.Forbidden)
		_, _, err = s.auth.CreateKey(ctx, s.owner, auth.NewKey{Principal: p.ID, Name: "k", Scopes: []domain.Scope{domain.ScopeDefendWrite}})
		wantCode(t, "a key for the disabled", err, fault.Conflict)
		if err := s.auth.SetPrincipalStatus(ctx, s.owner, p.ID, auth.AccountActive); err != nil {
			t.Fatal(err)
		}
		s.login(secret)
		if s.audited(home, "person.disable") != 1 || s.audited(home, "person.enable") != 1 {
			t.Error("not audited once each")
		}
	})
}

func TestLostRoleNarrowsLiveKeys(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		home := s.first.Tenant.ID
		p := s.person(domain.ServiceAccount, auth.Binding{Tenant: home, Role: auth.Analyst}, auth.Binding{Tenant: home, Role: auth.Editor})
		_, secret := s.key(p.ID, home, domain.ScopeRulesWrite, domain.ScopeDefendWrite)
		if !s.login(secret).Principal.Has(domain.ScopeRulesWrite) {
			t.Fatal("editor can't edit")
		}
		if err := s.auth.RemoveRole(t.Context(), s.owner, p.ID, auth.Binding{Tenant: home, Role: auth.Editor}); err != nil {
			t.Fatal(err)
		}
		if got := s.login(secret).Principal.Scopes; !slices.Equal(got, []domain.Scope{domain.ScopeDefendWrite}) {
			t.Errorf("scopes = %v", got)
		}
		err := s.auth.RemoveRole(t.Context(), s.owner, p.ID, auth.Binding{Tenant: home, Role: auth.Editor})
		wantCode(t, "removing twice", err, fault.NotFound)
	})
}

func TestLastOwnerStays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		ctx, me := t.Context(), s.owner.Principal.ID
		s.person(domain.ServiceAccount, auth.Binding{Role: auth.Owner}) // a machine is no owner to fall back on
		wantCode(t, "role", s.auth.RemoveRole(ctx, s.owner, me, auth.Binding{Role: auth.Owner}), fault.Conflict)
		wantCode(t, "disable", s.auth.SetPrincipalStatus(ctx, s.owner, me, auth.AccountDisabled), fault.Conflict)
		s.person(domain.Person, auth.Binding{Role: auth.Owner})
		wantCode(t, "with another", s.auth.SetPrincipalStatus(ctx, s.owner, me, auth.AccountDisabled), "")
	})
}

func TestOrganisationsAndTenantsDoNotMix(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		ctx, home := t.Context(), s.first.Tenant.ID
		fTenant, fPerson := s.foreign()
		other := s.tenant("other")
		defend := []domain.Scope{domain.ScopeDefendWrite}
		_, _, err := s.auth.CreateKey(ctx, s.owner, auth.NewKey{Tenant: fTenant, Name: "k", Scopes: defend})
		wantCode(t, "key in a foreign tenant", err, fault.NotFound)
		_, _, err = s.auth.CreateKey(ctx, s.owner, auth.NewKey{Principal: fPerson, Name: "k", Scopes: defend})
		wantCode(t, "key for a foreign person", err, fault.NotFound)
		_, err = s.auth.Principal(ctx, s.owner.Principal, fPerson)
		wantCode(t, "reading a foreign person", err, fault.NotFound)
		wantCode(t, "granting to a foreign person", s.auth.GrantRole(ctx, s.owner, fPerson, auth.Binding{Tenant: home, Role: auth.Viewer}), fault.NotFound)
		wantCode(t, "granting in a foreign tenant", s.auth.GrantRole(ctx, s.owner, s.owner.Principal.ID, auth.Binding{Tenant: fTenant, Role: auth.Viewer}), fault.NotFound)
		wantCode(t, "disabling a foreign person", s.auth.SetPrincipalStatus(ctx, s.owner, fPerson, auth.AccountDisabled), fault.NotFound)
		wantCode(t, "authority in a foreign tenant", s.auth.AuthorizeIn(ctx, s.owner.Principal, fTenant, domain.ScopeTenantsRead), fault.NotFound)
		_, err = s.auth.Key(ctx, other.ID, s.owner.Principal.Key)
		wantCode(t, "a key of another tenant", err, fault.NotFound)
		wantCode(t, "revoking through another tenant", s.auth.RevokeKey(ctx, s.owner, other.ID, s.owner.Principal.Key, ""), fault.NotFound)

		// An administrator of one tenant sees its people only.
		admin := s.member(auth.Binding{Tenant: home, Role: auth.Admin})
		hidden := s.person(domain.Person, auth.Binding{Tenant: other.ID, Role: auth.Viewer})
		both := s.person(domain.Person, auth.Binding{Tenant: other.ID, Role: auth.Viewer}, auth.Binding{Tenant: home, Role: auth.Viewer})
		_, err = s.auth.Principal(ctx, admin.Principal, hidden.ID)
		wantCode(t, "a person of another tenant", err, fault.NotFound)
		got, err := s.auth.Principal(ctx, admin.Principal, both.ID)
		if err != nil || len(got.Bindings) != 1 || got.Bindings[0].Tenant != home {
			t.Errorf("person of both = %+v, %v", got, err)
		}
		wantCode(t, "disabling a person of both", s.auth.SetPrincipalStatus(ctx, admin, both.ID, auth.AccountDisabled), fault.Forbidden)
		count := func(p *domain.Principal) (n int) {
			for cursor := ""; ; {
				page, next, err := s.auth.Principals(ctx, p, cursor, 2)
				if err != nil {
					t.Fatal(err)
				}
				n += len(page)
				if cursor = next; next == "" {
					return n
				}
			}
		}
		if n := count(admin.Principal); n != 3 { // owner, admin, both
			t.Errorf("tenant administrator sees %d people, want 3", n)
		}
		if n := count(s.owner.Principal); n != 4 {
			t.Errorf("owner sees %d people, want 4", n)
		}

		// Authority beyond the key's tenant comes from roles.
		wantCode(t, "owner elsewhere", s.auth.AuthorizeIn(ctx, s.owner.Principal, other.ID, domain.ScopeTenantsWrite), "")
		wantCode(t, "owner in the organisation", s.auth.AuthorizeIn(ctx, s.owner.Principal, "", domain.ScopeTenantsWrite), "")
		wantCode(t, "admin at home", s.auth.AuthorizeIn(ctx, admin.Principal, home, domain.ScopeTenantsRead), "")
		wantCode(t, "admin elsewhere", s.auth.AuthorizeIn(ctx, admin.Principal, other.ID, domain.ScopeTenantsRead), fault.Forbidden)
		wantCode(t, "admin in the organisation", s.auth.AuthorizeIn(ctx, admin.Principal, "", domain.ScopeTenantsRead), fault.Forbidden)
		if only, err := s.auth.Reach(ctx, s.owner.Principal, domain.ScopeTenantsRead); only != nil || err != nil {
			t.Errorf("owner reaches %v, %v", only, err)
		}
		if only, err := s.auth.Reach(ctx, admin.Principal, domain.ScopeTenantsRead); !slices.Equal(only, []domain.TenantID{home}) || err != nil {
			t.Errorf("admin reaches %v, %v", only, err)
		}
		if only, err := s.auth.Reach(ctx, admin.Principal, domain.ScopeTenantsWrite); only == nil || len(only) != 0 || err != nil {
			t.Errorf("admin may change %v, %v", only, err)
		}
	})
}

func TestBadPeopleAreRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		for name, n := range map[string]auth.NewAccount{
			"kind":        {Kind: "robot", Name: "R"},
			"name":        {Kind: domain.Person, Name: " "},
			"email":       {Kind: domain.Person, Name: "P", Email: "P <p@example.org>"},
			"NUL":         {Kind: domain.Person, Name: "P\x00"},
			"bad binding": {Kind: domain.Person, Name: "P", Bindings: []auth.Binding{{Role: "root"}}},
		} {
			_, err := s.auth.CreatePrincipal(t.Context(), s.owner, n)
			wantCode(t, name, err, fault.Invalid)
		}
	})
}
