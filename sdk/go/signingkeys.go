package frostgate

import (
	"context"
	"iter"
	"time"
)

// SigningKey is a key of the evidence logs, with what the root log says of it.
// Indexes are of root log entries.
type SigningKey struct {
	ID          string    `json:"id"`
	VerifierKey string    `json:"vkey"`
	State       string    `json:"state"` // active, retiring, retired, revoked
	Since       time.Time `json:"since,omitzero"`
	IssuedIndex *uint64   `json:"issued_index,omitempty"`
	IssuedAt    time.Time `json:"issued_at,omitzero"`
	EndedIndex  *uint64   `json:"ended_index,omitempty"`
	EndedAt     time.Time `json:"ended_at,omitzero"`
	Reason      string    `json:"reason,omitempty"`
}

// SigningKeys lists the keys of the evidence logs, the oldest first.
func (c *Client) SigningKeys(ctx context.Context) iter.Seq2[SigningKey, error] {
	return all[SigningKey](ctx, c, in("evidence", "signing-keys"), query{}, Page{})
}
