package frostgate

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// DriftBaseline is what is expected of a source.
type DriftBaseline struct {
	ID        string         `json:"id"`
	Version   int64          `json:"version"`
	Tenant    string         `json:"tenant_id"`
	Name      string         `json:"name"`
	Kind      string         `json:"kind"` // last_run, snapshot, golden, template
	Source    string         `json:"source"`
	Active    bool           `json:"active"`
	Snapshot  string         `json:"snapshot,omitempty"`
	Golden    *DriftGolden   `json:"golden,omitempty"`
	Template  jsontext.Value `json:"template,omitzero"`
	Reason    string         `json:"reason,omitempty"`
	CreatedBy string         `json:"created_by,omitempty"`
	CreatedAt time.Time      `json:"created_at"`
	Entry     *int64         `json:"entry,omitzero"`
	// History are the versions, the newest first; of one baseline only.
	History []DriftBaselineVersion `json:"history,omitempty"`
}

// DriftGolden names the tenant whose state is expected.
type DriftGolden struct {
	Tenant string `json:"tenant_id"`
	Source string `json:"source"`
}

// DriftBaselineVersion is one version of a baseline.
type DriftBaselineVersion struct {
	Version   int64     `json:"version"`
	Reason    string    `json:"reason,omitempty"`
	CreatedBy string    `json:"created_by,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	Active    bool      `json:"active"`
}

// NewDriftBaseline is a baseline to make, or the next version of one: then Kind
// and Source stay and are left out.
type NewDriftBaseline struct {
	Name     string         `json:"name,omitempty"`
	Kind     string         `json:"kind,omitempty"`
	Source   string         `json:"source,omitempty"`
	Snapshot string         `json:"snapshot,omitempty"`
	Golden   *DriftGolden   `json:"golden,omitempty"`
	Template jsontext.Value `json:"template,omitzero"`
	Reason   string         `json:"reason,omitempty"`
	// KeepLastRun goes on comparing with the last run too.
	KeepLastRun bool `json:"keep_last_run,omitzero"`
}

// DriftGroup is the same change in many places: one card, one triage.
type DriftGroup struct {
	Key       string    `json:"key"`
	Type      string    `json:"type"`
	Label     string    `json:"label"`
	Path      string    `json:"path"` // its pattern, in plain form
	From      string    `json:"from,omitempty"`
	To        string    `json:"to,omitempty"`
	Kind      string    `json:"kind"`
	Severity  string    `json:"severity"`
	Findings  int       `json:"findings"`
	Waiting   int       `json:"waiting"`
	Objects   int       `json:"objects"`
	Tenants   int       `json:"tenants"`
	TenantIDs []string  `json:"tenant_ids"` // the first 1,000
	FirstSeen time.Time `json:"first_seen"`
	LastSeen  time.Time `json:"last_seen"`
}

// DriftGroupTriage decides on a group: on all its findings in the tenants, but
// for Except.
type DriftGroupTriage struct {
	Tenants  []string  `json:"tenants,omitempty"` // empty: all in which the key may
	Except   []string  `json:"except,omitempty"`  // findings
	Action   string    `json:"action"`
	Until    time.Time `json:"until,omitzero"`
	Note     string    `json:"note,omitempty"`
	Approver string    `json:"approver,omitempty"`
	Assignee *string   `json:"assignee,omitzero"`
}

// DriftGroupTriaged is what became of a group's triage in each tenant.
type DriftGroupTriaged struct {
	Count   int                  `json:"count"`
	Tenants []DriftTenantTriaged `json:"tenants"`
}

// DriftTenantTriaged is what became of a group's triage in one tenant.
type DriftTenantTriaged struct {
	Tenant string `json:"tenant_id"`
	Count  int    `json:"count"`
	Error  string `json:"error,omitempty"` // nothing was changed here, and why
}

// DriftSide is one side of a comparison: a tenant's last run of a source, or a
// snapshot.
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
	// Match is how objects are matched: id, or name (type, name and template) as
	// between tenants.
	Match string `json:"match,omitempty"`
}

// DriftCompared is how two sides differ.
type DriftCompared struct {
	From        DriftSide        `json:"from"`
	To          DriftSide        `json:"to"`
	Added       int              `json:"added"`
	Removed     int              `json:"removed"`
	Changed     int              `json:"changed"`
	Metadata    int              `json:"metadata"`
	Unknown     int              `json:"unknown"`
	Quarantined int              `json:"quarantined"`
	Duplicates  int              `json:"duplicates"`
	Unchanged   int              `json:"unchanged"`
	Items       []DriftChange    `json:"items"`         // the first 10,000
	Unknowns    []DriftUnknown   `json:"unknown_items"` // the first 1,000
	Ambiguous   []DriftAmbiguous `json:"ambiguous"`     // names that fit several objects
	Truncated   bool             `json:"truncated"`
}

// DriftChange is one difference of a comparison.
type DriftChange struct {
	Kind      string    `json:"kind"`
	Severity  string    `json:"severity"`
	Type      string    `json:"type"`
	Label     string    `json:"label"`
	ObjectID  string    `json:"object_id"`
	Name      string    `json:"name,omitempty"`
	Path      string    `json:"path,omitempty"`
	KeyedPath string    `json:"keyed_path,omitempty"`
	From      string    `json:"from,omitempty"`
	To        string    `json:"to,omitempty"`
	Ops       []DriftOp `json:"ops"`
}

// DriftUnknown is an object whose presence or absence can't be told.
type DriftUnknown struct {
	Type     string `json:"type"`
	ObjectID string `json:"object_id"`
	Reason   string `json:"reason"`
}

// DriftAmbiguous is a name that fits several objects, so that none was matched.
type DriftAmbiguous struct {
	Type string `json:"type"`
	Name string `json:"name"`
}

// DriftSeverityRules say how grave which change is.
type DriftSeverityRules struct {
	Version   int64     `json:"version"` // 0: the built-in ones
	Hash      string    `json:"hash"`
	Text      string    `json:"text"` // YAML
	CreatedBy string    `json:"created_by,omitempty"`
	CreatedAt time.Time `json:"created_at,omitzero"`
	Entry     *int64    `json:"entry,omitzero"`
}

// DriftBaselines lists baselines; inactive ones too where asked.
func (c *Client) DriftBaselines(ctx context.Context, tenant, source string, inactive bool) iter.Seq2[DriftBaseline, error] {
	return all[DriftBaseline](ctx, c, in("drift", "baselines"), query{}.str("tenant", tenant).str("source", source).flag("inactive", inactive), Page{})
}

// DriftBaseline reads one baseline with its history.
func (c *Client) DriftBaseline(ctx context.Context, tenant, id string) (*DriftBaseline, error) {
	out := &DriftBaseline{}
	return out, c.get(ctx, in("drift", "baselines", id), query{}.str("tenant", tenant), out)
}

// CreateDriftBaseline makes a baseline.
func (c *Client) CreateDriftBaseline(ctx context.Context, tenant string, b NewDriftBaseline, opts ...CallOption) (*DriftBaseline, error) {
	out := &DriftBaseline{}
	return out, c.changeWith(ctx, in("drift", "baselines"), query{}.str("tenant", tenant), b, out, opts)
}

// EditDriftBaseline makes the next version of a baseline.
func (c *Client) EditDriftBaseline(ctx context.Context, tenant, id string, b NewDriftBaseline, opts ...CallOption) (*DriftBaseline, error) {
	out := &DriftBaseline{}
	return out, c.changeWith(ctx, in("drift", "baselines", id), query{}.str("tenant", tenant), b, out, opts)
}

// DeactivateDriftBaseline ends a baseline; its findings and history stay.
func (c *Client) DeactivateDriftBaseline(ctx context.Context, tenant, id, reason string) error {
	rq := &request{method: http.MethodDelete, path: in("drift", "baselines", id), query: url.Values(query{}.str("tenant", tenant).str("reason", reason)), once: true}
	_, err := c.do(ctx, rq)
	return err
}

// DriftGroups lists groups of equal changes, the ones with most waiting findings
// first. The filter's tenant may be AllTenants.
func (c *Client) DriftGroups(ctx context.Context, f DriftFilter, p Page) iter.Seq2[DriftGroup, error] {
	return all[DriftGroup](ctx, c, in("drift", "groups"), f.query(), p)
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

// SetDriftSeverity makes a new version of the rules; text is YAML.
func (c *Client) SetDriftSeverity(ctx context.Context, tenant, text, reason string, opts ...CallOption) (*DriftSeverityRules, error) {
	out := &DriftSeverityRules{}
	body := map[string]string{"text": text}
	if reason != "" {
		body["reason"] = reason
	}
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
