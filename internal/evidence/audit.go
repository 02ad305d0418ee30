package evidence

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"

	"github.com/go-json-experiment/json"
)

// Outcomes of an audited action.
const (
	AuditOK     = "ok"
	AuditDenied = "denied"
)

// SystemPrincipal stands in the audit for the server itself.
const SystemPrincipal domain.PrincipalID = "system"

// maxAuditText bounds every text of an audit row; what came from outside may be
// of any length.
const maxAuditText = 512

// Actor is who asks for a change, and from where: what a request knows.
type Actor struct {
	Principal *domain.Principal // nil: the server itself
	RequestID string
	Remote    string
	Reason    string // why, in the person's words; features that keep it say so
}

// Entry starts the audit entry of a change that the actor makes.
func (a Actor) Entry(tenant domain.TenantID, action, target string) AuditEntry {
	e := AuditEntry{
		Tenant: tenant, Principal: SystemPrincipal, Action: action, Target: target,
		Outcome: AuditOK, RequestID: a.RequestID, Remote: a.Remote, why: a.Reason,
	}
	if a.Principal != nil {
		e.Principal, e.Key = a.Principal.ID, a.Principal.Key
	}
	return e
}

// AuditEntry says who did what to what, from where, and how it ended.
type AuditEntry struct {
	Tenant    domain.TenantID // empty: no tenant is known (system transactions only)
	Principal domain.PrincipalID
	Key       domain.KeyID
	Action    string // e.g. "key.create"
	Target    string // what was acted on, e.g. a key ID
	Outcome   string // AuditOK, AuditDenied
	RequestID string
	Remote    string
	Times     int64 // how often; 0 counts as 1
	Detail    map[string]string

	why string // the actor's reason; stored as the detail "reason" where there is no other
}

// detail is Detail with the actor's reason.
func (e *AuditEntry) detail() map[string]string {
	if e.why == "" || e.Detail["reason"] != "" {
		return e.Detail
	}
	out := map[string]string{"reason": e.why}
	for k, v := range e.Detail {
		if v != "" || k != "reason" {
			out[k] = v
		}
	}
	return out
}

const insertAudit = `INSERT INTO audit
	(tenant_id, audit_id, at, principal_id, key_id, action, target, outcome, request_id, remote, times, detail)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`

// Audit appends an entry in the transaction of the change it tells of: no
// audit, no change.
func Audit(ctx context.Context, tx *db.Tx, clk clock.Clock, e AuditEntry) error {
	if e.Action == "" || (e.Outcome != AuditOK && e.Outcome != AuditDenied) {
		return fmt.Errorf("audit: action %q with outcome %q", e.Action, e.Outcome)
	}
	detail, err := encodeDetail(e.detail())
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertAudit,
		e.Tenant, uuid7(tx.Now, clk), tx.Now, plainText(string(e.Principal)), plainText(string(e.Key)), plainText(e.Action),
		plainText(e.Target), e.Outcome, plainText(e.RequestID), plainText(e.Remote), max(e.Times, 1), detail)
	if err != nil {
		return fmt.Errorf("audit %s: %w", e.Action, err)
	}
	return nil
}

func encodeDetail(detail map[string]string) (string, error) {
	clean := make(map[string]string, len(detail))
	for k, v := range detail {
		clean[plainText(k)] = plainText(v)
	}
	b, err := json.Marshal(clean, json.Deterministic(true))
	if err != nil {
		return "", fmt.Errorf("audit: encode detail: %w", err)
	}
	return string(b), nil
}

// plainText makes a text that both databases take: valid UTF-8, no NUL, not
// too long.
func plainText(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "�"), "\x00", "�")
	if len(s) <= maxAuditText {
		return s
	}
	cut := maxAuditText
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

// uuid7 makes a UUIDv7 (RFC 9562, section 5.7) whose rand_a holds the part of
// a millisecond, so that IDs sort by time to a quarter of a microsecond.
func uuid7(at domain.Micros, clk clock.Clock) string {
	var b [16]byte
	clk.Random(b[8:])
	ms, frac := uint64(at)/1000, uint64(at)%1000*4096/1000
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i))
	}
	b[6] = 0x70 | byte(frac>>8)
	b[7] = byte(frac)
	b[8] = b[8]&0x3f | 0x80
	return uuidText(b)
}

func uuidText(b [16]byte) string {
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// AuditRecord is a stored entry.
type AuditRecord struct {
	ID string
	At domain.Micros
	AuditEntry
}
