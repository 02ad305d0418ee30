package normal

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// state is a place in an automaton.
type state uint16

// Under dead no rule holds, nor below it; rootState is the object as a whole.
const (
	dead      state = 0
	rootState state = 1
)

// symOther is the symbol of an array's element and of a member that no pattern
// names: patterns can't tell them apart.
const symOther = 0

// automaton follows all path patterns of a type at once: one table look-up per
// step, whatever the number of patterns.
type automaton struct {
	symbols map[string]int
	width   int     // symbols
	table   []state // by state, then symbol
	marks   []mark  // by state
}

// mark is what holds at a state.
type mark struct {
	volatile, ordered, metadata bool
	empty                       bool
	secrets                     []*secretRule
	defaults                    []string
	key                         []Key
	schema                      string
	scalar                      scalarForm
}

// pathRule is a pattern with what it says of the places that it matches.
type pathRule struct {
	steps []string
	apply func(*mark)
}

// parsePattern reads /a/*/b. An empty pattern is refused.
func parsePattern(s string) ([]string, error) {
	if !strings.HasPrefix(s, "/") || s == "/" {
		return nil, fmt.Errorf("pattern %q: must begin with a slash and name something", s)
	}
	steps := strings.Split(s[1:], "/")
	for i, step := range steps {
		if step == "" {
			return nil, fmt.Errorf("pattern %q: has an empty step", s)
		}
		if step == "**" && i > 0 && steps[i-1] == "**" {
			return nil, fmt.Errorf("pattern %q: ** twice in a row", s)
		}
		if step != "*" && step != "**" && strings.Contains(step, "*") {
			return nil, fmt.Errorf("pattern %q: * must stand alone in a step", s)
		}
	}
	return steps, nil
}

func (a *automaton) symbol(key []byte) int { return a.symbols[string(key)] }

func (a *automaton) next(s state, symbol int) state { return a.table[int(s)*a.width+symbol] }

func (a *automaton) at(s state) *mark { return &a.marks[s] }

// position is a place in a pattern: steps before it have matched. Positions of
// all patterns are numbered through, each pattern's after the one before.
type position int32

// What a position's next step is, where it is no symbol.
const (
	stepAny  = -1 // *
	stepMany = -2 // **
	stepEnd  = -3 // the pattern ends
)

// compilePaths makes the automaton of the rules by the subset construction.
func compilePaths(rules []pathRule) *automaton {
	c := construction{
		a:      &automaton{symbols: map[string]int{}, width: 1},
		states: map[string]state{"": dead},
	}
	var start []position
	for i := range rules {
		start = append(start, position(len(c.steps)))
		for _, step := range rules[i].steps {
			c.steps = append(c.steps, c.symbol(step))
		}
		c.steps = append(c.steps, stepEnd)
		c.ends = append(c.ends, make([]*pathRule, len(c.steps)-len(c.ends))...)
		c.ends[len(c.ends)-1] = &rules[i]
	}
	c.entered = make([]int, len(c.steps))
	c.add(nil) // dead
	c.begin()
	var set []position
	for _, p := range start {
		set = c.enter(set, p)
	}
	c.state(set)
	for s := rootState; int(s) < len(c.sets); s++ {
		c.fill(s)
	}
	return c.a
}

// construction is the state of compilePaths.
type construction struct {
	a      *automaton
	steps  []int       // by position
	ends   []*pathRule // by position: the pattern that ends there
	states map[string]state
	sets   [][]position // by state
	name   []byte       // room for the name of a set
	// entered holds, by position, the number of the set that it last came into.
	entered []int
	set     int
}

// symbol gives what a step is.
func (c *construction) symbol(step string) int {
	switch step {
	case "*":
		return stepAny
	case "**":
		return stepMany
	}
	name := unescape(step)
	if c.a.symbols[name] == 0 {
		c.a.symbols[name] = c.a.width
		c.a.width++
	}
	return c.a.symbols[name]
}

// begin begins a new set.
func (c *construction) begin() { c.set++ }

// enter adds a position to the set begun last, and those that it reaches
// without a step: ** may match nothing.
func (c *construction) enter(set []position, p position) []position {
	for c.entered[p] != c.set {
		c.entered[p] = c.set
		set = append(set, p)
		if c.steps[p] != stepMany {
			break
		}
		p++
	}
	return set
}

// state gives the state of a set of positions, a new one if need be.
func (c *construction) state(set []position) state {
	if len(set) == 0 {
		return dead
	}
	slices.Sort(set)
	c.name = c.name[:0]
	for _, p := range set {
		c.name = binary.LittleEndian.AppendUint32(c.name, uint32(p))
	}
	if s, known := c.states[string(c.name)]; known {
		return s
	}
	s := state(len(c.sets))
	c.states[string(c.name)] = s
	c.add(slices.Clone(set))
	return s
}

// add makes a state and marks it with the rules that end there, in their order.
func (c *construction) add(set []position) {
	c.sets = append(c.sets, set)
	c.a.table = append(c.a.table, make([]state, c.a.width)...)
	m := mark{}
	for _, p := range set {
		if r := c.ends[p]; r != nil {
			r.apply(&m)
		}
	}
	c.a.marks = append(c.a.marks, m)
}

// fill computes where each symbol leads: all lead where any step does, and
// those that the set's patterns name next lead there as well.
func (c *construction) fill(s state) {
	var whatever []position
	var named []int
	c.begin()
	for _, p := range c.sets[s] {
		switch step := c.steps[p]; step {
		case stepEnd:
		case stepMany:
			whatever = c.enter(whatever, p)
		case stepAny:
			whatever = c.enter(whatever, p+1)
		default:
			named = append(named, step)
		}
	}
	to := c.state(whatever)
	row := int(s) * c.a.width
	for symbol := range c.a.width {
		c.a.table[row+symbol] = to
	}
	slices.Sort(named)
	for _, symbol := range slices.Compact(named) {
		c.begin()
		var set []position
		for _, p := range whatever {
			set = c.enter(set, p)
		}
		for _, p := range c.sets[s] {
			if c.steps[p] == symbol {
				set = c.enter(set, p+1)
			}
		}
		next := c.state(set) // may move the table
		c.a.table[row+symbol] = next
	}
}

// unescape gives the member's name of a step, which is written as in a JSON
// pointer (RFC 6901): ~1 is a slash, ~0 a tilde.
func unescape(step string) string {
	if !strings.Contains(step, "~") {
		return step
	}
	return strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~")
}
