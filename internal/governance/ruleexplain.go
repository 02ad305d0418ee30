package governance

import (
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/jsondoc"
	"frostgate.io/frostgate/sigma"
)

// RuleEvent is an event to ask the detections about.
type RuleEvent struct {
	Payload jsondoc.Value
	Type    string
	Source  string
	At      domain.Micros // for filters, which expire
}

// RulesExplained are the detections that match an event.
type RulesExplained struct {
	Pipeline string // empty: the event is of no known kind
	Matches  []RuleMatch
}

// RuleMatch is one detection that matches.
type RuleMatch struct {
	RuleInfo
	Hit    domain.RuleHit // as a decision's trace would show it
	Fields []sigma.FieldMatch
}

// Explain says which detections match an event and why, as the tenant tuned them.
// Nothing is counted: rate caps are not applied.
func (b *RuleBook) Explain(e RuleEvent) (*RulesExplained, error) {
	out := &RulesExplained{}
	if b.rules == nil {
		return out, nil
	}
	payload := e.Payload.AppendCanonical(nil)
	m := b.rules.Set().NewMatcher()
	found, err := m.Match(payload)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the detections can't read the event: %v", err).At("event")
	}
	out.Pipeline = m.Pipeline()
	fields := map[string][]sigma.FieldMatch{}
	for _, x := range found {
		fields[b.rules.Name(x.Rule)] = m.Explain(x)
	}
	// As a decision does it, so that both say the same.
	ev := &domain.Event{Type: e.Type, Source: e.Source, Time: e.At, ReceivedAt: e.At}
	res := b.detect.Evaluate(ev, e.Payload, b.detect.Match(ev, payload), nil)
	for _, h := range res.Hits {
		r, ok := b.rules.Rule(h.Rule)
		if !ok || !h.Matched {
			continue
		}
		out.Matches = append(out.Matches, RuleMatch{RuleInfo: b.info(r), Hit: h, Fields: fields[h.Rule]})
	}
	return out, nil
}
