package frostgate

import (
	"context"
	"iter"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// AllTenants asks for every tenant in which the key may: of its organisation.
const AllTenants = "all"

// DriftFinding is one drift.
type DriftFinding struct {
	ID           string    `json:"id"`
	Tenant       string    `json:"tenant_id"`
	Version      int64     `json:"version"`
	State        string    `json:"state"`            // new, reopened, acknowledged, accepted, denied, resolved
	Reason       string    `json:"reason,omitempty"` // why it was reopened or resolved
	Severity     string    `json:"severity"`
	Kind         string    `json:"kind"` // added, removed, changed, metadata
	Source       string    `json:"source"`
	Type         string    `json:"type"`
	Label        string    `json:"label"` // the type in plain words
	ObjectID     string    `json:"object_id"`
	Name         string    `json:"name,omitempty"` // the object's
	Path         string    `json:"path,omitempty"` // in plain form; empty: the whole object
	From         string    `json:"from,omitempty"` // shortened
	To           string    `json:"to,omitempty"`
	Change       string    `json:"change,omitempty"` // the change in a few words
	FirstSeen    time.Time `json:"first_seen"`
	UpdatedAt    time.Time `json:"updated_at"`
	Run          string    `json:"run"` // that found it
	Baseline     string    `json:"baseline"`
	BaselineName string    `json:"baseline_name,omitempty"`
	BaselineKind string    `json:"baseline_kind,omitempty"` // last_run, snapshot, golden, template
	Flap         int       `json:"flap"`                    // how often the value changed and came back
	Assignee     string    `json:"assignee,omitempty"`
	Until        time.Time `json:"until,omitzero"` // of an acceptance
	Group        string    `json:"group"`
	// Unverified says that later runs could not tell whether it still holds.
	Unverified bool `json:"unverified"`
}

// DriftFindingDetail is a finding with all that is known of it.
type DriftFindingDetail struct {
	DriftFinding
	KeyedPath string         `json:"keyed_path,omitempty"` // stable path within the object
	FromValue jsontext.Value `json:"from_value,omitzero"`  // absent: there was none
	ToValue   jsontext.Value `json:"to_value,omitzero"`
	FromHash  string         `json:"from_hash,omitempty"`
	ToHash    string         `json:"to_hash,omitempty"`
	Ops       []DriftOp      `json:"ops"` // RFC 6902: applied, the last first, they make before into after
	// The change lies between the two runs.
	Before     DriftRunRef       `json:"before,omitzero"` // saw the expected value last
	After      DriftRunRef       `json:"after"`           // found it
	Last       DriftRunRef       `json:"last"`            // changed its state last by observation
	Reopens    string            `json:"reopens,omitempty"`
	Acceptance *DriftAcceptance  `json:"acceptance,omitempty"`
	Note       string            `json:"note,omitempty"`
	By         string            `json:"by,omitempty"`
	History    []DriftEvent      `json:"history"` // the oldest first
	Names      map[string]string `json:"names"`   // what identifiers in the values are called
	Links      map[string]string `json:"links"`
}

// DriftOp is an RFC 6902 operation.
type DriftOp struct {
	Op    string         `json:"op"`
	Path  string         `json:"path"`
	Value jsontext.Value `json:"value,omitzero"`
}

// DriftRunRef is a run and when it observed.
type DriftRunRef struct {
	Run string    `json:"run"`
	At  time.Time `json:"at,omitzero"`
}

// DriftAcceptance lets one value be until a time.
type DriftAcceptance struct {
	Until    time.Time `json:"until"`
	By       string    `json:"by"`
	Approver string    `json:"approver,omitempty"`
	Reason   string    `json:"reason,omitempty"`
	Valid    bool      `json:"valid"`
}

// DriftEvent is one step of a finding.
type DriftEvent struct {
	At       time.Time `json:"at"`
	By       string    `json:"by,omitempty"` // empty: the server
	Action   string    `json:"action"`
	State    string    `json:"state"` // after it
	Reason   string    `json:"reason,omitempty"`
	Note     string    `json:"note,omitempty"`
	Assignee string    `json:"assignee,omitempty"`
	Approver string    `json:"approver,omitempty"`
	Until    time.Time `json:"until,omitzero"`
	Run      string    `json:"run,omitempty"`
	Entry    *int64    `json:"entry,omitzero"` // of the tenant's log
}

// DriftComparison is one run held against one baseline.
type DriftComparison struct {
	ID           string    `json:"id"`
	Run          string    `json:"run"`
	Before       string    `json:"before,omitempty"` // the run or snapshot it was held against
	Baseline     string    `json:"baseline"`
	BaselineName string    `json:"baseline_name"`
	Kind         string    `json:"kind"` // of the baseline
	Source       string    `json:"source"`
	At           time.Time `json:"at"`
	// Objects.
	Added       int `json:"added"`
	Removed     int `json:"removed"`
	Changed     int `json:"changed"`
	Metadata    int `json:"metadata"` // of Changed
	Unknown     int `json:"unknown"`
	Quarantined int `json:"quarantined"`
	Duplicates  int `json:"duplicates"`
	// Findings.
	New      int    `json:"new"`
	Reopened int    `json:"reopened"`
	Resolved int    `json:"resolved"`
	Accepted int    `json:"accepted"` // by what was accepted before
	Done     bool   `json:"done"`
	Error    string `json:"error,omitempty"` // why it could not be made
	Entry    *int64 `json:"entry,omitzero"`
	// Unknowns say why objects' presence or absence can't be told.
	Unknowns []DriftUnknownCount `json:"unknowns"`
}

// DriftUnknownCount counts objects whose presence or absence can't be told.
type DriftUnknownCount struct {
	Type    string   `json:"type"`
	Label   string   `json:"label"`
	Reason  string   `json:"reason"` // quarantine, partial, failed, skipped, scope, normaliser, folder, baseline
	Objects int      `json:"objects"`
	IDs     []string `json:"ids"` // the first few
}

// DriftSummary says what needs attention.
type DriftSummary struct {
	Waiting    int                  `json:"waiting"` // new and reopened
	Open       int                  `json:"open"`    // all but resolved
	ByState    map[string]int       `json:"by_state"`
	BySeverity map[string]int       `json:"by_severity"` // of the waiting ones
	ByType     []DriftTypeSummary   `json:"by_type"`     // the most waiting first
	ByTenant   []DriftTenantSummary `json:"by_tenant"`   // the most waiting first
}

// DriftTypeSummary counts a type's findings.
type DriftTypeSummary struct {
	Type    string `json:"type"`
	Label   string `json:"label"`
	Waiting int    `json:"waiting"`
	Open    int    `json:"open"`
	Worst   string `json:"worst,omitempty"` // severity of the gravest that waits
}

// DriftTenantSummary counts a tenant's findings and says what was last observed.
type DriftTenantSummary struct {
	Tenant   string         `json:"tenant_id"`
	Name     string         `json:"name"`
	Waiting  int            `json:"waiting"`
	Reopened int            `json:"reopened"`
	Open     int            `json:"open"`
	Worst    string         `json:"worst,omitempty"` // severity of the gravest that waits
	Severity map[string]int `json:"by_severity"`     // of the waiting ones
	Sources  []DriftSource  `json:"sources"`
}

// DriftSource is what the last run of a source told.
type DriftSource struct {
	Source   string    `json:"source"`
	Run      string    `json:"run"` // the last closed one
	At       time.Time `json:"at"`
	Compared bool      `json:"compared"` // the counts mean nothing before
	New      int       `json:"new"`
	Reopened int       `json:"reopened"`
	Resolved int       `json:"resolved"`
	Unknown  int       `json:"unknown"`
	// Quarantined and Duplicates were seen and can't be compared.
	Quarantined int                 `json:"quarantined"`
	Duplicates  int                 `json:"duplicates"`
	Unknowns    []DriftUnknownCount `json:"unknowns"`
	// Incomplete are the types that were not read to their end: drift in them
	// would not all show.
	Incomplete []InventoryCoverage `json:"incomplete"`
}

// DriftFilter narrows a list of findings; empty members don't.
type DriftFilter struct {
	Tenant   string   `json:"-"`                  // one of the organisation's, or AllTenants
	States   []string `json:"states,omitempty"`   // empty: those that wait, new and reopened
	All      bool     `json:"all,omitzero"`       // any state
	Severity []string `json:"severity,omitempty"` // any of them
	Kind     string   `json:"kind,omitempty"`
	Type     string   `json:"type,omitempty"` // name, label or a part that fits one
	Source   string   `json:"source,omitempty"`
	ObjectID string   `json:"object_id,omitempty"`
	Baseline string   `json:"baseline,omitempty"`
	Assignee string   `json:"assignee,omitempty"`
	Group    string   `json:"group,omitempty"`
	Run      string   `json:"run,omitempty"`
	Text     string   `json:"q,omitempty"` // in name, ID or path of the object
	Prefix   string   `json:"-"`           // first characters of findings' IDs
}

func (f *DriftFilter) query() query {
	q := query{}.str("tenant", f.Tenant).flag("all", f.All).str("kind", f.Kind).str("type", f.Type).str("source", f.Source).
		str("object_id", f.ObjectID).str("baseline", f.Baseline).str("assignee", f.Assignee).str("group", f.Group).str("run", f.Run).
		str("q", f.Text).str("id", f.Prefix)
	if len(f.States) > 0 {
		q["state"] = f.States
	}
	if len(f.Severity) > 0 {
		q["severity"] = f.Severity
	}
	return q
}

// DriftTriage decides on findings: those named by ID, or all that a filter finds.
type DriftTriage struct {
	Tenant string   `json:"-"` // empty: the key's
	Action string   `json:"action"`
	IDs    []string `json:"ids,omitempty"`
	// Versions refuse what somebody else changed meanwhile, by ID.
	Versions map[string]int64 `json:"versions,omitempty"`
	Filter   *DriftFilter     `json:"filter,omitempty"`
	Until    time.Time        `json:"until,omitzero"`     // of accept
	Note     string           `json:"note,omitempty"`     // the reason; accept and deny need one
	Approver string           `json:"approver,omitempty"` // of accept
	Assignee *string          `json:"assignee,omitzero"`  // of assign; empty: nobody
}

// DriftTriaged is what became of a triage.
type DriftTriaged struct {
	Count    int            `json:"count"`
	Findings []DriftFinding `json:"findings"` // as they are now; the first 1,000
	Skipped  int            `json:"skipped"`  // of a filter, whose state does not allow the action
	Entries  []int64        `json:"entries"`  // of the tenant's log
}

// DriftSummary reads what needs attention, of one tenant or AllTenants.
func (c *Client) DriftSummary(ctx context.Context, tenant string) (*DriftSummary, error) {
	out := &DriftSummary{}
	return out, c.get(ctx, in("drift"), query{}.str("tenant", tenant), out)
}

// DriftFindings lists findings: those that wait first, of them the reopened, then
// by severity, then the newest.
func (c *Client) DriftFindings(ctx context.Context, f DriftFilter, p Page) iter.Seq2[DriftFinding, error] {
	return all[DriftFinding](ctx, c, in("drift", "findings"), f.query(), p)
}

// DriftFinding reads one finding.
func (c *Client) DriftFinding(ctx context.Context, tenant, id string) (*DriftFindingDetail, error) {
	out := &DriftFindingDetail{}
	return out, c.get(ctx, in("drift", "findings", id), query{}.str("tenant", tenant), out)
}

// TriageDrift decides on findings.
func (c *Client) TriageDrift(ctx context.Context, t DriftTriage, opts ...CallOption) (*DriftTriaged, error) {
	out := &DriftTriaged{}
	return out, c.changeWith(ctx, in("drift", "findings", "triage"), query{}.str("tenant", t.Tenant), t, out, opts)
}

// DriftComparisons lists comparisons, the newest first; run and baseline narrow.
func (c *Client) DriftComparisons(ctx context.Context, tenant, run, baseline string, p Page) iter.Seq2[DriftComparison, error] {
	return all[DriftComparison](ctx, c, in("drift", "comparisons"), query{}.str("tenant", tenant).str("run", run).str("baseline", baseline), p)
}
