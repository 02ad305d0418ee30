package httpapi

import (
	"context"
	"net/http"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/tenant"
	"frostgate.io/frostgate/receipt"
)

// subjectRef names a person or thing that events speak of.
type subjectRef struct {
	Kind  string `json:"kind" enum:"ip|user|host"`
	Value string `json:"value" minlen:"1" maxlen:"512" doc:"As events name it; an address in any form."`
}

type newErasure struct {
	Subject subjectRef `json:"subject"`
	Reason  string     `json:"reason" minlen:"1" maxlen:"500" doc:"Why. It stays in the log for ever, so it must not name the subject: a case number does."`
	DryRun  bool       `json:"dry_run,omitempty" doc:"Say what would be erased and change nothing."`
}

// copyView tells of clear copies beside the log.
type copyView struct {
	What string `json:"what"`
	Rows int64  `json:"rows"`
	Kept string `json:"kept,omitempty" doc:"Why they were kept; absent: the value was removed."`
}

type keyVersionView struct {
	Ring    string `json:"ring" doc:"Empty: what belongs to no ring."`
	Version int64  `json:"version"`
}

// erasurePart is a further artifact of a long erasure.
type erasurePart struct {
	Index   uint64           `json:"index"`
	Receipt *receipt.Receipt `json:"receipt"`
}

// certificate certifies an erasure.
type certificate struct {
	ID          string           `json:"id,omitempty" doc:"Log ID and index of the erasure's first artifact; absent in a dry run."`
	DryRun      bool             `json:"dry_run,omitempty"`
	Log         string           `json:"log"`
	At          Time             `json:"at,omitzero"`
	RequestedBy string           `json:"requested_by,omitempty"`
	Reason      string           `json:"reason"`
	SubjectKind string           `json:"subject_kind"`
	Subject     string           `json:"subject" doc:"HMAC under the tenant's index key, hex; the value itself stands nowhere."`
	Payloads    uint64           `json:"payloads" doc:"How many payloads were destroyed, or would be."`
	AlreadyGone uint64           `json:"already_gone" doc:"Decisions on the subject whose payload was erased or pruned before."`
	Indexes     [][]uint64       `json:"indexes" doc:"First and last log index of each run of destroyed payloads."`
	Complete    bool             `json:"complete" doc:"false: it was interrupted; the same request again does the rest."`
	KeyVersions []keyVersionView `json:"key_versions" doc:"Payload keys that wrapped the destroyed content keys."`
	MasterKey   string           `json:"master_key,omitempty" doc:"The master key that wrapped those."`
	Copies      []copyView       `json:"copies" doc:"Clear copies beside the log: removed, or kept and why."`
	Backups     string           `json:"backups" doc:"What older backups still open, and what to do about it."`
	Warning     string           `json:"warning,omitempty"`
	Receipt     *receipt.Receipt `json:"receipt,omitempty" doc:"Proves the artifact, with openings of what it says."`
	Parts       []erasurePart    `json:"parts,omitempty" doc:"Further artifacts of a long erasure."`
}

type erasureItem struct {
	ID        string `json:"id"`
	At        Time   `json:"at"`
	Artifacts int64  `json:"artifacts"`
}

type rekeyed struct {
	ID       string `json:"id" doc:"Log ID and index of the artifact."`
	Version  int64  `json:"version" doc:"Of the payload and subject keys in use now."`
	Payloads uint64 `json:"payloads" doc:"Whose content keys were wrapped anew."`
	Warning  string `json:"warning,omitempty"`
}

type newPrune struct {
	DryRun bool `json:"dry_run,omitempty" doc:"Count only."`
}

type pruned struct {
	RetentionDays      int64  `json:"retention_days" doc:"0 keeps payloads for ever."`
	AuditRetentionDays int64  `json:"audit_retention_days" doc:"0 keeps audit entries for ever."`
	Payloads           uint64 `json:"payloads" doc:"Deleted, or due."`
	Held               uint64 `json:"held" doc:"Due, but an enforcement in force or an open approval rests on them."`
	AuditEntries       uint64 `json:"audit_entries" doc:"Deleted, or due."`
	DryRun             bool   `json:"dry_run,omitempty"`
}

func (s *Server) erasureRoutes() []*Route {
	const base = prefixV1 + "/evidence"
	row := func(method, path string, scope domain.Scope, class tenant.Class, summary, doc string, e endpoint) *Route {
		return &Route{
			Method: method, Path: base + path, Access: scoped, Scope: scope, Class: class, Tag: "evidence",
			Summary: summary, Doc: doc, Mutates: class == tenant.ClassWrite, endpoint: e,
		}
	}
	all := row("GET", "/erasures", domain.ScopeEvidenceRead, tenant.ClassRead, "Erasures of the tenant, the newest first", "", read(s.listErasures))
	all.Query = pageParams()
	return []*Route{
		all,
		row("POST", "/erasures", domain.ScopeEvidenceErase, tenant.ClassWrite, "Erase what was recorded about a subject",
			"Destroys the payload of every decision that speaks of the subject, whoever else it speaks of. The decision's time, verdict and rules stay, and all proofs stay valid. New decisions about the subject are recorded as ever. The answer is the certificate.",
			write(http.StatusOK, s.createErasure)),
		row("GET", "/erasures/{id}", domain.ScopeEvidenceRead, tenant.ClassRead, "The certificate of an erasure", "It verifies offline like any receipt.", read(s.getErasure)),
		row("POST", "/rekey", domain.ScopeEvidenceErase, tenant.ClassWrite, "New payload keys, so that backups forget what was erased",
			"Wraps every content key anew and destroys the old payload and subject keys. It takes time in proportion to the log; interrupted, the same request goes on.",
			write(http.StatusOK, s.rekey)),
		row("POST", "/prune", domain.ScopeEvidenceErase, tenant.ClassWrite, "Delete now what the tenant's retention has outlived",
			"A background job does the same each minute.", write(http.StatusOK, s.prune)),
	}
}

