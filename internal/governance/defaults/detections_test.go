package defaults_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/detect/ruletest"
	"frostgate.io/frostgate/internal/governance/defaults"
	"frostgate.io/frostgate/sigma"
)

var update = flag.Bool("update", false, "rewrite docs/detections.md")

// atLeast is the size that the set must keep, and its platforms.
const atLeast = 100

var platforms = []struct{ folder, title string }{
	{"windows", "Windows"},
	{"linux", "Linux"},
	{"aws", "AWS"},
	{"entra", "Microsoft Entra ID and Azure"},
	{"m365", "Microsoft 365"},
	{"kubernetes", "Kubernetes"},
	{"okta", "Okta"},
	{"github", "GitHub"},
	{"ai", "AI agents"},
}

func detections(t *testing.T) *sigma.Collection {
	t.Helper()
	c := sigma.ParseArchive(defaults.BuiltinDetections, defaults.Detections(), sigma.LoadOptions{})
	for _, r := range c.Refused {
		t.Errorf("%s:%d: %s", r.File, r.Line, r.Reason)
	}
	return c
}

func TestDetectionsAreTheFiles(t *testing.T) {
	t.Parallel()
	files, err := sigma.ReadArchive(defaults.Detections())
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = f.Name
		data, err := os.ReadFile(filepath.Join("detections", filepath.FromSlash(f.Name)))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(data, f.Data) {
			t.Errorf("%s: not the bytes of the file", f.Name)
		}
	}
	if !slices.IsSorted(names) {
		t.Error("the archive is not sorted")
	}
	if len(files) < atLeast {
		t.Errorf("%d rules, want %d or more", len(files), atLeast)
	}
	if !bytes.Equal(defaults.Detections(), defaults.Detections()) {
		t.Error("two archives differ")
	}
}

func TestDetectionsAreComplete(t *testing.T) {
	t.Parallel()
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	ids, titles := map[string]string{}, map[string]string{}
	c := detections(t)
	for _, r := range c.Rules {
		if other := ids[r.ID]; other != "" || !uuid.MatchString(r.ID) {
			t.Errorf("%s: id %q is no UUID version 4 or that of %s", r.File, r.ID, other)
		}
		ids[r.ID] = r.File
		platform := path.Dir(r.File)
		if other := titles[platform+r.Title]; other != "" {
			t.Errorf("%s: has the title of %s", r.File, other)
		}
		titles[platform+r.Title] = r.File
		for what, missing := range map[string]bool{
			"ATT&CK technique":         len(r.Techniques()) == 0,
			"ATT&CK tactic":            tactics(r) == "",
			"author FrostGate":         r.Author != "FrostGate",
			"licence Apache-2.0":       r.License != "Apache-2.0",
			"level of low or above":    r.Level < sigma.Low,
			"description":              len(r.Description) < 40,
			"false positives":          len(r.FalsePositives) == 0,
			"references":               len(r.References) == 0,
			"status test or stable":    r.Status != "test" && r.Status != "stable",
			"date":                     r.Date == "",
			"product of its own":       r.Logsource.Product == "",
			"one of the known folders": !slices.ContainsFunc(platforms, func(p struct{ folder, title string }) bool { return p.folder == platform }),
		} {
			if missing {
				t.Errorf("%s: lacks %s", r.File, what)
			}
		}
	}
	if len(c.Correlations)+len(c.Filters) > 0 {
		t.Error("the set holds more than rules: this test doesn't check them")
	}
}

