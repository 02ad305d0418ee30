package sigma

import "fmt"

// value reads the value at i, which lies at state st, and returns the offset
// behind it, or -1.
func (s *scanner) value(i int, st int32, depth int) int {
	first := int32(len(s.leaves))
	var end int
	var kind leafKind
	if st != deadState && len(s.paths.states[st].roots) > 0 {
		s.enterRoots(i, st)
	}
	switch c := s.peek(i); c {
	case '"':
		var flags uint8
		if end, flags = scanString(s.ev, i+1); end < 0 {
			return s.fail(-end-1, "malformed string")
		}
		kind = leafString
		s.leaf(i+1, end, kind, flags)
		end++
	case '{':
		end, kind = s.object(i, st, depth+1), leafObject
	case '[':
		end, kind = s.array(i, st, depth+1), leafArray
	case 't', 'f', 'n':
		end, kind = s.word(i, c)
	default:
		end, kind = scanNumber(s.ev, i), leafNumber
		if end < 0 {
			return s.fail(i, "a value is expected")
		}
		s.leaf(i, end, kind, 0)
	}
	if end >= 0 && st != deadState {
		s.record(st, kind, i, first)
	}
	return end
}

func (s *scanner) leaf(start, end int, kind leafKind, flags uint8) {
	if len(s.leaves) >= MaxValues {
		if s.err == nil {
			s.err = fmt.Errorf("%w: more than %d values", ErrTooLarge, MaxValues)
		}
		return
	}
	l := leaf{start: uint32(start), end: uint32(end), kind: kind, flags: flags}
	if kind == leafNull {
		l.fold = s.inside
	}
	s.leaves = append(s.leaves, l)
}

func (s *scanner) word(i int, c byte) (int, leafKind) {
	word, kind := "null", leafNull
	switch c {
	case 't':
		word, kind = "true", leafBool
	case 'f':
		word, kind = "false", leafBool
	}
	end := i + len(word)
	if end > len(s.ev) || string(s.ev[i:end]) != word {
		return s.fail(i, "a value is expected"), kind
	}
	s.leaf(i, end, kind, 0)
	return end, kind
}

func (s *scanner) object(i int, st int32, depth int) int {
	if depth > MaxDepth {
		return s.tooDeep()
	}
	start, first := i, len(s.leaves)
	textFirst, textLast := -1, -1 // the leaves of #text
	bare := true                  // no member but #text and marks
	i = s.space(i + 1)
	if s.peek(i) == '}' {
		return i + 1
	}
	outer := s.inside
	s.inside = uint32(start) + 1
	for {
		key := i + 1
		var end int
		var child int32
		if i, end, child = s.name(i, st); i < 0 {
			return -1
		}
		text, mark := s.textKey(key, end)
		bare = bare && mark
		before := len(s.leaves)
		if i = s.value(i, child, depth); i < 0 || s.err != nil {
			return -1
		}
		if bare = bare && !(text && textFirst >= 0); text {
			textFirst, textLast = before, len(s.leaves)
		}
		if s.peek(i) <= ' ' {
			i = s.space(i)
		}
		switch s.peek(i) {
		case ',':
			if i++; s.peek(i) <= ' ' {
				i = s.space(i)
			}
		case '}':
			if s.inside = outer; bare && textFirst >= 0 {
				s.hideBeside(first, textFirst, textLast, start)
			}
			return i + 1
		default:
			return s.fail(i, "a comma or the object's end is expected")
		}
	}
}

// name reads a member's name and the colon behind it. It returns where the
// value and where the name ends, and the value's state.
func (s *scanner) name(i int, st int32) (at, end int, child int32) {
	if s.peek(i) != '"' {
		return s.fail(i, "a name is expected"), 0, 0
	}
	key := i + 1
	end, flags := scanString(s.ev, key)
	if end < 0 {
		return s.fail(-end-1, "malformed string"), 0, 0
	}
	if st != deadState {
		child = s.child(st, key, end, flags)
	}
	if i = end + 1; s.peek(i) != ':' {
		if i = s.space(i); s.peek(i) != ':' {
			return s.fail(i, "a colon is expected"), 0, 0
		}
	}
	if i++; s.peek(i) <= ' ' {
		i = s.space(i)
	}
	return i, end, child
}

func (s *scanner) tooDeep() int {
	if s.err == nil {
		s.err = fmt.Errorf("%w: nested deeper than %d", ErrTooLarge, MaxDepth)
	}
	return -1
}

func (s *scanner) array(i int, st int32, depth int) int {
	if depth > MaxDepth {
		return s.tooDeep()
	}
	elem := deadState
	var nums []numberEdge
	if st != deadState {
		elem, nums = s.paths.states[st].elem, s.paths.states[st].nums
	}
	i = s.space(i + 1)
	if s.peek(i) == ']' {
		return i + 1
	}
	for n := 0; ; n++ {
		next := elem
		for len(nums) > 0 && nums[0].index <= n {
			if nums[0].index == n {
				next = nums[0].state
			}
			nums = nums[1:]
		}
		if i = s.value(i, next, depth); i < 0 || s.err != nil {
			return -1
		}
		i = s.space(i)
		switch s.peek(i) {
		case ',':
			i = s.space(i + 1)
		case ']':
			return i + 1
		default:
			return s.fail(i, "a comma or the array's end is expected")
		}
	}
}
