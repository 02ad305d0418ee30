package decision

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/jsondoc"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// The golden scenarios: requests whose outcome under the default ruleset is
// pinned to the bit. A hash changes with the file's version only; its test keeps
// the list of all versions.
//
//go:embed golden/golden.json
var goldenJSON []byte

// GoldenSet is one version of the golden scenarios.
type GoldenSet struct {
	Version    int64            `json:"version"`
	Tenant     domain.TenantID  `json:"tenant"`
	ReceivedAt string           `json:"received_at"`
	Scenarios  []GoldenScenario `json:"scenarios"`
}

// GoldenScenario is one request with what must come out of it.
type GoldenScenario struct {
	Name    string         `json:"name"`
	Request jsontext.Value `json:"request"`
	Expect  GoldenExpect   `json:"expect"`
	// Output is the SHA-256 of the outcome's canonical bytes (AppendOutcome).
	Output string `json:"output_sha256"`
}

// GoldenExpect says in words what the hash pins, so that a difference can be
// read.
type GoldenExpect struct {
	Level       domain.ThreatLevel `json:"level"`
	Rules       []string           `json:"rules"`
	Mitigations []string           `json:"mitigations"`
	Allow       bool               `json:"policy_allow"`
	Reasons     []string           `json:"policy_reasons"`
	Gating      domain.Gating      `json:"gating"`
	AORequired  bool               `json:"ao_required"`
	ROEApplied  bool               `json:"roe_applied"`
}

// GoldenResult is what became of one scenario.
type GoldenResult struct {
	Name     string
	OK       bool
	Want     string // pinned output hash
	Got      string // empty when the request was refused
	Problems []string
}

// Golden returns the golden scenarios of this binary.
func Golden() (*GoldenSet, error) { return ParseGolden(goldenJSON) }

// ParseGolden reads a set strictly.
func ParseGolden(doc []byte) (*GoldenSet, error) {
	set := &GoldenSet{}
	if err := json.Unmarshal(doc, set, json.RejectUnknownMembers(true)); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "golden scenarios: %v", err)
	}
	if set.Version < 1 || set.Tenant == "" || len(set.Scenarios) == 0 {
		return nil, fault.New(fault.Invalid, "golden scenarios: version, tenant or scenarios are missing")
	}
	for i := range set.Scenarios {
		name := set.Scenarios[i].Name
		if name == "" || slices.ContainsFunc(set.Scenarios[:i], func(s GoldenScenario) bool { return s.Name == name }) {
			return nil, fault.New(fault.Invalid, "golden scenarios: %q is missing or named twice", name)
		}
	}
	return set, nil
}

// RunGolden decides the golden scenarios of this binary with a ruleset, which
// must be the default one for the pinned hashes to match.
func RunGolden(rs *Ruleset) []GoldenResult {
	set, err := Golden()
	if err != nil {
		return []GoldenResult{{Name: "golden.json", Problems: []string{err.Error()}}}
	}
	return set.Run(rs)
}

// Run decides every scenario of the set.
func (set *GoldenSet) Run(rs *Ruleset) []GoldenResult {
	out := make([]GoldenResult, len(set.Scenarios))
	for i := range set.Scenarios {
		sc := &set.Scenarios[i]
		res := GoldenResult{Name: sc.Name, Want: sc.Output}
		outcome, encoded, err := set.decide(rs, sc)
		if err != nil {
			res.Problems = append(res.Problems, err.Error())
		} else {
			sum := OutputHash(encoded)
			res.Got = hex.EncodeToString(sum[:])
			res.Problems = sc.Expect.compare(outcome)
			if res.Got != res.Want {
				res.Problems = append(res.Problems, fmt.Sprintf("output hash is %s, pinned %s", res.Got, res.Want))
			}
		}
		res.OK = len(res.Problems) == 0
		out[i] = res
	}
	return out
}

// decide takes the way of a live event that is the first of its tenant: parse,
// normalise, windows, evaluate, encode.
func (set *GoldenSet) decide(rs *Ruleset, sc *GoldenScenario) (*domain.Outcome, []byte, error) {
	at, err := time.Parse(time.RFC3339Nano, set.ReceivedAt)
	if err != nil {
		return nil, nil, fmt.Errorf("received_at: %w", err)
	}
	req, err := ParseRequest(bytes.Clone(sc.Request), new(jsondoc.Doc))
	if err != nil {
		return nil, nil, fmt.Errorf("request: %w", err)
	}
	d := Defaults{Persona: domain.Sentinel, Ring: domain.Unclass}
	ev, canonical, err := normalise(&req, set.Tenant, d, domain.Micros(at.UnixMicro()), nil)
	if err != nil {
		return nil, nil, fmt.Errorf("request: %w", err)
	}
	if err := rs.Doctrine.Check(ev.Persona, ev.Ring); err != nil {
		return nil, nil, err
	}
	ev.ID = identify(&ev, req.Timestamp, canonical)
	matched := rs.Detect.Match(&ev, canonical)
	windows := newWindowTable().counter(evidence.ProbeKeys(), ev.Ring, windowTime(&ev))
	hits := rs.Detect.WindowHits(&ev, req.Payload, matched)
	windows.all(rs.Detect, &admission{ev: ev, req: &req, matched: matched}, hits, windowSlots(windows.keys, ev.Ring, hits))
	facts := domain.StateFacts{ClockDriftMS: clockDrift(&ev, d.ClockStaleMS), Windows: windows.Facts}
	out := Evaluate(rs, &facts, &ev, req.Payload, matched)
	return &out, AppendOutcome(nil, Identity{ev.ID, ev.Tenant}, &out, &facts), nil
}

// compare names what differs.
func (e *GoldenExpect) compare(o *domain.Outcome) []string {
	var problems []string
	check := func(what string, got, want any) {
		if got != want {
			problems = append(problems, fmt.Sprintf("%s is %v, want %v", what, got, want))
		}
	}
	actions := make([]string, len(o.Mitigations))
	for i := range o.Mitigations {
		actions[i] = o.Mitigations[i].Action
	}
	check("level", o.Level, e.Level)
	check("rules", strings.Join(o.Rules, ","), strings.Join(e.Rules, ","))
	check("mitigations", strings.Join(actions, ","), strings.Join(e.Mitigations, ","))
	check("policy.allow", o.Policy.Allow, e.Allow)
	check("policy.reasons", strings.Join(o.Policy.Reasons, ","), strings.Join(e.Reasons, ","))
	check("gating", o.Gating, e.Gating)
	check("tie_d.ao_required", o.TieD.AORequired, e.AORequired)
	check("tie_d.roe_applied", o.TieD.ROEApplied, e.ROEApplied)
	return problems
}

// Digest identifies what the set pins, whatever its order and layout: what must
// not change without its version.
func (set *GoldenSet) Digest() string {
	scenarios := slices.Clone(set.Scenarios)
	slices.SortFunc(scenarios, func(a, b GoldenScenario) int { return cmp.Compare(a.Name, b.Name) })
	h := sha256.New()
	for _, sc := range scenarios {
		fmt.Fprintf(h, "%s %s\n", sc.Output, sc.Name)
	}
	return hex.EncodeToString(h.Sum(nil))
}
