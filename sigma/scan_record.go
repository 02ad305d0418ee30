package sigma

import (
	"bytes"
)

// enterRoots notes that the value at i is the current object of its roots.
func (s *scanner) enterRoots(i int, st int32) {
	root := rootAt{at: uint32(i) + 1}
	root.key, root.keyEnd = s.keyBefore(i)
	for _, r := range s.paths.states[st].roots {
		s.roots[r] = root
	}
}

// keyBefore finds the name of the member whose value starts at i; an element of
// an array has none.
func (s *scanner) keyBefore(i int) (start, end uint32) {
	back := func(j int) int {
		for j--; j >= 0 && s.ev[j] <= ' '; j-- {
		}
		return j
	}
	j := back(i)
	if j < 0 || s.ev[j] != ':' {
		return 0, 0
	}
	j = back(j)
	k := bytes.LastIndexByte(s.ev[:j], '"')
	for k > 0 && s.ev[k-1] == '\\' {
		k = bytes.LastIndexByte(s.ev[:k], '"')
	}
	return uint32(k + 1), uint32(j)
}

// record keeps the value whose leaves start at first for the paths of state st.
func (s *scanner) record(st int32, kind leafKind, at int, first int32) {
	for _, c := range s.paths.states[st].slots {
		if c.star && kind != leafObject {
			continue
		}
		sl := &s.slots[c.path]
		root := s.roots[c.root]
		fresh := sl.gen != s.gen
		switch {
		case fresh:
			s.found = append(s.found, c.path)
		case root != sl.root && c.rootStar && s.earlierRoot(root, sl.root), root == sl.root && c.rank < sl.rank:
			fresh = true
		case root != sl.root || c.rank > sl.rank:
			continue
		}
		n := int32(len(s.spans))
		s.spans = append(s.spans, span{first: first, last: int32(len(s.leaves)), start: uint32(at) + 1, next: -1})
		if fresh {
			*sl = slot{gen: s.gen, root: root, head: n, tail: n, rank: c.rank}
			continue
		}
		s.spans[sl.tail].next = n
		sl.tail = n
	}
}

// earlierRoot orders the objects of a * root by their names.
func (s *scanner) earlierRoot(a, b rootAt) bool {
	return bytes.Compare(s.ev[a.key:a.keyEnd], s.ev[b.key:b.keyEnd]) < 0
}

// textKey tells whether a name is #text, and whether it begins with # or @, as
// converters from XML name attributes; spaces apart.
func (s *scanner) textKey(key, end int) (text, mark bool) {
	if c := s.ev[key]; key == end || c != '#' && c != '@' && c != ' ' && c != '\\' {
		return false, false
	}
	k := s.plainKey(s.ev[key:end])
	return string(k) == "#text", len(k) > 0 && (k[0] == '#' || k[0] == '@')
}

// hideBeside marks the leaves of the object at start that are not in its #text. A
// null in it stands where the object does.
func (s *scanner) hideBeside(first, textFirst, textLast, start int) {
	for i := first; i < len(s.leaves); i++ {
		if l := &s.leaves[i]; (i < textFirst || i >= textLast) && l.hide == 0 {
			l.hide = uint32(start) + 1
		}
	}
	for i := textFirst; i < textLast; i++ {
		if l := &s.leaves[i]; l.kind == leafNull && l.fold == uint32(start)+1 {
			l.fold = s.inside
		}
	}
}

// child is the state of the member whose name lies between key and end.
func (s *scanner) child(st int32, key, end int, flags uint8) int32 {
	state := &s.paths.states[st]
	if len(state.edges) == 0 {
		return state.def
	}
	k := s.ev[key:end]
	if flags&flagEscape == 0 {
		if next, ok := state.find(k); ok {
			return next
		}
		if bytes.IndexByte(k, ' ') < 0 {
			return state.def
		}
	}
	if next, ok := state.find(s.plainKey(k)); ok {
		return next
	}
	return state.def
}

// plainKey is a raw name without escapes and spaces, valid until the next call.
func (s *scanner) plainKey(raw []byte) []byte {
	s.key = appendText(s.key[:0], raw)
	n := 0
	for _, c := range s.key {
		if c != ' ' {
			s.key[n] = c
			n++
		}
	}
	return s.key[:n]
}

// within reports whether the leaf counts for a value that starts at start.
func (l *leaf) within(start uint32) bool { return l.hide == 0 || l.hide < start }
