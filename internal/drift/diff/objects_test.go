package diff_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/internal/jsondoc"
)

const policies = "deviceManagement/configurationPolicies"

// canon gives a JSON text in canonical form.
func canon(t testing.TB, text string) []byte {
	t.Helper()
	d, err := jsondoc.Parse([]byte(text), jsondoc.Limits{MaxBytes: 8 << 20})
	if err != nil {
		t.Fatal(err)
	}
	return d.Root().AppendCanonical(nil)
}

// lines writes changes as "path: from -> to" and operations indented below.
func lines(changes []diff.Change) string {
	var b strings.Builder
	show := func(v []byte) string {
		if v == nil {
			return "(none)"
		}
		return string(v)
	}
	for i := range changes {
		c := &changes[i]
		kind := ""
		if c.Kind == diff.Metadata {
			kind = " metadata"
		}
		fmt.Fprintf(&b, "%s: %s -> %s%s\n", c.Path, show(c.From), show(c.To), kind)
		for _, op := range c.Ops {
			fmt.Fprintf(&b, "  %s\n", strings.TrimSpace(op.Op+" "+op.Path+" "+string(op.Value)))
		}
	}
	return b.String()
}

func TestObjects(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ typ, from, to, want string }{
		"equal": {"", `{"a":[1,{"b":null}]}`, `{"a":[1,{"b":null}]}`, ""},
		"a value": {"", `{"a":{"b":1,"c":2},"d":3}`, `{"a":{"b":2,"c":2},"d":3}`, `
/a/b: 1 -> 2
  replace /a/b 2
`},
		"members come and go": {"", `{"a":1,"c":3,"e":5}`, `{"b":2,"c":3,"d":{"x":1}}`, `
/a: 1 -> (none)
  remove /a
/b: (none) -> 2
  add /b 2
/d: (none) -> {"x":1}
  add /d {"x":1}
/e: 5 -> (none)
  remove /e
`},
		"another kind of value": {"", `{"a":{"b":1}}`, `{"a":[1]}`, `
/a: {"b":1} -> [1]
  replace /a [1]
`},
		"names with signs": {"", `{"~a/b":1,"[c]":1,"":1}`, `{"":2,"[c]":2,"~a/b":2}`, `
/: 1 -> 2
  replace / 2
/~2c]: 1 -> 2
  replace /[c] 2
/~0a~1b: 1 -> 2
  replace /~0a~1b 2
`},
		"a set of values": {"", `{"a":["x","y","z"]}`, `{"a":["w","z"]}`, `
/a: ["x","y","z"] -> ["w","z"]
  remove /a/1
  remove /a/0
  add /a/- "w"
`},
		"a repeated value goes": {"", `{"a":["x","x"]}`, `{"a":["x"]}`, `
/a: ["x","x"] -> ["x"]
  remove /a/1
`},
		"only the order of a set": {"", `{"a":["x","y",{"b":1}]}`, `{"a":[{"b":1},"y","x"]}`, ""},
		"elements by key": {
			policies,
			`{"settings":[{"settingInstance":{"settingDefinitionId":"one","v":1}},{"settingInstance":{"settingDefinitionId":"two","v":1}},{"settingInstance":{"settingDefinitionId":"three/~,","v":1}}]}`,
			`{"settings":[{"settingInstance":{"settingDefinitionId":"four","v":2}},{"settingInstance":{"settingDefinitionId":"three/~,","v":2}},{"settingInstance":{"settingDefinitionId":"two","v":1}},{"settingInstance":{"settingDefinitionId":"five","v":1}}]}`, `
/settings/[settingDefinitionId=one]: {"settingInstance":{"settingDefinitionId":"one","v":1}} -> (none)
  remove /settings/0
/settings/[settingDefinitionId=three~1~0~3]/settingInstance/v: 1 -> 2
  replace /settings/2/settingInstance/v 2
/settings/[settingDefinitionId=four]: (none) -> {"settingInstance":{"settingDefinitionId":"four","v":2}}
  add /settings/- {"settingInstance":{"settingDefinitionId":"four","v":2}}
/settings/[settingDefinitionId=five]: (none) -> {"settingInstance":{"settingDefinitionId":"five","v":1}}
  add /settings/- {"settingInstance":{"settingDefinitionId":"five","v":1}}
`,
		},
		"only the key of an element": {
			policies,
			`{"settings":[{"settingInstance":{"settingDefinitionId":"one","v":1}},{"settingInstance":{"settingDefinitionId":"two","v":1}}]}`,
			`{"settings":[{"settingInstance":{"settingDefinitionId":"one","v":1}},{"settingInstance":{"settingDefinitionId":"zwei","v":1}}]}`, `
/settings/[settingDefinitionId=two]: {"settingInstance":{"settingDefinitionId":"two","v":1}} -> {"settingInstance":{"settingDefinitionId":"zwei","v":1}}
  replace /settings/1 {"settingInstance":{"settingDefinitionId":"zwei","v":1}}
`,
		},
		"an assignment": {
			policies,
			`{"assignments":[{"target":{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"g1"}}]}`,
			`{"assignments":[{"target":{"@odata.type":"#microsoft.graph.allDevicesAssignmentTarget"}},{"target":{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"g1"}}]}`, `
/assignments/[@odata.type=#microsoft.graph.allDevicesAssignmentTarget]: (none) -> {"target":{"@odata.type":"#microsoft.graph.allDevicesAssignmentTarget"}}
  add /assignments/- {"target":{"@odata.type":"#microsoft.graph.allDevicesAssignmentTarget"}}
`,
		},
		"keys that are not unique": {
			policies,
			`{"settings":[{"settingInstance":{"settingDefinitionId":"one","v":1}},{"settingInstance":{"settingDefinitionId":"one","v":2}}]}`,
			`{"settings":[{"settingInstance":{"settingDefinitionId":"one","v":1}},{"settingInstance":{"settingDefinitionId":"one","v":3}}]}`, `
/settings: [{"settingInstance":{"settingDefinitionId":"one","v":1}},{"settingInstance":{"settingDefinitionId":"one","v":2}}] -> [{"settingInstance":{"settingDefinitionId":"one","v":1}},{"settingInstance":{"settingDefinitionId":"one","v":3}}]
  replace /settings/1/settingInstance/v 3
`,
		},
		"no keys, several differ": {"", `{"a":[{"x":1},{"x":2},{"x":3}]}`, `{"a":[{"x":1},{"x":4},{"x":5},{"x":6}]}`, `
/a: [{"x":1},{"x":2},{"x":3}] -> [{"x":1},{"x":4},{"x":5},{"x":6}]
  remove /a/2
  remove /a/1
  add /a/- {"x":4}
  add /a/- {"x":5}
  add /a/- {"x":6}
`},
		"names describe": {
			policies,
			`{"description":"a","name":"b","v":1}`, `{"description":"c","name":"d","v":1}`, `
/description: "a" -> "c" metadata
  replace /description "c"
/name: "b" -> "d" metadata
  replace /name "d"
`,
		},
	} {
		rules := normal.Builtin().Rules(c.typ)
		if c.typ == "" {
			rules = nil
		}
		got, err := diff.Objects(rules, canon(t, c.from), canon(t, c.to))
		if d := cmp.Diff(strings.TrimPrefix(c.want, "\n"), lines(got)); d != "" || err != nil {
			t.Errorf("%s: %v %s", name, err, d)
		}
	}
}

