package enforce

import (
	"context"
	"strconv"
	"strings"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
)

// Filter narrows a list of enforcements; a zero field doesn't.
type Filter struct {
	Active     *bool // in force at At, or not any more
	At         domain.Micros
	Action     string
	TargetKind string
	Target     string
	Text       string // a part of the target
	State      State
}

// State says how an enforcement stands.
type State string

// The states of enforcements.
const (
	InForce State = "in_force"
	Expired State = "expired"
	Revoked State = "revoked"
)

// narrow adds what doesn't depend on the time.
func (f *Filter) narrow(w *where, d *db.DB) {
	if f.Action != "" {
		w.and("action = %", f.Action)
	}
	if f.TargetKind != "" {
		w.and("target_kind = %", f.TargetKind)
	}
	if f.Target != "" {
		w.and("target = %", f.Target)
	}
	if f.Text != "" {
		w.and(d.Lower("target")+" LIKE % ESCAPE '!'", db.LikeText(f.Text))
	}
}

// stand adds what depends on the time.
func (f *Filter) stand(w *where, at domain.Micros) {
	switch {
	case f.Active == nil:
	case *f.Active:
		w.and("created_at <= % AND expires_at > % AND (revoked_at = 0 OR revoked_at > %)", int64(at), int64(at), int64(at))
	default:
		w.and("expires_at <= % OR (revoked_at <> 0 AND revoked_at <= %)", int64(at), int64(at))
	}
	switch f.State {
	case InForce:
		w.and("expires_at > % AND revoked_at = 0", int64(at))
	case Expired:
		w.and("expires_at <= % AND revoked_at = 0", int64(at))
	case Revoked:
		w.and("revoked_at <> 0")
	}
}

// Enforcements returns enforcements, the newest decision first. Filter.At is the
// time that Active means; 0 is now.
func (s *Service) Enforcements(ctx context.Context, tenant domain.TenantID, f Filter, p Page) (items []Enforcement, next string, err error) {
	limit := db.PageSize(p.Limit)
	w := newWhere(tenant)
	f.narrow(w, s.db)
	if p.Cursor != "" {
		var idx, ordinal int64
		if err := db.DecodeCursor(enforcementList, p.Cursor, &idx, &ordinal); err != nil {
			return nil, "", err
		}
		w.and("idx < % OR (idx = % AND ordinal < %)", idx, idx, ordinal)
	}
	err = s.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		at := f.At
		if at == 0 {
			at = tx.Now
		}
		f.stand(w, at)
		w.args = append(w.args, int64(limit)+1)
		return tx.ForEach(ctx, selectEnforcement+w.text+" ORDER BY idx DESC, ordinal DESC"+w.limit(), w.args, func(row db.Scanner) error {
			e := Enforcement{Tenant: tenant}
			err := row.Scan(e.fields()...)
			items = append(items, e)
			return err
		})
	})
	if err != nil {
		return nil, "", err
	}
	if len(items) > limit {
		items = items[:limit]
		next = db.EncodeCursor(enforcementList, items[limit-1].Index, int64(items[limit-1].Ordinal))
	}
	return items, next, nil
}

// limit is the LIMIT clause for the last argument.
func (w *where) limit() string { return " LIMIT $" + strconv.Itoa(len(w.args)) }

// Enforcement returns one enforcement.
func (s *Service) Enforcement(ctx context.Context, tenant domain.TenantID, id string) (e Enforcement, err error) {
	err = s.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		e, err = getEnforcement(ctx, tx, id)
		return err
	})
	return e, err
}

func getEnforcement(ctx context.Context, tx *db.Tx, id string) (Enforcement, error) {
	e := Enforcement{Tenant: tx.Tenant}
	idx, ordinal, ok := parseEnforcementID(id)
	if ok {
		found, err := tx.Get(ctx, selectEnforcement+" WHERE tenant_id = $1 AND idx = $2 AND ordinal = $3 AND enforcement_id = $4",
			[]any{string(tx.Tenant), idx, ordinal, id}, e.fields()...)
		if err != nil {
			return Enforcement{}, err
		}
		ok = found
	}
	if !ok {
		return Enforcement{}, fault.New(fault.NotFound, "no enforcement %q", id)
	}
	return e, nil
}

// parseEnforcementID finds the row's key; whether the row has that ID is for the
// query to say.
func parseEnforcementID(id string) (idx, ordinal int64, ok bool) {
	rest, ok := strings.CutPrefix(id, "enf_")
	parts := strings.Split(rest, "-")
	if !ok || len(parts) != 3 {
		return 0, 0, false
	}
	idx, err1 := strconv.ParseInt(parts[1], 10, 64)
	ordinal, err2 := strconv.ParseInt(parts[2], 10, 32)
	return idx, ordinal, err1 == nil && err2 == nil
}

// Revoke ends an enforcement before its time. Doing it again changes nothing;
// one whose time is over can't be revoked any more.
func (s *Service) Revoke(ctx context.Context, tenant domain.TenantID, id, reason string, by evidence.Actor) (Enforcement, error) {
	if err := checkReason(reason); err != nil {
		return Enforcement{}, err
	}
	var e Enforcement
	err := s.db.InTx(ctx, tenant, func(tx *db.Tx) (err error) {
		if e, err = getEnforcement(ctx, tx, id); err != nil || e.RevokedAt != 0 {
			return err
		}
		if tx.Now >= e.ExpiresAt {
			return fault.New(fault.Conflict, "enforcement %s is over: it can't be revoked", id)
		}
		return s.revokeOne(ctx, tx, &e, reason, by)
	})
	if err != nil {
		return Enforcement{}, err
	}
	return e, nil
}

// Approvals returns the approvals that wait and have not run out, the newest
// first.
func (s *Service) Approvals(ctx context.Context, tenant domain.TenantID, p Page) (items []Approval, next string, err error) {
	limit := db.PageSize(p.Limit)
	w := newWhere(tenant)
	w.and("status = %", Waiting)
	if p.Cursor != "" {
		var idx int64
		if err := db.DecodeCursor(approvalList, p.Cursor, &idx); err != nil {
			return nil, "", err
		}
		w.and("idx < %", idx)
	}
	err = s.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		w.and("expires_at > %", int64(tx.Now))
		w.args = append(w.args, int64(limit)+1)
		return tx.ForEach(ctx, selectApproval+w.text+" ORDER BY idx DESC"+w.limit(), w.args, func(row db.Scanner) error {
			a := Approval{Tenant: tenant}
			err := row.Scan(a.fields()...)
			items = append(items, a)
			return err
		})
	})
	if err != nil {
		return nil, "", err
	}
	if len(items) > limit {
		items = items[:limit]
		next = db.EncodeCursor(approvalList, items[limit-1].Index)
	}
	return items, next, nil
}
