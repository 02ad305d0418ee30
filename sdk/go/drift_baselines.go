package frostgate

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"time"

	"github.com/go-json-experiment/json"
)

// DriftBaseline is what is expected of a source, as of one version.
type DriftBaseline struct {
	ID        string       `json:"id"` // stays over the versions
	Version   int64        `json:"version"`
	Tenant    string       `json:"tenant_id"`
	Name      string       `json:"name"`
	Kind      string       `json:"kind"` // last_run, snapshot, golden, template
	Source    string       `json:"source"`
	Active    bool         `json:"active"` // runs are compared with it
	Snapshot  string       `json:"snapshot,omitempty"`
	Golden    *DriftGolden `json:"golden,omitempty"`
	Template  string       `json:"template,omitempty"` // not in lists
	Note      string       `json:"note,omitempty"`
	By        string       `json:"by,omitempty"`
	CreatedAt time.Time    `json:"created_at"`
	UpdatedAt time.Time    `json:"updated_at"`
	Entry     *int64       `json:"entry,omitzero"`
}

// DriftBaselineDetail is a baseline with its versions, the newest first.
type DriftBaselineDetail struct {
	DriftBaseline
	Versions []DriftBaseline `json:"versions"`
}

// DriftGolden names the tenant whose last run is expected.
type DriftGolden struct {
	Tenant string `json:"tenant_id"`
	Source string `json:"source"`
}

// NewDriftBaseline is a baseline to make. One of Snapshot, Golden and Template is
// given, as Kind says.
type NewDriftBaseline struct {
	Name     string       `json:"name"`
	Kind     string       `json:"kind"`
	Source   string       `json:"source"`
	Snapshot string       `json:"snapshot,omitempty"`
	Golden   *DriftGolden `json:"golden,omitempty"`
	Template string       `json:"template,omitempty"` // YAML
	Note     string       `json:"note,omitempty"`
	// KeepLastRun goes on comparing with the run before too.
	KeepLastRun bool `json:"keep_last_run,omitzero"`
	// Inactive makes it without comparing anything with it yet.
	Inactive bool `json:"inactive,omitzero"`
}

// DriftBaselineChange is the next version of a baseline; its kind and source stay.
type DriftBaselineChange struct {
	Name     string       `json:"name,omitempty"` // empty: as it is
	Snapshot string       `json:"snapshot,omitempty"`
	Golden   *DriftGolden `json:"golden,omitempty"`
	Template string       `json:"template,omitempty"`
	Note     string       `json:"note,omitempty"`
	Version  int64        `json:"version,omitzero"` // that was seen: another is refused
}

// DriftGroup is the same change in many places: one card, one triage.
type DriftGroup struct {
	Key       string         `json:"key"`
	Type      string         `json:"type"`
	Label     string         `json:"label"`
	Kind      string         `json:"kind"`
	Severity  string         `json:"severity"`       // of the finding that stands first
	Path      string         `json:"path,omitempty"` // of one of them, in plain form
	From      string         `json:"from,omitempty"`
	To        string         `json:"to,omitempty"`
	Change    string         `json:"change,omitempty"` // the change in a few words
	Tenants   int            `json:"tenants"`
	Findings  int            `json:"findings"`
	Waiting   int            `json:"waiting"`
	States    map[string]int `json:"by_state"`
	FirstSeen time.Time      `json:"first_seen"`
	LastSeen  time.Time      `json:"last_seen"`
	Sample    DriftFinding   `json:"sample"`
}

// DriftGroupDetail says in which tenants a group's change is.
type DriftGroupDetail struct {
	Key     string             `json:"key"`
	Tenants []DriftGroupTenant `json:"tenants"`
}

// DriftGroupTenant is a group's part in one tenant.
type DriftGroupTenant struct {
	Tenant   string         `json:"tenant_id"`
	Name     string         `json:"name"`
	Findings int            `json:"findings"`
	States   map[string]int `json:"by_state"`
}

// DriftGroupTriage decides on a group: on all its findings in the tenants, but
// for the exceptions.
type DriftGroupTriage struct {
	Tenants       []string  `json:"tenants,omitempty"` // empty: all in which the key may
	ExceptTenants []string  `json:"except_tenants,omitempty"`
	Except        []string  `json:"except,omitempty"` // findings
	Action        string    `json:"action"`
	Until         time.Time `json:"until,omitzero"`
	Note          string    `json:"note,omitempty"`
	Approver      string    `json:"approver,omitempty"`
	Assignee      *string   `json:"assignee,omitzero"`
}

