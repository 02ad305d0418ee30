package correlate

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/sigma"
)

// rules are two base rules; correlations follow.
const rules = `
title: Failed login
name: failed_login
logsource: {product: windows, service: security}
detection: {s: {EventID: 4625}, condition: s}
---
title: Login
name: login
logsource: {product: windows, service: security}
detection: {s: {EventID: 4624}, condition: s}
---
`

func collection(t testing.TB, correlations string) *sigma.Collection {
	t.Helper()
	c := sigma.Parse("t.yml", []byte(rules+correlations))
	if len(c.Refused) > 0 {
		t.Fatal(c.Refused)
	}
	return c
}

// happening is one event of a test: seconds, the rules that it matches by name
// and its fields.
type happening struct {
	at      int64
	matched string
	fields  map[string]string
}

// feed returns what fired, as "after event N: title (group) number".
func feed(t testing.TB, c *sigma.Collection, events []happening) []string {
	t.Helper()
	k := New(c, 0)
	if len(k.Refused()) > 0 {
		t.Fatal(k.Refused())
	}
	var out []string
	for i, e := range events {
		var matched []*sigma.Rule
		for _, r := range c.Rules {
			if strings.Contains(","+e.matched+",", ","+r.Name+",") {
				matched = append(matched, r)
			}
		}
		at := time.UnixMicro(start + e.at*second)
		for _, a := range k.Add(at, matched, func(_ *sigma.Rule, n string) (string, bool) { v, ok := e.fields[n]; return v, ok }) {
			out = append(out, fmt.Sprintf("%d: %s %v %g", i+1, a.Correlation.Title, a.Group, a.Number))
		}
	}
	return out
}

func logins(list ...string) []happening {
	var out []happening
	for _, l := range list {
		var e happening
		var user, ip, n string
		if _, err := fmt.Sscan(l, &e.at, &e.matched, &user, &ip, &n); err != nil {
			panic(err)
		}
		e.fields = map[string]string{"TargetUserName": user, "IpAddress": ip, "n": n, "SubjectUserName": user}
		out = append(out, e)
	}
	return out
}

