package receipt

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Report tells what Verify checked. Header and Checkpoint are set only when
// every check passed.
type Report struct {
	// Pinned is false when no key was pinned: then the receipt is consistent in
	// itself, but anybody could have made it.
	Pinned bool
	// Signer is the fingerprint (key name, plus, key ID) of the log key that
	// signed; when Pinned is false, of the key that is claimed to have signed.
	Signer string
	// Checks are in the order they were made; the first failure ends them.
	Checks []Check
	// Header is the verified entry.
	Header *Header
	// Checkpoint is the verified tree head.
	Checkpoint Checkpoint
	// Level is what the proofs show; empty until that was checked.
	Level Level
	// Epoch and Root are the verified entry of the root log that anchors the
	// checkpoint and the root log's tree head, nil and zero without an anchor.
	Epoch *RootEntry
	Root  Checkpoint
	// Witnesses are the pinned witnesses, by the policy's names, whose
	// cosignatures of the root log's tree head are good; Cosignatures say when.
	Witnesses    []string
	Cosignatures []Cosignature
	// Vouched is true when no pinned key signed the log's checkpoint: its
	// signature was NOT checked, but the root log, which a pinned key signed,
	// holds it. Signer is then the key that signed the root log.
	Vouched bool
}

// Check is the outcome of one step of Verify.
type Check struct {
	Name string
	// OK is true when the step was done and passed.
	OK bool
	// Skipped is true when the step could not be done and that is no failure.
	Skipped bool
	Detail  string
}

// String is one line: ok, skip or FAIL, the name, the detail.
func (c Check) String() string {
	word := "FAIL"
	switch {
	case c.OK:
		word = "ok"
	case c.Skipped:
		word = "skip"
	}
	return fmt.Sprintf("%-4s  %s: %s", word, c.Name, c.Detail)
}

// String is one line for each check; an unpinned signer comes first.
func (r *Report) String() string {
	var b strings.Builder
	if !r.Pinned {
		signer := r.Signer
		if signer == "" {
			signer = "unknown"
		}
		fmt.Fprintf(&b, "signer not pinned: %s (pin its verifier key to check the signature)\n", signer)
	}
	for _, c := range r.Checks {
		b.WriteString(c.String())
		b.WriteByte('\n')
	}
	if r.Vouched {
		b.WriteString("NOT checked: the log's signature, which is by no pinned key; the root log, which a pinned key signed, holds the checkpoint\n")
	}
	return b.String()
}

// verification carries what one step of Verify hands to the next.
type verification struct {
	receipt    *Receipt
	trust      Trust
	report     *Report
	header     *Header
	proof      *Proof
	checkpoint Checkpoint
	claimed    note.Signature
	vouched    bool
	anchored   anchored
}

// Verify checks a receipt offline. The error names the first check that
// failed; the report is never nil and lists the checks made. A trust without
// keys is no error, but Report.Pinned is then false and the signature was not
// checked.
func Verify(r *Receipt, trust Trust) (*Report, error) {
	v := &verification{receipt: r, trust: trust, report: &Report{Pinned: trust.Pinned()}}
	if r == nil {
		return v.report, errors.New("receipt: none given")
	}
	steps := []step{
		{"leaf hash", v.leafHash},
		{"header", v.parseHeader},
		{"proof", v.parseProof},
		{"index", v.index},
		{"log", v.log},
		{"inclusion", v.inclusion},
		{"signature", v.signature},
	}
	steps = append(steps, v.anchorSteps()...)
	for _, s := range append(steps, step{"level", v.level}) {
		detail, err := s.run()
		if err := v.record(s.name, detail, err); err != nil {
			return v.report, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.Openings)) {
		detail, err := v.opening(name)
		if err := v.record("opening "+name, detail, err); err != nil {
			return v.report, err
		}
	}
	v.report.Header, v.report.Checkpoint = v.header, v.checkpoint
	v.report.Epoch, v.report.Root = v.anchored.epoch, v.anchored.root
	v.report.Level, v.report.Cosignatures = v.anchored.level, v.anchored.witnesses
	v.report.Witnesses = witnessNames(v.anchored.witnesses)
	v.report.Vouched = v.vouched
	return v.report, nil
}

// step is one named check.
type step struct {
	name string
	run  func() (detail string, err error)
}

// errSkipped marks a step that could not be done and does not fail.
var errSkipped = errors.New("not checked")

func (v *verification) record(name, detail string, err error) error {
	c := Check{Name: name, OK: err == nil, Skipped: errors.Is(err, errSkipped), Detail: detail}
	if err != nil && !c.Skipped {
		c.Detail = err.Error()
		err = fmt.Errorf("receipt: check %q: %w", name, err)
	} else {
		err = nil
	}
	v.report.Checks = append(v.report.Checks, c)
	return err
}

