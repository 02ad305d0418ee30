package httpapi

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

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
	Tenant    string            `json:"tenant_id"`
	At        Time              `json:"at"`
	Principal string            `json:"principal" doc:"Who: the person or service account behind the key; system is the server itself."`
	Name      string            `json:"principal_name,omitempty" doc:"What the principal is called."`
	Key       string            `json:"key_id,omitempty"`
	Action    string            `json:"action" doc:"What was done, for example key.create."`
	Target    string            `json:"target,omitempty" doc:"What it was done to."`
	Outcome   string            `json:"outcome" enum:"ok|denied"`
	RequestID string            `json:"request_id,omitempty"`
	Remote    string            `json:"remote,omitempty" doc:"From where."`
	Times     int64             `json:"times" doc:"How often; equal denials are counted in one entry."`
	Detail    map[string]string `json:"detail,omitempty"`
	Entry     *int64            `json:"entry,omitempty" doc:"Entry of the tenant's log that proves it, where there is one."`
}

func auditParams() []Param {
	return []Param{
		tenantChoice(true),
		{Name: "action", Doc: "An action, or with a dot at the end all that start with it (key.)."},
		{Name: "kind", Enum: []string{evidence.AuditChanges, evidence.AuditReads, evidence.AuditSignIns}, Doc: "changes leaves out reads and verifications of evidence, sign-ins and denied requests."},
		{Name: "principal", Doc: "Principal ID."},
		{Name: "who", Doc: "Part of the name of a person or service account, or a principal ID."},
		{Name: "key_id"},
		{Name: "target"},
		{Name: "q", Doc: "Part of the action, the target, the address or what is recorded of it."},
		{Name: "outcome", Enum: []string{evidence.AuditOK, evidence.AuditDenied}},
		{Name: "from", Kind: paramTime, Doc: "At or after."},
		{Name: "to", Kind: paramTime, Doc: "Before."},
	}
}

func (s *Server) auditRoutes() []*Route {
	row := func(path, summary string, e endpoint, params ...Param) *Route {
		return &Route{
			Method: http.MethodGet, Path: prefixV1 + "/audit" + path, Access: scoped, Scope: domain.ScopeAuditRead, Class: tenant.ClassRead, Tag: "audit",
			Summary: summary, Query: params, endpoint: e,
		}
	}
	all := row("", "Who changed, read or was denied what", read(s.listAudit), pageParams(auditParams()...)...)
	all.Aliases = []string{"/audit"}
	export := row("/export", "All entries that fit the filters, as one file", text("text/csv", s.exportAudit),
		append(auditParams(), Param{Name: "format", Enum: []string{"csv", "ndjson", "json"}, Doc: "Default csv; ndjson has one entry a line, json is an array."})...)
	export.Doc = "Newest first, without a limit. What was recorded after the request came in is left out. An answer that breaks off is not whole: the connection is cut."
	return []*Route{all, row("/{id}", "One entry", read(s.getAudit), tenantChoice(false)), export}
}

// auditFilter reads what narrows the audit.
func (s *Server) auditFilter(ctx context.Context, c *Call) (evidence.AuditFilter, error) {
	q := c.Query
	f := evidence.AuditFilter{
		Action: q.text("action"), Kind: q.text("kind"), Principal: domain.PrincipalID(q.text("principal")), Key: domain.KeyID(q.text("key_id")),
		Target: q.text("target"), Outcome: q.text("outcome"), Text: q.text("q"), From: q.time("from"), To: q.time("to"),
	}
	if who := q.text("who"); who != "" {
		found, err := s.deps.People.Called(ctx, c.Principal, who)
		if err != nil {
			return f, err
		}
		f.Principals = append([]domain.PrincipalID{}, found...)
		if system := string(evidence.SystemPrincipal); strings.Contains(system, strings.ToLower(who)) {
			f.Principals = append(f.Principals, evidence.SystemPrincipal)
		}
	}
	return f, nil
}

func (s *Server) listAudit(ctx context.Context, c *Call) (list[auditRecord], error) {
	limit, err := c.Query.limit()
	if err != nil {
		return list[auditRecord]{}, err
	}
	tenants, err := s.tenantsAsked(ctx, c, domain.ScopeAuditRead)
	if err != nil {
		return list[auditRecord]{}, err
	}
	f, err := s.auditFilter(ctx, c)
	if err != nil {
		return list[auditRecord]{}, err
	}
	recs, next, err := s.deps.Audit.ListIn(ctx, tenants, f, c.Query.text("cursor"), limit)
	if err != nil {
		return list[auditRecord]{}, err
	}
	items, err := s.auditRecords(ctx, c, recs)
	return listOf(items, next), err
}

func (s *Server) getAudit(ctx context.Context, c *Call) (auditRecord, error) {
	id, err := s.tenantAsked(ctx, c, domain.ScopeAuditRead)
	if err != nil {
		return auditRecord{}, err
	}
	recs, _, err := s.deps.Audit.List(ctx, id, evidence.AuditFilter{ID: c.Path("id")}, "", 1)
	if err != nil {
		return auditRecord{}, err
	}
	if len(recs) == 0 {
		return auditRecord{}, fault.New(fault.NotFound, "The audit has no entry %s.", clip(c.Path("id")))
	}
	items, err := s.auditRecords(ctx, c, recs)
	if err != nil {
		return auditRecord{}, err
	}
	return items[0], nil
}

// auditRecords are entries with the names of who acted.
func (s *Server) auditRecords(ctx context.Context, c *Call, recs []evidence.AuditRecord) ([]auditRecord, error) {
	ids := []domain.PrincipalID{}
	for i := range recs {
		if id := recs[i].Principal; id != "" && id != evidence.SystemPrincipal && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	names, err := s.deps.People.NamesOf(ctx, c.Principal, ids)
	if err != nil {
		return nil, err
	}
	out := make([]auditRecord, len(recs))
	for i, r := range recs {
		out[i] = auditRecord{
			ID: r.ID, Tenant: string(r.Tenant), At: Time(r.At), Principal: string(r.Principal), Name: names[r.Principal], Key: string(r.Key),
			Action: r.Action, Target: r.Target, Outcome: r.Outcome, RequestID: r.RequestID, Remote: r.Remote, Times: r.Times, Detail: r.Detail,
		}
		if at, err := strconv.ParseInt(r.Detail["entry"], 10, 64); err == nil && at >= 0 {
			out[i].Entry = &at
		}
	}
	return out, nil
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
