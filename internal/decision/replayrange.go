package decision

import (
	"context"
	"fmt"
	"math"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

// ReplayRange selects recorded decisions by when they were received.
type ReplayRange struct {
	From, To domain.Micros // To is exclusive; 0 is open
	Ruleset  domain.Hash
}

// Place is a position in a range: the decision at it has been given.
type Place struct {
	At    domain.Micros
	Index int64
}

const selectRange = `SELECT received_at, idx FROM decision WHERE tenant_id = $1 AND received_at >= $2 AND received_at < $3
	AND (received_at > $2 OR idx > $4) ORDER BY received_at, idx LIMIT $5`

// ReplayMany replays up to limit decisions of a range behind a place, in the
// order in which they were received. more is false when the range is used up.
func (s *Service) ReplayMany(ctx context.Context, tenant domain.TenantID, r ReplayRange, after *Place, limit int) (out []*Replayed, last Place, more bool, err error) {
	places, err := s.placesIn(ctx, tenant, &r, after, limit+1)
	if err != nil {
		return nil, last, false, err
	}
	if more = len(places) > limit; more {
		places = places[:limit]
	}
	out = make([]*Replayed, 0, len(places))
	for _, p := range places {
		one, err := s.Replay(ctx, tenant, uint64(p.Index), r.Ruleset)
		if err != nil {
			return nil, last, false, fmt.Errorf("replay decision %d: %w", p.Index, err)
		}
		out, last = append(out, one), p
	}
	return out, last, more, nil
}

func (s *Service) placesIn(ctx context.Context, tenant domain.TenantID, r *ReplayRange, after *Place, limit int) (places []Place, err error) {
	from, beyond, to := r.From, int64(-1), r.To
	if after != nil {
		from, beyond = after.At, after.Index
	}
	if to == 0 {
		to = math.MaxInt64
	}
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, selectRange, []any{tenant, from, to, beyond, limit}, func(sc db.Scanner) error {
			var p Place
			err := sc.Scan(&p.At, &p.Index)
			places = append(places, p)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("decisions to replay: %w", err)
	}
	return places, nil
}
