package receipt

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Limits of a policy text.
const (
	// MaxPolicySize bounds the text of a policy.
	MaxPolicySize = 256 << 10
	// maxPolicyNames bounds logs, witnesses and groups, each.
	maxPolicyNames = 64
)

// Policy says which logs and which witnesses are trusted, and how many
// cosignatures make a quorum (c2sp.org/tlog-policy).
type Policy struct {
	logs      []note.Verifier
	witnesses []Witness
	cosigners []policyWitness // of the witnesses whose key type is known
	names     map[string]*policyName
	keys      map[string]bool // public keys already listed, by role
	quorum    *policyName     // nil for none, and until the quorum line
	hasQuorum bool
	groups    int
}

// Witness is one witness of a policy.
type Witness struct {
	// Name is the policy's own name for it.
	Name string
	// VKey is its verifier key.
	VKey string
	// URL is the prefix for submissions, empty when the policy names none.
	URL string
}

type policyWitness struct {
	name     string
	verifier note.Verifier
}

// policyName is a witness (no members) or a group.
type policyName struct {
	name    string
	need    int
	members []*policyName
	grouped bool // already a member: it may count in one way only
}

// ParsePolicy reads the policy format: lines `log <vkey> [<url>]`, `witness
// <name> <vkey> [<url>]`, `group <name> <k|any|all> <member>...` and one line
// `quorum <name>|none`; # begins a comment line. Names are declared before they
// are used, so that groups can't be circular.
func ParsePolicy(text string) (*Policy, error) {
	if len(text) > MaxPolicySize {
		return nil, fmt.Errorf("policy: %d bytes, at most %d", len(text), MaxPolicySize)
	}
	p := &Policy{names: make(map[string]*policyName), keys: make(map[string]bool)}
	n := 0
	for line := range strings.Lines(text) {
		n++
		if err := p.line(strings.TrimSuffix(line, "\n")); err != nil {
			return nil, fmt.Errorf("policy: line %d: %w", n, err)
		}
	}
	if !p.hasQuorum {
		return nil, errors.New("policy: the quorum line is missing (`quorum none` asks for no witness)")
	}
	return p, nil
}

func (p *Policy) line(line string) error {
	for i := range len(line) {
		if c := line[i]; (c < ' ' && c != '\t') || c == 0x7f {
			return errors.New("control character")
		}
	}
	words := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' })
	if len(words) == 0 || words[0][0] == '#' {
		return nil
	}
	switch words[0] {
	case "log":
		return p.addLog(words[1:])
	case "witness":
		return p.addWitness(words[1:])
	case "group":
		return p.addGroup(words[1:])
	case "quorum":
		return p.setQuorum(words[1:])
	}
	return fmt.Errorf("unknown word %q: want log, witness, group or quorum", words[0])
}

func (p *Policy) addLog(args []string) error {
	switch {
	case len(args) != 1 && len(args) != 2:
		return errors.New("want: log <vkey> [<url>]")
	case len(p.logs) == maxPolicyNames:
		return fmt.Errorf("more than %d logs", maxPolicyNames)
	}
	if err := validateVKey(args[0]); err != nil {
		return fmt.Errorf("log: %w", err)
	}
	v, err := note.NewVerifier(args[0])
	if err != nil {
		return fmt.Errorf("log: %w", err)
	}
	if err := p.once("log", args[0]); err != nil {
		return err
	}
	if _, err := policyURL(args[1:]); err != nil {
		return err
	}
	p.logs = append(p.logs, v)
	return nil
}

