package httpapi

import (
	"strconv"

	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/governance"
	"frostgate.io/frostgate/sigma"
)

// ruleClause is a line of what a rule looks for.
type ruleClause struct {
	Depth  int      `json:"depth" doc:"Deeper lines belong to the one before them that is less deep."`
	Text   string   `json:"text" doc:"For example Image ends with one of; all of, any of, none of say how the deeper lines belong together."`
	Values []string `json:"values" doc:"What text ends with; the first 100."`
	More   int      `json:"more_values,omitempty" doc:"How many more there are."`
}

// ruleVerdicts is what people said of a rule.
type ruleVerdicts struct {
	TruePositives  int64 `json:"true_positives" doc:"Decisions of which people said that the rule was right; all time."`
	FalsePositives int64 `json:"false_positives"`
}

// maxClauseValues bounds the values of one line.
const maxClauseValues = 100

func clausesOf(r *sigma.Rule) ([]ruleClause, bool) {
	out := []ruleClause{}
	if r.Condition == nil {
		return out, false
	}
	found, cut := r.Condition.Outline()
	for _, c := range found {
		n := min(len(c.Values), maxClauseValues)
		out = append(out, ruleClause{c.Depth, c.Text, orEmpty(c.Values[:n]), len(c.Values) - n})
	}
	return out, cut
}

func correlationOf(c *detect.Correlation, book *governance.RuleBook) *correlationView {
	if c == nil {
		return nil
	}
	out := &correlationView{
		Type: string(c.Type), Rules: orEmpty(c.Members), Titles: titlesOf(book, c.Members), Field: c.Field, Needs: []string{},
		GroupBy: orEmpty(c.GroupBy), Timespan: c.Timespan.String(), Quiet: c.Quiet,
	}
	for _, n := range c.Conditions {
		out.Needs = append(out.Needs, n.Op+" "+strconv.FormatFloat(n.Value, 'f', -1, 64))
	}
	return out
}

// titlesOf says what rules are called; empty for those that the book doesn't have.
func titlesOf(book *governance.RuleBook, ids []string) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		if r, err := book.Rule(id); err == nil {
			out[i] = r.Rule.Title
		}
	}
	return out
}

// because is the actor with the reason that a change itself gives; without one,
// with that of the header.
func (c *Call) because(reason string) evidence.Actor {
	by := c.actor()
	if reason != "" {
		by.Reason = reason
	}
	return by
}
