package detect

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/jsondoc"
)

func builtin(t testing.TB) *Set {
	t.Helper()
	doc, err := os.ReadFile("../governance/defaults/scenarios.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return compile(t, string(doc))
}

func compile(t testing.TB, doc string) *Set {
	t.Helper()
	s, err := Compile(Documents{Scenarios: []byte(doc)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func payload(t testing.TB, src string) jsondoc.Value {
	t.Helper()
	d, err := jsondoc.Parse([]byte(src), jsondoc.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return d.Root()
}

// scenarioWith is a document of one scenario.
func scenarioWith(when string) string {
	return "version: \"1\"\nwindows:\n  - {name: w, when: 'true', key: src_ip, span: 1m}\nscenarios:\n  - id: r\n    points: 30\n    when: >-\n      " +
		when + "\ndefault: {id: d}\n"
}

func TestBuiltin(t *testing.T) {
	t.Parallel()
	s := builtin(t)
	seen := func(n int64) []domain.WindowFact {
		return []domain.WindowFact{{Window: "failed_logins_by_ip", Key: "192.0.2.7", Count: n}}
	}
	const ip = "192.0.2.7"
	for _, tc := range []struct {
		name    string
		ev      domain.Event
		windows []domain.WindowFact
		fired   string
		points  int
		conf    domain.Milli // of the block_ip; 0: none
	}{
		{"normal", domain.Event{Type: "http_request"}, nil, "rule:default_allow", 0, 0},
		{"auth 5", domain.Event{Type: "auth", SourceIP: ip, FailCount: 5, HasFailCount: true}, nil, "rule:ssh_bruteforce", 90, 920},
		{"auth_attempt 5", domain.Event{Type: "auth_attempt", SourceIP: ip, FailCount: 5, HasFailCount: true}, nil, "rule:ssh_bruteforce", 90, 920},
		{"login 500", domain.Event{Type: "login", SourceIP: ip, FailCount: 500, HasFailCount: true}, nil, "rule:ssh_bruteforce", 90, 920},
		{"bruteforce 10", domain.Event{Type: "auth.bruteforce", SourceIP: ip, FailCount: 10, HasFailCount: true}, nil, "rule:ssh_bruteforce", 90, 920},
		{"auth 4", domain.Event{Type: "auth", SourceIP: ip, FailCount: 4, HasFailCount: true}, nil, "rule:default_allow", 0, 0},
		{"auth 9, no address", domain.Event{Type: "auth", FailCount: 9, HasFailCount: true}, nil, "rule:default_allow", 0, 0},
		{"other type 9", domain.Event{Type: "custom_event", SourceIP: ip, FailCount: 9, HasFailCount: true}, nil, "rule:default_allow", 0, 0},
		{"other type 10", domain.Event{Type: "custom_event", SourceIP: ip, FailCount: 10, HasFailCount: true}, nil, "rule:ssh_bruteforce", 90, 850},
		{"window 4", domain.Event{Type: "auth", SourceIP: ip, FailCount: 1, HasFailCount: true}, seen(4), "rule:default_allow", 0, 0},
		{"window 5", domain.Event{Type: "auth", SourceIP: ip, FailCount: 1, HasFailCount: true}, seen(5), "rule:ssh_bruteforce", 90, 850},
		{"bruteforce, no count", domain.Event{Type: "auth.bruteforce", SourceIP: ip}, nil, "rule:missing_failed_count", 40, 0},
		{"bruteforce, window, no count", domain.Event{Type: "auth.bruteforce", SourceIP: ip}, seen(6), "rule:ssh_bruteforce,rule:missing_failed_count", 130, 850},
		{"language model", domain.Event{Type: "suspicious_llm_usage"}, nil, "rule:ai-assisted-attack", 60, 0},
		{
			"language model, 10 failures",
			domain.Event{Type: "suspicious_llm_usage", SourceIP: ip, FailCount: 10, HasFailCount: true},
			nil,
			"rule:ssh_bruteforce,rule:ai-assisted-attack", 150, 850,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := s.Evaluate(&tc.ev, jsondoc.Value{}, nil, tc.windows)
			if f := strings.Join(got.Fired, ","); f != tc.fired || got.Points != tc.points {
				t.Fatalf("fired %s with %d points, want %s with %d", f, got.Points, tc.fired, tc.points)
			}
			var want []domain.Mitigation
			if tc.conf != 0 {
				want = []domain.Mitigation{{Action: "block_ip", Target: ip, TargetKind: "ip", TTLSeconds: 3600, Reason: "rule:ssh_bruteforce", Confidence: tc.conf}}
			}
			if d := cmp.Diff(want, got.Mitigations); d != "" {
				t.Fatal(d)
			}
			for _, h := range got.Hits {
				for _, v := range h.Values {
					if v.Name == "error" {
						t.Errorf("%s: %s", h.Rule, v.Value)
					}
				}
			}
		})
	}
}

func TestWindowHits(t *testing.T) {
	t.Parallel()
	s := builtin(t)
	for _, tc := range []struct {
		name    string
		ev      domain.Event
		payload string
		want    bool
	}{
		{"one failure", domain.Event{Type: "auth", SourceIP: "192.0.2.7", FailCount: 1, HasFailCount: true}, `{}`, true},
		{"outcome failure", domain.Event{Type: "login", SourceIP: "192.0.2.7"}, `{"outcome":"failure"}`, true},
		{"outcome success", domain.Event{Type: "login", SourceIP: "192.0.2.7"}, `{"outcome":"success"}`, false},
		{"outcome of another type", domain.Event{Type: "login", SourceIP: "192.0.2.7"}, `{"outcome":{"a":1}}`, false},
		{"no outcome", domain.Event{Type: "login", SourceIP: "192.0.2.7"}, `{}`, false},
		{"a sum", domain.Event{Type: "auth", SourceIP: "192.0.2.7", FailCount: 3, HasFailCount: true}, `{"outcome":"failure"}`, false},
		{"another type", domain.Event{Type: "http_request", SourceIP: "192.0.2.7", FailCount: 1}, `{}`, false},
		{"no address", domain.Event{Type: "auth", FailCount: 1}, `{}`, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var want []WindowKey
			if tc.want {
				want = []WindowKey{{Window: "failed_logins_by_ip", Key: "192.0.2.7", Span: 10 * time.Minute}}
			}
			got := slices.DeleteFunc(s.WindowHits(&tc.ev, payload(t, tc.payload), nil), func(k WindowKey) bool { return k.Window != "failed_logins_by_ip" })
			if len(got) == 0 {
				got = nil
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Fatal(d)
			}
		})
	}
}

func TestFlips(t *testing.T) {
	t.Parallel()
	s := builtin(t)
	ev := domain.Event{Type: "auth", SourceIP: "192.0.2.7", FailCount: 7, HasFailCount: true}
	got := s.Evaluate(&ev, jsondoc.Value{}, nil, nil)
	if len(got.Flips) != 2 || got.Flips[0].Change != "fail_count were 4 instead of 7" {
		t.Fatalf("flips of a fired rule: %+v", got.Flips)
	}
	changed := got.Flips[0].Apply(ev)
	if after := s.Evaluate(&changed, jsondoc.Value{}, nil, nil); after.Points != 0 || ev.FailCount != 7 {
		t.Fatalf("the flip leaves %v", after.Fired)
	}
	quiet := domain.Event{Type: "auth", FailCount: 9, HasFailCount: true}
	flipped := false
	for _, f := range s.Evaluate(&quiet, jsondoc.Value{}, nil, nil).Flips {
		c := f.Apply(quiet)
		flipped = flipped || s.Evaluate(&c, jsondoc.Value{}, nil, nil).Points == 90
	}
	if !flipped {
		t.Error("no flip makes nine failures without an address fire")
	}
}

func TestExpressions(t *testing.T) {
	t.Parallel()
	doc := `{"s":"text","n":9007199254740993,"f":1.5,"b":true,"z":null,"l":[1,"a",{"k":2}],"o":{"b":1,"a":2}}`
	ev := domain.Event{Type: "t", Source: "src", User: "u", Host: "h", Persona: domain.Guardian, Ring: domain.Secret, Mission: "m"}
	for when, want := range map[string]bool{
		`payload.s == "text" && payload.n == 9007199254740993 && payload.f > 1 && payload.b && payload.z == null`: true,
		`payload.n == 9007199254740992`:                                          false,
		`payload.l[0] == 1 && payload.l[2].k == 2 && size(payload.l) == 3`:       true,
		`"a" in payload.o && !("c" in payload.o) && size(payload.o) == 2`:        true,
		`payload.o.map(k, k) == ["a", "b"]`:                                      true,
		`payload.o == {"a": 2, "b": 1}`:                                          true,
		`payload["s"].matches("^te.t$")`:                                         true,
		`window.w == 3 && window["w"] == 3`:                                      true,
		`source == "src" && user == "u" && host == "h" && persona == "guardian"`: true,
		`classification == "SECRET" && mission == "m" && !has_fail_count`:        true,
		`has(payload.nothing.deeper)`:                                            false, // an error: not matched
		`payload.s > 3`:                                                          false,
		`payload.missing == 1 || payload.b`:                                      true,
	} {
		s := compile(t, scenarioWith(when))
		got := s.Evaluate(&ev, payload(t, doc), nil, []domain.WindowFact{{Window: "w", Count: 3}})
		if (got.Points == 30) != want {
			t.Errorf("%s: %+v", when, got)
		}
	}
}

func TestErrorsAreNamedNotMatched(t *testing.T) {
	t.Parallel()
	s := compile(t, scenarioWith(`payload.missing == 1`))
	for src, want := range map[string]string{`{}`: "no such key", `[]`: "evaluation failed", `{"missing":2}`: ""} {
		got := s.Evaluate(&domain.Event{Type: "t"}, payload(t, src), nil, nil)
		var said string
		for _, h := range got.Hits {
			for _, v := range h.Values {
				said = v.Value
			}
		}
		if got.Fired[0] != "d" || said != want {
			t.Errorf("%s: %+v", src, got)
		}
	}
}

func TestHostileExpressionIsBounded(t *testing.T) {
	t.Parallel()
	big := `{"l":[` + strings.Repeat("1,", 20000) + `1]}`
	s := compile(t, scenarioWith(`payload.l.exists(a, payload.l.exists(b, payload.l.exists(c, a + b + c == 5)))`))
	got := s.Evaluate(&domain.Event{Type: "t"}, payload(t, big), nil, nil)
	if got.Fired[0] != "d" || got.Hits[0].Values[0].Value != "cost limit exceeded" {
		t.Fatalf("%+v", got)
	}
}

func TestCompileRefuses(t *testing.T) {
	t.Parallel()
	good := scenarioWith("true")
	for name, tc := range map[string]struct{ doc, want string }{
		"empty":             {"", "is empty"},
		"unknown field":     {strings.Replace(good, "points", "pionts", 1), "line 6: field pionts not found"},
		"two documents":     {good + "---\n" + good, "one YAML document"},
		"duplicate key":     {good + "version: \"2\"\n", "already defined"},
		"no version":        {strings.Replace(good, `version: "1"`, `version: ""`, 1), "version: is missing"},
		"syntax":            {scenarioWith("fail_count >"), "line 7, scenarios/0/when: Syntax error"},
		"unknown name":      {scenarioWith("fail_cuont > 1"), "undeclared reference to 'fail_cuont'"},
		"not a boolean":     {scenarioWith("fail_count"), "gives int, must give bool"},
		"unknown window":    {scenarioWith("window.x > 1"), `"x" is not a window`},
		"unknown window []": {scenarioWith(`window["x"] > 1`), `"x" is not a window`},
		"bad span":          {strings.Replace(good, "span: 1m", "span: 1x", 1), "line 3, windows/0/span"},
		"bad key":           {strings.Replace(good, "key: src_ip", "key: nope", 1), `"nope" is not an event field`},
		"points":            {strings.Replace(good, "points: 30", "points: -1", 1), "outside 0 to 1000"},
		"no default":        {strings.Replace(good, "default: {id: d}", "", 1), "default/id"},
		"bad value":         {strings.Replace(good, "    points", "    values: [x]\n    points", 1), "values/0"},
		"bad flip":          {strings.Replace(good, "    points", "    flips: [{change: a, set: {fail_count: x}}]\n    points", 1), "can't be set"},
		"bad placeholder":   {strings.Replace(good, "    points", "    flips: [{change: 'a {x}', set: {fail_count: '1'}}]\n    points", 1), "{x} is not"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Compile(Documents{Scenarios: []byte(tc.doc)})
			if err == nil || !strings.Contains(err.Error(), tc.want) || fault.CodeOf(err) != fault.Invalid {
				t.Fatalf("got %v, want %q", err, tc.want)
			}
		})
	}
}

// TestConcurrent runs one set from several goroutines; the race detector looks on.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	s := builtin(t)
	p := payload(t, `{"outcome":"failure"}`)
	var wg sync.WaitGroup
	for g := range int64(4) {
		wg.Go(func() {
			for i := range int64(300) {
				ev := domain.Event{Type: "auth", SourceIP: "192.0.2.1", FailCount: (g + i) % 10, HasFailCount: true}
				s.WindowHits(&ev, p, nil)
				if got := s.Evaluate(&ev, p, nil, nil); (got.Points == 90) != (ev.FailCount >= 5) {
					t.Errorf("%d failures: %v", ev.FailCount, got.Fired)
				}
			}
		})
	}
	wg.Wait()
}

func FuzzCompile(f *testing.F) {
	doc, _ := os.ReadFile("../governance/defaults/scenarios.yaml")
	f.Add(string(doc))
	f.Add(scenarioWith("payload.l.exists(x, x > window.w)"))
	f.Add(scenarioWith(`payload.s.matches("a+")`))
	for _, w := range []string{
		`kind: distinct, when: "true", key: [src_ip, payload.o.k], of: payload.s, limit: 3, span: 1m`,
		`kind: sequence, key: src_ip, span: 1m, steps: [{when: "true", count: 2}, {detections: [x]}]`,
		`kind: ratio, when: "true", key: payload.l.0 | user, hit: fail_count > 1, least: 1, span: 1m`,
		`kind: first_seen, when: "true", key: src_ip, learn: 1s, span: 1m, lateness: 1s`,
		`kind: percentile, percent: 9, when: "true", key: src_ip, of: payload.o.k, span: 1m`,
	} {
		f.Add(windowsWith(w))
	}
	f.Add("version: \"1\"\nscenarios:\n  - {id: r, when: \"true\", escalate: {key: src_ip, forget: 1h}, mitigations: [{action: a, target: src_ip, confidence: 1, ttl: [1s, 2s]}]}\ndefault: {id: d}\n")
	ev := domain.Event{Type: "auth", SourceIP: "192.0.2.1", FailCount: 5}
	p := payload(f, `{"l":[1,2],"s":"aaa","o":{"k":1}}`)
	f.Fuzz(func(t *testing.T, doc string) {
		s, err := Compile(Documents{Scenarios: []byte(doc)})
		if err != nil {
			return
		}
		x, y := NewRehearsal(s), NewRehearsal(s)
		for i := range domain.Micros(3) {
			ev.Time = received + i*1_000_000
			a, af := x.Decide(&ev, p, nil)
			b, bf := y.Decide(&ev, p, nil)
			if !cmp.Equal(a, b) || !cmp.Equal(af, bf) {
				t.Fatal(cmp.Diff(a, b), cmp.Diff(af, bf))
			}
		}
	})
}

func BenchmarkPredicate(b *testing.B) {
	for name, when := range map[string]string{
		"string":        `event_type == "nope"`,
		"count":         `fail_count >= 10 && src_ip != ""`,
		"in_list":       `event_type in ["auth", "auth.bruteforce", "auth_attempt", "login"]`,
		"window":        `window.w >= 5`,
		"payload":       `payload.user == "x"`,
		"comprehension": `payload.l.exists(x, x == 3)`,
	} {
		b.Run(name, func(b *testing.B) {
			s := compile(b, scenarioWith(when))
			ev := domain.Event{Type: "auth", SourceIP: "192.0.2.1", FailCount: 5}
			p := payload(b, `{"l":[1,2,3],"user":"y"}`)
			b.ReportAllocs()
			for b.Loop() {
				s.Evaluate(&ev, p, nil, nil)
			}
		})
	}
}

func BenchmarkBuiltin(b *testing.B) {
	s := builtin(b)
	for name, ev := range map[string]domain.Event{
		"quiet": {Type: "http_request", SourceIP: "192.0.2.1"},
		"fired": {Type: "auth", SourceIP: "192.0.2.1", FailCount: 5, HasFailCount: true},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.WindowHits(&ev, jsondoc.Value{}, nil)
				s.Evaluate(&ev, jsondoc.Value{}, nil, nil)
			}
		})
	}
}

// BenchmarkEight evaluates eight scenarios that all look at the event.
func BenchmarkEight(b *testing.B) {
	var doc strings.Builder
	doc.WriteString("version: \"1\"\nscenarios:\n")
	for _, id := range "abcdefgh" {
		doc.WriteString("  - {id: " + string(id) + ", points: 10, when: 'event_type == \"x" + string(id) + "\" && fail_count > 5 || user == \"root\" && host == \"" + string(id) + "\"'}\n")
	}
	doc.WriteString("default: {id: none}\n")
	s := compile(b, doc.String())
	ev := domain.Event{Type: "auth", SourceIP: "192.0.2.1", FailCount: 5, User: "root"}
	b.ReportAllocs()
	for b.Loop() {
		s.Evaluate(&ev, jsondoc.Value{}, nil, nil)
	}
}
