package receipt

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// maxStateRanges bounds the memory for payloads that are said to be gone: runs
// of entries, and with them the artifacts that must show it, some 200 bytes each.
const maxStateRanges = 1 << 17

// bundleStates holds which payloads are said to be erased or pruned until the
// artifact that must show it comes: it always has a higher index.
type bundleStates struct {
	open   map[uint64]*stateClaim // by the artifact's index
	ranges int
	gone   []GoneReport
}

// stateClaim is what one artifact must show.
type stateClaim struct {
	state          PayloadState
	ranges         [][2]uint64 // indexes of entries, first and last, ascending
	count          uint64
	record, offset uint64 // where the first entry's state stands
}

// first is the first entry that the claim is about.
func (c *stateClaim) first() uint64 { return c.ranges[0][0] }

func (c *stateClaim) place() *BundleLocation {
	first := c.first()
	return &BundleLocation{Record: c.record, Offset: c.offset, Tag: tagState, Entry: &first}
}

func (s *bundleStates) init() { s.open = make(map[uint64]*stateClaim) }

// add notes that the payload of entry index is gone by another entry.
func (s *bundleStates) add(state PayloadState, index, by uint64, place *BundleLocation) error {
	c := s.open[by]
	if c != nil && c.state != state {
		return fmt.Errorf("#%d is said to have both %s and %s", by, c.state, state)
	}
	if c != nil && c.ranges[len(c.ranges)-1][1]+1 == index {
		c.ranges[len(c.ranges)-1][1] = index
		c.count++
		return nil
	}
	if s.ranges == maxStateRanges {
		return fmt.Errorf("more than %d runs of erased and pruned entries", maxStateRanges)
	}
	s.ranges++
	if c == nil {
		c = &stateClaim{state: PayloadPruned, record: place.Record, offset: place.Offset}
		if state == PayloadErased {
			c.state = PayloadErased // the constant: the argument would hold its whole line
		}
		s.open[by] = c
	}
	c.count++
	c.ranges = append(c.ranges, [2]uint64{index, index})
	return nil
}

// resolve holds what is claimed of an entry against what it opens. It returns
// true when the entry is an artifact that a claim names.
func (s *bundleStates) resolve(e *bundleEntry) (bool, error) {
	c := s.open[e.Index]
	if c == nil {
		return false, nil
	}
	want := map[PayloadState]string{PayloadErased: artifactErasure, PayloadPruned: artifactPrune}[c.state]
	if e.Artifact != want || e.group == nil {
		return false, fmt.Errorf("entry %d is said to be %s by #%d, which is %s and opens no group %q", c.first(), c.state, e.Index, e.Artifact, want)
	}
	covered, err := goneRanges(want, e.group)
	if err != nil {
		return false, err
	}
	for _, r := range c.ranges {
		if index, ok := uncovered(covered, r); ok {
			return false, fmt.Errorf("entry %d is said to be %s by #%d, which does not list it", index, c.state, e.Index)
		}
	}
	delete(s.open, e.Index)
	s.gone = append(s.gone, GoneReport{State: c.state, By: e.Index, Count: c.count})
	return true, nil
}

// unproven returns a claim whose artifact never came.
func (s *bundleStates) unproven() (*BundleLocation, error) {
	var first *stateClaim
	var by uint64
	for index, c := range s.open {
		if first == nil || c.record < first.record {
			first, by = c, index
		}
	}
	if first == nil {
		return nil, nil
	}
	return first.place(), fmt.Errorf("entry %d is said to be %s by #%d, which is not in the bundle", first.first(), first.state, by)
}

// goneRanges reads which entries an erasure or prune artifact lists, merged and
// in order.
func goneRanges(artifact string, group []byte) ([][2]uint64, error) {
	all, err := members(group)
	if err != nil {
		return nil, fmt.Errorf("group %q: %w", artifact, err)
	}
	if artifact == artifactPrune {
		first, err1 := parseDecimal(string(all["first"]))
		last, err2 := parseDecimal(string(all["last"]))
		if err := errors.Join(err1, err2); err != nil {
			return nil, fmt.Errorf("group %q: first and last: %w", artifact, err)
		}
		return [][2]uint64{{first, last}}, nil
	}
	ranges, err := decodeRanges(all["indexes"])
	if err != nil {
		return nil, fmt.Errorf("group %q: indexes: %w", artifact, err)
	}
	slices.SortFunc(ranges, func(a, b [2]uint64) int { return cmp.Compare(a[0], b[0]) })
	merged := ranges[:0]
	for _, r := range ranges {
		if n := len(merged); n > 0 && r[0] <= merged[n-1][1]+1 {
			merged[n-1][1] = max(merged[n-1][1], r[1])
			continue
		}
		merged = append(merged, r)
	}
	return merged, nil
}

// uncovered finds an index of r that is in none of the merged ranges.
func uncovered(merged [][2]uint64, r [2]uint64) (uint64, bool) {
	i, exact := slices.BinarySearchFunc(merged, r[0], func(m [2]uint64, at uint64) int { return cmp.Compare(m[0], at) })
	if !exact {
		i--
	}
	switch {
	case i < 0 || merged[i][1] < r[0]:
		return r[0], true
	case merged[i][1] < r[1]:
		return merged[i][1] + 1, true
	}
	return 0, false
}

// readState reads why the entry's payload is not there.
func (v *bundleVerification) readState(e *bundleEntry) error {
	place := v.in.here()
	place.Entry = e.place.Entry
	state := PayloadState(v.rec.args[0])
	by, err := parseDecimal(v.rec.args[1])
	switch {
	case err != nil:
	case state != PayloadErased && state != PayloadPruned && state != PayloadWithheld:
		err = errors.New("want erased, pruned or withheld")
	case e.opened > 0 || len(e.Commitments) == 0:
		err = errors.New("the entry has its payload, or never had one")
	case e.Index == 0:
		err = errors.New("the genesis has its payload")
	case state == PayloadWithheld && by != 0:
		err = fmt.Errorf("withheld by #%d: what is withheld names no entry, write 0", by)
	case state == PayloadWithheld:
	case by <= e.Index || by >= v.checkpoint.Size:
		err = fmt.Errorf("#%d is not a later entry of the log", by)
	default:
		err = v.states.add(state, e.Index, by, place)
	}
	if err != nil {
		return fault(place, "payload state", err)
	}
	e.state = true
	switch state {
	case PayloadErased:
		v.report.Payloads.Erased++
	case PayloadPruned:
		v.report.Payloads.Pruned++
	case PayloadWithheld:
		v.report.Payloads.Withheld++
	}
	return v.advance()
}
