package frostgate

import (
	"context"
	"iter"
	"time"
)

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
// for the exceptions. An exception that fits nothing of the group refuses it all.
type DriftGroupTriage struct {
	Tenants       []string  `json:"tenants,omitempty"` // empty: all in which the key may
	ExceptTenants []string  `json:"except_tenants,omitempty"`
	Except        []string  `json:"except,omitempty"` // findings, by their whole IDs
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
	// Objects are what was decided about: the first 100.
	Objects []DriftGroupObject `json:"objects"`
	// Code and Error say why not all was changed here.
	Code  string `json:"code,omitempty"`
	Error string `json:"error,omitempty"`
}

// DriftGroupObject is an object whose finding was decided on.
type DriftGroupObject struct {
	Finding  string `json:"finding"`
	ObjectID string `json:"object_id"`
	Name     string `json:"name,omitempty"`
	Was      string `json:"was"` // its state before
	State    string `json:"state"`
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
	From        DriftSide `json:"from"` // with the snapshot that was compared
	To          DriftSide `json:"to"`
	Added       int       `json:"added"`
	Removed     int       `json:"removed"`
	Changed     int       `json:"changed"`
	Metadata    int       `json:"metadata"`
	Unknown     int       `json:"unknown"`
	Quarantined int       `json:"quarantined"`
	Duplicates  int       `json:"duplicates"`
	Unchanged   int       `json:"unchanged"`
	// Secrets are values hashed under different keys: nobody can say whether they
	// differ.
	Secrets   int              `json:"secrets_not_compared"`
	Items     []DriftChange    `json:"items"` // the first 10,000
	Unknowns  []DriftUnknown   `json:"unknown_items"`
	Ambiguous []DriftAmbiguous `json:"ambiguous"` // names that several objects have
	More      bool             `json:"more"`      // than are listed
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

// DriftGroups lists groups of equal changes: what came back first, then by severity,
// then those in most tenants. Of the filter States, Severity, Type and Group count. The filter's tenant may be AllTenants.
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
