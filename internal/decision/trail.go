package decision

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// TrailSource tells what another feature did around a decision. It leaves out
// nothing for the reader's sake: Trail does.
type TrailSource interface {
	Trail(ctx context.Context, tx *db.Tx, of *domain.TrailOf) ([]domain.TrailItem, error)
}

// Trail is what happened around one event, in the order of time.
type Trail struct {
	Of    domain.TrailOf
	Ring  domain.Ring
	Items []domain.TrailItem
	// Hidden counts what the reader may not see.
	Hidden int
}

// The pipeline's own kinds of trail items.
const (
	trailReceived = "received"
	trailDecided  = "decided"
	trailPrevious = "previous_decision"
	trailNext     = "next_decision"
	trailLatest   = "latest_decision"
)

const (
	// chainReach bounds the search for the next decision of the same source and
	// event type, in log entries.
	chainReach = 65_536
	selectNext = `SELECT idx FROM decision WHERE tenant_id = $1 AND idx > $2 AND idx <= $3 AND prev_idx = $2 ORDER BY idx LIMIT 1`
)

// Trail gathers everything that is recorded around the decision on an event. A
// reader sees what the key's scopes and rings allow; the rest is counted.
func (s *Service) Trail(ctx context.Context, p *domain.Principal, id domain.EventID, sources ...TrailSource) (*Trail, error) {
	idx, err := s.IndexOfEvent(ctx, p.Tenant, id)
	if err != nil {
		return nil, err
	}
	own, err := s.Deps.Tenants.Defaults(ctx, p.Tenant)
	if err != nil {
		return nil, err
	}
	out := &Trail{}
	err = s.DB.InReadTx(ctx, p.Tenant, func(tx *db.Tx) error {
		items, err := s.ownTrail(ctx, tx, p.Tenant, id, idx, out)
		if err != nil {
			return err
		}
		for _, src := range sources {
			more, err := src.Trail(ctx, tx, &out.Of)
			if err != nil {
				return err
			}
			items = append(items, more...)
		}
		out.show(p, own.Ring, items)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("trail of decision %d: %w", idx, err)
	}
	return out, nil
}

// show keeps what the reader may see, in the order of time. A ring's decisions
// are for keys that may use the ring: what admits an event admits its reader.
func (t *Trail) show(p *domain.Principal, own domain.Ring, items []domain.TrailItem) {
	ring := t.Ring == own && len(p.Rings) == 0 || slices.Contains(p.Rings, t.Ring)
	t.Items = make([]domain.TrailItem, 0, len(items))
	for _, it := range items {
		if ring && (it.Scope == "" || slices.Contains(p.Scopes, it.Scope)) {
			t.Items = append(t.Items, it)
			continue
		}
		t.Hidden++
	}
	slices.SortStableFunc(t.Items, func(a, b domain.TrailItem) int {
		switch { // what has no time stands last
		case a.At == b.At:
			return 0
		case b.At == 0 || a.At != 0 && a.At < b.At:
			return -1
		}
		return 1
	})
}

// ownTrail is the pipeline's part; it fills in what the trail is of.
func (s *Service) ownTrail(ctx context.Context, tx *db.Tx, tenant domain.TenantID, id domain.EventID, idx uint64, t *Trail) ([]domain.TrailItem, error) {
	row, err := readRow(ctx, tx, tenant, int64(idx))
	if err != nil {
		return nil, err
	}
	if row == nil {
		return nil, s.absent(ctx, tenant, idx)
	}
	rc, err := s.Log.LeafIn(ctx, tx, tenant, idx)
	if err != nil {
		return nil, err
	}
	t.Ring = row.Ring
	t.Of = domain.TrailOf{
		LogID: rc.Log, Index: idx, Decision: DecisionID(rc.Log, idx), Event: id, At: row.ReceivedAt, Severity: severity(row.Level), Gating: row.Gating,
		ActionTaken: row.ActionTaken, EventType: row.EventType, Rules: row.Rules,
	}
	received := domain.TrailItem{At: row.ReceivedAt, Kind: trailReceived, Ref: string(id), Index: int64(idx), Detail: map[string]string{
		"source": row.Source, "event_type": row.EventType, "key_id": string(row.Key),
	}}
	groups, err := s.Log.OpenIn(ctx, tx, tenant, idx, []byte(rc.Entry))
	switch fault.CodeOf(err) {
	case "":
		d, err := openGroups(groups)
		if err != nil {
			return nil, err
		}
		t.Of.Opened, received.Actor = true, d.principal
		for i := range d.outcome.Mitigations {
			t.Of.Actions = append(t.Of.Actions, d.outcome.Mitigations[i].Action)
		}
	case fault.Erased, fault.Pruned: // their own items say so
	case fault.NotFound, fault.Damaged:
		received.Detail["payload"] = "damaged"
	default:
		return nil, err
	}
	decided := domain.TrailItem{At: row.ReceivedAt, Kind: trailDecided, Ref: string(t.Of.Decision), Index: int64(idx), Detail: map[string]string{
		"threat_level": string(row.Level), "gating": string(row.Gating), "action_taken": row.ActionTaken, "leaf_hash": rc.LeafHash.String(),
		"receipt": "/api/v1/decisions/" + string(t.Of.Decision) + "/receipt",
	}}
	chain, err := s.chain(ctx, tx, tenant, rc.Log, row)
	return append([]domain.TrailItem{received, decided}, chain...), err
}

// chain tells of the decisions before and behind, of the same ring, source and
// event type.
func (s *Service) chain(ctx context.Context, tx *db.Tx, tenant domain.TenantID, log string, row *Row) (out []domain.TrailItem, err error) {
	add := func(kind string, idx int64) error {
		r, err := readRow(ctx, tx, tenant, idx)
		if err != nil || r == nil {
			return err
		}
		out = append(out, domain.TrailItem{
			At: r.ReceivedAt, Kind: kind, Ref: string(DecisionID(log, uint64(idx))), Index: idx, Scope: domain.ScopeDecisionsRead,
			Detail: map[string]string{"threat_level": string(r.Level), "action_taken": r.ActionTaken, "changed": strconv.FormatBool(r.Changed)},
		})
		return nil
	}
	if row.Prev >= 0 {
		if err := add(trailPrevious, row.Prev); err != nil {
			return nil, err
		}
	}
	var latest, next int64
	var state string
	found, err := tx.Get(ctx, selectLast, []any{tenant, row.Ring, row.Source, row.EventType}, &latest, &state)
	if err != nil || !found || latest <= row.Index {
		return out, err
	}
	found, err = tx.Get(ctx, selectNext, []any{tenant, row.Index, min(latest, row.Index+chainReach)}, &next)
	if err == nil && found {
		err = add(trailNext, next)
	}
	if err == nil && (!found || next != latest) {
		err = add(trailLatest, latest)
	}
	return out, err
}
