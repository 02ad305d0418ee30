package sigma

// Pipeline says, as data, how events of one origin look: how they are
// recognised, where a rule's fields are found in them and which logsource stands
// for which of them.
type Pipeline struct {
	Name        string
	Description string
	// Shapes are tried in order; the first whose tests hold counts.
	Shapes []Shape
	// Routes name logsources; every route whose tests hold for an event brings
	// in the rules it covers.
	Routes []Route
	// Aliases gives other paths at which a field may be, tried in order after
	// the field's own name.
	Aliases map[string][]string
	// LogsourceAt, where set, is the path of an object with product, category and
	// service in the event, by which the event names its own logsource: it brings
	// in the rules that a route with that logsource would.
	LogsourceAt string
}

// Shape is one spelling of the same events, for example nested or flat.
type Shape struct {
	Name string
	When []FieldTest // all must hold
	// Roots are the objects in which fields are looked up by name, in order of
	// preference: a dotted path, "" for the event itself, a last part "*" for
	// each object that is a member.
	Roots []string
	// Keywords are the objects (or fields) that keyword items look through; none:
	// the whole event.
	Keywords []string
	// Aliases are tried before those of the pipeline.
	Aliases map[string][]string
}

// FieldTest asks for a field's presence or, with Values, for one of some texts,
// regardless of case. In a Shape, Path is a path from the top of the event; in
// a Route, the name of a field, which is looked up as a rule's fields are. Names
// that start with @ are those of pipelines: no rule has them.
type FieldTest struct {
	Path   string
	Values []string
}

// Route brings the rules of a logsource to the events for which its tests hold.
// A rule is covered when each part that its own logsource names is the route's.
type Route struct {
	Logsource Logsource
	When      []FieldTest
	Fields    map[string]string // a rule's field name -> the event's name for it
}
