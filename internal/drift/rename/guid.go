package rename

import "strings"

// guidSize is the length of 8-4-4-4-12 hexadecimal digits.
const guidSize = 36

// isGUID says whether a text is one GUID.
func isGUID(s string) bool { return len(s) == guidSize && findGUID(s, 0) == 0 }

// findGUID gives where the first GUID from an offset on begins, -1: none.
// Objects hold many texts and few GUIDs, so that a pattern would take most of a
// comparison's time.
func findGUID(s string, from int) int {
	for from+guidSize <= len(s) {
		dash := strings.IndexByte(s[from+8:], '-')
		if dash < 0 {
			return -1
		}
		start := from + dash
		if start+guidSize <= len(s) && guidShaped(s[start:start+guidSize]) {
			return start
		}
		from = start + 1
	}
	return -1
}

func guidShaped(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f'):
			return false
		}
	}
	return true
}

// replaceGUIDs writes a text with every GUID in it replaced.
func replaceGUIDs(s string, by func(id string) string) string {
	at := findGUID(s, 0)
	if at < 0 {
		return s
	}
	var b strings.Builder
	from := 0
	for ; at >= 0; at = findGUID(s, from) {
		b.WriteString(s[from:at])
		from = at + guidSize
		b.WriteString(by(s[at:from]))
	}
	b.WriteString(s[from:])
	return b.String()
}
