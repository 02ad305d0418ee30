package receipt

import (
	"errors"
	"fmt"
)

// Artifact kinds that the verifier itself understands.
const (
	artifactGenesis  = "genesis"
	artifactDecision = "decision"
	artifactErasure  = "erasure"
	artifactPrune    = "prune"
)

// maxArtifactKinds bounds what the report counts by name.
const maxArtifactKinds = 256

// bundleEntry is the entry that is being read.
type bundleEntry struct {
	*Header
	place   *BundleLocation
	opened  int    // groups revealed
	state   bool   // its payload is said to be gone
	group   []byte // the revealed group of the artifact's own name, except a decision's
	inRange bool
}

// readEntries reads entries, their openings and states up to the trailer.
func (v *bundleVerification) readEntries() error {
	v.tree = provenTree{partialTree: partialTree{size: v.checkpoint.Size}, want: v.checkpoint.Root}
	v.states.init()
	for {
		if err := v.readNodes(&v.tree, tagNodes); err != nil {
			return err
		}
		if v.rec.tag != tagEntry {
			break
		}
		if err := v.readEntry(); err != nil {
			return err
		}
	}
	if v.rec.trailer == nil {
		return v.fault("order", fmt.Errorf("want an entry's record or the trailer here, have %s", v.rec.tag))
	}
	if v.report.Entries != v.manifest.Entries {
		return v.fault("entries", fmt.Errorf("%d entries, the manifest says %d", v.report.Entries, v.manifest.Entries))
	}
	if err := v.tree.finish(); err != nil {
		return v.fault("inclusion", err)
	}
	v.ok("inclusion", "%d entries are in the tree of size %d with root %s", v.report.Entries, v.tree.size, v.tree.want)
	if place, err := v.states.unproven(); err != nil {
		return fault(place, "payload state", err)
	}
	v.report.Gone = v.states.gone
	v.ok("payloads", "each opening fits its commitment; each erasure and prune is shown by an artifact")
	return nil
}

// readEntry reads one entry with what follows it.
func (v *bundleVerification) readEntry() error {
	index, err := parseDecimal(v.rec.args[0])
	if err != nil {
		return v.fault("entry", err)
	}
	e := &bundleEntry{place: v.in.here()}
	e.place.Entry = &index
	if err := v.entryHeader(e, index); err != nil {
		return err
	}
	if err := v.advance(); err != nil {
		return err
	}
	if err := v.readOpenings(e); err != nil {
		return err
	}
	if v.rec.tag == tagState {
		if err := v.readState(e); err != nil {
			return err
		}
	}
	return v.classify(e)
}

// entryHeader checks the present record as the entry at index.
func (v *bundleVerification) entryHeader(e *bundleEntry, index uint64) error {
	said, err := ParseHash(v.rec.args[1])
	if err != nil {
		return fault(e.place, "leaf hash", err)
	}
	leaf := LeafHash(v.rec.data)
	if leaf != said {
		return fault(e.place, "leaf hash", fmt.Errorf("the entry hashes to %s, its record says %s", leaf, said))
	}
	if e.Header, err = ParseHeader(v.rec.data); err != nil {
		return fault(e.place, "header", err)
	}
	switch {
	case e.Index != index:
		err = fmt.Errorf("the record says %d, the header %d", index, e.Index)
	case e.Log != v.manifest.Log:
		err = fmt.Errorf("it is of log %q, the bundle is of %q", e.Log, v.manifest.Log)
	case v.report.Entries == 0 && (index != 0 || e.Artifact != artifactGenesis):
		err = errors.New("the first entry must be the log's genesis, at index 0")
	case v.report.Entries > 0 && e.Artifact == artifactGenesis:
		err = errors.New("a second genesis")
	case v.report.Entries == v.manifest.Entries:
		err = fmt.Errorf("more entries than the %d of the manifest", v.manifest.Entries)
	default:
		err = v.tree.take(index, leaf)
	}
	if err != nil {
		return fault(e.place, "entry", err)
	}
	if err := v.entryTime(e.Header); err != nil {
		if v.ahead++; v.firstAhead == nil {
			v.firstAhead = err
		}
	}
	v.report.Entries++
	e.inRange = v.manifest.inRange(index)
	return nil
}

// entryTime holds an entry's time against the epochs that hold it.
func (v *bundleVerification) entryTime(h *Header) error {
	for _, head := range []*signedHead{v.start, &v.checkpoint} {
		if head == nil || head.anchor == nil || h.Index >= head.Size {
			continue
		}
		if err := entryInEpoch(h, v.epochs[head.anchor.Epoch]); err != nil {
			return err
		}
	}
	return nil
}

