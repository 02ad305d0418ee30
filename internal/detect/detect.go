// Package detect decides which scenarios an event fires. Scenarios, the
// built-in ones too, are CEL conditions in a versioned document; this package
// compiles a document once and evaluates it for each event.
//
// Invariant: pure and deterministic: what Evaluate returns depends on the
// document, the event and the window facts passed in, nothing else. A Set never
// changes and is safe for concurrent use. An expression can neither stall (its
// cost is bounded) nor panic: an evaluation error counts as not matched and is
// named in the trace. It must not keep window state, do I/O or read a clock.
package detect

import (
	"slices"
	"strconv"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/jsondoc"
)

// Set is a compiled scenario document.
type Set struct {
	version   string
	hash      domain.Hash
	windows   []*window
	scenarios []*scenario
	responses []response
	rules     *Rules         // nil: no detections
	tuning    *tuned         // nil: nothing is tuned
	fallback  domain.RuleHit // the hit when nothing fired
	// correlations of the detections; nil: there are none. layers see Layers.
	correlations *correlations
	layers       int

	// byType holds what can concern an event type; anyType what can
	// concern a type that no entry names.
	byType  map[string]selection
	anyType selection
}

// selection is what one event type has to look at, in document order.
type selection struct {
	windows   []*window
	scenarios []*scenario
}

// Result is what the scenarios say about one event.
type Result struct {
	Hits        []domain.RuleHit // fired ones and relevant ones that did not fire, in document order
	Points      int
	Fired       []string // IDs, never empty: the default's when nothing else fired
	Mitigations []domain.Mitigation
	Flips       []Flip
}

// Flip is a candidate change of normalised fields that might change the
// decision; the caller tries it.
type Flip struct {
	Rule   string
	Change string // what it would be, in words
	Set    []domain.NamedValue
}

type scenario struct {
	id, title      string
	points         int
	types          []string
	techniques     []string // sorted
	when, relevant *predicate
	values         []value
	mitigations    []mitigation
	escalation     *escalation // nil: durations are the same each time
	flips          []flip
}

// value is one named value of the trace: an event field or a window's count.
type value struct {
	name   string
	window string
	text   func(*domain.Event) string
}

type mitigation struct {
	action, kind   string
	target         func(*domain.Event) string
	ttl            []int64 // seconds: by how often the scenario has fired
	confidence     domain.Milli
	confidenceExpr *predicate
}

type flip struct {
	rule         string
	fired, quiet bool // offered when the rule fired, when it did not
	text         []piece
	set          []domain.NamedValue
}

type piece struct {
	literal string
	field   func(*domain.Event) string
}

// predicate is a compiled expression, or a constant.
type predicate struct {
	constant, always bool
	prog             cel.Program
}

// holds evaluates a boolean expression.
func (p *predicate) holds(v *vars) (bool, error) {
	if p.constant {
		return p.always, nil
	}
	out, _, err := p.prog.Eval(v)
	if err != nil {
		return false, err
	}
	b, ok := out.(types.Bool)
	if !ok {
		return false, fault.New(fault.Internal, "gives %s, not a boolean", out.Type().TypeName())
	}
	return bool(b), nil
}

// index orders windows and scenarios by the event types they can concern.
func (s *Set) index() {
	s.byType = map[string]selection{}
	s.anyType = s.selectFor("", false)
	s.layers = s.correlations.layers()
	if slices.ContainsFunc(s.scenarios, func(sc *scenario) bool { return sc.escalation != nil }) {
		s.layers++
	}
	for _, w := range s.windows {
		for _, t := range w.types {
			s.byType[t] = s.selectFor(t, true)
		}
	}
	for _, sc := range s.scenarios {
		for _, t := range sc.types {
			s.byType[t] = s.selectFor(t, true)
		}
	}
}

func (s *Set) selectFor(eventType string, named bool) selection {
	var out selection
	for _, w := range s.windows {
		if len(w.types) == 0 || named && slices.Contains(w.types, eventType) {
			out.windows = append(out.windows, w)
		}
	}
	for _, sc := range s.scenarios {
		if len(sc.types) == 0 || named && slices.Contains(sc.types, eventType) {
			out.scenarios = append(out.scenarios, sc)
		}
	}
	return out
}

func (s *Set) selection(eventType string) selection {
	if sel, ok := s.byType[eventType]; ok {
		return sel
	}
	return s.anyType
}

// Hash is the SHA-256 of the document's exact bytes.
func (s *Set) Hash() domain.Hash { return s.hash }

// Version is the version that the document names.
func (s *Set) Version() string { return s.version }

// HasScenario reports whether the document has a scenario of this ID.
func (s *Set) HasScenario(id string) bool {
	return slices.ContainsFunc(s.scenarios, func(sc *scenario) bool { return sc.id == id })
}

