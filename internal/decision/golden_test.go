package decision_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/governance"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
)

// update pins the present outputs; it refuses unless the version in
// golden/golden.json was raised first:
//
//	go test ./internal/decision -run TestGolden -update
var update = flag.Bool("update", false, "pin the outputs of a raised version of the golden scenarios")

const (
	goldenFile   = "golden/golden.json"
	versionsFile = "testdata/golden_versions.json"
)

// pinned is one line of the history: what a version pinned.
type pinned struct {
	Version int64  `json:"version"`
	Digest  string `json:"digest"`
}

func defaultRuleset(t testing.TB) *decision.Ruleset {
	t.Helper()
	rs, err := governance.DefaultRuleset()
	if err != nil {
		t.Fatal(err)
	}
	return rs
}

func TestGoldenScenarios(t *testing.T) {
	t.Parallel()
	rs := defaultRuleset(t)
	history := readHistory(t)
	if *update {
		pin(t, rs, history)
		return
	}
	results := decision.RunGolden(rs)
	if len(results) != 8 {
		t.Errorf("%d scenarios", len(results))
	}
	for _, r := range results {
		if !r.OK {
			t.Errorf("%s: %s\n(a wanted change: raise the version in %s, then run with -update)", r.Name, strings.Join(r.Problems, "; "), goldenFile)
		}
	}
	set, err := decision.Golden()
	if err != nil {
		t.Fatal(err)
	}
	if err := checkHistory(set, history); err != nil {
		t.Error(err)
	}
}

// checkHistory demands that the set is the newest version and pins what that
// version pinned from the first.
func checkHistory(set *decision.GoldenSet, history []pinned) error {
	if !slices.IsSortedFunc(history, func(a, b pinned) int { return int(a.Version - b.Version) }) || len(history) == 0 {
		return fmt.Errorf("%s is empty or out of order", versionsFile)
	}
	if last := history[len(history)-1]; last.Version != set.Version || last.Digest != set.Digest() {
		return fmt.Errorf("golden scenarios version %d pin %s, the history ends with version %d pinning %s: raise the version", set.Version, set.Digest(), last.Version, last.Digest)
	}
	return nil
}

// repin gives the set with the outputs of now, if its version allows that.
func repin(set *decision.GoldenSet, rs *decision.Ruleset, history []pinned) ([]pinned, error) {
	for i, r := range set.Run(rs) {
		for _, p := range r.Problems {
			if !strings.HasPrefix(p, "output hash is") {
				return nil, fmt.Errorf("%s: %s", r.Name, p)
			}
		}
		set.Scenarios[i].Output = r.Got
	}
	line := pinned{set.Version, set.Digest()}
	if len(history) > 0 {
		switch last := history[len(history)-1]; {
		case last == line:
			return history, nil
		case set.Version <= last.Version:
			return nil, fmt.Errorf("outputs changed and version %d is pinned already: raise the version first", last.Version)
		}
	}
	return append(history, line), nil
}

func pin(t *testing.T, rs *decision.Ruleset, history []pinned) {
	t.Helper()
	set, err := decision.Golden()
	if err != nil {
		t.Fatal(err)
	}
	if history, err = repin(set, rs, history); err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]any{goldenFile: set, versionsFile: history} {
		b, err := json.Marshal(v, jsontext.WithIndent("  "))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, append(b, '\n'), 0o644); err != nil { //nolint:gosec // a file of the repository
			t.Fatal(err)
		}
	}
}

func readHistory(t *testing.T) []pinned {
	t.Helper()
	b, err := os.ReadFile(versionsFile)
	if err != nil {
		t.Fatal(err)
	}
	var history []pinned
	if err := json.Unmarshal(b, &history, json.RejectUnknownMembers(true)); err != nil {
		t.Fatal(err)
	}
	return history
}

