package auth_test

import (
	"slices"
	"testing"

	"frostgate.io/frostgate/internal/auth"
	"frostgate.io/frostgate/internal/domain"
)

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
	})
}
