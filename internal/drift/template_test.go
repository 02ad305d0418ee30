package drift

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/testdata"

	"github.com/google/go-cmp/cmp"
)

// policies are an invented tenant's export.
func policies() files {
	const policy = `{"@odata.type":"#microsoft.graph.conditionalAccessPolicy","id":"ID","displayName":"NAME","state":"STATE","templateId":"TEMPLATE",` +
		`"createdDateTime":"2026-01-01T00:00:00Z","sessionControls":null,"conditions":{"clientAppTypes":["all"],"users":{"includeUsers":["All"],"excludeGroups":["g1","g2"]}},` +
		`"grantControls":{"operator":"OR","builtInControls":["mfa","compliantDevice"]}}`
	of := func(id, name, state, template string) string {
		return strings.NewReplacer("ID", id, "NAME", name, "STATE", state, "TEMPLATE", template).Replace(policy)
	}
	return files{
		"ConditionalAccess/a.json": of("p1", "Strong sign-in", "enabled", "t-1"),
		"ConditionalAccess/b.json": of("p2", "Old protocols", "enabledForReportingButNotEnforced", "t-2"),
		"ConditionalAccess/c.json": of("p3", "Trial", "disabled", "t-2"),
		"SettingsCatalog/a.json": `{"@odata.type":"#microsoft.graph.deviceManagementConfigurationPolicy","id":"c1","name":"Catalog","settings":[` +
			`{"id":"0","settingInstance":{"settingDefinitionId":"s1","simpleSettingValue":{"value":1}}},{"id":"1","settingInstance":{"settingDefinitionId":"s2","simpleSettingValue":{"value":2}}}]}`,
		"NamedLocations/a.json": `{"@odata.type":"#microsoft.graph.ipNamedLocation","id":"l1","displayName":"Anywhere","isTrusted":true,` +
			`"ipRanges":[{"@odata.type":"#microsoft.graph.iPv4CidrRange","cidrAddress":"10.0.0.0/24"},{"@odata.type":"#microsoft.graph.iPv4CidrRange","cidrAddress":"10.0.1.0/24"}]}`,
	}
}

// noted collects what a comparison says.
type noted struct {
	changes []diff.Change
	unknown []diff.Unknown
}

func (n *noted) Change(c diff.Change) error { n.changes = append(n.changes, c); return nil }

func (n *noted) Unknown(u diff.Unknown) error { n.unknown = append(n.unknown, u); return nil }

// against compares an observation with a template and says briefly what comes out.
func against(t testing.TB, document string, snap *manifest.Snapshot) (out []string, counts diff.Counts) {
	t.Helper()
	tpl, err := parseTemplate(document, builtin(t))
	if err != nil {
		t.Fatal(err)
	}
	var got noted
	counts, err = tpl.compare(context.Background(), builtin(t), snap, diff.Options{Severity: diff.BuiltinSeverity()}, &got)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range got.changes {
		out = append(out, string(c.Kind)+" "+c.ID+" "+c.Path+" "+cut(c.From)+" -> "+cut(c.To))
		if c.Severity == "" {
			t.Errorf("%+v has no severity", c)
		}
	}
	for _, u := range got.unknown {
		out = append(out, "unknown "+u.ID+" "+u.Reason)
	}
	return out, counts
}

func cut(b []byte) string { return string(b[:min(len(b), 90)]) }

