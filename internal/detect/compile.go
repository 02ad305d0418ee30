package detect

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"

	"frostgate.io/frostgate/internal/domain"
)

const (
	// costLimit bounds one evaluation in CEL's cost units (about one per
	// operation or per ten bytes looked at); beyond it the expression fails.
	costLimit = 200_000
	// maxNodes bounds one expression.
	maxNodes = 1_000
	// maxSpan bounds a window.
	maxSpan = MaxSpan
)

// MaxSpan is the longest span of a window.
const MaxSpan = 30 * 24 * time.Hour

// compiler turns one document into a Set.
type compiler struct {
	doc *document
	env *cel.Env
	set *Set
}

// Compile makes a ruleset's documents ready. An error names the document, the
// entry, its line and what is wrong there.
func Compile(d Documents) (*Set, error) {
	parsed, err := parse(d.Scenarios)
	if err != nil {
		return nil, err
	}
	env, err := environment()
	if err != nil {
		return nil, fmt.Errorf("CEL environment: %w", err)
	}
	sum := sha256.Sum256(d.Scenarios)
	c := &compiler{doc: parsed, env: env, set: &Set{
		version: parsed.Version,
		hash:    domain.Hash(hex.EncodeToString(sum[:])),
	}}
	if c.set.rules = d.Rules; d.Rules != nil {
		c.set.correlations = d.Rules.correlations
	}
	if c.set.tuning, err = compileTuning(d.Tuning, d.Rules); err != nil {
		return nil, err
	}
	if err := c.compile(); err != nil {
		return nil, err
	}
	return c.set, nil
}

// environment declares what an expression may read. There is nothing in it
// that depends on time, randomness or the host.
func environment() (*cel.Env, error) {
	opts := []cel.EnvOption{
		cel.ParserExpressionSizeLimit(16 << 10),
		cel.ParserRecursionLimit(64),
		cel.RegexProgramSizeLimit(1_000),
		cel.CrossTypeNumericComparisons(true),
		cel.Variable("fail_count", cel.IntType),
		cel.Variable("has_fail_count", cel.BoolType),
		cel.Variable("payload", cel.DynType),
		cel.Variable("window", cel.MapType(cel.StringType, cel.IntType)),
		cel.Variable("rules", cel.MapType(cel.StringType, cel.BoolType)),
		cel.Variable("tags", cel.MapType(cel.StringType, cel.BoolType)),
	}
	for _, name := range []string{"event_type", "source", "src_ip", "user", "host", "persona", "classification", "mission"} {
		opts = append(opts, cel.Variable(name, cel.StringType))
	}
	return cel.NewEnv(opts...)
}

func (c *compiler) compile() error {
	if c.set.version == "" {
		return c.doc.bad("version", "", "is missing")
	}
	for i := range c.doc.Windows {
		if err := c.window(fmt.Sprintf("windows/%d", i), &c.doc.Windows[i]); err != nil {
			return err
		}
	}
	for i := range c.doc.Scenarios {
		if err := c.scenario(fmt.Sprintf("scenarios/%d", i), &c.doc.Scenarios[i]); err != nil {
			return err
		}
	}
	if err := c.responses(); err != nil {
		return err
	}
	def := c.doc.Default
	if def.ID == "" || slices.ContainsFunc(c.set.scenarios, func(s *scenario) bool { return s.id == def.ID }) {
		return c.doc.bad("default", "id", "%q is missing or the name of a scenario", def.ID)
	}
	c.set.fallback = domain.RuleHit{Rule: def.ID, Title: def.Title, Matched: true, Points: def.Points}
	c.set.index()
	return nil
}

