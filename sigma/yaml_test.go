package sigma

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplitDocuments(t *testing.T) {
	t.Parallel()
	type doc struct {
		Text string
		Skip int
	}
	tests := []struct {
		name, text string
		want       []doc
	}{
		{"one", "a: b\n", []doc{{"a: b\n", 0}}},
		{"no newline", "a: b", []doc{{"a: b", 0}}},
		{"two", "a: b\n---\nc: d\n", []doc{{"a: b\n", 0}, {"---\nc: d\n", 1}}},
		{"markers around", "---\na: b\n---\n", []doc{{"---\na: b\n", 0}}},
		{"comment between", "# x\n---\n# y\n---\na: b\n", []doc{{"---\na: b\n", 3}}},
		{"directive", "%YAML 1.2\n---\na: b\n", []doc{{"---\na: b\n", 1}}},
		{"end marker", "a: b\n...\n# end\n", []doc{{"a: b\n", 0}}},
		{"content behind the end", "a: b\n...\nc: d\n", []doc{{"a: b\n", 0}, {"c: d\n", 2}}},
		{"content beside the marker", "--- {a: b}\n--- {c: d}\n", []doc{{"--- {a: b}\n", 0}, {"--- {c: d}\n", 1}}},
		{"windows line ends", "a: b\r\n---\r\nc: d\r\n", []doc{{"a: b\r\n", 0}, {"---\r\nc: d\r\n", 1}}},
		{"indented is text", "a: |\n  ---\n  x\n", []doc{{"a: |\n  ---\n  x\n", 0}}},
		{"dashes that mark nothing", "----\n", []doc{{"----\n", 0}}},
		{"nothing", "", nil},
	}
	for _, tt := range tests {
		var got []doc
		for _, d := range splitDocuments([]byte(tt.text)) {
			got = append(got, doc{string(d.text), d.skip})
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}
