package ruletest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/detect/ruletest"
	"frostgate.io/frostgate/sigma"
)

const rules = `title: A shell
id: 11111111-1111-4111-8111-111111111111
name: shell
level: high
logsource: {product: windows, category: process_creation}
detection:
  s: {Image|endswith: \cmd.exe}
  condition: s
---
title: Refused
id: 22222222-2222-4222-8222-222222222222
logsource: {product: windows}
detection:
  s: {Image|nonsense: x}
  condition: s
---
title: Many shells
id: 33333333-3333-4333-8333-333333333333
level: high
correlation:
  type: event_count
  rules: [shell]
  group-by: [User]
  timespan: 1m
  condition: {gte: 3}
`

const shell = `{Channel: Microsoft-Windows-Sysmon/Operational, EventID: 1, User: %, Image: 'C:\cmd.exe'}`

func run(t *testing.T, text string) []string {
	t.Helper()
	f, err := ruletest.Parse("shell.test.yml", []byte(strings.NewReplacer("SHELL", strings.Replace(shell, "%", "a", 1), "OTHER", strings.Replace(shell, "%", "b", 1)).Replace(text)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := ruletest.New(sigma.Parse("shell.yml", []byte(rules)))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, res := range r.Run(f) {
		out = append(out, res.Problem)
	}
	return out
}

func TestRun(t *testing.T) {
	t.Parallel()
	got := run(t, `rule: 11111111-1111-4111-8111-111111111111
cases:
  - {name: yes, event: SHELL, match: true}
  - {name: no, event: {Channel: Microsoft-Windows-Sysmon/Operational, EventID: 1, Image: x}, match: false}
  - {name: wrong no, event: {Channel: Microsoft-Windows-Sysmon/Operational, EventID: 1, Image: x}, match: true}
  - {name: wrong yes, event: SHELL, match: false}
  - {name: what is this, event: {Image: 'C:\cmd.exe'}, match: false}
  - {name: each time, events: [{repeat: 2, every: 1s, event: SHELL}], alerts: [{after: 1}, {after: 2}]}
`)
	want := []string{
		"", "", "does not match", `matches, but must not: Image = "C:\\cmd.exe" ends with \cmd.exe`,
		"the event is recognised by no pipeline, so no rule is tried on it", "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRunCorrelation(t *testing.T) {
	t.Parallel()
	got := run(t, `rule: 33333333-3333-4333-8333-333333333333
cases:
  - {name: three, events: [{repeat: 4, every: 10s, event: SHELL}], alerts: [{after: 3}]}
  - {name: too slow, events: [{repeat: 4, every: 40s, event: SHELL}], alerts: []}
  - name: two users in turns
    events:
      - {repeat: 3, every: 10s, event: SHELL}
      - {at: 5s, repeat: 3, every: 10s, event: OTHER}
    alerts: [{after: 5}, {after: 6}]
  - {name: wrong, events: [{repeat: 4, every: 10s, event: SHELL}], alerts: [{after: 4}]}
  - {name: wrong silence, events: [{event: SHELL}], alerts: [{after: 1}]}
  - {name: one event, event: SHELL, match: true}
`)
	want := []string{
		"", "", "", "fires after event 3, expected after event 4", "fires never, expected after event 1",
		"the rule looks at several events: give events and alerts",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRunWithoutRule(t *testing.T) {
	t.Parallel()
	if got := run(t, "rule: x\ncases: [{name: a, event: SHELL, match: true}]\n"); !strings.HasPrefix(got[0], "the rule is refused: shell.yml:14: ") {
		t.Errorf("got %q", got)
	}
}

func TestUntested(t *testing.T) {
	t.Parallel()
	r, err := ruletest.New(sigma.Parse("shell.yml", []byte(rules)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"33333333-3333-4333-8333-333333333333"}, r.Untested([]*ruletest.File{{Rule: "11111111-1111-4111-8111-111111111111"}})); diff != "" {
		t.Error(diff)
	}
}