// TestDetectionsMatch runs the cases beside each rule.
func TestDetectionsMatch(t *testing.T) {
	t.Parallel()
	c := detections(t)
	set, err := sigma.Compile(c, sigma.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range set.Unserved() {
		t.Errorf("%s: no pipeline serves its logsource", r.File)
	}
	m := set.NewMatcher()
	tested := map[string]bool{}
	for _, r := range set.Rules() {
		name := strings.TrimSuffix(r.File, ".yml") + ".test.yml"
		tested[name] = true
		data, err := os.ReadFile(filepath.Join("detections", filepath.FromSlash(name)))
		if err != nil {
			t.Error(err)
			continue
		}
		file, err := ruletest.Parse(name, data)
		if err != nil {
			t.Error(err)
			continue
		}
		runCases(t, m, r, file)
	}
	all, err := filepath.Glob("detections/*/*.test.yml")
	if err != nil || len(all) != len(tested) {
		t.Errorf("%d files of tests for %d rules (%v)", len(all), len(tested), err)
	}
}

// runCases tries the events of a rule's tests; there must be one that it finds
// and one that it leaves alone.
func runCases(t *testing.T, m *sigma.Matcher, r *sigma.Rule, file *ruletest.File) {
	t.Helper()
	if file.Rule != r.ID {
		t.Errorf("%s: is for rule %s, want %s", file.Name, file.Rule, r.ID)
	}
	seen := map[bool]int{}
	for _, c := range file.Cases {
		found, err := m.Match(c.Event)
		switch {
		case err != nil:
			t.Errorf("%s:%d: %s: %v", file.Name, c.Line, c.Name, err)
		case m.Pipeline() == "":
			t.Errorf("%s:%d: %s: no pipeline knows the event", file.Name, c.Line, c.Name)
		case slices.ContainsFunc(found, func(x sigma.Match) bool { return x.Rule == r }) != c.Match:
			t.Errorf("%s:%d: %s: want match %t", file.Name, c.Line, c.Name, c.Match)
		}
		seen[c.Match]++
	}
	if seen[true] == 0 || seen[false] == 0 {
		t.Errorf("%s: has %d events to find and %d to leave alone, want one of each", file.Name, seen[true], seen[false])
	}
}

func TestDetectionsPage(t *testing.T) {
	t.Parallel()
	const name = "../../../docs/detections.md"
	want := page(detections(t).Rules)
	if *update {
		if err := os.WriteFile(name, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("docs/detections.md is not of these rules: run go test ./internal/governance/defaults -update (-want +got)\n%s", diff)
	}
}

// page lists the rules by platform.
func page(rules []*sigma.Rule) []byte {
	var b bytes.Buffer
	b.WriteString(pageHead)
	for _, p := range platforms {
		fmt.Fprintf(&b, "| [%s](#%s) | %d |\n", p.title, strings.ReplaceAll(strings.ToLower(p.title), " ", "-"), len(rulesOf(rules, p.folder)))
	}
	fmt.Fprintf(&b, "| all | %d |\n", len(rules))
	for _, p := range platforms {
		fmt.Fprintf(&b, "\n## %s\n\n| rule | level | ATT&CK | events |\n|---|---|---|---|\n", p.title)
		for _, r := range rulesOf(rules, p.folder) {
			fmt.Fprintf(&b, "| [%s](../internal/governance/defaults/detections/%s) | %s | %s: %s | %s |\n",
				strings.ReplaceAll(r.Title, "|", `\|`), r.File, r.Level, tactics(r), strings.Join(r.Techniques(), ", "), source(r.Logsource))
		}
	}
	return b.Bytes()
}

const pageHead = `# Built-in detections

The default ruleset has these Sigma rules, written for FrostGate and licensed as it
is. They decide on a fresh install, next to the stateful scenarios, without any
import. Each rule stands in internal/governance/defaults/detections with its tests
beside it; false positives to expect are named in the rule. Levels give points:
low 20, medium 50, high 80, critical 95; a rule that is noisy in your environment is
tuned with a filter or another level in the tuning document, not by editing it.
What AI agents have to send is in [ai-agent-events.md](ai-agent-events.md).

This page is generated: go test ./internal/governance/defaults -update

| platform | rules |
|---|---|
`

func rulesOf(rules []*sigma.Rule, folder string) []*sigma.Rule {
	var out []*sigma.Rule
	for _, r := range rules {
		if path.Dir(r.File) == folder {
			out = append(out, r)
		}
	}
	return out
}

// tactics gives the ATT&CK tactics of a rule, as its tags have them.
func tactics(r *sigma.Rule) string {
	technique := regexp.MustCompile(`^attack\.t[0-9]{4}`)
	var out []string
	for _, tag := range r.Tags {
		if name, ok := strings.CutPrefix(tag, "attack."); ok && !technique.MatchString(tag) {
			out = append(out, name)
		}
	}
	return strings.Join(out, ", ")
}

// source names the events of a rule: product and category or service.
func source(l sigma.Logsource) string {
	parts := slices.DeleteFunc([]string{l.Product, l.Category, l.Service}, func(s string) bool { return s == "" })
	return strings.Join(parts, " ")
}
