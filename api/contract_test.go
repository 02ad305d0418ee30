package api_test

import (
	"bytes"
	"cmp"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/diff"
	"github.com/oasdiff/oasdiff/load"

	"frostgate.io/frostgate/api"
)

// breaking lists what a client of the old contract would notice.
func breaking(t *testing.T, before, after []byte) []string {
	t.Helper()
	spec := func(doc []byte) *load.SpecInfo {
		loader := openapi3.NewLoader()
		loader.IsExternalRefsAllowed = false
		parsed, err := loader.LoadFromData(doc)
		if err != nil {
			t.Fatalf("contract does not load: %v", err)
		}
		return &load.SpecInfo{Url: "openapi.yaml", Spec: parsed}
	}
	from, to := spec(before), spec(after)
	d, sources, err := diff.GetWithOperationsSourcesMap(diff.NewConfig(), from, to)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, c := range checker.CheckBackwardCompatibility(checker.NewConfig(checker.GetAllChecks()), d, sources) {
		if c.GetLevel() == checker.ERR {
			out = append(out, c.GetOperation()+" "+c.GetPath()+": "+c.GetUncolorizedText(checker.NewDefaultLocalizer()))
		}
	}
	return out
}

// lastReleased returns the newest tagged contract.
func lastReleased(t *testing.T) (name string, doc []byte) {
	t.Helper()
	names, err := fs.Glob(api.Released(), "released/openapi-v*.yaml")
	if err != nil || len(names) == 0 {
		return "", nil
	}
	number := func(name string) int {
		n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(name, "released/openapi-v"), ".yaml"))
		if err != nil {
			t.Fatalf("%s is not named openapi-vN.yaml", name)
		}
		return n
	}
	name = slices.MaxFunc(names, func(a, b string) int { return cmp.Compare(number(a), number(b)) })
	doc, err = fs.ReadFile(api.Released(), name)
	if err != nil {
		t.Fatal(err)
	}
	return name, doc
}

func TestNoBreakingChangeSinceTheLastTag(t *testing.T) {
	t.Parallel()
	name, old := lastReleased(t)
	if old == nil {
		t.Log("no contract is tagged yet: nothing can break")
		return
	}
	for _, b := range breaking(t, old, api.OpenAPI()) {
		t.Errorf("breaks %s: %s", name, b)
	}
}

// The check itself can fail: each doctored contract breaks a client.
func TestBreakingChangesAreFound(t *testing.T) {
	t.Parallel()
	now := api.OpenAPI()
	if got := breaking(t, now, now); len(got) != 0 {
		t.Fatalf("the contract breaks itself: %v", got)
	}
	for name, doctor := range map[string]func(string) string{
		"path removed": func(s string) string {
			return strings.Replace(s, "\n  /api/v1/defend:\n", "\n  /api/v1/defended:\n", 1)
		},
		"field gets required": func(s string) string {
			return inside(t, s, "      required:\n", "      required:\n        - expires_at\n")
		},
		"value refused": func(s string) string { return inside(t, s, "            - asn\n", "") },
		"answer loses a field": func(s string) string {
			return strings.ReplaceAll(s, "        explanation_brief:\n          type: string\n", "")
		},
	} {
		doctored := doctor(string(now))
		if bytes.Equal([]byte(doctored), now) {
			t.Fatalf("%s: nothing was doctored", name)
		}
		if len(breaking(t, now, []byte(doctored))) == 0 {
			t.Errorf("%s: not found", name)
		}
	}
}

// inside replaces once in the schema of a request.
func inside(t *testing.T, s, old, with string) string {
	t.Helper()
	at := strings.Index(s, "    NewAllowEntry:\n")
	if at < 0 {
		t.Fatal("no schema NewAllowEntry")
	}
	return s[:at] + strings.Replace(s[at:], old, with, 1)
}
