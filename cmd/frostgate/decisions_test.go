package main

import (
	"errors"
	"slices"
	"testing"

	frostgate "frostgate.io/frostgate/sdk/go"
)

func TestDecisionsAreListedByTitles(t *testing.T) {
	t.Parallel()
	d := frostgate.DecisionItem{Rules: []string{"sigma:a", "rule:b", "sigma:c"}, RuleTitles: []string{"Backup program", "", ""}}
	broken := errors.New("gone")
	var got []string
	var last error
	for x, err := range titledDecisions(func(yield func(frostgate.DecisionItem, error) bool) {
		_ = yield(d, nil) && yield(frostgate.DecisionItem{}, broken)
	}) {
		got, last = append(got, x.RuleTitles...), err
	}
	if !slices.Equal(got, []string{"Backup program", "rule:b", "sigma:c"}) || !errors.Is(last, broken) || d.RuleTitles[1] != "" {
		t.Errorf("%q, %v", got, last)
	}
}
