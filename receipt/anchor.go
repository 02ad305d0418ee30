package receipt

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Anchor shows that a tenant log's checkpoint is in the log of logs: the signed
// checkpoint is leaf number Slot of an epoch's tree, the epoch's root is in an
// entry of the root log, and that entry is under the root log's checkpoint,
// which witnesses cosign.
type Anchor struct {
	// Slot is the tenant's fixed position in every epoch. A receipt does not show
	// whose slot it is; a bundle does, by the log's first entry.
	Slot uint64
	// Path is the inclusion proof of the checkpoint in the epoch's tree; on the
	// wire an array of padded base64.
	Path []Hash
	// Entry is the exact bytes of the root log's entry, a RootEpoch.
	Entry string
	// Proof is the c2sp.org/tlog-proof of Entry with the root log's checkpoint
	// and its cosignatures.
	Proof string
}

// MarshalJSON writes {"slot":..,"path":[..],"entry":"..","proof":".."}.
func (a Anchor) MarshalJSON() ([]byte, error) {
	b := strconv.AppendUint([]byte(`{"slot":`), a.Slot, 10)
	b = append(b, `,"path":[`...)
	for i := range a.Path {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = base64.StdEncoding.AppendEncode(b, a.Path[i][:])
		b = append(b, '"')
	}
	b, err := appendString(append(b, `],"entry":`...), a.Entry)
	if err != nil {
		return nil, err
	}
	if b, err = appendString(append(b, `,"proof":`...), a.Proof); err != nil {
		return nil, err
	}
	return append(b, '}'), nil
}

// UnmarshalJSON reads it as strictly as Parse.
func (a *Anchor) UnmarshalJSON(data []byte) error {
	parsed, err := parseAnchor(data)
	if err != nil {
		return fmt.Errorf("anchor: %w", err)
	}
	*a = *parsed
	return nil
}

// parseAnchor reads the member "anchor" of a receipt.
func parseAnchor(data []byte) (*Anchor, error) {
	all, err := members(data)
	if err != nil {
		return nil, err
	}
	a := new(Anchor)
	if a.Slot, err = parseDecimal(string(all["slot"])); err != nil || a.Slot > MaxInt {
		return nil, errors.New("slot: want an integer from 0 to 2^53-1")
	}
	path, err := decodeStrings(all["path"], MaxProofHashes, base64.StdEncoding.EncodedLen(HashSize))
	if err != nil {
		return nil, fmt.Errorf("path: %w", err)
	}
	for i := range path {
		h, err := parseBase64Hash(path[i])
		if err != nil {
			return nil, fmt.Errorf("path: hash %d: %w", i, err)
		}
		a.Path = append(a.Path, h)
	}
	if a.Entry, err = decodeString(all["entry"], MaxEntrySize); err != nil {
		return nil, fmt.Errorf("entry: %w", err)
	}
	if a.Proof, err = decodeString(all["proof"], MaxProofSize); err != nil {
		return nil, fmt.Errorf("proof: %w", err)
	}
	return a, nil
}

// anchored is what the anchor's checks show.
type anchored struct {
	epoch     *RootEntry
	root      Checkpoint
	rootNote  []byte // the root log's signed checkpoint
	level     Level
	witnesses []Cosignature
	unasked   bool // no witness is pinned, so none was asked for
}

// anchorSteps are the checks between the tenant log's checkpoint and the
// witnesses, in order. Without an anchor only a policy has something to say.
func (v *verification) anchorSteps() []step {
	if v.receipt.Anchor == nil {
		detail, asked, err := v.trust.unanchored()
		if !asked {
			return nil
		}
		return []step{{"witnesses", func() (string, error) { return detail, orSkipped(err) }}}
	}
	return []step{
		{"anchor", v.epoch},
		{"root proof", v.rootProof},
		{"root log", v.rootLog},
		{"root signature", v.rootSignature},
		{"witnesses", v.witnesses},
	}
}

// epoch checks that the checkpoint, with its signatures, is in the epoch's tree.
func (v *verification) epoch() (string, error) {
	e, err := ParseRootEntry([]byte(v.receipt.Anchor.Entry))
	if err != nil {
		return "", err
	}
	if err := inEpoch(e, v.proof.Checkpoint, v.receipt.Anchor.Slot, v.receipt.Anchor.Path); err != nil {
		return "", err
	}
	v.anchored.epoch = e
	detail := fmt.Sprintf("the checkpoint is slot %d of %d in epoch %d", v.receipt.Anchor.Slot, e.Slots, e.Index)
	return detail + remark(entryInEpoch(v.header, e)), nil
}

// inEpoch checks that a signed checkpoint is the leaf at slot of an epoch.
func inEpoch(e *RootEntry, signed []byte, slot uint64, path []Hash) error {
	if e.Artifact != RootEpoch {
		return fmt.Errorf("root entry %d is %q, not an epoch", e.Index, e.Artifact)
	}
	if err := VerifyInclusion(slot, e.Slots, LeafHash(signed), path, e.Root); err != nil {
		return fmt.Errorf("checkpoint in slot %d of epoch %d: %w", slot, e.Index, err)
	}
	return nil
}

func (v *verification) rootProof() (string, error) {
	p, err := ParseProof([]byte(v.receipt.Anchor.Proof))
	if err != nil {
		return "", err
	}
	if p.Extra != nil {
		return "", errors.New("a receipt's proof must have no extra line")
	}
	c, _, err := ParseSignedCheckpoint(p.Checkpoint)
	if err != nil {
		return "", err
	}
	e := v.anchored.epoch
	if p.Index != e.Index {
		return "", fmt.Errorf("proof says %d, epoch entry %d", p.Index, e.Index)
	}
	if err := VerifyInclusion(p.Index, c.Size, LeafHash([]byte(v.receipt.Anchor.Entry)), p.Hashes, c.Root); err != nil {
		return "", err
	}
	v.anchored.root, v.anchored.rootNote = c, p.Checkpoint
	return fmt.Sprintf("epoch %d is in the root log of size %d", p.Index, c.Size), nil
}

func (v *verification) rootLog() (string, error) {
	want := strings.TrimSuffix(v.checkpoint.Origin, "/"+v.receipt.Log)
	if v.anchored.root.Origin != want {
		return "", fmt.Errorf("root checkpoint origin is %q, want %q", v.anchored.root.Origin, want)
	}
	return want, nil
}

func (v *verification) rootSignature() (string, error) {
	signer, err := v.trust.OpenLog(v.anchored.rootNote, v.anchored.root.Origin)
	if err != nil {
		return "", err
	}
	v.anchored.level = Anchored
	if signer == "" {
		return "not checked, no key is pinned", errSkipped
	}
	if v.report.Signer == "" {
		v.report.Signer = signer
	}
	return "by pinned key " + signer, nil
}

func (v *verification) witnesses() (string, error) {
	sigs, detail, err := v.trust.openWitnesses(v.anchored.rootNote)
	v.anchored.witnesses = sigs
	switch {
	case err == nil:
		at, _ := v.trust.policy.quorumTime(sigs)
		v.anchored.level = Witnessed
		return detail + remark(epochCosigned(v.anchored.epoch, at)), nil
	case errors.Is(err, errUnasked), errors.Is(err, errNoQuorum):
		v.anchored.unasked = errors.Is(err, errUnasked)
		// The level's check says whether that is too little for the claim.
		return detail, orSkipped(v.trust.enforce(v.anchored.level, detail))
	}
	return detail, err
}

// orSkipped is the failure of a step, or that it could not be done.
func orSkipped(err error) error {
	if err == nil {
		return errSkipped
	}
	return err
}
