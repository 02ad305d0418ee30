package governance

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/doctrine"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/governance/defaults"
	"frostgate.io/frostgate/internal/policy"

	"github.com/go-json-experiment/json"
	"go.yaml.in/yaml/v3"
)

// maxRefs bounds the documents of one ruleset.
const maxRefs = 64

// rulesetDoc is the content of a ruleset document, in RFC 8785 form; the
// documents are sorted by kind, name and version.
type rulesetDoc struct {
	Documents []Ref  `json:"documents"`
	Version   string `json:"version"`
}

func compareRefs(a, b Ref) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Version, b.Version))
}

func (d *rulesetDoc) encode() ([]byte, error) {
	slices.SortFunc(d.Documents, compareRefs)
	if err := d.check(); err != nil {
		return nil, err
	}
	return canonical(d)
}

// check demands one scenarios and one doctrine document and at least one policy
// module, at most one tuning, no name twice.
func (d *rulesetDoc) check() error {
	if !isLabel(d.Version) {
		return fault.New(fault.Invalid, "version must be 1 to %d of the characters a-z A-Z 0-9 . _ : -", maxLabel).At("version")
	}
	if len(d.Documents) > maxRefs {
		return fault.New(fault.TooLarge, "%d documents, at most %d", len(d.Documents), maxRefs).At("documents")
	}
	count := map[string]int{}
	for i, r := range d.Documents {
		at := fmt.Sprintf("documents/%d", i)
		switch {
		case !rulesetKind(r.Kind):
			return fault.New(fault.Invalid, "a ruleset can't hold a document of kind %q", r.Kind).At(at + "/kind")
		case !isLabel(r.Name) || !isLabel(r.Version) || !isHash(r.Hash):
			return fault.New(fault.Invalid, "name, version or hash of a %s document is malformed", r.Kind).At(at)
		case i > 0 && compareRefs(d.Documents[i-1], r) >= 0, i > 0 && d.Documents[i-1].Kind == r.Kind && d.Documents[i-1].Name == r.Name:
			return fault.New(fault.Invalid, "%s %s is named twice", r.Kind, r.Name).At(at)
		}
		count[r.Kind]++
	}
	if count[KindScenarios] != 1 || count[KindDoctrine] != 1 || count[KindPolicy] < 1 {
		return fault.New(fault.Invalid, "a ruleset needs one scenarios document, one doctrine document and at least one policy module; this has %d, %d and %d",
			count[KindScenarios], count[KindDoctrine], count[KindPolicy]).At("documents")
	}
	if count[KindTuning] > 1 {
		return fault.New(fault.Invalid, "a ruleset has at most one tuning document; this has %d", count[KindTuning]).At("documents")
	}
	return nil
}

// rulesetKind tells what a ruleset may be made of.
func rulesetKind(kind string) bool {
	switch kind {
	case KindScenarios, KindPolicy, KindDoctrine, KindDetections, KindTuning:
		return true
	}
	return false
}

// parseRuleset reads exactly what encode writes.
func parseRuleset(content []byte) (*rulesetDoc, error) {
	d := &rulesetDoc{}
	if err := json.Unmarshal(content, d, json.RejectUnknownMembers(true)); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the ruleset document is not readable")
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	again, err := canonical(d)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(again, content) {
		return nil, fault.New(fault.Invalid, "the ruleset document is not in canonical form")
	}
	return d, nil
}

// sources are a ruleset's documents by what they are.
type sources struct {
	doc       *rulesetDoc
	hash      domain.Hash
	scenarios []byte
	doctrine  []byte
	policy    map[string][]byte // by file name
	policyVer string
	// detections are in the order of inForce: of rules with one ID the first
	// counts. refs are theirs.
	detections []detect.Archive
	refs       []Ref
	tuning     []byte // nil: nothing is tuned
}

// inForce orders documents as they count: built-in detections before imported
// ones, so that no import takes the place of a built-in rule unseen.
func inForce(refs []Ref) []Ref {
	builtin := func(r Ref) int {
		if r.Kind == KindDetections && r.Name == defaults.BuiltinDetections {
			return 0
		}
		return 1
	}
	out := slices.Clone(refs)
	slices.SortFunc(out, func(a, b Ref) int { return cmp.Or(cmp.Compare(builtin(a), builtin(b)), compareRefs(a, b)) })
	return out
}

// gather sorts documents, whose bytes were checked, into place.
func gather(doc *rulesetDoc, hash domain.Hash, content map[Ref][]byte) (*sources, error) {
	src := &sources{doc: doc, hash: hash, policy: make(map[string][]byte), policyVer: doc.Version}
	var modules []Ref
	for _, r := range inForce(doc.Documents) {
		b, ok := content[r]
		if !ok {
			return nil, fault.New(fault.Invalid, "the ruleset names %s %s version %s with hash %s, which does not exist", r.Kind, r.Name, r.Version, r.Hash)
		}
		switch r.Kind {
		case KindScenarios:
			src.scenarios = b
		case KindDoctrine:
			src.doctrine = b
		case KindPolicy:
			src.policy[r.Name+".rego"] = b
			modules = append(modules, r)
		case KindDetections:
			src.detections, src.refs = append(src.detections, detect.Archive{Name: r.Name, Content: b}), append(src.refs, r)
		case KindTuning:
			src.tuning = b
		}
	}
	if len(modules) == 1 {
		src.policyVer = modules[0].Version
	}
	return src, nil
}

