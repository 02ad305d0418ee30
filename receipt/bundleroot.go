package receipt

import (
	"errors"
	"fmt"
)

// readAnchors reads the part between checkpoint and entries: where the
// checkpoint stands in the log of logs, and for a range also where it began.
func (v *bundleVerification) readAnchors() error {
	v.epochs = make(map[uint64]*RootEntry)
	if v.rec.tag != tagAnchor {
		if v.manifest.Kind == BundleAbsence {
			return v.fault("anchor", errors.New("an absence needs an anchored checkpoint"))
		}
		if v.checkpoint.vouched {
			return fault(v.checkpoint.place, "signature", fmt.Errorf("checkpoint: %w, and the log of logs does not hold it", errNotTrusted))
		}
		return v.noAnchor()
	}
	anchor, err := v.readAnchor()
	if err != nil {
		return err
	}
	v.checkpoint.anchor = anchor
	if err := v.readStart(); err != nil {
		return err
	}
	if err := v.readRoot(); err != nil {
		return err
	}
	if err := v.checkAnchor(&v.checkpoint, "anchor"); err != nil {
		return err
	}
	v.report.Epoch = v.epochReport(&v.checkpoint)
	if v.start != nil {
		if err := v.checkAnchor(v.start, "start anchor"); err != nil {
			return err
		}
		v.report.StartEpoch = v.epochReport(v.start)
	}
	return v.checkKeys()
}

// readAnchor reads the present record as an anchor.
func (v *bundleVerification) readAnchor() (*BundleAnchor, error) {
	a := new(BundleAnchor)
	var err error
	if a.Epoch, err = parseDecimal(v.rec.args[0]); err != nil {
		return nil, v.fault("anchor", fmt.Errorf("epoch: %w", err))
	}
	if a.Slot, err = parseDecimal(v.rec.args[1]); err != nil {
		return nil, v.fault("anchor", fmt.Errorf("slot: %w", err))
	}
	if a.Path, err = hashLines(v.rec.data); err != nil {
		return nil, v.fault("anchor", err)
	}
	v.epochs[a.Epoch] = nil
	return a, v.advance()
}

// readStart reads the checkpoint before a range and the proof that nothing was
// changed since.
func (v *bundleVerification) readStart() error {
	kind := v.manifest.Kind
	if v.rec.tag != tagStartCheckpoint {
		if kind == BundleAbsence && v.manifest.First != 0 { // nothing is before the first entry
			return v.fault("start", errors.New("an absence needs an anchored checkpoint before its range"))
		}
		return nil
	}
	if kind != BundleAbsence && kind != BundleRange {
		return v.fault("order", fmt.Errorf("a %s bundle has no start-checkpoint", kind))
	}
	head, err := v.head("start signature", v.manifest.Origin())
	if err != nil {
		return err
	}
	if err := v.advance(); err != nil {
		return err
	}
	if err := v.want(tagStartAnchor); err != nil {
		return err
	}
	if head.anchor, err = v.readAnchor(); err != nil {
		return err
	}
	if err := v.want(tagConsistency); err != nil {
		return err
	}
	proof, err := hashLines(v.rec.data)
	if err != nil {
		return v.fault("consistency", err)
	}
	end := v.checkpoint
	if err := VerifyConsistency(head.Size, end.Size, proof, head.Root, end.Root); err != nil {
		return v.fault("consistency", err)
	}
	v.ok("consistency", "the log of size %d is a prefix of the log of size %d", head.Size, end.Size)
	v.start = &head
	return v.advance()
}

// readRoot reads the root log's checkpoint and the entries of it that the
// bundle needs.
func (v *bundleVerification) readRoot() error {
	if err := v.want(tagRootCheckpoint); err != nil {
		return err
	}
	head, err := v.head("root signature", v.manifest.rootOrigin())
	if err != nil {
		return err
	}
	v.root = head
	if err := v.witnesses(); err != nil {
		return v.fault("witnesses", err)
	}
	if err := v.advance(); err != nil {
		return err
	}
	return v.readRootEntries()
}

// noAnchor holds a bundle that only the log's own key vouches for against the
// policy.
func (v *bundleVerification) noAnchor() error {
	detail, asked, err := v.trust.unanchored()
	if err != nil {
		return fault(v.checkpoint.place, "witnesses", err)
	}
	if asked {
		v.skip("witnesses", detail)
	}
	return nil
}

// witnesses checks who cosigned the root log's checkpoint.
func (v *bundleVerification) witnesses() error {
	sigs, detail, err := v.trust.openWitnesses(v.root.signed)
	v.report.Witnesses, v.report.Cosignatures = witnessNames(sigs), sigs
	switch {
	case err == nil:
		v.report.Level = Witnessed
		v.ok("witnesses", "%s", detail)
		return nil
	case errors.Is(err, errUnasked), errors.Is(err, errNoQuorum):
		v.report.Level = Anchored
		if err := v.trust.enforce(Anchored, detail); err != nil {
			return err
		}
		v.skip("witnesses", detail)
		return nil
	}
	return err
}

