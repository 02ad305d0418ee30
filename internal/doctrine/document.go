package doctrine

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// Action is what doctrine says about one kind of mitigation.
type Action struct {
	TargetKind        string `json:"target_kind"`         // "ip", "user", "host", "session"; empty: none
	Disruptive        bool   `json:"disruptive"`          // counts against the persona's cap
	Reversible        bool   `json:"reversible"`          // has an undo
	DefaultTTLSeconds int64  `json:"default_ttl_seconds"` // used where the proposal names no TTL
}

// Persona is how far one persona may go.
type Persona struct {
	MaxDisruptive  int      `json:"max_disruptive"`            // at most so many disruptive mitigations per decision
	AllowedActions []string `json:"allowed_actions,omitempty"` // absent: every action of the document
}

// Ring is what one classification ring demands.
type Ring struct {
	Name            domain.Ring   `json:"name"`
	ImpactFactor    domain.Milli  `json:"impact_factor_milli"` // multiplies impact estimates; at least 1000
	RetentionDays   int           `json:"retention_days"`
	Encryption      string        `json:"encryption"`
	AuditLevel      string        `json:"audit_level"`
	CrossRingAccess []domain.Ring `json:"cross_ring_access"` // rings whose data may be read from this one
	AORequiredFor   []string      `json:"ao_required_for"`   // actions that the authorising official must approve here
}

// Rule applies to some personas in some rings.
type Rule struct {
	ID                   string        `json:"id"`
	When                 When          `json:"when"`
	Keep                 []Keep        `json:"keep,omitempty"`
	AORequired           bool          `json:"ao_required,omitempty"`
	GatingWhenDisruptive domain.Gating `json:"gating_when_disruptive,omitempty"` // least gating of what is left while any of it is disruptive
}

// When selects personas and rings; an empty list selects all.
type When struct {
	Persona []domain.Persona `json:"persona,omitempty"`
	Ring    []domain.Ring    `json:"ring,omitempty"`
}

// Keep lets only the first Max mitigations of an action through.
type Keep struct {
	Action string `json:"action"`
	Max    int    `json:"max"`
}

// Gates are the impact thresholds, in thousandths.
type Gates struct {
	AllowBelow    domain.Milli `json:"allow_below"`
	ApprovalBelow domain.Milli `json:"approval_below"`
}

// Document is the doctrine as written.
type Document struct {
	Version  string                     `json:"version"`
	Actions  map[string]Action          `json:"actions"`
	Personas map[domain.Persona]Persona `json:"personas"`
	Rings    []Ring                     `json:"rings"`
	Rules    []Rule                     `json:"rules"`
	Gates    Gates                      `json:"gates"`
}

