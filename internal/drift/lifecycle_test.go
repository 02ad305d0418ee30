package drift

import (
	"testing"
)

func TestAcceptedValueIsAcceptedAlone(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		f.see(sample())
		f.want("the first observation", f.all())
		f.see(sample())
		f.want("nothing changed", f.all())

		one := sample().with("a", place{name: "Alpha", cidr: "10.9.0.0/24"})
		f.see(one.with("b", place{name: "Beta", cidr: "10.0.1.0/24", untrusted: true}))
		first := f.list(Filter{ObjectID: "a"})[0]
		f.want("two changes", f.waiting(), "new changed a/ipRanges", "new changed b/isTrusted")
		f.do(Accept, first.ID)
		f.do(Acknowledge, f.list(Filter{ObjectID: "b"})[0].ID)
		f.want("decided on both", f.waiting())
	})
}

func (f *fixture) want(what string, got []string, want ...string) {
	f.t.Helper()
	if len(got) != len(want) {
		f.t.Fatalf("%s: %q, want %q", what, got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			f.t.Fatalf("%s: %q, want %q", what, got, want)
		}
	}
}
