package policy

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/topdown"
	"pgregory.net/rapid"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/jsondoc"
)

func builtin(t testing.TB, opt Options) *Engine {
	t.Helper()
	doc, err := os.ReadFile("../governance/defaults/policy.rego")
	if err != nil {
		t.Fatal(err)
	}
	return compile(t, string(doc), opt)
}

func compile(t testing.TB, src string, opt Options) *Engine {
	t.Helper()
	e, err := Compile(map[string][]byte{"p.rego": []byte(src)}, opt)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// module is a policy in the right package.
func module(body string) string { return "package frostgate.defend\n" + body }

func payload(t testing.TB, src string) jsondoc.Value {
	t.Helper()
	d, err := jsondoc.Parse([]byte(src), jsondoc.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return d.Root()
}

func sample() Input {
	return Input{
		Event: &domain.Event{
			Tenant: "tn_a", Source: "s", Type: "auth.bruteforce", Persona: domain.Guardian, Ring: domain.Secret, Mission: "m",
			SourceIP: "192.0.2.1", User: "u", Host: "h", FailCount: 10, HasFailCount: true, Time: 1_700_000_000_000_000,
		},
		Score: 90, Anomaly: 750, Level: domain.LevelHigh, Rules: []string{"rule:a"}, Mitigations: []domain.Mitigation{{Action: "block_ip"}},
	}
}

func TestDefaultPolicy(t *testing.T) {
	t.Parallel()
	e := builtin(t, Options{Version: "7"})
	if d := cmp.Diff([]string{"input.event_type", "input.fail_count", "input.tenant_id"}, e.InputPaths()); d != "" {
		t.Error(d)
	}
	in := sample()
	got := e.Eval(t.Context(), in)
	want := domain.PolicyResult{Reasons: []string{"bruteforce_threshold"}, Outcome: OK, Hash: e.Hash(), Version: "7"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	in.Event.FailCount = 9
	if got := e.Eval(t.Context(), in); !got.Allow || got.Outcome != OK || len(got.Reasons) != 0 {
		t.Errorf("%+v", got)
	}
	in.Event.Tenant = ""
	if got := e.Eval(t.Context(), in); got.Allow || !cmp.Equal(got.Reasons, []string{"tenant_missing"}) {
		t.Errorf("%+v", got)
	}
}

// TestInputReachesPolicy compares every field with what Rego sees.
func TestInputReachesPolicy(t *testing.T) {
	t.Parallel()
	p := payload(t, `{"big":9007199254740993,"o":{"k":[1,2.50,"x",null,true]},"other":1}`)
	for name, tc := range map[string]struct {
		cond  string
		paths []string
	}{
		"fields": {`input.tenant_id == "tn_a"; input.source == "s"; input.event_type == "auth.bruteforce"; input.persona == "guardian"
			input.classification == "SECRET"; input.mission_id == "m"; input.src_ip == "192.0.2.1"; input.user == "u"; input.host == "h"
			input.fail_count == 10; input.has_fail_count; input.score == 90; input.threat_level == "high"
			input.rules == ["rule:a"]; input.mitigations[_] == "block_ip"; input.time == 1700000000000000000; input.anomaly_score == 0.75; input.anomaly_score > 0.7`, nil},
		"time builtins":   {`time.weekday(input.time) == "Tuesday"`, []string{"input.time"}},
		"payload path":    {`input.event.big == 9007199254740993; input.event.o.k[1] == 2.5`, []string{"input.event.big", "input.event.o.k"}},
		"payload dynamic": {`some k; input.event[k] == 1; k == "other"`, []string{"input.event"}},
		"absent":          {`not input.event.o.nope`, []string{"input.event.o.nope"}},
		"whole variable":  {`x := input; x.score == 90; x.event.other == 1; x.event.o.k[4]`, []string{"input"}},
		"whole argument":  {`object.get(input, ["event", "o", "k"], []) == [1, 2.5, "x", null, true]`, []string{"input"}},
		"whole iterated":  {`some k, v in input; k == "score"; v == 90`, []string{"input"}},
		"whole dynamic":   {`k := concat("", ["us", "er"]); input[k] == "u"`, []string{"input"}},
		"function":        {"g(input.user)", []string{"input.user"}},
		"function whole":  {"h(input)", []string{"input"}},
		"every":           {`every r in input.rules { startswith(r, "rule:") }`, []string{"input.rules"}},
		"nested index":    {`m := {"u": 1}; m[input.user] == 1`, []string{"input.user"}},
		"with":            {`k with input as {"user": "z"}`, []string{"input"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			extra := ""
			if name == "function" {
				extra = "\ng(x) if x == \"u\""
			}
			if name == "function whole" {
				extra = "\nh(x) if x.user == \"u\""
			}
			if name == "with" {
				extra = "\nk if input.user == \"z\""
			}
			e := compile(t, module("allow if {\n"+tc.cond+"\n}"+extra), Options{})
			in := sample()
			in.Payload = p
			for range 2 { // the second answer may be remembered
				if got := e.Eval(t.Context(), in); !got.Allow {
					t.Errorf("%+v", got)
				}
			}
			if d := cmp.Diff(tc.paths, e.InputPaths()); tc.paths != nil && d != "" {
				t.Error(d)
			}
		})
	}
}

func TestFailsClosed(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ body, outcome string }{
		"undefined":            {`allow if input.user == "nobody"`, Undefined},
		"not a boolean":        {`allow := "yes"`, Failed},
		"conflict":             {"allow := true if input.score > 1\nallow := false if input.score > 2", Failed},
		"builtin error":        {`allow if to_number(input.user) > 1`, Failed},
		"builtin error negate": {"default allow := true\nallow := false if to_number(input.user) > 1", Failed},
		"reasons a number":     {"allow := true\nreasons := 3", Failed},
		"reasons of numbers":   {"allow := true\nreasons := [3]", Failed},
		"obligation gating":    {"allow := true\nobligations := [{\"action\": \"block_ip\", \"gating\": \"alow\"}]", Failed},
		"obligation field":     {"allow := true\nobligations := [{\"action\": \"a\", \"gating\": \"allow\", \"x\": \"y\"}]", Failed},
		"obligation action":    {"allow := true\nobligations := [{\"gating\": \"allow\"}]", Failed},
		"stall":                {"allow if { some a in numbers.range(1, 100000); some b in numbers.range(1, 100000); a * b == -1 }", Timeout},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := compile(t, module(tc.body), Options{})
			for range 2 {
				got := e.Eval(t.Context(), sample())
				if d := cmp.Diff(e.NoAnswer(tc.outcome), got); d != "" {
					t.Fatal(d)
				}
			}
			if got := e.NoAnswer(tc.outcome); got.Allow || got.Obligations[0] != (domain.Obligation{Action: "*", Gating: domain.GateRequireApproval, Reason: "policy_unavailable"}) {
				t.Fatalf("%+v", got)
			}
		})
	}
}

