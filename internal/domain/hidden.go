package domain

import "strings"

// hidden are characters that nobody sees and that make a text look like another:
// they turn its direction, or stand between letters without room.
func hidden(r rune) bool {
	switch {
	case r == 0x061C, r == 0x200B, r == 0x200E, r == 0x200F, r == 0xFEFF:
		return true
	}
	return r >= 0x202A && r <= 0x202E || r >= 0x2060 && r <= 0x2069
}

// HasHidden tells whether a text holds characters that make it look like another.
func HasHidden(text string) bool { return strings.ContainsFunc(text, hidden) }

// HasHiddenValue is HasHidden for a value that is compared: there the joiners,
// which texts of some scripts need, hide too.
func HasHiddenValue(value string) bool {
	return strings.ContainsFunc(value, func(r rune) bool { return hidden(r) || r == 0x200C || r == 0x200D })
}
