package decision

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

// About is what a decision is about: whom its event names, and what would be or
// is done to whom. It is personal, and stands in the sealed part.
type About struct {
	Index       uint64
	Ring        domain.Ring
	Subjects    []domain.Subject
	Mitigations []domain.Mitigation
}

// About opens decisions by their indexes. Those that were erased, outlived their
// time or are not there are left out, as is what may does not allow.
func (s *Service) About(ctx context.Context, tenant domain.TenantID, indexes []uint64, may func(domain.Ring) bool) (out []About, err error) {
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		for _, index := range indexes {
			a, err := s.aboutIn(ctx, tx, tenant, index, may)
			if err != nil {
				return fmt.Errorf("what decision %d is about: %w", index, err)
			}
			if a != nil {
				out = append(out, *a)
			}
		}
		return nil
	})
	return out, err
}

func (s *Service) aboutIn(ctx context.Context, tx *db.Tx, tenant domain.TenantID, index uint64, may func(domain.Ring) bool) (*About, error) {
	row, err := readRow(ctx, tx, tenant, int64(index))
	if err != nil || row == nil || !may(row.Ring) {
		return nil, err
	}
	var open openDecision
	is, err := s.openForReplay(ctx, tx, tenant, index, &open)
	if err != nil || is.State == ReplayUnavailable {
		return nil, err
	}
	ev, _, err := open.normalised()
	if err != nil {
		return nil, is.unavailable(err, PayloadDamaged, PayloadDamaged)
	}
	return &About{Index: index, Ring: row.Ring, Subjects: ev.Subjects(), Mitigations: open.outcome.Mitigations}, nil
}