// TestCancelledCallerIsNotRemembered holds that a caller who gave up leaves no
// answer behind for others.
func TestCancelledCallerIsNotRemembered(t *testing.T) {
	t.Parallel()
	e := compile(t, module("allow if count([x | some x in numbers.range(1, 2000); x > 0]) == 2000"), Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := e.Eval(ctx, sample()); got.Outcome != Timeout || got.Allow {
		t.Fatalf("%+v", got)
	}
	if got := e.Eval(t.Context(), sample()); !got.Allow {
		t.Fatalf("%+v", got)
	}
}

func TestObligationsAndReasons(t *testing.T) {
	t.Parallel()
	e := compile(t, module(`allow := true
reasons contains r if some r in ["b", "a"]
obligations contains {"action": "block_ip", "gating": "require_approval", "reason": "why"} if input.score > 1
obligations contains {"action": "*", "gating": "allow"} if input.score > 1`), Options{})
	got := e.Eval(t.Context(), sample())
	want := []domain.Obligation{{Action: "*", Gating: domain.GateAllow}, {Action: "block_ip", Gating: domain.GateRequireApproval, Reason: "why"}}
	if d := cmp.Diff(want, got.Obligations); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"a", "b"}, got.Reasons); d != "" {
		t.Error(d)
	}
}

func TestCompileRefuses(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ src, want string }{
		"empty":         {"", "p.rego"},
		"syntax":        {module("allow if {"), "p.rego:2"},
		"no allow":      {module("deny := true"), "must define allow"},
		"other package": {"package x\nallow := true", "must define allow"},
		"http":          {module(`allow if http.send({"url": "http://x"})`), "p.rego:2: undefined function http.send"},
		"now":           {module(`allow if time.now_ns() > 1`), "undefined function time.now_ns"},
		"random":        {module(`allow if rand.intn("a", 3) > 1`), "undefined function rand.intn"},
		"uuid":          {module(`allow if uuid.rfc4122("a")`), "undefined function uuid.rfc4122"},
		"runtime":       {module(`allow if opa.runtime().env`), "undefined function opa.runtime"},
		"lookup":        {module(`allow if net.lookup_ip_addr("x")`), "undefined function net.lookup_ip_addr"},
		"jwt":           {module(`allow if io.jwt.decode("x")`), "undefined function io.jwt.decode"},
		"unknown input": {module(`allow if input.fail_cuont > 3`), `p.rego:2: input has no field "fail_cuont"`},
		"old syntax":    {module(`allow { true }`), "p.rego:2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Compile(map[string][]byte{"p.rego": []byte(tc.src)}, Options{})
			if err == nil || !strings.Contains(err.Error(), tc.want) || fault.CodeOf(err) != fault.Invalid {
				t.Fatalf("got %v, want %q", err, tc.want)
			}
		})
	}
}

