package httpapi

import (
	"net/http"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/drift/plain"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/tenant"
)

const driftBase = prefixV1 + "/drift"

// driftRoute is a row of the drift table; what changes needs drift:write.
func driftRoute(method, path, summary, doc string, class tenant.Class, e endpoint, params ...Param) *Route {
	scope := domain.ScopeDriftRead
	if class == tenant.ClassWrite {
		scope = domain.ScopeDriftWrite
	}
	return &Route{
		Method: method, Path: driftBase + path, Access: scoped, Scope: scope, Class: class, Tag: "drift",
		Summary: summary, Doc: doc, Query: params, Mutates: class == tenant.ClassWrite && e.raw == nil, endpoint: e,
	}
}

func (s *Server) driftRoutes() []*Route {
	summary := driftRoute("GET", "", "What drifted and waits for somebody", "Counts of findings that are not resolved, by state, severity, type and tenant, and what the "+
		"last run of each source could not tell. With tenant=all, of every tenant in which the key's owner may read drift.",
		tenant.ClassRead, read(s.driftSummary), tenantChoice(true))
	findings := driftRoute("GET", "/findings", "Findings, what waits first", driftListDoc, tenant.ClassRead, read(s.listFindings), findingParams()...)
	summary.Aliases, findings.Aliases = []string{"/drift"}, []string{"/drift/findings"}
	rows := []*Route{
		s.postureRoute(), summary, findings,
		driftRoute("GET", "/findings/count", "How many findings a list has", "By the parameters of the list.", tenant.ClassRead, read(s.countFindings), countParams()...),
		driftRoute("GET", "/findings/runs", "Which runs found what a list has", "By the parameters of the list. What the newest of them found elsewhere and could not tell is with it.",
			tenant.ClassRead, read(s.runsOfFindings), countParams()...),
		driftRoute("GET", "/findings/{id}", "One finding with both values, its operations and its history",
			"id may be the beginning of an ID that fits one finding. The change lies between the times of the runs before and after.",
			tenant.ClassRead, read(s.getFinding), tenantChoice(false)),
		driftRoute("POST", "/findings/triage", "Decide on many findings", triageDoc+triageManyDoc, tenant.ClassWrite, write(http.StatusOK, s.triageFindings), tenantChoice(false)),
		driftRoute("POST", "/findings/{id}/triage", "Decide on one finding", triageDoc, tenant.ClassWrite, write(http.StatusOK, s.triageFinding), tenantChoice(false)),
		driftRoute("GET", "/comparisons", "Runs held against baselines, the newest first", "", tenant.ClassRead, read(s.listComparisons),
			pageParams(Param{Name: "run"}, Param{Name: "baseline"}, Param{Name: "source"}, tenantChoice(false))...),
		driftRoute("GET", "/severity", "The rules that say how grave a change is", "", tenant.ClassRead, read(s.getSeverity), tenantChoice(false),
			Param{Name: "version", Kind: paramInt, Doc: "An earlier version; default the one in force."}),
		driftRoute("POST", "/severity", "Make a new version of the severity rules",
			"It counts from the next comparison on; findings that are there keep their severity. `version` is the one that was read: another in force is refused.",
			tenant.ClassWrite, write(http.StatusCreated, s.setSeverity), tenantChoice(false)),
	}
	return append(rows, s.driftBaselineRoutes()...)
}

const driftListDoc = "Without `state`, those that wait: reopened and new. Reopened come first, then by severity, then the newest. A value is shown in short; " +
	"the finding itself has it in full. Secrets are keyed hashes everywhere."

const triageDoc = "acknowledge: seen, it leaves the list of what waits. accept: this value is right until a time of at most 366 days; any other value reopens. " +
	"deny: this value must be undone. reopen: look at it again; an acceptance ends. assign and comment leave the state. accept and deny need a note. " +
	"Findings are named by ids (at most 1,000) or by a filter; where versions are given, one that is not current refuses the whole call with 409. " +
	"All of it is one entry of the tenant's log, for every 1,000 findings of a filter."

