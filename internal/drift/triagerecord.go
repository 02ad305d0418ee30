package drift

import (
	"context"
	"strconv"
	"time"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
)

// KindTriage is the kind of the artifacts that tell of triage.
const KindTriage = "drift_triage"

// triageText is what the log says of a step, as canonical JSON.
type triageText struct {
	V        int             `json:"v"`
	Action   string          `json:"action"` // an Action, or expired
	Until    domain.Micros   `json:"until_us,omitzero"`
	Note     string          `json:"note,omitempty"`
	Approver string          `json:"approver,omitempty"`
	Assignee string          `json:"assignee,omitempty"`
	Findings []triageFinding `json:"findings"`
}

// triageFinding is one finding that was acted on: To is the hash of the value
// that the act is bound to, absent for a value that is gone.
type triageFinding struct {
	ID       FindingID  `json:"id"`
	Baseline BaselineID `json:"baseline"`
	To       string     `json:"to,omitempty"`
	Version  int64      `json:"version"` // before
	State    State      `json:"state"`   // after
}

// recordAct makes a step durable: artifact, findings, history and audit entry.
func (s *Service) recordAct(ctx context.Context, tenant domain.TenantID, a *act, p *acting) (int64, error) {
	r := &a.request
	text := triageText{
		V: 1, Action: string(a.event), Until: r.Until, Note: r.Note, Approver: r.Approver, Assignee: string(r.Assignee),
		Findings: make([]triageFinding, len(p.acted)),
	}
	for i, f := range p.acted {
		text.Findings[i] = triageFinding{f.ID, f.Baseline, hashText(f.ToHash), p.before[i], f.State}
	}
	audit := auditAct(tenant, a, p)
	w := newWriter()
	return s.record(ctx, &entry{
		tenant: tenant, kind: KindTriage, group: "triage", text: text, prev: -1, by: a.by, audit: &audit,
		apply: func(ctx context.Context, tx *db.Tx, at int64) error {
			for i := range p.events {
				p.events[i].Artifact = at
			}
			audit.Detail["entry"] = strconv.FormatInt(at, 10)
			ok, err := w.write(ctx, tx, tenant, p.rows, p.events)
			if err == nil && !ok {
				err = errChanged()
			}
			return err
		},
	})
}

func auditAct(tenant domain.TenantID, a *act, p *acting) evidence.AuditEntry {
	r := &a.request
	target := string(p.acted[0].ID)
	if len(p.acted) > 1 {
		target = strconv.Itoa(len(p.acted)) + " findings"
	}
	e := a.by.Entry(tenant, "drift."+string(a.event), target)
	e.Detail = map[string]string{}
	if r.Until > 0 {
		e.Detail["until"] = time.UnixMicro(int64(r.Until)).UTC().Format(time.RFC3339)
	}
	for k, v := range map[string]string{"note": r.Note, "approver": r.Approver, "assignee": string(r.Assignee)} {
		if v != "" {
			e.Detail[k] = v
		}
	}
	return e
}
