package httpapi

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"frostgate.io/frostgate/api"
	"frostgate.io/frostgate/internal/domain"
)

// samplePath fills the path's parameters.
func samplePath(path string) string {
	parts := strings.Split(strings.TrimSuffix(path, "{$}"), "/")
	for i, p := range parts {
		if strings.HasPrefix(p, "{") {
			parts[i] = "x"
		}
	}
	return strings.Join(parts, "/")
}

// The table is the authorisation matrix: on each path, no key is 401, a key
// with all scopes but the route's is 403, and neither reaches a feature.
func TestEachRouteRefusesWithoutItsScope(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	for _, rt := range f.table {
		if rt.Access == public {
			continue
		}
		without := slices.DeleteFunc(domain.AllScopes(), func(s domain.Scope) bool { return s == rt.Scope })
		f.keys.add("without", tenantA, without...)
		f.keys.add("expired", tenantA, domain.AllScopes()...)
		for _, path := range rt.paths() {
			path := samplePath(path)
			f.do(t, "", rt.Method, path, "").want(t, http.StatusUnauthorized, "unauthenticated")
			f.do(t, "never-made", rt.Method, path, "").want(t, http.StatusUnauthorized, "unauthenticated")
			f.do(t, "expired", rt.Method, path, "").want(t, http.StatusUnauthorized, "key_expired")
			if rt.Access == scoped {
				p := f.do(t, "without", rt.Method, path, "").want(t, http.StatusForbidden, "forbidden")
				if !strings.Contains(p.Detail, string(rt.Scope)) {
					t.Errorf("%s %s: problem does not name the scope: %s", rt.Method, path, p.Detail)
				}
			}
		}
	}
}

func TestScopesOfTheTableAreKnown(t *testing.T) {
	t.Parallel()
	for _, rt := range (&Server{}).routes() {
		if rt.Access == scoped && !slices.Contains(domain.AllScopes(), rt.Scope) {
			t.Errorf("%s %s: unknown scope %q", rt.Method, rt.Path, rt.Scope)
		}
		if rt.Method != http.MethodGet && rt.Access == scoped && strings.HasSuffix(string(rt.Scope), ":read") && rt.Mutates {
			t.Errorf("%s %s: a change under a read scope", rt.Method, rt.Path)
		}
	}
	if err := checkRoute(&Route{Method: "GET", Path: "/x", Summary: "s", Tag: "t", endpoint: read((&Server{}).whoami)}); err == nil {
		t.Error("a route without access was accepted")
	}
}

// The contract and the table name the same paths, methods and scopes, both ways.
func TestContractIsTheTable(t *testing.T) {
	t.Parallel()
	var doc struct {
		Paths map[string]map[string]struct {
			Scope    string                `yaml:"x-frostgate-scope"`
			Security []map[string][]string `yaml:"security"`
		} `yaml:"paths"`
	}
	if err := yaml.Unmarshal(api.OpenAPI(), &doc); err != nil {
		t.Fatal(err)
	}
	inTable := map[string]bool{}
	for _, rt := range (&Server{}).routes() {
		for _, path := range rt.paths() {
			path = templateOf(path)
			method := strings.ToLower(rt.Method)
			inTable[method+" "+path] = true
			op, ok := doc.Paths[path][method]
			if !ok {
				t.Errorf("%s %s is served and not in the contract", rt.Method, path)
				continue
			}
			if op.Scope != string(rt.Scope) {
				t.Errorf("%s %s: contract says scope %q, table %q", rt.Method, path, op.Scope, rt.Scope)
			}
			if rt.Access == scoped && (len(op.Security) == 0 || !slices.Contains(op.Security[0]["apiKey"], string(rt.Scope))) {
				t.Errorf("%s %s: security does not name %s", rt.Method, path, rt.Scope)
			}
			if (rt.Access == public) != (op.Security != nil && len(op.Security) == 0) {
				t.Errorf("%s %s: contract and table disagree on public access", rt.Method, path)
			}
		}
	}
	for path, ops := range doc.Paths {
		for method := range ops {
			if !inTable[method+" "+path] {
				t.Errorf("%s %s is in the contract and not served", method, path)
			}
		}
	}
}

func TestCommittedContractIsCurrent(t *testing.T) {
	t.Parallel()
	got, err := Contract()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Contract()
	if err != nil || !bytes.Equal(got, again) {
		t.Fatal("two runs give two contracts")
	}
	if !bytes.Equal(got, api.OpenAPI()) {
		t.Error("api/openapi.yaml is stale: go run ./tools/openapi")
	}
}
