package httpapi

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/receipt"
)

// schema describes one JSON value. It is derived from a Go type once, then
// serves two ends: it is printed into the contract, and input is checked with
// it, so that what is documented is what is enforced.
//
// Tags beside json: doc (description), enum (a|b|c), minlen, maxlen, min, max,
// maxitems, format.
type schema struct {
	name       string // component name; empty for inline ones
	kind       string // "object", "array", "string", "integer", "number", "boolean"; empty takes anything
	format     string
	doc        string
	enum       []string
	nullable   bool
	minLen     int
	maxLen     int // characters, items; 0 means unlimited
	min, max   *int64
	properties []property
	items      *schema // of an array
	values     *schema // of an object used as a map
}

type property struct {
	name     string
	required bool
	schema   *schema
}

// schemas derives and keeps the schemas of Go types.
type schemas struct {
	types map[reflect.Type]*schema
	names map[string]reflect.Type
}

func newSchemas() *schemas {
	return &schemas{types: map[reflect.Type]*schema{}, names: map[string]reflect.Type{}}
}

// of returns the schema of a type. A type that has no JSON form is a bug.
func (ss *schemas) of(t reflect.Type) *schema {
	if e, ok := reflect.Zero(t).Interface().(interface{ schemaType() reflect.Type }); ok {
		return ss.of(e.schemaType())
	}
	switch t {
	case reflect.TypeFor[Time]():
		return &schema{kind: "string", format: "date-time"}
	case reflect.TypeFor[jsontext.Value](), reflect.TypeFor[any]():
		return &schema{}
	case reflect.TypeFor[receipt.Anchor](): // writes itself
		return ss.of(reflect.TypeFor[anchorView]())
	}
	if t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		return &schema{kind: "string"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return ss.of(t.Elem())
	case reflect.String:
		return &schema{kind: "string", enum: enumOf(t)}
	case reflect.Bool:
		return &schema{kind: "boolean"}
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint64:
		return &schema{kind: "integer", format: "int64"}
	case reflect.Float64:
		return &schema{kind: "number"}
	case reflect.Slice:
		return &schema{kind: "array", items: ss.of(t.Elem())}
	case reflect.Map:
		return &schema{kind: "object", values: ss.of(t.Elem())}
	case reflect.Struct:
		return ss.object(t)
	}
	panic(fmt.Sprintf("httpapi: type %s has no schema", t))
}

// enumOf lists the values of the closed string types that the wire shows.
func enumOf(t reflect.Type) []string {
	switch t {
	case reflect.TypeFor[domain.Gating]():
		return []string{"allow", "require_approval", "reject"}
	case reflect.TypeFor[domain.ThreatLevel]():
		return []string{"none", "low", "medium", "high", "critical"}
	}
	return nil
}

func (ss *schemas) object(t reflect.Type) *schema {
	if s, ok := ss.types[t]; ok {
		return s
	}
	s := &schema{name: componentName(t), kind: "object"}
	if other, taken := ss.names[s.name]; s.name != "" && taken {
		panic(fmt.Sprintf("httpapi: %s and %s are both called %s in the contract", other, t, s.name))
	}
	ss.types[t] = s
	if s.name != "" {
		ss.names[s.name] = t
	}
	ss.fields(s, t)
	return s
}

// componentName turns wireThing, thing or list[wireThing] into Thing, ThingList.
func componentName(t reflect.Type) string {
	name := t.Name()
	if of, rest, ok := strings.Cut(name, "["); ok {
		inner := strings.TrimSuffix(rest[strings.LastIndexAny(rest, "./")+1:], "]")
		name = inner + strings.ToUpper(of[:1]) + of[1:]
	}
	if name == "" {
		return ""
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

func (ss *schemas) fields(s *schema, t reflect.Type) {
	for f := range fieldsOf(t) {
		name, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			ss.fields(s, f.Type)
			continue
		}
		if name == "" || name == "-" {
			panic(fmt.Sprintf("httpapi: %s.%s needs a json name", t, f.Name))
		}
		ps := ss.of(f.Type)
		if tagged := withTags(ps, f.Tag); tagged != nil {
			ps = tagged
		}
		required := !strings.Contains(opts, "omit")
		if required && f.Type.Kind() == reflect.Pointer && ps.kind != "object" {
			// A pointer that is always written is written as null when it is nil.
			c := *ps
			c.nullable, ps = true, &c
		}
		s.properties = append(s.properties, property{name: name, required: required, schema: ps})
	}
}

func fieldsOf(t reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if !yield(t.Field(i)) {
				return
			}
		}
	}
}

// withTags returns a copy of s with what the field's tags add, nil when they
// add nothing.
func withTags(s *schema, tag reflect.StructTag) *schema {
	c := *s
	changed := false
	set := func(name string, apply func(string)) {
		if v, ok := tag.Lookup(name); ok {
			apply(v)
			changed = true
		}
	}
	set("doc", func(v string) { c.doc = v })
	set("format", func(v string) { c.format = v })
	set("enum", func(v string) {
		if c.items != nil {
			items := *c.items
			items.enum = strings.Split(v, "|")
			c.items = &items
			return
		}
		c.enum = strings.Split(v, "|")
	})
	set("minlen", func(v string) { c.minLen = mustInt(v) })
	set("maxlen", func(v string) { c.maxLen = mustInt(v) })
	set("maxitems", func(v string) { c.maxLen = mustInt(v) })
	set("min", func(v string) { n := int64(mustInt(v)); c.min = &n })
	set("max", func(v string) { n := int64(mustInt(v)); c.max = &n })
	if !changed {
		return nil
	}
	return &c
}

func mustInt(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(fmt.Sprintf("httpapi: tag value %q is no number", s))
	}
	return n
}
