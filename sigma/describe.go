package sigma

import (
	"strconv"
	"strings"
)

// String says in plain words what the test asks of a value, for example
// "ends with \powershell.exe" or "is greater than 5".
func (t Test) String() string {
	switch t.Kind {
	case TestText:
		return t.Pattern.String() + casedWords(t.Cased)
	case TestRegexp:
		return "fits the regular expression " + t.Regexp.String()
	case TestCIDR:
		return "is an address in " + t.Prefix.String()
	case TestCompare:
		return "is " + t.Compare.String() + " " + strconv.FormatFloat(t.Number, 'f', -1, 64)
	case TestExists:
		if t.Exists {
			return "is present"
		}
		return "is absent"
	case TestNull:
		return "is absent or null"
	case TestField:
		return anchorWords[t.Anchor] + " the field " + t.Other + casedWords(t.Cased)
	case TestTime:
		return "has the " + partWords[t.Part] + " " + strconv.FormatFloat(t.Number, 'f', -1, 64)
	}
	return "is of an unknown kind"
}

// anchorWords are the relations of one text to another.
var anchorWords = [...]string{
	AnchorWhole: "equals", AnchorStart: "starts with", AnchorEnd: "ends with", AnchorAnywhere: "contains",
}

// partWords are the parts of a time.
var partWords = [...]string{
	PartMinute: "minute", PartHour: "hour", PartDay: "day of the month",
	PartWeek: "week", PartMonth: "month", PartYear: "year",
}

func casedWords(cased bool) string {
	if cased {
		return " (upper and lower case as written)"
	}
	return ""
}

// String names the relation in plain words.
func (c Compare) String() string {
	switch c {
	case Less:
		return "less than"
	case LessEqual:
		return "at most"
	case Greater:
		return "greater than"
	}
	return "at least"
}

// String says in plain words what the item asks of an event.
func (i *Item) String() string {
	name := i.Field
	if name == "" {
		name = "any value"
	}
	tests := make([]string, len(i.Tests))
	for n, t := range i.Tests {
		tests[n] = t.String()
	}
	return name + " " + strings.Join(tests, " or ")
}

// String says in plain words what the condition asks of an event.
func (n *Node) String() string {
	switch n.Op {
	case OpItem:
		return n.Item.String()
	case OpNot:
		return "not (" + n.Args[0].String() + ")"
	}
	word := " and "
	if n.Op == OpOr {
		word = " or "
	}
	parts := make([]string, len(n.Args))
	for i, arg := range n.Args {
		parts[i] = "(" + arg.String() + ")"
	}
	return strings.Join(parts, word)
}
