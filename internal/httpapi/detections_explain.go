package httpapi

import (
	"context"

	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/governance"
	"frostgate.io/frostgate/internal/jsondoc"
)

// ruleQuestion is an event to look at.
type ruleQuestion struct {
	Event     jsontext.Value `json:"event" doc:"The payload, as its source sends it."`
	EventType string         `json:"event_type,omitempty" maxlen:"128"`
	Source    string         `json:"source,omitempty" maxlen:"512"`
}

// ruleExplained are the detections that match an event.
type ruleExplained struct {
	RulesetHash string      `json:"ruleset_hash"`
	Pipeline    string      `json:"pipeline" doc:"The kind of event that it was recognised as; empty: none, so that no detection looks at it."`
	Rules       int         `json:"rules_in_force"`
	Matches     []ruleMatch `json:"matches" doc:"Highest level first."`
}

// ruleMatch is one detection that matches, and why.
type ruleMatch struct {
	ID             string       `json:"id"`
	Title          string       `json:"title"`
	Level          string       `json:"level"`
	Points         int          `json:"points"`
	Suppressed     string       `json:"suppressed,omitempty" doc:"Why it gives no points: same_technique, or tuned: and a filter's ID."`
	Techniques     []string     `json:"techniques" doc:"ATT&CK."`
	Author         string       `json:"author,omitempty"`
	Source         string       `json:"source"`
	Description    string       `json:"description,omitempty"`
	FalsePositives []string     `json:"false_positives"`
	Fields         []ruleMember `json:"fields"`
}

// ruleMember is a part of the event that made a rule match.
type ruleMember struct {
	Field string `json:"field" doc:"As the rule names it; empty: a keyword."`
	Path  string `json:"path" doc:"Where it stands in the event."`
	Value string `json:"value"`
	Test  string `json:"test" doc:"What it passed, in words."`
}

func (s *Server) explainRules(ctx context.Context, c *Call, in ruleQuestion) (ruleExplained, error) {
	doc, err := jsondoc.Parse(in.Event, jsondoc.Limits{MaxBytes: int(maxBody)})
	if err != nil {
		return ruleExplained{}, err
	}
	if doc.Root().Kind() != jsondoc.Object {
		return ruleExplained{}, fault.New(fault.Invalid, "event must be an object").At("event")
	}
	done, err := s.questions.take(c.Tenant())
	if err != nil {
		return ruleExplained{}, err
	}
	defer done()
	book, err := s.deps.Govern.RuleBook(ctx, c.Tenant())
	if err != nil {
		return ruleExplained{}, err
	}
	got, err := book.Explain(governance.RuleEvent{Payload: doc.Root(), Type: in.EventType, Source: in.Source, At: s.clock.Now()})
	if err != nil {
		return ruleExplained{}, err
	}
	out := ruleExplained{RulesetHash: string(book.Ruleset), Pipeline: got.Pipeline, Rules: book.Len(), Matches: []ruleMatch{}}
	for i := range got.Matches {
		out.Matches = append(out.Matches, ruleMatchOf(&got.Matches[i]))
	}
	return out, nil
}

func ruleMatchOf(m *governance.RuleMatch) ruleMatch {
	out := ruleMatch{
		ID: m.Name, Title: m.Rule.Title, Level: m.Hit.Level, Points: m.Hit.Points, Suppressed: m.Hit.Suppressed, Techniques: orEmpty(m.Hit.Techniques),
		Author: m.Rule.Author, Source: m.Source, Description: m.Rule.Description, FalsePositives: orEmpty(m.Rule.FalsePositives), Fields: []ruleMember{},
	}
	for _, f := range m.Fields {
		out.Fields = append(out.Fields, ruleMember{f.Field, f.Path, f.Value, f.Test})
	}
	return out
}
