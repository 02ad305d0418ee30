package frostgate

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// asked is what a fake server was asked.
type asked struct{ line, media, body string }

// answering answers everything with one text and keeps what it was asked.
func answering(t *testing.T, text string) (*Client, *asked) {
	t.Helper()
	got := &asked{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		*got = asked{r.Method + " " + r.URL.String(), r.Header.Get("Content-Type"), string(b)}
		_, _ = io.WriteString(w, text)
	}))
	t.Cleanup(s.Close)
	c, err := New(s.URL, "k")
	if err != nil {
		t.Fatal(err)
	}
	return c, got
}

func TestRulesAreImportedAsTheyAre(t *testing.T) {
	t.Parallel()
	c, got := answering(t, `{"loaded":2,"skipped":{"deprecated":1},"refused":[{"file":"a.yml","line":3,"reason":"x"}],"refused_total":1,"unserved":0,`+
		`"ruleset":{"hash":"h","kind":"ruleset","name":"default","version":"v"},"active":true,"generation":4,"later":1}`)
	res, err := c.ImportRules(context.Background(), "sigmahq", true, []byte("\x1f\x8bTAR"))
	if err != nil {
		t.Fatal(err)
	}
	if want := (asked{"POST /api/v1/rules/import?activate=true&name=sigmahq", "application/x-tar", "\x1f\x8bTAR"}); *got != want {
		t.Errorf("asked %+v, want %+v", *got, want)
	}
	if res.Loaded != 2 || res.Skipped["deprecated"] != 1 || len(res.Refused) != 1 || res.Refused[0].Line != 3 || res.Ruleset.Hash != "h" || res.Generation != 4 {
		t.Errorf("answer %+v", res)
	}
	if back, err := c.RestoreBuiltinRules(context.Background()); err != nil || got.line != "POST /api/v1/rules/builtin" || got.body != "" || back.Loaded != 2 {
		t.Errorf("asked %+v, %v", got, err)
	}
	if _, err := c.CheckRules(context.Background(), []byte("x")); err != nil || got.line != "POST /api/v1/rules/check" {
		t.Errorf("asked %s, %v", got.line, err)
	}
}

func TestTuningNamesOnlyWhatChanges(t *testing.T) {
	t.Parallel()
	c, got := answering(t, `{}`)
	ctx := context.Background()
	no := false
	if _, err := c.TuneRule(ctx, "sigma:1/2", RuleTuning{Enabled: &no}, "loud"); err != nil || got.line != "POST /api/v1/rules/sigma:1%2F2/tuning" || got.body != `{"enabled":false,"reason":"loud"}` {
		t.Errorf("asked %+v, %v", got, err)
	}
	if _, err := c.TuneRule(ctx, "a", RuleTuning{Cap: "5/1m"}, ""); err != nil || got.body != `{"cap":"5/1m"}` {
		t.Errorf("asked %+v, %v", got, err)
	}
	f := NewRuleFilter{Title: "t", Not: []byte(`{"A":"b"}`), Expires: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Reason: "r"}
	if _, err := c.AddRuleFilter(ctx, f); err != nil || got.body != `{"title":"t","not":{"A":"b"},"expires":"2026-03-01T12:00:00Z","reason":"r"}` {
		t.Errorf("asked %+v, %v", got, err)
	}
	if err := c.RemoveRuleFilter(ctx, "f-1"); err != nil || got.line != "DELETE /api/v1/rules/filters/f-1" {
		t.Errorf("asked %+v, %v", got, err)
	}
	if err := c.RemoveRules(ctx, "sigmahq"); err != nil || got.line != "DELETE /api/v1/rules/sources/sigmahq" {
		t.Errorf("asked %+v, %v", got, err)
	}
}

func TestRulesAreReadPageByPage(t *testing.T) {
	t.Parallel()
	c, got := answering(t, `{"items":[{"id":"sigma:1","title":"T","level":"high"}],"next_cursor":""}`)
	ctx := context.Background()
	yes := true
	rules, err := Collect(c.Rules(ctx, RuleQuery{Text: "x y", Level: "high", Enabled: &yes}, Page{Size: 10}), 0)
	if err != nil || len(rules) != 1 || rules[0].ID != "sigma:1" || got.line != "GET /api/v1/rules?enabled=true&level=high&limit=10&q=x+y" {
		t.Errorf("%+v, asked %s, %v", rules, got.line, err)
	}
	if _, err := c.RuleStats(ctx, "7d", 3); err != nil || got.line != "GET /api/v1/rules/stats?limit=3&window=7d" {
		t.Errorf("asked %s, %v", got.line, err)
	}
	if _, err := c.ExplainRules(ctx, []byte(`{"a":1}`)); err != nil || got.body != `{"event":{"a":1}}` {
		t.Errorf("asked %+v, %v", got, err)
	}
	if _, err := Collect(c.RuleFilters(ctx), 0); err != nil || got.line != "GET /api/v1/rules/filters" {
		t.Errorf("asked %s, %v", got.line, err)
	}
}
