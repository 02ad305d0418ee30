package rename

import (
	"regexp"
	"testing"
)

// guids is what the hand-written search must find.
var guids = regexp.MustCompile(`[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`)

func FuzzGUIDs(f *testing.F) {
	const id = "0123abcd-89EF-4567-89ab-cdef01234567"
	for _, s := range []string{"", id, "x" + id + id + "-", "-" + id[:35], "00000000-" + id, id[:8] + "-" + id, "(" + id + ") or {" + id + "}", "0123abcd-89EF-4567-89ab-cdef0123456G"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		mark := func(id string) string { return "<" + id + ">" }
		if got, want := replaceGUIDs(s, mark), guids.ReplaceAllStringFunc(s, mark); got != want {
			t.Fatalf("%q: %q, want %q", s, got, want)
		}
		if got, want := isGUID(s), len(s) == guidSize && guids.MatchString(s); got != want {
			t.Fatalf("%q: %t", s, got)
		}
	})
}
