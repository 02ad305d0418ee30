package auth_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/auth"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// named makes a person of that name with roles.
func (s *scene) named(name string, bindings ...auth.Binding) *auth.Account {
	s.t.Helper()
	a, err := s.auth.CreatePrincipal(s.t.Context(), s.owner, auth.NewAccount{Kind: domain.Person, Name: name, Bindings: bindings})
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}

func TestNamesOfPeopleAndKeys(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		home := s.first.Tenant.ID
		ada := s.named("Ada Park", auth.Binding{Tenant: home, Role: auth.Viewer})
		k, secret := s.key(ada.ID, home, domain.ScopeDriftRead)
		_, foreign := s.foreign()
		reader := s.login(secret).Principal

		ids := []string{string(k.ID), "pr_none", string(ada.ID), string(foreign), string(ada.ID), "system"}
		got, err := s.auth.Names(t.Context(), reader, home, ids)
		want := []auth.Name{{ID: string(k.ID), Name: "key", Kind: "key", Active: true}, {ID: string(ada.ID), Name: "Ada Park", Kind: "person", Active: true}}
		if err != nil || !cmp.Equal(got, want) {
			t.Errorf("names: %+v, %v", got, err)
		}
		if err := s.auth.RevokeKey(t.Context(), s.owner, home, k.ID, ""); err != nil {
			t.Fatal(err)
		}
		if err := s.auth.SetPrincipalStatus(t.Context(), s.owner, ada.ID, auth.AccountDisabled); err != nil {
			t.Fatal(err)
		}
		got, err = s.auth.Names(t.Context(), s.owner.Principal, home, ids)
		want[0].Active, want[1].Active = false, false
		if err != nil || !cmp.Equal(got, want) {
			t.Errorf("names of what ended: %+v, %v", got, err)
		}
	})
}

// Names of another tenant's keys are for who has a role there; another
// organisation does not exist.
func TestNamesStayInTheTenant(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		home := s.first.Tenant.ID
		other := s.tenant("other")
		k, _ := s.key(s.owner.Principal.ID, other.ID, domain.ScopeDriftRead)
		viewer := s.member(auth.Binding{Tenant: home, Role: auth.Viewer}).Principal
		if got, err := s.auth.Names(t.Context(), viewer, home, []string{string(k.ID)}); err != nil || len(got) != 0 {
			t.Errorf("a key of another tenant: %v, %v", got, err)
		}
		_, err := s.auth.Names(t.Context(), viewer, other.ID, []string{string(k.ID)})
		wantCode(t, "a tenant without a role", err, fault.Forbidden)
		if got, err := s.auth.Names(t.Context(), s.owner.Principal, other.ID, []string{string(k.ID)}); err != nil || len(got) != 1 {
			t.Errorf("as owner of both: %v, %v", got, err)
		}
		far, _ := s.foreign()
		_, err = s.auth.Names(t.Context(), s.owner.Principal, far, []string{"pr_x"})
		wantCode(t, "another organisation's tenant", err, fault.NotFound)
	})
}

func TestWhoIsAble(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		home := s.first.Tenant.ID
		other := s.tenant("other")
		s.named("Cleo", auth.Binding{Tenant: home, Role: auth.Analyst})
		s.named("Bo", auth.Binding{Tenant: home, Role: auth.Analyst}, auth.Binding{Tenant: home, Role: auth.Editor})
		s.named("100%", auth.Binding{Role: auth.Admin})
		s.named("Viewer only", auth.Binding{Tenant: home, Role: auth.Viewer})
		s.named("Elsewhere", auth.Binding{Tenant: other.ID, Role: auth.Analyst})
		gone := s.named("Gone", auth.Binding{Tenant: home, Role: auth.Analyst})
		if err := s.auth.SetPrincipalStatus(t.Context(), s.owner, gone.ID, auth.AccountDisabled); err != nil {
			t.Fatal(err)
		}
		s.foreign()
		able := func(text string, limit int) (names []string) {
			for cursor := ""; ; {
				page, next, err := s.auth.Able(t.Context(), s.owner.Principal, home, domain.ScopeDriftWrite, text, cursor, limit)
				if err != nil {
					t.Fatal(err)
				}
				for _, n := range page {
					names = append(names, n.Name)
				}
				if cursor = next; next == "" {
					return names
				}
			}
		}
		for _, limit := range []int{1, 50} {
			got := able("", limit)
			for _, name := range []string{"100%", "Bo", "Cleo"} {
				if !slices.Contains(got, name) {
					t.Errorf("%s is missing in %v", name, got)
				}
			}
			if len(got) != 4 { // and the owner
				t.Errorf("able: %v", got)
			}
		}
		if got := able("LE", 50); !cmp.Equal(got, []string{"Cleo"}) {
			t.Errorf("by a part of the name: %v", got)
		}
		if got := able("%", 50); !cmp.Equal(got, []string{"100%"}) {
			t.Errorf("by a wildcard: %v", got)
		}
		viewer := s.member(auth.Binding{Tenant: home, Role: auth.Viewer}).Principal
		_, _, err := s.auth.Able(t.Context(), viewer, home, domain.ScopeDriftWrite, "", "", 50)
		wantCode(t, "who may not do it", err, fault.Forbidden)
		auditor := s.member(auth.Binding{Tenant: home, Role: auth.Auditor}).Principal
		_, _, err = s.auth.Able(t.Context(), auditor, home, domain.ScopeDriftWrite, "", "", 50)
		wantCode(t, "who may read people", err, "")
	})
}

func TestPrincipalsAreFoundByNameInTheirOrganisation(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		s.foreign()
		a := s.person(domain.Person, auth.Binding{Role: auth.Viewer})
		for text, want := range map[string][]domain.PrincipalID{
			"SOMEB": {a.ID}, string(a.ID): {a.ID}, "some%": nil, "pr_x": nil, "nobody at all": nil,
		} {
			got, err := s.auth.Called(t.Context(), s.owner.Principal, text)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%s: %v, %v, want %v", text, got, err, want)
			}
		}
		names, err := s.auth.NamesOf(t.Context(), s.owner.Principal, []domain.PrincipalID{a.ID, "pr_x", "pr_none"})
		if err != nil || len(names) != 1 || names[a.ID] != "Somebody" {
			t.Errorf("names = %v, %v", names, err)
		}
		if err := s.db.InSystemTx(t.Context(), "test", func(tx *db.Tx) error {
			for i := range 501 {
				if _, err := tx.Exec(t.Context(), "INSERT INTO principal (principal_id, org_id, kind, name, email, status, created_at) VALUES ($1, $2, 'person', $3, '', 'active', 1)",
					fmt.Sprint("pr_many", i), s.owner.Principal.Org, fmt.Sprint("Åsa ", i)); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.auth.Called(t.Context(), s.owner.Principal, "åsa"); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("a name of more than 500: %v", err)
		}
		if got, err := s.auth.Called(t.Context(), s.owner.Principal, "ÅSA 50"); err != nil || len(got) != 2 {
			t.Errorf("letters beyond ASCII: %v, %v", got, err)
		}
		all := make([]string, 0, 502)
		for i := range 501 {
			all = append(all, fmt.Sprint("pr_many", i))
		}
		if got, err := s.auth.Names(t.Context(), s.owner.Principal, s.owner.Principal.Tenant, append(all, "pr_many3", "pr_none")); err != nil || len(got) != 501 || got[500].Name != "Åsa 500" {
			t.Errorf("many names: %d, %v", len(got), err)
		}
	})
}
