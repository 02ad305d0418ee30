package policy

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"frostgate.io/frostgate/internal/domain"
)

// answerVar is the query's variable; see the query in compile.go.
const answerVar = ast.Var("answer")

// read takes [[allow], [reasons], [obligations]], each inner array empty where
// the policy defines no such value, apart. Everything of a wrong type is an
// error: a policy that says something unreadable must not pass for one that
// says nothing.
func read(answer *ast.Term) (domain.PolicyResult, string) {
	r := domain.PolicyResult{Outcome: OK}
	parts, ok := answer.Value.(*ast.Array)
	if !ok || parts.Len() != 3 {
		return r, Failed
	}
	allow, ok := single(parts.Elem(0))
	if !ok {
		return r, Undefined
	}
	b, ok := allow.Value.(ast.Boolean)
	if !ok {
		return r, Failed
	}
	r.Allow = bool(b)
	if reasons, ok := single(parts.Elem(1)); ok {
		if r.Reasons, ok = texts(reasons); !ok {
			return r, Failed
		}
	}
	if obligations, ok := single(parts.Elem(2)); ok {
		if r.Obligations, ok = readObligations(obligations); !ok {
			return r, Failed
		}
	}
	return r, OK
}

// single returns the only element of an array.
func single(t *ast.Term) (*ast.Term, bool) {
	a, ok := t.Value.(*ast.Array)
	if !ok || a.Len() != 1 {
		return nil, false
	}
	return a.Elem(0), true
}

// each goes through a set (sorted) or an array; false when it is neither or fn
// refused an element.
func each(t *ast.Term, fn func(*ast.Term) bool) bool {
	switch v := t.Value.(type) {
	case ast.Set:
		for _, e := range v.Slice() {
			if !fn(e) {
				return false
			}
		}
		return true
	case *ast.Array:
		for i := range v.Len() {
			if !fn(v.Elem(i)) {
				return false
			}
		}
		return true
	}
	return false
}

// texts returns the strings of a set or array, sorted, each once.
func texts(t *ast.Term) ([]string, bool) {
	var out []string
	ok := each(t, func(e *ast.Term) bool {
		s, ok := e.Value.(ast.String)
		out = append(out, string(s))
		return ok
	})
	slices.Sort(out)
	return slices.Clip(slices.Compact(out)), ok
}

func readObligations(t *ast.Term) ([]domain.Obligation, bool) {
	var out []domain.Obligation
	ok := each(t, func(e *ast.Term) bool {
		o, ok := readObligation(e)
		out = append(out, o)
		return ok
	})
	return slices.Clip(out), ok
}

func readObligation(t *ast.Term) (domain.Obligation, bool) {
	var out domain.Obligation
	obj, ok := t.Value.(ast.Object)
	if !ok {
		return out, false
	}
	err := obj.Iter(func(k, v *ast.Term) error {
		name, isText := k.Value.(ast.String)
		s, isString := v.Value.(ast.String)
		if !isText || !isString {
			ok = false
			return nil
		}
		switch name {
		case "action":
			out.Action = string(s)
		case "gating":
			out.Gating = domain.Gating(s)
		case "reason":
			out.Reason = string(s)
		default:
			ok = false
		}
		return nil
	})
	known := out.Gating == domain.GateAllow || out.Gating == domain.GateRequireApproval || out.Gating == domain.GateReject
	return out, err == nil && ok && known && out.Action != ""
}