func (s *Server) createErasure(ctx context.Context, c *Call, in newErasure) (certificate, error) {
	subject := domain.Subject{Kind: domain.SubjectKind(in.Subject.Kind), Value: in.Subject.Value}
	if in.DryRun {
		if err := s.auditRead(ctx, c, "erasure plan"); err != nil {
			return certificate{}, err
		}
		cert, err := s.deps.Disposal.PlanErasure(ctx, c.Tenant(), subject, in.Reason)
		if err != nil {
			return certificate{}, err
		}
		out := certificateOf(cert)
		out.DryRun = true
		return out, nil
	}
	cert, err := s.deps.Disposal.Erase(ctx, c.Tenant(), subject, in.Reason, c.actor())
	if err != nil {
		return certificate{}, err
	}
	c.Location("evidence", "erasures", cert.ID)
	return certificateOf(cert), nil
}

func (s *Server) getErasure(ctx context.Context, c *Call) (certificate, error) {
	index, err := s.deps.Disposal.CertificateIndex(ctx, c.Tenant(), c.Path("id"))
	if err != nil {
		return certificate{}, err
	}
	if err := s.auditRead(ctx, c, c.Path("id")); err != nil {
		return certificate{}, err
	}
	cert, err := s.deps.Disposal.Certificate(ctx, c.Tenant(), index)
	if err != nil {
		return certificate{}, err
	}
	return certificateOf(cert), nil
}

func (s *Server) listErasures(ctx context.Context, c *Call) (list[erasureItem], error) {
	limit, err := c.Query.limit()
	if err != nil {
		return list[erasureItem]{}, err
	}
	found, next, err := s.deps.Disposal.Erasures(ctx, c.Tenant(), c.Query.text("cursor"), limit)
	if err != nil {
		return list[erasureItem]{}, err
	}
	items := make([]erasureItem, len(found))
	for i, e := range found {
		items[i] = erasureItem{e.ID, Time(e.At), e.Parts}
	}
	return listOf(items, next), nil
}

// noFields is a body that says nothing.
type noFields struct{}

func (s *Server) rekey(ctx context.Context, c *Call, _ noFields) (rekeyed, error) {
	out, err := s.deps.Disposal.Rekey(ctx, c.Tenant(), c.actor())
	if err != nil {
		return rekeyed{}, err
	}
	return rekeyed(*out), nil
}

func (s *Server) prune(ctx context.Context, c *Call, in newPrune) (pruned, error) {
	t, err := s.deps.Tenants.Lookup(c.Tenant())
	if err != nil {
		return pruned{}, err
	}
	r := evidence.Retention{Tenant: t.ID, Days: t.Settings.RetentionDays, AuditDays: t.Settings.AuditRetentionDays}
	work := s.deps.Disposal.PlanPrune
	if !in.DryRun {
		work = s.deps.Disposal.Prune
		err := s.deps.DB.InTx(ctx, t.ID, func(tx *db.Tx) error {
			return evidence.Audit(ctx, tx, s.clock, c.actor().Entry(t.ID, "evidence.prune", "retention"))
		})
		if err != nil {
			return pruned{}, err
		}
	}
	done, err := work(ctx, r)
	if err != nil {
		return pruned{}, err
	}
	return pruned{r.Days, r.AuditDays, done.Payloads, done.Held, done.Audit, in.DryRun}, nil
}

func certificateOf(c *evidence.Certificate) certificate {
	out := certificate{
		ID: c.ID, Log: c.Log, At: Time(c.At), RequestedBy: string(c.RequestedBy), Reason: c.Reason,
		SubjectKind: string(c.SubjectKind), Subject: c.Subject, Payloads: c.Payloads, AlreadyGone: c.AlreadyGone,
		Indexes: make([][]uint64, len(c.Ranges)), Complete: c.Complete, KeyVersions: make([]keyVersionView, len(c.KeyVersions)),
		MasterKey: c.MasterKey, Copies: make([]copyView, len(c.Copies)), Backups: c.Backups, Warning: c.Warning,
	}
	for i, r := range c.Ranges {
		out.Indexes[i] = []uint64{r[0], r[1]}
	}
	for i, v := range c.KeyVersions {
		out.KeyVersions[i] = keyVersionView{string(v.Ring), v.Version}
	}
	for i, v := range c.Copies {
		out.Copies[i] = copyView{v.What, v.Rows, v.Kept}
	}
	for i, rc := range c.Receipts {
		if i == 0 {
			out.Receipt = rc
			continue
		}
		out.Parts = append(out.Parts, erasurePart{rc.Index, rc})
	}
	return out
}
