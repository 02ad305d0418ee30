package detect

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"sync"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/sigma"
)

// Archive is one document of detections: an archive of Sigma files with their
// exact bytes (sigma.AppendArchive), so that file and line stay true.
type Archive struct {
	Name    string
	Content []byte
}

// Documents are what a ruleset detects by.
type Documents struct {
	Scenarios []byte
	Rules     *Rules // nil: none
	Tuning    []byte // a tuning document; empty: none
}

// Rules are compiled detections. They never change, are safe for concurrent use
// and are shared by all rulesets that hold the same documents: what a tenant tunes
// is not in them.
type Rules struct {
	set          *sigma.Set
	meta         []ruleMeta // by index in the set
	byID         map[string]int
	source       map[any]string // name of the archive, by *sigma.Rule and *sigma.Correlation
	correlations *correlations
	wanted       map[string][]string // fields that correlations ask, by name in decisions
	refused      []refusal
	full         bool
	matchers     sync.Pool // *sigma.Matcher
	costs        costs
}

// CompileRules compiles the detections of all archives together, until the context
// ends. A rule that can't be honoured, or whose ID was there before, is not
// compiled and is listed by RefusedIn; an archive without any usable rule is an
// error.
func CompileRules(ctx context.Context, archives []Archive) (*Rules, error) {
	r := &Rules{byID: make(map[string]int), source: make(map[any]string), wanted: make(map[string][]string)}
	all, err := r.parse(ctx, archives)
	if err != nil {
		return nil, err
	}
	r.dropDuplicates(all)
	if r.set, err = sigma.Compile(all, sigma.Options{}); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "detections: %v", err)
	}
	var refused []sigma.Refusal
	r.correlations, refused = newCorrelations(all)
	r.refuse(all, refused)
	maps.Copy(r.wanted, r.correlations.fields())
	for i, rule := range r.set.Rules() {
		id := ruleID(rule)
		r.byID[id] = i
		r.meta = append(r.meta, ruleMeta{
			id: id, title: rule.Title, author: rule.Author, level: rule.Level, techniques: rule.Techniques(), window: ratePrefix + id,
		})
	}
	set := r.set
	r.matchers.New = func() any { return set.NewMatcher() }
	return r, nil
}

// parse reads the archives, in order, into one collection.
func (r *Rules) parse(ctx context.Context, archives []Archive) (*sigma.Collection, error) {
	all := &sigma.Collection{}
	opt := sigma.LoadOptions{Stop: ctx.Err}.Shared()
	for _, a := range archives {
		c := sigma.ParseArchive(a.Name, a.Content, opt)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if len(c.Rules)+len(c.Correlations) == 0 {
			return nil, noRules(a.Name, c)
		}
		for _, rule := range c.Rules {
			r.source[rule] = a.Name
		}
		for _, k := range c.Correlations {
			r.source[k] = a.Name
		}
		for _, x := range c.Refused {
			r.refused = append(r.refused, refusal{Refusal: x, in: a.Name})
		}
		all.Rules = append(all.Rules, c.Rules...)
		all.Correlations = append(all.Correlations, c.Correlations...)
		all.Filters = append(all.Filters, c.Filters...)
	}
	r.full = opt.Full()
	return all, nil
}

// Full says that rules were left out because all of them together would take too
// much memory.
func (r *Rules) Full() bool { return r.full }

func noRules(name string, c *sigma.Collection) error {
	f := fault.New(fault.Invalid, "detections %s: no usable rule", name)
	if len(c.Refused) > 0 {
		x := c.Refused[0]
		f = fault.New(fault.Invalid, "detections %s: no usable rule; %s line %d: %s", name, x.File, x.Line, x.Reason)
	}
	return f.At("content")
}

