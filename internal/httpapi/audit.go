package httpapi

import (
	"context"
	"net/http"

	"frostgate.io/frostgate/internal/auth"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/tenant"
)

// auditRecord is one entry of the audit.
type auditRecord struct {
	ID        string            `json:"id"`
	At        Time              `json:"at"`
	Principal string            `json:"principal" doc:"Who: the person or service account behind the key; system is the server itself."`
	Key       string            `json:"key_id,omitempty"`
	Action    string            `json:"action" doc:"What was done, for example key.create."`
	Target    string            `json:"target,omitempty" doc:"What it was done to."`
	Outcome   string            `json:"outcome" enum:"ok|denied"`
	RequestID string            `json:"request_id,omitempty"`
	Remote    string            `json:"remote,omitempty" doc:"From where."`
	Times     int64             `json:"times" doc:"How often; equal denials are counted in one entry."`
	Detail    map[string]string `json:"detail,omitempty"`
}

func (s *Server) auditRoutes() []*Route {
	return []*Route{{
		Method: http.MethodGet, Path: prefixV1 + "/audit", Aliases: []string{"/audit"},
		Access: scoped, Scope: domain.ScopeAuditRead, Class: tenant.ClassRead, Tag: "audit",
		Summary: "Who changed, read or was denied what",
		Query: pageParams(
			Param{Name: "action", Doc: "An action, or with a dot at the end all that start with it (key.)."},
			Param{Name: "principal", Doc: "Principal ID."},
			Param{Name: "key_id"}, Param{Name: "target"},
			Param{Name: "outcome", Enum: []string{evidence.AuditOK, evidence.AuditDenied}},
			Param{Name: "from", Kind: paramTime, Doc: "At or after."},
			Param{Name: "to", Kind: paramTime, Doc: "Before."}),
		endpoint: read(s.listAudit),
	}}
}

func (s *Server) listAudit(ctx context.Context, c *Call) (list[auditRecord], error) {
	limit, err := c.Query.limit()
	if err != nil {
		return list[auditRecord]{}, err
	}
	q := c.Query
	recs, next, err := s.deps.Audit.List(ctx, c.Tenant(), evidence.AuditFilter{
		Action: q.text("action"), Principal: domain.PrincipalID(q.text("principal")), Key: domain.KeyID(q.text("key_id")),
		Target: q.text("target"), Outcome: q.text("outcome"), From: q.time("from"), To: q.time("to"),
	}, q.text("cursor"), limit)
	if err != nil {
		return list[auditRecord]{}, err
	}
	items := make([]auditRecord, len(recs))
	for i, r := range recs {
		items[i] = auditRecord{
			ID: r.ID, At: Time(r.At), Principal: string(r.Principal), Key: string(r.Key), Action: r.Action, Target: r.Target,
			Outcome: r.Outcome, RequestID: r.RequestID, Remote: r.Remote, Times: r.Times, Detail: r.Detail,
		}
	}
	return listOf(items, next), nil
}

// actor is the caller as the audit names them.
func (c *Call) actor() evidence.Actor {
	return evidence.Actor{Principal: c.Principal, RequestID: c.ID, Remote: c.Remote(), Reason: c.reason}
}

// auditRead records that evidence was read, before it is handed out.
func (s *Server) auditRead(ctx context.Context, c *Call, target string) error {
	return s.deps.DB.InTx(ctx, c.Tenant(), func(tx *db.Tx) error {
		return evidence.Audit(ctx, tx, s.clock, c.actor().Entry(c.Tenant(), "evidence.read", target))
	})
}

// denied counts a refused request for the audit.
func (s *Server) denied(x *exchange, r *http.Request, p *domain.Principal, prob *Problem, err error) {
	d := evidence.Denied{Remote: r.RemoteAddr, Route: x.pattern(), Code: fault.Code(prob.Code), RequestID: x.req.ID}
	if p != nil {
		d.Tenant, d.Principal, d.Key = p.Tenant, p.ID, p.Key
	}
	if known, ok := auth.DenialOf(err); ok {
		d.Tenant, d.Principal, d.Key = known.Tenant, known.Principal, known.Key
	}
	s.deps.Denied.Add(d)
}
