package httpapi

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/tenant"
)

const allow = prefixV1 + "/allowlists"

const goodAllow = `{"kind":"ip","value":"192.0.2.1","reason":"office"}`

func TestBadBodies(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	offset := func(n int64) *int64 { return &n }
	for name, tc := range map[string]struct {
		body   string
		header []string
		status int
		code   fault.Code
		field  string
		limit  string
		offset *int64
	}{
		"not JSON":           {body: `{"kind":`, status: 400, code: fault.InvalidJSON, offset: offset(8)},
		"empty":              {body: ` `, status: 400, code: fault.InvalidJSON, offset: offset(1)},
		"trailing":           {body: goodAllow + `x`, status: 400, code: fault.InvalidJSON, offset: offset(int64(len(goodAllow)))},
		"duplicate key":      {body: `{"kind":"ip","kind":"ip"}`, status: 400, code: fault.InvalidJSON, field: "kind", offset: offset(13)},
		"duplicate escaped":  {body: "{\"kind\":\"ip\",\"\\u006bind\":\"ip\"}", status: 400, code: fault.InvalidJSON, field: "kind", offset: offset(13)},
		"invalid UTF-8":      {body: "{\"kind\":\"\xff\"}", status: 400, code: fault.InvalidJSON, offset: offset(9)},
		"NUL":                {body: "{\"kind\":\"\x00\"}", status: 400, code: fault.InvalidJSON, offset: offset(9)},
		"escaped NUL":        {body: `{"kind":"\u0000"}`, status: 400, code: fault.InvalidJSON},
		"lone surrogate":     {body: `{"kind":"\ud800"}`, status: 400, code: fault.InvalidJSON},
		"too deep":           {body: strings.Repeat("[", 65) + strings.Repeat("]", 65), status: 400, code: fault.TooDeep, limit: "json_depth"},
		"too large":          {body: `{"kind":"` + strings.Repeat("a", 1<<20) + `"}`, status: 413, code: fault.TooLarge, limit: "body_bytes"},
		"array":              {body: `[]`, status: 400, code: fault.Invalid, field: "body"},
		"null":               {body: `null`, status: 400, code: fault.Invalid, field: "body"},
		"wrong type":         {body: `{"kind":"ip","value":7,"reason":"r"}`, status: 400, code: fault.Invalid, field: "value"},
		"null field":         {body: `{"kind":"ip","value":null,"reason":"r"}`, status: 400, code: fault.Invalid, field: "value"},
		"missing field":      {body: `{"kind":"ip","value":"192.0.2.1"}`, status: 400, code: fault.Invalid, field: "reason"},
		"unknown field":      {body: `{"kind":"ip","value":"192.0.2.1","reason":"r","reasons":"r"}`, status: 400, code: fault.Invalid, field: "reasons"},
		"case counts":        {body: `{"Kind":"ip","value":"192.0.2.1","reason":"r"}`, status: 400, code: fault.Invalid, field: "Kind"},
		"enum":               {body: `{"kind":"planet","value":"x","reason":"r"}`, status: 400, code: fault.Invalid, field: "kind"},
		"too short":          {body: `{"kind":"ip","value":"","reason":"r"}`, status: 400, code: fault.Invalid, field: "value"},
		"too long":           {body: `{"kind":"ip","value":"192.0.2.1","reason":"` + strings.Repeat("r", 501) + `"}`, status: 400, code: fault.Invalid, field: "reason"},
		"bad time":           {body: `{"kind":"ip","value":"192.0.2.1","reason":"r","expires_at":"tomorrow"}`, status: 400, code: fault.Invalid, field: "expires_at"},
		"feature's refusal":  {body: `{"kind":"ip","value":"nowhere","reason":"r"}`, status: 400, code: fault.Invalid, field: "value"},
		"media type":         {body: goodAllow, header: []string{"Content-Type", "text/xml"}, status: 415, code: codeMedia, field: "Content-Type"},
		"content encoding":   {body: goodAllow, header: []string{"Content-Encoding", "gzip"}, status: 415, code: codeMedia, field: "Content-Encoding"},
		"bad idempotency":    {body: goodAllow, header: []string{"Idempotency-Key", "with space"}, status: 400, code: fault.Invalid, field: "Idempotency-Key"},
		"other origin's tab": {body: goodAllow, header: []string{"Sec-Fetch-Site", "cross-site"}, status: 403, code: codeOrigin},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := f.do(t, adminA, "POST", allow, tc.body, tc.header...).want(t, tc.status, tc.code)
			if p.Field != tc.field || p.Limit != tc.limit {
				t.Errorf("field %q limit %q, want %q and %q: %s", p.Field, p.Limit, tc.field, tc.limit, p.Detail)
			}
			if tc.offset != nil && (p.Offset == nil || *p.Offset != *tc.offset) {
				t.Errorf("offset %v, want %d: %s", p.Offset, *tc.offset, p.Detail)
			}
		})
	}
	t.Cleanup(func() {
		var all list[allowEntry]
		f.do(t, adminA, "GET", allow, "").into(t, &all)
		if len(all.Items) != 0 {
			t.Errorf("bad input was recorded: %+v", all.Items)
		}
	})
}

