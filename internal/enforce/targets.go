package enforce

import (
	"context"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
)

// Held is one action against one target as all enforcements in force make it:
// each decision sets one of its own.
type Held struct {
	Action     string
	TargetKind string
	Target     string
	Count      int64 // enforcements in force
	Since      domain.Micros
	Until      domain.Micros // when the last of them expires
	Last       Enforcement   // of the newest decision
}

const heldList = "enforcements-held"

const inForce = "created_at <= % AND expires_at > % AND revoked_at = 0"

const selectHeld = `SELECT action, target_kind, target, count(*), min(created_at), max(expires_at), max(idx) FROM enforcement`

// Targets returns what is in force now, by action and target, the newest
// decision first. Filter.Active, State and At don't count here.
func (s *Service) Targets(ctx context.Context, tenant domain.TenantID, f Filter, p Page) (items []Held, next string, err error) {
	limit := db.PageSize(p.Limit)
	w := newWhere(tenant)
	f.narrow(w, s.db)
	last, action, kind, target := int64(1)<<62, "", "", ""
	if err := db.DecodeCursor(heldList, p.Cursor, &last, &action, &kind, &target); err != nil {
		return nil, "", err
	}
	err = s.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		w.and(inForce, int64(tx.Now), int64(tx.Now))
		w.text += " GROUP BY action, target_kind, target HAVING 1 = 1"
		w.and("max(idx) < % OR (max(idx) = % AND (action, target_kind, target) > (%, %, %))", last, last, action, kind, target)
		w.args = append(w.args, int64(limit)+1)
		err := tx.ForEach(ctx, selectHeld+w.text+" ORDER BY max(idx) DESC, action, target_kind, target"+w.limit(), w.args, func(row db.Scanner) error {
			var h Held
			err := row.Scan(&h.Action, &h.TargetKind, &h.Target, &h.Count, &h.Since, &h.Until, &h.Last.Index)
			items = append(items, h)
			return err
		})
		if err != nil {
			return err
		}
		if len(items) > limit {
			items = items[:limit]
			h := &items[limit-1]
			next = db.EncodeCursor(heldList, h.Last.Index, h.Action, h.TargetKind, h.Target)
		}
		for i := range items {
			if err := items[i].readLast(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	return items, next, err
}

func (h *Held) readLast(ctx context.Context, tx *db.Tx) error {
	h.Last.Tenant = tx.Tenant
	found, err := tx.Get(ctx, selectEnforcement+` WHERE tenant_id = $1 AND idx = $2 AND action = $3 AND target_kind = $4 AND target = $5 ORDER BY ordinal DESC LIMIT 1`,
		[]any{string(tx.Tenant), h.Last.Index, h.Action, h.TargetKind, h.Target}, h.Last.fields()...)
	if err == nil && !found {
		err = fault.New(fault.Conflict, "enforcement of %s is gone meanwhile", h.Target)
	}
	return err
}

// Total counts what is in force of one action.
type Total struct {
	Action       string
	Enforcements int64
	Targets      int64
	Ends         domain.Micros // when the first of them expires
}

// Totals counts what is in force now, by action in alphabetical order.
func (s *Service) Totals(ctx context.Context, tenant domain.TenantID) (out []Total, err error) {
	err = s.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		w := newWhere(tenant)
		w.and(inForce, int64(tx.Now), int64(tx.Now))
		return tx.ForEach(ctx, `SELECT action, count(*), count(DISTINCT target_kind || ' ' || target), min(expires_at) FROM enforcement`+w.text+` GROUP BY action ORDER BY action`,
			w.args, func(row db.Scanner) error {
				var t Total
				err := row.Scan(&t.Action, &t.Enforcements, &t.Targets, &t.Ends)
				out = append(out, t)
				return err
			})
	})
	return out, err
}

// maxRevoked bounds how many enforcements one call ends.
const maxRevoked = 500

// RevokeTarget ends all that is in force of an action against a target, up to
// 500 at a time; more says that some are left. Each is audited.
func (s *Service) RevokeTarget(ctx context.Context, tenant domain.TenantID, action, kind, target, reason string, by evidence.Actor) (ended []Enforcement, more bool, err error) {
	if err := checkReason(reason); err != nil {
		return nil, false, err
	}
	err = s.db.InTx(ctx, tenant, func(tx *db.Tx) error {
		ended, more = nil, false // a transaction may run again
		w := newWhere(tenant)
		w.and(inForce, int64(tx.Now), int64(tx.Now))
		w.and("action = % AND target_kind = % AND target = %", action, kind, target)
		w.args = append(w.args, int64(maxRevoked)+1)
		err := tx.ForEach(ctx, selectEnforcement+w.text+" ORDER BY idx, ordinal"+w.limit(), w.args, func(row db.Scanner) error {
			e := Enforcement{Tenant: tenant}
			err := row.Scan(e.fields()...)
			ended = append(ended, e)
			return err
		})
		if err != nil {
			return err
		}
		if more = len(ended) > maxRevoked; more {
			ended = ended[:maxRevoked]
		}
		for i := range ended {
			if err := s.revokeOne(ctx, tx, &ended[i], reason, by); err != nil {
				return err
			}
		}
		return nil
	})
	return ended, more, err
}

// revokeOne ends one that is in force in this transaction.
func (s *Service) revokeOne(ctx context.Context, tx *db.Tx, e *Enforcement, reason string, by evidence.Actor) error {
	e.RevokedAt, e.RevokedBy, e.RevokeReason = tx.Now, idOf(by), reason
	n, err := tx.Exec(ctx, revokeEnforcement, string(tx.Tenant), e.Index, int64(e.Ordinal), int64(e.RevokedAt), string(e.RevokedBy), reason)
	if err != nil {
		return err
	}
	if n == 0 { // somebody else was first
		*e, err = getEnforcement(ctx, tx, e.ID)
		return err
	}
	return s.audit(ctx, tx, by, "enforcement.revoke", e.ID, map[string]string{"action": e.Action, "target": e.Target, "reason": reason})
}
