package sigma

import (
	"net/netip"
	"regexp"
)

// Op is what a Node does with its parts.
type Op uint8

// The node kinds of a condition tree.
const (
	OpItem Op = iota // one detection item: Node.Item
	OpAnd            // all of Node.Args; without any: true
	OpOr             // at least one of Node.Args; without any: false
	OpNot            // not Node.Args[0]
)

// Node is a condition as a tree: identifiers, "1 of", "all of", lists, maps and
// the all modifier are resolved, so that only and, or, not and items are left.
// A tree never changes once it is parsed; equal subtrees may be shared.
type Node struct {
	Op   Op
	Args []*Node
	Item *Item
}

// Item is one comparison: a field with alternatives, of which one must hold. A
// keyword item has no field and looks at every value of the event; the patterns
// of its tests have their wildcards at both ends.
type Item struct {
	Field string // as the rule writes it, without modifiers; empty: a keyword
	Tests []Test // alternatives; never empty
	Line  int    // in the rule's file, 1-based
}

// TestKind tells which members of a Test count.
type TestKind uint8

// The kinds of tests. Text of a value is a string's content, a number's lexeme,
// "true" or "false"; null has no text and no text test holds for it. A list
// passes when one of its elements does, an object when one of its leaves does.
const (
	// TestText: the text fits Pattern.
	TestText TestKind = iota
	// TestRegexp: Regexp finds a match anywhere in the text.
	TestRegexp
	// TestCIDR: the text is an address inside Prefix.
	TestCIDR
	// TestCompare: the value is a number (or text of one) and stands in
	// relation Compare to Number.
	TestCompare
	// TestExists: the field is present, null or not, iff Exists.
	TestExists
	// TestNull: the field is absent or null.
	TestNull
	// TestField: the text stands in relation Anchor to the text of field Other.
	TestField
	// TestTime: the value is a time whose part Part is Number.
	TestTime
)

// Test is one alternative of an Item.
type Test struct {
	Kind    TestKind
	Pattern Pattern // TestText
	Cased   bool    // TestText, TestField: upper and lower case differ
	Regexp  *regexp.Regexp
	Prefix  netip.Prefix
	Compare Compare
	Number  float64
	Exists  bool
	Other   string // TestField: the other field's name
	Anchor  Anchor // TestField
	Part    TimePart
}

// Compare is a numeric relation, of the value to Test.Number.
type Compare uint8

// The numeric relations.
const (
	Less Compare = iota
	LessEqual
	Greater
	GreaterEqual
)

// Anchor says where a text must be found in another.
type Anchor uint8

// The anchors.
const (
	AnchorWhole Anchor = iota // equal
	AnchorStart
	AnchorEnd
	AnchorAnywhere
)

// TimePart is a part of a time in UTC.
type TimePart uint8

// The parts of a time that rules compare.
const (
	PartMinute TimePart = iota
	PartHour
	PartDay // of the month
	PartWeek
	PartMonth
	PartYear
)

// Pattern is a text with wildcards: pieces that follow each other. Neighbouring
// literals are merged, several * in a row are one.
type Pattern []Piece

// Piece is a literal, or a wildcard when Wild is set.
type Piece struct {
	Literal string
	Wild    Wild
}

// Wild is a wildcard.
type Wild uint8

// The wildcards.
const (
	NoWild   Wild = iota
	WildMany      // *: any text, also none
	WildOne       // ?: exactly one character
)