func TestMemoIsPartitioned(t *testing.T) {
	t.Parallel()
	e := builtin(t, Options{})
	in := sample()
	e.Eval(t.Context(), in)
	other := *in.Event
	other.Ring = domain.Unclass
	e.Eval(t.Context(), Input{Event: &other})
	if len(e.memo.parts) != 2 {
		t.Fatalf("%d partitions", len(e.memo.parts))
	}
	for p, a := range e.memo.parts {
		if len(a.young) != 1 {
			t.Errorf("%v holds %d answers", p, len(a.young))
		}
	}
	for i := range int64(5 * maxAnswers) {
		in.Event.FailCount = i
		if got := e.Eval(t.Context(), in); got.Allow != (i < 10) {
			t.Fatalf("%d failures: %+v", i, got)
		}
	}
	if a := e.memo.partition("tn_a", domain.Secret); len(a.young)+len(a.old) > 2*maxAnswers {
		t.Error("the memo grows without bound")
	}
}

// TestMemoAgrees compares remembered answers with fresh ones.
func TestMemoAgrees(t *testing.T) {
	t.Parallel()
	const src = `allow if { input.event.a.b == 1; input.user != "x"; count(input.rules) < 2 }`
	memo, fresh := compile(t, module(src), Options{}), compile(t, module(src), Options{DisableMemo: true})
	for range 2 {
		for _, p := range []string{`{"a":{"b":1}}`, `{"a":{"b":2}}`, `{"a":{"b":1,"c":3}}`, `{"a":1}`, `{}`, `{"a":{"b":"1"}}`} {
			for _, user := range []string{"x", "y", ""} {
				for _, rules := range [][]string{nil, {"a"}, {"a", "b"}} {
					in := sample()
					in.Event.User, in.Payload, in.Rules = user, payload(t, p), rules
					if d := cmp.Diff(fresh.Eval(t.Context(), in), memo.Eval(t.Context(), in), cmp.FilterPath(func(p cmp.Path) bool { return p.String() == "Hash" }, cmp.Ignore())); d != "" {
						t.Errorf("%s %s %v: %s", p, user, rules, d)
					}
				}
			}
		}
	}
}

func TestHash(t *testing.T) {
	t.Parallel()
	a := []byte(module("allow := true"))
	one, _ := Compile(map[string][]byte{"a.rego": a}, Options{})
	with, err := Compile(map[string][]byte{"a.rego": a, "a_test.rego": []byte("package t\ntest_x if true")}, Options{})
	if err != nil || one.Hash() != with.Hash() {
		t.Errorf("tests change the hash: %v", err)
	}
	two, err := Compile(map[string][]byte{"a.rego": a, "b.rego": []byte("package b\nx := 1")}, Options{})
	if err != nil || two.Hash() == one.Hash() {
		t.Errorf("another module doesn't change the hash: %v", err)
	}
}

func TestRegoTests(t *testing.T) {
	t.Parallel()
	mods := map[string][]byte{
		"p.rego":      []byte(module("allow if input.score > 3")),
		"p_test.rego": []byte("package t\nimport data.frostgate.defend\ntest_good if defend.allow with input as {\"score\": 4}\ntest_bad if defend.allow with input as {\"score\": 3}"),
	}
	n, err := Test(t.Context(), mods)
	if n != 1 || err == nil || !strings.Contains(err.Error(), "test_bad") {
		t.Fatalf("%d passed, %v", n, err)
	}
}

// TestConcurrent runs one engine from several goroutines; the race detector looks on.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	for _, e := range []*Engine{builtin(t, Options{}), builtin(t, Options{DisableMemo: true})} {
		var wg sync.WaitGroup
		for g := range int64(4) {
			wg.Go(func() {
				for i := range int64(200) {
					in := sample()
					in.Event.FailCount = (g + i) % 20
					if got := e.Eval(t.Context(), in); got.Allow != (in.Event.FailCount < 10) {
						t.Errorf("%d failures: %+v", in.Event.FailCount, got)
					}
				}
			})
		}
		wg.Wait()
	}
}

