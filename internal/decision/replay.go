package decision

import (
	"context"
	"crypto/sha256"
	"fmt"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/jsondoc"
)

// Replay evaluates a recorded decision again, from its recorded facts with its
// recorded ruleset, and says whether the bytes are the same.
func (s *Service) Replay(ctx context.Context, tenant domain.TenantID, index uint64) (same bool, recorded, again [sha256.Size]byte, err error) {
	r, err := s.Get(ctx, tenant, index)
	if err != nil {
		return false, recorded, again, err
	}
	rs, err := s.Rulesets.ByHash(ctx, tenant, r.Outcome.RulesetHash)
	if err != nil {
		return false, recorded, again, err
	}
	was := AppendOutcome(nil, Identity{r.Event.ID, tenant}, r.Outcome, &r.Facts)
	now, err := replayBytes(rs, r)
	if err != nil {
		return false, recorded, again, err
	}
	recorded, again = OutputHash(was), OutputHash(now)
	return recorded == again, recorded, again, nil
}

func replayBytes(rs *Ruleset, r *Result) ([]byte, error) {
	doc, err := jsondoc.Parse(r.Payload, jsondoc.Limits{})
	if err != nil {
		return nil, fmt.Errorf("recorded payload: %w", err)
	}
	req := Request{
		Source: r.Event.Source, Timestamp: r.Event.Timestamp, EventType: r.Event.Type, Persona: string(r.Event.Persona),
		Ring: string(r.Event.Ring), Mission: string(r.Event.Mission), SourceEventID: r.Event.SourceEventID, Payload: doc.Root(),
	}
	ev, _, err := normalise(&req, r.Tenant, Defaults{}, r.Event.ReceivedAt, nil)
	if err != nil {
		return nil, fmt.Errorf("recorded event: %w", err)
	}
	ev.ID = r.Event.ID
	out := Evaluate(rs, &r.Facts, &ev, req.Payload)
	return AppendOutcome(nil, Identity{ev.ID, r.Tenant}, &out, &r.Facts), nil
}
