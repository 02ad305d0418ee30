package sigma

import (
	"errors"
	"fmt"
)

// soundNode refuses trees that the parser doesn't make, so that one made by hand
// is an error of Compile and no panic of Match.
func soundNode(n *Node) error {
	if n == nil {
		return errors.New("a condition is missing")
	}
	switch n.Op {
	case OpItem:
		return soundItem(n.Item)
	case OpNot:
		if len(n.Args) != 1 {
			return fmt.Errorf("a not has %d parts", len(n.Args))
		}
	case OpAnd, OpOr:
	default:
		return fmt.Errorf("operator %d is unknown", n.Op)
	}
	for _, a := range n.Args {
		if err := soundNode(a); err != nil {
			return err
		}
	}
	return nil
}

func soundItem(it *Item) error {
	if it == nil || len(it.Tests) == 0 {
		return errors.New("an item has no tests")
	}
	for i := range it.Tests {
		t := &it.Tests[i]
		if t.Kind > TestTime {
			return fmt.Errorf("kind %d of a test is unknown", t.Kind)
		}
		if t.Kind == TestRegexp && t.Regexp == nil {
			return errors.New("a test has no regular expression")
		}
	}
	return nil
}
