package sigma

import "strconv"

// pathWalker follows an event, known to be valid JSON, to one offset.
type pathWalker struct {
	ev    []byte
	until int // offset of the value's text; of a string behind its quote
	path  string
	done  bool
}

// value walks over the value at i, which has the given path, and returns the
// offset behind it.
func (w *pathWalker) value(i int, path string) int {
	i = w.space(i)
	switch w.ev[i] {
	case '{':
		return w.members(i, path, '}')
	case '[':
		return w.members(i, path, ']')
	case '"':
		if i+1 == w.until {
			w.path, w.done = path, true
		}
		end, _ := scanString(w.ev, i+1)
		return end + 1
	}
	if i == w.until {
		w.path, w.done = path, true
	}
	for i < len(w.ev) && w.ev[i] > ' ' && w.ev[i] != ',' && w.ev[i] != '}' && w.ev[i] != ']' {
		i++
	}
	return i
}

// members walks over an object or a list.
func (w *pathWalker) members(i int, path string, end byte) int {
	i = w.space(i + 1)
	for n := 0; w.ev[i] != end && !w.done; n++ {
		below := path + "[" + strconv.Itoa(n) + "]"
		if end == '}' {
			to, _ := scanString(w.ev, i+1)
			below = string(appendText(nil, w.ev[i+1:to]))
			if path != "" {
				below = path + "." + below
			}
			i = w.space(to+1) + 1
		}
		i = w.space(w.value(i, below))
		if !w.done && w.ev[i] == ',' {
			i = w.space(i + 1)
		}
	}
	return i + 1
}

func (w *pathWalker) space(i int) int {
	for i < len(w.ev) && w.ev[i] <= ' ' {
		i++
	}
	return i
}