func (c *compiler) scenario(at string, s *scenarioDoc) error {
	if s.ID == "" || slices.ContainsFunc(c.set.scenarios, func(x *scenario) bool { return x.id == s.ID }) {
		return c.doc.bad(at, "id", "%q is missing or named twice", s.ID)
	}
	if s.Points < 0 || s.Points > 1000 {
		return c.doc.bad(at, "points", "%d is outside 0 to 1000", s.Points)
	}
	when, err := c.expression(at, "when", s.When, cel.BoolType)
	if err != nil {
		return err
	}
	out := &scenario{id: s.ID, title: s.Title, points: s.Points, types: s.Types, when: when}
	if out.techniques, err = c.techniques(at, s.Techniques); err != nil {
		return err
	}
	if s.Relevant.text != "" {
		if out.relevant, err = c.expression(at, "relevant", s.Relevant, cel.BoolType); err != nil {
			return err
		}
	}
	for i, name := range s.Values {
		v, err := c.value(name)
		if err != nil {
			return c.doc.bad(at, fmt.Sprintf("values/%d", i), "%v", err)
		}
		out.values = append(out.values, v)
	}
	for i := range s.Mitigations {
		m, err := c.mitigation(at, fmt.Sprintf("mitigations/%d/", i), &s.Mitigations[i])
		if err != nil {
			return err
		}
		out.mitigations = append(out.mitigations, m)
	}
	if err := c.escalation(at, s, out); err != nil {
		return err
	}
	for i := range s.Flips {
		f, err := c.flip(at, fmt.Sprintf("flips/%d/", i), s.ID, &s.Flips[i])
		if err != nil {
			return err
		}
		out.flips = append(out.flips, f)
	}
	c.set.scenarios = append(c.set.scenarios, out)
	return nil
}

// value resolves a name of the values list: an event field or window.NAME.
func (c *compiler) value(name string) (value, error) {
	if w, ok := strings.CutPrefix(name, "window."); ok {
		if !c.knownWindow(w) {
			return value{}, fmt.Errorf("%q is not a window of this document", w)
		}
		return value{name: name, window: w}, nil
	}
	f, ok := fieldNamed(name)
	if !ok {
		return value{}, fmt.Errorf("%q is not an event field", name)
	}
	return value{name: name, text: f.text}, nil
}

func (c *compiler) knownWindow(name string) bool {
	return slices.ContainsFunc(c.doc.Windows, func(w windowDoc) bool { return w.Name == name })
}

func (c *compiler) mitigation(at, sub string, m *mitigationDoc) (mitigation, error) {
	out := mitigation{action: m.Action, kind: m.TargetKind}
	if m.Action == "" {
		return out, c.doc.bad(at, sub+"action", "is missing")
	}
	target, ok := fieldNamed(m.Target)
	if !ok {
		return out, c.doc.bad(at, sub+"target", "%q is not an event field", m.Target)
	}
	out.target = target.text
	for _, text := range m.TTL {
		ttl, err := time.ParseDuration(text)
		if err != nil || ttl < time.Second || ttl > 366*24*time.Hour {
			return out, c.doc.bad(at, sub+"ttl", "%q is not a duration from 1s to one year", text)
		}
		out.ttl = append(out.ttl, int64(ttl/time.Second))
	}
	if n, err := strconv.Atoi(m.Confidence.text); err == nil {
		if n < 0 || n > 1000 {
			return out, c.doc.bad(at, sub+"confidence", "%d is outside 0 to 1000", n)
		}
		out.confidence = domain.Milli(n)
		return out, nil
	}
	p, err := c.expression(at, sub+"confidence", m.Confidence, cel.IntType)
	out.confidenceExpr = p
	return out, err
}

func (c *compiler) flip(at, sub, rule string, f *flipDoc) (flip, error) {
	out := flip{rule: rule, fired: f.If != "quiet", quiet: f.If != "fired"}
	if f.If != "" && f.If != "fired" && f.If != "quiet" {
		return out, c.doc.bad(at, sub+"if", "%q is not fired or quiet", f.If)
	}
	if f.Change == "" || len(f.Set) == 0 {
		return out, c.doc.bad(at, sub+"change", "change and set must both be given")
	}
	for _, name := range slices.Sorted(maps.Keys(f.Set)) {
		fd, ok := fieldNamed(name)
		if !ok || fd.set == nil || !fd.set(new(domain.Event), f.Set[name]) {
			return out, c.doc.bad(at, sub+"set", "%q can't be set to %q", name, f.Set[name])
		}
		out.set = append(out.set, domain.NamedValue{Name: name, Value: f.Set[name]})
	}
	rest := f.Change
	for {
		before, after, ok := strings.Cut(rest, "{")
		out.text = append(out.text, piece{literal: before})
		if !ok {
			return out, nil
		}
		name, tail, ok := strings.Cut(after, "}")
		fd, known := fieldNamed(name)
		if !ok || !known {
			return out, c.doc.bad(at, sub+"change", "{%s is not an event field in braces", after)
		}
		out.text = append(out.text, piece{field: fd.text})
		rest = tail
	}
}

