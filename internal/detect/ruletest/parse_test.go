package ruletest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/detect/ruletest"
)

const good = `rule: r1
cases:
  - name: an event
    event: {a: 1, b: "1", c: [true, null, 0x10, 1.50], 'd e': {f: 2026-01-02T03:04:05Z}, g: ~, h: ''}
    match: true
  - name: more than one
    events:
      - {at: 0s, repeat: 3, every: 10s, event: &e {a: 1}}
      - {at: 1h, event: *e}
    alerts: [{after: 2}, {after: 4}]
  - name: silence
    events: [{event: {}}]
    alerts: []
`

func TestParse(t *testing.T) {
	t.Parallel()
	f, err := ruletest.Parse("x.test.yml", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	want := &ruletest.File{Name: "x.test.yml", Rule: "r1", Cases: []ruletest.Case{
		{Name: "an event", Line: 3, Match: true, Event: []byte(`{"a":1,"b":"1","c":[true,null,"0x10",1.50],"d e":{"f":"2026-01-02T03:04:05Z"},"g":null,"h":""}`)},
		{Name: "more than one", Line: 6, Alerts: []int{2, 4}, Steps: []ruletest.Step{
			{Repeat: 3, Every: 10 * time.Second, Event: []byte(`{"a":1}`)},
			{At: time.Hour, Repeat: 1, Event: []byte(`{"a":1}`)},
		}},
		{Name: "silence", Line: 11, Steps: []ruletest.Step{{Repeat: 1, Event: []byte(`{}`)}}},
	}}
	if diff := cmp.Diff(want, f); diff != "" {
		t.Error(diff)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, want string }{
		"unknown key":      {"rule: x\ncase: []\n", `f:2: unknown key "case"`},
		"twice":            {"rule: x\nrule: y\ncases: []\n", "f:2: \"rule\" occurs twice"},
		"no rule":          {"cases: [{name: a, event: {}, match: true}]\n", "f:1: rule:"},
		"no cases":         {"rule: x\ncases: []\n", "f:1: cases:"},
		"no name":          {"rule: x\ncases:\n  - {event: {}, match: true}\n", "f:3: name:"},
		"half":             {"rule: x\ncases:\n  - {name: a, event: {}}\n", "f:3: a case has"},
		"both":             {"rule: x\ncases:\n  - {name: a, event: {}, match: true, alerts: []}\n", "f:3: a case has"},
		"no event":         {"rule: x\ncases:\n  - {name: a, event: [], match: true}\n", "f:3: an event is a map"},
		"name twice":       {"rule: x\ncases:\n  - {name: a, event: {b: 1, b: 2}, match: true}\n", "f:3: the event is no valid JSON"},
		"match":            {"rule: x\ncases:\n  - {name: a, event: {}, match: 7}\n", "f:3: match:"},
		"time span":        {"rule: x\ncases:\n  - {name: a, events: [{at: soon, event: {}}], alerts: []}\n", "f:3: want a time span"},
		"too many":         {"rule: x\ncases:\n  - {name: a, events: [{repeat: 2000000, event: {}}], alerts: []}\n", "f:3: a case has at most"},
		"descending":       {"rule: x\ncases:\n  - {name: a, events: [{event: {}}], alerts: [{after: 2}, {after: 1}]}\n", "f:3: after:"},
		"two documents":    {"rule: x\n---\nrule: y\n", "one YAML document"},
		"nothing":          {"", "f: EOF"},
		"a cycle":          {"rule: x\ncases:\n  - {name: a, event: &e {b: *e}, match: true}\n", "f:"},
		"names of members": {"rule: x\ncases:\n  - {name: a, event: {[b]: 1}, match: true}\n", "f:3: the name of a member"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := ruletest.Parse("f", []byte(c.in)); err == nil || !strings.HasPrefix(err.Error(), "f:") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("rule: x\ncases:\n  - {name: a, event: &e {b: [*e, *e]}, match: true}\n"))
	f.Fuzz(func(_ *testing.T, in []byte) {
		_, _ = ruletest.Parse("f", in) // it has to come to an end
	})
}
