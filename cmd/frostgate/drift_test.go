package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	findingA = "fnd_aaaaaaaa000000000000000000000000"
	findingB = "fnd_aaaaaaaa111111111111111111111111"
	listed   = `{"items":[{"id":"` + findingA + `","tenant_id":"tn_a","state":"reopened","reason":"other_value","severity":"critical","kind":"changed","label":"Conditional Access",
		"name":"Legacy off","object_id":"p2","path":"state","change":"enabled → disabled","from":"enabled","to":"disabled","first_seen":"2026-03-01T12:00:00Z","flap":2},
		{"id":"` + findingB + `","tenant_id":"tn_a","state":"new","severity":"medium","kind":"added","label":"Groups","object_id":"g\u001b[31m","first_seen":"2026-03-01T12:00:00Z","assignee":"pr_1"}]}`
)

// asking answers all requests with one text and notes them.
func asking(t *testing.T, text string) (http.HandlerFunc, *[]string) {
	t.Helper()
	var asked []string
	return func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		asked = append(asked, strings.TrimSpace(r.Method+" "+r.URL.RequestURI()+" "+string(b)))
		_, _ = io.WriteString(w, text)
	}, &asked
}

func TestSpansAreInDaysToo(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{"30d": 720 * time.Hour, "2w": 336 * time.Hour, "90m": 90 * time.Minute, "0d": 0} {
		var s timeSpan
		if err := s.UnmarshalText([]byte(text)); err != nil || time.Duration(s) != want {
			t.Errorf("%s: %v, %v", text, time.Duration(s), err)
		}
	}
	for _, text := range []string{"", "d", "-3d", "30x", "1.5d", "-2h", "999999999999d"} {
		var s timeSpan
		if err := s.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is %v", text, time.Duration(s))
		}
	}
}

func TestIDsAreShortAsFarAsTheyDiffer(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ in, want []string }{
		{[]string{findingA, "fnd_bbbbbbbb000000000000000000000000"}, []string{"fnd_aaaaaaaa", "fnd_bbbbbbbb"}},
		{[]string{findingA, findingB}, []string{"fnd_aaaaaaaa0", "fnd_aaaaaaaa1"}},
		{nil, []string{}},
		{[]string{"x"}, []string{"x"}},
	} {
		if got := shortFindings(tc.in); !slices.Equal(got, tc.want) {
			t.Errorf("%q are %q", tc.in, got)
		}
	}
}

func TestFindingsAreListedForReading(t *testing.T) {
	t.Parallel()
	fn, asked := asking(t, listed)
	code, out, errOut := call(t, fn, "drift", "findings", "--severity", "high", "--severity", "critical", "--type", "conditional access", "--run", "run_1")
	if code != exitOK || (*asked)[0] != "GET /api/v1/drift/findings?limit=50&run=run_1&severity=high&severity=critical&type=conditional+access" {
		t.Fatalf("code %d, asked %q: %s", code, *asked, errOut)
	}
	for _, want := range []string{
		"fnd_aaaaaaaa0  reopened", "Conditional Access: Legacy off", "state: enabled → disabled", "not the one that was decided on; it changed and came back 2 times",
		"Groups: g·[31m", "added\n", "assigned to pr_1",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	_, out, _ = call(t, fn, "drift", "findings", "--all", "-o", "csv")
	if rows := strings.Split(strings.TrimSpace(out), "\n"); len(rows) != 3 || !strings.HasPrefix(rows[1], findingA+",tn_a,reopened,other_value,critical,changed,") {
		t.Errorf("csv:\n%s", out)
	}
	_, out, _ = call(t, fn, "drift", "findings", "-o", "json")
	var items []map[string]any
	if err := json.Unmarshal([]byte(out), &items); err != nil || len(items) != 2 || items[0]["id"] != findingA {
		t.Errorf("json %v:\n%s", err, out)
	}
	if code, _, _ := call(t, fn, "drift", "findings", "--all", "--open"); code != exitUsage {
		t.Errorf("--all and --open: exit code %d", code)
	}
	if code, _, errOut := call(t, answer(`{"items":[]}`), "drift", "findings"); code != exitOK || !strings.Contains(errOut, "No such findings") {
		t.Errorf("none: %d %s", code, errOut)
	}
}

func TestAFindingIsShownSideBySide(t *testing.T) {
	t.Parallel()
	fn := answer(`{"id":"` + findingA + `","state":"accepted","severity":"high","kind":"changed","label":"Conditional Access","type":"t","object_id":"p1","name":"MFA","path":"users › exclude",
		"change":"+ Contractors (cc88df81…)","source":"directory/default","first_seen":"2026-03-02T12:00:00Z","from_value":["a"],"to_value":["a","cc88df81-206d-519b-bd18-edfe63ccc8bf"],
		"names":{"cc88df81-206d-519b-bd18-edfe63ccc8bf":"Contractors"},"before":{"run":"run_1","at":"2026-03-01T12:00:00Z"},"after":{"run":"run_2","at":"2026-03-02T12:00:00Z"},"last":{"run":"run_2"},
		"acceptance":{"until":"2026-04-01T00:00:00Z","by":"pr_1","approver":"Eva","reason":"pilot","valid":true},"reopens":"` + findingB + `",
		"history":[{"at":"2026-03-02T12:00:00Z","action":"found","state":"new","run":"run_2"},{"at":"2026-03-02T13:00:00Z","by":"pr_1","action":"accept","state":"accepted","note":"pilot","entry":7}]}`)
	code, out, errOut := call(t, fn, "drift", "show", findingA)
	for _, want := range []string{
		"MFA  high  accepted", "between 2026-03-01 12:00:00 UTC (run_1) and 2026-03-02 12:00:00 UTC (run_2)", "BEFORE", "\"a\" ", "Contractors (cc88df81…)",
		"until 2026-04-01 00:00:00 UTC by pr_1, allowed by Eva: pilot", findingB, "pr_1  accept: accepted, \"pilot\" [entry 7]", "server  found: new [run_2]",
	} {
		if code != exitOK || !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s%s", want, out, errOut)
		}
	}
	if strings.Contains(out, "|   \"a\"") {
		t.Errorf("an equal line is marked:\n%s", out)
	}
}

