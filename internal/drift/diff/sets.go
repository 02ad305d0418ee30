package diff

import (
	"bytes"
	"slices"

	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/internal/jsondoc"
)

// keyed compares elements by the first key that all of them have and that is
// unique on both sides; false when there is none.
func (d *Differ) keyed(keys []normal.Key, ea, eb []jsondoc.Value) bool {
	for i := range keys {
		key := &keys[i]
		if !keyFits(key, ea, eb) {
			continue
		}
		ka, ok := d.keysOf(key, ea)
		if !ok {
			continue
		}
		kb, ok := d.keysOf(key, eb)
		if !ok {
			continue
		}
		d.byKey(key, ea, eb, ka, kb)
		return true
	}
	return false
}

// keyFits says whether all elements have the key, each part of one kind.
func keyFits(key *normal.Key, ea, eb []jsondoc.Value) bool {
	for p, part := range key.Parts {
		kind := jsondoc.Absent
		for _, list := range [2][]jsondoc.Value{ea, eb} {
			for _, e := range list {
				k := e.Path(part...).Kind()
				if k == jsondoc.Absent && p > 0 {
					continue
				}
				if k != jsondoc.String && k != jsondoc.Number && k != jsondoc.Bool || kind != jsondoc.Absent && k != kind {
					return false
				}
				kind = k
			}
		}
	}
	return true
}

// keysOf gives the elements' keys; false when two are equal.
func (d *Differ) keysOf(key *normal.Key, list []jsondoc.Value) ([]string, bool) {
	keys := make([]string, len(list))
	seen := make(map[string]struct{}, len(list))
	for i, e := range list {
		d.scratch = d.scratch[:0]
		for _, part := range key.Parts {
			// A comma can't stand unquoted in a scalar.
			d.scratch = append(append(d.scratch, e.Path(part...).Raw()...), ',')
		}
		if _, dup := seen[string(d.scratch)]; dup {
			return nil, false
		}
		keys[i] = string(d.scratch)
		seen[keys[i]] = struct{}{}
	}
	return keys, true
}

// byKey compares elements of the same key; an element that only one side has is
// one change.
func (d *Differ) byKey(key *normal.Key, ea, eb []jsondoc.Value, ka, kb []string) {
	other := make(map[string]int, len(eb))
	for j, k := range kb {
		other[k] = j
	}
	var gone []int
	matched := make([]bool, len(eb))
	for i, k := range ka {
		if j, ok := other[k]; ok {
			matched[j] = true
		} else {
			gone = append(gone, i)
		}
	}
	come := slices.Index(matched, false)
	renamed := len(gone) == 1 && len(eb) == len(ea) && equalBut(key.Parts, ea[gone[0]], eb[come])
	for i, k := range ka {
		j, ok := other[k]
		switch {
		case ok:
			d.element(key, i, ea[i], ea[i], eb[j])
		case renamed && kb[come] < k:
			// By the lower key, so that the way back has the same path.
			d.element(key, i, eb[come], ea[i], eb[come])
		case renamed:
			d.element(key, i, ea[i], ea[i], eb[come])
		default:
			d.element(key, i, ea[i], ea[i], jsondoc.Value{})
		}
	}
	if renamed || d.partial {
		return
	}
	for j := range eb {
		if !matched[j] {
			d.element(key, -1, eb[j], jsondoc.Value{}, eb[j])
		}
	}
}

// element compares what the two sides have under one key; named is the element
// whose key names the place, i its index in before.
func (d *Differ) element(key *normal.Key, i int, named, a, b jsondoc.Value) {
	if bytes.Equal(a.Raw(), b.Raw()) {
		return
	}
	was := d.at.here()
	if i >= 0 {
		d.at.element(i)
	} else {
		d.at.appended()
	}
	d.at.token(key, named)
	switch {
	case !a.Exists():
		d.change(a, b, Op{Op: "add", Path: string(d.at.pointer), Value: d.to.copy(b)})
	case !b.Exists():
		d.change(a, b, Op{Op: "remove", Path: string(d.at.pointer)})
	case !sameKey(key, a, b):
		d.replaced(a, b)
	default:
		d.value(a, b)
	}
	d.at.back(was)
}

