package sigma_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/go-json-experiment/json"

	"frostgate.io/frostgate/sigma"
)

// wish is what an event needs so that a rule matches: per field the texts that
// its value begins with, holds and ends with.
type wish struct {
	*rand.Rand
	begin, end map[string]string
	hold       map[string][]string
	raw        map[string]string // values as JSON
	words      []string          // of keywords
}

// add walks a condition and picks one way to fulfil it; what must not be is left
// to luck.
func (w *wish) add(n *sigma.Node) {
	switch n.Op {
	case sigma.OpAnd:
		for _, arg := range n.Args {
			w.add(arg)
		}
	case sigma.OpOr:
		if len(n.Args) > 0 {
			w.add(n.Args[w.IntN(len(n.Args))])
		}
	case sigma.OpItem:
		w.item(n.Item.Field, &n.Item.Tests[w.IntN(len(n.Item.Tests))])
	}
}

func (w *wish) item(field string, t *sigma.Test) {
	switch t.Kind {
	case sigma.TestText:
		w.pattern(field, t)
	case sigma.TestRegexp:
		// Luck again: the literals of an expression, in their order, are often enough.
		w.hold[field] = append(w.hold[field], strings.NewReplacer(`\`, "", ".*", "", "+", "", "?", "", "(", "", ")", "", "^", "", "$", "", "i:", "").Replace(t.Regexp.String()))
	case sigma.TestCIDR:
		w.raw[field] = strconv.Quote(t.Prefix.Addr().String())
	case sigma.TestCompare:
		step := map[sigma.Compare]float64{sigma.Less: -1, sigma.Greater: 1}[t.Compare]
		w.raw[field] = strconv.FormatFloat(t.Number+step, 'f', -1, 64)
	case sigma.TestExists:
		if t.Exists {
			w.hold[field] = append(w.hold[field], "")
		}
	case sigma.TestNull:
		w.raw[field] = "null"
	case sigma.TestField:
		w.hold[field], w.hold[t.Other] = append(w.hold[field], "same"), append(w.hold[t.Other], "same")
	}
}

// pattern spells a pattern out: ? is a letter, * is sometimes something.
func (w *wish) pattern(field string, t *sigma.Test) {
	var b strings.Builder
	for _, piece := range t.Pattern {
		switch piece.Wild {
		case sigma.WildOne:
			b.WriteRune([]rune("xä9")[w.IntN(3)])
		case sigma.WildMany:
			b.WriteString([]string{"", "", "~"}[w.IntN(3)])
		default:
			b.WriteString(w.swapCase(piece.Literal, t.Cased))
		}
	}
	text, last := b.String(), len(t.Pattern)-1
	switch {
	case field == "":
		w.words = append(w.words, text)
	case last < 0:
		w.raw[field] = `""`
	case t.Pattern[0].Wild == sigma.WildMany && t.Pattern[last].Wild == sigma.WildMany:
		w.hold[field] = append(w.hold[field], text)
	case t.Pattern[0].Wild == sigma.WildMany:
		w.end[field] = text
	case t.Pattern[last].Wild == sigma.WildMany:
		w.begin[field] = text
	default:
		w.begin[field], w.end[field], w.hold[field] = text, "", nil
	}
}

// swapCase writes letters small or large at random where that must not count.
func (w *wish) swapCase(s string, cased bool) string {
	if cased {
		return s
	}
	return strings.Map(func(r rune) rune {
		if other := unicode.ToUpper(r); w.IntN(4) == 0 && unicode.ToLower(other) == r {
			return other
		}
		return r
	}, s)
}

// members are the event's fields as JSON.
func (w *wish) members(rename map[string]string) []string {
	var fields []string
	for _, m := range []map[string]string{w.begin, w.end, w.raw} {
		for f := range m {
			fields = append(fields, f)
		}
	}
	for f := range w.hold {
		fields = append(fields, f)
	}
	slices.Sort(fields)
	var out []string
	for _, f := range slices.Compact(fields) {
		value, ok := w.raw[f]
		if !ok {
			value = quote(w.begin[f] + strings.Join(w.hold[f], " ") + w.end[f])
		}
		name := f
		if to, ok := rename[f]; ok {
			name = to
		}
		out = append(out, quote(name)+":"+value)
	}
	if len(w.words) > 0 {
		out = append(out, `"message":`+quote(strings.Join(w.words, " ")))
	}
	return out
}

func quote(s string) string {
	raw, err := json.Marshal(strings.ToValidUTF8(s, "?"))
	if err != nil {
		panic(err) // a string
	}
	return string(raw)
}

// wishes makes events for a rule: one that names its logsource, and a flat one of
// each Windows route that brings the rule in.
func wishes(r *sigma.Rule, windows *sigma.Pipeline, seed uint64) []string {
	w := &wish{Rand: rand.New(rand.NewPCG(seed, 2)), begin: map[string]string{}, end: map[string]string{}, hold: map[string][]string{}, raw: map[string]string{}}
	w.add(r.Condition)
	l := r.Logsource
	head := fmt.Sprintf(`{"logsource":{"product":%s,"category":%s,"service":%s}`, quote(l.Product), quote(l.Category), quote(l.Service))
	out := []string{strings.Join(append([]string{head}, w.members(nil)...), ",") + "}"}
	for _, route := range windows.Routes {
		if !covers(l, route.Logsource) || w.IntN(3) > 0 {
			continue
		}
		members := w.members(route.Fields)
		for _, t := range route.When {
			name := map[string]string{"@channel": "Channel", "@eventid": "EventID", "@provider": "SourceName"}[t.Path]
			if name != "" && len(t.Values) > 0 {
				members = append([]string{quote(name) + ":" + quote(w.swapCase(t.Values[0], false))}, members...)
			}
		}
		out = append(out, "{"+strings.Join(members, ",")+"}")
	}
	return out
}

// TestEveryRuleIsReached makes events for every public rule, most of which the
// corpora never touch, and compares matcher and oracle on them.
func TestEveryRuleIsReached(t *testing.T) {
	t.Parallel()
	c, set := publicSet(t)
	builtin := sigma.Builtin()
	windows := builtin[slices.IndexFunc(builtin, func(p *sigma.Pipeline) bool { return p.Name == "windows" })]
	step, rounds := 5, 1
	switch {
	case full():
		step, rounds = 1, 2
	case testing.Short():
		step = 25
	}
	var all []event
	for round := range rounds {
		for i := round % step; i < set.Len(); i += step {
			r := set.Rules()[i]
			for _, raw := range wishes(r, windows, uint64(i*rounds+round)) {
				all = append(all, event{where: r.ID, raw: []byte(raw)})
			}
		}
	}
	o := newOracle(&sigma.Collection{Rules: set.Rules(), Filters: c.Filters}, builtin)
	matches, differences := compare(t, o, set, all)
	t.Logf("%d events, %d matches, %d differences", len(all), matches, differences)
	m, reached := set.NewMatcher(), 0
	for _, e := range all {
		found, err := m.Match(e.raw)
		if err == nil && slices.ContainsFunc(found, func(x sigma.Match) bool { return x.Rule.ID == e.where }) {
			reached++
		}
	}
	t.Logf("%d events reach their rule", reached)
	if reached < len(all)*3/4 {
		t.Errorf("only %d of %d events reach the rule that they were made for", reached, len(all))
	}
}
