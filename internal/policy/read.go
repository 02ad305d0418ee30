package policy

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"

	"frostgate.io/frostgate/internal/domain"
)

// valueForm says how the query asks for one of the policy's values.
type valueForm uint8

const (
	missing valueForm = iota // the policy never defines it
	direct                   // by itself
	wrapped                  // as an array of none or one
)

const valueCount = 3

// valueNames are the values of data.frostgate.defend, also the names of the
// query's variables.
func valueNames() [valueCount]string { return [valueCount]string{"allow", "reasons", "obligations"} }

// read takes the query's variables apart. Everything of a wrong type is an
// error: a policy that says something unreadable must not pass for one that
// says nothing.
func (e *Engine) read(qr topdown.QueryResult) (domain.PolicyResult, string) {
	r := domain.PolicyResult{Outcome: OK}
	allow, ok := e.value(qr, 0)
	if !ok {
		return r, Undefined
	}
	b, ok := allow.Value.(ast.Boolean)
	if !ok {
		return r, Failed
	}
	r.Allow = bool(b)
	if reasons, ok := e.value(qr, 1); ok {
		if r.Reasons, ok = texts(reasons); !ok {
			return r, Failed
		}
	}
	if obligations, ok := e.value(qr, 2); ok {
		if r.Obligations, ok = readObligations(obligations); !ok {
			return r, Failed
		}
	}
	return r, OK
}

// value returns one of the policy's values; false when it is undefined.
func (e *Engine) value(qr topdown.QueryResult, i int) (*ast.Term, bool) {
	if e.values[i] == missing {
		return nil, false
	}
	t := qr[ast.Var(valueNames()[i])]
	if t == nil || e.values[i] == direct {
		return t, t != nil
	}
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