func TestBadQueriesAndPaths(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	for path, want := range map[string]struct {
		status int
		code   fault.Code
		field  string
	}{
		"/enforcements?activ=true":                    {400, fault.Invalid, "activ"},
		"/enforcements?active=yes":                    {400, fault.Invalid, "active"},
		"/enforcements?active=true&active=false":      {400, fault.Invalid, "active"},
		"/enforcements?limit=0":                       {400, fault.Invalid, "limit"},
		"/enforcements?limit=501":                     {400, fault.Invalid, "limit"},
		"/enforcements?limit=many":                    {400, fault.Invalid, "limit"},
		"/enforcements?cursor=nonsense":               {400, fault.Invalid, "cursor"},
		"/enforcements?a=%zz":                         {400, fault.Invalid, "query"},
		"/enforcements?target=%00":                    {400, fault.Invalid, "target"},
		"/enforcements?target=%ff":                    {400, fault.Invalid, "target"},
		"/allowlists?kind=planet":                     {400, fault.Invalid, "kind"},
		"/audit?from=yesterday":                       {400, fault.Invalid, "from"},
		"/health/live?x=1":                            {400, fault.Invalid, "x"},
		"/enforcements/none":                          {404, fault.NotFound, ""},
		"/nothing/here":                               {404, fault.NotFound, ""},
		"/" + strings.Repeat("a", maxPath+1):          {400, fault.Invalid, ""},
		"/audit?target=" + strings.Repeat("a", 8<<10): {400, fault.Invalid, ""},
	} {
		p := f.do(t, adminA, "GET", path, "").want(t, want.status, want.code)
		if p.Field != want.field {
			t.Errorf("%.60s: field %q, want %q", path, p.Field, want.field)
		}
	}
}

func TestHeaderLimits(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	var many []string
	for i := range 101 {
		many = append(many, fmt.Sprintf("X-Filler-%d", i), "v")
	}
	if p := f.do(t, adminA, "GET", "/health/live", "", many...).want(t, 431, fault.Invalid); p.Limit != limitHeaders {
		t.Errorf("limit %q", p.Limit)
	}
	if p := f.do(t, adminA, "GET", "/health/live", "", "X-Filler", strings.Repeat("v", 17<<10)).want(t, 431, fault.Invalid); p.Limit != limitHeaderBytes {
		t.Errorf("limit %q", p.Limit)
	}
}

func TestMethodNotAllowed(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	a := f.do(t, adminA, "DELETE", allow, "")
	a.want(t, http.StatusMethodNotAllowed, codeMethod)
	if got := a.header.Get("Allow"); got != "GET, HEAD, POST" {
		t.Errorf("Allow: %q", got)
	}
	if a := f.do(t, "", "HEAD", "/health/live", ""); a.status != 200 || len(a.body) != 0 {
		t.Errorf("HEAD: %d %q", a.status, a.body)
	}
}

func TestKeyHeaders(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	who := prefixV1 + "/whoami"
	for name, tc := range map[string]struct {
		headers []string
		status  int
	}{
		"X-API-Key":       {[]string{"X-API-Key", adminA}, 200},
		"Bearer":          {[]string{"Authorization", "Bearer " + adminA}, 200},
		"bearer":          {[]string{"Authorization", "bearer  " + adminA}, 200},
		"both, equal":     {[]string{"Authorization", "Bearer " + adminA, "X-API-Key", adminA}, 200},
		"both, different": {[]string{"Authorization", "Bearer " + adminB, "X-API-Key", adminA}, 400},
		"twice":           {[]string{"X-API-Key", adminA, "X-API-Key", adminB}, 400},
		"Basic":           {[]string{"Authorization", "Basic " + adminA}, 401},
		"empty":           {[]string{"X-API-Key", ""}, 401},
	} {
		if a := f.do(t, "", "GET", who, "", tc.headers...); a.status != tc.status {
			t.Errorf("%s: %d, want %d: %s", name, a.status, tc.status, a.body)
		} else if tc.status != 200 {
			a.problem(t)
		}
	}
	a := f.do(t, "", "GET", who, "")
	if a.header.Get("Www-Authenticate") == "" {
		t.Error("401 without WWW-Authenticate")
	}
}