func FuzzCompile(f *testing.F) {
	f.Add("allow if input.score > 3")
	f.Add("allow if { some k; input.event[k] == 1 }")
	f.Add("default allow := false\nreasons contains \"x\" if input.event.a.b")
	p := payload(f, `{"a":{"b":1}}`)
	f.Fuzz(func(t *testing.T, body string) {
		e, err := Compile(map[string][]byte{"p.rego": []byte(module(body))}, Options{MaxSteps: 1000, DisableMemo: true})
		if err != nil {
			return
		}
		in := sample()
		in.Payload = p
		a, b := e.Eval(t.Context(), in), e.Eval(t.Context(), in)
		if !cmp.Equal(a, b) {
			t.Fatal(cmp.Diff(a, b))
		}
		if a.Outcome != OK && (a.Allow || len(a.Obligations) != 1) {
			t.Fatalf("%+v", a)
		}
	})
}

func BenchmarkEval(b *testing.B) {
	for name, opt := range map[string]Options{"fresh": {DisableMemo: true}, "memo": {}} {
		b.Run(name, func(b *testing.B) {
			e := builtin(b, opt)
			in := sample()
			in.Payload = payload(b, `{"a":1}`)
			b.ReportAllocs()
			for b.Loop() {
				e.Eval(context.Background(), in)
			}
		})
	}
}

// BenchmarkPlainRego is the same policy through rego.PreparedEvalQuery with the
// whole input as Go maps.
func BenchmarkPlainRego(b *testing.B) {
	doc, err := os.ReadFile("../governance/defaults/policy.rego")
	if err != nil {
		b.Fatal(err)
	}
	q, err := rego.New(rego.Query("data.frostgate.defend"), rego.Module("policy.rego", string(doc)), rego.SetRegoVersion(ast.RegoV1)).PrepareForEval(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	in := map[string]any{
		"tenant_id": "tn_a", "source": "s", "event_type": "auth.bruteforce", "persona": "guardian", "classification": "SECRET", "mission_id": "m",
		"src_ip": "192.0.2.1", "user": "u", "host": "h", "fail_count": 10, "has_fail_count": true, "score": 90, "threat_level": "high",
		"rules": []any{"rule:a"}, "mitigations": []any{"block_ip"}, "time": 1_700_000_000, "event": map[string]any{"a": 1},
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := q.Eval(context.Background(), rego.EvalInput(in)); err != nil {
			b.Fatal(err)
		}
	}
}

// TestRuleCacheAgrees compares the cache with OPA's own over random operations.
func TestRuleCacheAgrees(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		mine, theirs := topdown.VirtualCache(newRuleCache()), topdown.NewVirtualCache()
		ref := rapid.Custom(func(r *rapid.T) ast.Ref {
			out := ast.Ref{ast.DefaultRootDocument}
			for range rapid.IntRange(0, 3).Draw(r, "depth") {
				out = append(out, ast.StringTerm(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(r, "name")))
			}
			return append(out, ast.IntNumberTerm(rapid.IntRange(0, 20).Draw(r, "n")))
		})
		depth := 0
		for range rapid.IntRange(1, 80).Draw(r, "ops") {
			switch op := rapid.IntRange(0, 11).Draw(r, "op"); {
			case op == 0:
				mine.Push()
				theirs.Push()
				depth++
			case op == 1 && depth > 0:
				mine.Pop()
				theirs.Pop()
				depth--
			case op < 8:
				k := ref.Draw(r, "put")
				if v, undefined := theirs.Get(k); v != nil || undefined {
					continue // results are final
				}
				var v *ast.Term
				if rapid.Bool().Draw(r, "defined") {
					v = ast.IntNumberTerm(rapid.IntRange(0, 9).Draw(r, "value"))
				}
				mine.Put(k, v)
				theirs.Put(k, v)
			}
			k := ref.Draw(r, "get")
			mv, mu := mine.Get(k)
			tv, tu := theirs.Get(k)
			if mv != tv || mu != tu {
				r.Fatalf("%v: %v %t, want %v %t", k, mv, mu, tv, tu)
			}
			if len(mine.Keys()) != len(theirs.Keys()) {
				r.Fatalf("%d keys, want %d", len(mine.Keys()), len(theirs.Keys()))
			}
		}
	})
}

// TestManyRules evaluates more rules than the small cache holds.
func TestManyRules(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("allow if r39 == 40\nf(x) := x + 1\nr0 := 1\n")
	for i := 1; i < 40; i++ {
		fmt.Fprintf(&b, "r%d := f(r%d)\n", i, i-1)
	}
	if got := compile(t, module(b.String()), Options{}).Eval(t.Context(), sample()); !got.Allow {
		t.Fatalf("%+v", got)
	}
}
