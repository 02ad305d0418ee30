package httpapi

import (
	"context"
	"net/http"
	"strconv"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/tenant"
)

// auditVerify is the audit's word for a verification of a tenant's log; its
// detail holds the outcome.
const auditVerify = "evidence.verify"

// logView is how a log stands.
type logView struct {
	ID        string         `json:"id" doc:"Log ID; root for the log of logs."`
	Kind      string         `json:"kind" enum:"tenant|root" doc:"root is the log of logs, in which every tenant's log is anchored."`
	Origin    string         `json:"origin" doc:"Name of the log in its checkpoints."`
	Size      uint64         `json:"size" doc:"How many entries it has."`
	Root      string         `json:"root" doc:"Root of its tree, hex."`
	GrownAt   Time           `json:"grown_at,omitzero" doc:"When its last entry came."`
	Anchored  *anchoredView  `json:"anchored,omitempty" doc:"Where the tenant's log was anchored last; absent: not yet."`
	Problem   string         `json:"problem,omitempty" doc:"Why nothing of it is signed any more; absent while all is well."`
	Checked   *checkedView   `json:"checked,omitempty" doc:"The latest verification of the tenant's log, as the audit tells it."`
	Retention *retentionView `json:"retention,omitempty" doc:"Of the tenant's log."`
}

type anchoredView struct {
	Size  uint64 `json:"size" doc:"How many entries of the log are anchored."`
	Epoch uint64 `json:"epoch" doc:"Index of the log of logs' entry."`
	At    Time   `json:"at"`
}

type checkedView struct {
	At       Time   `json:"at"`
	By       string `json:"by" doc:"Principal ID."`
	Valid    bool   `json:"valid"`
	Size     uint64 `json:"size" doc:"Entries of the log then."`
	RowsTo   uint64 `json:"rows_to" doc:"Up to this index the decisions' rows were compared too."`
	FirstBad *int64 `json:"first_bad,omitempty"`
	Problem  string `json:"problem,omitempty"`
}

type retentionView struct {
	PayloadDays int64 `json:"payload_days" doc:"Payloads are deleted after so many days, their proofs stay; 0: never."`
	AuditDays   int64 `json:"audit_days" doc:"0: never."`
}

func (s *Server) catalogRoutes() []*Route {
	row := func(path, summary, doc string, e endpoint, query ...Param) *Route {
		return &Route{
			Method: http.MethodGet, Path: prefixV1 + "/evidence" + path, Access: scoped, Scope: domain.ScopeEvidenceRead, Class: tenant.ClassRead, Tag: "evidence",
			Summary: summary, Doc: doc, Query: query, endpoint: e,
		}
	}
	return []*Route{
		row("/logs", "The tenant's log and the log of logs: how they stand, when they were verified last", "", read(s.listLogs)),
		row("/logs/{log}/entries", "Entries of the tenant's log, the newest first", "Entries hold nothing personal; what they commit to is in the payloads.", read(s.listEntries),
			pageParams(Param{Name: "kind", Doc: "Only entries of this kind, for example erasure."}, Param{Name: "below", Kind: paramInt, Doc: "Only entries with smaller indexes."})...),
		row("/logs/{log}/entries/{index}", "One entry with its receipt", "The receipt proves the entry and holds no payload.", read(s.getEntry)),
		row("/epochs", "Entries of the log of logs, the newest first, with what each holds of the tenant's log", "", read(s.listEpochs), pageParams()...),
		row("/epochs/{index}", "One entry of the log of logs with its proof", "", read(s.getEpoch)),
	}
}

func (s *Server) listLogs(ctx context.Context, c *Call) (list[logView], error) {
	t, err := s.deps.Tenants.Lookup(c.Tenant())
	if err != nil {
		return list[logView]{}, err
	}
	own, err := s.deps.Evidence.LogInfo(ctx, t.ID)
	if err != nil {
		return list[logView]{}, err
	}
	root, err := s.deps.Evidence.LogInfo(ctx, evidence.RootLog)
	if err != nil && fault.CodeOf(err) != fault.NotFound {
		return list[logView]{}, err
	}
	items := []logView{logOfInfo(own, "tenant")}
	items[0].Retention = &retentionView{t.Settings.RetentionDays, t.Settings.AuditRetentionDays}
	if items[0].Checked, err = s.lastVerdict(ctx, t.ID, own.ID); err != nil {
		return list[logView]{}, err
	}
	if root != nil {
		v := logOfInfo(root, "root")
		if err := s.deps.Evidence.Anchors.Healthy(); err != nil {
			v.Problem = asFault(err).Msg
		}
		items = append(items, v)
	}
	return listOf(items, ""), nil
}

func logOfInfo(l *evidence.LogInfo, kind string) logView {
	v := logView{ID: l.ID, Kind: kind, Origin: l.Origin, Size: l.Size, Root: l.Root.String(), GrownAt: Time(l.Grown)}
	if kind == "root" {
		v.ID = kind
	}
	if l.Anchored != nil {
		v.Anchored = &anchoredView{l.Anchored.Size, l.Anchored.Epoch, Time(l.Anchored.At)}
	}
	if l.Damage != nil {
		v.Problem = damageText(l.Damage)
	}
	return v
}

// damageText is what a reader is told of damage: what exactly does not agree is in
// the server's own log, and in what fsck says.
func damageText(err error) string {
	if f := asFault(err); f.Code != fault.Internal {
		return f.Msg
	}
	return "The stored log is not what was committed and signed: frostgate evidence fsck says where."
}

// auditVerdict writes down what a verification found: who asks later is told
// when the log was verified last.
func (s *Server) auditVerdict(ctx context.Context, c *Call, v *chainVerdict) error {
	e := c.actor().Entry(c.Tenant(), auditVerify, v.Log)
	to := v.Size
	if v.RowsNext != nil {
		to = uint64(*v.RowsNext)
	}
	e.Detail = map[string]string{"valid": strconv.FormatBool(v.Valid), "size": strconv.FormatUint(v.Size, 10), "rows_to": strconv.FormatUint(to, 10)}
	if v.FirstBad != nil {
		e.Detail["first_bad"], e.Detail["problem"] = strconv.FormatInt(*v.FirstBad, 10), v.Problem
	}
	return s.deps.DB.InTx(ctx, c.Tenant(), func(tx *db.Tx) error { return evidence.Audit(ctx, tx, s.clock, e) })
}

func (s *Server) lastVerdict(ctx context.Context, t domain.TenantID, log string) (*checkedView, error) {
	r, err := s.deps.Audit.Latest(ctx, t, auditVerify, log)
	if err != nil || r == nil {
		return nil, err
	}
	out := &checkedView{At: Time(r.At), By: string(r.Principal), Valid: r.Detail["valid"] == "true", Problem: r.Detail["problem"]}
	// Written by auditVerdict; what is not a number stays 0.
	out.Size, _ = strconv.ParseUint(r.Detail["size"], 10, 64)
	out.RowsTo, _ = strconv.ParseUint(r.Detail["rows_to"], 10, 64)
	if bad, err := strconv.ParseInt(r.Detail["first_bad"], 10, 64); err == nil {
		out.FirstBad = &bad
	}
	return out, nil
}
