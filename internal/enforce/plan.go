package enforce

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/jsondoc"
)

// Enforcement is an allowed mitigation in force from CreatedAt until ExpiresAt
// or RevokedAt. Equal times mean that it acts once and needs no undo.
type Enforcement struct {
	ID           string // see EnforcementID
	Tenant       domain.TenantID
	Index        int64 // of the decision in the tenant's log
	Ordinal      int   // of the mitigation in the decision
	Action       string
	TargetKind   string
	Target       string
	Rule         string // the rule that proposed it
	CreatedAt    domain.Micros
	ExpiresAt    domain.Micros
	RevokedAt    domain.Micros // 0: not revoked
	RevokedBy    domain.PrincipalID
	RevokeReason string
}

// Active tells whether the enforcement holds at a time.
func (e *Enforcement) Active(at domain.Micros) bool {
	return e.RevokedAt == 0 && at < e.ExpiresAt
}

// EnforcementID names the enforcement of a decision's mitigation; the same
// decision always has the same ones.
func EnforcementID(logID string, idx int64, ordinal int) string {
	return "enf_" + logID + "-" + strconv.FormatInt(idx, 10) + "-" + strconv.Itoa(ordinal)
}

// ApprovalID names the approval that a decision waits for.
func ApprovalID(logID string, idx int64) string {
	return "apr_" + logID + "-" + strconv.FormatInt(idx, 10)
}

// Plan returns the enforcements of a decision: its allowed mitigations that have
// a target. It is a pure function; logID is the tenant's log.
func Plan(tenant domain.TenantID, logID string, idx int64, outcome *domain.Outcome, now domain.Micros) []Enforcement {
	var out []Enforcement
	for i := range outcome.Mitigations {
		m := &outcome.Mitigations[i]
		if m.Gating != domain.GateAllow || m.Target == "" {
			continue
		}
		out = append(out, Enforcement{
			ID: EnforcementID(logID, idx, i), Tenant: tenant, Index: idx, Ordinal: i,
			Action: m.Action, TargetKind: m.TargetKind, Target: m.Target, Rule: m.Reason,
			CreatedAt: now, ExpiresAt: after(now, m.TTLSeconds),
		})
	}
	return out
}

// maxTTL keeps a document's typing error from overflowing a time.
const maxTTL = 100 * 365 * 24 * time.Hour

func after(now domain.Micros, seconds int64) domain.Micros {
	seconds = min(max(seconds, 0), int64(maxTTL/time.Second))
	return now + domain.Micros(seconds*1_000_000)
}

// Approval is a decision that waits for a human.
type Approval struct {
	ID              string // see ApprovalID
	Tenant          domain.TenantID
	Index           int64
	MitigationsHash domain.Hash // see MitigationsHash
	Status          string      // "waiting"
	CreatedAt       domain.Micros
	ExpiresAt       domain.Micros
}

// Waiting is the status of an approval that nobody has answered.
const Waiting = "waiting"

// PlanApproval returns the approval that a decision needs; ok is false when its
// gating isn't require_approval.
func PlanApproval(tenant domain.TenantID, logID string, idx int64, outcome *domain.Outcome, now domain.Micros, ttl time.Duration) (a Approval, ok bool) {
	if outcome.Gating != domain.GateRequireApproval {
		return Approval{}, false
	}
	return Approval{
		ID: ApprovalID(logID, idx), Tenant: tenant, Index: idx,
		MitigationsHash: MitigationsHash(outcome.Mitigations), Status: Waiting,
		CreatedAt: now, ExpiresAt: now + domain.Micros(ttl.Microseconds()),
	}, true
}

// MitigationsHash is the SHA-256 of the mitigations as an RFC 8785 array, in
// their order and with their gating: what an approval is bound to.
func MitigationsHash(ms []domain.Mitigation) domain.Hash {
	b := append(make([]byte, 0, 256), '[')
	for i := range ms {
		m := &ms[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = appendMember(b, `{"action":`, m.Action)
		b = strconv.AppendInt(append(b, `,"confidence":`...), int64(m.Confidence), 10)
		b = strconv.AppendBool(append(b, `,"disruptive":`...), m.Disruptive)
		b = appendMember(b, `,"gating":`, string(m.Gating))
		b = appendMember(b, `,"reason":`, m.Reason)
		b = strconv.AppendBool(append(b, `,"reversible":`...), m.Reversible)
		b = appendMember(b, `,"target":`, m.Target)
		b = appendMember(b, `,"target_kind":`, m.TargetKind)
		b = strconv.AppendInt(append(b, `,"ttl":`...), m.TTLSeconds, 10)
		b = append(b, '}')
	}
	sum := sha256.Sum256(append(b, ']'))
	return domain.Hash(hex.EncodeToString(sum[:]))
}

func appendMember(b []byte, name, value string) []byte {
	return jsondoc.AppendString(append(b, name...), value)
}
