package detect

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"go.yaml.in/yaml/v3"

	"frostgate.io/frostgate/sigma/correlate"
)

// windowDoc is a window as written. Without a kind it counts as the first
// documents meant it: from the first event on until the span is over.
type windowDoc struct {
	Name       string   `yaml:"name"`
	Kind       string   `yaml:"kind"`
	Types      []string `yaml:"types"`      // event types; absent: all
	When       expr     `yaml:"when"`       // absent: any event, where detections or steps choose
	Detections []string `yaml:"detections"` // IDs or tags of detections of which one must match
	Key        texts    `yaml:"key"`        // one value or several, see value
	Span       string   `yaml:"span"`       // Go duration
	Lateness   string   `yaml:"lateness"`   // how late events may come; absent: ten minutes

	Limit   int       `yaml:"limit"`   // where the number stops; absent: 100
	Of      string    `yaml:"of"`      // distinct, first_seen, sum, average, median, percentile
	Hit     expr      `yaml:"hit"`     // ratio: which of the events count as hits
	Least   int       `yaml:"least"`   // ratio: how many events it takes; absent: 10
	Learn   string    `yaml:"learn"`   // first_seen: how long a key must be known
	Percent int       `yaml:"percent"` // percentile
	Steps   []stepDoc `yaml:"steps"`   // sequence, all_of
}

type stepDoc struct {
	When       expr     `yaml:"when"`
	Detections []string `yaml:"detections"`
	Count      int      `yaml:"count"` // how many events it takes; absent: 1
}

// texts is one text or a list of them.
type texts []string

// UnmarshalYAML takes a scalar for a list of one.
func (t *texts) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode && n.Tag != "!!null" {
		*t = texts{n.Value}
		return nil
	}
	var list []string
	if err := n.Decode(&list); err != nil || len(list) == 0 {
		return fmt.Errorf("line %d: must be a text or a list of texts", n.Line)
	}
	*t = list
	return nil
}

const (
	defaultLimit = 100
	defaultLeast = 10
	// maxLimit bounds what one state takes: it is stored with each decision that
	// moves it.
	maxLimit = 256
	// maxParts bounds the values that make up a key.
	maxParts = 4
)

// kinds are the words of documents. A window of no kind has no Machine.
func kinds() map[string]correlate.Kind {
	return map[string]correlate.Kind{
		"count": correlate.Count, "sliding": correlate.Sliding, "leaky": correlate.Leaky, "distinct": correlate.Distinct,
		"ratio": correlate.Ratio, "sequence": correlate.Sequence, "all_of": correlate.Temporal, "first_seen": correlate.FirstSeen,
		"sum": correlate.Sum, "average": correlate.Average, "median": correlate.Percentile, "percentile": correlate.Percentile,
	}
}

func (c *compiler) window(at string, w *windowDoc) error {
	if w.Name == "" || slices.ContainsFunc(c.set.windows, func(x *window) bool { return x.Name == w.Name }) {
		return c.doc.bad(at, "name", "%q is missing or named twice", w.Name)
	}
	span, err := time.ParseDuration(w.Span)
	if err != nil || span < time.Second || span > maxSpan {
		return c.doc.bad(at, "span", "%q is not a duration from 1s to %s", w.Span, maxSpan)
	}
	out := &window{Window: Window{Name: w.Name, Key: strings.Join(w.Key, ", "), Span: span}, types: w.Types, detections: w.Detections}
	if err := c.windowKey(at, w, out); err != nil {
		return err
	}
	if out.when, err = c.windowWhen(at, w); err != nil {
		return err
	}
	if err := c.machine(at, w, out); err != nil {
		return err
	}
	c.set.windows = append(c.set.windows, out)
	return nil
}

func (c *compiler) windowKey(at string, w *windowDoc, out *window) error {
	if len(w.Key) == 0 || len(w.Key) > maxParts {
		return c.doc.bad(at, "key", "%q is not an event field", "")
	}
	for _, name := range w.Key {
		v, err := valueNamed(name)
		if err != nil {
			return c.doc.bad(at, "key", "%v", err)
		}
		out.key = append(out.key, v)
	}
	return nil
}

// windowWhen demands a condition where nothing else chooses events.
func (c *compiler) windowWhen(at string, w *windowDoc) (*predicate, error) {
	if w.When.text == "" && (len(w.Detections) > 0 || len(w.Steps) > 0) {
		return &predicate{constant: true, always: true}, nil
	}
	return c.expression(at, "when", w.When, cel.BoolType)
}

