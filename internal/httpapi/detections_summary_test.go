package httpapi

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/auth"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
)

// What the console's screens of rules ask.
func TestWhatWatchesATenant(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.rules(t)
	f.do(t, adminA, "POST", "/defend", `{"event":`+evilEvent+`}`)
	f.do(t, adminA, "POST", "/defend", `{"event_type":"auth","event":{"src_ip":"203.0.113.9","fail_count":12}}`)

	var sum rulesSummary
	f.do(t, adminA, "GET", "/api/v1/rules/summary?window=24h", "").into(t, &sum)
	if sum.Rules < 50 || sum.On != sum.Rules || sum.Off != 0 || sum.Tuned != 0 || sum.Hit != 1 || sum.ByProduct["acme"] != 1 || sum.BySource["acme"] != 1 || sum.Scenarios == 0 || sum.Techniques == 0 || sum.Ruleset.Platform {
		t.Errorf("summary %+v", sum)
	}
	if sum.Titles["sigma:"+ruleOne] != "Evil command" || sum.Titles["rule:ssh_bruteforce"] != "Repeated failed logins from one address" {
		t.Errorf("titles %v", sum.Titles)
	}
	f.do(t, adminA, "POST", "/api/v1/rules/"+ruleOne+"/tuning", `{"enabled":false,"reason":"test"}`)
	var off rulesSummary
	f.do(t, adminA, "GET", "/api/v1/rules/summary", "").into(t, &off)
	if off.Off != 1 || off.On != sum.Rules-1 || off.Hit != 1 || off.From == 0 {
		t.Errorf("summary of the tuned %+v", off)
	}
}

func TestRulesByHits(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.rules(t)
	f.do(t, adminA, "POST", "/defend", `{"event":`+evilEvent+`}`)
	var rows list[ruleRow]
	f.do(t, adminA, "GET", "/api/v1/rules?hit=true", "").into(t, &rows)
	if len(rows.Items) != 1 || rows.Items[0].Decisions != 1 || rows.Items[0].Last == 0 || rows.Items[0].OwnLevel != "high" {
		t.Errorf("hit %+v", rows.Items)
	}
	// Pages in another order than the ruleset's: each rule once, the first is the one that fired.
	seen, cursor := map[string]int{}, ""
	for {
		var page list[ruleRow]
		f.do(t, adminA, "GET", "/api/v1/rules?sort=decisions&desc=true&limit=60&cursor="+cursor, "").into(t, &page)
		for i, r := range page.Items {
			if seen[r.ID]++; cursor == "" && i == 0 && r.ID != "sigma:"+ruleOne {
				t.Errorf("first %+v", r)
			}
		}
		if cursor = page.NextCursor; cursor == "" {
			break
		}
	}
	var all list[ruleRow]
	f.do(t, adminA, "GET", "/api/v1/rules?limit=500&sort=level&desc=true", "").into(t, &all)
	if len(all.Items) != len(seen) || all.Items[0].Level != "critical" || all.Items[len(all.Items)-1].Level == "critical" {
		t.Errorf("%d rules by level, %d by hits", len(all.Items), len(seen))
	}
	f.do(t, adminA, "GET", "/api/v1/rules?source=acme&tactic=impact", "").into(t, &rows)
	if len(rows.Items) != 0 {
		t.Errorf("by tactic %+v", rows.Items)
	}
	var h ruleHistory
	f.do(t, adminA, "GET", "/api/v1/rules/hits/sigma:"+ruleOne+"?window=24h", "").into(t, &h)
	if h.Total != 1 || h.Title != "Evil command" || len(h.Buckets) != 1 || h.Buckets[0].Total != 1 || h.Step != 3600 {
		t.Errorf("history %+v", h)
	}
	h = ruleHistory{}
	f.do(t, adminB, "GET", "/api/v1/rules/hits/sigma:"+ruleOne, "").into(t, &h)
	if h.Total != 0 || h.Title != "" {
		t.Errorf("another tenant's history %+v", h)
	}
	f.do(t, adminA, "GET", "/api/v1/rules?window=2h", "").want(t, http.StatusBadRequest, fault.Invalid)
}

