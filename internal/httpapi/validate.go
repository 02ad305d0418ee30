package httpapi

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/jsondoc"
)

// check says what is wrong with a value, naming its place ("filter.actions[2]").
func (s *schema) check(v jsondoc.Value, path string) *fault.Error {
	if v.IsNull() && s.nullable {
		return nil
	}
	if v.IsNull() {
		return wrong(path, "must be %s, not null", article(s.kind))
	}
	switch s.kind {
	case "":
		return nil
	case "object":
		return s.checkObject(v, path)
	case "array":
		return s.checkArray(v, path)
	case "string":
		return s.checkString(v, path)
	case "integer":
		return s.checkInteger(v, path)
	case "number":
		if v.Kind() != jsondoc.Number {
			return wrongKind(path, "a number", v)
		}
	case "boolean":
		if v.Kind() != jsondoc.Bool {
			return wrongKind(path, "true or false", v)
		}
	}
	return nil
}

func (s *schema) checkObject(v jsondoc.Value, path string) *fault.Error {
	if v.Kind() != jsondoc.Object {
		return wrongKind(path, "an object", v)
	}
	for key, m := range v.Members() {
		at := join(path, key)
		if s.values != nil {
			if err := s.values.check(m, at); err != nil {
				return err
			}
			continue
		}
		i := slices.IndexFunc(s.properties, func(p property) bool { return p.name == key })
		if i < 0 {
			return wrong(at, "is not a field of this request (known: %s)", s.fieldNames())
		}
		if err := s.properties[i].schema.check(m, at); err != nil {
			return err
		}
	}
	for _, p := range s.properties {
		if p.required && !v.Get(p.name).Exists() {
			return wrong(join(path, p.name), "is missing")
		}
	}
	return nil
}

func (s *schema) fieldNames() string {
	names := make([]string, len(s.properties))
	for i, p := range s.properties {
		names[i] = p.name
	}
	return strings.Join(names, ", ")
}

func (s *schema) checkArray(v jsondoc.Value, path string) *fault.Error {
	if v.Kind() != jsondoc.Array {
		return wrongKind(path, "an array", v)
	}
	if s.maxLen > 0 && v.Len() > s.maxLen {
		return wrong(path, "may hold at most %d items", s.maxLen)
	}
	i := 0
	for e := range v.Elements() {
		if err := s.items.check(e, path+"["+strconv.Itoa(i)+"]"); err != nil {
			return err
		}
		i++
	}
	return nil
}

func (s *schema) checkString(v jsondoc.Value, path string) *fault.Error {
	text, ok := v.Str()
	if !ok {
		return wrongKind(path, "a string", v)
	}
	n := utf8.RuneCountInString(text)
	switch {
	case len(s.enum) > 0 && !slices.Contains(s.enum, text):
		return wrong(path, "must be one of %s", strings.Join(s.enum, ", "))
	case n < s.minLen:
		return wrong(path, "must have at least %d characters", s.minLen)
	case s.maxLen > 0 && n > s.maxLen:
		return wrong(path, "may have at most %d characters", s.maxLen)
	case s.format == "date-time":
		if _, err := parseTime(text); err != nil {
			return wrong(path, "must be an RFC 3339 time such as 2026-03-01T12:00:00Z")
		}
	}
	return nil
}

func (s *schema) checkInteger(v jsondoc.Value, path string) *fault.Error {
	n, ok := v.Int64()
	lexeme, _ := v.Num()
	// What decodes it later takes integers in plain form only.
	if _, err := strconv.ParseInt(lexeme, 10, 64); !ok || err != nil {
		return wrongKind(path, "an integer", v)
	}
	switch {
	case s.min != nil && n < *s.min:
		return wrong(path, "must be at least %d", *s.min)
	case s.max != nil && n > *s.max:
		return wrong(path, "may be at most %d", *s.max)
	}
	return nil
}

func wrong(path, format string, args ...any) *fault.Error {
	if path == "" {
		path = "body"
	}
	return fault.New(fault.Invalid, "%s %s", path, fmt.Sprintf(format, args...)).At(path)
}

func wrongKind(path, want string, got jsondoc.Value) *fault.Error {
	return wrong(path, "must be %s, not %s", want, article(got.Kind().String()))
}

func article(kind string) string {
	switch {
	case kind == "":
		return "a value"
	case strings.ContainsAny(kind[:1], "aeiou"):
		return "an " + kind
	case kind == "null":
		return kind
	}
	return "a " + kind
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
