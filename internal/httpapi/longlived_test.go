package httpapi

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/tenant"
)

// converse opens a batch and returns a function that sends one line and waits
// for its answer.
func converse(t *testing.T, f *fixture, key string) (say func(line string) string) {
	t.Helper()
	// Answers that stay in a buffer end in this, not in a hang.
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	in, out := io.Pipe()
	t.Cleanup(func() { out.Close() })
	context.AfterFunc(ctx, func() { in.CloseWithError(context.DeadlineExceeded) }) // the client waits for its body
	req, err := http.NewRequestWithContext(ctx, "POST", f.url+"/v1/defend/batch?detail=compact", in)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-API-Key", key)
	begun := make(chan *http.Response, 1)
	go func() {
		defer close(begun)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Errorf("batch: %v", err)
			return
		}
		begun <- res
	}()
	var lines *bufio.Scanner
	return func(line string) string {
		t.Helper()
		if _, err := io.WriteString(out, line+"\n"); err != nil {
			t.Fatal(err)
		}
		if lines == nil {
			res, ok := <-begun
			if !ok {
				t.FailNow()
			}
			t.Cleanup(func() { res.Body.Close() })
			lines = bufio.NewScanner(res.Body)
			lines.Buffer(nil, 1<<20)
		}
		if !lines.Scan() {
			t.Fatalf("no answer: %v", lines.Err())
		}
		return lines.Text()
	}
}

func TestBatchAnswersAtOnceAndOutlivesNoRight(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.keys.add("shipper", tenantA, domain.ScopeDefendWrite)
	say := converse(t, f, "shipper")
	status := func(to tenant.Status) {
		t.Helper()
		if _, err := f.deps.Tenants.Update(t.Context(), evidence.Actor{}, "org_tn_a", tenantA, tenant.Update{Status: &to}); err != nil {
			t.Fatal(err)
		}
	}
	for i, step := range []struct {
		change func()
		want   fault.Code // empty: decided
	}{
		{func() {}, ""},
		{func() { status(tenant.Suspended) }, fault.TenantSuspended},
		{func() { status(tenant.Active) }, ""},
		{func() { f.keys.add("shipper", tenantA, domain.ScopeDecisionsRead) }, fault.Forbidden},
		{func() { f.keys.remove("shipper") }, fault.Unauthenticated},
	} {
		step.change()
		text := say(attempt(i, "198.51.100.9"))
		var got struct {
			ID      string   `json:"decision_id"`
			Line    int      `json:"line"`
			Problem *Problem `json:"problem"`
		}
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Fatal(err)
		}
		switch {
		case step.want == "" && got.ID == "":
			t.Errorf("line %d: not decided: %s", i+1, text)
		case step.want != "" && (got.Problem == nil || got.Problem.Code != string(step.want) || got.Line != i+1):
			t.Errorf("line %d: want %s: %s", i+1, step.want, text)
		}
	}
	if got := denials(t, f); len(got) != 3 || !strings.HasPrefix(got[0], "pr_shipper ") {
		t.Errorf("audit: %q", got)
	}
}

// denials lists what the audit knows of refused requests, as "route code times".
func denials(t *testing.T, f *fixture) (out []string) {
	t.Helper()
	if err := f.deps.Denied.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	var got list[auditRecord]
	f.do(t, adminA, "GET", "/audit?outcome=denied", "").into(t, &got)
	for _, r := range got.Items {
		out = append(out, fmt.Sprint(r.Principal, " ", r.Target, " ", r.Times))
	}
	slices.Sort(out)
	return out
}

func TestStreamEndsWithItsRight(t *testing.T) {
	t.Parallel()
	for name, take := range map[string]func(f *fixture){
		"scope lost": func(f *fixture) { f.keys.add("watcher", tenantA, domain.ScopeDefendWrite) },
		"revoked":    func(f *fixture) { f.keys.remove("watcher") },
	} {
		t.Run(name+", next event", func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, Config{Heartbeat: time.Hour})
			f.keys.add("watcher", tenantA, domain.ScopeDecisionsRead)
			next, _ := follow(t, f, "/feed/stream", "X-API-Key", "watcher")
			next()
			take(f)
			f.do(t, adminA, "POST", "/defend", attempt(1, "203.0.113.7"))
			f.Wake(tenantA)
			if got := next(); got != "end" {
				t.Errorf("sent after the right was gone: %q", got)
			}
			if got := denials(t, f); len(got) != 1 || !strings.HasPrefix(got[0], "pr_watcher ") {
				t.Errorf("audit: %q", got)
			}
		})
		t.Run(name+", heartbeat", func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, Config{Heartbeat: 20 * time.Millisecond})
			f.keys.add("watcher", tenantA, domain.ScopeDecisionsRead)
			next, _ := follow(t, f, "/feed/stream", "X-API-Key", "watcher")
			next()
			take(f)
			got := next()
			for n := 0; got == ": alive" && n < 500; n++ {
				got = next()
			}
			if got != "end" {
				t.Errorf("the stream goes on: %q", got)
			}
		})
	}
}