// Rules that fire while somebody pages don't move what the pages show.
func TestPagesOfRulesThatFire(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	const two, last = "22222222-0000-4000-8000-0000000000b2", "22222222-0000-4000-8000-0000000000b3"
	body := pack(t, "one.yml", shellRule(ruleOne, "Evil command", "high", "cmd|contains: evil"), "two.yml", shellRule(two, "Quiet", "high", "cmd|contains: quiet"),
		"last.yml", shellRule(last, "Zulu", "low", "cmd|contains: zulu"))
	f.do(t, adminA, "POST", "/api/v1/rules/import?name=acme&activate=true", body)
	zulu := strings.ReplaceAll(evilEvent, "evil", "zulu")
	titles := func(query string, between func()) string {
		t.Helper()
		var out []string
		for cursor := ""; ; {
			var page list[ruleRow]
			f.do(t, adminA, "GET", "/api/v1/rules?source=acme&limit=1&"+query+"&cursor="+cursor, "").into(t, &page)
			for _, r := range page.Items {
				out = append(out, r.Title)
			}
			if cursor = page.NextCursor; cursor == "" {
				return strings.Join(out, ", ")
			}
			between()
		}
	}
	fire := func() {
		f.clk.Advance(time.Second)
		f.do(t, adminA, "POST", "/defend", `{"event":`+zulu+`}`)
		f.do(t, adminA, "POST", "/defend", `{"event":`+zulu+`}`)
	}
	f.do(t, adminA, "POST", "/defend", `{"event":`+evilEvent+`}`)
	for _, c := range []struct{ query, want string }{
		{"sort=decisions&desc=true", "Evil command, Quiet, Zulu"},
		{"sort=decisions&desc=true", "Zulu, Evil command, Quiet"},
		{"sort=last_hit&desc=true&hit=true", "Zulu, Evil command"},
		{"sort=title&desc=true", "Zulu, Quiet, Evil command"},
		{"sort=level", "Zulu, Evil command, Quiet"},
		{"window=7d", "Zulu, Evil command, Quiet"},
		{"hit=false", "Quiet"},
	} {
		if got := titles(c.query, fire); got != c.want {
			t.Errorf("%s: %s, want %s", c.query, got, c.want)
		}
	}
}

func TestARuleInWords(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.rules(t)
	var d ruleDetail
	f.do(t, adminA, "GET", "/api/v1/rules/"+ruleOne, "").into(t, &d)
	if diff := cmp.Diff([]ruleClause{{Text: "cmd contains", Values: []string{"evil"}}}, d.LooksFor); diff != "" || d.Cut {
		t.Error(diff)
	}
	correlation := "title: Evil again\nid: 22222222-0000-4000-8000-00000000000a\nstatus: test\nlevel: high\ncorrelation:\n  type: event_count\n  rules: [" + ruleOne + "]\n  group-by: [cmd]\n  timespan: 5m\n  condition: {gte: 3}\n"
	body := pack(t, "one.yml", shellRule(ruleOne, "Evil command", "high", "cmd|contains: evil"), "again.yml", correlation, "bad.yml", "title: B")
	var checked rulesChecked
	f.do(t, adminA, "POST", "/api/v1/rules/check", body).into(t, &checked)
	if len(checked.Usable) != 2 || checked.Usable[0].Title != "Evil command" || len(checked.Usable[0].LooksFor) != 1 || checked.Usable[1].Title != "Evil again" || len(checked.Refused) != 1 {
		t.Errorf("checked %+v", checked)
	}
	f.do(t, adminA, "POST", "/api/v1/rules/import?name=acme&activate=true&reason=ticket+7", body)
	f.do(t, adminA, "GET", "/api/v1/rules/22222222-0000-4000-8000-00000000000a", "").into(t, &d)
	if c := d.Correlation; c == nil || c.Titles[0] != "Evil command" || c.Needs[0] != "gte 3" || len(d.LooksFor) != 0 {
		t.Errorf("correlation %+v", d.Correlation)
	}
	if got := f.reasonOf(t, "rules.import"); got != "ticket 7" {
		t.Errorf("audited reason %q", got)
	}
}

// reasonOf reads the newest audit entry of an action.
func (f *fixture) reasonOf(t testing.TB, action string) string {
	t.Helper()
	entries, _, err := f.deps.Audit.List(t.Context(), tenantA, evidence.AuditFilter{Action: action}, "", 1)
	if err != nil || len(entries) != 1 {
		t.Fatalf("audit of %s: %d, %v", action, len(entries), err)
	}
	return entries[0].Detail["reason"]
}

func TestScenariosOverHTTP(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.do(t, adminA, "POST", "/defend", `{"event_type":"auth","event":{"src_ip":"203.0.113.9","fail_count":12}}`)
	var got scenarioList
	f.do(t, adminA, "GET", "/api/v1/rules/scenarios?window=24h", "").into(t, &got)
	by := map[string]scenarioRow{}
	for _, s := range got.Items {
		by[s.ID] = s
	}
	if brute := by["rule:ssh_bruteforce"]; brute.Decisions != 1 || brute.Last == 0 || len(brute.Windows) != 1 || brute.Windows[0].Needs != ">= 5" || brute.Windows[0].Kind != "count" || brute.Mitigations[0].Action != "block_ip" {
		t.Errorf("brute force %+v", brute)
	}
	if got.Document.Kind != "scenarios" || len(got.Responses) == 0 || !strings.Contains(by["rule:password_spray"].When, "failed_users_by_ip") {
		t.Errorf("scenarios %+v", got)
	}
}