// compile makes the ruleset that decides. Detections that some ruleset holds
// compiled already are shared with it. It takes no context: others wait for what
// it makes.
func (src *sources) compile(policyOff bool, shared *RuleCache) (*decision.Ruleset, error) {
	rs := &decision.Ruleset{Version: src.doc.Version, Hash: src.hash, PolicyOff: policyOff}
	rules, err := shared.compiled(context.Background(), src.refs, src.detections)
	if err != nil {
		return nil, err
	}
	if rs.Detect, err = detect.Compile(detect.Documents{Scenarios: src.scenarios, Rules: rules, Tuning: src.tuning}); err != nil {
		return nil, err
	}
	if rs.Policy, err = policy.Compile(src.policy, policy.Options{Version: src.policyVer}); err != nil {
		return nil, err
	}
	if rs.Doctrine, err = doctrine.Compile(src.doctrine); err != nil {
		return nil, err
	}
	return rs, nil
}

// Bounds of the publishing check of a policy.
const (
	maxPolicyTime = 5 * time.Millisecond
	policyRuns    = 9
)

// checkPublish refuses what compiles and yet may not decide. It is asked when a
// ruleset is published, never when one is loaded: a slow machine must not lose a
// ruleset that is in force.
func (s *Service) checkPublish(src *sources, rs *decision.Ruleset) error {
	if err := checkActions(src.scenarios, rs.Doctrine); err != nil {
		return err
	}
	// Without the memo, which would answer the second run.
	eng, err := policy.Compile(src.policy, policy.Options{Version: src.policyVer, DisableMemo: true})
	if err != nil {
		return err
	}
	in := referenceInput()
	took := make([]time.Duration, policyRuns)
	for i := range took {
		var res domain.PolicyResult
		took[i] = s.measure(func() { res = eng.Eval(context.Background(), in) })
		if res.Outcome != policy.OK {
			return fault.New(fault.Invalid, "policy: gives %q instead of an answer to the reference event", res.Outcome).At("policy")
		}
	}
	slices.Sort(took)
	if median := took[policyRuns/2]; median > maxPolicyTime {
		return fault.New(fault.Invalid, "policy: takes %s for the reference event, the limit is %s", median, maxPolicyTime).At("policy")
	}
	return nil
}

// referenceInput is a brute force with every field that a policy may read.
func referenceInput() policy.Input {
	return policy.Input{
		Event: &domain.Event{
			Tenant: "reference", Source: "reference", Type: "auth.bruteforce", Persona: domain.Guardian, Ring: domain.Secret,
			Time: 1_767_225_600_000_000, ReceivedAt: 1_767_225_600_000_000, SourceIP: "192.0.2.1", User: "root", Host: "host.example",
			FailCount: 10, HasFailCount: true,
		},
		Score: 90, Level: domain.LevelHigh, Rules: []string{"rule:ssh_bruteforce"},
		Mitigations: []domain.Mitigation{{Action: "block_ip", Target: "192.0.2.1", TargetKind: "ip", Confidence: 920}},
	}
}

// checkActions demands that doctrine knows every action that a scenario
// proposes: an unknown one would be removed from each decision.
func checkActions(scenarios []byte, d *doctrine.Doctrine) error {
	type proposal struct {
		Action     string `yaml:"action"`
		TargetKind string `yaml:"target_kind"`
	}
	var doc struct {
		Scenarios []struct {
			ID          string     `yaml:"id"`
			Mitigations []proposal `yaml:"mitigations"`
		} `yaml:"scenarios"`
		Responses []proposal `yaml:"responses"`
	}
	if err := yaml.Unmarshal(scenarios, &doc); err != nil {
		return fault.Wrap(fault.Invalid, err, "scenario document: is not readable")
	}
	check := func(who, at string, m proposal) error {
		a, ok := d.Action(m.Action)
		if !ok {
			return fault.New(fault.Invalid, "%s proposes %q, which is not an action of the doctrine", who, m.Action).At(at)
		}
		if m.TargetKind != "" && m.TargetKind != a.TargetKind {
			return fault.New(fault.Invalid, "%s aims %s at a %s, the doctrine at a %q", who, m.Action, m.TargetKind, a.TargetKind).At(at)
		}
		return nil
	}
	for i, sc := range doc.Scenarios {
		for k, m := range sc.Mitigations {
			if err := check("scenario "+sc.ID, fmt.Sprintf("scenarios/%d/mitigations/%d/action", i, k), m); err != nil {
				return err
			}
		}
	}
	for i, m := range doc.Responses {
		if err := check(fmt.Sprintf("response %d", i), fmt.Sprintf("responses/%d/action", i), m); err != nil {
			return err
		}
	}
	return nil
}
