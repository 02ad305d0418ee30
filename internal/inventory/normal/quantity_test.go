package normal

import (
	"testing"

	"frostgate.io/frostgate/internal/jsondoc"
)

func spelled(t *testing.T, src string) string {
	t.Helper()
	d, err := jsondoc.Parse([]byte(src), jsondoc.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	out, ok := quantity(nil, d.Root())
	if !ok {
		return ""
	}
	return string(out)
}

func TestAQuantityHasOneSpelling(t *testing.T) {
	t.Parallel()
	for _, c := range [...]struct {
		want string
		in   []string
	}{
		{`"1"`, []string{`"1"`, `1`, `"1000m"`, `"1.0"`, `1.0`, `"1e0"`, `"0.001k"`, `"+1"`}},
		{`"100m"`, []string{`"100m"`, `0.1`, `"0.1"`, `"1e-1"`, `"100000u"`}},
		{`"1Gi"`, []string{`"1Gi"`, `"1024Mi"`, `"1073741824"`, `1073741824`, `"1048576Ki"`}},
		{`"1536Mi"`, []string{`"1536Mi"`, `"1.5Gi"`}},
		{`"1000000000"`, []string{`"1G"`, `"1000M"`, `"1E9"`, `1e9`}},
		{`"524288"`, []string{`"512Ki"`, `"524288"`}},
		{`"0"`, []string{`"0"`, `0`, `"0m"`, `"0.0"`}},
		{`"2500m"`, []string{`"2.5"`, `2.5`, `"2500m"`}},
		{`"-1"`, []string{`"-1"`, `-1`}},
		{`"1000000000000000000"`, []string{`"1E"`, `"1e18"`}},
	} {
		for _, in := range c.in {
			if got := spelled(t, in); got != c.want {
				t.Errorf("%s: got %s, want %s", in, got, c.want)
			}
		}
	}
}

func TestWhatIsNoQuantityStays(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		`""`, `"25%"`, `"max"`, `"1 Gi"`, `"1Gib"`, `"Gi"`, `"1e"`, `"1e999"`, `"0x10"`, `"1/2"`, `"1.2.3"`, `"--1"`, `"0.0000000001"`, `true`, `null`, `{}`, `"1_000"`,
		`"111111111111111111111111111111111111111111111"`,
	} {
		if got := spelled(t, in); got != "" {
			t.Errorf("%s: got %s, want none", in, got)
		}
	}
}

// FuzzQuantity looks for spellings that change when spelled again.
func FuzzQuantity(f *testing.F) {
	for _, s := range []string{"1", "1000m", "1.5Gi", "1e3", "-0.1", "1E", "0", "12n", "99Ei"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, ok := parseQuantity(s)
		if !ok {
			return
		}
		once, ok := spellQuantity(n)
		if !ok {
			return
		}
		again, ok := parseQuantity(once)
		if len(once) > maxQuantity {
			return // stays as it is then
		}
		if !ok || again.Cmp(n) != 0 {
			t.Errorf("%q is spelled %q, which is another number", s, once)
		}
	})
}