func TestGoldenHashNeedsANewVersion(t *testing.T) {
	t.Parallel()
	rs := defaultRuleset(t)
	set, err := decision.Golden()
	if err != nil {
		t.Fatal(err)
	}
	history := readHistory(t)
	changed := *rs
	changed.Version = "other"
	for _, r := range set.Run(&changed) {
		if r.OK || len(r.Problems) != 1 {
			t.Errorf("%s: another ruleset gives %v", r.Name, r.Problems)
		}
	}
	if _, err := repin(set, &changed, history); err == nil {
		t.Error("hashes were pinned anew under the same version")
	}
	if err := checkHistory(set, history); err == nil { // repin changed the outputs
		t.Error("changed hashes pass under the same version")
	}
	set.Version++
	longer, err := repin(set, &changed, slices.Clone(history))
	if err != nil || len(longer) != len(history)+1 || checkHistory(set, longer) != nil {
		t.Errorf("a raised version is refused: %v", err)
	}
	if got := set.Run(&changed); !got[0].OK {
		t.Errorf("after pinning: %v", got[0].Problems)
	}
}

func TestGoldenReportsWhatDiffers(t *testing.T) {
	t.Parallel()
	set, err := decision.Golden()
	if err != nil {
		t.Fatal(err)
	}
	set.Scenarios[1].Expect.Level = domain.LevelLow
	set.Scenarios[1].Expect.Gating = domain.GateReject
	set.Scenarios[2].Request = jsontext.Value(`{"timestamp":"yesterday"}`)
	got := set.Run(defaultRuleset(t))
	want := []string{"level is high, want low", "gating is allow, want reject"}
	if d := cmp.Diff(want, got[1].Problems); d != "" {
		t.Error(d)
	}
	if got[2].OK || got[2].Got != "" || !strings.Contains(got[2].Problems[0], "RFC 3339") {
		t.Errorf("bad request: %+v", got[2])
	}
}

func FuzzParseGolden(f *testing.F) {
	b, err := os.ReadFile(goldenFile)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"version":1,"tenant":"t","scenarios":[{"name":"a","request":{}}]}`))
	rs := defaultRuleset(f)
	f.Fuzz(func(t *testing.T, doc []byte) {
		set, err := decision.ParseGolden(doc)
		if err != nil {
			return
		}
		for _, r := range set.Run(rs) {
			if r.OK != (len(r.Problems) == 0) {
				t.Fatalf("%+v", r)
			}
		}
	})
}

// TestEngageAgreesWithEvaluate holds the two callers of doctrine, impact and
// gate to the same result.
func TestEngageAgreesWithEvaluate(t *testing.T) {
	t.Parallel()
	rs := defaultRuleset(t)
	for _, persona := range []domain.Persona{domain.Guardian, domain.Sentinel} {
		for _, ring := range domain.Rings() {
			for _, mission := range []*domain.MissionFact{
				nil, {Mission: "m", Valid: true, Allowed: []string{"block_ip"}, BudgetLeft: -1, BlastCap: 100}, {Mission: "m", Reason: "expired", BlastCap: -1},
			} {
				ev := domain.Event{Tenant: "t", Type: "auth", SourceIP: "192.0.2.1", FailCount: 5, HasFailCount: true, Persona: persona, Ring: ring, Mission: "m"}
				facts := domain.StateFacts{Mission: mission}
				full := decision.Evaluate(rs, &facts, &ev, decision.Request{}.Payload, nil)
				proposed := []domain.Mitigation{{Action: "block_ip", Target: "192.0.2.1", TargetKind: "ip", TTLSeconds: 3600, Reason: "rule:ssh_bruteforce", Confidence: 920}}
				got := decision.Engage(rs, &facts, &ev, proposed)
				if d := cmp.Diff(full.Mitigations, got.Mitigations); d != "" {
					t.Errorf("%s %s: %s", persona, ring, d)
				}
				if d := cmp.Diff(full.TieD, got.TieD); d != "" {
					t.Errorf("%s %s: %s", persona, ring, d)
				}
				if d := cmp.Diff(full.Steps, got.Steps); d != "" {
					t.Errorf("%s %s: %s", persona, ring, d)
				}
			}
		}
	}
}

func TestRingsShareNothing(t *testing.T) {
	t.Parallel()
	for _, c := range decision.ProbeRings(domain.Unclass, domain.Secret) {
		if !c.OK {
			t.Errorf("%s: %s", c.Name, c.Detail)
		}
	}
	// The probe can fail: a ring does share with itself.
	for _, c := range decision.ProbeRings(domain.Secret, domain.Secret) {
		if c.OK {
			t.Errorf("%s finds no trace of a ring in itself: %s", c.Name, c.Detail)
		}
	}
}
