package sigma

import "testing"

func TestPatternEscapes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want Pattern
	}{
		{`abc`, Pattern{{Literal: "abc"}}},
		{``, nil},
		{`a*b`, Pattern{{Literal: "a"}, {Wild: WildMany}, {Literal: "b"}}},
		{`a?b`, Pattern{{Literal: "a"}, {Wild: WildOne}, {Literal: "b"}}},
		{`a**?*`, Pattern{{Literal: "a"}, {Wild: WildMany}, {Wild: WildOne}, {Wild: WildMany}}},
		{`a\*b`, Pattern{{Literal: "a*b"}}},
		{`a\?b`, Pattern{{Literal: "a?b"}}},
		{`C:\Windows\x`, Pattern{{Literal: `C:\Windows\x`}}},
		{`C:\\Windows`, Pattern{{Literal: `C:\Windows`}}},
		{`a\\*`, Pattern{{Literal: `a\`}, {Wild: WildMany}}},
		{`a\\\*`, Pattern{{Literal: `a\*`}}},
		{`a\\\b`, Pattern{{Literal: `a\\b`}}},
		{`a\\\\b`, Pattern{{Literal: `a\\b`}}},
		{`a\`, Pattern{{Literal: `a\`}}},
	}
	for _, tt := range tests {
		got := parsePattern(tt.text)
		if len(got) != len(tt.want) {
			t.Errorf("%s: got %+v, want %+v", tt.text, got, tt.want)
			continue
		}
		for i := range got {
			if got[i] != tt.want[i] {
				t.Errorf("%s: got %+v, want %+v", tt.text, got, tt.want)
			}
		}
	}
}

func TestPatternInPlainWords(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{``, "is empty"},
		{`*`, "is any text"},
		{`a`, "is a"},
		{`*a`, "ends with a"},
		{`a*`, "starts with a"},
		{`*a*`, "contains a"},
		{`?`, "is like ?"},
		{`a*b`, "is like a*b"},
		{`*a\*b?`, `is like *a\*b?`},
		{`**`, "is any text"},
	}
	for _, tt := range tests {
		if got := parsePattern(tt.text).String(); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.text, got, tt.want)
		}
	}
}
