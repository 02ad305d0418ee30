package receipt

import "testing"

func TestPolicyInWords(t *testing.T) {
	t.Parallel()
	p, err := ParsePolicy("quorum none\n")
	if err != nil || p.Needed() != 0 || p.Quorum() != "none" {
		t.Errorf("none: %d %q %v", p.Needed(), p.Quorum(), err)
	}
	member := func(name string) *policyName { return &policyName{name: name} }
	pair := &policyName{name: "pair", need: 2, members: []*policyName{member("b"), member("c")}}
	for _, c := range []struct {
		of     *policyName
		needed int
		words  string
	}{
		{member("a"), 1, "a"},
		{pair, 2, "2 of (b, c)"},
		{&policyName{need: 1, members: []*policyName{pair, member("a")}}, 1, "1 of (2 of (b, c), a)"},
		{&policyName{need: 2, members: []*policyName{pair, member("a")}}, 3, "2 of (2 of (b, c), a)"},
	} {
		p := &Policy{quorum: c.of}
		if p.Needed() != c.needed || p.Quorum() != c.words {
			t.Errorf("%d %q, want %d %q", p.Needed(), p.Quorum(), c.needed, c.words)
		}
	}
}
