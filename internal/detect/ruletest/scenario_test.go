package ruletest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/sigma"
)

// third fires from a case's third event on.
type third struct{}

func (third) Has(id string) bool { return id == "rule:third" }

func (third) Begin() func([]byte, time.Time) ([]string, error) {
	n := 0
	return func(request []byte, _ time.Time) ([]string, error) {
		if strings.Contains(string(request), "bad") {
			return nil, errors.New("no request")
		}
		if n++; n >= 3 {
			return []string{"rule:other", "rule:third"}, nil
		}
		return []string{"rule:other"}, nil
	}
}

func TestScenariosAreTested(t *testing.T) {
	t.Parallel()
	f, err := Parse("a.test.yml", []byte(`rule: rule:third
cases:
  - {name: fires once while it goes on, events: [{at: 0s, repeat: 5, every: 1s, event: {a: 1}}], alerts: [{after: 3}]}
  - {name: wrong, events: [{at: 0s, repeat: 5, every: 1s, event: {a: 1}}], alerts: []}
  - {name: one event, event: {a: 1}, match: false}
  - {name: one event is too few, event: {a: 1}, match: true}
  - {name: no request, event: {bad: 1}, match: true}
`))
	if err != nil {
		t.Fatal(err)
	}
	r, err := New(&sigma.Collection{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, res := range r.WithScenarios(third{}).Run(f) {
		got = append(got, res.Problem)
	}
	if d := cmp.Diff([]string{"", "fires after event 3, expected never", "", "does not fire", "no request"}, got); d != "" {
		t.Error(d)
	}
}
