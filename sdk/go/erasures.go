package frostgate

import (
	"context"
	"iter"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/receipt"
)

// Subject names a person or thing that events speak of.
type Subject struct {
	Kind  string `json:"kind"` // ip, user, host
	Value string `json:"value"`
}

// ErasureCopy tells of clear copies beside the log.
type ErasureCopy struct {
	What string `json:"what"`
	Rows int64  `json:"rows"`
	Kept string `json:"kept,omitempty"` // why; empty: the value was removed
}

// ErasureCertificate certifies an erasure.
type ErasureCertificate struct {
	ID          string           `json:"id,omitempty"`
	DryRun      bool             `json:"dry_run,omitempty"`
	Log         string           `json:"log"`
	At          time.Time        `json:"at,omitzero"`
	RequestedBy string           `json:"requested_by,omitempty"`
	Reason      string           `json:"reason"`
	SubjectKind string           `json:"subject_kind"`
	Subject     string           `json:"subject"` // HMAC, hex
	Payloads    uint64           `json:"payloads"`
	AlreadyGone uint64           `json:"already_gone"`
	Indexes     [][]uint64       `json:"indexes"`
	Complete    bool             `json:"complete"`
	Copies      []ErasureCopy    `json:"copies"`
	Backups     string           `json:"backups"`
	Warning     string           `json:"warning,omitempty"`
	Receipt     *receipt.Receipt `json:"receipt,omitempty"`
	// Raw is the certificate as the server sent it: what to keep.
	Raw jsontext.Value `json:"-"`
}

// Erase destroys the payload of every decision that speaks of a subject; a dry
// run only says what it would do. The reason must not name the subject.
func (c *Client) Erase(ctx context.Context, s Subject, reason string, dryRun bool, opts ...CallOption) (*ErasureCertificate, error) {
	in := struct {
		Subject Subject `json:"subject"`
		Reason  string  `json:"reason"`
		DryRun  bool    `json:"dry_run,omitzero"`
	}{s, reason, dryRun}
	var raw jsontext.Value
	if err := c.post(ctx, erasuresPath(), in, &raw, opts...); err != nil {
		return nil, err
	}
	return certificateFrom(raw)
}

func erasuresPath(parts ...string) string {
	return in(append([]string{"evidence", "erasures"}, parts...)...)
}

func certificateFrom(raw jsontext.Value) (*ErasureCertificate, error) {
	out := &ErasureCertificate{Raw: raw}
	return out, decode(raw, out)
}

// Erasure reads the certificate of an erasure.
func (c *Client) Erasure(ctx context.Context, id string) (*ErasureCertificate, error) {
	raw, err := c.document(ctx, erasuresPath(id))
	if err != nil {
		return nil, err
	}
	return certificateFrom(raw)
}

// ErasureItem is one line of the list of erasures.
type ErasureItem struct {
	ID        string    `json:"id"`
	At        time.Time `json:"at"`
	Artifacts int64     `json:"artifacts"`
}

// Erasures lists the tenant's erasures, the newest first.
func (c *Client) Erasures(ctx context.Context, p Page) iter.Seq2[ErasureItem, error] {
	return all[ErasureItem](ctx, c, erasuresPath(), query{}, p)
}

// Rekeyed says what rekeying did.
type Rekeyed struct {
	ID       string `json:"id"`
	Version  int64  `json:"version"`
	Payloads uint64 `json:"payloads"`
	Warning  string `json:"warning,omitempty"`
}

// Rekey gives the tenant new payload keys and destroys the old ones.
func (c *Client) Rekey(ctx context.Context, opts ...CallOption) (*Rekeyed, error) {
	out := &Rekeyed{}
	return out, c.post(ctx, in("evidence", "rekey"), struct{}{}, out, opts...)
}

// Pruned counts what the tenant's retention ended, or would end.
type Pruned struct {
	RetentionDays      int64  `json:"retention_days"`
	AuditRetentionDays int64  `json:"audit_retention_days"`
	Payloads           uint64 `json:"payloads"`
	Held               uint64 `json:"held"`
	AuditEntries       uint64 `json:"audit_entries"`
	DryRun             bool   `json:"dry_run,omitempty"`
}

// Prune deletes what the tenant's retention has outlived; a dry run counts it.
func (c *Client) Prune(ctx context.Context, dryRun bool, opts ...CallOption) (*Pruned, error) {
	out := &Pruned{}
	return out, c.post(ctx, in("evidence", "prune"), map[string]bool{"dry_run": dryRun}, out, opts...)
}
