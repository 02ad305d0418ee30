package saved

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
)

// differ compares what is opened with what is claimed, and notes the claims
// that nothing opened speaks of.
type differ struct {
	unknown []string
	held    int // values that were compared
}

func (d *differ) compare(want, got any, at string, exact bool) error {
	if e, ok := want.(exactly); ok {
		want, exact = e.v, true
	}
	switch w := want.(type) {
	case object:
		g, ok := got.(object)
		if !ok {
			return differs(at, want, got)
		}
		return d.compareObjects(w, g, at, exact)
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return differs(at, want, got)
		}
		d.held++
		for i := range w {
			if err := d.compare(w[i], g[i], at+"["+strconv.Itoa(i)+"]", exact); err != nil {
				return err
			}
		}
		return nil
	case number:
		if g, ok := got.(number); !ok || !sameNumber(string(w), string(g)) {
			return differs(at, want, got)
		}
		d.held++
		return nil
	}
	switch got.(type) {
	case object, []any:
		return differs(at, want, got) // not comparable with ==
	}
	if want != got {
		return differs(at, want, got)
	}
	d.held++
	return nil
}

func (d *differ) compareObjects(want, got object, at string, exact bool) error {
	for _, n := range slices.Sorted(maps.Keys(got)) {
		path := join(at, n)
		w, known := want[n]
		switch {
		case known:
			if err := d.compare(w, got[n], path, exact); err != nil {
				return err
			}
		case exact:
			return fmt.Errorf("%s is not in what is opened", path)
		default:
			d.unknown = append(d.unknown, path)
		}
	}
	if exact && len(got) != len(want) {
		return fmt.Errorf("%s lacks members that are opened", at)
	}
	return nil
}

func differs(at string, want, got any) error {
	show := func(v any) string {
		switch v := v.(type) {
		case object:
			return "an object"
		case []any:
			return "a list of " + strconv.Itoa(len(v))
		case string:
			return strconv.Quote(v)
		case nil:
			return "null"
		}
		return fmt.Sprint(v)
	}
	return fmt.Errorf("%s is %s, opened is %s", at, show(got), show(want))
}

// sameNumber compares by value: other programs write 0.500 as 0.5. Beyond the
// integers that a float holds exactly, only the same spelling is the same.
func sameNumber(a, b string) bool {
	if a == b {
		return true
	}
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	return errX == nil && errY == nil && x == y && math.Abs(x) < 1<<53
}
