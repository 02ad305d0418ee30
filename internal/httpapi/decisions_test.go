package httpapi

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/jsondoc"
	"frostgate.io/frostgate/internal/tenant"
	"frostgate.io/frostgate/receipt"
)

func attempt(n int, ip string) string {
	return fmt.Sprintf(`{"source":"sshd","event_type":"auth","timestamp":"2026-03-01T11:59:%02dZ","payload":{"src_ip":%q,"user":"root","failed_auths":6,"n":%d}}`, n%60, ip, n)
}

func TestDefendAnswersByTheContract(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	for _, path := range []string{"/api/v1/defend", "/defend", "/v1/defend"} {
		a := f.do(t, adminA, "POST", path, attempt(1, "203.0.113.7"))
		if a.status != 200 || a.header.Get("Content-Type") != "application/json" || a.header.Get("Ratelimit") == "" {
			t.Fatalf("%s: %d %s", path, a.status, a.body)
		}
		if (a.header.Get("Idempotent-Replayed") == "true") != (path != "/api/v1/defend") {
			t.Errorf("%s: replayed header %q", path, a.header.Get("Idempotent-Replayed"))
		}
		doc, err := jsondoc.Parse(a.body, jsondoc.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if err := answerSchema().check(doc.Root(), ""); err != nil {
			t.Errorf("%s: the answer is not what the contract says: %v\n%s", path, err, a.body)
		}
		var got decisionAnswer
		a.into(t, &got)
		if got.ThreatLevel != "high" || got.Gating != "allow" || len(got.Mitigations) != 1 || got.Receipt.Index != 1 {
			t.Errorf("%s: %s", path, a.body)
		}
		rc, err := receipt.FromResponse(a.body)
		if err != nil {
			t.Fatal(err)
		}
		trust, err := receipt.NewTrust(f.deps.VerifierKey)
		if err != nil {
			t.Fatal(err)
		}
		if rep, err := receipt.Verify(rc, trust); err != nil {
			t.Errorf("receipt: %v\n%v", err, rep)
		}
	}
}

func answerSchema() *schema {
	return (&Server{}).contractSchemas().types[typeOfAnswer()]
}

func TestDefendRefusals(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	for name, tc := range map[string]struct {
		body   string
		status int
		code   fault.Code
		field  string
	}{
		"malformed":       {`{"source":`, 400, fault.InvalidJSON, ""},
		"duplicate key":   {`{"source":"a","source":"b"}`, 400, fault.InvalidJSON, "source"},
		"invalid UTF-8":   {"{\"source\":\"\xff\"}", 400, fault.InvalidJSON, ""},
		"NUL":             {"{\"source\":\"a\x00\"}", 400, fault.InvalidJSON, ""},
		"too deep":        {`{"payload":` + strings.Repeat(`{"a":`, 70) + "1" + strings.Repeat("}", 70) + "}", 400, fault.TooDeep, ""},
		"too large":       {`{"source":"` + strings.Repeat("a", 1<<20) + `"}`, 413, fault.TooLarge, ""},
		"not an object":   {`[1]`, 400, fault.Invalid, ""},
		"wrong type":      {`{"source":7}`, 400, fault.Invalid, "source"},
		"payload type":    {`{"payload":"x"}`, 400, fault.Invalid, "payload"},
		"bad time":        {`{"timestamp":"yesterday"}`, 400, fault.Invalid, "timestamp"},
		"wrong tenant":    {`{"tenant_id":"tn_b"}`, 403, fault.WrongTenant, "tenant_id"},
		"unknown mission": {`{"source":"s","mission_id":"m1"}`, 422, fault.UnknownMission, "mission_id"},
	} {
		p := f.do(t, adminA, "POST", "/defend", tc.body).want(t, tc.status, tc.code)
		if p.Field != tc.field {
			t.Errorf("%s: field %q, want %q", name, p.Field, tc.field)
		}
	}
	f.do(t, adminA, "POST", "/defend?verbose=1", "{}").want(t, 400, fault.Invalid)
	f.keys.add("reader", tenantA, domain.ScopeDecisionsRead)
	f.do(t, "reader", "POST", "/defend", "{}").want(t, 403, fault.Forbidden)
	var got list[decisionRow]
	if f.do(t, adminA, "GET", "/decisions", "").into(t, &got); len(got.Items) != 0 {
		t.Errorf("a refused request was recorded: %+v", got.Items)
	}
}

func TestSuspendedTenantReadsButDoesNotDecide(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	off := tenant.Suspended
	if _, err := f.deps.Tenants.Update(t.Context(), evidence.Actor{}, "org_tn_a", tenantA, tenant.Update{Status: &off}); err != nil {
		t.Fatal(err)
	}
	p := f.do(t, adminA, "POST", "/defend", "{}").want(t, 403, fault.TenantSuspended)
	if !strings.Contains(p.Detail, "suspended") || !strings.Contains(p.Detail, "PATCH /api/v1/tenants/tn_a") {
		t.Errorf("no reason or no way out: %s", p.Detail)
	}
	f.do(t, adminA, "POST", "/v1/defend/batch", "{}\n").want(t, 403, fault.TenantSuspended)
	if a := f.do(t, adminA, "GET", "/decisions", ""); a.status != 200 {
		t.Errorf("read: %d", a.status)
	}
}

func TestBatchKeepsOrderAndLosesNoLine(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	var in strings.Builder
	for i := range 50 {
		in.WriteString(attempt(i, "198.51.100.9") + "\n")
		switch i {
		case 10:
			in.WriteString("{\"bad\n")
		case 20:
			in.WriteString("\n") // an empty line is nothing
		case 30:
			in.WriteString(`{"source":"` + strings.Repeat("a", 1<<20) + "\"}\r\n")
		case 40:
			in.WriteString(attempt(5, "198.51.100.9") + "\n") // a repeat
		}
	}
	in.WriteString(attempt(100, "198.51.100.9")) // without a line end
	a := f.do(t, adminA, "POST", "/v1/defend/batch?detail=compact", in.String(), "Content-Type", ndjson)
	if a.status != 200 || a.header.Get("Content-Type") != ndjson {
		t.Fatalf("%d %s", a.status, a.body)
	}
	lines := strings.Split(strings.TrimSuffix(string(a.body), "\n"), "\n")
	if len(lines) != 54 {
		t.Fatalf("%d answers, want 54", len(lines))
	}
	var problems []string
	replayed, decided := 0, 0
	for i, l := range lines {
		var got struct {
			decisionAnswer
			Line    int64    `json:"line"`
			Problem *Problem `json:"problem"`
		}
		if err := json.Unmarshal([]byte(l), &got); err != nil {
			t.Fatalf("answer %d: %v: %.200s", i, err, l)
		}
		switch {
		case got.Problem != nil:
			problems = append(problems, fmt.Sprint(i, " ", got.Line, " ", got.Problem.Code))
		case got.Replayed:
			replayed++
		default:
			decided++
		}
		if strings.Contains(l, `"proof"`) || strings.Contains(l, `"trace"`) {
			t.Errorf("compact answer %d is not: %.300s", i, l)
		}
	}
	if want := []string{"11 12 invalid_json", "32 34 too_large"}; fmt.Sprint(problems) != fmt.Sprint(want) {
		t.Errorf("problems %v, want %v", problems, want)
	}
	if replayed != 1 || decided != 51 {
		t.Errorf("replayed %d, decided %d", replayed, decided)
	}
}

func TestDecisionsAreReadBack(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	var first decisionAnswer
	f.do(t, adminA, "POST", "/defend", attempt(1, "203.0.113.7")).into(t, &first)
	for i := range 4 {
		f.do(t, adminA, "POST", "/defend", fmt.Sprintf(`{"source":"web","event_type":"http_request","payload":{"n":%d}}`, i))
	}
	var rows list[decisionRow]
	f.do(t, adminA, "GET", "/decisions?limit=2", "").into(t, &rows)
	seen := len(rows.Items)
	for rows.NextCursor != "" {
		cursor := rows.NextCursor
		rows = list[decisionRow]{}
		f.do(t, adminA, "GET", "/decisions?limit=2&cursor="+cursor, "").into(t, &rows)
		seen += len(rows.Items)
	}
	if seen != 5 {
		t.Errorf("pages hold %d decisions, want 5", seen)
	}
	for path, want := range map[string]int{
		"/decisions?subject=203.0.113.7": 1, "/decisions?level=high": 1, "/decisions?severity=info": 4, "/decisions?source=web": 4,
		"/feed/live": 5, "/feed/live?only_actionable=true": 1, "/feed/live?q=sshd": 1, "/decisions?from=2026-03-02T00:00:00Z": 0,
	} {
		var got list[map[string]any]
		if f.do(t, adminA, "GET", path, "").into(t, &got); len(got.Items) != want {
			t.Errorf("%s: %d, want %d", path, len(got.Items), want)
		}
	}
	one := f.do(t, adminA, "GET", "/decisions/"+first.DecisionID, "")
	var view struct {
		Event    eventView      `json:"event"`
		Decision decisionAnswer `json:"decision"`
	}
	if one.into(t, &view); !strings.Contains(string(view.Event.Payload), "203.0.113.7") || view.Decision.DecisionID != first.DecisionID || one.header.Get("Etag") == "" {
		t.Errorf("decision: %v %s", one.header, one.body)
	}
	if a := f.do(t, adminA, "GET", "/decisions/"+first.DecisionID, "", "If-None-Match", one.header.Get("Etag")); a.status != 304 || len(a.body) != 0 {
		t.Errorf("revalidation: %d %s", a.status, a.body)
	}
	var rc receipt.Receipt
	if a := f.do(t, adminA, "GET", prefixV1+"/decisions/"+first.DecisionID+"/receipt", ""); a.status != 200 || json.Unmarshal(a.body, &rc) != nil || len(rc.Openings) == 0 {
		t.Errorf("receipt: %d %s", a.status, a.body)
	}
	a := f.do(t, adminA, "GET", "/forensics/snapshot/"+first.EventID, "")
	if a.status != 200 || !strings.Contains(string(a.body), `"openings"`) || !strings.Contains(string(a.body), `"facts"`) {
		t.Errorf("snapshot: %d %s", a.status, a.body)
	}
	// Another tenant finds none of it.
	for _, path := range []string{"/decisions/" + first.DecisionID, prefixV1 + "/decisions/" + first.DecisionID + "/receipt", "/forensics/snapshot/" + first.EventID} {
		f.do(t, adminB, "GET", path, "").want(t, 404, fault.NotFound)
	}
	f.do(t, adminA, "GET", "/decisions/nonsense", "").want(t, 400, fault.Invalid)
	var st statsView
	if f.do(t, adminA, "GET", "/stats", "").into(t, &st); st.Total != 5 || st.BySeverity["high"] != 1 {
		t.Errorf("stats: %+v", st)
	}
	var us usageView
	if f.do(t, adminA, "GET", "/usage", "").into(t, &us); us.Total != 5 || len(us.Hours) != 1 {
		t.Errorf("usage: %+v", us)
	}
	var all list[decisionRow]
	if f.do(t, adminB, "GET", "/decisions", "").into(t, &all); len(all.Items) != 0 {
		t.Errorf("tenant b sees %+v", all.Items)
	}
}

// follow opens a stream and returns a function that gives the next line that
// is not empty.
func follow(t *testing.T, f *fixture, path string, headers ...string) (next func() string, end func()) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", f.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-API-Key", adminA)
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("stream: %d %v", res.StatusCode, res.Header)
	}
	lines := bufio.NewScanner(res.Body)
	return func() string {
		for lines.Scan() {
			if lines.Text() != "" {
				return lines.Text()
			}
		}
		return "end"
	}, func() { res.Body.Close() }
}

