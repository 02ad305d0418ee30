package correlate

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"frostgate.io/frostgate/sigma"
)

// DefaultBudget is how many bytes of states a Correlator keeps unless told
// otherwise.
const DefaultBudget = 256 << 20

// Correlator runs the correlations of a collection over a stream of events, with
// their state in memory. One goroutine uses it.
type Correlator struct {
	plans   []*Plan
	refused []sigma.Refusal
	quiet   map[*sigma.Rule]bool
	states  *Table
	evicted Eviction
}

// Alert is a correlation that fired.
type Alert struct {
	Correlation *sigma.Correlation
	Group       []string // values of the group-by fields, in their order
	Number      float64  // that met the condition
	Since       time.Time
	At          time.Time
}

// New makes a correlator; a budget of 0 is DefaultBudget. Correlations that can't
// be used are refused by name and left out.
func New(c *sigma.Collection, budget int64) *Correlator {
	if budget <= 0 {
		budget = DefaultBudget
	}
	k := &Correlator{states: NewTable(budget)}
	k.plans, k.refused = Compile(c)
	k.quiet = Quiet(k.plans)
	return k
}

// Refused lists the correlations that can't be used.
func (k *Correlator) Refused() []sigma.Refusal { return k.refused }

// Len is the number of correlations in use.
func (k *Correlator) Len() int { return len(k.plans) }

// Quiet reports that a rule only serves correlations: its matches are no alerts
// of their own.
func (k *Correlator) Quiet(r *sigma.Rule) bool { return k.quiet[r] }

// Evicted says how many states had to be forgotten for want of memory, and how
// many of them still said something: alerts may be missing then.
func (k *Correlator) Evicted() (states, live int) { return k.evicted.States, k.evicted.Live }

// Add takes one event with the rules that it matched and gives the correlations
// that fire because of it. While one goes on firing for a group it is told once
// per its time span. field is asked for the fields that correlations group or
// compute by.
func (k *Correlator) Add(at time.Time, matched []*sigma.Rule, field func(r *sigma.Rule, name string) (string, bool)) []Alert {
	if len(k.plans) == 0 || len(matched) == 0 {
		return nil
	}
	src := &matches{rules: matched, field: field}
	var out []Alert
	for _, p := range k.plans {
		for _, h := range p.Hits(src) {
			a, ok := k.count(p, h, at)
			if !ok {
				continue
			}
			src.fired = append(src.fired, firing{p, h.Group})
			if !p.Quiet {
				out = append(out, a)
			}
		}
	}
	return out
}

func (k *Correlator) count(p *Plan, h Hit, at time.Time) (Alert, bool) {
	h.Input.At, h.Input.Value = at.UnixMicro(), HashOf(h.Value)
	r := k.update(p, "", &p.Machine, h)
	if !p.Holds(r.Number) {
		return Alert{}, false
	}
	alerted := p.Alerted()
	if k.update(p, "alert", &alerted, h).Number != 1 {
		return Alert{}, false
	}
	return Alert{p.Correlation, h.Group, p.Number(r.Number), time.UnixMicro(r.Since).UTC(), at}, true
}

func (k *Correlator) update(p *Plan, kind string, m *Machine, h Hit) Reading {
	key := KeyOf(append([]string{p.Correlation.ID, p.Correlation.Name, p.Correlation.Title, kind}, h.Group...)...)
	next, r := m.Update(k.states.Get(key), h.Input)
	if r.Late { // it counts with others of its time
		key = key.Past()
		next, r = m.Update(k.states.Get(key), h.Input)
	}
	e := k.states.Put(key, next)
	k.evicted.States += e.States
	k.evicted.Live += e.Live
	return r
}

// KeyOf makes a key of texts: the beginning of their SHA-256, each with its
// length.
func KeyOf(parts ...string) Key {
	var b []byte
	for _, p := range parts {
		b = binary.AppendUvarint(b, uint64(len(p)))
		b = append(b, p...)
	}
	sum := sha256.Sum256(b)
	return Key(sum[:len(Key{})])
}

// HashOf tells texts apart for Input.Value: the beginning of their SHA-256.
func HashOf(value string) uint64 {
	if value == "" {
		return 0
	}
	sum := sha256.Sum256([]byte(value))
	return binary.BigEndian.Uint64(sum[:])
}

// matches is the Source of one event.
type matches struct {
	rules []*sigma.Rule
	field func(*sigma.Rule, string) (string, bool)
	fired []firing
}

type firing struct {
	plan  *Plan
	group []string
}

func (m *matches) Has(r *sigma.Rule) bool {
	for _, x := range m.rules {
		if x == r {
			return true
		}
	}
	return false
}

func (m *matches) Field(r *sigma.Rule, name string) (string, bool) { return m.field(r, name) }

func (m *matches) Fired(p *Plan) [][]string {
	var out [][]string
	for _, f := range m.fired {
		if f.plan == p {
			out = append(out, f.group)
		}
	}
	return out
}