// machine makes the window's rule; a window of no kind has none and may have
// nothing that only kinds know.
func (c *compiler) machine(at string, w *windowDoc, out *window) error {
	if w.Kind == "" {
		for name, given := range map[string]bool{
			"lateness": w.Lateness != "", "limit": w.Limit != 0, "of": w.Of != "", "hit": w.Hit.text != "", "least": w.Least != 0,
			"learn": w.Learn != "", "percent": w.Percent != 0, "steps": len(w.Steps) > 0,
		} {
			if given {
				return c.doc.bad(at, name, "belongs to windows with a kind")
			}
		}
		return nil
	}
	kind, ok := kinds()[w.Kind]
	if !ok {
		return c.doc.bad(at, "kind", "%q is not a kind of window", w.Kind)
	}
	m := &correlate.Machine{Kind: kind, Span: out.Span, Lateness: correlate.DefaultLateness, Percent: w.Percent}
	if err := c.durations(at, w, m); err != nil {
		return err
	}
	if err := c.operands(at, w, m, out); err != nil {
		return err
	}
	if err := c.steps(at, w, m, out); err != nil {
		return err
	}
	if err := m.Check(); err != nil {
		return c.doc.bad(at, "kind", "%s: %v", w.Kind, err)
	}
	out.machine = m
	return nil
}

func (c *compiler) durations(at string, w *windowDoc, m *correlate.Machine) (err error) {
	if w.Lateness != "" {
		if m.Lateness, err = time.ParseDuration(w.Lateness); err != nil {
			return c.doc.bad(at, "lateness", "%q is not a duration", w.Lateness)
		}
	}
	if w.Learn != "" {
		if m.Learn, err = time.ParseDuration(w.Learn); err != nil || m.Kind != correlate.FirstSeen {
			return c.doc.bad(at, "learn", "%q is not a duration, or the window is not a first_seen", w.Learn)
		}
	}
	return nil
}

// operands are what a kind looks at beside the key: of, hit, and where it stops.
func (c *compiler) operands(at string, w *windowDoc, m *correlate.Machine, out *window) (err error) {
	limited := m.Kind == correlate.Sliding || m.Kind == correlate.Leaky || m.Kind == correlate.Distinct || m.Kind == correlate.FirstSeen || m.Kind == correlate.Percentile
	switch {
	case limited && w.Limit == 0:
		m.Limit = defaultLimit
	case limited:
		m.Limit = w.Limit
	case w.Limit != 0:
		return c.doc.bad(at, "limit", "belongs to sliding, leaky, distinct, first_seen, median and percentile")
	}
	if m.Limit > maxLimit && m.Kind != correlate.Sliding && m.Kind != correlate.Leaky {
		return c.doc.bad(at, "limit", "%d is over %d", m.Limit, maxLimit)
	}
	if w.Kind == "median" {
		m.Percent = 50
	}
	needsOf := m.Kind == correlate.Distinct || m.Kind == correlate.Sum || m.Kind == correlate.Average || m.Kind == correlate.Percentile
	if needsOf != (w.Of != "") && (w.Of == "" || m.Kind != correlate.FirstSeen) {
		return c.doc.bad(at, "of", "distinct, sum, average, median and percentile need it, first_seen may have it, others can't")
	}
	if w.Of != "" {
		of, err := valueNamed(w.Of)
		if err != nil {
			return c.doc.bad(at, "of", "%v", err)
		}
		out.of = &of
	}
	if (m.Kind == correlate.Ratio) != (w.Hit.text != "") || m.Kind != correlate.Ratio && w.Least != 0 {
		return c.doc.bad(at, "hit", "a ratio needs it, others have neither it nor least")
	}
	if m.Kind == correlate.Ratio {
		if m.Least = w.Least; m.Least == 0 {
			m.Least = defaultLeast
		}
		out.hit, err = c.expression(at, "hit", w.Hit, cel.BoolType)
	}
	return err
}

func (c *compiler) steps(at string, w *windowDoc, m *correlate.Machine, out *window) error {
	if len(w.Steps) > 0 && m.Kind != correlate.Sequence && m.Kind != correlate.Temporal {
		return c.doc.bad(at, "steps", "belongs to sequence and all_of")
	}
	for i := range w.Steps {
		s := &w.Steps[i]
		step := step{detections: s.Detections, when: &predicate{constant: true, always: true}}
		if s.When.text != "" || len(s.Detections) == 0 {
			var err error
			if step.when, err = c.expression(at, fmt.Sprintf("steps/%d/when", i), s.When, cel.BoolType); err != nil {
				return err
			}
		}
		out.steps = append(out.steps, step)
		m.Steps = append(m.Steps, max(s.Count, 1))
	}
	return nil
}