const triageManyDoc = " With `tenants`, on findings of several tenants at once: each tenant's log records its part, and one in which it can't be done is told with a code and stays as it is. " +
	"With `limit`, a filter's findings are taken in parts: go on with `after` = `next` until there is none."

// findingView is a finding in a list.
type findingView struct {
	ID           string `json:"id"`
	Tenant       string `json:"tenant_id"`
	Version      int64  `json:"version" doc:"Moves with each step; a triage may name the one it saw."`
	State        string `json:"state" enum:"new|reopened|acknowledged|accepted|denied|resolved"`
	Reason       string `json:"reason,omitempty" doc:"Why it was reopened (other_value, again, acceptance_expired, acceptance_revoked) or resolved (returned, superseded, object_gone, baseline)."`
	Severity     string `json:"severity" enum:"informational|low|medium|high|critical"`
	Kind         string `json:"kind" enum:"added|removed|changed|metadata" doc:"metadata: only a name or a description differs."`
	Source       string `json:"source"`
	Type         string `json:"type"`
	Label        string `json:"label" doc:"The type in plain words."`
	ObjectID     string `json:"object_id"`
	Name         string `json:"name,omitempty" doc:"The object's."`
	Path         string `json:"path,omitempty" doc:"In plain form; absent: the object as a whole."`
	From         string `json:"from,omitempty" doc:"In short; absent: nothing."`
	To           string `json:"to,omitempty" doc:"In short; absent: nothing."`
	Change       string `json:"change,omitempty" doc:"The change in a few words; of sets what came and what went."`
	FirstSeen    Time   `json:"first_seen"`
	Since        Time   `json:"since" doc:"In its state."`
	UpdatedAt    Time   `json:"updated_at"`
	Run          string `json:"run" doc:"The run that found it."`
	Baseline     string `json:"baseline"`
	BaselineName string `json:"baseline_name,omitempty"`
	BaselineKind string `json:"baseline_kind,omitempty" enum:"last_run|snapshot|golden|template" doc:"from is an observation before only with last_run; else what is expected."`
	Flap         int    `json:"flap" doc:"How often the value changed and came back."`
	Assignee     string `json:"assignee,omitempty"`
	Until        Time   `json:"until,omitzero" doc:"Of an acceptance."`
	Group        string `json:"group" doc:"Equal changes have it in common, in all tenants."`
	Unverified   bool   `json:"unverified" doc:"Later runs could not tell whether it still holds."`
}

func (s *Server) findingOf(id domain.TenantID, f *drift.Finding) findingView {
	return findingView{
		ID: string(f.ID), Tenant: string(id), Version: f.Version, State: string(f.State), Reason: f.Reason, Severity: string(f.Severity), Kind: string(f.Kind),
		Source: f.Source, Type: f.Type, Label: s.typeLabel(f.Type), ObjectID: f.Change.ID, Name: f.Name, Path: plain.Path(f.Path),
		From: shortValue(f.From, f.FromHash), To: shortValue(f.To, f.ToHash), Change: changeInWords(f), Since: Time(f.Since), FirstSeen: Time(f.FirstSeen), UpdatedAt: Time(f.UpdatedAt), Run: string(f.FirstRun),
		Baseline: string(f.Baseline), Flap: f.Flap, Assignee: string(f.Assignee), Until: Time(f.Until), Group: f.Group, Unverified: f.Unverified,
	}
}

// tooLong stands for a value that lists leave out.
const tooLong = "(a long value)"

func shortValue(v []byte, hash manifest.Hash) string {
	if len(v) == 0 && hash != (manifest.Hash{}) {
		return tooLong
	}
	return plain.Value(v, maxShort)
}