// Windows lists the document's windows in its order.
func (s *Set) Windows() []Window {
	out := make([]Window, len(s.windows))
	for i, w := range s.windows {
		out[i] = w.Window
	}
	return out
}

// Evaluate runs the scenarios on one event with the window facts as they are
// after this event was counted, and adds the detections that it matched.
func (s *Set) Evaluate(ev *domain.Event, payload jsondoc.Value, m *Matched, windows []domain.WindowFact) Result {
	var out Result
	v := vars{ev: ev, payload: payload, matched: m, windows: windows}
	for _, sc := range s.selection(ev.Type).scenarios {
		sc.evaluate(&v, &out)
	}
	m = s.correlations.with(m, windows, s.tuning)
	s.respond(m.score(windows, &out), &v, &out)
	out.Mitigations = merged(out.Mitigations)
	if len(out.Fired) == 0 {
		out.Hits = append(out.Hits, s.fallback)
		out.Fired = []string{s.fallback.Rule}
		out.Points = s.fallback.Points
	}
	return out
}

func (sc *scenario) evaluate(v *vars, out *Result) {
	matched, err := sc.when.holds(v)
	switch {
	case err != nil:
		hit := sc.hit(v, false)
		hit.Values = append(hit.Values, domain.NamedValue{Name: "error", Value: errorKind(err)})
		out.Hits = append(out.Hits, hit)
	case matched:
		out.Hits = append(out.Hits, sc.escalated(sc.hit(v, true), v.windows))
		out.Fired = append(out.Fired, sc.id)
		out.Points += sc.points
		for i := range sc.mitigations {
			out.Mitigations = append(out.Mitigations, sc.mitigations[i].propose(sc.id, v))
		}
		sc.offer(v, true, out)
	case sc.relevant != nil:
		if ok, err := sc.relevant.holds(v); err == nil && ok {
			out.Hits = append(out.Hits, sc.hit(v, false))
			sc.offer(v, false, out)
		}
	}
}

// errorKind is what the trace says about a failed evaluation: a few fixed
// words, because the trace is hashed and a library's wording may change.
func errorKind(err error) string {
	switch text := err.Error(); {
	case strings.Contains(text, "cost limit"):
		return "cost limit exceeded"
	case strings.Contains(text, "no such key"):
		return "no such key"
	case strings.Contains(text, "no such overload"):
		return "type mismatch"
	}
	return "evaluation failed"
}

func (sc *scenario) hit(v *vars, matched bool) domain.RuleHit {
	h := domain.RuleHit{Rule: sc.id, Title: sc.title, Matched: matched}
	if matched {
		h.Points, h.Techniques = sc.points, sc.techniques
	}
	if len(sc.values) > 0 {
		h.Values = make([]domain.NamedValue, len(sc.values), len(sc.values)+1)
	}
	for i, val := range sc.values {
		text := ""
		if val.text != nil {
			text = val.text(v.ev)
		} else {
			text = strconv.FormatInt(countOf(v.windows, val.window), 10)
		}
		h.Values[i] = domain.NamedValue{Name: val.name, Value: text}
	}
	return h
}

func (m *mitigation) propose(rule string, v *vars) domain.Mitigation {
	out := domain.Mitigation{
		Action: m.action, Target: m.target(v.ev), TargetKind: m.kind, TTLSeconds: m.lasts(rule, v.windows), Reason: rule, Confidence: m.confidence,
	}
	if m.confidenceExpr != nil {
		// An expression that fails leaves confidence 0: least, not most.
		if got, _, err := m.confidenceExpr.prog.Eval(v); err == nil {
			if n, ok := got.(types.Int); ok {
				out.Confidence = domain.Milli(min(max(n, 0), 1000))
			}
		}
	}
	return out
}

func (sc *scenario) offer(v *vars, fired bool, out *Result) {
	for i := range sc.flips {
		f := &sc.flips[i]
		if fired && f.fired || !fired && f.quiet {
			out.Flips = append(out.Flips, Flip{Rule: f.rule, Change: f.words(v.ev), Set: f.set})
		}
	}
}

func (f *flip) words(ev *domain.Event) string {
	if len(f.text) == 1 {
		return f.text[0].literal
	}
	var b strings.Builder
	for _, p := range f.text {
		if p.field != nil {
			b.WriteString(p.field(ev))
			continue
		}
		b.WriteString(p.literal)
	}
	return b.String()
}

// Apply returns the event with the flip's fields set. Payload and windows stay
// as they are; only normalised fields change.
func (f Flip) Apply(ev domain.Event) domain.Event {
	for _, nv := range f.Set {
		if fd, _ := fieldNamed(nv.Name); fd.set != nil {
			fd.set(&ev, nv.Value)
		}
	}
	return ev
}