func TestTemplatesStateWhatMatters(t *testing.T) {
	t.Parallel()
	snap := policies().observe(t, "here")
	const head = "version: 1\nobjects:\n- type: Conditional Access\n"
	const catalog = "version: 1\nobjects:\n- type: Settings catalog\n  name: Catalog\n  desired:\n    settings: ["
	for name, c := range map[string]struct {
		document string
		want     []string
	}{
		"what is so": {head + `
  name: Strong sign-in
  desired:
    state: enabled
    conditions: {users: {excludeGroups: [g2, g1]}}
    grantControls: {builtInControls: [compliantDevice, mfa]}`, nil},
		"what is not": {head + `
  id: p1
  desired: {state: disabled, grantControls: {operator: AND}}`, []string{`changed p1 /grantControls/operator "AND" -> "OR"`, `changed p1 /state "disabled" -> "enabled"`}},
		"a set is stated whole": {head + `
  id: p1
  desired: {conditions: {users: {excludeGroups: [g1]}}}`, []string{`changed p1 /conditions/users/excludeGroups ["g1"] -> ["g1","g2"]`}},
		"nothing there": {head + `
  id: p1
  desired: {state: enabled, sessionControls: null, conditions: {locations: null}}`, nil},
		"something where nothing must be": {head + `
  id: p1
  desired: {grantControls: null}`, []string{`changed p1 /grantControls null -> {"builtInControls":["compliantDevice","mfa"],"operator":"OR"}`}},
		"any of these": {head + `
  name: Old protocols
  anyOf: {/state: [enabled, enabledForReportingButNotEnforced]}`, nil},
		"none of these": {head + `
  name: Trial
  anyOf: {/state: [enabled, enabledForReportingButNotEnforced]}`, []string{`changed p3 /state {"anyOf":["enabled","enabledForReportingButNotEnforced"]} -> "disabled"`}},
		"any of these sets": {head + `
  name: Trial
  desired: {state: disabled}
  anyOf:
    /conditions/users/excludeGroups: [[g3], [g2, g1]]
    /sessionControls: [{persistentBrowser: {mode: never}}, null]`, nil},
		"every object of a template": {head + `
  template: t-2
  desired: {state: disabled}`, []string{`changed p2 /state "disabled" -> "enabledForReportingButNotEnforced"`}},
		"an object that is missing": {head + `
  name: Block everything
  desired: {state: enabled}`, []string{`removed name:Block everything  {"state":"enabled"} -> `}},
		"an object that must be missing":    {head + "\n  name: Trial\n  absent: true\n", []string{`added p3   -> {"conditions":{"clientAppTypes":["all"],"users":{"excludeGroups":["g1","g2"],"includeUsers`}},
		"an object that is rightly missing": {head + "\n  name: Block everything\n  absent: true\n", nil},
		"a type that was not read":          {"version: 1\nobjects:\n- {type: groups, name: x, desired: {displayName: x}}\n", []string{"unknown name:x folder"}},
		"elements by their key":             {catalog + "{settingInstance: {settingDefinitionId: s2, simpleSettingValue: {value: 2}}}", nil},
		"an element's value": {
			catalog + "{settingInstance: {settingDefinitionId: s2, simpleSettingValue: {value: 3}}}",
			[]string{"changed c1 /settings/[settingDefinitionId=s2]/settingInstance/simpleSettingValue/value 3 -> 2"},
		},
		"nothing in an element": {catalog + "{settingInstance: {settingDefinitionId: s2, simpleSettingValue: {value: 2, unit: null}}}", nil},
		"something in an element": {
			catalog + "{settingInstance: {settingDefinitionId: s2, simpleSettingValue: null}}",
			[]string{`changed c1 /settings/[settingDefinitionId=s2]/settingInstance/simpleSettingValue null -> {"value":2}`},
		},
		"an element that is missing": {
			catalog + "{settingInstance: {settingDefinitionId: s9, simpleSettingValue: {value: 2}}}",
			[]string{`changed c1 /settings/[settingDefinitionId=s9] {"settingInstance":{"settingDefinitionId":"s9","simpleSettingValue":{"value":2}}} -> `},
		},
		"any of these in an element": {catalog + "{settingInstance: {settingDefinitionId: s2}}]\n" +
			"  anyOf: {'/settings/[settingDefinitionId=s2]/settingInstance/simpleSettingValue/value': [1, 2]}\n#", nil},
		"none of these in an element": {
			catalog + "{settingInstance: {settingDefinitionId: s2}}]\n" +
				"  anyOf: {'/settings/[settingDefinitionId=s2]/settingInstance/simpleSettingValue/value': [5, null]}\n#",
			[]string{`changed c1 /settings/[settingDefinitionId=s2]/settingInstance/simpleSettingValue/value {"anyOf":[5,null]} -> 2`},
		},
	} {
		document := c.document
		if strings.HasPrefix(document, catalog) {
			document += "]\n"
		}
		got, _ := against(t, document, snap)
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestTemplatesCountAndGrade(t *testing.T) {
	t.Parallel()
	snap := policies().observe(t, "here")
	document := `version: 1
objects:
- {type: Conditional Access, name: Strong sign-in, severity: critical, desired: {state: disabled}}
- {type: Conditional Access, name: Old protocols, desired: {state: enabledForReportingButNotEnforced}}
- {type: Conditional Access, name: Nowhere, severity: low, desired: {state: enabled}}
- {type: Conditional Access, name: Trial, severity: high, absent: true}
- {type: groups, name: Somebody, desired: {displayName: Somebody}}
`
	tpl, err := parseTemplate(document, builtin(t))
	if err != nil {
		t.Fatal(err)
	}
	var got noted
	counts, err := tpl.compare(context.Background(), builtin(t), snap, diff.Options{}, &got)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(diff.Counts{Added: 1, Removed: 1, Changed: 1, Unknown: 1, Unchanged: 1}, counts); d != "" {
		t.Error(d)
	}
	var severities []diff.Severity
	for _, c := range got.changes {
		severities = append(severities, c.Severity)
	}
	if d := cmp.Diff([]diff.Severity{diff.Critical, diff.Low, diff.High}, severities); d != "" {
		t.Error(d)
	}
}

func TestWhatCannotBeToldIsUnknown(t *testing.T) {
	t.Parallel()
	const document = "version: 1\nobjects:\n- {type: Conditional Access, name: NAME, desired: {state: enabled}}\n"
	for name, c := range map[string]struct {
		change func(f files)
		name   string
		want   []string
	}{
		"something unreadable may be it": {func(f files) { f["ConditionalAccess/x.json"] = "{" }, "Nowhere", []string{"unknown name:Nowhere quarantine"}},
		"two of the name": {func(f files) {
			f["ConditionalAccess/x.json"] = strings.Replace(f["ConditionalAccess/a.json"], "p1", "p9", 1)
		}, "Strong sign-in", []string{"unknown p1 ambiguous", "unknown p9 ambiguous"}},
		"one twice": {func(f files) {
			f["ConditionalAccess/x.json"] = strings.Replace(f["ConditionalAccess/a.json"], `"enabled"`, `"disabled"`, 1)
		}, "Strong sign-in", []string{"unknown name:Strong sign-in duplicate"}},
	} {
		f := policies()
		c.change(f)
		got, counts := against(t, strings.Replace(document, "NAME", c.name, 1), f.observe(t, "here"))
		if d := cmp.Diff(c.want, got); d != "" || counts.Unknown != 1 || counts.Removed+counts.Changed != 0 {
			t.Errorf("%s (-want +got):\n%s%+v", name, d, counts)
		}
	}
	other := policies().observe(t, "here")
	root := *other.Root
	root.Coverage = slices.Clone(root.Coverage)
	for i := range root.Coverage {
		root.Coverage[i].Normaliser = "of another version"
	}
	got, counts := against(t, strings.Replace(document, "NAME", "Trial", 1), &manifest.Snapshot{Root: &root, Store: other.Store})
	if d := cmp.Diff([]string{"unknown  normaliser"}, got); d != "" || counts.Unknown != 1 {
		t.Error(d, counts)
	}
}

func TestBadTemplatesAreRefusedWithTheirLines(t *testing.T) {
	t.Parallel()
	const head = "version: 1\nobjects:\n"
	for name, c := range map[string]struct{ document, want string }{
		"empty":               {"", "is empty"},
		"no YAML":             {"version: [", "line 1"},
		"two documents":       {"version: 1\n---\nversion: 1\n", "one YAML document"},
		"no objects":          {"version: 1\n", "line 1: objects: want a list"},
		"another version":     {"version: 2\nobjects: []\n", "line 1: version: must be 1"},
		"an unknown key":      {head + "- type: groups\n  titel: x\n", `line 4: unknown key "titel"`},
		"a key twice":         {head + "- type: groups\n  type: groups\n", `"type" occurs twice`},
		"an alias":            {head + "- &a {type: groups, name: x, absent: true}\n- *a\n", "line 3: anchors and aliases"},
		"a type that is none": {head + "- {type: Conditional, name: x, absent: true}\n", `line 3: no type "Conditional"; do you mean`},
		"no selector":         {head + "- {type: groups, absent: true}\n", "line 3: say one of name, id and template"},
		"two selectors":       {head + "- {type: groups, name: x, id: y, absent: true}\n", "line 3: say one of"},
		"a severity":          {head + "- {type: groups, name: x, severity: bad, absent: true}\n", `severity "bad"`},
		"nothing wanted":      {head + "- {type: groups, name: x}\n", "line 3: desired: says nothing"},
		"only what changes":   {head + "- {type: groups, name: x, desired: {createdDateTime: now}}\n", "says nothing that is compared"},
		"absent and wanted":   {head + "- {type: groups, name: x, absent: true, desired: {a: 1}}\n", "line 3: an object that must be absent"},
		"the same twice":      {head + "- {type: groups, name: x, absent: true}\n- {type: Groups, name: x, absent: true}\n", "line 4: groups with name x is on line 3"},
		"a secret": {
			head + "- type: deviceManagement/deviceConfigurations\n  name: x\n  desired:\n    preSharedKey: abc\n",
			"line 6: desired: holds a secret",
		},
		"what stands for one":  {head + "- {type: groups, name: x, desired: {description: 'frostgate-secret:00000000:" + strings.Repeat("0", 64) + "'}}\n", "holds a secret"},
		"not a number":         {head + "- {type: groups, name: x, desired: {a: .inf}}\n", ".inf: not a value"},
		"one alternative":      {head + "- {type: groups, name: x, anyOf: {/a: [1]}}\n", "anyOf /a: want a list of 2"},
		"no keyed path":        {head + "- {type: groups, name: x, anyOf: {a: [1, 2]}}\n", "anyOf a: a keyed path begins with a slash"},
		"overlapping paths":    {head + "- {type: groups, name: x, anyOf: {/a: [1, 2], /a/b: [1, 2]}}\n", "overlaps with /a on line 3"},
		"an element not there": {head + "- {type: groups, name: x, anyOf: {'/a/[key=1]/b': [1, 2]}}\n", "desired has no element [key=1]"},
	} {
		_, err := parseTemplate(c.document, builtin(t))
		if err == nil || fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	many := head + strings.Repeat("- {type: groups}\n", 50)
	if _, err := parseTemplate(many, builtin(t)); err == nil || strings.Count(err.Error(), "line ") != maxTemplateErrors || !strings.Contains(err.Error(), "and 80 more") && !strings.Contains(err.Error(), "more") {
		t.Errorf("%v", err)
	}
}

// The guide's own example must be one.
func TestTheGuidesTemplateIsGood(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile(filepath.Join("..", "..", "docs", "drift-templates.md"))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(guide), -1)
	if len(found) != 1 {
		t.Fatalf("%d examples", len(found))
	}
	tpl, err := parseTemplate(found[0][1], builtin(t))
	if err != nil || len(tpl.objects) != 4 {
		t.Errorf("%+v, %v", tpl, err)
	}
}

// A template made of an observed object is what that object is; with one value
// changed it is not, in one place.
func TestRealPoliciesAsTemplates(t *testing.T) {
	t.Parallel()
	all := readFiles(t, filepath.Join(testdata.Dir(t), "drift", "openintunebaseline", "windows-v3.7"))
	snap := all.observe(t, "here")
	tried := 0
	value := regexp.MustCompile(`"value":"([^"\\]+")`)
	for place, body := range all {
		id := regexp.MustCompile(`"id":"([0-9a-f-]{36})"`).FindStringSubmatch(body)
		if !strings.Contains(body, `"#microsoft.graph.deviceManagementConfigurationPolicy"`) || id == nil {
			continue
		}
		document := "version: 1\nobjects:\n- type: deviceManagement/configurationPolicies\n  id: " + id[1] + "\n  desired: " + body + "\n"
		tpl, err := parseTemplate(document, builtin(t))
		if err != nil {
			t.Fatalf("%s: %.300v", place, err)
		}
		var got noted
		if _, err := tpl.compare(context.Background(), builtin(t), snap, diff.Options{}, &got); err != nil {
			t.Fatal(err)
		}
		if len(got.changes) > 0 || len(got.unknown) > 1 {
			t.Errorf("%s: %.500v %v", place, got.changes, got.unknown)
		}
		at := value.FindStringSubmatchIndex(document)
		if at == nil || len(got.unknown) > 0 {
			continue
		}
		other, err := parseTemplate(document[:at[2]]+"x"+document[at[2]:], builtin(t))
		if err != nil {
			t.Fatalf("%s: %.300v", place, err)
		}
		got = noted{}
		if counts, err := other.compare(context.Background(), builtin(t), snap, diff.Options{}, &got); err != nil || counts.Changed != 1 || len(got.changes) != 1 {
			t.Errorf("%s with one other value: %+v, %v", place, counts, err)
		}
		tried++
	}
	if tried < 40 {
		t.Errorf("only %d policies", tried)
	}
}

func FuzzParseTemplate(f *testing.F) {
	f.Add("version: 1\nobjects:\n- {type: groups, name: x, severity: low, desired: {a: [1, {b: c}], d: null}, anyOf: {/e/f: [1, null]}}\n")
	f.Add("version: 1\nobjects:\n- type: Settings catalog\n  id: x\n  desired: {settings: [{settingInstance: {settingDefinitionId: a}}]}\n  anyOf: {'/settings/[settingDefinitionId=a]/settingInstance/v': [a, [b]]}\n")
	f.Add("version: 1\nobjects:\n- {type: json, template: x, absent: yes}\n")
	types := builtin(f)
	f.Fuzz(func(t *testing.T, document string) {
		tpl, err := parseTemplate(document, types)
		if err != nil {
			if code := fault.CodeOf(err); code != fault.Invalid && code != fault.TooLarge {
				t.Fatalf("%v", err)
			}
			return
		}
		if len(tpl.objects) == 0 {
			t.Fatal("a template without objects")
		}
		for _, w := range tpl.objects {
			if !w.absent && len(w.desired) == 0 {
				t.Fatalf("%+v wants nothing", w)
			}
		}
	})
}
