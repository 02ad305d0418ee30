package httpapi

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift"
	"frostgate.io/frostgate/internal/drift/plain"
	"frostgate.io/frostgate/internal/fault"
)

// maxNamed bounds how many identifiers of one answer are looked up.
const maxNamed = 200

// maxPlaces bounds in how many sources a list looks names up; in more, identifiers
// stay as they are, and each finding names its own.
const maxPlaces = 20

// identifierForm is what Microsoft Graph names objects by in values.
const identifierForm = `[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`

// namedTypes are what values refer to by identifiers alone.
func namedTypes() []string {
	return []string{
		"groups", "identity/conditionalAccess/namedLocations", "deviceManagement/assignmentFilters", "deviceManagement/roleScopeTags",
		"policies/authenticationStrengthPolicies", "identity/conditionalAccess/policies", "servicePrincipals", "users",
		"roleManagement/directory/roleDefinitions", "deviceAppManagement/mobileApps", "deviceManagement/reusablePolicySettings", "deviceManagement/notificationMessageTemplates",
	}
}

// namer finds what identifiers in values are called, in one source of one tenant.
type namer struct {
	ids   []string
	names map[string]string
}

// collect notes the identifiers in texts.
func (n *namer) collect(texts ...string) {
	form := regexp.MustCompile(identifierForm)
	for _, text := range texts {
		if strings.Count(text, "-") < 4 {
			continue
		}
		for _, id := range form.FindAllString(text, maxNamed) {
			if len(n.ids) < maxNamed && !slices.Contains(n.ids, id) {
				n.ids = append(n.ids, id)
			}
		}
	}
}

// lookUp asks inventory for the names of the collected identifiers.
func (n *namer) lookUp(ctx context.Context, s *Server, id domain.TenantID, source string) error {
	n.names = map[string]string{}
	left := n.ids
	defer func() {
		for _, id := range left { // the tenant's own name for it comes first
			if name := plain.DirectoryRole(id); name != "" {
				n.names[id] = name
			}
		}
	}()
	for _, typ := range namedTypes() {
		if len(left) == 0 {
			return nil
		}
		found, err := s.deps.Inventory.Present(ctx, id, source, typ, left)
		if err != nil {
			return err
		}
		left = slices.DeleteFunc(slices.Clone(left), func(id string) bool {
			it, ok := found[id]
			if ok && it.Name != "" {
				n.names[id] = it.Name
			}
			return ok
		})
	}
	return nil
}

// say writes the names of identifiers before them.
func (n *namer) say(text string) string {
	if len(n.names) == 0 {
		return text
	}
	return regexp.MustCompile(identifierForm).ReplaceAllStringFunc(text, func(id string) string {
		if name := n.names[id]; name != "" {
			return name + " (" + id[:8] + "…)"
		}
		return id
	})
}

// nameChanges writes names of identifiers into the changes of a list.
func (s *Server) nameChanges(ctx context.Context, rows []*findingView) error {
	type place struct{ tenant, source string }
	namers := map[place]*namer{}
	for _, r := range rows {
		at := place{r.Tenant, r.Source}
		if n := namers[at]; n != nil {
			n.collect(r.Change)
			continue
		}
		n := &namer{}
		if n.collect(r.Change); len(n.ids) > 0 {
			namers[at] = n
		}
	}
	if len(namers) > maxPlaces {
		return nil
	}
	for at, n := range namers {
		if err := n.lookUp(ctx, s, domain.TenantID(at.tenant), at.source); err != nil {
			return err
		}
	}
	for _, r := range rows {
		if n := namers[place{r.Tenant, r.Source}]; n != nil {
			r.Change = n.say(r.Change)
		}
	}
	return nil
}

// nameBaselines says what findings were held against.
func (s *Server) nameBaselines(ctx context.Context, shown []*findingView) error {
	type key struct{ tenant, baseline string }
	known := map[key]*drift.Baseline{}
	for _, f := range shown {
		k := key{f.Tenant, f.Baseline}
		b, seen := known[k]
		if !seen {
			var err error
			if b, err = s.deps.Drift.Baseline(ctx, domain.TenantID(f.Tenant), drift.BaselineID(f.Baseline)); err != nil && fault.CodeOf(err) != fault.NotFound {
				return err
			}
			known[k] = b
		}
		if b != nil {
			f.BaselineName, f.BaselineKind = b.Name, string(b.Kind)
		}
	}
	return nil
}
