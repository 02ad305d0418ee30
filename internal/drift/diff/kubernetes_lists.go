package diff

import (
	"bytes"
	"slices"

	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/internal/jsondoc"
)

// array settles a list. Of a list that several appliers share, the elements
// that the manifest has count, and those that were applied before. Any other
// list is the manifest's as a whole: an element more is a difference.
func (s *settler) array(m, l jsondoc.Value, applied trees) {
	s.dst = append(s.dst, '[')
	em, el := slices.Collect(m.Elements()), slices.Collect(l.Elements())
	ordered, keys := s.rules.Array(s.path)
	switch tm, tl, merge := s.tokens(em, el); {
	case merge:
		s.merged(em, el, tm, tl, applied)
	case len(s.path) == 2 && s.within2("metadata", "finalizers"):
		s.common(em, el)
	case ordered:
		s.inStep(em, el)
	case allObjects(em) && allObjects(el):
		s.set(em, el, keys)
	default:
		s.rest(el)
	}
	s.end(']')
}

func (s *settler) within2(a, b string) bool { return s.path[0] == a && s.path[1] == b }

// tokens gives the merge keys of both lists; false: they have none.
func (s *settler) tokens(em, el []jsondoc.Value) (tm, tl []string, merge bool) {
	of := func(list []jsondoc.Value) (out []string, ok bool) {
		for _, e := range list {
			token, ok := normal.MergeToken(s.typ, s.name(), e)
			if !ok || slices.Contains(out, token) {
				return nil, false
			}
			out = append(out, token)
		}
		return out, true
	}
	var okM, okL bool
	tm, okM = of(em)
	tl, okL = of(el)
	return tm, tl, okM && okL && len(tm)+len(tl) > 0
}

// merged keeps the order of the live list: where order has a meaning, it counts.
// An element that was applied before, and one that is new in the manifest, are
// compared with each other when there is one of each: it was renamed.
func (s *settler) merged(em, el []jsondoc.Value, tm, tl []string, applied trees) {
	renamed, fresh := -1, -1
	for j := range el {
		if !slices.Contains(tm, tl[j]) && len(applied.below(tl[j])) > 0 {
			renamed = onlyOne(renamed, j)
		}
	}
	for i := range em {
		if !slices.Contains(tl, tm[i]) {
			fresh = onlyOne(fresh, i)
		}
	}
	for j, e := range el {
		below := applied.below(tl[j])
		i := slices.Index(tm, tl[j])
		if j == renamed && fresh >= 0 {
			i, below = fresh, nil
		}
		switch {
		case i >= 0:
			s.element(func() bool { return s.value(em[i], e, below) })
		case len(below) > 0 || fresh == -1 && s.builtin && privileged(e):
			s.element(func() bool { s.raw(e); return true })
		}
	}
}

// onlyOne gives i if it is the first, and a number that is nothing's if there
// was one before.
func onlyOne(had, i int) int {
	if had == -1 {
		return i
	}
	return -2
}

// common writes the values that both lists have.
func (s *settler) common(em, el []jsondoc.Value) {
	for _, e := range el {
		if slices.ContainsFunc(em, func(v jsondoc.Value) bool { return bytes.Equal(v.Raw(), e.Raw()) }) {
			s.element(func() bool { s.raw(e); return true })
		}
	}
}

// inStep settles lists in order by place.
func (s *settler) inStep(em, el []jsondoc.Value) {
	if len(em) != len(el) {
		s.rest(el)
		return
	}
	for i, e := range el {
		s.element(func() bool { return s.value(em[i], e, nil) })
	}
}

func (s *settler) rest(el []jsondoc.Value) {
	for _, e := range el {
		s.element(func() bool { s.raw(e); return true })
	}
}

// set settles each element with its counterpart: by the first key that tells
// all elements apart, else by what it says.
func (s *settler) set(em, el []jsondoc.Value, keys []normal.Key) {
	pair, ok := s.byKey(em, el, keys)
	if !ok {
		pair = s.byContent(em, el)
	}
	for j, e := range el {
		if i := pair[j]; i >= 0 {
			s.element(func() bool { return s.value(em[i], e, nil) })
			continue
		}
		s.element(func() bool { s.raw(e); return true })
	}
}

// byKey gives for each live element the manifest's of the same key, -1: none.
func (s *settler) byKey(em, el []jsondoc.Value, keys []normal.Key) ([]int, bool) {
	for i := range keys {
		if !keyFits(&keys[i], em, el) {
			continue
		}
		km, okM := s.differ.keysOf(&keys[i], em)
		kl, okL := s.differ.keysOf(&keys[i], el)
		if !okM || !okL {
			continue
		}
		pair := make([]int, len(el))
		for j, k := range kl {
			pair[j] = slices.Index(km, k)
		}
		return pair, true
	}
	return nil, false
}

// maxPairs bounds the work of comparing every element with every other.
const maxPairs = 1 << 14

// byContent pairs the elements of the manifest, the most said first, each with
// a live one that says all of it; a last one left on both sides is a pair too.
func (s *settler) byContent(em, el []jsondoc.Value) []int {
	pair := make([]int, len(el))
	for j := range pair {
		pair[j] = -1
	}
	if len(em)*len(el) > maxPairs {
		return pair
	}
	order := make([]int, len(em))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int { return len(em[y].Raw()) - len(em[x].Raw()) })
	var left []int
	for _, i := range order {
		j := slices.IndexFunc(el, func(e jsondoc.Value) bool {
			return pair[slices.Index(el, e)] < 0 && s.covers(em[i], e)
		})
		if j < 0 {
			left = append(left, i)
			continue
		}
		pair[j] = i
	}
	if free := count(pair, -1); len(left) == 1 && free == 1 {
		pair[slices.Index(pair, -1)] = left[0]
	}
	return pair
}

func count(list []int, want int) (n int) {
	for _, v := range list {
		if v == want {
			n++
		}
	}
	return n
}

// covers says that a live element settles to what the manifest's says.
func (s *settler) covers(m, l jsondoc.Value) bool {
	before := len(s.dst)
	s.path = append(s.path, "*")
	s.value(m, l, nil)
	s.path = s.path[:len(s.path)-1]
	doc, err := jsondoc.Parse(bytes.Clone(s.dst[before:]), jsondoc.Limits{MaxBytes: maxObject, MaxNodes: maxNodes})
	s.dst = s.dst[:before]
	return err == nil && bytes.Equal(doc.Root().AppendCanonical(nil), m.AppendCanonical(nil))
}
