package main

import (
	"testing"

	frostgate "frostgate.io/frostgate/sdk/go"
)

func TestFiltersReadAsText(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{"Image|endswith:\n    - .exe\n", "Image|endswith = .exe"},
		{"Image:\n    - a.exe\n    - b.exe\nUser:\n    - x", "Image = a.exe or b.exe and User = x"},
		{"Image: a.exe\n", "Image: a.exe"},
		{"- Image: a\n- User:\n    - b", "- Image: a - User: - b"},
		{"", ""},
	} {
		if got := searchText(c[0]); got != c[1] {
			t.Errorf("%q reads %q, want %q", c[0], got, c[1])
		}
	}
	row := filterRow(&frostgate.RuleFilter{ID: "f-1", Rules: []string{"a", "b"}, Not: "User:\n    - x\n"}, func(id string) string { return "Title of " + id })
	if got := row["rules"].([]string); len(got) != 2 || got[1] != "Title of b" || row["not"] != "User = x" {
		t.Errorf("%v", row)
	}
}
