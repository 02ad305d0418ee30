package diff_test

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/jsondoc"
)

// An RFC 6902 patcher for tests, on map[string]any, []any and scalars as raw JSON.

func tree(v jsondoc.Value) any {
	switch v.Kind() {
	case jsondoc.Object:
		m := make(map[string]any, v.Len())
		for k, e := range v.Members() {
			m[k] = tree(e)
		}
		return m
	case jsondoc.Array:
		list := make([]any, 0, v.Len())
		for e := range v.Elements() {
			list = append(list, tree(e))
		}
		return list
	}
	return jsontext.Value(slices.Clone(v.Raw()))
}

func parseTree(t testing.TB, b []byte) any {
	t.Helper()
	d, err := jsondoc.Parse(b, jsondoc.Limits{MaxBytes: 8 << 20, MaxNodes: 2 << 20})
	if err != nil {
		t.Fatalf("%v: %.300s", err, b)
	}
	return tree(d.Root())
}

func written(t testing.TB, v any) []byte {
	t.Helper()
	b, err := jsonv2.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	d, err := jsondoc.Parse(b, jsondoc.Limits{MaxBytes: 8 << 20, MaxNodes: 2 << 20})
	if err != nil {
		t.Fatal(err)
	}
	return d.Root().AppendCanonical(nil)
}

// applied gives from after all operations, the last pointer first.
func applied(t testing.TB, from []byte, changes []diff.Change) []byte {
	t.Helper()
	var ops []diff.Op
	for i := range changes {
		ops = append(ops, changes[i].Ops...)
	}
	slices.SortStableFunc(ops, func(x, y diff.Op) int { return comparePointers(y.Path, x.Path) })
	v := parseTree(t, from)
	for _, op := range ops {
		var err error
		if v, err = patch(t, v, steps(op.Path), op); err != nil {
			t.Fatalf("%s %s: %v", op.Op, op.Path, err)
		}
	}
	return written(t, v)
}

func steps(pointer string) []string {
	if pointer == "" {
		return nil
	}
	parts := strings.Split(pointer[1:], "/")
	for i := range parts {
		parts[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(parts[i])
	}
	return parts
}

func comparePointers(x, y string) int {
	xs, ys := strings.Split(x, "/"), strings.Split(y, "/")
	for i := range min(len(xs), len(ys)) {
		if xs[i] == ys[i] {
			continue
		}
		if xs[i] == "-" || ys[i] == "-" {
			return cmp.Compare(b2i(xs[i] == "-"), b2i(ys[i] == "-"))
		}
		n, errX := strconv.Atoi(xs[i])
		m, errY := strconv.Atoi(ys[i])
		if errX == nil && errY == nil {
			return cmp.Compare(n, m)
		}
		return strings.Compare(xs[i], ys[i])
	}
	return cmp.Compare(len(xs), len(ys))
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func patch(t testing.TB, v any, path []string, op diff.Op) (any, error) {
	if len(path) == 0 {
		return parseTree(t, op.Value), nil
	}
	switch v := v.(type) {
	case map[string]any:
		return patchMember(t, v, path, op)
	case []any:
		return patchElement(t, v, path, op)
	}
	return nil, fmt.Errorf("no container at %q", path[0])
}

func patchMember(t testing.TB, m map[string]any, path []string, op diff.Op) (any, error) {
	key := path[0]
	old, ok := m[key]
	if len(path) > 1 {
		if !ok {
			return nil, fmt.Errorf("no member %q", key)
		}
		v, err := patch(t, old, path[1:], op)
		m[key] = v
		return m, err
	}
	if ok == (op.Op == "add") {
		return nil, fmt.Errorf("member %q there: %v", key, ok)
	}
	if op.Op == "remove" {
		delete(m, key)
	} else {
		m[key] = parseTree(t, op.Value)
	}
	return m, nil
}

func patchElement(t testing.TB, list []any, path []string, op diff.Op) (any, error) {
	if path[0] == "-" && op.Op == "add" && len(path) == 1 {
		return append(list, parseTree(t, op.Value)), nil
	}
	i, err := strconv.Atoi(path[0])
	if err != nil || i < 0 || i >= len(list) {
		return nil, fmt.Errorf("no element %q of %d", path[0], len(list))
	}
	if len(path) > 1 {
		list[i], err = patch(t, list[i], path[1:], op)
		return list, err
	}
	switch op.Op {
	case "remove":
		return slices.Delete(list, i, i+1), nil
	case "replace":
		list[i] = parseTree(t, op.Value)
		return list, nil
	}
	return nil, fmt.Errorf("%s at an element", op.Op)
}
