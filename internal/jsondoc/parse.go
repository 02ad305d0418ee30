package jsondoc

// The parser is recursive descent over RFC 8259. Every step takes the offset it
// starts at and returns the offset after it, or -1 with Doc.err set.

func skipSpace(src []byte, i int) int {
	for i < len(src) {
		switch src[i] {
		case ' ', '\t', '\n', '\r':
			i++
		default:
			return i
		}
	}
	return i
}

// value reads the value whose first byte is at i; depth counts the arrays and
// objects around it.
func (d *Doc) value(src []byte, i, depth int) int {
	if i >= len(src) {
		return d.failEnd(src, "a value")
	}
	if len(d.nodes) >= d.lim.MaxNodes {
		return d.failNodes(i)
	}
	switch c := src[i]; c {
	case '"':
		end, from, to, esc := d.text(src, i)
		if end < 0 {
			return -1
		}
		n := node{start: uint32(i), end: uint32(end), a: from, b: to, kind: String}
		if esc {
			n.flags = flagTextDecoded
		}
		d.nodes = append(d.nodes, n)
		return end
	case '{', '[':
		if depth >= d.lim.MaxDepth {
			return d.failDepth(i)
		}
		if c == '{' {
			return d.object(src, i, depth+1)
		}
		return d.array(src, i, depth+1)
	case 't':
		return d.literal(src, i, "true", Bool, flagTrue)
	case 'f':
		return d.literal(src, i, "false", Bool, 0)
	case 'n':
		return d.literal(src, i, "null", Null, 0)
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		end := d.number(src, i)
		if end >= 0 {
			d.nodes = append(d.nodes, node{start: uint32(i), end: uint32(end), kind: Number})
		}
		return end
	default:
		return d.failUnexpected(src, i, "a value")
	}
}

func (d *Doc) literal(src []byte, i int, word string, k Kind, flags uint8) int {
	for j := range len(word) {
		if i+j >= len(src) {
			return d.failEnd(src, word)
		}
		if src[i+j] != word[j] {
			return d.failUnexpected(src, i+j, word)
		}
	}
	end := i + len(word)
	d.nodes = append(d.nodes, node{start: uint32(i), end: uint32(end), kind: k, flags: flags})
	return end
}

func (d *Doc) array(src []byte, i, depth int) int {
	self := len(d.nodes)
	d.nodes = append(d.nodes, node{start: uint32(i), kind: Array})
	count := uint32(0)
	i = skipSpace(src, i+1)
	if i < len(src) && src[i] == ']' {
		return d.closeNode(self, i+1, count, 0)
	}
	for {
		if i = d.value(src, i, depth); i < 0 {
			return -1
		}
		count++
		if i < len(src) && src[i] <= ' ' {
			i = skipSpace(src, i)
		}
		if i >= len(src) {
			return d.failEnd(src, "',' or ']'")
		}
		if src[i] == ']' {
			return d.closeNode(self, i+1, count, 0)
		}
		if src[i] != ',' {
			return d.failUnexpected(src, i, "',' or ']'")
		}
		if i++; i < len(src) && src[i] <= ' ' {
			i = skipSpace(src, i)
		}
	}
}

func (d *Doc) object(src []byte, i, depth int) int {
	self := len(d.nodes)
	d.nodes = append(d.nodes, node{start: uint32(i), kind: Object})
	seen := keySet{object: uint32(self)}
	i = skipSpace(src, i+1)
	if i < len(src) && src[i] == '}' {
		return d.closeNode(self, i+1, 0, 0)
	}
	for {
		if i = d.member(src, i, depth, &seen); i < 0 {
			return -1
		}
		if i < len(src) && src[i] <= ' ' {
			i = skipSpace(src, i)
		}
		if i >= len(src) {
			return d.failEnd(src, "',' or '}'")
		}
		if src[i] == '}' {
			return d.closeNode(self, i+1, seen.count, seen.flags())
		}
		if src[i] != ',' {
			return d.failUnexpected(src, i, "',' or '}'")
		}
		if i++; i < len(src) && src[i] <= ' ' {
			i = skipSpace(src, i)
		}
	}
}

// member reads `"key": value` and refuses a key that the object already has.
func (d *Doc) member(src []byte, i, depth int, seen *keySet) int {
	if i >= len(src) {
		return d.failEnd(src, "a key")
	}
	if src[i] != '"' {
		return d.failUnexpected(src, i, "a key")
	}
	start := i
	i, from, to, esc := d.text(src, i)
	if i < 0 {
		return -1
	}
	self := len(d.nodes)
	key := src
	if esc {
		key = d.decoded
	}
	if !d.addKey(seen, key[from:to], uint32(self)) {
		return d.failDuplicate(start, key[from:to])
	}
	if i < len(src) && src[i] <= ' ' {
		i = skipSpace(src, i)
	}
	if i >= len(src) {
		return d.failEnd(src, "':'")
	}
	if src[i] != ':' {
		return d.failUnexpected(src, i, "':'")
	}
	if i++; i < len(src) && src[i] <= ' ' {
		i = skipSpace(src, i)
	}
	if i = d.value(src, i, depth); i < 0 {
		return -1
	}
	n := &d.nodes[self]
	n.keyFrom, n.keyTo = from, to
	if esc {
		n.flags |= flagKeyDecoded
	}
	return i
}

func (d *Doc) closeNode(self, end int, count uint32, flags uint8) int {
	n := &d.nodes[self]
	n.end, n.a, n.b = uint32(end), uint32(len(d.nodes)), count
	n.flags |= flags
	return end
}
