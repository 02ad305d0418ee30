package httpapi

import (
	"cmp"
	"context"

	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
)

// scenarioRow is a scenario: a condition over one event and what was counted before.
type scenarioRow struct {
	ID          string               `json:"id"`
	Title       string               `json:"title"`
	Points      int                  `json:"points"`
	Types       []string             `json:"event_types" doc:"That can fire it; empty: all."`
	Techniques  []string             `json:"techniques" doc:"ATT&CK."`
	When        string               `json:"when" doc:"CEL over the event and the windows."`
	Windows     []scenarioWindow     `json:"windows" doc:"What it counts over time; empty: it looks at one event."`
	Mitigations []scenarioMitigation `json:"mitigations"`
	Decisions   int64                `json:"decisions" doc:"Recorded decisions of the window in which it fired."`
	Last        Time                 `json:"last_hit,omitzero"`
}

type scenarioWindow struct {
	Name       string         `json:"name"`
	Kind       string         `json:"kind" doc:"count, sliding, leaky, distinct, ratio, sequence, all_of, first_seen, sum, average, median, percentile."`
	Types      []string       `json:"event_types"`
	When       string         `json:"when,omitempty" doc:"Which events count, in CEL; absent: all."`
	Detections []string       `json:"detections" doc:"One of these must match."`
	Key        []string       `json:"key" doc:"What is counted apart: each value of it has a count of its own."`
	Of         string         `json:"of,omitempty" doc:"Of which different values are counted."`
	Span       string         `json:"span"`
	Needs      string         `json:"needs,omitempty" doc:"The number at which the scenario fires, for example >= 10; of a ratio in thousandths, of sequence and all_of in steps."`
	Steps      []scenarioStep `json:"steps" doc:"Of a sequence, in their order, and of all_of, in any."`
	Limit      int            `json:"limit,omitempty" doc:"Where the number stops; of a leaky window: what runs off within the span."`
	Hit        string         `json:"hit,omitempty" doc:"Of a ratio: which of the events are hits, in CEL."`
	Least      int            `json:"least_events,omitempty" doc:"Of a ratio: with fewer events it is 0."`
	Learn      string         `json:"learn,omitempty" doc:"Of first_seen: how long the key must be known."`
	Percent    int            `json:"percent,omitempty" doc:"Of a percentile; 50 is the median."`
}

type scenarioStep struct {
	When       string   `json:"when,omitempty"`
	Detections []string `json:"detections"`
	Count      int      `json:"count"`
}

type scenarioMitigation struct {
	Action string   `json:"action"`
	Target string   `json:"target" doc:"Field of the event."`
	TTL    []string `json:"ttl" doc:"How long, one for each time it happens; empty: the doctrine's default."`
}

type levelResponse struct {
	Level string `json:"level"`
	scenarioMitigation
}

type scenarioList struct {
	Items     []scenarioRow   `json:"items"`
	Responses []levelResponse `json:"responses" doc:"What is proposed when a rule of a level or above fires."`
	Document  documentRef     `json:"document"`
	From      Time            `json:"from,omitzero" doc:"Begin of the window; absent: everything."`
}

func (s *Server) listScenarios(ctx context.Context, c *Call) (scenarioList, error) {
	book, ref, err := s.deps.Govern.Scenarios(ctx, c.Tenant())
	if err != nil {
		return scenarioList{}, err
	}
	fired, err := s.deps.Decide.RuleActivity(ctx, c.Tenant(), cmp.Or(c.Query.text("window"), "30d"), 0)
	if err != nil {
		return scenarioList{}, err
	}
	out := scenarioList{Items: []scenarioRow{}, Responses: []levelResponse{}, Document: refOf(ref), From: Time(fired.From)}
	for i := range book.Scenarios {
		row := scenarioRowOf(&book.Scenarios[i])
		a := fired.By[row.ID]
		row.Decisions, row.Last = a.Decisions, Time(a.Last)
		out.Items = append(out.Items, row)
	}
	for i := range book.Responses {
		out.Responses = append(out.Responses, levelResponse{book.Responses[i].Level, mitigationOf(book.Responses[i].MitigationInfo)})
	}
	return out, nil
}

func scenarioRowOf(s *detect.ScenarioInfo) scenarioRow {
	out := scenarioRow{
		ID: s.ID, Title: s.Title, Points: s.Points, Types: orEmpty(s.Types), Techniques: orEmpty(s.Techniques), When: s.When,
		Windows: []scenarioWindow{}, Mitigations: []scenarioMitigation{},
	}
	for i := range s.Windows {
		w := &s.Windows[i]
		v := scenarioWindow{
			Name: w.Name, Kind: cmp.Or(w.Kind, "count"), Types: orEmpty(w.Types), When: w.When, Detections: orEmpty(w.Detections), Key: orEmpty(w.Key), Of: w.Of,
			Span: w.Span, Needs: w.Needs, Steps: []scenarioStep{}, Limit: w.Limit, Hit: w.Hit, Least: w.Least, Learn: w.Learn, Percent: w.Percent,
		}
		for _, step := range w.Steps {
			v.Steps = append(v.Steps, scenarioStep{step.When, orEmpty(step.Detections), step.Count})
		}
		out.Windows = append(out.Windows, v)
	}
	for _, m := range s.Mitigations {
		out.Mitigations = append(out.Mitigations, mitigationOf(m))
	}
	return out
}

func mitigationOf(m detect.MitigationInfo) scenarioMitigation {
	return scenarioMitigation{m.Action, m.Target, orEmpty(m.TTL)}
}

// ruleHistory is when a rule fired.
type ruleHistory struct {
	ID      string      `json:"id"`
	Title   string      `json:"title,omitempty" doc:"Absent: the ruleset does not have it any more."`
	Window  string      `json:"window"`
	From    Time        `json:"from,omitzero" doc:"Absent: everything."`
	To      Time        `json:"to"`
	Total   int64       `json:"total" doc:"Recorded decisions in which it fired."`
	Last    Time        `json:"last_hit,omitzero"`
	Step    int64       `json:"step_s" doc:"Length of a bucket in seconds."`
	Buckets []hitBucket `json:"buckets" doc:"Oldest first; empty ones are left out."`
}

type hitBucket struct {
	Start      Time             `json:"start"`
	Total      int64            `json:"total"`
	BySeverity map[string]int64 `json:"by_severity" doc:"Of the decisions."`
}

func (s *Server) ruleHits(ctx context.Context, c *Call) (ruleHistory, error) {
	id, window := c.Path("id"), cmp.Or(c.Query.text("window"), "30d")
	h, err := s.deps.Decide.RuleHistory(ctx, c.Tenant(), id, window)
	if err != nil {
		return ruleHistory{}, err
	}
	out := ruleHistory{
		ID: id, Title: titleOf(s.titles(ctx, c.Tenant()), id), Window: window, From: Time(h.From), To: Time(h.To), Total: h.Total, Last: Time(h.Last),
		Step: int64(h.Width) / int64(domain.Micros(1e6)), Buckets: make([]hitBucket, len(h.Buckets)),
	}
	for i, b := range h.Buckets {
		out.Buckets[i] = hitBucket{Time(b.Start), b.Total, b.BySeverity}
	}
	return out, nil
}

// titleOf is empty for what is not known, also without a ruleset.
func titleOf(set *detect.Set, id string) string {
	if set == nil {
		return ""
	}
	return set.Title(id)
}
