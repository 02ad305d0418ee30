package policy

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/open-policy-agent/opa/v1/ast"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/jsondoc"
)

// inputField numbers the top-level fields of input.
type inputField uint8

const (
	fieldTenant inputField = iota
	fieldSource
	fieldType
	fieldPersona
	fieldRing
	fieldMission
	fieldSourceIP
	fieldUser
	fieldHost
	fieldFailCount
	fieldHasFailCount
	fieldScore
	fieldLevel
	fieldRules
	fieldMitigations
	fieldTime
	fieldEvent
	fieldAnomaly
	fieldCount
)

// fieldNames are the names in Rego, by inputField.
func fieldNames() [fieldCount]string {
	return [fieldCount]string{
		"tenant_id", "source", "event_type", "persona", "classification", "mission_id", "src_ip", "user", "host",
		"fail_count", "has_fail_count", "score", "threat_level", "rules", "mitigations", "time", "event",
		"anomaly_score",
	}
}

// maxMemoKey bounds what a memoised input may weigh.
const maxMemoKey = 4 << 10

// uses says which input a policy reads.
type uses struct {
	all    bool
	fields [fieldCount]bool
	event  *pathNode // nil: not read
}

// pathNode is a tree of payload paths; whole says that everything below is read.
type pathNode struct {
	whole    bool
	key      string
	term     *ast.Term
	children []*pathNode
}

// referenced collects the input paths in compiled modules. A reference that
// can't be followed statically stands for everything below the point where it
// stops. A field that input doesn't have is an error: such a policy would
// silently never match.
func referenced(modules map[string]*ast.Module) (uses, error) {
	var u uses
	var err error
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		m := modules[name]
		ast.WalkRefs(m, func(r ast.Ref) bool {
			if e := u.add(r); e != nil && err == nil {
				err = e
			}
			return false
		})
		// `input` by itself, outside a reference.
		bare := ast.NewVarVisitor().WithParams(ast.VarVisitorParams{SkipRefHead: true})
		bare.Walk(m)
		u.all = u.all || bare.Vars().Contains("input")
	}
	return u, err
}

func (u *uses) add(r ast.Ref) error {
	if !r[0].Equal(ast.InputRootDocument) {
		return nil
	}
	if len(r) == 1 {
		u.all = true
		return nil
	}
	name, ok := r[1].Value.(ast.String)
	if !ok {
		u.all = true
		return nil
	}
	names := fieldNames()
	i := slices.Index(names[:], string(name))
	if i < 0 {
		return fmt.Errorf("%s: input has no field %q", r[1].Location, string(name))
	}
	u.fields[i] = true
	if inputField(i) == fieldEvent {
		if u.event == nil {
			u.event = new(pathNode)
		}
		u.event.add(r[2:])
	}
	return nil
}

func (n *pathNode) add(rest ast.Ref) {
	if n.whole {
		return
	}
	var name ast.String
	ok := len(rest) > 0
	if ok {
		name, ok = rest[0].Value.(ast.String)
	}
	if !ok {
		n.whole, n.children = true, nil
		return
	}
	i, found := slices.BinarySearchFunc(n.children, string(name), func(c *pathNode, k string) int {
		switch {
		case c.key < k:
			return -1
		case c.key > k:
			return 1
		}
		return 0
	})
	if !found {
		n.children = slices.Insert(n.children, i, &pathNode{key: string(name), term: ast.StringTerm(string(name))})
	}
	n.children[i].add(rest[1:])
}

// reads says whether a top-level field reaches the evaluation.
func (u *uses) reads(f inputField) bool { return u.all || u.fields[f] }

func (u *uses) paths() []string {
	if u.all {
		return []string{"input"}
	}
	var out []string
	for i, name := range fieldNames() {
		if u.fields[i] && inputField(i) != fieldEvent {
			out = append(out, "input."+name)
		}
	}
	if u.event != nil {
		out = u.event.list(out, "input.event")
	}
	slices.Sort(out)
	return out
}

func (n *pathNode) list(out []string, at string) []string {
	if n.whole {
		return append(out, at)
	}
	for _, c := range n.children {
		out = c.list(out, at+"."+c.key)
	}
	return out
}

// input builds the trimmed input document as OPA's own values; nothing passes
// through Go maps or interfaces.
func (u *uses) input(keys *[fieldCount]*ast.Term, in *Input) *ast.Term {
	var space [fieldCount][2]*ast.Term
	pairs := space[:0]
	for f := range fieldCount {
		if u.reads(f) {
			pairs = append(pairs, [2]*ast.Term{keys[f], u.term(f, in)})
		}
	}
	return ast.NewTerm(ast.NewObject(pairs...))
}

func (u *uses) term(f inputField, in *Input) *ast.Term {
	switch f {
	case fieldFailCount:
		return integer(in.Event.FailCount)
	case fieldHasFailCount:
		return ast.InternedTerm(in.Event.HasFailCount)
	case fieldScore:
		return integer(int64(in.Score))
	case fieldRules:
		terms := make([]*ast.Term, len(in.Rules))
		for i, r := range in.Rules {
			terms[i] = ast.StringTerm(r)
		}
		return ast.ArrayTerm(terms...)
	case fieldMitigations:
		terms := make([]*ast.Term, len(in.Mitigations))
		for i := range in.Mitigations {
			terms[i] = ast.StringTerm(in.Mitigations[i].Action)
		}
		return ast.ArrayTerm(terms...)
	case fieldTime:
		return ast.NumberTerm(nanoseconds(in.Event.Time))
	case fieldAnomaly:
		return ast.NumberTerm(thousandths(in.Anomaly))
	case fieldEvent:
		if u.all || u.event.whole {
			return payloadTerm(in.Payload)
		}
		return u.event.trimmed(in.Payload)
	}
	return ast.StringTerm(text(f, in))
}

