package httpapi

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/governance"
)

const ruleOne = "22222222-0000-4000-8000-000000000001"

// pack makes an upload of files, name and content in turn.
func pack(t testing.TB, files ...string) string {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	w := tar.NewWriter(z)
	for i := 0; i+1 < len(files); i += 2 {
		if err := w.WriteHeader(&tar.Header{Name: files[i], Size: int64(len(files[i+1])), Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, files[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func shellRule(id, title, level, search string) string {
	return fmt.Sprintf("title: %s\nid: %s\nauthor: Anna\ndescription: Test rule\nfalsepositives: [backups]\ntags: [attack.t1059.004]\n"+
		"logsource: {product: acme, service: shell}\ndetection:\n  sel:\n    %s\n  condition: sel\nlevel: %s\n", title, id, search, level)
}

// rules imports one good and one broken rule for tenant A.
func (f *fixture) rules(t testing.TB) rulesImported {
	t.Helper()
	body := pack(t, "rules/one.yml", shellRule(ruleOne, "Evil command", "high", "cmd|contains: evil"),
		"rules/two.yml", "title: Two\nlogsource: {product: acme}\ndetection: {sel: {a|nope: x}, condition: sel}\n",
		"rules/deprecated/three.yml", shellRule("22222222-0000-4000-8000-000000000003", "Old", "low", "cmd: x"))
	a := f.do(t, adminA, "POST", "/api/v1/rules/import?name=acme&activate=true", body)
	if a.status != http.StatusOK {
		t.Fatalf("import: %d %s", a.status, a.body)
	}
	var got rulesImported
	if err := json.Unmarshal(a.body, &got); err != nil {
		t.Fatal(err)
	}
	return got
}

const evilEvent = `{"logsource":{"product":"acme","service":"shell"},"cmd":"do evil"}`

func TestRulesOverHTTP(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	got := f.rules(t)
	if got.Loaded != 1 || got.RefusedTotal != 1 || got.Refused[0].File != "rules/two.yml" || got.Refused[0].Line == 0 || got.Skipped["deprecated"] != 1 ||
		!got.Active || got.Generation != 1 || got.Document.Kind != "detections" || got.Document.Name != "acme" {
		t.Fatalf("import %+v", got)
	}
	var rows list[ruleRow]
	f.do(t, adminA, "GET", "/api/v1/rules?source=acme&level=high&technique=t1059&product=ACME&enabled=true&q=evil", "").into(t, &rows)
	if len(rows.Items) != 1 || rows.Items[0].ID != "sigma:"+ruleOne || rows.Items[0].Techniques[0] != "T1059.004" {
		t.Fatalf("list %+v", rows)
	}
	all, cursor := 0, ""
	for {
		var page list[ruleRow]
		f.do(t, adminA, "GET", "/api/v1/rules?limit=50&cursor="+cursor, "").into(t, &page)
		if all += len(page.Items); page.NextCursor == "" {
			break
		}
		cursor = page.NextCursor
	}
	var st ruleStats
	f.do(t, adminA, "GET", "/api/v1/rules/stats", "").into(t, &st)
	if all < 50 || all != st.Rules {
		t.Errorf("%d rules on all pages, %d in force", all, st.Rules)
	}
	var d ruleDetail
	for _, id := range []string{ruleOne, "sigma:" + ruleOne} {
		f.do(t, adminA, "GET", "/api/v1/rules/"+id, "").into(t, &d)
		if d.Text != shellRule(ruleOne, "Evil command", "high", "cmd|contains: evil") || d.File != "rules/one.yml" || d.Line != 1 || d.OwnLevel != "high" {
			t.Errorf("rule %+v", d)
		}
	}
	var active activeRuleset
	f.do(t, adminA, "GET", "/api/v1/rulesets/active", "").into(t, &active)
	if n := len(active.Ruleset.Detections); n != 2 || active.Ruleset.Detections[0].Name != "acme" || len(active.Ruleset.Documents) != 3 {
		t.Errorf("ruleset %+v", active.Ruleset)
	}
	var doc detectionsView
	f.do(t, adminA, "GET", "/api/v1/rules/documents/"+got.Document.Hash, "").into(t, &doc)
	if doc.Platform || doc.CreatedBy != "pr_admin-a" || doc.Content != "-- rules/one.yml --\n"+d.Text {
		t.Errorf("document %+v", doc)
	}
	f.do(t, adminA, "GET", "/api/v1/documents/"+got.Document.Hash, "").want(t, http.StatusNotFound, fault.NotFound)
	var x ruleExplained
	f.do(t, adminA, "POST", "/api/v1/rules/explain", `{"event":`+evilEvent+`}`).into(t, &x)
	if len(x.Matches) != 1 || x.Pipeline == "" {
		t.Fatalf("explained %+v", x)
	}
	m := x.Matches[0]
	if m.Author != "Anna" || m.Points != 80 || m.FalsePositives[0] != "backups" || len(m.Fields) != 1 || m.Fields[0].Value != "do evil" || m.Fields[0].Field != "cmd" || !strings.Contains(m.Fields[0].Test, "evil") {
		t.Errorf("match %+v", m)
	}
	f.do(t, adminA, "GET", "/api/v1/rules/stats", "").into(t, &st)
	if len(st.Items) != 0 {
		t.Errorf("explaining counted: %+v", st.Items)
	}
	f.do(t, adminA, "POST", "/defend", `{"event":`+evilEvent+`}`)
	f.do(t, adminA, "GET", "/api/v1/rules/stats?window=1h&limit=5", "").into(t, &st)
	var feed list[feedItem]
	f.do(t, adminA, "GET", "/feed/live", "").into(t, &feed)
	if it := feed.Items[0]; it.Title != "Evil command" || !strings.Contains(it.Summary, "unknown: Evil command; policy admits") || it.Rules[0] != "sigma:"+ruleOne {
		t.Errorf("feed %+v", it)
	}
	if len(st.Items) != 1 || st.Items[0].Hits != 1 || st.Items[0].Decisions != 1 || st.Items[0].Title != "Evil command" || st.Items[0].CostNS == 0 {
		t.Errorf("stats %+v", st)
	}
	var checked rulesChecked
	f.do(t, adminA, "POST", "/api/v1/rules/check", pack(t, "a.yml", shellRule(ruleOne, "A", "low", "cmd: x"), "b.yml", "title: B")).into(t, &checked)
	if checked.Loaded != 1 || checked.RefusedTotal != 1 {
		t.Errorf("checked %+v", checked)
	}
}

func TestTuningOverHTTP(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.rules(t)
	decide := func(n int) (hit traceView) {
		t.Helper()
		var out struct {
			Explain struct {
				Trace []traceView `json:"trace"`
			} `json:"explain"`
		}
		f.do(t, adminA, "POST", "/defend", fmt.Sprintf(`{"event":{"logsource":{"product":"acme","service":"shell"},"cmd":"evil %d"}}`, n)).into(t, &out)
		for _, h := range out.Explain.Trace {
			if h.Rule == "sigma:"+ruleOne {
				hit = h
			}
		}
		return hit
	}
	hit := decide(1)
	if hit.Level != "high" || hit.Author != "Anna" || hit.Techniques[0] != "T1059.004" || hit.Values["cmd"] != "evil 1" {
		t.Errorf("trace %+v", hit)
	}
	var d ruleDetail
	f.do(t, adminA, "POST", "/api/v1/rules/"+ruleOne+"/tuning", `{"level":"low","cap":"100/1h","reason":"ours"}`).into(t, &d)
	if d.Level != "low" || d.OwnLevel != "high" || d.Tuning.Cap != "100/1h" || !d.Tuned || d.Counts.Hits != 1 {
		t.Errorf("tuned %+v", d)
	}
	if hit = decide(2); hit.Points != 20 {
		t.Errorf("trace %+v", hit)
	}
	expires := time.UnixMicro(int64(f.clk.Now())).Add(time.Hour).UTC().Format(time.RFC3339)
	var fl filterView
	a := f.do(t, adminA, "POST", "/api/v1/rules/filters", `{"title":"ours","rules":["`+ruleOne+`"],"not":{"cmd|startswith":"evil"},"expires":"`+expires+`","reason":"drill"}`)
	a.into(t, &fl)
	if a.status != http.StatusCreated || fl.Author != "pr_admin-a" || fl.Expired || a.header.Get("Location") != "/api/v1/rules/filters/"+fl.ID {
		t.Fatalf("filter %d %+v", a.status, fl)
	}
	if hit = decide(3); hit.Suppressed != "tuned:"+fl.ID || hit.Points != 0 {
		t.Errorf("trace %+v", hit)
	}
	f.clk.Advance(time.Hour)
	var filters list[filterView]
	f.do(t, adminA, "GET", "/api/v1/rules/filters", "").into(t, &filters)
	if len(filters.Items) != 1 || !filters.Items[0].Expired || filters.Items[0].Suppressed != 1 {
		t.Errorf("filters %+v", filters)
	}
	if hit = decide(4); hit.Suppressed != "" || hit.Points != 20 {
		t.Errorf("trace after the filter expired %+v", hit)
	}
	if a := f.do(t, adminA, "DELETE", "/api/v1/rules/filters/"+fl.ID, ""); a.status != http.StatusNoContent {
		t.Errorf("remove: %d %s", a.status, a.body)
	}
	f.do(t, adminA, "DELETE", "/api/v1/rules/filters/"+fl.ID, "").want(t, http.StatusNotFound, fault.NotFound)
	if a := f.do(t, adminA, "DELETE", "/api/v1/rules/sources/acme", ""); a.status != http.StatusNoContent {
		t.Errorf("remove the rules: %d %s", a.status, a.body)
	}
	if hit = decide(5); hit.Rule != "" {
		t.Errorf("a removed rule decides: %+v", hit)
	}
}

// TestRulesAreEachTenantsOwn attacks from another tenant with all scopes.
func TestRulesAreEachTenantsOwn(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	got := f.rules(t)
	var fl filterView
	expires := time.UnixMicro(int64(f.clk.Now())).Add(time.Hour).UTC().Format(time.RFC3339)
	f.do(t, adminA, "POST", "/api/v1/rules/filters", `{"title":"t","all":true,"not":{"cmd":"x"},"expires":"`+expires+`","reason":"r"}`).into(t, &fl)
	for _, tc := range []struct{ method, path, body string }{
		{"GET", "/api/v1/rules/" + ruleOne, ""},
		{"POST", "/api/v1/rules/" + ruleOne + "/tuning", `{"enabled":false}`},
		{"DELETE", "/api/v1/rules/filters/" + fl.ID, ""},
		{"DELETE", "/api/v1/rules/sources/acme", ""},
		{"GET", "/api/v1/documents/" + got.Document.Hash, ""},
		{"GET", "/api/v1/rules/documents/" + got.Document.Hash, ""},
		{"GET", "/api/v1/rulesets/" + got.Ruleset.Hash, ""},
		{"POST", "/api/v1/rulesets/active", `{"hash":"` + got.Ruleset.Hash + `"}`},
	} {
		f.do(t, adminB, tc.method, tc.path, tc.body).want(t, http.StatusNotFound, fault.NotFound)
	}
	var rows list[ruleRow]
	f.do(t, adminB, "GET", "/api/v1/rules?source=acme", "").into(t, &rows)
	var filters list[filterView]
	f.do(t, adminB, "GET", "/api/v1/rules/filters", "").into(t, &filters)
	var x ruleExplained
	f.do(t, adminB, "POST", "/api/v1/rules/explain", `{"event":`+evilEvent+`}`).into(t, &x)
	if len(rows.Items) != 0 || len(filters.Items) != 0 || len(x.Matches) != 0 {
		t.Errorf("tenant B sees %v, %v, %v", rows.Items, filters.Items, x.Matches)
	}
	// The built-in rules are everybody's to read and nobody's to replace.
	var own list[ruleRow]
	f.do(t, adminB, "GET", "/api/v1/rules?source=builtin&limit=1", "").into(t, &own)
	if len(own.Items) != 1 {
		t.Fatal("no built-in rules")
	}
	f.do(t, adminB, "POST", "/api/v1/rules/import?name=builtin&activate=true", pack(t, "a.yml", shellRule(ruleOne, "A", "low", "cmd: x"))).want(t, http.StatusBadRequest, fault.Invalid)
	if a := f.do(t, adminB, "POST", "/api/v1/rules/"+own.Items[0].ID+"/tuning", `{"enabled":false}`); a.status != http.StatusOK {
		t.Fatalf("tuning a built-in rule: %s", a.body)
	}
	var mine ruleDetail
	f.do(t, adminA, "GET", "/api/v1/rules/"+own.Items[0].ID, "").into(t, &mine)
	if !mine.Enabled {
		t.Error("another tenant's tuning counts")
	}
	f.keys.add("reader", tenantA, domain.ScopeRulesRead)
	f.do(t, "reader", "POST", "/api/v1/rules/import", "x").want(t, http.StatusForbidden, fault.Forbidden)
	f.do(t, "reader", "POST", "/api/v1/rules/check", "x").want(t, http.StatusForbidden, fault.Forbidden)
	f.do(t, "reader", "POST", "/api/v1/rules/builtin", "").want(t, http.StatusForbidden, fault.Forbidden)
	f.do(t, "reader", "POST", "/api/v1/rules/"+ruleOne+"/tuning", `{"enabled":false}`).want(t, http.StatusForbidden, fault.Forbidden)
}

func TestRuleUploadsAreBounded(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	p := f.do(t, adminA, "POST", "/api/v1/rules/import", strings.Repeat("x", governance.MaxUpload+1)).want(t, http.StatusRequestEntityTooLarge, fault.TooLarge)
	if p.Limit != "body_bytes" {
		t.Errorf("limit %q", p.Limit)
	}
	f.do(t, adminA, "POST", "/api/v1/rules/import", "no archive").want(t, http.StatusBadRequest, fault.Invalid)
	f.do(t, adminA, "POST", "/api/v1/rules/import", "x", "Content-Encoding", "gzip").want(t, http.StatusUnsupportedMediaType, codeMedia)
	f.do(t, adminA, "POST", "/api/v1/rules/explain", `{"event":[1]}`).want(t, http.StatusBadRequest, fault.Invalid)
	f.do(t, adminA, "GET", "/api/v1/rules?cursor=nonsense", "").want(t, http.StatusBadRequest, fault.Invalid)
	done, err := f.packs.take(tenantA)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	f.do(t, adminA, "POST", "/api/v1/rules/check", "x").want(t, http.StatusServiceUnavailable, fault.Busy)
	f.do(t, adminA, "POST", "/api/v1/rules/builtin", "").want(t, http.StatusServiceUnavailable, fault.Busy)
	for _, tc := range []struct {
		slots              *bundleSlots
		method, path, body string
	}{
		{&f.documents, "GET", "/api/v1/rules/documents/x", ""},
		{&f.questions, "POST", "/api/v1/rules/explain", `{"event":` + evilEvent + `}`},
	} {
		for range tc.slots.perTenant {
			done, err := tc.slots.take(tenantA)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(done)
		}
		f.do(t, adminA, tc.method, tc.path, tc.body).want(t, http.StatusServiceUnavailable, fault.Busy)
	}
}

const correlationOne = "22222222-0000-4000-8000-000000000009"

func TestCorrelationsOverHTTP(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	text := shellRule(ruleOne, "Evil command", "high", "cmd|contains: evil") + "---\ntitle: Evil often\nid: " + correlationOne +
		"\nlevel: high\ntags: [attack.t1110]\ncorrelation: {type: event_count, rules: [" + ruleOne + "], group-by: [user], timespan: 5m, condition: {gte: 3}}\n"
	if a := f.do(t, adminA, "POST", "/api/v1/rules/import?name=acme&activate=true", pack(t, "a.yml", text)); a.status != http.StatusOK {
		t.Fatalf("import: %d %s", a.status, a.body)
	}
	var rows list[ruleRow]
	f.do(t, adminA, "GET", "/api/v1/rules?kind=correlation", "").into(t, &rows)
	if len(rows.Items) != 1 || rows.Items[0].ID != "sigma:"+correlationOne || rows.Items[0].Source != "acme" || rows.Items[0].Techniques[0] != "T1110" {
		t.Fatalf("list %+v", rows.Items)
	}
	var d ruleDetail
	f.do(t, adminA, "GET", "/api/v1/rules/"+correlationOne, "").into(t, &d)
	if c := d.Correlation; c == nil || c.Type != "event_count" || c.Timespan != "5m0s" || c.Rules[0] != "sigma:"+ruleOne || d.Text != text || d.Line == 1 {
		t.Errorf("correlation %+v", d)
	}
	f.do(t, adminA, "POST", "/api/v1/rules/"+correlationOne+"/tuning", `{"enabled":false,"level":"low"}`).into(t, &d)
	if d.Enabled || d.Level != "low" || d.OwnLevel != "high" {
		t.Errorf("tuned %+v", d)
	}
	f.do(t, adminA, "POST", "/api/v1/rules/"+correlationOne+"/tuning", `{"cap":"1/1h"}`).want(t, http.StatusBadRequest, fault.Invalid)
	expires := time.UnixMicro(int64(f.clk.Now())).Add(time.Hour).UTC().Format(time.RFC3339)
	filter := func(rules string) string {
		return `{"title":"t",` + rules + `"not":{"cmd":"x"},"expires":"` + expires + `","reason":"r"}`
	}
	p := f.do(t, adminA, "POST", "/api/v1/rules/filters", filter(`"rules":["`+correlationOne+`"],`)).want(t, http.StatusBadRequest, fault.Invalid)
	if !strings.Contains(p.Detail, ruleOne) {
		t.Errorf("the refusal names no rule to filter: %s", p.Detail)
	}
	f.do(t, adminA, "POST", "/api/v1/rules/filters", filter("")).want(t, http.StatusBadRequest, fault.Invalid)
	f.do(t, adminA, "POST", "/api/v1/rules/filters", filter(`"all":true,"rules":["`+ruleOne+`"],`)).want(t, http.StatusBadRequest, fault.Invalid)
}

func TestBuiltinRulesComeBack(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.rules(t)
	if a := f.do(t, adminA, "DELETE", "/api/v1/rules/sources/builtin", ""); a.status != http.StatusNoContent {
		t.Fatalf("remove: %d %s", a.status, a.body)
	}
	var got rulesImported
	f.do(t, adminA, "POST", "/api/v1/rules/builtin", "").into(t, &got)
	if got.Loaded < 50 || got.Document.Name != "builtin" || !got.Active || got.Generation != 3 {
		t.Fatalf("restored %+v", got)
	}
	f.do(t, adminA, "POST", "/api/v1/rules/builtin", "").into(t, &got)
	if got.Generation != 3 {
		t.Errorf("again %+v", got)
	}
	var rows list[ruleRow]
	f.do(t, adminA, "GET", "/api/v1/rules?source=acme", "").into(t, &rows)
	if len(rows.Items) != 1 {
		t.Errorf("imported rules %+v", rows.Items)
	}
}
