// Package doctrine applies the rules of engagement: what a persona may do in a
// classification ring, under a mission, and when somebody must approve.
//
// Invariant: pure; a Doctrine is compiled from one immutable document and never
// changes, so it is safe to share. It only removes mitigations or makes their
// gating stricter, never adds or loosens, and it fails closed: what the document
// doesn't know is rejected. It must not detect, weigh impact or do I/O.
package doctrine

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// Doctrine is one compiled document.
type Doctrine struct {
	doc   *Document
	hash  domain.Hash
	rings map[domain.Ring]*Ring
	// applies holds the rules of each persona and ring, so that Apply looks
	// at no rule that can't apply.
	applies map[scope][]*Rule
}

type scope struct {
	persona domain.Persona
	ring    domain.Ring
}

// Compile reads a doctrine document. An error names line or path and what is
// wrong there.
func Compile(doc []byte) (*Doctrine, error) {
	parsed, err := parse(doc)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(doc)
	d := &Doctrine{
		doc:     parsed,
		hash:    domain.Hash(hex.EncodeToString(sum[:])),
		rings:   make(map[domain.Ring]*Ring, len(parsed.Rings)),
		applies: map[scope][]*Rule{},
	}
	for i := range parsed.Rings {
		ring := &parsed.Rings[i]
		d.rings[ring.Name] = ring
		for persona := range parsed.Personas {
			d.applies[scope{persona, ring.Name}] = matching(parsed.Rules, persona, ring.Name)
		}
	}
	return d, nil
}

func matching(rules []Rule, persona domain.Persona, ring domain.Ring) []*Rule {
	var out []*Rule
	for i := range rules {
		w := &rules[i].When
		if (len(w.Persona) == 0 || slices.Contains(w.Persona, persona)) && (len(w.Ring) == 0 || slices.Contains(w.Ring, ring)) {
			out = append(out, &rules[i])
		}
	}
	return out
}

// Hash is the SHA-256 of the document's exact bytes.
func (d *Doctrine) Hash() domain.Hash { return d.hash }

// Version is the version that the document names.
func (d *Doctrine) Version() string { return d.doc.Version }

// Document returns the document as parsed, for the API to show. It is shared:
// do not change it.
func (d *Doctrine) Document() *Document { return d.doc }

// Rings lists the rings in the document's order. It is shared: do not change it.
func (d *Doctrine) Rings() []Ring { return d.doc.Rings }

// Ring returns one ring's demands.
func (d *Doctrine) Ring(name domain.Ring) (Ring, bool) {
	r, ok := d.rings[name]
	if !ok {
		return Ring{}, false
	}
	return *r, true
}

// Action returns what the document says about an action.
func (d *Doctrine) Action(name string) (Action, bool) {
	a, ok := d.doc.Actions[name]
	return a, ok
}

// Check says whether the document knows persona and ring; callers ask it before
// they decide an event, so that an unknown one is the sender's error.
func (d *Doctrine) Check(persona domain.Persona, ring domain.Ring) error {
	if _, ok := d.doc.Personas[persona]; !ok {
		return fault.New(fault.Invalid, "persona %q is unknown", persona).At("persona")
	}
	if _, ok := d.rings[ring]; !ok {
		return fault.New(fault.Invalid, "classification %q is unknown", ring).At("classification")
	}
	return nil
}

// ImpactFactor is the ring's factor for impact estimates; an unknown ring has
// the greatest that a document can have.
func (d *Doctrine) ImpactFactor(ring domain.Ring) domain.Milli {
	if r, ok := d.rings[ring]; ok {
		return r.ImpactFactor
	}
	return 10000
}

// Gate turns an impact into a gating by the document's thresholds.
func (d *Doctrine) Gate(service, user domain.Milli) domain.Gating {
	switch worst := max(service, user); {
	case worst < d.doc.Gates.AllowBelow:
		return domain.GateAllow
	case worst < d.doc.Gates.ApprovalBelow:
		return domain.GateRequireApproval
	}
	return domain.GateReject
}

// BlastGate is the mission's say about an impact: above its cap somebody must
// approve. A nil mission and a negative cap say allow.
func BlastGate(mission *domain.MissionFact, service, user domain.Milli) domain.Gating {
	if mission != nil && mission.BlastCap >= 0 && max(service, user) > mission.BlastCap {
		return domain.GateRequireApproval
	}
	return domain.GateAllow
}
