package frostgate

import (
	"context"
	"time"
)

// The verdicts of feedback.
const (
	TruePositive  = "true_positive"
	FalsePositive = "false_positive"
)

// Feedback is a person's verdict on a decision.
type Feedback struct {
	Verdict string `json:"verdict"`
	// Rule is one rule that fired, or "anomaly" for the anomaly score; empty: the
	// decision as a whole.
	Rule    string `json:"rule,omitempty"`
	Comment string `json:"comment,omitempty"`
}

// FeedbackGiven is recorded feedback.
type FeedbackGiven struct {
	DecisionID string    `json:"decision_id"`
	Verdict    string    `json:"verdict"`
	Rule       string    `json:"rule,omitempty"`
	Rules      []string  `json:"rules"` // that it counts for
	Entry      uint64    `json:"entry"` // of the tenant's log
	At         time.Time `json:"at"`
	By         string    `json:"by"`
	Replayed   bool      `json:"replayed"`
	Retrained  bool      `json:"retrained"` // the anomaly model has a new version
	Model      string    `json:"model"`
}

// GiveFeedback says whether a decision was right. The same again changes
// nothing.
func (c *Client) GiveFeedback(ctx context.Context, decisionID string, f Feedback, opts ...CallOption) (*FeedbackGiven, error) {
	out := &FeedbackGiven{}
	return out, c.post(ctx, in("decisions", decisionID, "feedback"), f, out, opts...)
}

// AnomalyModel is what the anomaly score has learned in one ring.
type AnomalyModel struct {
	Ring        string           `json:"ring"`
	Model       string           `json:"model"`
	Version     int64            `json:"version"`
	Digest      string           `json:"digest"`
	Entry       *int64           `json:"entry,omitempty"`
	At          time.Time        `json:"at,omitzero"`
	StateDigest string           `json:"state_digest"`
	Events      uint64           `json:"events"`
	Aged        uint64           `json:"aged"`
	Bytes       int              `json:"bytes"`
	Learning    bool             `json:"learning"`
	Features    []AnomalyWeights `json:"features"`
}

// AnomalyWeights is one feature of a model.
type AnomalyWeights struct {
	Name     string  `json:"name"`
	Title    string  `json:"title"`
	Weight   float64 `json:"weight"`
	Entities uint64  `json:"entities"`
	History  uint64  `json:"history"`
	Learning bool    `json:"learning"`
}

// AnomalyModels reads the models of the rings that the key may read.
func (c *Client) AnomalyModels(ctx context.Context) ([]AnomalyModel, error) {
	var out struct {
		Models []AnomalyModel `json:"models"`
	}
	err := c.get(ctx, in("anomaly", "model"), nil, &out)
	return out.Models, err
}
