package decision

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/jsondoc"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// The field groups of a decision's leaf, each committed to on its own, so that
// one can be opened without the others: who sent it (actor), what was decided
// (decision), what came in with the facts it was decided on (event), and what
// would have flipped it (explain).

func appendActor(b []byte, c *Call) []byte {
	b = appendStr(append(b, `{"key":`...), string(c.Principal.Key))
	b = appendStr(append(b, `,"principal":`...), string(c.Principal.ID))
	return append(appendStr(append(b, `,"remote":`...), c.Remote), '}')
}

// appendEvent appends the event group: all that replay needs beside the
// ruleset.
func appendEvent(b []byte, a *admission, facts *domain.StateFacts) []byte {
	ev := &a.ev
	b = append(b, `{"event":`...)
	b = append(b, a.canonical...)
	b = append(b, `,"extra":`...)
	b = appendExtra(b, a.req)
	b = strconv.AppendInt(append(b, `,"facts":{"clock_drift_ms":`...), facts.ClockDriftMS, 10)
	b = append(b, `,"mission":`...)
	b = appendMission(b, facts.Mission)
	b = append(b, `,"never_block":[`...)
	keys := make([]string, 0, len(facts.NeverBlock))
	for k := range facts.NeverBlock {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for i, k := range keys {
		b = appendStr(append(comma(b, i), `{"entry":`...), facts.NeverBlock[k])
		b = append(appendStr(append(b, `,"target":`...), k), '}')
	}
	b = strconv.AppendInt(append(b, `],"received_at":`...), int64(ev.ReceivedAt), 10)
	b = appendStr(append(b, `},"request":{"classification":`...), string(ev.Ring))
	b = appendStr(append(b, `,"event_type":`...), ev.Type)
	b = appendStr(append(b, `,"mission_id":`...), string(ev.Mission))
	b = appendStr(append(b, `,"persona":`...), string(ev.Persona))
	b = appendStr(append(b, `,"source":`...), ev.Source)
	b = appendStr(append(b, `,"source_event_id":`...), ev.SourceEventID)
	b = appendStr(append(b, `,"timestamp":`...), ev.Timestamp)
	return append(b, "}}"...)
}

// appendExtra keeps the top-level fields that the request gives no meaning to.
func appendExtra(b []byte, r *Request) []byte {
	type member struct {
		key string
		val jsondoc.Value
	}
	var extra []member
	for k, v := range r.root.MemberViews() {
		// A second payload object beside the one that was used is kept too.
		second := (string(k) == "event" || string(k) == "payload") && v.Kind() == jsondoc.Object && v.Len() > 0 && !sameValue(v, r.Payload)
		if second || !known(k) {
			extra = append(extra, member{string(k), v})
		}
	}
	slices.SortFunc(extra, func(x, y member) int { return compareUTF16(x.key, y.key) })
	b = append(b, '{')
	for i, m := range extra {
		b = append(appendStr(comma(b, i), m.key), ':')
		b = m.val.AppendCanonical(b)
	}
	return append(b, '}')
}

func sameValue(a, b jsondoc.Value) bool {
	x, y := a.Raw(), b.Raw()
	return len(x) == len(y) && len(x) > 0 && &x[0] == &y[0]
}

// compareUTF16 is RFC 8785's key order. It differs from byte order only
// between the surrogate range and the rest of the basic plane.
func compareUTF16(a, b string) int {
	x, y := []rune(a), []rune(b)
	return slices.CompareFunc(x, y, func(p, q rune) int {
		if (p > 0xffff) != (q > 0xffff) && min(p, q) >= 0xd800 {
			return -cmp.Compare(p, q)
		}
		return cmp.Compare(p, q)
	})
}

func appendMission(b []byte, m *domain.MissionFact) []byte {
	if m == nil {
		return append(b, "null"...)
	}
	b = appendStrs(append(b, `{"allowed":`...), m.Allowed)
	b = strconv.AppendInt(append(b, `,"blast_cap":`...), int64(m.BlastCap), 10)
	b = strconv.AppendInt(append(b, `,"budget_left":`...), m.BudgetLeft, 10)
	b = appendStr(append(b, `,"mission":`...), string(m.Mission))
	b = appendStr(append(b, `,"persona":`...), string(m.Persona))
	b = appendStr(append(b, `,"reason":`...), m.Reason)
	b = appendStr(append(b, `,"ring":`...), string(m.Ring))
	return append(strconv.AppendBool(append(b, `,"valid":`...), m.Valid), '}')
}

func appendCounterfactuals(b []byte, cfs []domain.Counterfactual) []byte {
	b = append(b, `{"counterfactuals":[`...)
	for i, c := range cfs {
		b = appendStr(append(comma(b, i), `{"change":`...), c.Change)
		b = appendStr(append(b, `,"new_gating":`...), string(c.NewGating))
		b = append(appendStr(append(b, `,"new_level":`...), string(c.NewLevel)), '}')
	}
	return append(b, "]}"...)
}

// storedEvent is the event group read back.
type storedEvent struct {
	Event jsontext.Value `json:"event"`
	Extra jsontext.Value `json:"extra"`
	Facts struct {
		DriftMS int64 `json:"clock_drift_ms"`
		Mission *struct {
			Allowed    []string `json:"allowed"`
			BlastCap   int64    `json:"blast_cap"`
			BudgetLeft int64    `json:"budget_left"`
			Mission    string   `json:"mission"`
			Persona    string   `json:"persona"`
			Reason     string   `json:"reason"`
			Ring       string   `json:"ring"`
			Valid      bool     `json:"valid"`
		} `json:"mission"`
		NeverBlock []struct {
			Entry  string `json:"entry"`
			Target string `json:"target"`
		} `json:"never_block"`
		ReceivedAt int64 `json:"received_at"`
	} `json:"facts"`
	Request struct {
		Ring          string `json:"classification"`
		EventType     string `json:"event_type"`
		Mission       string `json:"mission_id"`
		Persona       string `json:"persona"`
		Source        string `json:"source"`
		SourceEventID string `json:"source_event_id"`
		Timestamp     string `json:"timestamp"`
	} `json:"request"`
}

func parseEvent(b []byte) (*storedEvent, error) {
	e := &storedEvent{}
	if err := json.Unmarshal(b, e, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("stored event: %w", err)
	}
	return e, nil
}

// facts returns the recorded facts but for the windows, which the decision
// group holds.
func (e *storedEvent) facts() domain.StateFacts {
	f := domain.StateFacts{ClockDriftMS: e.Facts.DriftMS}
	if m := e.Facts.Mission; m != nil {
		f.Mission = &domain.MissionFact{
			Mission: domain.MissionID(m.Mission), Valid: m.Valid, Reason: m.Reason, Allowed: m.Allowed, BudgetLeft: m.BudgetLeft,
			BlastCap: domain.Milli(m.BlastCap), Persona: domain.Persona(m.Persona), Ring: domain.Ring(m.Ring),
		}
	}
	for _, n := range e.Facts.NeverBlock {
		if f.NeverBlock == nil {
			f.NeverBlock = make(map[string]string)
		}
		f.NeverBlock[n.Target] = n.Entry
	}
	return f
}

func parseCounterfactuals(b []byte) ([]domain.Counterfactual, error) {
	var s struct {
		Items []struct {
			Change string `json:"change"`
			Gating string `json:"new_gating"`
			Level  string `json:"new_level"`
		} `json:"counterfactuals"`
	}
	if len(b) == 0 {
		return nil, nil
	}
	if err := json.Unmarshal(b, &s); err != nil {
		return nil, fmt.Errorf("stored counterfactuals: %w", err)
	}
	var out []domain.Counterfactual
	for _, c := range s.Items {
		out = append(out, domain.Counterfactual{Change: c.Change, NewGating: domain.Gating(c.Gating), NewLevel: domain.ThreatLevel(c.Level)})
	}
	return out, nil
}