func TestResponsesCarryTheirHeaders(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	a := f.do(t, adminA, "GET", prefixV1+"/whoami", "", "X-Request-ID", "client-7")
	for name, want := range map[string]string{
		"X-Request-Id": "client-7", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Content-Type": "application/json",
		"Ratelimit-Policy": `"read";q=1000;w=2`, "Ratelimit": `"read";r=999;t=1`,
	} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for _, bad := range []string{"has space", "semi;colon", strings.Repeat("x", 65)} {
		a := f.do(t, "", "GET", "/health/live", "", "X-Request-ID", bad)
		if got := a.header.Get("X-Request-Id"); !strings.HasPrefix(got, "req_") {
			t.Errorf("request ID %q was kept as %q", bad, got)
		}
	}
}

func TestRateLimitIsPerTenantAndClass(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	if _, err := f.deps.Tenants.Update(t.Context(), evidence.Actor{}, "org_tn_a", tenantA, tenant.Update{
		Settings: []byte(`{"rates":{"read":{"per_second":1,"burst":3}}}`),
	}); err != nil {
		t.Fatal(err)
	}
	who := prefixV1 + "/whoami"
	for i := range 3 {
		a := f.do(t, adminA, "GET", who, "")
		if want := fmt.Sprintf(`"read";r=%d;t=%d`, 2-i, i+1); a.status != 200 || a.header.Get("Ratelimit") != want {
			t.Fatalf("request %d: %d %q, want %q", i, a.status, a.header.Get("Ratelimit"), want)
		}
	}
	a := f.do(t, adminA, "GET", who, "")
	p := a.want(t, http.StatusTooManyRequests, fault.RateLimited)
	if p.RetryAfter != 1 || a.header.Get("Retry-After") != "1" || p.Limit != "read" || a.header.Get("Ratelimit-Policy") != `"read";q=3;w=3` {
		t.Errorf("retry after %d, limit %q, headers %v", p.RetryAfter, p.Limit, a.header)
	}
	if a := f.do(t, adminB, "GET", who, ""); a.status != 200 {
		t.Errorf("the other tenant: %d", a.status)
	}
	if a := f.do(t, adminA, "POST", allow, goodAllow); a.status != 201 {
		t.Errorf("the other class: %d", a.status)
	}
	f.clk.Advance(time.Second)
	if a := f.do(t, adminA, "GET", who, ""); a.status != 200 {
		t.Errorf("after waiting: %d", a.status)
	}
}

func TestDeniedRequestsAreAudited(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.keys.add("poor", tenantA)
	for range 3 {
		f.do(t, "poor", "GET", "/audit", "").want(t, 403, fault.Forbidden)
	}
	if err := f.deps.Denied.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	var got list[auditRecord]
	f.do(t, adminA, "GET", "/audit?outcome=denied", "").into(t, &got)
	if len(got.Items) != 1 || got.Items[0].Times != 3 || got.Items[0].Principal != "pr_poor" {
		t.Errorf("audit of denials: %+v", got.Items)
	}
}

// What a feature says by accident stays inside; the log has it with the ID.
func TestUnknownErrorsGiveNothingAway(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.keys.fail = errors.New("pq: password of db01.internal refused")
	a := f.do(t, adminA, "GET", prefixV1+"/whoami", "", "X-Request-ID", "find-me")
	a.want(t, 500, fault.Internal)
	if strings.Contains(string(a.body), "db01") {
		t.Errorf("internal text got out: %s", a.body)
	}
	if log := f.logs.String(); strings.Count(log, "db01") != 1 || !strings.Contains(log, `"request_id":"find-me"`) {
		t.Errorf("the log does not have the error once: %s", log)
	}
	f.keys.fail = fmt.Errorf("read key: %w", fault.Wrap(fault.Unavailable, errors.New("disk full on db01"), "Storage does not answer."))
	a = f.do(t, adminA, "GET", prefixV1+"/whoami", "")
	if a.want(t, 503, fault.Unavailable); a.header.Get("Retry-After") == "" || strings.Contains(string(a.body), "db01") {
		t.Errorf("unavailable: %v %s", a.header, a.body)
	}
}