// parse reads a document strictly and checks that it means something.
func parse(doc []byte) (*Document, error) {
	d := new(Document)
	if err := json.Unmarshal(doc, d, json.RejectUnknownMembers(true)); err != nil {
		return nil, located(doc, err)
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	return d, nil
}

// located turns a decoder's error into one that names path and line.
func located(doc []byte, err error) error {
	path, off, why := "", int64(0), err.Error()
	var sem *json.SemanticError
	var syn *jsontext.SyntacticError
	switch {
	case errors.As(err, &sem):
		path, off = string(sem.JSONPointer), sem.ByteOffset
		switch {
		case errors.Is(err, json.ErrUnknownName):
			why = "unknown field"
		case sem.Err != nil:
			why = sem.Err.Error()
		case sem.GoType != nil:
			why = "must be " + sem.GoType.String()
		}
	case errors.As(err, &syn):
		path, off, why = string(syn.JSONPointer), syn.ByteOffset, syn.Err.Error()
	}
	line := 1 + bytes.Count(doc[:min(max(off, 0), int64(len(doc)))], []byte("\n"))
	return fault.Wrap(fault.Invalid, err, "doctrine document, line %d, %s: %s", line, cmpEmpty(path, "/"), why).At(path).AtOffset(off)
}

func cmpEmpty(s, or string) string {
	if s == "" {
		return or
	}
	return s
}

// bad names a path of the document and what is wrong there.
func bad(path, format string, args ...any) error {
	return fault.New(fault.Invalid, "doctrine document, %s: %s", path, fmt.Sprintf(format, args...)).At(path)
}

func (d *Document) check() error {
	if d.Version == "" {
		return bad("/version", "is missing")
	}
	if len(d.Actions) == 0 {
		return bad("/actions", "names no action")
	}
	for _, name := range slices.Sorted(maps.Keys(d.Actions)) {
		if ttl := d.Actions[name].DefaultTTLSeconds; ttl < 0 || ttl > 366*24*3600 {
			return bad("/actions/"+name+"/default_ttl_seconds", "%d is outside 0 to one year", ttl)
		}
	}
	if err := d.checkPersonas(); err != nil {
		return err
	}
	if err := d.checkRings(); err != nil {
		return err
	}
	if err := d.checkRules(); err != nil {
		return err
	}
	if d.Gates.AllowBelow <= 0 || d.Gates.ApprovalBelow < d.Gates.AllowBelow || d.Gates.ApprovalBelow > 1001 {
		return bad("/gates", "allow_below %d and approval_below %d must rise within 1 to 1001", d.Gates.AllowBelow, d.Gates.ApprovalBelow)
	}
	return nil
}

func (d *Document) checkPersonas() error {
	if len(d.Personas) == 0 {
		return bad("/personas", "names no persona")
	}
	for _, name := range slices.Sorted(maps.Keys(d.Personas)) {
		p, path := d.Personas[name], "/personas/"+string(name)
		if p.MaxDisruptive < 0 {
			return bad(path+"/max_disruptive", "%d is negative", p.MaxDisruptive)
		}
		if err := d.checkActions(path+"/allowed_actions", p.AllowedActions); err != nil {
			return err
		}
	}
	return nil
}

func (d *Document) checkRings() error {
	if len(d.Rings) == 0 {
		return bad("/rings", "names no ring")
	}
	known := map[domain.Ring]bool{}
	for i, r := range d.Rings {
		path := fmt.Sprintf("/rings/%d", i)
		if r.Name == "" || known[r.Name] {
			return bad(path+"/name", "%q is missing or named twice", r.Name)
		}
		known[r.Name] = true
		if r.ImpactFactor < 1000 || r.ImpactFactor > 10000 {
			return bad(path+"/impact_factor_milli", "%d is outside 1000 to 10000", r.ImpactFactor)
		}
		if r.RetentionDays <= 0 || r.Encryption == "" || r.AuditLevel == "" {
			return bad(path, "retention_days, encryption and audit_level must be set")
		}
		if err := d.checkActions(path+"/ao_required_for", r.AORequiredFor); err != nil {
			return err
		}
	}
	for i, r := range d.Rings {
		for _, other := range r.CrossRingAccess {
			if !known[other] {
				return bad(fmt.Sprintf("/rings/%d/cross_ring_access", i), "%q is not a ring of this document", other)
			}
		}
	}
	return nil
}

func (d *Document) checkRules() error {
	seen := map[string]bool{}
	for i, r := range d.Rules {
		path := fmt.Sprintf("/rules/%d", i)
		if r.ID == "" || seen[r.ID] {
			return bad(path+"/id", "%q is missing or named twice", r.ID)
		}
		seen[r.ID] = true
		for _, p := range r.When.Persona {
			if _, ok := d.Personas[p]; !ok {
				return bad(path+"/when/persona", "%q is not a persona of this document", p)
			}
		}
		for _, ring := range r.When.Ring {
			if !slices.ContainsFunc(d.Rings, func(have Ring) bool { return have.Name == ring }) {
				return bad(path+"/when/ring", "%q is not a ring of this document", ring)
			}
		}
		for k, keep := range r.Keep {
			at := fmt.Sprintf("%s/keep/%d", path, k)
			if err := d.checkActions(at+"/action", []string{keep.Action}); err != nil {
				return err
			}
			if keep.Max < 0 {
				return bad(at+"/max", "%d is negative", keep.Max)
			}
		}
		switch r.GatingWhenDisruptive {
		case "", domain.GateAllow, domain.GateRequireApproval, domain.GateReject:
		default:
			return bad(path+"/gating_when_disruptive", "%q is not allow, require_approval or reject", r.GatingWhenDisruptive)
		}
	}
	return nil
}

func (d *Document) checkActions(path string, names []string) error {
	for _, n := range names {
		if _, ok := d.Actions[n]; !ok {
			return bad(path, "%q is not an action of this document", n)
		}
	}
	return nil
}