// Paths stay short enough to be indexed, and differ where the keys do.
func TestLongKeysAreCut(t *testing.T) {
	t.Parallel()
	rules := normal.Builtin().Rules(policies)
	long := strings.Repeat("ä", 5000)
	object := func(v string) []byte {
		return canon(t, `{"settings":[{"settingInstance":{"settingDefinitionId":"`+long+`1","v":`+v+`}},{"settingInstance":{"settingDefinitionId":"`+long+`2","v":`+v+`}}],"x`+long+`":`+v+`}`)
	}
	got, err := diff.Objects(rules, object("1"), object("2"))
	if err != nil || len(got) != 3 {
		t.Fatal(err, len(got))
	}
	if got[0].Path == got[1].Path {
		t.Error("two keys have one path")
	}
	for _, c := range got {
		if len(c.Path) > 1000 || !utf8.ValidString(c.Path) {
			t.Errorf("%d bytes: %.100q", len(c.Path), c.Path)
		}
	}
}

// A key that changes and comes back is one place, so that the way back is known
// for one.
func TestTheWayBackHasTheSamePath(t *testing.T) {
	t.Parallel()
	rules := normal.Builtin().Rules(policies)
	object := func(group string) []byte {
		return canon(t, `{"assignments":[{"target":{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"`+group+`"}}]}`)
	}
	there, err := diff.Objects(rules, object("g1"), object("g2"))
	if err != nil {
		t.Fatal(err)
	}
	back, err := diff.Objects(rules, object("g2"), object("g1"))
	if err != nil {
		t.Fatal(err)
	}
	if len(there) != 1 || len(back) != 1 || there[0].Path != back[0].Path || there[0].FromHash != back[0].ToHash || there[0].ToHash != back[0].FromHash {
		t.Errorf("%s\n%s", lines(there), lines(back))
	}
}

