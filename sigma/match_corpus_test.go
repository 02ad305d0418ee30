package sigma_test

import (
	"bufio"
	"compress/gzip"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/internal/testdata"
	"frostgate.io/frostgate/sigma"
)

// eventLines reads one of the real collections of events.
func eventLines(t testing.TB, name string) [][]byte {
	t.Helper()
	f, err := os.Open(filepath.Join(testdata.Dir(t), "events", name, "events.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 64<<20)
	var out [][]byte
	for lines.Scan() {
		out = append(out, slices.Clone(lines.Bytes()))
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// publicRules loads the rules of SigmaHQ.
func publicRules(t testing.TB) *sigma.Collection {
	t.Helper()
	f, err := os.Open(filepath.Join(testdata.Dir(t), "events", "sigmahq-rules", "sigma-rules.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c, err := sigma.LoadTar(f, sigma.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestRegressionCases: every event that SigmaHQ keeps for a rule is found by it,
// and the explanation of each match names values that are in the event.
func TestRegressionCases(t *testing.T) {
	t.Parallel()
	lines := eventLines(t, "sigmahq-regression")
	set, err := sigma.Compile(publicRules(t), sigma.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m := set.NewMatcher()
	events := 0
	for _, line := range lines {
		var c struct {
			Rule   string           `json:"rule_id"`
			Least  *int             `json:"match_count"`
			Events []jsontext.Value `json:"events"`
		}
		if err := json.Unmarshal(line, &c); err != nil {
			t.Fatal(err)
		}
		hits := 0
		for _, ev := range c.Events {
			events++
			found, err := m.Match(ev)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range found {
				if f.Rule.ID == c.Rule {
					hits++
					if len(m.Explain(f)) == 0 {
						t.Errorf("%s matches without an explanation", c.Rule)
					}
				}
			}
		}
		least := 1
		if c.Least != nil {
			least = *c.Least
		}
		if hits < least {
			t.Errorf("%s: %d of %d events found, %d are wanted", c.Rule, hits, len(c.Events), least)
		}
	}
	t.Logf("%d rules, %d events", len(lines), events)
}