func TestPanicIsAProblem(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	rt := &Route{
		Method: "GET", Path: "/boom", Access: public, Summary: "s", Tag: "service",
		endpoint: read(func(context.Context, *Call) (live, error) { panic("secret state") }),
	}
	f.metrics.routes[rt] = f.metrics.unknown
	f.mux.Handle("GET /boom", f.serve(rt))
	a := f.do(t, "", "GET", "/boom", "")
	a.want(t, 500, fault.Internal)
	if strings.Contains(string(a.body), "secret") || !strings.Contains(f.logs.String(), "secret state") {
		t.Error("the panic belongs in the log, and only there")
	}
}

func TestKeysAndBodiesAreNotLogged(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.do(t, adminA, "POST", allow, `{"kind":"ip","value":"192.0.2.99","reason":"very-private"}`)
	f.do(t, "wrong-key-value", "GET", allow, "")
	for _, leak := range []string{adminA, "wrong-key-value", "very-private", "192.0.2.99"} {
		if strings.Contains(f.logs.String(), leak) {
			t.Errorf("log holds %q", leak)
		}
	}
}

func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	first := f.do(t, adminA, "POST", allow, goodAllow, "Idempotency-Key", "k1")
	if first.status != 201 || first.header.Get("Idempotent-Replayed") != "" {
		t.Fatalf("first: %d %s", first.status, first.body)
	}
	again := f.do(t, adminA, "POST", allow, goodAllow, "Idempotency-Key", "k1")
	if again.status != 201 || again.header.Get("Idempotent-Replayed") != "true" || string(again.body) != string(first.body) {
		t.Errorf("again: %d %v %s", again.status, again.header, again.body)
	}
	f.do(t, adminA, "POST", allow, `{"kind":"ip","value":"192.0.2.2","reason":"office"}`, "Idempotency-Key", "k1").
		want(t, http.StatusUnprocessableEntity, fault.IdempotencyReuse)
	// A key belongs to its tenant and its principal.
	if a := f.do(t, adminB, "POST", allow, goodAllow, "Idempotency-Key", "k1"); a.status != 201 || a.header.Get("Idempotent-Replayed") != "" {
		t.Errorf("other tenant: %d %s", a.status, a.body)
	}
	// A refusal is not remembered.
	f.do(t, adminA, "POST", allow, `{"kind":"ip","value":"nope","reason":"r"}`, "Idempotency-Key", "k2").want(t, 400, fault.Invalid)
	if a := f.do(t, adminA, "POST", allow, `{"kind":"ip","value":"192.0.2.3","reason":"r"}`, "Idempotency-Key", "k2"); a.status != 201 {
		t.Errorf("after a refusal: %d %s", a.status, a.body)
	}
	// After the retention the key is free again; the feature's own guard answers.
	f.clk.Advance(25 * time.Hour)
	f.do(t, adminA, "POST", allow, goodAllow, "Idempotency-Key", "k1").want(t, http.StatusConflict, fault.Conflict)
}

func TestTenantsDoNotMeet(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	var made allowEntry
	f.do(t, adminA, "POST", allow, goodAllow).into(t, &made)
	f.do(t, adminB, "DELETE", allow+"/"+made.ID, "").want(t, 404, fault.NotFound)
	var seen list[allowEntry]
	f.do(t, adminB, "GET", allow, "").into(t, &seen)
	if len(seen.Items) != 0 {
		t.Errorf("tenant b sees %+v", seen.Items)
	}
	if a := f.do(t, adminA, "DELETE", allow+"/"+made.ID, ""); a.status != 204 {
		t.Errorf("remove: %d %s", a.status, a.body)
	}
	f.do(t, adminB, "GET", prefixV1+"/evidence/logs/00000000000000aa/checkpoint", "").want(t, 404, fault.NotFound)
}