func TestCorrelations(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, doc string
		events    []happening
		want      []string
	}{
		{
			"event_count by group, told once per span",
			"title: Brute force\ncorrelation: {type: event_count, rules: [failed_login], group-by: [IpAddress], timespan: 1m, condition: {gte: 3}}\n",
			logins("0 failed_login a 1 0", "1 failed_login a 2 0", "2 failed_login b 1 0", "3 failed_login c 1 0", "4 failed_login c 1 0", "5 failed_login a 2 0", "62 failed_login a 1 0", "63 failed_login a 1 0", "64 failed_login a 1 0"),
			[]string{"4: Brute force [1] 3", "8: Brute force [1] 3"},
		},
		{
			"value_count",
			"title: Spray\ncorrelation: {type: value_count, rules: [failed_login], group-by: [IpAddress], timespan: 1m, condition: {field: TargetUserName, gt: 2}}\n",
			logins("0 failed_login a 1 0", "1 failed_login a 1 0", "2 failed_login b 1 0", "3 failed_login c 1 0"),
			[]string{"4: Spray [1] 3"},
		},
		{
			"temporal_ordered with aliases",
			"title: Success after failure\ncorrelation:\n  type: temporal_ordered\n  rules: [failed_login, login]\n  group-by: [who]\n  timespan: 1m\n  aliases: {who: {failed_login: TargetUserName, login: SubjectUserName}}\n",
			logins("0 login a 1 0", "1 failed_login a 1 0", "2 login b 1 0", "3 login a 1 0", "80 failed_login a 1 0", "141 login a 1 0"),
			[]string{"4: Success after failure [a] 2"},
		},
		{
			"temporal in any order",
			"title: Both\ncorrelation: {type: temporal, rules: [failed_login, login], group-by: [IpAddress], timespan: 1m}\n",
			logins("0 login a 1 0", "1 login a 1 0", "2 failed_login a 1 0"),
			[]string{"3: Both [1] 2"},
		},
		{
			"temporal with an expression",
			"title: Only failures\ncorrelation: {type: temporal, rules: [failed_login, login], group-by: [IpAddress], timespan: 1m, condition: failed_login and not login}\n",
			logins("0 login a 1 0", "1 failed_login a 1 0", "2 failed_login a 2 0"),
			[]string{"3: Only failures [2] 1"},
		},
		{
			"value_sum, avg, median, percentile",
			"title: Sum\ncorrelation: {type: value_sum, rules: [login], timespan: 1h, condition: {field: n, gt: 5.5}}\n---\n" +
				"title: Avg\ncorrelation: {type: value_avg, rules: [login], timespan: 1h, condition: {field: n, gte: 3}}\n---\n" +
				"title: Median\ncorrelation: {type: value_median, rules: [login], timespan: 1h, condition: {field: n, eq: 7}}\n---\n" +
				"title: P90\ncorrelation: {type: value_percentile, rules: [login], timespan: 1h, condition: {field: n, percentile: 90, gt: 6}}\n",
			logins("0 login a 1 1", "1 login a 1 2.5", "2 login a 1 2.25", "3 login a 1 7"),
			[]string{"3: Sum [] 5.75", "4: Avg [] 3.187", "4: P90 [] 7"},
		},
		{
			"a chain, whose links are quiet",
			"title: Many failures\nname: many\ncorrelation: {type: event_count, rules: [failed_login], group-by: [IpAddress, TargetUserName], timespan: 1m, condition: {gte: 2}}\n---\n" +
				"title: Many failures, then in\ncorrelation: {type: temporal_ordered, rules: [many, login], group-by: [TargetUserName], timespan: 1h}\n",
			logins("0 failed_login a 1 0", "1 login a 1 0", "2 failed_login a 1 0", "3 login b 1 0", "4 login a 1 0"),
			[]string{"5: Many failures, then in [a] 2"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if d := cmp.Diff(c.want, feed(t, collection(t, c.doc), c.events)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestQuietRules(t *testing.T) {
	t.Parallel()
	c := collection(t, "title: A\ncorrelation: {type: event_count, rules: [failed_login, login], timespan: 1m, condition: {gte: 3}}\n---\n"+
		"title: B\ngenerate: true\ncorrelation: {type: event_count, rules: [login], timespan: 1m, condition: {gte: 3}, generate: true}\n")
	k := New(c, 0)
	if !k.Quiet(c.Rules[0]) || k.Quiet(c.Rules[1]) {
		t.Error("quiet are the rules of which no correlation says generate")
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]string{
		"title: A\ncorrelation: {type: event_count, rules: [nobody], timespan: 1m, condition: {gte: 3}}\n":                                                                                                              `"nobody"`,
		"title: A\nname: a\ncorrelation: {type: event_count, rules: [b], timespan: 1m, condition: {gte: 3}}\n---\ntitle: B\nname: b\ncorrelation: {type: event_count, rules: [a], timespan: 1m, condition: {gte: 3}}\n": "circle",
		"title: A\ncorrelation: {type: value_count, rules: [login], timespan: 1m, condition: {field: n, gte: 100000}}\n":                                                                                                "limit",
		"title: A\ncorrelation: {type: temporal_ordered, rules: [login, failed_login], timespan: 1m, condition: login or failed_login}\n":                                                                               "order",
	} {
		plans, refused := Compile(collection(t, doc))
		if len(plans) > 0 || len(refused) == 0 || !strings.Contains(refused[0].Reason, want) || refused[0].File != "t.yml" || refused[0].Line == 0 {
			t.Errorf("%s: %v", doc, refused)
		}
	}
}

func TestFieldsThatPlansAskFor(t *testing.T) {
	t.Parallel()
	c := collection(t, "title: A\nname: a\ncorrelation:\n  type: value_count\n  rules: [failed_login]\n  group-by: [who]\n  timespan: 1m\n  condition: {field: IpAddress, gte: 3}\n  aliases: {who: {failed_login: TargetUserName}}\n---\n"+
		"title: B\ncorrelation: {type: temporal, rules: [a, login], group-by: [host], timespan: 1m}\n")
	plans, _ := Compile(c)
	got := Fields(plans)
	want := map[*sigma.Rule][]string{c.Rules[0]: {"IpAddress", "TargetUserName", "host"}, c.Rules[1]: {"host"}}
	if len(got) != 2 || cmp.Diff(want[c.Rules[0]], got[c.Rules[0]]) != "" || cmp.Diff(want[c.Rules[1]], got[c.Rules[1]]) != "" {
		t.Error(got)
	}
}

func TestThousandths(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"0": 0, "12": 12000, "-3": -3000, "1.5": 1500, "1.2349": 1234, "1e3": 1e6, "99999999999999999999": 1<<63 - 1, "-1e300": -1 << 63,
	} {
		if got, ok := Thousandths(text); !ok || got != want {
			t.Errorf("%q: %d %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "x", "0x10", "Inf", "NaN", "1_000", "1 2"} {
		if _, ok := Thousandths(text); ok {
			t.Errorf("%q is taken for a number", text)
		}
	}
}
