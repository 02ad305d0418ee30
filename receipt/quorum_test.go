package receipt

import (
	"errors"
	"strings"
	"testing"
)

// A server that keeps a forged history out of the witnesses' sight simply leaves
// the anchor out: whoever pinned a policy must not take that for good.
func TestPolicyIsRequired(t *testing.T) {
	t.Parallel()
	w := standardWorld(t)
	bare := w.receipt(6, 9, Committed)
	bare.Anchor = nil
	committed := w.bundle(goodBundles(w)["committed decision"])
	for _, c := range []struct {
		name string
		run  func(Trust) (string, error)
	}{
		{"receipt", func(trust Trust) (string, error) { r, err := Verify(bare, trust); return r.String(), err }},
		{"bundle", func(trust Trust) (string, error) { r, err := verify(t, committed, trust); return r.String(), err }},
	} {
		said, err := c.run(w.trust())
		if err == nil || !strings.Contains(err.Error(), `check "witnesses"`) || !strings.Contains(said, "the policy's quorum of witnesses is not met: only committed is proven") {
			t.Errorf("%s, downgraded: %v\n%s", c.name, err, said)
		}
		if said, err := c.run(w.trust().Accepting(Anchored)); err == nil || !strings.Contains(said, "only committed is proven, the verifier asks for anchored") {
			t.Errorf("%s, anchored asked for: %v\n%s", c.name, err, said)
		}
		if said, err := c.run(w.trust().Accepting(Committed)); err != nil || !strings.Contains(said, "skip  witnesses: there is no anchor") {
			t.Errorf("%s, content with it: %v\n%s", c.name, err, said)
		}
	}
	if _, err := verify(t, committed, w.trust()); errors.As(err, new(*FormatError)) {
		t.Error("a missing quorum is told as a bundle that can't be read")
	}
	// Two histories are proven without any witness.
	if c, err := Compare(committed, mustJSON(t, bare), w.trust()); err != nil {
		t.Errorf("compare: %+v %v", c, err)
	}
}
