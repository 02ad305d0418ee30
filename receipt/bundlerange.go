package receipt

import (
	"errors"
	"fmt"
)

// inTime says whether an entry is in the time that was asked for, where a kind
// has one.
func (v *bundleVerification) inTime(e *bundleEntry) bool {
	f := &v.manifest.Filter
	return v.manifest.Kind != BundleRange || (f.From <= e.Time && e.Time <= f.To)
}

// inKind checks that an entry in the claimed range is what the kind promises.
// proof is true for an artifact that shows an erasure of another entry.
func (v *bundleVerification) inKind(e *bundleEntry, proof bool) error {
	m := v.manifest
	if m.dense() && e.Index != m.First+v.inRange {
		return fmt.Errorf("entry %d is missing: the bundle claims all from %d to %d", m.First+v.inRange, m.First, m.Last)
	}
	if m.Kind == BundleSubject && v.inRange == 0 && e.Index != m.First {
		return fmt.Errorf("the first entry is %d, the manifest says %d", e.Index, m.First)
	}
	switch {
	case m.Kind == BundleDecision && e.Artifact != artifactDecision:
		return fmt.Errorf("entry %d is no decision but %q", e.Index, e.Artifact)
	case m.Kind == BundleAbsence && e.Artifact == m.Filter.Artifact:
		return fmt.Errorf("entry %d is %q: it is not absent", e.Index, e.Artifact)
	case e.opened > 0 && e.Index != 0 && !proof && !v.inTime(e):
		return fmt.Errorf("entry %d is opened, but its time %d is outside the filter, %d to %d", e.Index, e.Time, m.Filter.From, m.Filter.To)
	}
	return nil
}

// checkRange checks, after the last entry, that the range is whole, and says
// what that proves.
func (v *bundleVerification) checkRange() error {
	m := v.manifest
	if m.dense() && v.inRange != m.Last-m.First+1 {
		return v.fault("range", fmt.Errorf("entry %d is missing: the bundle claims all from %d to %d", m.First+v.inRange, m.First, m.Last))
	}
	if m.Kind == BundleSubject && !v.lastSeen {
		return v.fault("range", fmt.Errorf("the last entry claimed, %d, is not in the bundle", m.Last))
	}
	enclosed := v.enclosed()
	switch m.Kind {
	case BundleDecision:
		v.report.Complete = fmt.Sprintf("entry %d is the decision asked for; the bundle says nothing of others", m.First)
	case BundleSubject:
		v.report.Complete = "that no entry of the subject was left out can't be proven: whom an entry concerns is not in the clear"
	case BundleTenant:
		v.report.Complete = fmt.Sprintf("the whole log up to the checkpoint of size %d is here", m.Of)
	case BundleRange:
		v.report.Complete = v.rangeVerdict(enclosed)
	case BundleAbsence:
		if enclosed != nil {
			return v.fault("absence", enclosed)
		}
		v.report.Complete = fmt.Sprintf("no %q is among entries %s, which are all that the log took in %s",
			m.Filter.Artifact, rangeText(m), v.span())
	}
	if v.ahead > 0 {
		v.skip("entry times", fmt.Sprintf("%d entries can't have the time that they say, which is the server's word; the first: %v", v.ahead, v.firstAhead))
	}
	v.ok("range", "what the manifest says of kind, range and time holds")
	return nil
}

func (v *bundleVerification) rangeVerdict(enclosed error) string {
	all := fmt.Sprintf("every entry from %d to %d is here", v.manifest.First, v.manifest.Last)
	if enclosed != nil {
		return all + "; that none of the time asked for stands before or after them is not proven (" + enclosed.Error() + ")"
	}
	return all + ", all that the log took in " + v.span()
}

// span says between what a range lies.
func (v *bundleVerification) span() string {
	if v.start == nil {
		return fmt.Sprintf("from its first entry up to epoch %d", v.checkpoint.anchor.Epoch)
	}
	return fmt.Sprintf("between epoch %d and epoch %d, in the history that these two fix (epochs in between are not shown)", v.start.anchor.Epoch, v.checkpoint.anchor.Epoch)
}

func rangeText(m *Manifest) string {
	if m.First > m.Last {
		return "(none: the log did not grow)"
	}
	return fmt.Sprintf("%d to %d", m.First, m.Last)
}

// enclosed says why the range is not all that the log took in between two
// epochs that enclose the filter's time, or from its first entry up to an epoch
// after that time; nil when it is.
func (v *bundleVerification) enclosed() error {
	m := v.manifest
	if v.checkpoint.anchor == nil || v.start == nil && m.First != 0 {
		return errors.New("no earlier checkpoint is given")
	}
	to := v.epochs[v.checkpoint.anchor.Epoch]
	switch {
	case m.Last+1 != m.Of:
		return fmt.Errorf("the range ends at %d, the later checkpoint has size %d", m.Last, m.Of)
	case to.Time < m.Filter.To:
		return fmt.Errorf("epoch %d is of time %d, before the filter ends at %d", to.Index, to.Time, m.Filter.To)
	case v.start == nil:
		return nil
	}
	from := v.epochs[v.start.anchor.Epoch]
	switch {
	case m.First != v.start.Size:
		return fmt.Errorf("the range begins at %d, the earlier checkpoint has size %d", m.First, v.start.Size)
	case from.Index > to.Index:
		return fmt.Errorf("epoch %d comes after epoch %d", from.Index, to.Index)
	case from.Time > m.Filter.From:
		return fmt.Errorf("epoch %d is of time %d, after the filter begins at %d", from.Index, from.Time, m.Filter.From)
	}
	return nil
}
