package policy

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage/inmem"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

const (
	// testSuffix marks modules that hold tests; they never decide.
	testSuffix = "_test.rego"
	maxModules = 1 << 20 // bytes of all modules together
)

// Compile prepares Rego modules, by file name. Modules named *_test.rego are
// left out: they don't decide. The hash of a single module is the SHA-256 of
// its bytes; of several, the SHA-256 over lines of hash, two spaces and name, in
// the order of names. An error names file, line and what is wrong there.
func Compile(modules map[string][]byte, opt Options) (*Engine, error) {
	deciding := maps.Clone(modules)
	maps.DeleteFunc(deciding, func(name string, _ []byte) bool { return strings.HasSuffix(name, testSuffix) })
	if len(deciding) == 0 {
		return nil, fault.New(fault.Invalid, "policy: no module")
	}
	parsed, err := parse(deciding)
	if err != nil {
		return nil, err
	}
	compiler := newCompiler()
	if compiler.Compile(parsed); compiler.Failed() {
		return nil, located(compiler.Errors)
	}
	e := &Engine{
		version:  opt.Version,
		hash:     hashOf(deciding),
		maxSteps: opt.MaxSteps,
		compiler: compiler,
		qc:       compiler.QueryCompiler(),
		store:    inmem.NewFromASTObject(ast.NewObject()),
	}
	if e.maxSteps <= 0 {
		e.maxSteps = defaultSteps
	}
	if e.uses, err = referenced(compiler.Modules); err != nil {
		return nil, fault.New(fault.Invalid, "policy: %v", err)
	}
	if err := e.prepare(); err != nil {
		return nil, err
	}
	// The store is empty and never written: one read transaction serves all.
	if e.txn, err = e.store.NewTransaction(context.Background()); err != nil {
		return nil, fmt.Errorf("open the policy's empty store: %w", err)
	}
	for i, name := range fieldNames() {
		e.keys[i] = ast.StringTerm(name)
	}
	if !opt.DisableMemo && e.uses.repeats() {
		e.memo = newMemo()
	}
	return e, nil
}

// prepare builds the query from what the package defines. A value that always
// has one is asked for directly; the others are wrapped in a comprehension, so
// that an undefined one leaves the rest readable.
func (e *Engine) prepare() error {
	var text []string
	for i, name := range valueNames() {
		ref := "data.frostgate.defend." + name
		rules := e.compiler.GetRulesExact(ast.MustParseRef(ref))
		switch {
		case len(rules) == 0:
			continue
		case slices.ContainsFunc(rules, alwaysDefined):
			e.values[i] = direct
			text = append(text, name+" = "+ref)
		default:
			e.values[i] = wrapped
			text = append(text, name+" = [x | x = "+ref+"]")
		}
	}
	if e.values[0] == missing {
		return fault.New(fault.Invalid, "policy: package frostgate.defend must define allow")
	}
	body, err := ast.ParseBody(strings.Join(text, "; "))
	if err != nil {
		return fmt.Errorf("parse the policy query: %w", err)
	}
	if e.query, err = e.qc.Compile(body); err != nil {
		return fmt.Errorf("compile the policy query: %w", err)
	}
	return nil
}

// alwaysDefined says that a name with this rule has a value for every input: a
// default, or a set that is empty at least.
func alwaysDefined(r *ast.Rule) bool {
	return r.Default || r.Head.RuleKind() == ast.MultiValue
}

func parse(modules map[string][]byte) (map[string]*ast.Module, error) {
	out, size := make(map[string]*ast.Module, len(modules)), 0
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		if size += len(modules[name]); size > maxModules {
			return nil, fault.New(fault.TooLarge, "policy: modules are over the limit of %d bytes", maxModules)
		}
		m, err := ast.ParseModuleWithOpts(name, string(modules[name]), ast.ParserOptions{
			RegoVersion: ast.RegoV1, Capabilities: Capabilities(), ProcessAnnotation: false,
		})
		if err != nil {
			return nil, located(err)
		}
		if m == nil {
			return nil, fault.New(fault.Invalid, "policy, %s: is empty", name)
		}
		out[name] = m
	}
	return out, nil
}

func newCompiler() *ast.Compiler {
	return ast.NewCompiler().
		WithCapabilities(Capabilities()).
		WithDefaultRegoVersion(ast.RegoV1).
		WithStrict(true)
}

// Capabilities are the builtins that a policy may call: those whose result
// depends on their arguments only.
func Capabilities() *ast.Capabilities {
	c := ast.CapabilitiesForThisVersion()
	c.Builtins = slices.DeleteFunc(slices.Clone(c.Builtins), func(b *ast.Builtin) bool { return b.Nondeterministic || surroundings(b.Name) })
	c.AllowNet = []string{}
	return c
}

// surroundings names the builtins that read time, host or network, or whose
// result differs between calls, whatever OPA flags them as.
func surroundings(name string) bool {
	switch name {
	case "http.send", "opa.runtime", "net.lookup_ip_addr", "time.now_ns", "uuid.rfc4122",
		"crypto.x509.parse_and_verify_certificates", "crypto.x509.parse_and_verify_certificates_with_options",
		// One call of this can take unbounded memory in a single step.
		"bits.lsh":
		return true
	}
	return strings.HasPrefix(name, "rand.") || strings.HasPrefix(name, "io.jwt.") || strings.HasPrefix(name, "providers.")
}

func hashOf(modules map[string][]byte) domain.Hash {
	names := slices.Sorted(maps.Keys(modules))
	all := sha256.New()
	for _, name := range names {
		sum := sha256.Sum256(modules[name])
		if len(names) == 1 {
			return domain.Hash(hex.EncodeToString(sum[:]))
		}
		fmt.Fprintf(all, "%x  %s\n", sum, name)
	}
	return domain.Hash(hex.EncodeToString(all.Sum(nil)))
}

// located turns OPA's first error into one that names file, line and cause.
func located(err error) error {
	var list ast.Errors
	if !errors.As(err, &list) || len(list) == 0 {
		return fault.Wrap(fault.Invalid, err, "policy: %v", err)
	}
	first := list[0]
	msg := strings.TrimSpace(first.Message)
	if first.Location == nil {
		return fault.Wrap(fault.Invalid, err, "policy: %s", msg)
	}
	at := fmt.Sprintf("%s:%d", first.Location.File, first.Location.Row)
	return fault.Wrap(fault.Invalid, err, "policy, %s: %s", at, msg).At(at)
}
