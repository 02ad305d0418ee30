package detect

import (
	"slices"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/jsondoc"
	"frostgate.io/frostgate/sigma/correlate"
)

// Window declares what is counted, per value of which field and for how long.
type Window struct {
	Name string
	Key  string // names of the values
	Span time.Duration
}

// WindowKey is one window that an event counts into, and as what.
type WindowKey struct {
	Window string
	Key    string // the values
	Span   time.Duration
	// Machine is the window's rule; nil: it counts from its first event on until
	// the span is over.
	Machine *correlate.Machine
	// Value is what is told apart by its hash, where the machine does that; Input
	// is the rest of what it looks at. Time and hash are the caller's to add.
	Value string
	Input correlate.Input
}

// window is a Window made ready.
type window struct {
	Window
	types      []string
	when       *predicate
	detections []string
	key        []source
	machine    *correlate.Machine // nil: of no kind
	of         *source
	hit        *predicate
	steps      []step
}

type step struct {
	when       *predicate
	detections []string
}

// WindowHits lists the windows of the first layer that the event counts into; nil
// when there is none. A window whose condition fails to evaluate isn't counted. m
// are the detections that the payload matched.
func (s *Set) WindowHits(ev *domain.Event, payload jsondoc.Value, m *Matched) []WindowKey {
	out := m.rateWindows(nil)
	out = s.correlations.hits(0, m, nil, s.tuning, out)
	sel := s.selection(ev.Type)
	if len(sel.windows) == 0 {
		return out
	}
	v := vars{ev: ev, payload: payload, matched: m}
	for _, w := range sel.windows {
		if k, ok := w.count(&v); ok {
			out = append(out, k)
		}
	}
	return out
}

// count says whether and as what an event counts.
func (w *window) count(v *vars) (WindowKey, bool) {
	if len(w.detections) > 0 && !v.matched.any(w.detections) {
		return WindowKey{}, false
	}
	key := w.keyOf(v)
	if key == "" {
		return WindowKey{}, false
	}
	if ok, err := w.when.holds(v); err != nil || !ok {
		return WindowKey{}, false
	}
	k := WindowKey{Window: w.Name, Key: key, Span: w.Span, Machine: w.machine}
	return k, w.machine == nil || w.operands(v, &k)
}

func (w *window) keyOf(v *vars) string {
	if len(w.key) == 1 { // most windows; without a list
		return shortened(w.key[0].text(v.ev, v.payload))
	}
	var buf [maxParts]string
	for i := range w.key {
		buf[i] = w.key[i].text(v.ev, v.payload)
	}
	return keyText(buf[:len(w.key)])
}

// operands adds what the machine looks at; false when the event lacks it.
func (w *window) operands(v *vars, k *WindowKey) bool {
	if w.of != nil {
		text := w.of.text(v.ev, v.payload)
		if text == "" {
			return false
		}
		switch w.machine.Kind {
		case correlate.Distinct, correlate.FirstSeen:
			k.Value = text
		default:
			n, ok := correlate.Thousandths(text)
			if k.Input.Number = n / 1000; !ok { // windows count in whole numbers
				return false
			}
		}
	}
	if w.hit != nil {
		// A condition that fails to evaluate is no hit; the event counts.
		k.Input.Hit, _ = w.hit.holds(v)
	}
	for i := range w.steps {
		s := &w.steps[i]
		if len(s.detections) > 0 && !v.matched.any(s.detections) {
			continue
		}
		if ok, err := s.when.holds(v); err == nil && ok {
			k.Input.Steps |= 1 << i
		}
	}
	return len(w.steps) == 0 || k.Input.Steps != 0
}

// any reports that one of the detections, by ID or tag, matched and counts.
func (m *Matched) any(names []string) bool {
	if m == nil {
		return false
	}
	return slices.ContainsFunc(m.hits, func(h hit) bool {
		return h.suppressed == "" && slices.ContainsFunc(names, func(n string) bool {
			return h.id == n || h.id[len(sigmaPrefix):] == n || slices.Contains(h.tags, n)
		})
	})
}
