package frostgate

import (
	"context"
	"iter"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// InventoryRun is one observation of one selection.
type InventoryRun struct {
	ID        string    `json:"id"`
	Seq       int64     `json:"seq"` // 1, 2, ... within the tenant
	Tenant    string    `json:"tenant_id"`
	Source    string    `json:"source"` // kind/name
	State     string    `json:"state"`  // open, closed, aborted
	Error     string    `json:"error,omitempty"`
	Scope     string    `json:"scope"`
	StartedAt time.Time `json:"started_at"`
	ClosedAt  time.Time `json:"closed_at,omitzero"`
	By        string    `json:"by,omitempty"`
	Snapshot  string    `json:"snapshot,omitempty"` // hash of its root; empty unless closed
	Entry     *int64    `json:"entry,omitzero"`     // of the tenant's log
	Objects   int       `json:"objects"`
	// Against the source's run before.
	New         int  `json:"new"`
	Changed     int  `json:"changed"`
	Missing     int  `json:"missing"`
	Unknown     int  `json:"unknown"`
	Quarantined int  `json:"quarantined"`
	Duplicates  int  `json:"duplicates"`
	Projected   bool `json:"projected"` // items show it
	Compared    bool `json:"compared"`  // drift has looked at it
}

// InventoryRunDetail is a run with what it covered and what drift found in it.
type InventoryRunDetail struct {
	InventoryRun
	Types      []string               `json:"types"` // asked for; empty: all
	Filters    map[string]string      `json:"filters,omitempty"`
	Coverage   []InventoryCoverage    `json:"coverage"`
	Quarantine []InventoryQuarantined `json:"quarantine"`           // the first 1,000
	Duplicate  []InventoryDuplicate   `json:"duplicate_identities"` // the first 1,000
	Drift      []DriftComparison      `json:"drift"`                // with each active baseline
}

// InventoryCoverage says how completely a type was read.
type InventoryCoverage struct {
	Source      string    `json:"source"`
	Type        string    `json:"type"`
	Label       string    `json:"label"`  // the type in plain words
	Status      string    `json:"status"` // complete, partial, failed, skipped
	Objects     int       `json:"objects"`
	Quarantined int       `json:"quarantined"`
	Duplicates  int       `json:"duplicates"`
	Error       string    `json:"error,omitempty"`
	Normaliser  string    `json:"normaliser"`
	Places      []string  `json:"places,omitempty"`
	Run         string    `json:"run"`
	At          time.Time `json:"at,omitzero"`
	// The last run in which the type was read to its end; in coverage only.
	CompleteRun string    `json:"complete_run,omitempty"`
	CompleteAt  time.Time `json:"complete_at,omitzero"`
}

// InventoryQuarantined is something that could not be read as an object.
type InventoryQuarantined struct {
	Place  string `json:"place"`
	Type   string `json:"type,omitempty"` // empty: it may be of any type
	Reason string `json:"reason"`
}

// InventoryDuplicate is an identity that more than one object claimed.
type InventoryDuplicate struct {
	Type   string   `json:"type"`
	ID     string   `json:"id"`
	Places []string `json:"places,omitempty"`
	Hashes []string `json:"hashes"` // of the claimants
}

// InventorySource is a source with its last closed run.
type InventorySource struct {
	Source string        `json:"source"`
	Tenant string        `json:"tenant_id"`
	Runs   int           `json:"runs"`
	Open   bool          `json:"open"`           // a run of it is open
	Last   *InventoryRun `json:"last,omitempty"` // nil: none was closed
}

// InventoryType is a type of objects that the server knows.
type InventoryType struct {
	Name       string `json:"name"`
	Label      string `json:"label"`
	Family     string `json:"family"` // graph, kubernetes, aws, json
	Normaliser string `json:"normaliser"`
	Assignable bool   `json:"assignable"` // its objects have no effect without assignments
}

// InventoryItem is the last observed state of one object.
type InventoryItem struct {
	Source    string    `json:"source"`
	Type      string    `json:"type"`
	Label     string    `json:"label"`
	ID        string    `json:"id"`
	Name      string    `json:"name,omitempty"`
	Template  string    `json:"template,omitempty"`
	Hash      string    `json:"hash"`
	State     string    `json:"state"` // present, missing, unknown
	FirstSeen string    `json:"first_seen"`
	FirstAt   time.Time `json:"first_at,omitzero"`
	ChangedIn string    `json:"changed_in"`
	ChangedAt time.Time `json:"changed_at,omitzero"`
	LastSeen  string    `json:"last_seen"`
	SeenAt    time.Time `json:"seen_at"`
}

// InventoryItemDetail is an item with its content and the runs that changed it.
type InventoryItemDetail struct {
	InventoryItem
	Tenant  string              `json:"tenant_id"`
	Content jsontext.Value      `json:"content,omitzero"` // normalised; secrets are keyed hashes
	Changes []InventoryItemPast `json:"changes"`          // the newest first
}

// InventoryItemPast is a run that saw an item change, with what it was before.
type InventoryItemPast struct {
	Run   string    `json:"run"`
	At    time.Time `json:"at,omitzero"`
	State string    `json:"state"`
	Hash  string    `json:"hash,omitempty"`
}

// InventorySnapshot is an immutable copy of an observation.
type InventorySnapshot struct {
	Root     string    `json:"root"` // hash of its root document
	Tenant   string    `json:"tenant_id"`
	Source   string    `json:"source"`
	Objects  int       `json:"objects"`
	Run      string    `json:"run,omitempty"` // the first that saw it
	Imported bool      `json:"imported"`
	At       time.Time `json:"at,omitzero"`
}

// InventorySnapshotDetail is a snapshot with what it covers.
type InventorySnapshotDetail struct {
	Root       string                 `json:"root"`
	Tenant     string                 `json:"tenant_id"`
	Source     string                 `json:"source"`
	Objects    int                    `json:"objects"`
	Types      []string               `json:"types"` // asked for; empty: all
	Filters    map[string]string      `json:"filters,omitempty"`
	Coverage   []InventoryCoverage    `json:"coverage"`
	Quarantine []InventoryQuarantined `json:"quarantine"`
	Duplicate  []InventoryDuplicate   `json:"duplicate_identities"`
	Folders    int                    `json:"folders"` // read to their end
	Chunks     int                    `json:"chunks"`
}

// InventoryRunQuery narrows a list of runs.
type InventoryRunQuery struct {
	Tenant, Source, State string
}

// InventoryItemQuery narrows a list of items; empty members don't.
type InventoryItemQuery struct {
	Tenant, Source, State, Text string
	Type                        string // its name, its label or a part of them that fits one
}

// InventoryKey names an object.
type InventoryKey struct {
	Tenant, Source, Type, ID string
}

func (k InventoryKey) query() query {
	return query{}.str("tenant", k.Tenant).str("source", k.Source).str("type", k.Type).str("id", k.ID)
}

// InventoryRuns lists runs, the newest first.
func (c *Client) InventoryRuns(ctx context.Context, q InventoryRunQuery, p Page) iter.Seq2[InventoryRun, error] {
	return all[InventoryRun](ctx, c, in("inventory", "runs"), query{}.str("tenant", q.Tenant).str("source", q.Source).str("state", q.State), p)
}

// InventoryRun reads one run.
func (c *Client) InventoryRun(ctx context.Context, tenant, id string) (*InventoryRunDetail, error) {
	out := &InventoryRunDetail{}
	return out, c.get(ctx, in("inventory", "runs", id), query{}.str("tenant", tenant), out)
}

// InventorySources lists the sources with their last closed runs.
func (c *Client) InventorySources(ctx context.Context, tenant string) iter.Seq2[InventorySource, error] {
	return all[InventorySource](ctx, c, in("inventory", "sources"), query{}.str("tenant", tenant), Page{})
}

// InventoryTypes lists the types that the server knows.
func (c *Client) InventoryTypes(ctx context.Context) iter.Seq2[InventoryType, error] {
	return all[InventoryType](ctx, c, in("inventory", "types"), query{}, Page{})
}

// InventoryItems lists what was last observed.
func (c *Client) InventoryItems(ctx context.Context, q InventoryItemQuery, p Page) iter.Seq2[InventoryItem, error] {
	return all[InventoryItem](ctx, c, in("inventory", "items"), query{}.str("tenant", q.Tenant).str("source", q.Source).str("type", q.Type).
		str("state", q.State).str("q", q.Text), p)
}

// InventoryItem reads one object. Of the key, Source and Type may be left out
// where the ID fits one object.
func (c *Client) InventoryItem(ctx context.Context, k InventoryKey) (*InventoryItemDetail, error) {
	out := &InventoryItemDetail{}
	return out, c.get(ctx, in("inventory", "item"), k.query(), out)
}

// InventoryCoverage lists how completely each type was read by the last run of
// its source.
func (c *Client) InventoryCoverage(ctx context.Context, tenant, source string) iter.Seq2[InventoryCoverage, error] {
	return all[InventoryCoverage](ctx, c, in("inventory", "coverage"), query{}.str("tenant", tenant).str("source", source), Page{})
}

// InventorySnapshots lists snapshots, the newest first.
func (c *Client) InventorySnapshots(ctx context.Context, tenant, source string, p Page) iter.Seq2[InventorySnapshot, error] {
	return all[InventorySnapshot](ctx, c, in("inventory", "snapshots"), query{}.str("tenant", tenant).str("source", source), p)
}

// InventorySnapshot reads one snapshot.
func (c *Client) InventorySnapshot(ctx context.Context, tenant, root string) (*InventorySnapshotDetail, error) {
	out := &InventorySnapshotDetail{}
	return out, c.get(ctx, in("inventory", "snapshots", root), query{}.str("tenant", tenant), out)
}
