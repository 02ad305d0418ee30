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
	// Effect is what making or switching it did.
	Effect *DriftBaselineEffect `json:"effect,omitempty"`
}

// DriftBaselineEffect is what making or switching a baseline did to what waits.
type DriftBaselineEffect struct {
	LastRun  string `json:"last_run,omitempty"` // on or off, where the source's automatic baseline was switched
	SetAside int    `json:"set_aside"`          // findings of the automatic baseline that waited and do no longer
	Waiting  int    `json:"waiting"`            // findings of this baseline that wait now
}

// DriftBaselineDetail is a baseline with its versions, the newest first.
type DriftBaselineDetail struct {
	DriftBaseline
	Versions []DriftBaseline `json:"versions"`
}

// DriftGolden names the tenant whose last run is expected.
type DriftGolden struct {
	Tenant string `json:"tenant_id"`
	Name   string `json:"tenant_name,omitempty"` // in answers: what people call the tenant
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