func (v *bundleVerification) readRootEntries() error {
	t := provenTree{partialTree: partialTree{size: v.root.Size}, want: v.root.Root}
	for {
		if err := v.readNodes(&t, tagRootNodes); err != nil {
			return err
		}
		if v.rec.tag != tagRootEntry {
			break
		}
		if err := v.readRootEntry(&t); err != nil {
			return err
		}
	}
	if err := t.finish(); err != nil {
		return v.fault("root log", err)
	}
	if len(v.keys) == 0 || v.keys[0].Action != RootGenesis {
		return v.fault("root log", errors.New("its first entry, the genesis that names the first key, is not in the bundle"))
	}
	v.ok("root log", "%s, size %d, root %s", v.root.Origin, v.root.Size, v.root.Root)
	return nil
}

func (v *bundleVerification) readRootEntry(t *provenTree) error {
	index, err := parseDecimal(v.rec.args[0])
	if err != nil {
		return v.fault("root entry", err)
	}
	e, err := ParseRootEntry(v.rec.data)
	if err != nil {
		return v.fault("root entry", err)
	}
	if e.Index != index {
		return v.fault("root entry", fmt.Errorf("the record says %d, the entry %d", index, e.Index))
	}
	if err := t.take(index, LeafHash(v.rec.data)); err != nil {
		return v.fault("root entry", err)
	}
	if e.Artifact == RootEpoch {
		if _, named := v.epochs[index]; !named {
			return v.fault("root entry", fmt.Errorf("epoch %d anchors nothing in this bundle", index))
		}
		v.epochs[index] = e
		return v.advance()
	}
	if len(v.keys) == MaxBundleKeys {
		return v.fault("root entry", fmt.Errorf("more than %d key entries", MaxBundleKeys))
	}
	action := e.Action
	if e.Artifact == RootGenesis {
		action = RootGenesis
	}
	v.keys = append(v.keys, KeyReport{Index: index, Action: action, Key: e.Key, Time: e.Time, Reason: e.Reason})
	return v.advance()
}

// readNodes reads the hashes of leaves that are not in the bundle, where a
// record of them comes here.
func (v *bundleVerification) readNodes(t *provenTree, tag string) error {
	if v.rec.tag != tag {
		return nil
	}
	var err error
	if t.proof, err = hashLines(v.rec.data); err != nil {
		return v.fault(tag, err)
	}
	if len(t.proof) == 0 {
		return v.fault(tag, errors.New("an empty record"))
	}
	return v.advance()
}

// take covers the leaves before index with exactly the hashes that stand before
// it, and then the leaf.
func (t *provenTree) take(index uint64, leaf Hash) error {
	if index < t.at || index >= t.size {
		return fmt.Errorf("entry %d is out of order, repeated or not in a log of size %d", index, t.size)
	}
	if err := t.cover(index); err != nil {
		return err
	}
	t.leaf(leaf)
	return nil
}

func (t *provenTree) cover(next uint64) error {
	if need := t.gap(next); need != len(t.proof) {
		return fmt.Errorf("entries %d to %d are left out: want %d hashes for them, have %d", t.at, next, need, len(t.proof))
	}
	_, err := t.skip(next, t.proof)
	t.proof = nil
	return err
}

// finish covers the rest and compares the root.
func (t *provenTree) finish() error {
	if err := t.cover(t.size); err != nil {
		return err
	}
	if got := t.root(); got != t.want {
		return fmt.Errorf("entries and hashes give root %s, the checkpoint says %s", got, t.want)
	}
	return nil
}

// checkAnchor checks that a checkpoint is in its epoch.
func (v *bundleVerification) checkAnchor(h *signedHead, name string) error {
	e := v.epochs[h.anchor.Epoch]
	if e == nil {
		return fault(h.place, name, fmt.Errorf("the bundle does not hold epoch %d", h.anchor.Epoch))
	}
	if err := inEpoch(e, h.signed, h.anchor.Slot, h.anchor.Path); err != nil {
		return fault(h.place, name, err)
	}
	if v.report.Level == Witnessed {
		at, _ := v.trust.policy.quorumTime(v.report.Cosignatures)
		if err := epochCosigned(e, at); err != nil {
			if v.manifest.Kind == BundleAbsence || v.manifest.Kind == BundleRange {
				return fault(v.root.place, "witnesses", err) // the time is what it proves
			}
			v.skip("epoch time", err.Error())
		}
	}
	v.ok(name, "the checkpoint of size %d is slot %d of %d in epoch %d", h.Size, h.anchor.Slot, e.Slots, e.Index)
	return nil
}

func (v *bundleVerification) epochReport(h *signedHead) *EpochReport {
	e := v.epochs[h.anchor.Epoch]
	return &EpochReport{Index: e.Index, Time: e.Time, Slot: h.anchor.Slot, Size: h.Size}
}
