package drift

import (
	"context"
	"strings"
	"testing"
)

const (
	copyOfA = `{"place":"NamedLocations/copy.json","object":{"@odata.type":"#microsoft.graph.ipNamedLocation","id":"a","displayName":"Alpha","isTrusted":true,"ipRanges":[]}}`
	copyOfB = `{"place":"NamedLocations/copyb.json","object":{"@odata.type":"#microsoft.graph.ipNamedLocation","id":"b","displayName":"Beta","isTrusted":true,"ipRanges":[]}}`
)

// TestADuplicateHidesNothing: what became of an identity while two objects
// claimed it is found when one does again, or none.
func TestADuplicateHidesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		f.see(sample())
		first := f.see(sample())
		for range 3 {
			f.see(sample(), copyOfA)
			f.want("two of them", f.all())
		}
		f.see(ranged("10.9.0.0/24"))
		f.want("one, with another value", f.all(), "new changed a/ipRanges")
		if r := f.only(); r.Before != first.ID {
			t.Errorf("the value before was seen last in %s, want %s", r.Before, first.ID)
		}
		list, _, err := f.Comparisons(context.Background(), tenantA, ComparisonFilter{}, "", 1)
		if err != nil || list[0].Changed != 1 {
			t.Errorf("counts %+v: %v", list[0].Counts, err)
		}
		f.see(ranged("10.9.0.0/24"))
		f.want("as before", f.all(), "new changed a/ipRanges")
		f.see(ranged("10.9.0.0/24"), copyOfA)
		f.see(sample().without("a"))
		f.want("gone", f.all(), "new removed a", "resolved changed a/ipRanges object_gone")
	})
}

// TestDuplicatesThatComeOneAfterAnother: each has the base that it had before.
func TestDuplicatesThatComeOneAfterAnother(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		f.see(sample())
		f.see(sample(), copyOfA)
		changed := sample().with("b", place{name: "Beta", cidr: "10.5.0.0/24"})
		f.see(changed, copyOfA)
		f.do(Accept, f.only().ID)
		f.see(changed, copyOfA, copyOfB)
		f.see(sample(), copyOfA)
		f.want("b as at first", f.waiting(), "reopened changed b/ipRanges other_value")
		f.do(Acknowledge, f.only().ID)

		// A run that can't tell keeps what is held.
		f.see(sample().without("a"), `{"coverage":{"type":"`+locations+`","status":"partial","error":"page 2: 500"}}`)
		f.see(ranged("10.9.0.0/24"), `{"coverage":{"type":"`+locations+`","status":"partial","error":"page 2: 500"}}`)
		f.want("one of it, of a part", f.waiting(), "new changed a/ipRanges")
		f.see(ranged("10.9.0.0/24"), copyOfB)
		f.see(sample().with("a", place{name: "Alpha", cidr: "10.9.0.0/24"}))
		f.want("read completely", f.waiting(), "new changed a/ipRanges")
		for _, row := range f.rows(tenantA) {
			if strings.HasPrefix(row, heldMark) {
				t.Errorf("still held: %q", row)
			}
		}
	})
}

// TestWhatNoRunReadsWholeHidesNothing: an object that a run did not see, of a type
// that no run reads to its end, is compared with the run that saw it last.
func TestWhatNoRunReadsWholeHidesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		const part = `{"coverage":{"type":"` + locations + `","status":"partial","error":"page 2: 500"}}`
		f.see(sample(), part)
		for range 2 {
			f.see(sample().without("a"), part)
			f.want("not seen", f.all())
			list, _, err := f.Comparisons(context.Background(), tenantA, ComparisonFilter{}, "", 1)
			if err != nil || list[0].Unknown != 1 {
				t.Errorf("counts %+v: %v", list[0].Counts, err)
			}
		}
		f.see(ranged("10.9.0.0/24").without("b"), part)
		f.want("seen again", f.all(), "new changed a/ipRanges")
		f.see(ranged("10.9.0.0/24").without("b"), part)
		f.want("and again", f.all(), "new changed a/ipRanges")
		for range heldRuns + 2 {
			f.see(ranged("10.9.0.0/24").without("b"), part)
		}
		f.see(ranged("10.9.0.0/24").with("b", place{name: "Beta", cidr: "10.5.0.0/24"}))
		f.want("the other one", f.waiting(), "new changed b/ipRanges", "new changed a/ipRanges")
	})
}
