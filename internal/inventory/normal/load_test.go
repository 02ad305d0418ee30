package normal

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// files gives the built-in table with some files changed.
func files(t testing.TB, change map[string]func(string) string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	names, err := fs.Glob(tables, "types/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		b, err := fs.ReadFile(tables, name)
		if err != nil {
			t.Fatal(err)
		}
		if f := change[name]; f != nil {
			s := f(string(b))
			if s == string(b) {
				t.Fatalf("%s: nothing changed", name)
			}
			b = []byte(s)
		}
		out[name] = &fstest.MapFile{Data: b}
	}
	return out
}

func replace(from, to string) func(string) string {
	return func(s string) string { return strings.Replace(s, from, to, 1) }
}

func TestBrokenTablesAreRefused(t *testing.T) {
	t.Parallel()
	const graph, plain = "types/graph.yaml", "types/json.yaml"
	for want, c := range map[string]struct {
		file string
		f    func(string) string
	}{
		"field volatil not found":      {graph, replace("volatile:", "volatil:")},
		"field labels not found":       {plain, replace("label:", "labels:")},
		"field sekrets not found":      {plain, replace("secrets:", "sekrets:")},
		"nulls: must be drop or keep":  {graph, replace("nulls: drop", "nulls: maybe")},
		"must begin with a slash":      {graph, replace("/**/deviceAndAppManagementAssignmentFilterId", "deviceAndAppManagementAssignmentFilterId")},
		"** twice in a row":            {graph, replace("/assignments/*/id", "/**/**/id")},
		"* must stand alone":           {graph, replace("/assignments/*/id", "/assignments/x*/id")},
		"must be the path of a member": {graph, replace("identity: [/id]", "identity: [/*/id]")},
		"would drop everything":        {graph, replace("createdDateTime", `"*"`)},
		"a name in lower case":         {graph, replace(`"*scriptcontent"`, `"*scriptContent"`)},
		"has no values":                {graph, replace(`values: ["none", ""]`, `values: []`)},
		"a key needs a member":         {graph, replace(`key: ["target/@odata.type", target/groupId]`, "key: []")},
		"a condition needs a member":   {"types/graph_intune.yaml", replace(`is_not: ["false"]`, `is_not: []`)},
		"no form is called":            {plain, replace("  nulls: keep", "  nulls: keep\n  scalars: [{path: /x, as: roman}]")},
		"is there twice":               {"types/graph_entra.yaml", replace("name: domains", "name: groups")},
		"shares \"conditionalaccess\"": {"types/graph_entra.yaml", replace("folders: [NamedLocations,", "folders: [Conditional Access,")},
		"shares \"namedX\"": {"types/graph_entra.yaml", func(s string) string {
			return strings.Replace(replace("odata_types: [group]", "odata_types: [namedX]")(s), "[domain]", "[namedX]", 1)
		}},
		"must have a name and a label":  {plain, replace("label: JSON object", "")},
		"holds more than one document":  {plain, func(s string) string { return s + "\n---\nfamily: json\n" }},
		"family json has no file":       {plain, replace("family: json", "family: xml")},
		"stand in the family's first":   {"types/graph_apps.yaml", replace("types:", "all: {nulls: drop}\ntypes:")},
		"must have its common rules":    {plain, func(string) string { return "family: json\n" }},
		"could not find expected ':'":   {plain, func(s string) string { return s + "\nx\ny: 1" }},
		"cannot unmarshal !!str `x`":    {plain, func(string) string { return "x" }},
		"schema \"/x\": has no name":    {plain, replace("  nulls: keep", "  nulls: keep\n  schemas: [{path: /x}]")},
		"not is for names":              {plain, replace("  secrets:", "  secrets:\n    - {path: /x, not: [y]}")},
		"cannot unmarshal !!str `no`":   {plain, replace("  nulls: keep", "  nulls: keep\n  ordered: no")},
		"key \"a/*\": must be paths":    {plain, replace("    - [Sid]", "    - [a/*]")},
		"secret \"*\": must be a path":  {plain, replace(`"*passwd"`, `"*"`)},
		"cannot unmarshal !!map into [": {plain, replace("names: [\"json\"]", "names: {a: b}")},
	} {
		_, err := load(files(t, map[string]func(string) string{c.file: c.f}))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

func TestFamiliesWithoutReaderAreRefused(t *testing.T) {
	t.Parallel()
	all := files(t, nil).(fstest.MapFS)
	all["types/xml.yaml"] = &fstest.MapFile{Data: []byte("family: xml\nall: {nulls: drop}\n")}
	if _, err := load(all); err == nil || !strings.Contains(err.Error(), "has no reader") {
		t.Fatal(err)
	}
}

func TestAnyChangeOfDataChangesTheNormaliser(t *testing.T) {
	t.Parallel()
	versions := func(change map[string]func(string) string) map[string]string {
		types, err := load(files(t, change))
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]string{"unlisted": types.Rules("microsoft.graph.never").Type().Normaliser}
		for _, typ := range types.List() {
			out[typ.Name] = typ.Normaliser
		}
		return out
	}
	before := versions(nil)
	const ca, catalog = "identity/conditionalAccess/policies", "deviceManagement/configurationPolicies"
	for _, c := range []struct {
		name, file, from, to string
		all                  bool
	}{
		{"a volatile path", "types/graph_entra.yaml", "- /deletedDateTime", "- /deletedDate", false},
		{"recognition", "types/graph_entra.yaml", "[conditionalAccess/policies]", "[conditionalAccess/policy]", false},
		{"the template", "types/graph_entra.yaml", "template: [/templateId]", "template: [/template]", false},
		{"the family's secrets", "types/graph.yaml", `"*scriptcontent"`, `"*scriptcontents"`, true},
		{"a default", "types/graph.yaml", `["none", ""]`, `["none"]`, true},
		{"null", "types/graph.yaml", "nulls: drop", "nulls: keep", true},
	} {
		after := versions(map[string]func(string) string{c.file: replace(c.from, c.to)})
		if after[ca] == before[ca] {
			t.Errorf("%s: the version is the same", c.name)
		}
		if (after[catalog] != before[catalog]) != c.all || (after["unlisted"] != before["unlisted"]) != c.all {
			t.Errorf("%s: versions of other types: want changed %v", c.name, c.all)
		}
		if after["json"] != before["json"] {
			t.Errorf("%s: changed another family", c.name)
		}
	}
	label := versions(map[string]func(string) string{"types/graph_entra.yaml": replace("label: Conditional Access", "label: CA")})
	if label[ca] != before[ca] {
		t.Error("a label changed the normaliser")
	}
}