// integer avoids the allocations of a number that OPA keeps interned.
func integer(n int64) *ast.Term {
	if n >= 0 && n <= 512 {
		return ast.InternedTerm(int(n))
	}
	return ast.NumberTerm(json.Number(strconv.FormatInt(n, 10)))
}

// nanoseconds works on digits: times outside int64 nanoseconds stay right.
func nanoseconds(t domain.Micros) json.Number {
	if t == 0 {
		return "0"
	}
	return json.Number(strconv.FormatInt(int64(t), 10) + "000")
}

// thousandths writes 0 to 1 the way the answer does, without binary fractions.
func thousandths(m domain.Milli) json.Number {
	m = min(max(m, 0), 1000)
	return json.Number(fmt.Sprintf("%d.%03d", m/1000, m%1000))
}

// text returns a string field's value.
func text(f inputField, in *Input) string {
	switch ev := in.Event; f {
	case fieldTenant:
		return string(ev.Tenant)
	case fieldSource:
		return ev.Source
	case fieldType:
		return ev.Type
	case fieldPersona:
		return string(ev.Persona)
	case fieldRing:
		return string(ev.Ring)
	case fieldMission:
		return string(ev.Mission)
	case fieldSourceIP:
		return ev.SourceIP
	case fieldUser:
		return ev.User
	case fieldHost:
		return ev.Host
	case fieldLevel:
		return string(in.Level)
	}
	return ""
}

// trimmed keeps the members that the policy can reach.
func (n *pathNode) trimmed(v jsondoc.Value) *ast.Term {
	if n.whole || v.Kind() != jsondoc.Object {
		return payloadTerm(v)
	}
	pairs := make([][2]*ast.Term, 0, len(n.children))
	for _, c := range n.children {
		if m := v.Get(c.key); m.Exists() {
			pairs = append(pairs, [2]*ast.Term{c.term, c.trimmed(m)})
		}
	}
	return ast.NewTerm(ast.NewObject(pairs...))
}

// payloadTerm converts a payload value, numbers as the lexeme that was sent.
func payloadTerm(v jsondoc.Value) *ast.Term {
	switch v.Kind() {
	case jsondoc.Null:
		return ast.NullTerm()
	case jsondoc.Bool:
		b, _ := v.Bool()
		return ast.InternedTerm(b)
	case jsondoc.Number:
		lexeme, _ := v.Num()
		return ast.NumberTerm(json.Number(lexeme))
	case jsondoc.String:
		s, _ := v.Str()
		return ast.StringTerm(s)
	case jsondoc.Array:
		terms := make([]*ast.Term, 0, v.Len())
		for e := range v.Elements() {
			terms = append(terms, payloadTerm(e))
		}
		return ast.ArrayTerm(terms...)
	}
	pairs := make([][2]*ast.Term, 0, v.Len()) // an absent payload reads as an empty object
	for k, m := range v.Members() {
		pairs = append(pairs, [2]*ast.Term{ast.StringTerm(k), payloadTerm(m)})
	}
	return ast.NewTerm(ast.NewObject(pairs...))
}

// repeats says whether equal inputs are likely enough to remember answers.
func (u *uses) repeats() bool {
	return !u.reads(fieldTime) && !u.all && (u.event == nil || !u.event.whole)
}

// appendKey appends what identifies the trimmed input, every part with its
// length in front; false when it is too large to remember.
func (u *uses) appendKey(dst []byte, in *Input) ([]byte, bool) {
	for f := range fieldCount {
		if !u.fields[f] {
			continue
		}
		switch f {
		case fieldFailCount:
			dst = binary.AppendVarint(dst, in.Event.FailCount)
		case fieldHasFailCount:
			dst = append(dst, strconv.FormatBool(in.Event.HasFailCount)[0])
		case fieldScore:
			dst = binary.AppendVarint(dst, int64(in.Score))
		case fieldAnomaly:
			dst = binary.AppendVarint(dst, int64(in.Anomaly))
		case fieldRules:
			dst = binary.AppendUvarint(dst, uint64(len(in.Rules)))
			for _, r := range in.Rules {
				dst = appendText(dst, r)
			}
		case fieldMitigations:
			dst = binary.AppendUvarint(dst, uint64(len(in.Mitigations)))
			for i := range in.Mitigations {
				dst = appendText(dst, in.Mitigations[i].Action)
			}
		case fieldEvent:
			dst = u.event.appendKey(dst, in.Payload)
		default:
			dst = appendText(dst, text(f, in))
		}
		if len(dst) > maxMemoKey {
			return dst, false
		}
	}
	return dst, true
}

func (n *pathNode) appendKey(dst []byte, v jsondoc.Value) []byte {
	if n.whole || v.Kind() != jsondoc.Object {
		raw := v.Raw()
		if len(raw) > maxMemoKey {
			raw = raw[:maxMemoKey+1] // too large anyway
		}
		dst = append(dst, byte(v.Kind()))
		dst = binary.AppendUvarint(dst, uint64(len(raw)))
		return append(dst, raw...)
	}
	dst = append(dst, '{')
	for _, c := range n.children {
		dst = c.appendKey(dst, v.Get(c.key))
	}
	return dst
}

func appendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}