func sameKey(key *normal.Key, a, b jsondoc.Value) bool {
	for _, part := range key.Parts {
		if !bytes.Equal(a.Path(part...).Raw(), b.Path(part...).Raw()) {
			return false
		}
	}
	return true
}

// equalBut says that two values are equal apart from what the paths name.
func equalBut(skip [][]string, a, b jsondoc.Value) bool {
	if slices.ContainsFunc(skip, func(p []string) bool { return len(p) == 0 }) || bytes.Equal(a.Raw(), b.Raw()) {
		return true
	}
	if a.Kind() != jsondoc.Object || b.Kind() != jsondoc.Object {
		return false
	}
	for k, m := range a.Members() {
		if !equalBut(below(skip, k), m, b.Get(k)) {
			return false
		}
	}
	for k, m := range b.Members() {
		if !a.Get(k).Exists() && !equalBut(below(skip, k), a.Get(k), m) {
			return false
		}
	}
	return true
}

// below gives the rests of the paths that begin with a member.
func below(paths [][]string, key string) (out [][]string) {
	for _, p := range paths {
		if len(p) > 0 && p[0] == key {
			out = append(out, p[1:])
		}
	}
	return out
}

// token ends the keyed path with an element's key.
func (p *place) token(key *normal.Key, element jsondoc.Value) {
	labels, parts := make([]string, len(key.Parts)), make([]jsondoc.Value, len(key.Parts))
	for i, part := range key.Parts {
		labels[i], parts[i] = part[len(part)-1], element.Path(part...)
	}
	p.keyed = appendToken(p.keyed, labels, parts)
}

// set compares what has no keys as bags of values: one change for the whole set.
func (d *Differ) set(a, b jsondoc.Value, ea, eb []jsondoc.Value) {
	gone, come := bagDiff(ea, eb)
	if len(gone) == 0 && len(come) == 0 {
		return
	}
	if len(gone) == 1 && len(come) == 1 && ea[gone[0]].Kind() == jsondoc.Object {
		if ops := d.opsWithin(gone[0], ea[gone[0]], eb[come[0]]); len(ops) > 0 {
			d.change(a, b, ops...)
		}
		return
	}
	ops := make([]Op, 0, len(gone)+len(come))
	slices.Reverse(gone)
	for _, i := range gone {
		was := d.at.here()
		d.at.element(i)
		ops = append(ops, Op{Op: "remove", Path: string(d.at.pointer)})
		d.at.back(was)
	}
	end := string(d.at.pointer) + "/-"
	for _, j := range come {
		ops = append(ops, Op{Op: "add", Path: end, Value: d.to.copy(eb[j])})
	}
	d.change(a, b, ops...)
}

// opsWithin gives the operations that make one element into another.
func (d *Differ) opsWithin(i int, a, b jsondoc.Value) []Op {
	was, out := d.at.here(), d.out
	d.out = nil
	d.at.element(i)
	d.at.keyed = append(d.at.keyed, "/[]"...)
	d.value(a, b)
	var ops []Op
	for k := range d.out {
		ops = append(ops, d.out[k].Ops...)
	}
	d.out = out
	d.at.back(was)
	return ops
}

// bagDiff gives the elements that only one side has, counting repetitions, in
// the order of their side.
func bagDiff(ea, eb []jsondoc.Value) (gone, come []int) {
	ia, ib := byBytes(ea), byBytes(eb)
	for i, j := 0, 0; i < len(ia) || j < len(ib); {
		switch c := compareAt(ea, eb, ia, ib, i, j); {
		case c < 0:
			gone = append(gone, ia[i])
			i++
		case c > 0:
			come = append(come, ib[j])
			j++
		default:
			i, j = i+1, j+1
		}
	}
	slices.Sort(gone)
	slices.Sort(come)
	return gone, come
}

func compareAt(ea, eb []jsondoc.Value, ia, ib []int, i, j int) int {
	switch {
	case i >= len(ia):
		return 1
	case j >= len(ib):
		return -1
	}
	return bytes.Compare(ea[ia[i]].Raw(), eb[ib[j]].Raw())
}

func byBytes(list []jsondoc.Value) []int {
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int { return bytes.Compare(list[x].Raw(), list[y].Raw()) })
	return order
}