// ruleID is the name of a detection in decisions. A rule without an ID is named
// by where it is and what it says it is.
func ruleID(rule *sigma.Rule) string {
	if rule.ID != "" {
		return sigmaPrefix + rule.ID
	}
	sum := sha256.Sum256([]byte(rule.File + "\x00" + rule.Title))
	return sigmaPrefix + hex.EncodeToString(sum[:8])
}

// Set is the compiled rules as the sigma package has them.
func (r *Rules) Set() *sigma.Set { return r.set }

// Rule returns a rule by its name in decisions or by its Sigma ID.
func (r *Rules) Rule(id string) (*sigma.Rule, bool) {
	if r == nil {
		return nil, false
	}
	i, ok := r.byID[id]
	if !ok {
		i, ok = r.byID[sigmaPrefix+id]
	}
	if !ok {
		return nil, false
	}
	return r.set.Rules()[i], true
}

// Name is a rule's name in decisions.
func (r *Rules) Name(rule *sigma.Rule) string { return ruleID(rule) }

// Source names the archive that a rule is from.
func (r *Rules) Source(rule *sigma.Rule) string { return r.source[rule] }

// Title is what a detection, rule or correlation, is called; empty where there is
// none of this name.
func (r *Rules) Title(id string) string {
	if rule, ok := r.Rule(id); ok {
		return rule.Title
	}
	if r != nil && r.correlations != nil {
		for _, p := range r.correlations.plans {
			if p.meta.id == id {
				return p.meta.title
			}
		}
	}
	return ""
}

// Rules are the compiled detections of the set; nil when it has none.
func (s *Set) Rules() *Rules { return s.rules }

// maxValues bounds the values that one hit shows.
const maxValues = 8

// Match finds the detections that match an event's payload, as a JSON object, with
// the ruleset's tuning applied.
func (s *Set) Match(ev *domain.Event, payload []byte) *Matched {
	if s.rules == nil {
		return nil
	}
	m := s.rules.matchers.Get().(*sigma.Matcher)
	defer s.rules.matchers.Put(m)
	found, err := s.rules.match(m, payload)
	if err != nil {
		return &Matched{failed: true}
	}
	if len(found) == 0 && !m.Cut() {
		return nil
	}
	out := &Matched{hits: make([]hit, 0, len(found)), entity: entityOf(ev), partial: m.Cut()}
	for _, x := range found {
		meta := &s.rules.meta[x.Index]
		t := s.tuning.of(meta.id)
		if t.disabled {
			continue
		}
		h := hit{ruleMeta: meta, level: meta.level, cap: t.cap, tags: x.Rule.Tags, fields: s.groupFields(m, x)}
		if t.hasLevel {
			h.level = t.level
		}
		if h.cap.span == 0 && h.level < sigma.Critical {
			h.cap = defaultCap
		}
		h.values = shown(m.Explain(x))
		h.suppressed = s.tuning.suppresses(meta.id, ev.ReceivedAt, payload)
		out.hits = append(out.hits, h)
	}
	slices.SortStableFunc(out.hits, func(a, b hit) int { return cmp.Compare(b.level, a.level) })
	return out
}

// shown are the fields and values of a hit, each field's value once.
func shown(matches []sigma.FieldMatch) []domain.NamedValue {
	out := make([]domain.NamedValue, 0, min(len(matches), maxValues))
	for i := range matches {
		v := domain.NamedValue{Name: matches[i].Field, Value: matches[i].Value}
		if v.Name == "" {
			v.Name = "keyword"
		}
		if len(out) < maxValues && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// groupFields reads the fields that correlations want of a hit.
func (s *Set) groupFields(m *sigma.Matcher, x sigma.Match) map[string]string {
	var out map[string]string
	for _, name := range s.rules.wanted[s.rules.meta[x.Index].id] {
		if v, ok := m.Field(x, name); ok {
			if out == nil {
				out = make(map[string]string)
			}
			out[name] = string(bytes.Clone([]byte(v))) // v is the matcher's
		}
	}
	return out
}
