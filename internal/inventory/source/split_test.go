package source

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// elements makes a list that is too large for one object.
func elements(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, `{"id":"%06d","text":"%s"}`, i, strings.Repeat("x", 2000))
	}
	return b.String()
}

func TestLargeListsComeInPieces(t *testing.T) {
	t.Parallel()
	list, ids := elements(3000), regexp.MustCompile(`"id":"[0-9]{6}"`)
	for name, text := range map[string]string{
		"array": "[" + list + "]",
		"graph": `{"@odata.context":"c","meta":{"a":[1]},"value":[` + list + `]}`,
		"two":   `{"value":[` + list + `],"x":1,"items":[` + list + `]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seen := map[string]int{}
			for _, line := range stream(t, text, "x.json") {
				place, doc, ok := strings.Cut(line, " = ")
				if !ok {
					if line != "read ." {
						t.Errorf("got %s", line)
					}
					continue
				}
				if !jsontext.Value(doc).IsValid() || len(doc) > 2*pieceBytes || place != "x.json" {
					t.Fatalf("a piece of %d bytes at %s: %.80s", len(doc), place, doc)
				}
				if name == "graph" && !strings.HasPrefix(doc, `{"@odata.context":"c",`) {
					t.Errorf("a piece without the plain members: %.80s", doc)
				}
				for _, m := range ids.FindAllString(doc, -1) {
					seen[m]++
				}
			}
			want := 1
			if name == "two" {
				want = 2
			}
			if len(seen) != 3000 {
				t.Errorf("%d elements came", len(seen))
			}
			for id, n := range seen {
				if n != want {
					t.Fatalf("%s came %d times", id, n)
				}
			}
		})
	}
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", MaxObject)
	for _, text := range []string{`{"a":"` + long + `"}`, `{"a":{"b":"` + long + `"}}`, `[{"a":"` + long + `"}]`} {
		same(t, stream(t, text, "x.json"), []string{"bad x.json: an object larger than 4 MiB", "read ."})
	}
	same(t, stream(t, `{"a":"`+long+`"`, "x.json"), []string{"bad x.json: no valid JSON: jsontext: unexpected EOF after offset 4194311", "read ."})
	got := stream(t, "{\"id\":1}\n{\"a\":\""+long+long+"\"}\n{\"id\":2}\n", "x.ndjson")
	same(t, got, []string{`x.ndjson:1 = {"id":1}`, "bad x.ndjson:2: " + errLong.Error(), `x.ndjson:3 = {"id":2}`, "read ."})
}