func (p *Policy) addWitness(args []string) error {
	switch {
	case len(args) != 2 && len(args) != 3:
		return errors.New("want: witness <name> <vkey> [<url>]")
	case len(p.witnesses) == maxPolicyNames:
		return fmt.Errorf("more than %d witnesses", maxPolicyNames)
	}
	name, vkey := args[0], args[1]
	_, kind, key, err := parseVKey(vkey)
	if err != nil {
		return fmt.Errorf("witness %s: %w", name, err)
	}
	url, err := policyURL(args[2:])
	if err != nil {
		return err
	}
	if err := p.once("witness", vkey); err != nil {
		return err
	}
	// A key of a type that is known to exist but can't be checked here may stand
	// in a policy; its cosignatures never count.
	if kind != typeMLDSA44 || len(key) != mldsa44KeySize {
		v, err := NewCosignatureVerifier(vkey)
		if err != nil {
			return err
		}
		p.cosigners = append(p.cosigners, policyWitness{name, v})
	}
	p.witnesses = append(p.witnesses, Witness{Name: name, VKey: vkey, URL: url})
	return p.declare(&policyName{name: name})
}

// once refuses a public key that is already listed for the same role, whatever
// name it goes by: it would count twice.
func (p *Policy) once(role, vkey string) error {
	_, _, key, err := parseVKey(vkey)
	if err != nil {
		return err
	}
	id := role + " " + string(key)
	if p.keys[id] {
		return fmt.Errorf("this %s key is listed twice", role)
	}
	p.keys[id] = true
	return nil
}

func (p *Policy) addGroup(args []string) error {
	switch {
	case len(args) < 3:
		return errors.New("want: group <name> <k|any|all> and at least one member")
	case p.groups == maxPolicyNames:
		return fmt.Errorf("more than %d groups", maxPolicyNames)
	}
	g := &policyName{name: args[0]}
	for _, name := range args[2:] {
		m := p.names[name]
		switch {
		case m == nil:
			return fmt.Errorf("group member %q is not declared above", name)
		case m.grouped:
			return fmt.Errorf("%q is a group member already", name)
		}
		m.grouped = true
		g.members = append(g.members, m)
	}
	switch args[1] {
	case "any":
		g.need = 1
	case "all":
		g.need = len(g.members)
	default:
		k, err := strconv.Atoi(args[1])
		if err != nil || strconv.Itoa(k) != args[1] || k < 1 || k > len(g.members) {
			return fmt.Errorf("threshold %q: want any, all or 1 to %d", args[1], len(g.members))
		}
		g.need = k
	}
	p.groups++
	return p.declare(g)
}

func (p *Policy) declare(n *policyName) error {
	if n.name == "none" || p.names[n.name] != nil {
		return fmt.Errorf("name %q is taken", n.name)
	}
	p.names[n.name] = n
	return nil
}

func (p *Policy) setQuorum(args []string) error {
	switch {
	case len(args) != 1:
		return errors.New("want: quorum <name>|none")
	case p.hasQuorum:
		return errors.New("a second quorum line")
	}
	p.hasQuorum = true
	if args[0] == "none" {
		return nil
	}
	if p.quorum = p.names[args[0]]; p.quorum == nil {
		return fmt.Errorf("%q is not declared above", args[0])
	}
	return nil
}

func policyURL(args []string) (string, error) {
	if len(args) == 0 {
		return "", nil
	}
	if len(args[0]) > maxURL {
		return "", fmt.Errorf("URL of %d bytes, at most %d", len(args[0]), maxURL)
	}
	return args[0], nil
}

// Trust pins the policy's log keys and asks for its quorum of witnesses.
func (p *Policy) Trust() Trust { return Trust{verifiers: slices.Clone(p.logs), policy: p} }

// Witnesses lists the witnesses in the policy's order.
func (p *Policy) Witnesses() []Witness { return slices.Clone(p.witnesses) }

// NeedsWitness reports whether the quorum is anything but none.
func (p *Policy) NeedsWitness() bool { return p.quorum != nil }

// Satisfied reports whether the named witnesses are a quorum. With `quorum
// none` every set is one.
func (p *Policy) Satisfied(names map[string]bool) bool {
	return p.quorum == nil || p.quorum.satisfied(names)
}

// satisfied ends: members were declared before their group, each in one group.
func (n *policyName) satisfied(names map[string]bool) bool {
	if n.members == nil {
		return names[n.name]
	}
	have := 0
	for _, m := range n.members {
		if m.satisfied(names) {
			have++
		}
	}
	return have >= n.need
}