// expression compiles CEL of one output type. Constant ones are folded away.
func (c *compiler) expression(at, sub string, e expr, want *cel.Type) (*predicate, error) {
	if e.text == "" {
		return nil, c.doc.bad(at, sub, "is missing")
	}
	fail := func(format string, args ...any) (*predicate, error) {
		return nil, c.doc.badLine(e.line, at, sub, fmt.Sprintf(format, args...))
	}
	ast, issues := c.env.Compile(e.text)
	if err := issues.Err(); err != nil {
		return fail("%s", strings.ReplaceAll(issues.Errors()[0].Message, "\n", " "))
	}
	if !ast.OutputType().IsExactType(want) {
		return fail("gives %s, must give %s", ast.OutputType(), want)
	}
	root := ast.NativeRep().Expr()
	shape := c.examine(root)
	if shape.unknownWindow != "" {
		return fail("%q is not a window of this document", shape.unknownWindow)
	}
	if shape.nodes > maxNodes {
		return fail("has %d nodes, the limit is %d", shape.nodes, maxNodes)
	}
	if root.Kind() == celast.LiteralKind {
		if b, ok := root.AsLiteral().(types.Bool); ok {
			return &predicate{constant: true, always: bool(b)}, nil
		}
	}
	opts := []cel.ProgramOption{cel.EvalOptions(cel.OptOptimize)}
	if !shape.linear {
		opts = append(opts, cel.CostLimit(costLimit))
	}
	prog, err := c.env.Program(ast, opts...)
	if err != nil {
		return fail("%v", err)
	}
	return &predicate{prog: prog}, nil
}

// shape is what examine finds in an expression.
type shape struct {
	nodes         int
	linear        bool   // every node costs at most one look at its operands' bytes
	unknownWindow string // a window that the document doesn't have
}

// cheap lists the operators and functions whose cost is bounded by the size of
// the expression and of the event, so that they need no cost tracking, which
// would double the price of an evaluation.
func cheap() map[string]bool {
	out := map[string]bool{"startsWith": true, "endsWith": true, "contains": true, "size": true}
	for _, op := range []string{
		operators.Conditional, operators.LogicalAnd, operators.LogicalOr, operators.LogicalNot, operators.Equals, operators.NotEquals,
		operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals, operators.In, operators.Index,
	} {
		out[op] = true
	}
	return out
}

func (c *compiler) examine(root celast.Expr) shape {
	s := shape{linear: true}
	free := cheap()
	celast.PreOrderVisit(root, celast.NewExprVisitor(func(e celast.Expr) {
		s.nodes++
		switch e.Kind() {
		case celast.ComprehensionKind:
			s.linear = false
		case celast.CallKind:
			call := e.AsCall()
			s.linear = s.linear && free[call.FunctionName()]
			if call.FunctionName() == operators.Index && isWindow(call.Args()[0]) && call.Args()[1].Kind() == celast.LiteralKind {
				if name, ok := call.Args()[1].AsLiteral().(types.String); ok && !c.knownWindow(string(name)) {
					s.unknownWindow = string(name)
				}
			}
		case celast.SelectKind:
			if sel := e.AsSelect(); isWindow(sel.Operand()) && !c.knownWindow(sel.FieldName()) {
				s.unknownWindow = sel.FieldName()
			}
		}
	}))
	return s
}

func isWindow(e celast.Expr) bool { return e.Kind() == celast.IdentKind && e.AsIdent() == "window" }
