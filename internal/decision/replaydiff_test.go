package decision

import (
	"fmt"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/jsondoc"

	"github.com/google/go-cmp/cmp"
)

func TestDiffDocuments(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ a, b, want string }{
		"equal":           {`{"a":1}`, `{"a":1}`, ""},
		"scalar":          {`{"a":1,"b":"x"}`, `{"a":2,"b":"x"}`, `a 1 2`},
		"order of fields": {`{"a":{"c":1},"b":2}`, `{"a":{"c":3},"b":4}`, `a.c 1 3; b 2 4`},
		"one side only":   {`{"a":1,"c":[]}`, `{"b":{"x":1},"c":[]}`, `a 1 ; b  {"x":1}`},
		"elements":        {`{"l":[{"g":"a"},2]}`, `{"l":[{"g":"b"},2,[3]]}`, `l[0].g "a" "b"; l[2]  [3]`},
		"kinds":           {`{"a":[1]}`, `{"a":{"0":1}}`, `a [1] {"0":1}`},
		"null is a value": {`{"a":null}`, `{}`, `a null `},
		"spelling":        {`{"n":1.0}`, `{"n":1}`, `n 1.0 1`},
		"odd keys":        {`{"a.b":{"":1,"[0]":2}}`, `{"a.b":{"":2,"[0]":3}}`, `["a.b"][""] 1 2; ["a.b"]["[0]"] 2 3`},
		"root":            {`1`, `"1"`, ` 1 "1"`},
		"not canonical":   {`{"a": 1}`, `{"a":1}`, ` {"a": 1} {"a":1}`},
	} {
		got, err := diffDocuments([]byte(c.a), []byte(c.b))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var lines []string
		for _, d := range got {
			lines = append(lines, fmt.Sprintf("%s %s %s", d.Path, d.Recorded, d.Replayed))
		}
		if d := cmp.Diff(c.want, strings.Join(lines, "; ")); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	if _, err := diffDocuments([]byte(`{`), []byte(`{}`)); err == nil {
		t.Error("half a document was compared")
	}
}

// FuzzDiffDocuments: equal documents have no differences, others at least one,
// and each is a place at which they differ.
func FuzzDiffDocuments(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":null}]}`), []byte(`{"a":[1,{"b":2},3],"c":"x"}`))
	f.Add([]byte(`[[[]]]`), []byte(`[[[0]]]`))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		_, errA := jsondoc.Parse(a, jsondoc.Limits{})
		_, errB := jsondoc.Parse(b, jsondoc.Limits{})
		got, err := diffDocuments(a, b)
		if string(a) == string(b) {
			if err != nil || len(got) != 0 {
				t.Fatalf("equal: %v, %v", got, err)
			}
			return
		}
		if (err != nil) != (errA != nil || errB != nil) {
			t.Fatalf("%v, %v, %v", err, errA, errB)
		}
		paths := map[string]bool{}
		for _, d := range got {
			if paths[d.Path] || string(d.Recorded) == string(d.Replayed) {
				t.Fatalf("%q stands twice or does not differ", d.Path)
			}
			paths[d.Path] = true
		}
		if err == nil && len(got) == 0 {
			t.Fatal("other bytes without a difference")
		}
	})
}