// changeInWords says a change in a few words, where its values are at hand.
func changeInWords(f *drift.Finding) string {
	if f.Text != "" {
		return f.Text
	}
	left := func(v []byte, hash manifest.Hash) bool { return len(v) == 0 && hash != (manifest.Hash{}) }
	if left(f.From, f.FromHash) || left(f.To, f.ToHash) {
		return ""
	}
	if f.Path == "" {
		return plain.Object(f.From, f.To)
	}
	return plain.Change(f.Path, f.From, f.To, maxShort)
}

// comparisonView is one run held against one version of a baseline.
type comparisonView struct {
	ID              string `json:"id"`
	Run             string `json:"run"`
	Before          string `json:"before,omitempty" doc:"The run it was compared with; absent: none, or a baseline that is no run."`
	Baseline        string `json:"baseline"`
	BaselineName    string `json:"baseline_name,omitempty"`
	BaselineVersion int64  `json:"baseline_version"`
	Kind            string `json:"kind,omitempty" doc:"Of the baseline."`
	Source          string `json:"source"`
	At              Time   `json:"at"`
	driftCounts
	New         int                `json:"new" doc:"Findings; those below too."`
	Reopened    int                `json:"reopened"`
	Resolved    int                `json:"resolved"`
	Accepted    int                `json:"accepted" doc:"Values that were accepted before."`
	RuleVersion int64              `json:"severity_version" doc:"Of the severity rules; 0: the built-in ones."`
	Done        bool               `json:"done"`
	Error       string             `json:"error,omitempty" doc:"Why it could not be made."`
	Root        string             `json:"findings_sha256,omitempty" doc:"SHA-256 over the sorted IDs of all differences, one a line."`
	Entry       *int64             `json:"entry,omitempty" doc:"Entry of the tenant's log that records it."`
	Unknowns    []unknownCountView `json:"unknowns" doc:"Why objects' presence or absence can't be told."`
}

// driftCounts are objects.
type driftCounts struct {
	Added       int `json:"added" doc:"Objects; those below too."`
	Removed     int `json:"removed"`
	Changed     int `json:"changed"`
	Metadata    int `json:"metadata" doc:"Of changed: nothing but a name or a description differs."`
	Unknown     int `json:"unknown" doc:"Their presence or absence can't be told: never a removal."`
	Quarantined int `json:"quarantined" doc:"Could not be read as objects."`
	Duplicates  int `json:"duplicates" doc:"Identities that several objects claim."`
	Unchanged   int `json:"unchanged"`
}

type unknownCountView struct {
	Type    string   `json:"type"`
	Label   string   `json:"label"`
	Reason  string   `json:"reason" doc:"quarantine, partial, failed, skipped, scope, normaliser, folder, baseline."`
	Objects int      `json:"objects"`
	IDs     []string `json:"ids" doc:"The first few."`
}

func countsOf(c diff.Counts) driftCounts {
	return driftCounts{
		Added: c.Added, Removed: c.Removed, Changed: c.Changed, Metadata: c.Metadata, Unknown: c.Unknown,
		Quarantined: c.Quarantined, Duplicates: c.Duplicates, Unchanged: c.Unchanged,
	}
}

func (s *Server) unknownsOf(in []drift.UnknownCount) []unknownCountView {
	out := make([]unknownCountView, len(in))
	for i, u := range in {
		out[i] = unknownCountView{u.Type, s.typeLabel(u.Type), u.Reason, u.Objects, orEmpty(u.IDs)}
	}
	return out
}

// entryOf is an entry of the log, nil where there is none.
func entryOf(artifact int64) *int64 {
	if artifact < 0 {
		return nil
	}
	return &artifact
}

// incompleteOf keeps the types that were not read to their end.
func incompleteOf(in []manifest.Coverage) (out []manifest.Coverage) {
	for _, c := range in {
		if c.Status != manifest.Complete {
			out = append(out, c)
		}
	}
	return out
}