// DriftGroupTriaged is what became of a group's triage in each tenant.
type DriftGroupTriaged struct {
	Count   int                  `json:"count"`
	Tenants []DriftTenantTriaged `json:"tenants"`
	Kept    []DriftKept          `json:"kept"`    // by the exceptions
	Skipped int                  `json:"skipped"` // whose state does not allow the action
}

// DriftTenantTriaged is what became of a group's triage in one tenant.
type DriftTenantTriaged struct {
	Tenant  string  `json:"tenant_id"`
	Count   int     `json:"count"`
	Entries []int64 `json:"entries"` // of that tenant's log
	// Code and Error say why not all was changed here.
	Code  string `json:"code,omitempty"`
	Error string `json:"error,omitempty"`
}

// DriftKept is a finding that an exception left as it is.
type DriftKept struct {
	Tenant  string `json:"tenant_id"`
	Finding string `json:"finding"`
	State   string `json:"state"`
}

// DriftSide is one side of a comparison: a tenant's last run of a source, or one
// of its snapshots.
type DriftSide struct {
	Tenant   string `json:"tenant_id,omitempty"` // empty: the key's
	Source   string `json:"source,omitempty"`
	Snapshot string `json:"snapshot,omitempty"`
}

// DriftCompare asks how two sides differ; nothing is stored.
type DriftCompare struct {
	From  DriftSide `json:"from"`
	To    DriftSide `json:"to"`
	Types []string  `json:"types,omitempty"`
}

// DriftCompared is how two sides differ. Objects are the same if type, name and
// template are.
type DriftCompared struct {
	From        DriftSide        `json:"from"` // with the snapshot that was compared
	To          DriftSide        `json:"to"`
	Added       int              `json:"added"`
	Removed     int              `json:"removed"`
	Changed     int              `json:"changed"`
	Metadata    int              `json:"metadata"`
	Unknown     int              `json:"unknown"`
	Quarantined int              `json:"quarantined"`
	Duplicates  int              `json:"duplicates"`
	Unchanged   int              `json:"unchanged"`
	Items       []DriftChange    `json:"items"` // the first 10,000
	Unknowns    []DriftUnknown   `json:"unknown_items"`
	Ambiguous   []DriftAmbiguous `json:"ambiguous"` // names that several objects have
	More        bool             `json:"more"`      // than are listed
}

// DriftChange is one difference of a comparison.
type DriftChange struct {
	Kind      string    `json:"kind"`
	Severity  string    `json:"severity"`
	Type      string    `json:"type"`
	Label     string    `json:"label"`
	Name      string    `json:"name,omitempty"`
	IDInFrom  string    `json:"id_in_from,omitempty"`
	IDInTo    string    `json:"id_in_to,omitempty"`
	Path      string    `json:"path,omitempty"`
	KeyedPath string    `json:"keyed_path,omitempty"`
	From      string    `json:"from,omitempty"`
	To        string    `json:"to,omitempty"`
	Change    string    `json:"change,omitempty"` // the change in a few words
	Ops       []DriftOp `json:"ops"`
}

// DriftUnknown is an object whose presence or absence can't be told.
type DriftUnknown struct {
	Type     string `json:"type"`
	ObjectID string `json:"object_id,omitempty"` // empty: the whole type
	Reason   string `json:"reason"`
}

// DriftAmbiguous is a name that several objects have, so that none was matched.
type DriftAmbiguous struct {
	Type     string `json:"type"`
	Name     string `json:"name"`
	Template string `json:"template,omitempty"`
	InFrom   int    `json:"in_from"`
	InTo     int    `json:"in_to"`
}

// DriftSeverityRules say how grave which change is.
type DriftSeverityRules struct {
	Version   int64     `json:"version"` // 0: the built-in ones
	Text      string    `json:"text"`    // YAML
	CreatedBy string    `json:"created_by,omitempty"`
	CreatedAt time.Time `json:"created_at,omitzero"`
	Entry     *int64    `json:"entry,omitzero"`
}

// DriftBaselines lists baselines; inactive ones too where asked.
func (c *Client) DriftBaselines(ctx context.Context, tenant, source string, inactive bool) iter.Seq2[DriftBaseline, error] {
	return all[DriftBaseline](ctx, c, in("drift", "baselines"), query{}.str("tenant", tenant).str("source", source).flag("inactive", inactive), Page{})
}

// DriftBaseline reads one baseline with its versions.
func (c *Client) DriftBaseline(ctx context.Context, tenant, id string) (*DriftBaselineDetail, error) {
	out := &DriftBaselineDetail{}
	return out, c.get(ctx, in("drift", "baselines", id), query{}.str("tenant", tenant), out)
}

