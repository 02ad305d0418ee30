package receipt

import (
	"fmt"
	"slices"
	"strings"
)

// Needed is the least number of witnesses that are a quorum, 0 for none.
func (p *Policy) Needed() int {
	if p.quorum == nil {
		return 0
	}
	return p.quorum.least()
}

// Quorum says in words who is a quorum: "none", "w1", "2 of (w1, w2, w3)",
// with groups inside groups in brackets of their own.
func (p *Policy) Quorum() string {
	if p.quorum == nil {
		return "none"
	}
	return p.quorum.words()
}

func (n *policyName) least() int {
	if n.members == nil {
		return 1
	}
	each := make([]int, len(n.members))
	for i, m := range n.members {
		each[i] = m.least()
	}
	slices.Sort(each)
	sum := 0
	for _, k := range each[:n.need] {
		sum += k
	}
	return sum
}

func (n *policyName) words() string {
	if n.members == nil {
		return n.name
	}
	each := make([]string, len(n.members))
	for i, m := range n.members {
		each[i] = m.words()
	}
	return fmt.Sprintf("%d of (%s)", n.need, strings.Join(each, ", "))
}