// readOpenings reads the groups of an entry that are revealed, in the order of
// its commitments.
func (v *bundleVerification) readOpenings(e *bundleEntry) error {
	next := 0
	for v.rec.tag == tagOpening {
		place := v.in.here()
		place.Entry = e.place.Entry
		name := v.rec.args[0]
		for next < len(e.Commitments) && e.Commitments[next].Name != name {
			next++
		}
		if next == len(e.Commitments) {
			return fault(place, "opening", fmt.Errorf("%.80q is not a further commitment of the entry", name))
		}
		salt, err := parseSalt(v.rec.args[1])
		if err != nil {
			return fault(place, "opening "+name, err)
		}
		if Commit(salt, v.rec.data) != e.Commitments[next].Hash {
			return fault(place, "opening "+name, errors.New("salt and value do not give the commitment"))
		}
		if name == e.Artifact && name != artifactDecision {
			e.group = append([]byte(nil), v.rec.data...)
		}
		e.opened++
		next++
		if err := v.advance(); err != nil {
			return err
		}
	}
	return nil
}

// classify counts an entry and checks that it may stand in this bundle.
func (v *bundleVerification) classify(e *bundleEntry) error {
	v.count(e.Artifact)
	if e.Index == 0 {
		if err := v.checkGenesis(e); err != nil {
			return fault(e.place, "genesis", err)
		}
	}
	proof, err := v.states.resolve(e)
	if err != nil {
		return fault(e.place, "payload state", err)
	}
	if e.inRange {
		if err := v.inKind(e, proof); err != nil {
			return fault(e.place, "range", err)
		}
		v.inRange++
		v.lastSeen = e.Index == v.manifest.Last
	} else if e.Index != 0 && !proof {
		return fault(e.place, "range", fmt.Errorf("entry %d is not in the claimed range and shows no erasure", e.Index))
	}
	v.countPayload(e)
	return nil
}

func (v *bundleVerification) count(artifact string) {
	if _, known := v.report.Artifacts[artifact]; !known && len(v.report.Artifacts) >= maxArtifactKinds {
		artifact = "(others)"
	}
	v.report.Artifacts[artifact]++
}

// countPayload says what the bundle holds of an entry's payload.
func (v *bundleVerification) countPayload(e *bundleEntry) {
	p := &v.report.Payloads
	switch {
	case e.state: // counted where it was read
	case e.opened == len(e.Commitments):
		p.Opened++
	case e.opened > 0:
		p.Partial++
	case v.manifest.Kind == BundleAbsence || !v.inTime(e):
		p.HeaderOnly++
	default:
		p.Missing++
		if len(v.report.Missing) < MaxListed {
			v.report.Missing = append(v.report.Missing, e.Index)
		}
	}
}

// checkGenesis holds the log's first entry against manifest and anchors.
func (v *bundleVerification) checkGenesis(e *bundleEntry) error {
	if e.group == nil || e.opened != len(e.Commitments) {
		return errors.New("it must be opened: it says whose log this is")
	}
	log, tenant, slot, err := parseGenesis(e.group)
	if err != nil {
		return err
	}
	if log != v.manifest.Log || tenant != v.manifest.Tenant {
		return fmt.Errorf("it is of log %q, tenant %q; the manifest says %q, %q", log, tenant, v.manifest.Log, v.manifest.Tenant)
	}
	for _, h := range []*signedHead{&v.checkpoint, v.start} {
		if h != nil && h.anchor != nil && h.anchor.Slot != slot {
			return fmt.Errorf("it fixes slot %d, the checkpoint of size %d is anchored in slot %d", slot, h.Size, h.anchor.Slot)
		}
	}
	v.ok("genesis", "log %s of tenant %s, slot %d", log, tenant, slot)
	return nil
}

// parseGenesis reads the group of a log's first entry, which has one spelling:
// {"log":"..","slot":N,"tenant":".."}.
func parseGenesis(group []byte) (log, tenant string, slot uint64, err error) {
	var wire struct {
		Log    string `json:"log"`
		Slot   uint64 `json:"slot"`
		Tenant string `json:"tenant"`
	}
	if err := unmarshal(group, &wire); err != nil {
		return "", "", 0, err
	}
	if !isLogID(wire.Log) || !isLogID(wire.Tenant) ||
		fmt.Sprintf(`{"log":%q,"slot":%d,"tenant":%q}`, wire.Log, wire.Slot, wire.Tenant) != string(group) {
		return "", "", 0, errors.New(`its group is not {"log":"..","slot":N,"tenant":".."}`)
	}
	return wire.Log, wire.Tenant, wire.Slot, nil
}
