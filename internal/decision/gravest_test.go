package decision

import (
	"context"
	"fmt"
	"testing"

	"frostgate.io/frostgate/internal/domain"

	"github.com/google/go-cmp/cmp"
)

// The gravest first over several pages, and whom they are about: nothing of that
// stands in the rows.
func TestGravestFirstAndWhatTheyAreAbout(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		login := func(fails int) int64 {
			return int64(f.defend(t, fmt.Sprintf(`{"source":"vpn","event_type":"auth","event":{"src_ip":"203.0.113.%d","user":"ann","failed_auths":%d}}`, fails, fails)).Index)
		}
		quiet, first, loud, second := login(1), login(7), login(2), login(8)
		want := []int64{second, first, loud, quiet}
		var got []int64
		var place *GravePlace
		for {
			rows, err := f.Gravest(ctx, tenantA, Filter{}, place, 1)
			if err != nil {
				t.Fatal(err)
			}
			if len(rows) == 0 {
				break
			}
			got = append(got, rows[0].Index)
			place = &GravePlace{rows[0].Rank(), int64(rows[0].Score), rows[0].Index}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("order (-want +got):\n%s", diff)
		}
		if rows, err := f.Gravest(ctx, tenantA, Filter{Levels: []string{"high"}}, nil, 10); err != nil || len(rows) != 2 {
			t.Errorf("filtered: %d rows, %v", len(rows), err)
		}
		denied := f.defend(t, `{"source":"vpn","event_type":"auth.bruteforce","event":{"src_ip":"203.0.113.30","failed_auths":12}}`)
		if rows, err := f.List(ctx, tenantA, Filter{PolicyDenied: true}, -1, 10); err != nil || len(rows) != 1 || rows[0].Index != int64(denied.Index) {
			t.Errorf("denied by policy: %d rows, %v", len(rows), err)
		}

		may := func(domain.Ring) bool { return true }
		about, err := f.About(ctx, tenantA, []uint64{uint64(first), uint64(quiet), 999}, may)
		if err != nil || len(about) != 2 {
			t.Fatalf("about: %+v, %v", about, err)
		}
		if diff := cmp.Diff([]domain.Subject{{Kind: domain.SubjectIP, Value: "203.0.113.7"}, {Kind: domain.SubjectUser, Value: "ann"}}, about[0].Subjects); diff != "" {
			t.Errorf("subjects (-want +got):\n%s", diff)
		}
		if len(about[0].Mitigations) == 0 || about[0].Mitigations[0].Target != "203.0.113.7" || len(about[1].Mitigations) != 0 {
			t.Errorf("mitigations: %+v", about)
		}
		if none, err := f.About(ctx, tenantA, []uint64{uint64(first)}, func(domain.Ring) bool { return false }); err != nil || len(none) != 0 {
			t.Errorf("of a closed ring: %+v, %v", none, err)
		}
	})
}
