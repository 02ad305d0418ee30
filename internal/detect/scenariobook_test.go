package detect

import (
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestScenariosToRead(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../governance/defaults/scenarios.yaml")
	if err != nil {
		t.Fatal(err)
	}
	book, err := ReadScenarios(doc)
	if err != nil {
		t.Fatal(err)
	}
	find := func(id string) ScenarioInfo {
		i := slices.IndexFunc(book.Scenarios, func(s ScenarioInfo) bool { return s.ID == id })
		if i < 0 {
			t.Fatalf("no %s", id)
		}
		return book.Scenarios[i]
	}
	spray := find("rule:password_spray")
	if len(spray.Windows) != 1 || spray.Windows[0].Least != ">= 10" || spray.Windows[0].Kind != "distinct" || spray.Windows[0].Of != "user" || spray.Windows[0].Span != "30m" || spray.Line == 0 {
		t.Errorf("spray %+v", spray)
	}
	if d := cmp.Diff([]MitigationInfo{{"block_ip", "src_ip", []string{"1h", "6h", "24h"}}}, spray.Mitigations); d != "" {
		t.Error(d)
	}
	if seq := find("rule:login_after_failures").Windows[0]; len(seq.Steps) != 2 || seq.Steps[0].Count != 5 || seq.Steps[1].Count != 1 {
		t.Errorf("sequence %+v", seq)
	}
	if both := find("rule:mass_deletion").Windows; len(both) != 2 || both[1].Least != ">= 200" {
		t.Errorf("two windows %+v", both)
	}
	// The first use says the number; one without is used again later.
	if w := find("rule:ssh_bruteforce").Windows; len(w) != 1 || w[0].Least != ">= 5" {
		t.Errorf("brute force %+v", w)
	}
	if len(book.Responses) != 1 || book.Responses[0].Level != "critical" || book.Responses[0].Action != "isolate_host" {
		t.Errorf("responses %+v", book.Responses)
	}
	if _, err := ReadScenarios([]byte("version: [")); err == nil {
		t.Error("a broken document was read")
	}
}
