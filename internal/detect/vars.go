package detect

import (
	"reflect"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"cel.dev/cel-go/interpreter"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/jsondoc"
)

// vars is what expressions read of one event: an activation without maps, whose
// values are boxed on first use and shared by all expressions. One goroutine
// owns it while it evaluates one event.
type vars struct {
	ev      *domain.Event
	payload jsondoc.Value
	matched *Matched
	windows []domain.WindowFact
	boxed   [varCount]ref.Val
}

const (
	varType = iota
	varSource
	varSourceIP
	varUser
	varHost
	varPersona
	varRing
	varMission
	varFailCount
	varPayload
	varWindow
	varRules
	varTags
	varCount
)

var _ interpreter.Activation = (*vars)(nil)

// Parent is nil: there is no outer scope.
func (v *vars) Parent() interpreter.Activation { return nil }

// ResolveName gives a variable's value.
func (v *vars) ResolveName(name string) (any, bool) {
	switch name {
	case "event_type":
		return v.text(varType, v.ev.Type), true
	case "src_ip":
		return v.text(varSourceIP, v.ev.SourceIP), true
	case "fail_count":
		if v.boxed[varFailCount] == nil {
			v.boxed[varFailCount] = types.Int(v.ev.FailCount)
		}
		return v.boxed[varFailCount], true
	case "has_fail_count":
		return types.Bool(v.ev.HasFailCount), true
	case "window":
		if v.boxed[varWindow] == nil {
			v.boxed[varWindow] = counts{v.windows}
		}
		return v.boxed[varWindow], true
	case "payload":
		if v.boxed[varPayload] == nil {
			v.boxed[varPayload] = celValue(v.payload)
		}
		return v.boxed[varPayload], true
	case "rules":
		if v.boxed[varRules] == nil {
			v.boxed[varRules] = names{v.matched.counts, v.matched.ruleNames}
		}
		return v.boxed[varRules], true
	case "tags":
		if v.boxed[varTags] == nil {
			v.boxed[varTags] = names{v.matched.tagged, v.matched.tagNames}
		}
		return v.boxed[varTags], true
	case "source":
		return v.text(varSource, v.ev.Source), true
	case "user":
		return v.text(varUser, v.ev.User), true
	case "host":
		return v.text(varHost, v.ev.Host), true
	case "persona":
		return v.text(varPersona, string(v.ev.Persona)), true
	case "classification":
		return v.text(varRing, string(v.ev.Ring)), true
	case "mission":
		return v.text(varMission, string(v.ev.Mission)), true
	}
	return nil, false
}

func (v *vars) text(slot int, s string) ref.Val {
	if v.boxed[slot] == nil {
		v.boxed[slot] = types.String(s)
	}
	return v.boxed[slot]
}

// counts is the window variable: a map from window name to count in which every
// name is present, 0 where nothing was counted.
type counts struct{ facts []domain.WindowFact }

var _ traits.Mapper = counts{}

func countOf(facts []domain.WindowFact, name string) int64 {
	for i := range facts {
		if facts[i].Window == name {
			return facts[i].Count
		}
	}
	return 0
}

func (c counts) Find(key ref.Val) (ref.Val, bool) {
	name, ok := key.(types.String)
	if !ok {
		return types.MaybeNoSuchOverloadErr(key), false
	}
	return types.Int(countOf(c.facts, string(name))), true
}

func (c counts) Get(key ref.Val) ref.Val {
	v, _ := c.Find(key)
	return v
}

func (c counts) Contains(key ref.Val) ref.Val {
	_, ok := c.Find(key)
	return types.Bool(ok)
}

func (c counts) Size() ref.Val { return types.Int(len(c.facts)) }

func (c counts) Iterator() traits.Iterator {
	names := make([]ref.Val, len(c.facts))
	for i := range c.facts {
		names[i] = types.String(c.facts[i].Window)
	}
	return types.NewRefValList(types.DefaultTypeAdapter, names).Iterator()
}

func (c counts) whole() traits.Mapper {
	all := make(map[ref.Val]ref.Val, len(c.facts))
	for i := range c.facts {
		all[types.String(c.facts[i].Window)] = types.Int(c.facts[i].Count)
	}
	return types.NewRefValMap(types.DefaultTypeAdapter, all)
}

func (c counts) ConvertToNative(t reflect.Type) (any, error) { return c.whole().ConvertToNative(t) }

func (c counts) ConvertToType(t ref.Type) ref.Val { return c.whole().ConvertToType(t) }

func (c counts) Equal(other ref.Val) ref.Val { return c.whole().Equal(other) }

func (c counts) Type() ref.Type { return types.MapType }

func (c counts) Value() any { return c.whole().Value() }
