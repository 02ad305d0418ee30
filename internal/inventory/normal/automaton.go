package normal

import (
	"cmp"
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

// position is a place in a pattern: steps before it have matched.
type position struct{ rule, step uint16 }

// compilePaths makes the automaton of the rules by the subset construction.
func compilePaths(rules []pathRule) *automaton {
	a := &automaton{symbols: map[string]int{}, width: 1}
	for _, r := range rules {
		for _, step := range r.steps {
			if name := unescape(step); a.symbols[name] == 0 && step != "*" && step != "**" {
				a.symbols[name] = a.width
				a.width++
			}
		}
	}
	c := construction{a: a, rules: rules, states: map[string]state{"": dead}}
	c.add(nil) // dead
	start := make([]position, 0, len(rules))
	for i := range rules {
		start = c.enter(start, position{rule: uint16(i)})
	}
	c.state(start)
	for s := rootState; int(s) < len(c.sets); s++ {
		c.fill(s)
	}
	return a
}

// construction is the state of compilePaths.
type construction struct {
	a      *automaton
	rules  []pathRule
	states map[string]state
	sets   [][]position // by state
	name   []byte       // room for the name of a set
}

// enter adds a position and those that it reaches without a step: ** may match
// nothing.
func (c *construction) enter(set []position, p position) []position {
	if slices.Contains(set, p) {
		return set
	}
	set = append(set, p)
	if steps := c.rules[p.rule].steps; int(p.step) < len(steps) && steps[p.step] == "**" {
		return c.enter(set, position{p.rule, p.step + 1})
	}
	return set
}

// state gives the state of a set of positions, a new one if need be.
func (c *construction) state(set []position) state {
	if len(set) == 0 {
		return dead
	}
	slices.SortFunc(set, func(x, y position) int {
		return cmp.Or(cmp.Compare(x.rule, y.rule), cmp.Compare(x.step, y.step))
	})
	c.name = c.name[:0]
	for _, p := range set {
		c.name = binary.LittleEndian.AppendUint32(c.name, uint32(p.rule)<<16|uint32(p.step))
	}
	if s, known := c.states[string(c.name)]; known {
		return s
	}
	s := state(len(c.sets))
	c.states[string(c.name)] = s
	c.add(slices.Clone(set))
	return s
}

// add makes a state and marks it with the rules that end there.
func (c *construction) add(set []position) {
	c.sets = append(c.sets, set)
	c.a.table = append(c.a.table, make([]state, c.a.width)...)
	m := mark{}
	for _, p := range set {
		if r := c.rules[p.rule]; int(p.step) == len(r.steps) {
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
	for _, p := range c.sets[s] {
		steps := c.rules[p.rule].steps
		if int(p.step) == len(steps) {
			continue
		}
		switch step := steps[p.step]; step {
		case "**":
			whatever = c.enter(whatever, p)
		case "*":
			whatever = c.enter(whatever, position{p.rule, p.step + 1})
		default:
			if symbol := c.a.symbols[unescape(step)]; !slices.Contains(named, symbol) {
				named = append(named, symbol)
			}
		}
	}
	to := c.state(whatever)
	for symbol := range c.a.width {
		c.a.table[int(s)*c.a.width+symbol] = to
	}
	for _, symbol := range named {
		set := slices.Clone(whatever)
		for _, p := range c.sets[s] {
			steps := c.rules[p.rule].steps
			if int(p.step) < len(steps) && c.a.symbols[unescape(steps[p.step])] == symbol {
				set = c.enter(set, position{p.rule, p.step + 1})
			}
		}
		c.a.table[int(s)*c.a.width+symbol] = c.state(set)
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
