package enforce

import (
	"context"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
)

// Allow is one allow-list entry: a target that is never blocked.
type Allow struct {
	ID        string
	Kind      Kind
	Value     string // canonical text
	Reason    string
	CreatedBy domain.PrincipalID
	CreatedAt domain.Micros
	ExpiresAt domain.Micros // 0: never
	RemovedAt domain.Micros // 0: not removed
	RemovedBy domain.PrincipalID
}

// Live tells whether the entry covers its value at a time.
func (a *Allow) Live(at domain.Micros) bool {
	return a.RemovedAt == 0 && (a.ExpiresAt == 0 || at < a.ExpiresAt)
}

// NewAllow is what a caller says of a new entry.
type NewAllow struct {
	Kind      Kind
	Value     string
	Reason    string
	ExpiresAt domain.Micros // 0: never
}

const maxReason = 500

func checkReason(reason string) error {
	switch {
	case strings.TrimSpace(reason) == "":
		return fault.New(fault.Invalid, "a reason is needed").At("reason")
	case len(reason) > maxReason:
		return fault.New(fault.Invalid, "reason is longer than %d bytes", maxReason).At("reason")
	case !utf8.ValidString(reason) || strings.ContainsRune(reason, 0) || domain.HasHidden(reason):
		return fault.New(fault.Invalid, "reason is not plain UTF-8 text").At("reason")
	}
	return nil
}

// listed is Canonical for what people put on the list: it must not look like
// another value.
func listed(kind Kind, value string) (string, error) {
	if domain.HasHiddenValue(value) {
		return "", fault.New(fault.Invalid, "value holds characters that nobody sees").At("value")
	}
	return Canonical(kind, value)
}

// AddAllow puts a value on the allow-list. It refuses an entry that an equal one
// already covers for at least as long.
func (s *Service) AddAllow(ctx context.Context, tenant domain.TenantID, in NewAllow, by evidence.Actor) (Allow, error) {
	value, err := listed(in.Kind, in.Value)
	if err != nil {
		return Allow{}, err
	}
	if err := checkReason(in.Reason); err != nil {
		return Allow{}, err
	}
	a := Allow{
		ID: s.newAllowID(), Kind: in.Kind, Value: value, Reason: in.Reason,
		CreatedBy: idOf(by), ExpiresAt: in.ExpiresAt,
	}
	err = s.db.InTx(ctx, tenant, func(tx *db.Tx) error {
		a.CreatedAt = tx.Now
		if in.ExpiresAt != 0 && in.ExpiresAt <= tx.Now {
			return fault.New(fault.Invalid, "expires_at is not in the future").At("expires_at")
		}
		if err := s.checkNew(ctx, tx, &a); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, insertAllow, string(tenant), a.ID, string(a.Kind), a.Value, a.Reason,
			string(a.CreatedBy), int64(a.CreatedAt), int64(a.ExpiresAt)); err != nil {
			return err
		}
		return s.audit(ctx, tx, by, "allowlist.add", a.ID, map[string]string{
			"kind": string(a.Kind), "value": a.Value, "reason": a.Reason,
		})
	})
	if err != nil {
		return Allow{}, err
	}
	s.changed(tenant)
	return a, nil
}

func (s *Service) newAllowID() string {
	var b [10]byte
	s.db.Clock().Random(b[:])
	return "alw_" + hex.EncodeToString(b[:])
}

func (s *Service) checkNew(ctx context.Context, tx *db.Tx, a *Allow) error {
	var live int64
	if _, err := tx.Get(ctx, countLiveAllow, []any{string(tx.Tenant), int64(tx.Now)}, &live); err != nil {
		return err
	}
	if live >= s.cfg.MaxAllow {
		return fault.New(fault.QuotaExceeded, "the allow-list is full: it holds %d entries", live)
	}
	return tx.ForEach(ctx, selectAllowOf, []any{string(tx.Tenant), string(a.Kind), a.Value, int64(tx.Now)}, func(row db.Scanner) error {
		var id string
		var until domain.Micros
		if err := row.Scan(&id, &until); err != nil {
			return err
		}
		if until == 0 || (a.ExpiresAt != 0 && until >= a.ExpiresAt) {
			return fault.New(fault.Conflict, "%s %s is already on the allow-list: entry %s", a.Kind, a.Value, id).At("value")
		}
		return nil
	})
}

// RemoveAllow ends an entry; doing it again changes nothing. A reason may be
// empty; the audit keeps it.
func (s *Service) RemoveAllow(ctx context.Context, tenant domain.TenantID, id, reason string, by evidence.Actor) (Allow, error) {
	var a Allow
	if reason != "" {
		if err := checkReason(reason); err != nil {
			return Allow{}, err
		}
	}
	err := s.db.InTx(ctx, tenant, func(tx *db.Tx) (err error) {
		if a, err = getAllow(ctx, tx, id); err != nil || a.RemovedAt != 0 {
			return err
		}
		a.RemovedAt, a.RemovedBy = tx.Now, idOf(by)
		if _, err := tx.Exec(ctx, removeAllow, string(tenant), id, int64(a.RemovedAt), string(a.RemovedBy)); err != nil {
			return err
		}
		detail := map[string]string{"kind": string(a.Kind), "value": a.Value}
		if reason != "" {
			detail["reason"] = reason
		}
		return s.audit(ctx, tx, by, "allowlist.remove", id, detail)
	})
	if err != nil {
		return Allow{}, err
	}
	s.changed(tenant)
	return a, nil
}

func getAllow(ctx context.Context, tx *db.Tx, id string) (Allow, error) {
	var a Allow
	found, err := tx.Get(ctx, selectAllow+" WHERE tenant_id = $1 AND entry_id = $2", []any{string(tx.Tenant), id}, a.fields()...)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "no allow-list entry %q", id)
	}
	return a, err
}

// AllowFilter narrows a list of entries.
type AllowFilter struct {
	Kind  Kind   // empty: every kind
	Ended bool   // also those that are removed or expired
	Text  string // a part of the value or the reason
}

// AllowList returns entries, the newest first.
func (s *Service) AllowList(ctx context.Context, tenant domain.TenantID, f AllowFilter, p Page) (items []Allow, next string, err error) {
	limit := db.PageSize(p.Limit)
	w := newWhere(tenant)
	if f.Kind != "" {
		w.and("kind = %", string(f.Kind))
	}
	if f.Text != "" {
		like := db.LikeText(f.Text)
		w.and(s.db.Lower("value")+" LIKE % ESCAPE '!' OR "+s.db.Lower("reason")+" LIKE % ESCAPE '!'", like, like)
	}
	if p.Cursor != "" {
		var at int64
		var id string
		if err := db.DecodeCursor(allowListName, p.Cursor, &at, &id); err != nil {
			return nil, "", err
		}
		w.and("created_at < % OR (created_at = % AND entry_id < %)", at, at, id)
	}
	err = s.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		if !f.Ended {
			w.and("removed_at = 0 AND (expires_at = 0 OR expires_at > %)", int64(tx.Now))
		}
		w.args = append(w.args, int64(limit)+1)
		return tx.ForEach(ctx, selectAllow+w.text+" ORDER BY created_at DESC, entry_id DESC"+w.limit(), w.args, func(row db.Scanner) error {
			var a Allow
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
		last := items[limit-1]
		next = db.EncodeCursor(allowListName, int64(last.CreatedAt), last.ID)
	}
	return items, next, nil
}