func TestListsInOrder(t *testing.T) {
	t.Parallel()
	rules := normal.Builtin().Rules("apps/v1/Deployment")
	object := func(args string) []byte {
		return canon(t, `{"apiVersion":"apps/v1","kind":"Deployment","spec":{"template":{"spec":{"containers":[{"args":`+args+`,"name":"c"}]}}}}`)
	}
	for _, c := range []struct{ from, to, want string }{
		{`["a","b"]`, `["b","a"]`, "/spec/template/spec/containers/[name=c]/args/[0]: \"a\" -> \"b\"\n  replace /spec/template/spec/containers/0/args/0 \"b\"\n" +
			"/spec/template/spec/containers/[name=c]/args/[1]: \"b\" -> \"a\"\n  replace /spec/template/spec/containers/0/args/1 \"a\"\n"},
		{`["a","b"]`, `["a"]`, "/spec/template/spec/containers/[name=c]/args: [\"a\",\"b\"] -> [\"a\"]\n  replace /spec/template/spec/containers/0/args [\"a\"]\n"},
	} {
		got, err := diff.Objects(rules, object(c.from), object(c.to))
		if d := cmp.Diff(c.want, lines(got)); d != "" || err != nil {
			t.Error(d, err)
		}
	}
}

const (
	secretA = `"frostgate-secret:0000000a:` + "1111111111111111111111111111111111111111111111111111111111111111" + `"`
	secretB = `"frostgate-secret:0000000b:` + "2222222222222222222222222222222222222222222222222222222222222222" + `"`
	secretC = `"frostgate-secret:0000000b:` + "3333333333333333333333333333333333333333333333333333333333333333" + `"`
)

func TestSecrets(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ from, to, want string }{
		"the same key":              {`{"s":` + secretB + `}`, `{"s":` + secretC + `}`, "/s: " + secretB + " -> " + secretC + "\n  replace /s " + secretC + "\n"},
		"another key":               {`{"s":` + secretA + `}`, `{"s":` + secretB + `}`, ""},
		"another key in a set":      {`{"s":["x",` + secretA + `]}`, `{"s":[` + secretB + `,"x"]}`, ""},
		"another key and a change":  {`{"a":1,"s":` + secretA + `}`, `{"a":2,"s":` + secretB + `}`, "/a: 1 -> 2\n  replace /a 2\n"},
		"a secret comes":            {`{"s":` + secretA + `}`, `{"s":` + secretB + `,"t":` + secretC + `}`, "/t: (none) -> " + secretC + "\n  add /t " + secretC + "\n"},
		"a secret becomes a text":   {`{"s":` + secretA + `,"t":1}`, `{"s":"open","t":1}`, "/s: " + secretA + " -> \"open\"\n  replace /s \"open\"\n"},
		"a text looks like a quote": {`{"s":"\"frostgate-secret:"}`, `{"s":"\"frostgate-secret:x"}`, "/s: \"\\\"frostgate-secret:\" -> \"\\\"frostgate-secret:x\"\n  replace /s \"\\\"frostgate-secret:x\"\n"},
	} {
		from, to := canon(t, c.from), canon(t, c.to)
		wasFrom, wasTo := bytes.Clone(from), bytes.Clone(to)
		got, err := diff.Objects(nil, from, to)
		if d := cmp.Diff(c.want, lines(got)); d != "" || err != nil {
			t.Errorf("%s: %v %s", name, err, d)
		}
		if !bytes.Equal(from, wasFrom) || !bytes.Equal(to, wasTo) {
			t.Errorf("%s: an input changed", name)
		}
	}
}

func TestSecretsUnderTwoKeysAreCounted(t *testing.T) {
	t.Parallel()
	types := normal.Builtin()
	side := func(content string) *observation {
		o := observe(t, types)
		o.add("groups", "a", "", []byte(content))
		return o
	}
	f := compare(t, types, side(`{"s":`+secretA+`}`).snapshot(), side(`{"s":`+secretB+`}`).snapshot(), diff.Options{})
	if d := cmp.Diff(diff.Counts{Unchanged: 1, Secrets: 1}, f.counts); d != "" {
		t.Error(d)
	}
}