func TestLinesStandBesideEqualOnes(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		a, b []string
		want [][2]int
	}{
		{[]string{"x", "y"}, []string{"x", "y"}, [][2]int{{0, 0}, {1, 1}}},
		{[]string{"x"}, []string{"y"}, [][2]int{{0, 0}}},
		{[]string{"[", "a,", "b", "]"}, []string{"[", "b,", "c", "]"}, [][2]int{{0, 0}, {1, -1}, {2, 1}, {-1, 2}, {3, 3}}},
		{nil, []string{"x"}, [][2]int{{-1, 0}}},
	} {
		if got := aligned(tc.a, tc.b); !slices.Equal(got, tc.want) {
			t.Errorf("%q beside %q: %v, want %v", tc.a, tc.b, got, tc.want)
		}
	}
	if got := sideLines(nil, nil); got[0] != "(not there)" {
		t.Errorf("nothing is %q", got)
	}
	if got := sideLines([]byte("[]"), nil); got[0] != "[]" {
		t.Errorf("an empty list is %q", got)
	}
}

func TestTriageOnTheCommandLine(t *testing.T) {
	t.Parallel()
	fn, asked := asking(t, `{"count":1,"findings":[{"id":"`+findingA+`","state":"acknowledged","name":"MFA","path":"state"}],"entries":[7]}`)
	code, out, errOut := call(t, fn, "drift", "ack", findingA, "--comment", "seen", "--tenant", "tn_b")
	if code != exitOK || (*asked)[0] != `POST /api/v1/drift/findings/triage?tenant=tn_b {"action":"acknowledge","ids":["`+findingA+`"],"note":"seen"}` ||
		!strings.Contains(out, "MFA (state): acknowledged") || !strings.Contains(out, "entry 7") {
		t.Errorf("code %d, asked %q: %s%s", code, *asked, out, errOut)
	}
	if code, _, errOut := call(t, fn, "drift", "accept", findingA, "--until", "2026-12-31", "--reason", "r", "--approver", "Eva"); code != exitOK ||
		!strings.Contains((*asked)[1], `"until":"2026-12-31T00:00:00Z","note":"r","approver":"Eva"`) {
		t.Errorf("code %d, asked %q: %s", code, (*asked)[1], errOut)
	}
	if code, _, _ := call(t, fn, "drift", "assign", findingA, "--to", "nobody"); code != exitOK || !strings.HasSuffix((*asked)[2], `"assignee":""}`) {
		t.Errorf("code %d, asked %q", code, (*asked)[2])
	}
	for _, args := range [][]string{
		{"ack"},
		{"ack", findingA, "--group", "k"},
		{"ack", findingA, "--except", "x"},
		{"accept", findingA, "--reason", "r"},
		{"accept", findingA, "--for", "30d"},
		{"accept", findingA, "--for", "30d", "--until", "2026-12-31", "--reason", "r"},
		{"accept", findingA, "--for", "soon", "--reason", "r"},
		{"deny", findingA},
		{"assign", findingA},
	} {
		if code, _, _ := call(t, fn, append([]string{"drift"}, args...)...); code != exitUsage {
			t.Errorf("%q: exit code %d", args, code)
		}
	}
	if len(*asked) != 3 {
		t.Errorf("what was refused was sent: %q", (*asked)[3:])
	}
	two, _ := asking(t, listed)
	if code, _, errOut := call(t, two, "drift", "ack", "aaaa"); code != exitUsage || !strings.Contains(errOut, findingB) {
		t.Errorf("an ambiguous ID: %d %s", code, errOut)
	}
	if code, _, errOut := call(t, answer(`{"items":[]}`), "drift", "show", "aaaa"); code != exitFailed || !strings.Contains(errOut, "no finding begins with") {
		t.Errorf("an unknown ID: %d %s", code, errOut)
	}
}

