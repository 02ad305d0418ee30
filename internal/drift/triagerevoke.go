package drift

import (
	"context"
	"slices"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

// stepEnded is the step of a finding whose acceptance ended with that of the same
// value on another one.
const stepEnded = "acceptance_ended"

// revoke ends the acceptance of the same value on earlier findings too: else the
// value would be accepted when it comes back.
func (s *Service) revoke(ctx context.Context, tx *db.Tx, tenant domain.TenantID, revoked []*stored, now domain.Micros, a *act, p *acting) error {
	if len(revoked) == 0 {
		return nil
	}
	type subject struct {
		baseline BaselineID
		object   objectKey
		path     string
		to       string
	}
	of := func(f *stored) subject {
		return subject{f.Baseline, objectKey{f.Type, f.Change.ID}, f.Path, hashText(f.ToHash)}
	}
	subjects, acted := map[subject]bool{}, map[FindingID]bool{}
	var objects []string
	for _, f := range revoked {
		subjects[of(f)] = true
		objects = append(objects, f.Change.ID)
	}
	for _, f := range p.acted {
		acted[f.ID] = true
	}
	slices.Sort(objects)
	return findingsOf(ctx, tx, tenant, slices.Compact(objects), func(f *stored) error {
		if f.Until > 0 && subjects[of(f)] && !acted[f.ID] {
			f.Until = 0
			p.touch(f, now)
			p.note(f, stepEnded, now)
			e := &p.events[len(p.events)-1]
			e.By, e.Run = a.by.Entry("", "", "").Principal, ""
		}
		return nil
	})
}