// Whatever changes the ruleset keeps why.
func TestReasonsOfRulesAreAudited(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.rules(t)
	expires := time.UnixMicro(int64(f.clk.Now())).Add(time.Hour).UTC().Format(time.RFC3339)
	var fv filterView
	f.do(t, adminA, "POST", "/api/v1/rules/filters", `{"title":"Backups","rules":["`+ruleOne+`"],"not":{"cmd":"backup"},"expires":"`+expires+`","reason":"known"}`).into(t, &fv)
	if fv.ID == "" || len(fv.Titles) != 1 || fv.Titles[0] != "Evil command" {
		t.Errorf("filter %+v", fv)
	}
	var row list[ruleRow]
	f.do(t, adminA, "GET", "/api/v1/rules?filtered=true&tuned=true", "").into(t, &row)
	if len(row.Items) != 1 || row.Items[0].InForce != 1 {
		t.Errorf("filtered %+v", row.Items)
	}
	if a := f.do(t, adminA, "DELETE", "/api/v1/rules/filters/"+fv.ID+"?reason=over", ""); a.status != http.StatusNoContent {
		t.Errorf("removal: %d %s", a.status, a.body)
	}
	if got := f.reasonOf(t, "rules.filter.remove"); got != "over" {
		t.Errorf("reason of the removal %q", got)
	}
	if a := f.do(t, adminA, "DELETE", "/api/v1/rules/sources/acme?reason=unused", ""); a.status != http.StatusNoContent {
		t.Errorf("removal: %d %s", a.status, a.body)
	}
	if got := f.reasonOf(t, "rules.remove"); got != "unused" {
		t.Errorf("reason of the removed source %q", got)
	}
}

// An organisation's people look after the rules of all its tenants where they hold
// the scope; others find nothing there.
func TestRulesOfAnotherTenant(t *testing.T) {
	t.Parallel()
	f := anchoring(t)
	f.sibling(t, "second", "admin-c")
	second := string(f.keys.keys["admin-c"].Tenant)
	f.member(t, "analyst-a", tenantA, auth.Analyst)
	at := "?tenant=" + second
	if a := f.do(t, adminA, "POST", "/api/v1/rules/import"+at+"&activate=true&name=acme", pack(t, "one.yml", shellRule(ruleOne, "Evil command", "high", "cmd|contains: evil"))); a.status != http.StatusOK {
		t.Fatalf("import there: %d %s", a.status, a.body)
	}
	if a := f.do(t, adminA, "POST", "/api/v1/rules/"+ruleOne+"/tuning"+at, `{"level":"low","reason":"there"}`); a.status != http.StatusOK {
		t.Fatalf("tuning there: %d %s", a.status, a.body)
	}
	var theirs, own list[ruleRow]
	f.do(t, adminA, "GET", "/api/v1/rules"+at+"&tuned=true", "").into(t, &theirs)
	f.do(t, adminA, "GET", "/api/v1/rules?tuned=true", "").into(t, &own)
	if len(theirs.Items) != 1 || theirs.Items[0].Level != "low" || len(own.Items) != 0 {
		t.Errorf("there %+v, here %+v", theirs.Items, own.Items)
	}
	for _, path := range []string{"/rules", "/rules/summary", "/rules/scenarios", "/rules/filters", "/rules/stats", "/rules/" + ruleOne, "/rules/hits/sigma:" + ruleOne, "/rulesets", "/rulesets/active"} {
		if a := f.do(t, adminA, "GET", prefixV1+path+at, ""); a.status != http.StatusOK {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
		f.do(t, "analyst-a", "GET", prefixV1+path+at, "").want(t, http.StatusForbidden, fault.Forbidden)
		f.do(t, adminB, "GET", prefixV1+path+at, "").want(t, http.StatusNotFound, fault.NotFound)
	}
	f.do(t, adminB, "POST", "/api/v1/rules/"+ruleOne+"/tuning"+at, `{"enabled":false}`).want(t, http.StatusNotFound, fault.NotFound)
	f.do(t, "analyst-a", "DELETE", "/api/v1/rules/sources/acme"+at, "").want(t, http.StatusForbidden, fault.Forbidden)
}