func TestEvidenceReadsAreAudited(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	var v chainVerdict
	a := f.do(t, adminA, "GET", "/forensics/chain/verify", "")
	if a.into(t, &v); !v.Valid || v.Root != v.RecomputedRoot || v.Log != "00000000000000aa" {
		t.Errorf("verdict %+v", v)
	}
	a = f.do(t, adminA, "GET", prefixV1+"/evidence/logs/00000000000000aa/checkpoint", "")
	if a.status != 200 || !strings.Contains(string(a.body), "— ") {
		t.Errorf("checkpoint %d %q", a.status, a.body)
	}
	recs, _, err := f.deps.Audit.List(t.Context(), tenantA, evidence.AuditFilter{Action: "evidence.read"}, "", 10)
	if err != nil || len(recs) != 2 || recs[0].Principal != domain.PrincipalID("pr_"+adminA) {
		t.Errorf("audit %+v, %v", recs, err)
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{Version: "1.2.3"})
	if a := f.do(t, "", "GET", "/health/live", ""); a.status != 200 {
		t.Errorf("live: %d", a.status)
	}
	var got detailedHealth
	a := f.do(t, "", "GET", "/health/ready", "")
	if a.into(t, &got); a.status != 503 || got.Status != "not_ready" {
		t.Errorf("before MarkReady: %d %s", a.status, a.body)
	}
	f.MarkReady()
	a = f.do(t, "", "GET", "/health/ready", "")
	if a.into(t, &got); a.status != 200 || got.Status != "ready" || len(got.Checks) != 1 || !got.Checks[0].OK {
		t.Errorf("ready: %d %s", a.status, a.body)
	}
	f.ready = errors.New("dial db01.internal: refused")
	if a = f.do(t, "", "GET", "/health/ready", ""); a.status != 503 || strings.Contains(string(a.body), "db01") {
		t.Errorf("failing check: %d %s", a.status, a.body)
	}
	a = f.do(t, adminA, "GET", "/health/detailed", "")
	if a.into(t, &got); got.Version != "1.2.3" || got.Checks[0].Reason != "dial db01.internal: refused" || got.Modules[0].Flag == "" {
		t.Errorf("detailed: %s", a.body)
	}
	f.ready = nil
	f.Drain()
	a = f.do(t, "", "GET", "/health/ready", "")
	if a.into(t, &got); a.status != 503 || got.Status != "draining" {
		t.Errorf("draining: %d %s", a.status, a.body)
	}
}

func TestMetricsNeedTheirScopeUnlessOpen(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.do(t, "", "GET", "/metrics", "").want(t, 401, fault.Unauthenticated)
	f.do(t, adminA, "GET", "/enforcements/unlikely-name", "")
	a := f.do(t, adminA, "GET", "/metrics", "")
	if !strings.Contains(string(a.body), `frostgate_http_requests_total{method="GET",route="/api/v1/enforcements/{id}",status="4xx"} 1`) {
		t.Error("no count by route pattern")
	}
	if strings.Contains(string(a.body), "unlikely-name") {
		t.Error("a raw path became a label")
	}
	open := newFixture(t, Config{MetricsOpen: true})
	if a := open.do(t, "", "GET", "/metrics", ""); a.status != 200 {
		t.Errorf("open metrics: %d", a.status)
	}
}

func TestDocsAreSelfContained(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	for _, path := range []string{"/", "/docs"} {
		a := f.do(t, "", "GET", path, "")
		body := string(a.body)
		if a.status != 200 || !strings.Contains(a.header.Get("Content-Security-Policy"), "style-src 'sha256-") {
			t.Errorf("%s: %d %v", path, a.status, a.header)
		}
		for _, bad := range []string{"<script", "src=", "http://www", "https://", "url("} {
			if strings.Contains(body, bad) {
				t.Errorf("%s holds %q", path, bad)
			}
		}
	}
	docs := string(f.do(t, "", "GET", "/docs", "").body)
	for _, rt := range f.table {
		if !strings.Contains(docs, ">"+rt.Path+"<") || !strings.Contains(docs, template.HTMLEscapeString(rt.Summary)) {
			t.Errorf("docs lack %s %s", rt.Method, rt.Path)
		}
	}
	var st contractStatus
	if f.do(t, adminA, "GET", "/contracts/status", "").into(t, &st); !st.Equal || len(st.Hash) != 64 {
		t.Errorf("contract status %+v", st)
	}
	if a := f.do(t, "", "GET", "/openapi.json", ""); !strings.Contains(string(a.body), `"openapi": "3.1.0"`) {
		t.Errorf("openapi.json: %.80s", a.body)
	}
}

// A client that sends its head slowly is cut off by the server's own limit.
func TestSlowHeadIsCutOff(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	if h := NewHTTPServer(f, f.cfg, f.log); h.ReadHeaderTimeout > 10*time.Second || h.ReadTimeout == 0 || h.WriteTimeout == 0 {
		t.Error("the server has no time limits")
	}
	conn, err := net.Dial("tcp", strings.TrimPrefix(f.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /allowlists HTTP/1.1\r\nHost: x\r\nX-API-Key: %s\r\nContent-Length: 100\r\n\r\n{", adminA)
	_ = conn.(*net.TCPConn).CloseWrite()
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusBadRequest {
		t.Errorf("a cut body gave %d", res.StatusCode)
	}
}

func TestETag(t *testing.T) {
	t.Parallel()
	tag := etagOf([]byte(`{"a":1}`))
	for header, want := range map[string]bool{"": false, "*": true, tag: true, `"x", ` + tag: true, "W/" + tag: true, `"x"`: false} {
		if matches(header, tag) != want {
			t.Errorf("matches(%q) = %v", header, !want)
		}
	}
}
