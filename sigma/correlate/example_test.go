package correlate_test

import (
	"fmt"
	"time"

	"frostgate.io/frostgate/sigma"
	"frostgate.io/frostgate/sigma/correlate"
)

// Three failed logins to one host within a minute.
func ExampleCorrelator() {
	c := sigma.Parse("example.yml", []byte(`
title: Failed login
name: failed_login
logsource: {product: linux, service: sshd}
detection: {s: {outcome: failure}, condition: s}
---
title: Brute force
correlation: {type: event_count, rules: [failed_login], group-by: [host], timespan: 1m, condition: {gte: 3}}
`))
	k := correlate.New(c, 0)
	at := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	for i := range 4 {
		// With a sigma.Matcher, rules and fields come from its matches.
		matched := []*sigma.Rule{c.Rules[0]}
		field := func(_ *sigma.Rule, name string) (string, bool) { return "web1", name == "host" }
		for _, a := range k.Add(at.Add(time.Duration(i)*10*time.Second), matched, field) {
			fmt.Println(a.Correlation.Title, a.Group, a.Number)
		}
	}
	fmt.Println("alerts on its own:", !k.Quiet(c.Rules[0]))
	// Output:
	// Brute force [web1] 3
	// alerts on its own: false
}

// A machine is a window's rule; the caller keeps the states.
func ExampleMachine() {
	users := correlate.Machine{Kind: correlate.Distinct, Span: 10 * time.Minute, Limit: 50}
	state := ""
	at := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	for i, user := range []string{"alice", "bob", "alice", "carol"} {
		var r correlate.Reading
		state, r = users.Update(state, correlate.Input{At: at.Add(time.Duration(i) * time.Second).UnixMicro(), Value: correlate.HashOf(user)})
		fmt.Println(user, r.Number)
	}
	// Output:
	// alice 1
	// bob 2
	// alice 2
	// carol 3
}
