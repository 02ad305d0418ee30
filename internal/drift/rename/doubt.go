package rename

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/internal/jsondoc"
)

// certain leaves out the changes that are none if references in doubt mean the
// same: values that are equal but for them, and elements of one set of which one
// went and one came that may be it.
func certain(changes []diff.Change) []diff.Change {
	drop := make([]bool, len(changes))
	for i := range changes {
		c := &changes[i]
		if drop[i] || !inDoubt(c) || c.Path == "" {
			continue
		}
		if c.From != nil && c.To != nil {
			drop[i] = mayEqual(c.From, c.To)
			continue
		}
		set := setOf(c.Path)
		for j := range changes {
			o := &changes[j]
			if j == i || drop[j] || o.Path == "" || setOf(o.Path) != set || (c.From == nil) == (o.From == nil) || (o.From == nil) == (o.To == nil) {
				continue
			}
			if c.From != nil && mayEqual(c.From, o.To) || c.From == nil && mayEqual(o.From, c.To) {
				drop[i], drop[j] = true, true
				break
			}
		}
	}
	out := make([]diff.Change, 0, len(changes))
	for i := range changes {
		if !drop[i] {
			out = append(out, changes[i])
		}
	}
	return out
}

func setOf(path string) string { return path[:strings.LastIndexByte(path, '/')] }

func inDoubt(c *diff.Change) bool {
	return doubts.Match(c.From) || doubts.Match(c.To)
}

// mayEqual says whether two values, of which at least one has references in
// doubt, are equal if those are.
func mayEqual(a, b []byte) bool {
	limits := jsondoc.Limits{MaxBytes: 2 * normal.MaxObject}
	x, err := jsondoc.Parse(a, limits)
	if err != nil {
		return false
	}
	y, err := jsondoc.Parse(b, limits)
	return err == nil && alike(x.Root(), y.Root())
}

func alike(a, b jsondoc.Value) bool {
	if a.Kind() != b.Kind() {
		return false
	}
	switch a.Kind() {
	case jsondoc.Object:
		if a.Len() != b.Len() {
			return false
		}
		for key, m := range a.Members() {
			if !alike(m, b.Get(key)) {
				return false
			}
		}
		return true
	case jsondoc.Array:
		return alikeSets(a, b)
	case jsondoc.String:
		x, _ := a.Str()
		y, _ := b.Str()
		if strings.HasPrefix(x, unresolved+doubtBegin) || strings.HasPrefix(y, unresolved+doubtBegin) {
			return true
		}
		return plainDoubts.ReplaceAllString(x, "") == plainDoubts.ReplaceAllString(y, "")
	}
	return string(a.Raw()) == string(b.Raw())
}

// alikeSets finds each element a partner: equal ones first, so that doubt is
// left for what needs it.
func alikeSets(a, b jsondoc.Value) bool {
	if a.Len() != b.Len() {
		return false
	}
	var left []jsondoc.Value
	rest := slices.Collect(b.Elements())
	take := func(e jsondoc.Value, same func(x, y jsondoc.Value) bool) bool {
		at := slices.IndexFunc(rest, func(o jsondoc.Value) bool { return same(e, o) })
		if at >= 0 {
			rest = slices.Delete(rest, at, at+1)
		}
		return at >= 0
	}
	for e := range a.Elements() {
		if !take(e, func(x, y jsondoc.Value) bool { return string(x.Raw()) == string(y.Raw()) }) {
			left = append(left, e)
		}
	}
	for _, e := range left {
		if !take(e, alike) {
			return false
		}
	}
	return true
}

// undoubt makes the marks into something to read: the ID in angle brackets.
// The value's hash goes with what is shown.
func undoubt(c *diff.Change) {
	c.Path = unescapeMarks.Replace(plainDoubts.ReplaceAllString(c.Path, " <$1>"))
	for _, side := range []struct {
		value *[]byte
		hash  *manifest.Hash
	}{{&c.From, &c.FromHash}, {&c.To, &c.ToHash}} {
		if bytes.Contains(*side.value, []byte(`\u000`)) {
			*side.value = readable(*side.value)
			*side.hash = sha256.Sum256(*side.value)
		}
	}
	for i := range c.Ops {
		if bytes.Contains(c.Ops[i].Value, []byte(`\u000`)) {
			c.Ops[i].Value = readable(c.Ops[i].Value)
		}
	}
}

func readable(value []byte) []byte {
	return []byte(unescapeJSON.Replace(string(doubts.ReplaceAll(value, []byte(" <$1>")))))
}
