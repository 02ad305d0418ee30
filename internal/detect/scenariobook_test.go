package detect

import (
	"fmt"
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
	if len(spray.Windows) != 1 || spray.Windows[0].Needs != ">= 10" || spray.Windows[0].Kind != "distinct" || spray.Windows[0].Of != "user" || spray.Windows[0].Span != "30m" || spray.Line == 0 {
		t.Errorf("spray %+v", spray)
	}
	if d := cmp.Diff([]MitigationInfo{{"block_ip", "src_ip", []string{"1h", "6h", "24h"}}}, spray.Mitigations); d != "" {
		t.Error(d)
	}
	if seq := find("rule:login_after_failures").Windows[0]; len(seq.Steps) != 2 || seq.Steps[0].Count != 5 || seq.Steps[1].Count != 1 {
		t.Errorf("sequence %+v", seq)
	}
	if both := find("rule:mass_deletion").Windows; len(both) != 2 || both[1].Needs != ">= 200" {
		t.Errorf("two windows %+v", both)
	}
	// The first use that compares says the number.
	if w := find("rule:ssh_bruteforce").Windows; len(w) != 1 || w[0].Needs != ">= 5" {
		t.Errorf("brute force %+v", w)
	}
	if len(book.Responses) != 1 || book.Responses[0].Level != "critical" || book.Responses[0].Action != "isolate_host" {
		t.Errorf("responses %+v", book.Responses)
	}
	book, err = ReadScenarios([]byte(`version: "1"
windows:
  - {name: share, kind: ratio, when: "true", hit: payload.failed == true, key: src_ip, span: 1h}
  - {name: middle, kind: median, when: "true", of: payload.bytes, key: host, span: 1h}
  - {name: high, kind: percentile, percent: 95, when: "true", of: payload.bytes, key: host, span: 1h}
  - {name: both, kind: all_of, key: user, span: 1h, steps: [{when: host == "a"}, {detections: [attack.t1059]}]}
  - {name: fresh, kind: first_seen, when: "true", key: user, of: src_ip, learn: 168h, span: 720h}
  - {name: fast, kind: leaky, when: "true", key: user, span: 1m}
scenarios:
  - {id: rule:x, title: X, points: 10, when: "window.share > 0 && window.share >= 300 && window.middle < 5 && window.high != 7 && window.both <= 2 && double(window.fresh) > 0.5 && window.fast > 20 && window.fresh == 1"}
`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range book.Scenarios[0].Windows {
		got = append(got, fmt.Sprintf("%s %q limit %d hit %q least %d learn %q percent %d steps %d", w.Kind, w.Needs, w.Limit, w.Hit, w.Least, w.Learn, w.Percent, len(w.Steps)))
	}
	want := []string{
		`ratio "> 0" limit 0 hit "payload.failed == true" least 10 learn "" percent 0 steps 0`,
		`median "< 5" limit 0 hit "" least 0 learn "" percent 50 steps 0`,
		`percentile "!= 7" limit 0 hit "" least 0 learn "" percent 95 steps 0`,
		`all_of "<= 2" limit 0 hit "" least 0 learn "" percent 0 steps 2`,
		`first_seen "== 1" limit 0 hit "" least 0 learn "168h" percent 0 steps 0`,
		`leaky "> 20" limit 100 hit "" least 0 learn "" percent 0 steps 0`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if _, err := ReadScenarios([]byte("version: [")); err == nil {
		t.Error("a broken document was read")
	}
}