// CreateDriftBaseline makes a baseline.
func (c *Client) CreateDriftBaseline(ctx context.Context, tenant string, b NewDriftBaseline, opts ...CallOption) (*DriftBaseline, error) {
	out := &DriftBaseline{}
	return out, c.changeWith(ctx, in("drift", "baselines"), query{}.str("tenant", tenant), b, out, opts)
}

// EditDriftBaseline makes the next version of a baseline.
func (c *Client) EditDriftBaseline(ctx context.Context, tenant, id string, b DriftBaselineChange, opts ...CallOption) (*DriftBaseline, error) {
	out := &DriftBaseline{}
	return out, c.changeWith(ctx, in("drift", "baselines", id), query{}.str("tenant", tenant), b, out, opts)
}

// SwitchDriftBaseline has runs compared with a baseline, or not any more; its
// findings and history stay.
func (c *Client) SwitchDriftBaseline(ctx context.Context, tenant, id string, active, keepLastRun bool, note string, opts ...CallOption) (*DriftBaseline, error) {
	verb := "deactivate"
	if active {
		verb = "activate"
	}
	body := struct {
		KeepLastRun bool   `json:"keep_last_run,omitzero"`
		Note        string `json:"note,omitempty"`
	}{keepLastRun, note}
	out := &DriftBaseline{}
	return out, c.changeWith(ctx, in("drift", "baselines", id, verb), query{}.str("tenant", tenant), body, out, opts)
}

// DriftGroups lists groups of equal changes, those in most tenants first. Of the
// filter States, Severity, Type and Group count. The filter's tenant may be AllTenants.
func (c *Client) DriftGroups(ctx context.Context, f DriftFilter, p Page) iter.Seq2[DriftGroup, error] {
	return all[DriftGroup](ctx, c, in("drift", "groups"), f.groupQuery(), p)
}

func (f *DriftFilter) groupQuery() query {
	q := query{}.str("tenant", f.Tenant).str("type", f.Type).str("key", f.Group)
	if len(f.States) > 0 {
		q["state"] = f.States
	}
	if len(f.Severity) > 0 {
		q["severity"] = f.Severity
	}
	return q
}

// DriftGroup says in which tenants a group's change is.
func (c *Client) DriftGroup(ctx context.Context, tenant, key string) (*DriftGroupDetail, error) {
	out := &DriftGroupDetail{}
	return out, c.get(ctx, in("drift", "groups", key), query{}.str("tenant", tenant), out)
}

// TriageDriftGroup decides on a group of equal changes in many tenants.
func (c *Client) TriageDriftGroup(ctx context.Context, key string, t DriftGroupTriage, opts ...CallOption) (*DriftGroupTriaged, error) {
	out := &DriftGroupTriaged{}
	return out, c.changeWith(ctx, in("drift", "groups", key, "triage"), query{}, t, out, opts)
}

// CompareDrift says how two tenants, sources or snapshots differ. Nothing is
// stored.
func (c *Client) CompareDrift(ctx context.Context, q DriftCompare) (*DriftCompared, error) {
	out := &DriftCompared{}
	// Nothing is changed, so repeating is safe.
	return out, c.post(ctx, in("drift", "compare"), q, out, func(rq *request) { rq.once = false })
}

// DriftSeverity reads the rules in force.
func (c *Client) DriftSeverity(ctx context.Context, tenant string) (*DriftSeverityRules, error) {
	out := &DriftSeverityRules{}
	return out, c.get(ctx, in("drift", "severity"), query{}.str("tenant", tenant), out)
}

// SetDriftSeverity makes a new version of the rules; text is YAML. seen is the
// version that was read, nil for whatever is in force.
func (c *Client) SetDriftSeverity(ctx context.Context, tenant, text string, seen *int64, opts ...CallOption) (*DriftSeverityRules, error) {
	out := &DriftSeverityRules{}
	body := struct {
		Text    string `json:"text"`
		Version *int64 `json:"version,omitzero"`
	}{text, seen}
	return out, c.changeWith(ctx, in("drift", "severity"), query{}.str("tenant", tenant), body, out, opts)
}

// changeWith is post with a query.
func (c *Client) changeWith(ctx context.Context, path string, q query, body, out any, opts []CallOption) error {
	text, err := json.Marshal(body, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("encode request: %w", err)
	}
	rq := &request{method: http.MethodPost, path: path, query: url.Values(q), body: text, once: true}
	for _, o := range opts {
		o(rq)
	}
	rep, err := c.do(ctx, rq)
	if err != nil {
		return err
	}
	return decode(rep.body, out)
}
