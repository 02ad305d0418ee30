package evidence

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"

	"github.com/go-json-experiment/json"
)

// AuditFilter narrows a list; empty fields don't.
type AuditFilter struct {
	ID         string
	Action     string // exact, or a prefix that ends in a dot: "key."
	Principal  domain.PrincipalID
	Principals []domain.PrincipalID // any of them; not nil and empty: none
	Key        domain.KeyID
	Target     string
	Outcome    string
	Kind       string        // AuditChanges, ...: empty: all
	Text       string        // a part of the action, the target, the address or the detail
	From       domain.Micros // at or after
	To         domain.Micros // before
}

// Kinds of entries; requests that were denied are of none.
const (
	AuditChanges = "changes" // all but what follows
	AuditReads   = "reads"   // of evidence, and verifications
	AuditSignIns = "sign-ins"
)

// auditKinds are their conditions.
var auditKinds = map[string]string{
	AuditChanges: " AND action NOT IN ('evidence.read', 'evidence.verify', 'session.open', 'session.close', 'request.denied')",
	AuditReads:   " AND action IN ('evidence.read', 'evidence.verify')",
	AuditSignIns: " AND action IN ('session.open', 'session.close')",
}

// AuditStore reads the audit.
type AuditStore struct {
	db    *db.DB
	steps int // entries that one transaction looks at
}

// NewAuditStore returns a reader of the audit in d.
func NewAuditStore(d *db.DB) *AuditStore { return &AuditStore{d, auditStep} }

const selectAudit = `SELECT audit_id, at, principal_id, key_id, action, target, outcome, request_id, remote, times, detail
	FROM audit WHERE tenant_id = $1 AND audit_id < $2 AND audit_id >= $3 AND at >= $4 AND at < $5`

const (
	auditList = "audit"
	topAudit  = "g" // above every hexadecimal digit
)

// List gives a tenant's entries, newest first, and the cursor of the next page
// (empty at the end).
func (s *AuditStore) List(ctx context.Context, tenant domain.TenantID, f AuditFilter, cursor string, limit int) ([]AuditRecord, string, error) {
	return s.ListIn(ctx, []domain.TenantID{tenant}, f, cursor, limit)
}

// ListIn is List over several tenants, each read in a transaction of its own.
func (s *AuditStore) ListIn(ctx context.Context, tenants []domain.TenantID, f AuditFilter, cursor string, limit int) ([]AuditRecord, string, error) {
	below := topAudit
	if err := db.DecodeCursor(auditList, cursor, &below); err != nil {
		return nil, "", err
	}
	for _, text := range []string{f.ID, f.Action, string(f.Principal), string(f.Key), f.Target, f.Outcome, f.Text, below} {
		if text != plainText(text) {
			return nil, "", fault.New(fault.Invalid, "a filter holds characters or a length that no audit entry has")
		}
	}
	if f.Principals != nil && len(f.Principals) == 0 {
		return nil, "", nil
	}
	size := db.PageSize(limit)
	var out []AuditRecord
	for _, tenant := range tenants {
		above := ""
		if len(out) > size { // older ones are on a later page in any case
			above = out[size].ID
		}
		some, err := s.page(ctx, tenant, &f, below, above, size+1)
		if err != nil {
			return nil, "", fmt.Errorf("list audit: %w", err)
		}
		out = append(out, some...)
		slices.SortFunc(out, func(a, b AuditRecord) int { return strings.Compare(b.ID, a.ID) })
		out = out[:min(len(out), size+1)]
	}
	if len(out) <= size {
		return out, "", nil
	}
	out = out[:size]
	return out, db.EncodeCursor(auditList, out[size-1].ID), nil
}

// query adds the filter's conditions to those of the page.
func (f *AuditFilter) query(lower func(column string) string, args []any) (string, []any) {
	text := selectAudit + auditKinds[f.Kind]
	add := func(cond string, v any) {
		args = append(args, v)
		text += " AND " + strings.ReplaceAll(cond, "?", "$"+strconv.Itoa(len(args)))
	}
	if prefix := f.Action; strings.HasSuffix(prefix, ".") {
		add("substr(action, 1, length(?)) = ?", prefix)
	} else if f.Action != "" {
		add("action = ?", f.Action)
	}
	for _, c := range []struct{ cond, v string }{
		{"audit_id = ?", f.ID}, {"principal_id = ?", string(f.Principal)}, {"key_id = ?", string(f.Key)}, {"target = ?", f.Target}, {"outcome = ?", f.Outcome},
	} {
		if c.v != "" {
			add(c.cond, c.v)
		}
	}
	if f.Text != "" {
		marks := make([]string, 0, 4)
		for _, column := range []string{"action", "target", "remote", "detail"} {
			marks = append(marks, lower(column)+" LIKE ? ESCAPE '!'")
		}
		add("("+strings.Join(marks, " OR ")+")", db.LikeText(f.Text))
	}
	if len(f.Principals) > 0 {
		marks := make([]string, len(f.Principals))
		for i, p := range f.Principals {
			args = append(args, p)
			marks[i] = "$" + strconv.Itoa(len(args))
		}
		text += " AND principal_id IN (" + strings.Join(marks, ", ") + ")"
	}
	return text, args
}

// auditStep is how many entries one transaction looks at: what looks for a text
// reads them all, and holds one of few readers meanwhile.
const auditStep = 20_000

const auditFloor = `SELECT audit_id, at FROM audit WHERE tenant_id = $1 AND audit_id < $2 ORDER BY audit_id DESC LIMIT 1 OFFSET $3`

// page reads a tenant's newest entries below an ID, from another on, step by step.
func (s *AuditStore) page(ctx context.Context, tenant domain.TenantID, f *AuditFilter, below, from string, limit int) (out []AuditRecord, err error) {
	for {
		some, floor, err := s.step(ctx, tenant, f, below, from, limit-len(out))
		out = append(out, some...)
		if err != nil || floor <= from || len(out) >= limit {
			return out, err
		}
		below = floor
	}
}

// step reads entries among the next few below an ID; floor is the last that it
// looked at, empty at the end.
func (s *AuditStore) step(ctx context.Context, tenant domain.TenantID, f *AuditFilter, below, from string, limit int) (out []AuditRecord, floor string, err error) {
	to := f.To
	if to == 0 {
		to = math.MaxInt64
	}
	err = s.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		var at domain.Micros
		found, err := tx.Get(ctx, auditFloor, []any{tenant, below, s.steps - 1}, &floor, &at)
		if err != nil {
			return err
		}
		if !found || at < f.From { // IDs rise with the time
			floor = ""
		}
		query, args := f.query(tx.Lower, []any{tenant, below, max(from, floor), f.From, to})
		args = append(args, limit)
		return tx.ForEach(ctx, query+" ORDER BY audit_id DESC LIMIT $"+strconv.Itoa(len(args)), args, func(row db.Scanner) error {
			r := AuditRecord{AuditEntry: AuditEntry{Tenant: tenant}}
			var detail string
			if err := row.Scan(&r.ID, &r.At, &r.Principal, &r.Key, &r.Action, &r.Target, &r.Outcome, &r.RequestID, &r.Remote, &r.Times, &detail); err != nil {
				return err
			}
			out = append(out, r)
			return json.Unmarshal([]byte(detail), &out[len(out)-1].Detail)
		})
	})
	return out, floor, err
}
