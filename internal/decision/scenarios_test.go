package decision

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/connector"
	"frostgate.io/frostgate/internal/detect/ruletest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/testdata"
	"frostgate.io/frostgate/sigma"
)

// The default scenarios fire where their tests say so and are silent elsewhere.
func TestDefaultScenarios(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../governance/defaults/scenarios/*.test.yml")
	if err != nil || len(files) < 9 {
		t.Fatalf("%d files of tests: %v", len(files), err)
	}
	runner, err := ruletest.New(&sigma.Collection{})
	if err != nil {
		t.Fatal(err)
	}
	runner.WithScenarios(NewScenarios(defaultRules(t).Detect))
	cases := 0
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := ruletest.Parse(name, data)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range runner.Run(f) {
			if cases++; r.Problem != "" {
				t.Errorf("%s:%d: %s: %s", r.File, r.Line, r.Case, r.Problem)
			}
		}
	}
	if cases < 35 {
		t.Errorf("%d cases", cases)
	}
}

// firings runs a real log through the default scenarios and counts the events on
// which each fires.
func firings(t testing.TB, folder, file string) map[string]int {
	t.Helper()
	path := filepath.Join(testdata.Dir(t), "events", folder, file)
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	p, _, err := connector.Open(f, path, "", connector.Options{Now: domain.Micros(time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC).UnixMicro())})
	if err != nil {
		t.Fatal(err)
	}
	decide := NewScenarios(defaultRules(t).Detect).Begin()
	out := map[string]int{}
	for {
		rec, err := p.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse(time.RFC3339Nano, rec.Timestamp)
		if err != nil {
			t.Fatal(err)
		}
		fired, err := decide(rec.AppendRequest(nil), at)
		if err != nil {
			t.Fatal(err)
		}
		for _, rule := range fired {
			out[rule]++
		}
	}
}

// Attacks in real logs are found, and days of ordinary work stay quiet.
func TestDefaultScenariosOnRealLogs(t *testing.T) {
	if testing.Short() {
		t.Skip("one event after the other by the thousand: left to the long form")
	}
	t.Parallel()
	const brute, spray, quiet = "rule:ssh_bruteforce", "rule:password_spray", "rule:default_allow"
	for _, c := range []struct {
		folder, file string
		want         map[string]int
	}{
		// An account made and given AdministratorAccess; an attack tool that cleans
		// up after itself.
		{"cloudtrail-invictus", "events.jsonl.gz", map[string]int{quiet: 1306, "rule:new_admin": 1, "rule:mass_deletion": 18}},
		{"cloudtrail-mordor", "events.jsonl.gz", map[string]int{quiet: 80}},
		// A dictionary of names from one address, twice; brute force all along.
		{"elastic-authlog", "events.log", map[string]int{quiet: 3338, brute: 221, spray: 32, "rule:login_after_failures": 1}},
		// Kerberos pre-authentication tried for 49 accounts.
		{"evtx-to-mitre-attack", "events.jsonl.gz", map[string]int{quiet: 4508, brute: 99, spray: 94}},
		{"evtx-attack-samples", "events.jsonl.gz", map[string]int{quiet: 3756}},
		{"splunk-capattack", "events.jsonl.gz", map[string]int{quiet: 6915}},
		{"splunk-nxlog", "events.jsonl.gz", map[string]int{quiet: 9508}},
	} {
		t.Run(c.folder, func(t *testing.T) {
			t.Parallel()
			if d := cmp.Diff(c.want, firings(t, c.folder, c.file)); d != "" {
				t.Error(d)
			}
		})
	}
}