func (v *verification) leafHash() (string, error) {
	if got := LeafHash([]byte(v.receipt.Entry)); got != v.receipt.LeafHash {
		return "", fmt.Errorf("entry hashes to %s, receipt says %s", got, v.receipt.LeafHash)
	}
	return v.receipt.LeafHash.String(), nil
}

func (v *verification) parseHeader() (string, error) {
	var err error
	if v.header, err = ParseHeader([]byte(v.receipt.Entry)); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s, version %d, canonical", v.header.Artifact, HeaderVersion), nil
}

func (v *verification) parseProof() (string, error) {
	var err error
	if v.proof, err = ParseProof([]byte(v.receipt.Proof)); err != nil {
		return "", err
	}
	// Nothing signs the extra line, so a receipt has none.
	if v.proof.Extra != nil {
		return "", errors.New("a receipt's proof must have no extra line")
	}
	c, n, err := ParseSignedCheckpoint(v.proof.Checkpoint)
	if err != nil {
		return "", err
	}
	v.checkpoint = c
	var ok bool
	if v.claimed, ok = signerFor(n.UnverifiedSigs, c.Origin); !ok {
		return "", fmt.Errorf("no signature line of a key that may sign for origin %q", c.Origin)
	}
	if !v.report.Pinned {
		v.report.Signer = fingerprint(v.claimed)
	}
	return fmt.Sprintf("%d hashes and a checkpoint of size %d", len(v.proof.Hashes), c.Size), nil
}

func (v *verification) index() (string, error) {
	r, h, p := v.receipt.Index, v.header.Index, v.proof.Index
	if r != h || r != p {
		return "", fmt.Errorf("receipt says %d, header %d, proof %d", r, h, p)
	}
	return fmt.Sprintf("%d in receipt, header and proof", r), nil
}

func (v *verification) log() (string, error) {
	if v.header.Log != v.receipt.Log {
		return "", fmt.Errorf("receipt says %q, header %q", v.receipt.Log, v.header.Log)
	}
	if !strings.HasSuffix(v.checkpoint.Origin, "/"+v.receipt.Log) {
		return "", fmt.Errorf("checkpoint origin %q does not end with /%s", v.checkpoint.Origin, v.receipt.Log)
	}
	return v.checkpoint.Origin, nil
}

func (v *verification) inclusion() (string, error) {
	c := v.checkpoint
	if err := VerifyInclusion(v.proof.Index, c.Size, v.receipt.LeafHash, v.proof.Hashes, c.Root); err != nil {
		return "", err
	}
	return fmt.Sprintf("entry %d is in the tree of size %d with root %s", v.proof.Index, c.Size, c.Root), nil
}

// signature checks who signed the log's checkpoint. Keys change over the years:
// a checkpoint that only an older key signed counts when it is anchored, for
// the root log, which a pinned key signed, holds exactly these bytes.
func (v *verification) signature() (string, error) {
	if !v.trust.Pinned() {
		return "not checked, no key is pinned", errSkipped
	}
	signer, err := v.trust.OpenLog(v.proof.Checkpoint, v.checkpoint.Origin)
	if errors.Is(err, errNotTrusted) && v.receipt.Anchor != nil {
		v.vouched = true
		return "by " + fingerprint(v.claimed) + ", which is not pinned; NOT checked: the root log, which a pinned key signed, holds this checkpoint", errSkipped
	}
	if err != nil {
		return "", err
	}
	v.report.Signer = signer
	return "by pinned key " + signer, nil
}

// level refuses a claim of more than the proofs show. A claim that could be
// true but needs a pinned witness to check is only told.
func (v *verification) level() (string, error) {
	a, claim := &v.anchored, v.receipt.Level
	if a.level == "" {
		a.level = Committed
	}
	switch {
	case claim != Committed && claim != Anchored && claim != Witnessed:
		return "", fmt.Errorf("unknown level %q", claim)
	case claim == Witnessed && a.level == Anchored && a.unasked:
		return "the proof shows anchored; the receipt claims witnessed, which no pinned witness was asked to confirm", nil
	case levelRank(claim) > levelRank(a.level):
		return "", fmt.Errorf("the receipt claims %q; the proof shows %s only", claim, a.level)
	}
	return "the proof shows " + string(a.level), nil
}

func levelRank(l Level) int { return slices.Index([]Level{Committed, Anchored, Witnessed}, l) }

func (v *verification) opening(name string) (string, error) {
	want, ok := v.header.Commitment(name)
	if !ok {
		return "", errors.New("the header has no such commitment")
	}
	if err := v.receipt.Openings[name].verify(want); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d bytes match the commitment", len(v.receipt.Openings[name].Value)), nil
}
