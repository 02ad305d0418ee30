package sigma

import "time"

// CorrelationType is what a correlation computes over the matches of one group.
type CorrelationType string

// The correlation types of the Sigma correlation specification 2.1.
const (
	EventCount      CorrelationType = "event_count"
	ValueCount      CorrelationType = "value_count"
	Temporal        CorrelationType = "temporal"
	TemporalOrdered CorrelationType = "temporal_ordered"
	ValueSum        CorrelationType = "value_sum"
	ValueAvg        CorrelationType = "value_avg"
	ValuePercentile CorrelationType = "value_percentile"
	ValueMedian     CorrelationType = "value_median"
)

// Correlation is a rule over the matches of other rules within a time span.
type Correlation struct {
	ID, Title, Name, Status, Description, Author, Date, Modified string

	Level Level
	Tags  []string

	Type     CorrelationType
	Rules    []string // names or IDs of rules and correlations
	GroupBy  []string // fields; alias names where Aliases has them
	Timespan time.Duration
	// Aliases gives, per alias, the field that stands for it in each rule:
	// alias -> rule reference -> field.
	Aliases map[string]map[string]string
	// Conditions must all hold for the computed number; empty for temporal
	// types without a condition, which ask for every rule of the list.
	Conditions []CorrelationCondition
	// Expression, of temporal types, says in place of Conditions which rules must
	// have matched; nil: all of the list.
	Expression *RuleNode
	Field      string // of value_* types
	Percentile int    // of value_percentile, 1 to 99
	Generate   bool   // the referred rules alert on their own too

	File string
	Line int
}

// RuleNode is an expression over the rules of a temporal correlation: Op is
// OpAnd, OpOr or OpNot with Args, or OpItem for "Rule has matched".
type RuleNode struct {
	Op   Op
	Args []*RuleNode
	Rule string
}

// CorrelationCondition is one comparison of a correlation's number.
type CorrelationCondition struct {
	Op    string // "gt", "gte", "lt", "lte", "eq", "neq"
	Value float64
}

// Filter narrows other rules: a rule that it names matches only where the
// filter's condition holds too.
type Filter struct {
	ID, Title, Name, Description, Author, Date, Modified string

	Logsource Logsource
	Rules     []string // names or IDs; empty: every rule of the logsource ("any")
	Condition *Node

	File string
	Line int
}
