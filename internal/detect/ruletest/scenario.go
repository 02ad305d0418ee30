package ruletest

import (
	"slices"
	"time"
)

// Scenarios decides defend requests by a scenario document.
type Scenarios interface {
	// Has reports whether the document has a scenario.
	Has(id string) bool
	// Begin starts a case without any state. What it returns takes the events in
	// the order of their times and names the scenarios that fire.
	Begin() func(request []byte, at time.Time) (fired []string, err error)
}

// WithScenarios makes the runner take tests of scenarios too. Their events are
// defend requests; an alert is an event on which the scenario fires after one on
// which it does not, for as long as it goes on it fires on each.
func (r *Runner) WithScenarios(s Scenarios) *Runner {
	r.scenarios = s
	return r
}

func (r *Runner) hasScenario(id string) bool { return r.scenarios != nil && r.scenarios.Has(id) }

// scenario is trigger for a scenario.
func (r *Runner) scenario(id string) func(fed) (bool, string) {
	decide, before := r.scenarios.Begin(), false
	return func(e fed) (bool, string) {
		fired, err := decide(e.event, e.at)
		if err != nil {
			return false, err.Error()
		}
		now := slices.Contains(fired, id)
		begins := now && !before
		before = now
		return begins, ""
	}
}

// oneRequest is single for a scenario.
func (r *Runner) oneRequest(f *File, c *Case) string {
	fired, problem := r.scenario(f.Rule)(fed{start, c.Event})
	switch {
	case problem != "":
		return problem
	case c.Match && !fired:
		return "does not fire"
	case !c.Match && fired:
		return "fires, but must not"
	}
	return ""
}
