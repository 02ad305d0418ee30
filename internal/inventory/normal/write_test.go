package normal

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/jsondoc"
)

const caType = "identity/conditionalAccess/policies"

// content normalises a document of Conditional Access.
func content(t testing.TB, doc string) string {
	t.Helper()
	return string(one(t, New(Builtin(), testKey), Record{Type: caType, ID: "1", JSON: []byte(doc)}).Canonical)
}

func TestWhatMeansTheSameIsTheSame(t *testing.T) {
	t.Parallel()
	target := func(filter string) string {
		return `{"assignments":[{"target":{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"g"` + filter + `}}]}`
	}
	for name, docs := range map[string][]string{
		"assignment filter": {
			target(``),
			target(`,"deviceAndAppManagementAssignmentFilterId":null,"deviceAndAppManagementAssignmentFilterType":null`),
			target(`,"deviceAndAppManagementAssignmentFilterId":"00000000-0000-0000-0000-000000000000","deviceAndAppManagementAssignmentFilterType":"none"`),
			target(`,"deviceAndAppManagementAssignmentFilterType":"none"`),
		},
		"sets":         {`{"a":["x","y","y"],"b":[{"n":1},{"n":2}]}`, `{"b":[{"n":2.0},{"n":1e0}],"a":["y","x","y"]}`},
		"sets in sets": {`{"a":[["x","y"],["b","a"]]}`, `{"a":[["a","b"],["y","x"]]}`},
		"null":         {`{"a":1}`, `{"a":1,"b":null}`},
		"escapes":      {`{"a\u0062":"\u0041\/\n"}`, `{"ab":"A/\u000a"}`},
		"volatile": {
			`{"state":"on"}`,
			`{"state":"on","id":"other","createdDateTime":"1","modifiedDateTime":"2","lastModifiedDateTime":"3","version":9,
			  "@odata.context":"x","@odata.etag":"x","state@odata.type":"#x","state@odata.navigationLink":"x","#microsoft.graph.restore":{"a":1},
			  "supportsScopeTags":true,"isAssigned":true,"settingCount":4,"creationSource":"x","priorityMetaData":{"a":1}}`,
		},
		"positions of assignments": {
			`{"assignments":[{"id":"1","sourceId":"x","target":{"groupId":"g"}}]}`, `{"assignments":[{"id":"2","target":{"groupId":"g"}}]}`,
		},
	} {
		want := content(t, docs[0])
		for _, doc := range docs[1:] {
			if got := content(t, doc); got != want {
				t.Errorf("%s: %s is not %s", name, got, want)
			}
		}
	}
}

func TestWhatDiffersDiffers(t *testing.T) {
	t.Parallel()
	for _, docs := range [][2]string{
		{`{"a":["x"]}`, `{"a":["x","x"]}`},
		{`{"a":[]}`, `{}`},
		{`{"a":""}`, `{}`},
		{`{"a":{}}`, `{}`},
		{`{"a":"1"}`, `{"a":1}`},
		{`{"a":[null]}`, `{"a":[]}`},
		{`{"a":9007199254740993}`, `{"a":9007199254740992}`},
		{`{"@odata.type":"#a"}`, `{"@odata.type":"#b"}`},
		{`{"roleScopeTagIds":["0"]}`, `{"roleScopeTagIds":["1"]}`},
		{`{"assignments":[{"target":{"groupId":"g","deviceAndAppManagementAssignmentFilterId":"f"}}]}`, `{"assignments":[{"target":{"groupId":"g"}}]}`},
		{`{"definition@odata.bind":"https://x('a')"}`, `{"definition@odata.bind":"https://x('b')"}`},
		{`{"x":{"version":1}}`, `{"x":{"version":2}}`},
		{`{"grantControls":{"authenticationStrength":{"id":"a"}}}`, `{"grantControls":{"authenticationStrength":{"id":"b"}}}`},
	} {
		if a, b := content(t, docs[0]), content(t, docs[1]); a == b {
			t.Errorf("%s and %s are both %s", docs[0], docs[1], a)
		}
	}
}

func TestOrderedArraysKeepTheirOrder(t *testing.T) {
	t.Parallel()
	n := New(Builtin(), testKey)
	doc := `{"homeScreenDockIcons":["c","a"],"homeScreenPages":[{"icons":["z","b"]}],"other":["z","b"]}`
	got := one(t, n, Record{Type: "Device configurations", ID: "1", JSON: []byte(doc)})
	if want := `{"homeScreenDockIcons":["c","a"],"homeScreenPages":[{"icons":["z","b"]}],"other":["b","z"]}`; string(got.Canonical) != want {
		t.Errorf("got %s", got.Canonical)
	}
	r := Builtin().Rules("deviceManagement/deviceConfigurations")
	if ordered, _ := r.Array([]string{"homeScreenPages", "*", "icons"}); !ordered {
		t.Error("icons are a list in order")
	}
}

