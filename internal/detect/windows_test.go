package detect

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// windowsWith is a document of one window and a scenario that shows its number.
func windowsWith(window string) string {
	return "version: \"1\"\nwindows:\n  - {name: w, " + window + "}\nscenarios:\n  - {id: r, points: 30, when: window.w > 0, values: [window.w]}\ndefault: {id: d}\n"
}

// numbers feeds payloads, a second apart, and gives the window's number after
// each; -1 where the event does not count.
func numbers(t testing.TB, doc string, payloads ...string) []int64 {
	t.Helper()
	r := NewRehearsal(compile(t, doc))
	var out []int64
	for i, p := range payloads {
		at := received + domain.Micros(i)*1_000_000
		ev := domain.Event{Type: "t", SourceIP: "192.0.2.7", User: "u", Time: at, ReceivedAt: at}
		_, facts := r.Decide(&ev, payload(t, p), nil)
		n := int64(-1)
		for _, f := range facts {
			if f.Window == "w" {
				n = f.Count
			}
		}
		out = append(out, n)
	}
	return out
}

func TestWindowKinds(t *testing.T) {
	t.Parallel()
	a, b, none := `{"a":{"b":[{"c":"x"}]},"n":3,"ok":true}`, `{"a":{"b":[{"c":"y"}]},"n":5.9,"ok":false}`, `{"n":"many"}`
	for window, want := range map[string][]int64{
		`when: "true", key: src_ip, span: 1m`:                                                                     {1, 2, 3, 4},
		`kind: count, when: "true", key: src_ip, span: 1m`:                                                        {1, 2, 3, 4},
		`kind: sliding, limit: 3, when: "true", key: src_ip, span: 1m`:                                            {1, 2, 3, 3},
		`kind: leaky, limit: 2, when: "true", key: src_ip, span: 1m`:                                              {1, 2, 2, 2},
		`kind: distinct, when: "true", key: src_ip, of: payload.a.b.0.c, span: 1m`:                                {1, 2, -1, 2},
		`kind: distinct, when: "true", key: src_ip, of: "payload.z | payload.a.b.0.c | user", span: 1m`:           {1, 2, 3, 3},
		`kind: ratio, least: 2, when: "true", key: src_ip, hit: payload.ok == true, span: 1m`:                     {0, 500, 333, 500},
		`kind: sum, when: "true", key: src_ip, of: payload.n, span: 1m`:                                           {3, 8, -1, 11},
		`kind: average, when: "true", key: src_ip, of: payload.n, span: 1m`:                                       {3, 4, -1, 3},
		`kind: median, when: "true", key: src_ip, of: payload.n, span: 1m`:                                        {3, 3, -1, 3},
		`kind: percentile, percent: 99, when: "true", key: src_ip, of: payload.n, span: 1m`:                       {3, 5, -1, 5},
		`kind: sequence, key: src_ip, span: 1m, steps: [{when: payload.ok == true}, {when: payload.ok == false}]`: {1, 2, -1, 1},
		`kind: all_of, key: src_ip, span: 1m, steps: [{when: payload.ok == true}, {when: payload.ok == false}]`:   {1, 2, -1, 2},
		`kind: first_seen, when: "true", key: src_ip, of: payload.a.b.0.c, span: 1h`:                              {1, 1, -1, 0},
		`kind: first_seen, when: "true", key: [src_ip, payload.a.b.0.c], span: 1h`:                                {1, 1, -1, 0},
		`when: "true", key: [src_ip, payload.a.b.0.c], span: 1m`:                                                  {1, 1, -1, 2},
		`when: payload.ok == true, key: payload.ok, span: 1m`:                                                     {1, -1, -1, 2},
		`kind: sliding, when: "true", key: payload.a, span: 1m`:                                                   {-1, -1, -1, -1},
	} {
		t.Run(window, func(t *testing.T) {
			t.Parallel()
			if d := cmp.Diff(want, numbers(t, windowsWith(window), a, b, none, a)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestWindowDocumentsAreRefused(t *testing.T) {
	t.Parallel()
	for window, want := range map[string]string{
		`when: "true", key: src_ip, span: 1m, limit: 3`:                                    "windows/0/limit: belongs to windows with a kind",
		`kind: cuont, when: "true", key: src_ip, span: 1m`:                                 `"cuont" is not a kind`,
		`kind: count, when: "true", key: src_ip, span: 1m, limit: 3`:                       "limit",
		`kind: distinct, when: "true", key: src_ip, span: 1m`:                              "windows/0/of",
		`kind: distinct, when: "true", key: src_ip, of: payload., span: 1m`:                `"payload." is not an event field`,
		`kind: distinct, when: "true", key: src_ip, of: user, limit: 9999, span: 1m`:       "over 256",
		`kind: sliding, when: "true", key: src_ip, of: user, span: 1m`:                     "windows/0/of",
		`kind: ratio, when: "true", key: src_ip, span: 1m`:                                 "windows/0/hit",
		`kind: percentile, percent: 0, when: "true", key: src_ip, of: payload.n, span: 1m`: "percentile 0",
		`kind: sequence, key: src_ip, span: 1m, when: "true"`:                              "0 steps",
		`kind: sequence, key: src_ip, span: 1m, steps: [{count: 2}]`:                       "steps/0/when",
		`kind: sequence, key: src_ip, span: 1m, steps: [{when: "true", count: 99}]`:        "99 events",
		`kind: count, when: "true", key: src_ip, span: 1m, steps: [{when: "true"}]`:        "belongs to sequence",
		`kind: first_seen, when: "true", key: src_ip, learn: 2h, span: 1h`:                 "learn",
		`kind: sliding, when: "true", key: src_ip, learn: 1m, span: 1h`:                    "learn",
		`kind: sliding, when: "true", key: src_ip, lateness: soon, span: 1h`:               "lateness",
		`kind: sliding, when: "true", key: [a, b, c, d, e], span: 1h`:                      "key",
		`kind: sliding, key: src_ip, span: 1h`:                                             "when: is missing",
		`when: "true", key: {a: b}, span: 1h`:                                              "line 3",
		`when: "true", key: payload.a..b, span: 1h`:                                        "payload.a..b",
	} {
		_, err := Compile(Documents{Scenarios: []byte(windowsWith(window))})
		if err == nil || !strings.Contains(err.Error(), want) || fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: got %v, want %q", window, err, want)
		}
	}
}

func TestKeysOfSeveralValuesDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string][]string{}
	for _, parts := range [][]string{{"a", "b"}, {"a | b"}, {"a |", "b"}, {"a", "| b"}, {`a\`, "b"}, {`a\ | b`}, {"a", "b", "c"}, {"a | b", "c"}} {
		key := keyText(parts)
		if other := seen[key]; other != nil && len(parts) > 1 && len(other) > 1 {
			t.Errorf("%q and %q are both %q", parts, other, key)
		}
		seen[key] = parts
	}
	if keyText([]string{"a", ""}) != "" {
		t.Error("a key of which a part is missing")
	}
	long := strings.Repeat("ä", 600)
	if k, l := shortened(long+"1"), shortened(long+"2"); k == l || len(k) > maxKey || !strings.HasPrefix(k, "ää") {
		t.Errorf("%d bytes: %s", len(k), k)
	}
}

func TestExpressionsKnowDetections(t *testing.T) {
	t.Parallel()
	m := &Matched{hits: []hit{
		{ruleMeta: &ruleMeta{id: "sigma:one"}, tags: []string{"attack.t1110", "attack.ta0006"}},
		{ruleMeta: &ruleMeta{id: "sigma:two"}, tags: []string{"attack.t1059"}, suppressed: "tuned:x"},
	}}
	ev := domain.Event{Type: "t"}
	for when, want := range map[string]bool{
		`rules["one"] && rules["sigma:one"] && "one" in rules`:                     true,
		`rules["two"] || "two" in rules || tags["attack.t1059"]`:                   false,
		`tags["attack.t1110"] && "attack.ta0006" in tags && !("attack.x" in tags)`: true,
		`tags.exists(t, t.startsWith("attack.t1110"))`:                             true,
		`size(rules) == 1 && size(tags) == 2`:                                      true,
	} {
		s := compile(t, scenarioWith(when))
		if got := s.Evaluate(&ev, payload(t, "{}"), m, nil); (got.Points == 30) != want {
			t.Errorf("%s: %+v", when, got.Hits)
		}
		if got := s.Evaluate(&ev, payload(t, "{}"), nil, nil); got.Points == 30 {
			t.Errorf("%s holds without detections", when)
		}
	}
}

func TestWindowsOverDetections(t *testing.T) {
	t.Parallel()
	s := compile(t, windowsWith(`detections: [one, attack.t1059], key: src_ip, span: 1m`))
	ev := domain.Event{Type: "t", SourceIP: "192.0.2.7"}
	for name, tc := range map[string]struct {
		hits []hit
		want int
	}{
		"by ID":      {[]hit{{ruleMeta: &ruleMeta{id: "sigma:one"}}}, 1},
		"by tag":     {[]hit{{ruleMeta: &ruleMeta{id: "sigma:x"}, tags: []string{"attack.t1059"}}}, 1},
		"suppressed": {[]hit{{ruleMeta: &ruleMeta{id: "sigma:one"}, suppressed: "tuned:f"}}, 0},
		"another":    {[]hit{{ruleMeta: &ruleMeta{id: "sigma:y"}}}, 0},
	} {
		got := 0
		for _, k := range s.WindowHits(&ev, payload(t, "{}"), &Matched{hits: tc.hits}) {
			if k.Window == "w" {
				got++
			}
		}
		if got != tc.want {
			t.Errorf("%s: %d", name, got)
		}
	}
}

func TestEscalation(t *testing.T) {
	t.Parallel()
	doc := func(more string) string {
		return "version: \"1\"\nscenarios:\n  - id: r\n    points: 30\n    when: payload.hit == true\n    " + more + "\n    mitigations:\n" +
			"      - {action: block_ip, target: src_ip, target_kind: ip, confidence: 900, ttl: [1m, 10m]}\n" +
			"      - {action: notify, target: src_ip, confidence: 900, ttl: 5s}\ndefault: {id: d}\n"
	}
	s := compile(t, doc("escalate: {key: [src_ip, user], forget: 1h}"))
	if s.Layers() != 2 {
		t.Fatalf("%d layers", s.Layers())
	}
	r := NewRehearsal(s)
	fire := func(after time.Duration, ip string) string {
		at := received + domain.Micros(after.Microseconds())
		ev := domain.Event{Type: "t", SourceIP: ip, User: "u", Time: at, ReceivedAt: at}
		got, _ := r.Decide(&ev, payload(t, `{"hit":true}`), nil)
		times := "1"
		for _, v := range got.Hits[0].Values {
			times = v.Value
		}
		return fmt.Sprintf("%d %d %s", got.Mitigations[0].TTLSeconds, got.Mitigations[1].TTLSeconds, times)
	}
	got := []string{fire(0, "a"), fire(59*time.Second, "a"), fire(time.Minute, "a"), fire(time.Minute, "b"), fire(20*time.Minute, "a"), fire(3*time.Hour, "a")}
	want := []string{"60 5 1", "60 5 1", "600 5 2", "60 5 1", "600 5 3", "60 5 1"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for more, want := range map[string]string{
		"escalate: {forget: 0s}": "escalate/forget", "escalate: {key: nobody}": "escalate/key", "escalate: {kye: src_ip}": "not found",
	} {
		if _, err := Compile(Documents{Scenarios: []byte(doc(more))}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", more, err)
		}
	}
	plain := strings.Replace(doc("escalate: {key: src_ip}"), "[1m, 10m]", "1m", 1)
	if _, err := Compile(Documents{Scenarios: []byte(plain)}); err == nil || !strings.Contains(err.Error(), "several durations") {
		t.Errorf("nothing to escalate: %v", err)
	}
}
