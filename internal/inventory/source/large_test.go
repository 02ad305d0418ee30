package source

import (
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/inventory/normal"
)

// Pages of lists are larger than objects.
func TestLargeDocuments(t *testing.T) {
	t.Parallel()
	element := `{"text":"` + strings.Repeat("x", 1<<20) + `"}`
	list := `{"value":[` + strings.Repeat(element+",", 19) + element + `]}`
	for _, name := range []string{"x.json", "-", "x.ndjson"} {
		got := stream(t, list+"\n", name)
		if len(got) != 2 || len(got[0]) < len(list) || strings.HasPrefix(got[0], "bad") {
			t.Errorf("%s: %.100q", name, got)
		}
	}
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	long := `{"a":"` + strings.Repeat("x", normal.MaxRecord) + `"}`
	got := stream(t, long, "x.json")
	if len(got) != 2 || !strings.HasPrefix(got[0], "bad x.json: no valid JSON: JSON document is larger than") {
		t.Errorf("got %.200q", got)
	}
	got = stream(t, "{\"id\":1}\n"+long+strings.Repeat(" ", 1<<17)+"\n{\"id\":2}\n", "x.ndjson")
	same(t, got, []string{`x.ndjson:1 = {"id":1}`, "bad x.ndjson:2: " + errLong.Error(), `x.ndjson:3 = {"id":2}`, "read ."})
	if _, err := yamlToJSON([]byte("a: " + strings.Repeat("x", maxYAML))); err == nil || !strings.Contains(err.Error(), "larger than 16 MiB") {
		t.Errorf("got %v", err)
	}
}
