package decision

import (
	"context"
	"strings"

	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
)

// Item is one line of the feed. It is made from the clear row alone: a reader
// of the feed learns no personal data.
type Item struct {
	ID          domain.DecisionID
	Index       int64
	Time        domain.Micros
	EventTime   domain.Micros
	Severity    string // info, low, medium, high, critical
	Title       string
	Summary     string
	ActionTaken string // log_only, blocked, rate_limited, quarantined, pending_approval
	Confidence  domain.Milli
	Score       int
	Gating      domain.Gating
	PolicyAllow bool
	Changed     bool
	Source      string
	EventType   string
	Rules       []string
	Ring        domain.Ring
	Persona     domain.Persona
}

// FeedPage is a part of the feed and where the next one begins.
type FeedPage struct {
	Items []*Item
	// Next is the index to go on from, -1 when there is nothing more.
	Next int64
}

// Feed returns the newest items below an index (before negative: from the
// newest).
func (s *Service) Feed(ctx context.Context, tenant domain.TenantID, f Filter, before int64, limit int) (*FeedPage, error) {
	k, err := s.Keys.Keys(ctx, tenant)
	if err != nil {
		return nil, err
	}
	rows, err := s.List(ctx, tenant, f, before, limit)
	if err != nil {
		return nil, err
	}
	p := &FeedPage{Items: make([]*Item, len(rows)), Next: -1}
	for i, r := range rows {
		p.Items[i] = r.Item(k.LogID)
	}
	if len(rows) == limit && limit > 0 {
		p.Next = rows[len(rows)-1].Index
	}
	return p, nil
}

// FeedAfter returns items in log order from an index on.
func (s *Service) FeedAfter(ctx context.Context, tenant domain.TenantID, f Filter, from int64, limit int) ([]*Item, error) {
	k, err := s.Keys.Keys(ctx, tenant)
	if err != nil {
		return nil, err
	}
	rows, err := s.After(ctx, tenant, f, from, limit)
	if err != nil {
		return nil, err
	}
	items := make([]*Item, len(rows))
	for i, r := range rows {
		items[i] = r.Item(k.LogID)
	}
	return items, nil
}

// Item is the row as the feed shows it.
func (r *Row) Item(logID string) *Item {
	it := &Item{
		ID: DecisionID(logID, uint64(r.Index)), Index: r.Index, Time: r.ReceivedAt, EventTime: r.EventAt, Severity: severity(r.Level),
		ActionTaken: r.ActionTaken, Score: r.Score, Gating: r.Gating, PolicyAllow: r.PolicyAllow, Changed: r.Changed,
		Source: r.Source, EventType: r.EventType, Rules: r.Rules, Ring: r.Ring, Persona: r.Persona,
		// How sure the pipeline is of the verdict: its score as a share of the
		// critical mark.
		Confidence: domain.Milli(min(r.Score*1000/95, 1000)),
	}
	it.Title = r.EventType
	if r.Source != "" {
		it.Title += " from " + r.Source
	}
	it.Summary = it.summary(r.Rules)
	return it
}

func (it *Item) summary(names []string) string {
	verdict := "policy admits"
	if !it.PolicyAllow {
		verdict = "policy denies"
	}
	return strings.Join(names, ", ") + "; " + verdict + "; " + strings.ReplaceAll(it.ActionTaken, "_", " ")
}

// Call names the item after what fired, by the titles of a ruleset: people don't
// read IDs, which stay in Rules. Without a ruleset nothing changes.
func (it *Item) Call(set *detect.Set) {
	if set == nil {
		return
	}
	names, first := make([]string, len(it.Rules)), ""
	for i, id := range it.Rules {
		title := set.Title(id)
		names[i] = titleOr(title, id)
		if first == "" && !set.Quiet(id) {
			first = title
		}
	}
	it.Summary = it.summary(names)
	if first != "" {
		it.Title, it.Summary = first, it.Title+": "+it.Summary
	}
}
