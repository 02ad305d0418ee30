package saved

import (
	"strings"
	"testing"
)

// What nests deep is refused before a reader recurs into it, whatever it is.
func TestDepth(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		in   string
		deep bool
	}{
		"lists":            {strings.Repeat("[", 200_000), true},
		"objects":          {strings.Repeat(`{"receipt":`, 100_000), true},
		"mixed":            {strings.Repeat(`[{"a":`, 101), true},
		"at the limit":     {strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth), false},
		"in a text":        {`{"a":"` + strings.Repeat("[", 1000) + `"}`, false},
		"after a quote":    {`{"a":"\"` + strings.Repeat("{", 1000) + `\\"}`, false},
		"one after other":  {`[` + strings.Repeat(`{},`, 1000) + `{}]`, false},
		"after a real end": {`{"a":"\\"` + strings.Repeat("[", 1000), true},
	} {
		if err := checkDepth([]byte(tc.in)); (err != nil) != tc.deep {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := Read([]byte(strings.Repeat(`{"receipt":`, 100_000)))
	if err == nil || !strings.Contains(err.Error(), "nested deeper than 200") {
		t.Errorf("read: %v", err)
	}
}