func TestStreamResumesAndEndsOnDrain(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{Heartbeat: 50 * time.Millisecond})
	f.do(t, adminA, "POST", "/defend", attempt(1, "203.0.113.7"))
	next, _ := follow(t, f, "/feed/stream")
	if got := next(); got != ": from 2" {
		t.Fatalf("start: %q", got)
	}
	f.do(t, adminA, "POST", "/defend", attempt(2, "203.0.113.7"))
	f.Wake(tenantA)
	line := next()
	for line == ": alive" {
		line = next()
	}
	if data := next(); line != "id: 2" || data != "event: decision" {
		t.Fatalf("event: %q %q", line, data)
	}
	if data := next(); !strings.HasPrefix(data, `data: {"decision_id":"`+logOf(tenantA)+`-2"`) {
		t.Fatalf("data: %q", data)
	}
	for next() != ": alive" { // a quiet stream says that it lives
	}

	again, end := follow(t, f, "/feed/stream?severity=high", "Last-Event-ID", "1")
	if got := again(); got != ": from 2" {
		t.Fatalf("resume: %q", got)
	}
	if got := again(); got != "id: 2" {
		t.Fatalf("resume: %q", got)
	}
	end()
	f.do(t, adminA, "GET", "/feed/stream", "", "Last-Event-ID", "x").want(t, 400, fault.Invalid)
	f.Drain()
	for line = next(); line != "end"; line = next() {
	}
}