func TestAGroupIsTriagedInManyTenants(t *testing.T) {
	t.Parallel()
	fn, asked := asking(t, `{"count":3,"tenants":[{"tenant_id":"tn_a","count":3,"entries":[1],"objects":[{"finding":"fnd_1","object_id":"p1","name":"MFA","was":"acknowledged","state":"denied"},
		{"finding":"fnd_2","object_id":"p2","was":"new","state":"denied"}]},{"tenant_id":"tn_b","count":0,"entries":[],"code":"forbidden","error":"needs scope"}],
		"kept":[{"tenant_id":"tn_a","finding":"fnd_9","state":"new"}]}`)
	code, out, _ := call(t, fn, "drift", "deny", "--group", "k/1", "--except", "tn_c", "--except", findingA, "--reason", "no")
	if code != exitFailed || (*asked)[0] != `POST /api/v1/drift/groups/k%2F1/triage {"except_tenants":["tn_c"],"except":["`+findingA+`"],"action":"deny","note":"no"}` {
		t.Errorf("code %d, asked %q", code, *asked)
	}
	for _, want := range []string{"3 findings changed in 2 tenants", "MFA: denied (was acknowledged)", "p2: denied\n", "and 1 more", "nothing changed: needs scope", "fnd_9 stays as it is"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

// What lists print is what exceptions take: short IDs, and tenants by name.
func TestExceptionsAreFoundInTheGroup(t *testing.T) {
	t.Parallel()
	var posted []string
	fn := func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		switch {
		case r.Method == "POST":
			b, _ := io.ReadAll(r.Body)
			posted = append(posted, string(b))
			_, _ = io.WriteString(w, `{"count":1,"tenants":[],"kept":[]}`)
		case strings.HasSuffix(r.URL.Path, "/groups/k"):
			_, _ = io.WriteString(w, `{"key":"k","tenants":[{"tenant_id":"tn_a","name":"default"},{"tenant_id":"tn_b","name":"Twin"},{"tenant_id":"tn_c","name":"twin"}]}`)
		case q.Get("group") != "k" || q.Get("tenant") != "all":
			t.Errorf("findings outside the group were asked for: %s", r.URL)
		case q.Get("id") == "fnd_aaaaaaaa0":
			_, _ = io.WriteString(w, `{"items":[{"id":"`+findingA+`"}]}`)
		case q.Get("id") == "fnd_aa":
			_, _ = io.WriteString(w, listed)
		default:
			_, _ = io.WriteString(w, `{"items":[]}`)
		}
	}
	code, _, errOut := call(t, fn, "drift", "deny", "--group", "k", "--except", "fnd_aaaaaaaa0", "--except", "Default", "-m", "no")
	if code != exitOK || len(posted) != 1 || posted[0] != `{"except_tenants":["tn_a"],"except":["`+findingA+`"],"action":"deny","note":"no"}` {
		t.Errorf("code %d, sent %q: %s", code, posted, errOut)
	}
	for typed, want := range map[string]string{"fnd_none": "neither a finding", "nobody": "neither a finding", "fnd_aa": "write more of it", "twin": "write the ID"} {
		if code, _, errOut := call(t, fn, "drift", "deny", "--group", "k", "--except", typed, "-m", "no"); code == exitOK || !strings.Contains(errOut, want) || len(posted) != 1 {
			t.Errorf("--except %s: code %d, %s, sent %q", typed, code, errOut, posted)
		}
	}
}

func TestTheSummarySaysWhatNeedsAttention(t *testing.T) {
	t.Parallel()
	fn, asked := asking(t, `{"waiting":3,"open":5,"by_state":{"new":2,"reopened":1,"accepted":2},"by_severity":{"critical":1,"medium":2},
		"by_type":[{"type":"t","label":"Conditional Access","waiting":3,"open":5,"worst":"critical"}],
		"by_tenant":[{"tenant_id":"tn_a","name":"Acme","waiting":3,"reopened":1,"open":5,"worst":"critical","sources":[{"source":"directory/default","run":"run_9","at":"2026-03-01T12:00:00Z","compared":true,
		"new":2,"reopened":1,"resolved":0,"unknown":4,"quarantined":1,"incomplete":[{"type":"g","label":"Groups","status":"partial","objects":3,"quarantined":1}]}]},
		{"tenant_id":"tn_b","name":"Beta","sources":[]}]}`)
	code, out, errOut := call(t, fn, "drift", "summary", "--tenant", "all")
	if code != exitOK || (*asked)[0] != "GET /api/v1/drift?tenant=all" {
		t.Fatalf("code %d, asked %q: %s", code, *asked, errOut)
	}
	for _, want := range []string{
		"3 findings wait for you: 1 critical, 2 medium, 1 of them back. Also open: 2 accepted.", "Acme", "Beta", "Conditional Access  3", "run_9): 2 new, 1 back",
		"Not seen by directory/default: Groups: partial, 3 objects, 1 unreadable; 4 objects of which nobody can say", "frostgate drift findings --tenant all",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if _, out, _ = call(t, answer(`{"by_tenant":[{"tenant_id":"tn_a","sources":[]}]}`), "drift", "summary"); !strings.Contains(out, "Nothing was observed yet") {
		t.Errorf("nothing observed:\n%s", out)
	}
	if _, out, _ = call(t, fn, "drift", "summary", "-o", "csv"); !strings.Contains(out, "tn_a,Acme,3,1,5,critical,") {
		t.Errorf("csv:\n%s", out)
	}
}

// A list that is suddenly short must not look like good news.
func TestABaselineSaysWhatItDidToWhatWaits(t *testing.T) {
	t.Parallel()
	fn := answer(`{"id":"bl_1","name":"gold","kind":"golden","source":"directory/default","active":true,"effect":{"last_run":"off","set_aside":2,"waiting":1}}`)
	code, _, errOut := call(t, fn, "drift", "baselines", "create", "gold", "--source", "directory/default", "--golden", "tn_1/directory/default")
	for _, want := range []string{"last-run of directory/default is off now (--keep-last-run keeps it); 2 findings that waited", "--inactive", "Against gold, 1 finding of the last run waits."} {
		if code != exitOK || !strings.Contains(errOut, want) {
			t.Errorf("code %d, no %q in %s", code, want, errOut)
		}
	}
	fn = answer(`{"id":"bl_1","name":"gold","source":"directory/default","effect":{"last_run":"on","set_aside":0,"waiting":0}}`)
	if _, _, errOut := call(t, fn, "drift", "baselines", "deactivate", "bl_1"); !strings.Contains(errOut, "last-run of directory/default is on again.") {
		t.Errorf("switched off: %s", errOut)
	}
	fn, asked := asking(t, `{"items":[{"id":"bl_0","name":"last-run","kind":"last_run","active":false},{"id":"bl_1","name":"gold","kind":"golden","active":true,"golden":{"tenant_id":"tn_2","tenant_name":"Second","source":"directory/default"}},
		{"id":"bl_2","name":"rules","kind":"template","active":true}]}`)
	_, out, errOut := call(t, fn, "drift", "baselines")
	if !strings.Contains(out, "Second directory/default") || !strings.Contains(out, "a template") || strings.Contains(out, "bl_0") || !strings.Contains(errOut, "1 baseline is off: --inactive") {
		t.Errorf("asked %q:\n%s%s", *asked, out, errOut)
	}
	if _, out, errOut := call(t, fn, "drift", "baselines", "--inactive"); !strings.Contains(out, "the run before") || errOut != "" {
		t.Errorf("all:\n%s%s", out, errOut)
	}
}

func TestBaselinesAndComparisonsAreAskedFor(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, map[string]string{"t.yaml": "version: 1\n"})
	hash := strings.Repeat("ab", 32)
	fn, asked := asking(t, `{"id":"bl_1","name":"n","changed":1,"items":[{"kind":"changed","severity":"high","label":"Conditional Access","name":"MFA","path":"state","change":"a → b"},
		{"kind":"removed","severity":"low","label":"Groups","name":"Old"}],"from":{"tenant_id":"tn_a","source":"directory/default"},"secrets_not_compared":2,"ambiguous":[{"type":"t","name":"Twin","in_from":2,"in_to":1}],
		"unknown_items":[{"type":"u","object_id":"o","reason":"partial"}],"text":"rules: []"}`)
	for _, tc := range []struct {
		args []string
		want string
	}{
		{[]string{"baselines", "create", "n", "--source", "s/t", "--golden", "tn_1/directory/default"}, `POST /api/v1/drift/baselines {"name":"n","kind":"golden","source":"s/t","golden":{"tenant_id":"tn_1","source":"directory/default"}}`},
		{[]string{"baselines", "create", "n", "--source", "s/t", "--template", filepath.Join(dir, "t.yaml"), "--keep-last-run"}, `POST /api/v1/drift/baselines {"name":"n","kind":"template","source":"s/t","template":"version: 1\n","keep_last_run":true}`},
		{[]string{"baselines", "edit", "bl_1", "--snapshot", hash, "--version", "2"}, `POST /api/v1/drift/baselines/bl_1 {"snapshot":"` + hash + `","version":2}`},
		{[]string{"baselines", "deactivate", "bl_1", "-m", "over"}, `POST /api/v1/drift/baselines/bl_1/deactivate {"note":"over"}`},
		{[]string{"compare", "directory/default", "tn_2/directory/default"}, `POST /api/v1/drift/compare {"from":{"source":"directory/default"},"to":{"tenant_id":"tn_2","source":"directory/default"}}`},
		{[]string{"compare", hash, "tn_2/" + hash}, `POST /api/v1/drift/compare {"from":{"snapshot":"` + hash + `"},"to":{"tenant_id":"tn_2","snapshot":"` + hash + `"}}`},
		{[]string{"severity", "set", filepath.Join(dir, "t.yaml")}, `POST /api/v1/drift/severity {"text":"version: 1\n"}`},
	} {
		*asked = nil
		if code, _, errOut := call(t, fn, append([]string{"drift"}, tc.args...)...); code != exitOK || len(*asked) != 1 || (*asked)[0] != tc.want {
			t.Errorf("%q: code %d, asked %q: %s", tc.args, code, *asked, errOut)
		}
	}
	for _, args := range [][]string{
		{"baselines", "create", "n", "--source", "s/t"},
		{"baselines", "create", "n", "--source", "s/t", "--snapshot", hash, "--golden", "tn_1/a/b"},
		{"baselines", "create", "n", "--source", "s/t", "--golden", "tn_1"},
		{"baselines", "edit", "bl_1"},
		{"compare", "tn_2", "directory/default"},
		{"compare", "x", "directory/default"},
		{"severity", "set", filepath.Join(dir, "none")},
	} {
		if code, _, _ := call(t, fn, append([]string{"drift"}, args...)...); code != exitUsage {
			t.Errorf("%q: exit code %d", args, code)
		}
	}
	_, out, _ := call(t, fn, "drift", "compare", "directory/default", "tn_2/directory/default")
	for _, want := range []string{"1 differ", "Not compared: 2 secrets, hashed under different keys", "state: a → b", "only in tn_a/directory/default", `"Twin" is the name of several objects (2 and 1)`, "Unknown: u o: "} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	file := filepath.Join(dir, "out.yaml")
	if code, _, _ := call(t, fn, "drift", "severity", "--out", file); code != exitOK {
		t.Errorf("exit code %d", code)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "rules: []\n" {
		t.Errorf("rules %q, %v", text, err)
	}
}

// What never was there was not removed, and what is wanted is no observation.
func TestAFindingNamesItsBaseline(t *testing.T) {
	t.Parallel()
	const x = `"id":"` + findingA + `","state":"new","severity":"low","kind":"removed","label":"Groups","object_id":"g","baseline":"bl_1","baseline_name":"rules","baseline_kind":"template"`
	_, out, _ := call(t, answer(`{"items":[{`+x+`}]}`), "drift", "findings")
	for _, want := range []string{"missing: the template wants it", "against rules (template)"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	_, out, _ = call(t, answer(`{`+x+`,"from_value":{"a":1}}`), "drift", "show", findingA)
	for _, want := range []string{"EXPECTED (template rules)", "OBSERVED", "the object is missing: the template wants it"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}