func TestDesired(t *testing.T) {
	t.Parallel()
	rules := normal.Builtin().Rules(policies)
	for name, c := range map[string]struct{ want, is, out string }{
		"what is not stated may be anything": {`{"a":{"b":1}}`, `{"a":{"b":1,"c":2},"d":3}`, ""},
		"another value":                      {`{"a":{"b":1}}`, `{"a":{"b":2,"c":2}}`, "/a/b: 1 -> 2\n  replace /a/b 2\n"},
		"missing":                            {`{"a":{"b":1}}`, `{"a":{"c":2}}`, "/a/b: 1 -> (none)\n  remove /a/b\n"},
		"must be absent, and is":             {`{"a":null,"b":1}`, `{"b":1,"c":1}`, ""},
		"must be absent":                     {`{"a":null}`, `{"a":1}`, "/a: null -> 1\n  replace /a 1\n"},
		"a set of values is stated whole":    {`{"a":["x"]}`, `{"a":["x","y"]}`, "/a: [\"x\"] -> [\"x\",\"y\"]\n  add /a/- \"y\"\n"},
		"a key that is not stated may be there": {
			`{"settings":[{"settingInstance":{"settingDefinitionId":"one","v":1}}]}`,
			`{"settings":[{"settingInstance":{"settingDefinitionId":"one","v":1,"w":2}},{"settingInstance":{"settingDefinitionId":"two","v":1}}]}`, "",
		},
		"an empty set is stated whole": {
			`{"assignments":[]}`, `{"assignments":[{"target":{"@odata.type":"a"}}]}`,
			"/assignments: [] -> [{\"target\":{\"@odata.type\":\"a\"}}]\n  add /assignments/- {\"target\":{\"@odata.type\":\"a\"}}\n",
		},
		"a key that is stated must be there": {
			`{"settings":[{"settingInstance":{"settingDefinitionId":"one","v":1}}]}`, `{"settings":[]}`,
			"/settings/[settingDefinitionId=one]: {\"settingInstance\":{\"settingDefinitionId\":\"one\",\"v\":1}} -> (none)\n  remove /settings/0\n",
		},
	} {
		got, err := diff.Desired(rules, canon(t, c.want), canon(t, c.is))
		if d := cmp.Diff(c.out, lines(got)); d != "" || err != nil {
			t.Errorf("%s: %v %s", name, err, d)
		}
	}
}

func TestOpsAreJSON(t *testing.T) {
	t.Parallel()
	got, err := jsonv2.Marshal([]diff.Op{{Op: "add", Path: "/a", Value: []byte(`{"b":[1]}`)}, {Op: "remove", Path: ""}, {Op: "add", Path: "/b", Value: []byte(`[]`)}, {Op: "add", Path: "/b", Value: []byte(`null`)}})
	if want := `[{"op":"add","path":"/a","value":{"b":[1]}},{"op":"remove","path":""},{"op":"add","path":"/b","value":[]},{"op":"add","path":"/b","value":null}]`; err != nil || string(got) != want {
		t.Errorf("%s %v", got, err)
	}
	var back []diff.Op
	if err := jsonv2.Unmarshal(got, &back); err != nil || string(back[0].Value) != `{"b":[1]}` || back[1].Value != nil {
		t.Errorf("%+v %v", back, err)
	}
}

func TestObjectsRefuseWhatIsNoJSON(t *testing.T) {
	t.Parallel()
	if _, err := diff.Objects(nil, []byte(`{`), []byte(`{}`)); err == nil {
		t.Error("from was taken")
	}
	if _, err := diff.Objects(nil, []byte(`{}`), []byte(`[1,]`)); err == nil {
		t.Error("to was taken")
	}
}

// sorted is a JSON text in canonical form with every array in one order: what
// normalising does for objects without rules.
func sorted(t testing.TB, b []byte) []byte {
	return written(t, sortArrays(t, parseTree(t, b)))
}

func sortArrays(t testing.TB, v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = sortArrays(t, v[k])
		}
	case []any:
		for i := range v {
			v[i] = sortArrays(t, v[i])
		}
		slices.SortStableFunc(v, func(x, y any) int { return bytes.Compare(written(t, x), written(t, y)) })
	}
	return v
}

