package httpapi

import (
	"context"
	"errors"

	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
)

// waitingFor is what a decision waits with: what happened, and what would be done.
type waitingFor struct {
	Source      string             `json:"source"`
	EventType   string             `json:"event_type"`
	EventTime   Time               `json:"event_time" doc:"When it happened; long before the decision where old events are read in."`
	ThreatLevel domain.ThreatLevel `json:"threat_level"`
	Score       int                `json:"score" doc:"Points of the matched rules."`
	Persona     string             `json:"persona"`
	Ring        string             `json:"classification"`
	Mission     string             `json:"mission_id,omitempty"`
	Titles      []string           `json:"titles" doc:"What the rules that fired are called."`
	Mitigations []waitingAction    `json:"mitigations" doc:"What an approval would be for."`
}

type waitingAction struct {
	Action     string        `json:"action"`
	TargetKind string        `json:"target_kind"`
	Target     string        `json:"target"`
	TTL        int64         `json:"ttl" doc:"Seconds."`
	Gating     domain.Gating `json:"gating"`
}

// waits tells of an approval what it is for; nil where the key may not read the
// ring, or the decision's payload is gone.
func (s *Server) waits(ctx context.Context, c *Call, decisionID string, may func(domain.Ring) bool, set *detect.Set) (*waitingFor, error) {
	_, index, err := decision.ParseDecisionID(decisionID)
	if err != nil {
		return nil, err
	}
	res, err := s.deps.Decide.Get(ctx, c.Tenant(), index)
	if err != nil {
		return nil, err
	}
	if !may(res.Event.Ring) {
		return nil, nil //nolint:nilnil // withheld: the list shows what waits without it
	}
	out := &waitingFor{
		Source: res.Event.Source, EventType: res.Event.Type, EventTime: Time(res.Event.Time), ThreatLevel: res.Outcome.Level, Score: res.Outcome.Score, Persona: string(res.Event.Persona),
		Ring: string(res.Event.Ring), Mission: string(res.Event.Mission), Titles: []string{},
	}
	if set != nil {
		for _, id := range res.Outcome.Rules {
			if t := set.Title(id); t != "" && !set.Quiet(id) {
				out.Titles = append(out.Titles, t)
			}
		}
	}
	out.Mitigations = actionsOf(res.Outcome.Mitigations)
	return out, nil
}

func actionsOf(of []domain.Mitigation) []waitingAction {
	out := make([]waitingAction, len(of))
	for i := range of {
		m := &of[i]
		out[i] = waitingAction{m.Action, m.TargetKind, m.Target, m.TTLSeconds, m.Gating}
	}
	return out
}

// tellWhatWaits fills in what each approval is for.
func (s *Server) tellWhatWaits(ctx context.Context, c *Call, items []approval) error {
	may, err := s.mayOpen(c)
	if err != nil {
		return err
	}
	set := s.titles(ctx, c.Tenant())
	for i := range items {
		if items[i].For, err = s.waits(ctx, c, items[i].Decision, may, set); err != nil {
			if ctx.Err() != nil {
				return errors.Join(ctx.Err(), err)
			}
			s.deps.Log.WarnContext(ctx, "what an approval is for could not be read", "decision", items[i].Decision, "error", err)
		}
	}
	return nil
}
