package detect

import (
	"reflect"
	"slices"
	"strconv"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"frostgate.io/frostgate/internal/jsondoc"
)

// celValue converts a payload value; objects stay lazy.
func celValue(v jsondoc.Value) ref.Val {
	switch v.Kind() {
	case jsondoc.Null:
		return types.NullValue
	case jsondoc.Bool:
		b, _ := v.Bool()
		return types.Bool(b)
	case jsondoc.Number:
		return celNumber(v)
	case jsondoc.String:
		s, _ := v.Str()
		return types.String(s)
	case jsondoc.Array:
		out := make([]ref.Val, 0, v.Len())
		for e := range v.Elements() {
			out = append(out, celValue(e))
		}
		return types.NewRefValList(types.DefaultTypeAdapter, out)
	}
	return object{v} // an absent payload reads as an empty object
}

// celNumber gives integers exactly and the nearest double for the rest.
func celNumber(v jsondoc.Value) ref.Val {
	if n, ok := v.Int64(); ok {
		return types.Int(n)
	}
	lexeme, _ := v.Num()
	if n, err := strconv.ParseUint(lexeme, 10, 64); err == nil {
		return types.Uint(n)
	}
	// Out of range gives an infinity, which compares as one expects.
	f, _ := strconv.ParseFloat(lexeme, 64)
	return types.Double(f)
}

// object is a JSON object as a CEL map that converts only the members an
// expression asks for. It iterates in key order: a decision must not depend on
// the order in which a sender wrote its members.
type object struct{ v jsondoc.Value }

var _ traits.Mapper = object{}

func (o object) Find(key ref.Val) (ref.Val, bool) {
	name, ok := key.(types.String)
	if !ok {
		return types.MaybeNoSuchOverloadErr(key), false
	}
	m := o.v.Get(string(name))
	if !m.Exists() {
		return nil, false
	}
	return celValue(m), true
}

func (o object) Get(key ref.Val) ref.Val {
	v, ok := o.Find(key)
	if !ok {
		if v != nil {
			return v
		}
		return types.NewErr("no such key: %v", key.Value())
	}
	return v
}

func (o object) Contains(key ref.Val) ref.Val {
	v, ok := o.Find(key)
	if v != nil && types.IsUnknownOrError(v) {
		return v
	}
	return types.Bool(ok)
}

func (o object) Size() ref.Val { return types.Int(o.v.Len()) }

func (o object) keys() []ref.Val {
	names := make([]string, 0, o.v.Len())
	for k := range o.v.Members() {
		names = append(names, k)
	}
	slices.Sort(names)
	out := make([]ref.Val, len(names))
	for i, n := range names {
		out[i] = types.String(n)
	}
	return out
}

func (o object) Iterator() traits.Iterator {
	return types.NewRefValList(types.DefaultTypeAdapter, o.keys()).Iterator()
}

// whole converts everything, for the rare operations on a whole object.
func (o object) whole() traits.Mapper {
	all := make(map[ref.Val]ref.Val, o.v.Len())
	for k, m := range o.v.Members() {
		all[types.String(k)] = celValue(m)
	}
	return types.NewRefValMap(types.DefaultTypeAdapter, all)
}

func (o object) ConvertToNative(t reflect.Type) (any, error) { return o.whole().ConvertToNative(t) }

func (o object) ConvertToType(t ref.Type) ref.Val {
	switch t {
	case types.MapType:
		return o
	case types.TypeType:
		return types.MapType
	}
	return types.NewErr("type conversion error from map to '%s'", t.TypeName())
}

func (o object) Equal(other ref.Val) ref.Val { return o.whole().Equal(other) }

func (o object) Type() ref.Type { return types.MapType }

func (o object) Value() any { return o.v.Any() }