func FuzzObjects(f *testing.F) {
	for _, s := range [][2]string{
		{`{"a":[1,2,{"name":"x","v":[1]}]}`, `{"a":[{"name":"x","v":[2]},1]}`},
		{`{"a":[{"name":"x","v":1},{"name":"y","v":1}]}`, `{"a":[{"name":"x","v":1},{"name":"z","v":1}]}`},
		{`[]`, `{}`},
		{`{"~/[":1}`, `{"[~":{}}`},
		{`null`, `0`},
		{`{"s":` + secretA + `}`, `{"s":` + secretB + `}`},
		{`{"settings":[{"settingInstance":{"settingDefinitionId":"one","v":1}}],"assignments":[]}`, `{"assignments":[{"target":{"@odata.type":"a","groupId":"g"}}]}`},
		{`{"a":[{"b":[1,2]},{"b":[2,2]}]}`, `{"a":[{"b":[1,3]},{"b":[2,2]}]}`},
	} {
		f.Add([]byte(s[0]), []byte(s[1]))
	}
	rules := normal.Builtin().Rules("json")
	f.Fuzz(func(t *testing.T, a, b []byte) {
		for _, doc := range [][]byte{a, b} {
			if _, err := jsondoc.Parse(doc, jsondoc.Limits{MaxBytes: 1 << 16}); err != nil || bytes.Contains(doc, []byte("frostgate")) {
				_, _ = diff.Objects(rules, a, b) // no panic; with secrets equal need not be equal
				return
			}
		}
		from, to := sorted(t, a), sorted(t, b)
		for _, r := range []*normal.Rules{nil, rules} {
			changes, err := diff.Objects(r, from, to)
			if err != nil {
				t.Fatal(err)
			}
			if (len(changes) == 0) != bytes.Equal(from, to) {
				t.Fatalf("%s -> %s: %d changes", from, to, len(changes))
			}
			if got := sorted(t, applied(t, from, changes)); !bytes.Equal(got, to) {
				t.Fatalf("%s -> %s: the operations give %s\n%s", from, to, got, lines(changes))
			}
			if _, err := diff.Desired(r, from, to); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestNoAssignmentsAreNone holds that exports may leave out an empty list of
// assignments.
func TestNoAssignmentsAreNone(t *testing.T) {
	t.Parallel()
	types := normal.Builtin()
	rules := types.Rules("deviceManagement/configurationPolicies")
	some := `{"assignments":[{"target":{"@odata.type":"x"}}]}`
	for _, c := range []struct {
		from, to string
		want     int
	}{
		{`{}`, `{"assignments":[]}`, 0},
		{`{"assignments":[]}`, `{}`, 0},
		{`{}`, some, 1},
		{some, `{}`, 1},
		{some, `{"assignments":[]}`, 1},
		{`{}`, `{"other":[]}`, 1},
		{`{"x":{}}`, `{"x":{"assignments":[]}}`, 1},
	} {
		changes, err := diff.Objects(rules, []byte(c.from), []byte(c.to))
		if err != nil || len(changes) != c.want {
			t.Errorf("%s to %s: %+v %v", c.from, c.to, changes, err)
		}
	}
}

// TestAnObjectThatIsAnother has more changes than anybody reads one by one.
func TestAnObjectThatIsAnother(t *testing.T) {
	t.Parallel()
	object := func(values, value int) []byte {
		var b strings.Builder
		for i := range values {
			fmt.Fprintf(&b, `%s"k%d":%d`, strings.Repeat(",", min(i, 1)), i, value)
		}
		return canon(t, "{"+b.String()+"}")
	}
	for values, want := range map[int]int{2000: 2000, 2001: 1, 200_000: 1} {
		from, to := object(values, 1), object(values, 2)
		changes, err := diff.Objects(nil, from, to)
		if err != nil || len(changes) != want {
			t.Fatalf("%d values give %d changes, want %d (%v)", values, len(changes), want, err)
		}
		if c := changes[0]; want == 1 && (c.Path != "" || c.Kind != diff.Changed || !bytes.Equal(c.From, from) || !bytes.Equal(c.To, to) ||
			len(c.Ops) != 1 || c.Ops[0].Op != "replace" || c.Ops[0].Path != "" || !bytes.Equal(c.Ops[0].Value, to)) {
			t.Errorf("%d values: not one replacement of the whole", values)
		}
	}
}
