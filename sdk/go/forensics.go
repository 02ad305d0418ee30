package frostgate

import (
	"context"
	"iter"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Snapshot reads everything that one event's decision rests on: event, facts,
// decision and receipt.
func (c *Client) Snapshot(ctx context.Context, eventID string) (jsontext.Value, error) {
	return c.document(ctx, in("forensics", "snapshot", eventID))
}

// ChainVerdict is the outcome of recomputing a log.
type ChainVerdict struct {
	Log            string `json:"log"`
	Size           uint64 `json:"size"`
	Root           string `json:"root"`
	RecomputedRoot string `json:"recomputed_root"`
	Valid          bool   `json:"valid"`
	FirstBad       *int64 `json:"first_bad,omitempty"`
	Problem        string `json:"problem,omitempty"`
	// Decision rows held against their entries; RowsNext is where to go on.
	RowsChecked int64   `json:"rows_checked"`
	RowsNext    *int64  `json:"rows_next,omitempty"`
	BadRow      *BadRow `json:"bad_row,omitempty"`
}

// BadRow is a decision row that is not what its entry proves.
type BadRow struct {
	Index   int64     `json:"index"`
	Columns []BadCell `json:"columns"`
}

// BadCell is one column of it.
type BadCell struct {
	Column string `json:"column"`
	Stored string `json:"stored"`
	Proven string `json:"proven"`
}

// VerifyChain has the server recompute the tenant's log from its entries, and
// hold all decision rows against them.
func (c *Client) VerifyChain(ctx context.Context) (*ChainVerdict, error) {
	var checked int64
	for from := int64(0); ; {
		out := &ChainVerdict{}
		if err := c.get(ctx, in("forensics", "chain", "verify"), query{}.str("rows_from", strconv.FormatInt(from, 10)), out); err != nil {
			return nil, err
		}
		out.RowsChecked += checked
		if !out.Valid || out.RowsNext == nil || *out.RowsNext <= from {
			return out, nil
		}
		checked, from = out.RowsChecked, *out.RowsNext
	}
}

// ReplayRequest names what to decide again: one event, one decision, or all that
// was received in a span of time.
type ReplayRequest struct {
	EventID, DecisionID string
	From, To            time.Time
	// Ruleset is the hash of another ruleset to ask; empty: each decision's own.
	Ruleset string
}

// Replay is the outcome of deciding one recorded event again.
type Replay struct {
	DecisionID      string      `json:"decision_id"`
	EventID         string      `json:"event_id,omitempty"`
	ReceivedAt      time.Time   `json:"received_at"`
	Outcome         string      `json:"outcome"` // same, different, unavailable
	Same            bool        `json:"same"`
	RecordedRuleset string      `json:"recorded_ruleset"`
	Ruleset         string      `json:"ruleset,omitempty"`
	OtherRuleset    bool        `json:"other_ruleset"`
	RecordedHash    string      `json:"recorded_hash,omitempty"`
	ReplayedHash    string      `json:"replayed_hash,omitempty"`
	Fields          []FieldDiff `json:"fields"`
	Reason          string      `json:"reason,omitempty"` // why it is unavailable
	Problem         string      `json:"problem,omitempty"`
}

// FieldDiff is one place at which two outcomes differ; what is not there is nil.
type FieldDiff struct {
	Path     string         `json:"path"`
	Recorded jsontext.Value `json:"recorded,omitzero"`
	Replayed jsontext.Value `json:"replayed,omitzero"`
}

// Replay decides recorded events again, in the order in which they were
// received; size is how many are fetched at a time, 0 the server's default.
func (c *Client) Replay(ctx context.Context, r ReplayRequest, size int) iter.Seq2[Replay, error] {
	type body struct {
		EventID    string    `json:"event_id,omitempty"`
		DecisionID string    `json:"decision_id,omitempty"`
		From       time.Time `json:"from,omitzero"`
		To         time.Time `json:"to,omitzero"`
		Ruleset    string    `json:"ruleset,omitempty"`
		Limit      int       `json:"limit,omitzero"`
		Cursor     string    `json:"cursor,omitempty"`
	}
	b := body{EventID: r.EventID, DecisionID: r.DecisionID, From: r.From, To: r.To, Ruleset: r.Ruleset}
	if !r.From.IsZero() || !r.To.IsZero() {
		b.Limit = size
	}
	return func(yield func(Replay, error) bool) {
		for {
			var got page[Replay]
			if err := c.post(ctx, in("forensics", "replay"), b, &got); err != nil {
				yield(Replay{}, err)
				return
			}
			for _, it := range got.Items {
				if !yield(it, nil) {
					return
				}
			}
			if got.NextCursor == "" || got.NextCursor == b.Cursor {
				return
			}
			b.Cursor = got.NextCursor
		}
	}
}

// AuditTrail is what happened around one event.
type AuditTrail struct {
	EventID        string      `json:"event_id"`
	DecisionID     string      `json:"decision_id"`
	Classification string      `json:"classification"`
	Items          []TrailItem `json:"items"`
	Hidden         int         `json:"hidden"` // what the key may not read
}

// TrailItem is one thing that happened.
type TrailItem struct {
	At     time.Time         `json:"time,omitzero"` // zero: not recorded
	Kind   string            `json:"kind"`
	Actor  string            `json:"actor,omitempty"`
	Ref    string            `json:"ref,omitempty"`
	Index  *int64            `json:"index,omitempty"` // the log entry that proves it
	Detail map[string]string `json:"detail,omitempty"`
}

// Trail reads everything that happened around one event, in the order of time.
func (c *Client) Trail(ctx context.Context, eventID string) (*AuditTrail, error) {
	out := &AuditTrail{}
	return out, c.get(ctx, in("forensics", "audit_trail", eventID), nil, out)
}
