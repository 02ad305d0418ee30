package saved

import "fmt"

// maxDepth is how deep a saved answer may nest: events hold at most 64 levels,
// and answers a few around them. Readers of JSON recur, and the stack of a
// browser is small.
const maxDepth = 200

// checkDepth refuses JSON that nests too deep, before anything reads it.
func checkDepth(data []byte) error {
	depth, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted:
			switch c {
			case '\\':
				i++
			case '"':
				quoted = false
			}
		case c == '"':
			quoted = true
		case c == '{', c == '[':
			if depth++; depth > maxDepth {
				return fmt.Errorf("the JSON is nested deeper than %d at byte %d", maxDepth, i)
			}
		case c == '}', c == ']':
			depth--
		}
	}
	return nil
}
