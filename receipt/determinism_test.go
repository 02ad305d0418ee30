package receipt

import (
	"fmt"
	"strings"
	"testing"
)

// The same bytes give the same error, however many faults they have.
func TestErrorsAreDeterministic(t *testing.T) {
	t.Parallel()
	r := newFixture(t).receipt(6)
	r.Openings = map[string]Opening{}
	var digests []string
	for i := range 9 {
		r.Openings[fmt.Sprintf("group%d", i)] = Opening{Salt: strings.Repeat("x", 90+i)}
		digests = append(digests, fmt.Sprintf(`"d%d":%d`, i, i))
	}
	text := mustJSON(t, r)
	statement := []byte(`{"_type":"` + StatementType + `","predicateType":"x","predicate":{},"subject":[{"digest":{` + strings.Join(digests, ",") + `}}]}`)
	for name, parse := range map[string]func() error{
		"receipt":   func() error { _, err := Parse(text); return err },
		"statement": func() error { _, err := ParseStatement(statement); return err },
	} {
		first := parse()
		if first == nil {
			t.Fatalf("%s: accepted", name)
		}
		for range 50 {
			if err := parse(); err.Error() != first.Error() {
				t.Fatalf("%s: %q, then %q", name, first, err)
			}
		}
	}
	long := strings.Repeat("a", 600_000)
	if _, err := Parse([]byte(`{"` + long + `":1,"` + long + `":2}`)); err == nil || len(err.Error()) > 200 {
		t.Errorf("a duplicate of a long name: an error of %d bytes", len(err.Error()))
	}
}