func TestRulesForTheDiff(t *testing.T) {
	t.Parallel()
	types := Builtin()
	r := types.Rules("deviceManagement/configurationPolicies")
	key := func(r *Rules, path ...string) string {
		ordered, keys := r.Array(path)
		return fmt.Sprint(ordered, keys)
	}
	if got := key(r, "settings"); got != "false [{[[settingInstance settingDefinitionId]]}]" {
		t.Error(got)
	}
	if got := key(r, "assignments"); got != "false [{[[target @odata.type] [target groupId]]}]" {
		t.Error(got)
	}
	if got := key(r, "a", "*", "children"); !strings.Contains(got, "settingDefinitionId") || !strings.Contains(got, "Sid") {
		t.Error(got)
	}
	if !r.Describes([]string{"name"}) || !r.Describes([]string{"description"}) || r.Describes([]string{"settings"}) || r.Describes([]string{"settings", "name"}) {
		t.Error("metadata are name and description of the object itself")
	}
	if r.Schema([]string{"settings"}) != "deviceManagement/configurationPolicies" || !r.DropsNulls() || types.Rules("json").DropsNulls() {
		t.Error("schema or null")
	}
	var none *Rules
	if got := key(none, "x"); got != "false []" || none.Describes(nil) || none.Schema(nil) != "" || none.DropsNulls() || none.Type() != (Type{}) {
		t.Error("nil rules")
	}
	if u := types.Rules("deviceManagement/somethingNew").Type(); u.Family != "graph" || u.Name != "deviceManagement/somethingNew" || u.Label != "Microsoft Graph somethingNew" || u.Normaliser == "" {
		t.Errorf("unlisted: %+v", u)
	}
	if u := types.Rules("whatever").Type(); u.Family != "json" || u.Name != "whatever" {
		t.Errorf("unknown: %+v", u)
	}
	if !types.Rules("deviceManagement/intents").Type().Assignable || types.Rules("groups").Type().Assignable {
		t.Error("assignable")
	}
}

// TestCanonicalFormIsThatOfJSONDoc checks order and escapes against the other
// implementation of RFC 8785, on documents of plain values.
func TestCanonicalFormIsThatOfJSONDoc(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 4))
	n := New(Builtin(), testKey)
	runes := []rune("ab\"\\\n\t\u0001é\u20ac\ufffd\ue000𝄞😀z")
	text := func() string {
		var b strings.Builder
		for range rng.IntN(12) {
			b.WriteRune(runes[rng.IntN(len(runes))])
		}
		return b.String()
	}
	for range 3000 {
		keys := map[string]bool{}
		for range 1 + rng.IntN(40) {
			keys["k"+text()] = true
		}
		doc := []byte{'{'}
		for k := range keys {
			doc = append(jsondoc.AppendString(doc, k), ':')
			doc = append(jsondoc.AppendString(doc, text()), ',')
		}
		doc[len(doc)-1] = '}'
		d, err := jsondoc.Parse(doc, jsondoc.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		got := one(t, n, Record{Type: "json", ID: "1", JSON: doc})
		if want := d.Root().AppendCanonical(nil); string(got.Canonical) != string(want) {
			t.Fatalf("got  %s\nwant %s", got.Canonical, want)
		}
	}
}

func TestAgainKeepsWhatIsNormalised(t *testing.T) {
	t.Parallel()
	n := New(Builtin(), testKey)
	first := one(t, n, Record{Type: "Device configurations", ID: "1", JSON: []byte(`{"preSharedKey":"S3CRET","a":[3,1,2],"b":"frostgate-secret:forged"}`)})
	again, hash, err := n.Again(first.Type, first.Canonical)
	if err != nil || string(again) != string(first.Canonical) || hash != first.Hash {
		t.Errorf("%v: %s became %s", err, first.Canonical, again)
	}
	// What people write in the form of a normalised object may hold a secret.
	again, _, err = n.Again(first.Type, []byte(`{"preSharedKey":"S3CRET"}`))
	if err != nil || strings.Contains(string(again), "S3CRET") {
		t.Errorf("%v: %s", err, again)
	}
	// From a source, what looks like a hash is a secret itself.
	other := one(t, n, Record{Type: first.Type, ID: "1", JSON: first.Canonical})
	if other.Hash == first.Hash {
		t.Error("a forged hash was taken for one")
	}
	if _, _, err := n.Again("json", []byte(`{`)); err == nil {
		t.Error("no JSON was normalised")
	}
}

func TestAllocations(t *testing.T) {
	n := New(Builtin(), testKey)
	doc := policy(1)
	rec := &Record{JSON: doc}
	each := func(*Object) error { return nil }
	run := func() {
		if err := n.Objects(rec, each); err != nil {
			t.Fatal(err)
		}
	}
	run()
	if got := testing.AllocsPerRun(100, run); got > 3 {
		t.Errorf("%v allocations for an object; identity and name are two", got)
	}
}