func TestStreamsAreCapped(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	p := f.keys.keys[adminA]
	for range maxKeyStreams {
		if err := f.streams.open(p); err != nil {
			t.Fatal(err)
		}
	}
	if p := f.do(t, adminA, "GET", "/feed/stream", "").want(t, 429, fault.RateLimited); p.Limit != limitKeyStreams || p.RetryAfter == 0 {
		t.Errorf("key: %+v", p)
	}
	for i := range maxTenantStreams - maxKeyStreams {
		other := *p
		other.Key = domain.KeyID(string(rune('a' + i)))
		if err := f.streams.open(&other); err != nil {
			t.Fatal(err)
		}
	}
	f.keys.add("late", tenantA, domain.ScopeDecisionsRead)
	if p := f.do(t, "late", "GET", "/feed/stream", "").want(t, 429, fault.RateLimited); p.Limit != limitTenantStreams {
		t.Errorf("tenant: %+v", p)
	}
	f.streams.close(p)
	next, _ := follow(t, f, "/feed/stream")
	if got := next(); got != ": from 0" {
		t.Errorf("after one closed: %q", got)
	}
}

func TestLastEventIDAheadOfTheLogIsRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.do(t, adminA, "POST", "/defend", attempt(1, "203.0.113.7"))
	for _, id := range []string{"2", "9223372036854775806"} {
		if p := f.do(t, adminA, "GET", "/feed/stream", "", "Last-Event-ID", id).want(t, 400, fault.Invalid); p.Field != "Last-Event-ID" {
			t.Errorf("%s: field %q", id, p.Field)
		}
	}
	next, _ := follow(t, f, "/feed/stream", "Last-Event-ID", "1")
	if got := next(); got != ": from 2" {
		t.Errorf("at the end of the log: %q", got)
	}
}

func TestBatchIdempotencyKeyCoversItsLines(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	// The same line twice: without a timestamp each is an event of its own.
	line := `{"source":"web","event_type":"http_request","payload":{"n":1}}` + "\n"
	ids := func(headers ...string) (ids []string, replayed int) {
		a := f.do(t, adminA, "POST", "/v1/defend/batch?detail=compact", line+line, headers...)
		for text := range strings.Lines(string(a.body)) {
			var got decisionAnswer
			if err := json.Unmarshal([]byte(text), &got); err != nil || got.DecisionID == "" {
				t.Fatalf("%v: %s", err, text)
			}
			ids = append(ids, got.DecisionID)
			if got.Replayed {
				replayed++
			}
		}
		return ids, replayed
	}
	first, n := ids("Idempotency-Key", "k-1")
	again, m := ids("Idempotency-Key", "k-1")
	if n != 0 || m != 2 || len(first) != 2 || first[0] == first[1] || first[0] != again[0] || first[1] != again[1] {
		t.Errorf("first %v (%d replayed), again %v (%d replayed)", first, n, again, m)
	}
	if _, n := ids(); n != 0 {
		t.Errorf("without a key %d were replayed", n)
	}
	f.do(t, adminA, "POST", "/v1/defend/batch", line, "Idempotency-Key", "with space").want(t, 400, fault.Invalid)
}

func TestBatchLineLimitIsExact(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	line := func(n int64) string { return `{"source":"` + strings.Repeat("a", int(n)-13) + `"}` }
	for over, want := range map[int64]string{0: "", 1: limitBody, 2: limitBody, 3: limitBody} {
		for _, end := range []string{"", "\n", "\r\n"} {
			a := f.do(t, adminA, "POST", "/v1/defend/batch?detail=compact", line(maxBody+over)+end)
			var got struct{ Problem Problem }
			a.into(t, &got)
			if got.Problem.Limit != want || want != "" && got.Problem.Code != string(fault.TooLarge) {
				t.Errorf("limit + %d, end %q: %.300s", over, end, a.body)
			}
		}
	}
}
