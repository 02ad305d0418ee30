package drift

import (
	"context"
	"slices"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/drift/diff"
)

func TestACountIsWhatTheListHas(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		f.see(many(130, 1))
		f.see(many(130, 2))
		all := f.list(Filter{AnyState: true})
		if len(all) != 130 {
			t.Fatalf("%d findings", len(all))
		}
		f.do(Acknowledge, all[0].ID, all[1].ID, all[2].ID)
		for name, filter := range map[string]Filter{
			"those that wait": {}, "all": {AnyState: true}, "acknowledged": {States: []State{Acknowledged}}, "a text": {Text: "place 1"}, "a severity": {Severities: []diff.Severity{all[0].Severity}},
			"none": {Text: "no such"}, "an object": {ObjectID: all[5].Change.ID},
		} {
			got, err := f.Count(ctx, tenantA, filter)
			if err != nil {
				t.Fatal(err)
			}
			want, byState := f.list(filter), map[State]int{}
			for _, r := range want {
				byState[r.State]++
			}
			if got.Total != len(want) || got.ByState[New] != byState[New] || got.ByState[Acknowledged] != byState[Acknowledged] || len(got.ByState) != len(byState) {
				t.Errorf("%s: %+v, the list has %d %v", name, got, len(want), byState)
			}
		}
		if got, err := f.Count(ctx, tenantB, Filter{AnyState: true}); err != nil || got.Total != 0 {
			t.Errorf("another tenant: %+v %v", got, err)
		}
	})
}

// A long triage goes on where the part before it ended, and says what is left.
func TestATriageOfAFilterInParts(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		f.see(many(130, 1))
		f.see(many(130, 2))
		var left []int
		r := TriageRequest{Action: Comment, Note: "seen", Filter: &Filter{}, Limit: 50}
		for {
			out, err := f.Triage(ctx, tenantA, r, by("pr_ann"))
			if err != nil {
				t.Fatal(err)
			}
			left = append(left, out.Done, out.Left)
			if r.After = out.Next; out.Next == "" {
				break
			}
		}
		if !slices.Equal(left, []int{50, 80, 50, 30, 30, 0}) {
			t.Errorf("parts %v", left)
		}
		for _, row := range f.list(Filter{}) {
			if row.Version != 2 {
				t.Errorf("finding %s has version %d", row.ID, row.Version)
			}
		}
	})
}

func TestWholeValuesInAList(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		long := strings.Repeat("x", 3000)
		f.see(sample())
		f.see(sample().with("a", place{name: long, cidr: "10.0.0.0/8"}).with("zz", place{name: "New", cidr: "10.1.0.0/16"}))
		whole := 0
		for _, row := range f.list(Filter{AnyState: true, Whole: true}) {
			if row.Kind != diff.Removed && len(row.To) == 0 {
				t.Errorf("%s %s has no value", row.Kind, row.Path)
			}
			if strings.Contains(string(row.To), long) {
				whole++
			}
		}
		if whole == 0 {
			t.Error("the long value is in no row")
		}
	})
}
