package sigma

// Level is how bad a match is, by the Sigma specification's words.
type Level uint8

// The levels. A rule that names none is informational.
const (
	Informational Level = iota
	Low
	Medium
	High
	Critical
)

// String is the level's word in rules.
func (l Level) String() string {
	switch l {
	case Low:
		return "low"
	case Medium:
		return "medium"
	case High:
		return "high"
	case Critical:
		return "critical"
	}
	return "informational"
}

// Logsource says which events a rule is about; empty members are open.
type Logsource struct {
	Category, Product, Service string
}

// Related names another rule.
type Related struct{ ID, Type string }

// Rule is one Sigma rule, read and checked. It never changes.
type Rule struct {
	ID, Title, Name, Status, Description, Author, License, Date, Modified string

	Level          Level
	Logsource      Logsource
	Tags           []string // as written, for example attack.t1059.001
	References     []string
	FalsePositives []string
	Fields         []string
	Related        []Related

	// Condition is the whole detection; a list of conditions is an or.
	Condition *Node

	File string // as given to the loader
	Line int    // on which its document starts, 1-based
}

// Refusal says why a document of a file can't be used.
type Refusal struct {
	File   string
	Line   int // 1-based; 0 when it concerns the whole file
	Reason string
}

// Collection is what was loaded.
type Collection struct {
	Rules        []*Rule
	Correlations []*Correlation
	Filters      []*Filter
	Refused      []Refusal
	// Skipped counts documents that were left out on purpose, by folder or
	// status: "placeholder", "unsupported", "deprecated".
	Skipped map[string]int
}
