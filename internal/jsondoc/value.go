package jsondoc

import (
	"encoding/json"
	"iter"
)

// Value is one value of a Doc. It is cheap to copy; the zero Value is Absent.
// It is good until the Doc parses again.
type Value struct {
	d *Doc
	i uint32
}

func (v Value) node() *node { return &v.d.nodes[v.i] }

// Kind returns the value's type, Absent when there is none.
func (v Value) Kind() Kind {
	if v.d == nil {
		return Absent
	}
	return v.node().kind
}

// Exists says whether there is a value, null included.
func (v Value) Exists() bool { return v.d != nil }

// IsNull says whether the value is present and null.
func (v Value) IsNull() bool { return v.Kind() == Null }

// Get returns the member of an object, Absent when there is none or the value
// is no object.
func (v Value) Get(key string) Value {
	if v.Kind() != Object {
		return Value{}
	}
	d, n := v.d, v.node()
	if n.flags&flagIndexed != 0 {
		if m := d.index.find(d, v.i, key); m >= 0 {
			return Value{d: d, i: uint32(m)}
		}
		return Value{}
	}
	i := v.i + 1
	for range n.b {
		m := &d.nodes[i]
		if int(m.keyTo-m.keyFrom) == len(key) && string(d.keyOf(m)) == key {
			return Value{d: d, i: i}
		}
		i = d.after(i)
	}
	return Value{}
}

// Path follows keys through nested objects.
func (v Value) Path(keys ...string) Value {
	for _, k := range keys {
		v = v.Get(k)
	}
	return v
}

// Len returns the number of elements or members, 0 for other kinds.
func (v Value) Len() int {
	if v.Kind() < Array {
		return 0
	}
	return int(v.node().b)
}

// Index returns an array's element, Absent out of range. In an array that holds
// arrays or objects it takes time proportional to i: use Elements to go through.
func (v Value) Index(i int) Value {
	if v.Kind() != Array || i < 0 || i >= v.Len() {
		return Value{}
	}
	n := v.node()
	if n.a-v.i-1 == n.b { // scalars only
		return Value{d: v.d, i: v.i + 1 + uint32(i)}
	}
	at := v.i + 1
	for range i {
		at = v.d.after(at)
	}
	return Value{d: v.d, i: at}
}

// Elements goes through an array in order; other kinds have none.
func (v Value) Elements() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		if v.Kind() != Array {
			return
		}
		i := v.i + 1
		for range v.node().b {
			if !yield(Value{d: v.d, i: i}) {
				return
			}
			i = v.d.after(i)
		}
	}
}

// Members goes through an object in source order; other kinds have none.
func (v Value) Members() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for key, m := range v.MemberViews() {
			if !yield(string(key), m) {
				return
			}
		}
	}
}

// MemberViews is Members without copying the keys: a key is a view that must not
// be changed, nor kept beyond the Doc's next Parse.
func (v Value) MemberViews() iter.Seq2[[]byte, Value] {
	return func(yield func([]byte, Value) bool) {
		if v.Kind() != Object {
			return
		}
		i := v.i + 1
		for range v.node().b {
			if !yield(v.d.keyOf(&v.d.nodes[i]), Value{d: v.d, i: i}) {
				return
			}
			i = v.d.after(i)
		}
	}
}

// Str returns a copy of the decoded string.
func (v Value) Str() (string, bool) {
	// Small on purpose: inlined, a string that does not escape costs no memory.
	b, ok := v.StrView()
	return string(b), ok
}

// StrView returns the decoded string without a copy: a view that must not be
// changed, nor kept beyond the Doc's next Parse.
func (v Value) StrView() ([]byte, bool) {
	if v.Kind() != String {
		return nil, false
	}
	return v.d.textOf(v.node()), true
}

// Num returns a number's lexeme exactly as sent.
func (v Value) Num() (lexeme string, ok bool) {
	if v.Kind() != Number {
		return "", false
	}
	return string(v.Raw()), true
}

// Int64 returns the value of an integer-valued number (1, 1.0, 1e3); false for
// anything else and out of range.
func (v Value) Int64() (int64, bool) {
	if v.Kind() != Number {
		return 0, false
	}
	return lexemeInt64(v.Raw())
}

// Bool returns a boolean; ok is false for other kinds.
func (v Value) Bool() (val, ok bool) {
	if v.Kind() != Bool {
		return false, false
	}
	return v.node().flags&flagTrue != 0, true
}

// Raw returns the exact source bytes of the value, nil when Absent. They must
// not be changed.
func (v Value) Raw() []byte {
	if v.d == nil {
		return nil
	}
	n := v.node()
	return v.d.src[n.start:n.end:n.end]
}

// Offset returns where in the source the value begins, -1 when Absent.
func (v Value) Offset() int {
	if v.d == nil {
		return -1
	}
	return int(v.node().start)
}

// Any returns the value as map[string]any, []any, string, json.Number, bool or
// nil. It shares no memory with the Doc. Absent gives nil.
func (v Value) Any() any {
	switch v.Kind() {
	case Bool:
		b, _ := v.Bool()
		return b
	case Number:
		return json.Number(v.Raw())
	case String:
		s, _ := v.Str()
		return s
	case Array:
		out := make([]any, 0, v.Len())
		for e := range v.Elements() {
			out = append(out, e.Any())
		}
		return out
	case Object:
		out := make(map[string]any, v.Len())
		for k, m := range v.Members() {
			out[k] = m.Any()
		}
		return out
	default:
		return nil
	}
}

func (d *Doc) textOf(n *node) []byte {
	if n.flags&flagTextDecoded != 0 {
		return d.decoded[n.a:n.b]
	}
	return d.src[n.a:n.b]
}
