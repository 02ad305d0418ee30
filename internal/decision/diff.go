package decision

import (
	"slices"
	"strconv"
	"strings"

	"frostgate.io/frostgate/internal/domain"

	"github.com/go-json-experiment/json"
)

// Change is one field of a decision diff.
type Change struct {
	Field string `json:"field"`
	From  string `json:"from"`
	To    string `json:"to"`
}

// Diff compares a decision with the previous one of the same tenant, source and
// event type.
type Diff struct {
	PreviousIndex int64    `json:"previous_index"` // -1: there was none
	Changes       []Change `json:"changes"`
}

// lastState is what a diff compares: nothing personal, so it stands in the
// clear.
type lastState struct {
	Index       int64    `json:"-"`
	Level       string   `json:"level"`
	Score       int      `json:"score"`
	Gating      string   `json:"gating"`
	Action      string   `json:"action"`
	PolicyAllow bool     `json:"policy_allow"`
	Rules       []string `json:"rules"`
}

func stateOf(o *domain.Outcome) lastState {
	return lastState{
		Level: string(o.Level), Score: o.Score, Gating: string(o.Gating), Action: actionTaken(o),
		PolicyAllow: o.Policy.Allow, Rules: o.Rules,
	}
}

// diff lists what changed from prev to cur in a fixed order; nothing without a
// previous decision.
func diff(prev *lastState, cur *lastState) Diff {
	d := Diff{PreviousIndex: -1, Changes: []Change{}}
	if prev == nil {
		return d
	}
	d.PreviousIndex = prev.Index
	add := func(field, from, to string) {
		if from != to {
			d.Changes = append(d.Changes, Change{field, from, to})
		}
	}
	add("threat_level", prev.Level, cur.Level)
	add("score", strconv.Itoa(prev.Score), strconv.Itoa(cur.Score))
	add("gating", prev.Gating, cur.Gating)
	add("action_taken", prev.Action, cur.Action)
	add("policy_allow", strconv.FormatBool(prev.PolicyAllow), strconv.FormatBool(cur.PolicyAllow))
	if !slices.Equal(prev.Rules, cur.Rules) {
		add("rules_triggered", strings.Join(prev.Rules, ","), strings.Join(cur.Rules, ","))
	}
	return d
}

func (s *lastState) encode() (string, error) {
	b, err := json.Marshal(s)
	return string(b), err
}

func decodeState(idx int64, text string) (*lastState, error) {
	s := &lastState{Index: idx}
	if err := json.Unmarshal([]byte(text), s); err != nil {
		return nil, err
	}
	return s, nil
}
