package httpapi

import (
	"slices"
	"strings"
	"testing"
)

func TestParametersThatComeOftenAndFree(t *testing.T) {
	t.Parallel()
	params := []Param{{Name: "state", Many: true, Enum: []string{"a", "b"}}, {Name: "filter.", Rest: true}, {Name: "one"}}
	q, err := parseQuery("state=a&state=&state=b&filter.x=1&filter.y.z=2&one=3", params)
	if err != nil {
		t.Fatal(err)
	}
	if got := q.texts("state"); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("values %q", got)
	}
	if got := q.rest("filter."); len(got) != 2 || got["x"] != "1" || got["y.z"] != "2" {
		t.Errorf("filters %q", got)
	}
	if q.texts("none") != nil || q.rest("none.") != nil {
		t.Error("what is absent has values")
	}
	for _, raw := range []string{"one=1&one=2", "state=c", "state=a%00b", "filter.=1", "filter.x=1&filter.x=2", "filter.%00=1", "other=1", "state=a" + strings.Repeat("&state=a", maxMany)} {
		if _, err := parseQuery(raw, params); err == nil {
			t.Errorf("%.60q was taken", raw)
		}
	}
}
