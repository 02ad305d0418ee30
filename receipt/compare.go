package receipt

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// SplitView proves that whoever holds a log's key showed two histories of it:
// two checkpoints of one size with different roots, both with a good signature
// or held by a root log that has one (see SignedHead.Vouched).
// No honest log can produce it, and no later entry can mend it.
type SplitView struct {
	Origin string
	Size   uint64
	A, B   SignedHead
}

// SignedHead is a checkpoint whose signature was checked.
type SignedHead struct {
	Checkpoint
	// Signer is the fingerprint of a pinned key that signed it; when Vouched, of
	// an older key that the root log names (in a bundle), or of the pinned key
	// that signed the root log (in a receipt).
	Signer string
	// Vouched is true when no pinned key signed it, but the root log, which a
	// pinned key signed, holds it. It proves something only together with the
	// evidence that it was taken from.
	Vouched bool
	// Signed are its exact bytes: the evidence to keep.
	Signed []byte
}

// String says in words what was proven.
func (s *SplitView) String() string {
	return fmt.Sprintf("log %s has two histories: at size %d its root is %s in the first and %s in the second, signed by %s and %s: "+
		"who holds the key showed different logs to different people", s.Origin, s.Size, s.A.Root, s.B.Root, s.A.by(), s.B.by())
}

// by names the signer.
func (h *SignedHead) by() string {
	if h.Vouched {
		return h.Signer + " (vouched for: no pinned key signed this checkpoint, the root log holds it)"
	}
	return h.Signer
}

// Comparison is what two pieces of evidence say of each other.
type Comparison struct {
	// Split are the contradictions: each is a proof by itself.
	Split []SplitView
	// Agree counts heads that both have, Open pairs of heads of one log with
	// different sizes: of those only a consistency proof can tell.
	Agree, Open int
}

// Compare holds the checkpoints in two pieces of evidence against each other:
// receipts, bundles or signed checkpoints, in any mix. Both must be valid under
// the pinned keys: without a pinned key nothing would say whose logs they are.
// A policy's quorum is not asked for: two histories are proven by the log's own
// signatures. That the logs agree where they can be compared is no proof that they agree
// everywhere; witnesses are for that.
func Compare(a, b []byte, trust Trust) (*Comparison, error) {
	if !trust.Pinned() {
		return nil, errors.New("compare: no log key is pinned")
	}
	trust = trust.Accepting(Committed)
	of := func(name string, data []byte) ([]SignedHead, error) {
		heads, err := headsIn(data, trust)
		if err != nil {
			return nil, fmt.Errorf("compare: the %s: %w", name, err)
		}
		return heads, nil
	}
	first, err := of("first", a)
	if err != nil {
		return nil, err
	}
	second, err := of("second", b)
	if err != nil {
		return nil, err
	}
	out := &Comparison{}
	for _, x := range first {
		for _, y := range second {
			out.compare(x, y)
		}
	}
	return out, nil
}

func (c *Comparison) compare(x, y SignedHead) {
	switch {
	case x.Origin != y.Origin:
	case x.Size != y.Size:
		c.Open++
	case x.Root == y.Root:
		c.Agree++
	default:
		c.Split = append(c.Split, SplitView{Origin: x.Origin, Size: x.Size, A: x, B: y})
	}
}

// headsIn verifies a piece of evidence and returns the checkpoints in it.
func headsIn(data []byte, trust Trust) ([]SignedHead, error) {
	switch {
	case bytes.HasPrefix(data, []byte(bundleMagic)):
		return bundleHeads(data, trust)
	case bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")):
		return receiptHeads(data, trust)
	}
	h, err := openHead(data, trust)
	return []SignedHead{h}, err
}

func bundleHeads(data []byte, trust Trust) ([]SignedHead, error) {
	v := &bundleVerification{
		trust: trust, in: newBundleReader(bytes.NewReader(data)),
		report: &BundleReport{Pinned: true, Artifacts: make(map[string]uint64)},
	}
	if err := v.in.magic(); err != nil {
		return nil, err
	}
	if err := v.run(); err != nil {
		return nil, err
	}
	var out []SignedHead
	for _, h := range []*signedHead{&v.checkpoint, v.start, &v.root} {
		if h != nil && h.signed != nil {
			out = append(out, SignedHead{Checkpoint: h.Checkpoint, Signer: fingerprint(h.signers[0]), Vouched: h.vouched, Signed: h.signed})
		}
	}
	return out, nil
}

func receiptHeads(data []byte, trust Trust) ([]SignedHead, error) {
	r, err := FromResponse(data)
	if err != nil {
		return nil, err
	}
	report, err := Verify(r, trust)
	if err != nil {
		return nil, err
	}
	head := SignedHead{Checkpoint: report.Checkpoint, Vouched: report.Vouched, Signed: proofHead(r.Proof)}
	if !head.Vouched {
		if head, err = openHead(head.Signed, trust); err != nil {
			return nil, err
		}
	}
	if report.Epoch == nil {
		return []SignedHead{head}, nil
	}
	root, err := openHead(proofHead(r.Anchor.Proof), trust)
	if head.Vouched {
		head.Signer = root.Signer
	}
	return []SignedHead{head, root}, err
}

// proofHead is the checkpoint of a proof that was verified.
func proofHead(text string) []byte {
	_, head, _ := strings.Cut(text, "\n\n")
	return []byte(head)
}

func openHead(signed []byte, trust Trust) (SignedHead, error) {
	c, _, err := ParseSignedCheckpoint(signed)
	if err != nil {
		return SignedHead{}, err
	}
	signer, err := trust.OpenLog(signed, c.Origin)
	return SignedHead{Checkpoint: c, Signer: signer, Signed: bytes.Clone(signed)}, err
}
