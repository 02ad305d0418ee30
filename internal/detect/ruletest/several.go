package ruletest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"frostgate.io/frostgate/sigma"
	"frostgate.io/frostgate/sigma/correlate"
)

// start is when every case of several events begins: at midnight on a Monday,
// so that no window is cut by chance.
var start = time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC)

// fed is one event of a case with its time.
type fed struct {
	at    time.Time
	event []byte
}

// feed lays out the events of a case in the order of their times; those of one
// time come in the order of the steps.
func (c *Case) feed() []fed {
	var out []fed
	for _, s := range c.Steps {
		for n := range s.Repeat {
			out = append(out, fed{start.Add(s.At + time.Duration(n)*s.Every), s.Event})
		}
	}
	slices.SortStableFunc(out, func(a, b fed) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	return out
}

// several feeds a case's events and compares when the rule fires.
func (r *Runner) several(f *File, c *Case) string {
	fires, problem := r.trigger(f.Rule)
	if problem != "" {
		return problem
	}
	var got []int
	for i, e := range c.feed() {
		fired, problem := fires(e)
		if problem != "" {
			return fmt.Sprintf("event %d: %s", i+1, problem)
		}
		if fired {
			got = append(got, i+1)
		}
	}
	if slices.Equal(got, c.Alerts) {
		return ""
	}
	return fmt.Sprintf("fires %s, expected %s", afters(got), afters(c.Alerts))
}

func afters(at []int) string {
	if len(at) == 0 {
		return "never"
	}
	words := make([]string, len(at))
	for i, n := range at {
		words[i] = fmt.Sprint(n)
	}
	if len(words) > 12 {
		words = append(words[:12], "...")
	}
	return "after event " + strings.Join(words, ", ")
}

// trigger gives what says whether one more event makes the rule fire.
func (r *Runner) trigger(id string) (fires func(fed) (bool, string), problem string) {
	if r.hasScenario(id) {
		return r.scenario(id), ""
	}
	m := r.set.NewMatcher()
	match := func(e fed) ([]sigma.Match, string) {
		found, err := m.Match(e.event)
		if err != nil {
			return nil, err.Error()
		}
		if m.Pipeline() == "" {
			return nil, unrecognised
		}
		return found, ""
	}
	if r.correlation(id) == nil {
		return func(e fed) (bool, string) {
			found, problem := match(e)
			return slices.ContainsFunc(found, func(x sigma.Match) bool { return x.Rule.ID == id }), problem
		}, ""
	}
	k := correlate.New(r.rules, 0)
	for _, bad := range k.Refused() {
		if c := r.correlation(id); bad.File == c.File && bad.Line == c.Line {
			return nil, "the correlation is refused: " + bad.Reason
		}
	}
	return func(e fed) (bool, string) {
		found, problem := match(e)
		if problem != "" {
			return false, problem
		}
		rules, by := make([]*sigma.Rule, len(found)), map[*sigma.Rule]sigma.Match{}
		for i, x := range found {
			rules[i], by[x.Rule] = x.Rule, x
		}
		alerts := k.Add(e.at, rules, func(rule *sigma.Rule, name string) (string, bool) { return m.Field(by[rule], name) })
		return slices.ContainsFunc(alerts, func(a correlate.Alert) bool { return a.Correlation.ID == id }), ""
	}, ""
}
