package detect

import (
	"strconv"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/sigma/correlate"
)

// firedPrefix begins the names of the windows that count how often a scenario has
// fired for a key.
const firedPrefix = "fired:"

// escalateDoc says by what firings are counted and when they are forgotten.
type escalateDoc struct {
	Key    texts  `yaml:"key"`
	Forget string `yaml:"forget"` // Go duration, from the end of the last one; absent: a week
}

const (
	defaultForget = 7 * 24 * time.Hour
	maxForget     = 366 * 24 * time.Hour
	maxTTLs       = 16
)

// escalation makes a scenario's mitigations last longer each time. What happens
// while the last one lasts is still that one.
type escalation struct {
	key     []source
	machine *correlate.Machine
}

// escalation is there when a mitigation has more than one duration.
func (c *compiler) escalation(at string, s *scenarioDoc, out *scenario) error {
	e := &escalation{machine: &correlate.Machine{Kind: correlate.Episode, Span: defaultForget}}
	var key texts
	for i := range s.Mitigations {
		m := &s.Mitigations[i]
		if len(m.TTL) > maxTTLs {
			return c.doc.bad(at, "mitigations", "%d durations, at most %d", len(m.TTL), maxTTLs)
		}
		if len(m.TTL) < 2 {
			continue
		}
		if key == nil {
			key = texts{m.Target}
		}
		// The longest of all lists says how long an episode lasts.
		for k, ttl := range out.mitigations[i].ttl {
			d := time.Duration(ttl) * time.Second
			if k == len(e.machine.Durations) {
				e.machine.Durations = append(e.machine.Durations, 0)
			}
			e.machine.Durations[k] = max(e.machine.Durations[k], d)
		}
	}
	switch {
	case key == nil && s.Escalate == nil:
		return nil
	case key == nil:
		return c.doc.bad(at, "escalate", "needs a mitigation with several durations")
	}
	if d := s.Escalate; d != nil {
		if len(d.Key) > 0 {
			key = d.Key
		}
		if d.Forget != "" {
			forget, err := time.ParseDuration(d.Forget)
			if err != nil || forget < time.Second || forget > maxForget {
				return c.doc.bad(at, "escalate/forget", "%q is not a duration from 1s to one year", d.Forget)
			}
			e.machine.Span = forget
		}
	}
	if len(key) > maxParts {
		return c.doc.bad(at, "escalate/key", "%d values, at most %d", len(key), maxParts)
	}
	for _, name := range key {
		v, err := valueNamed(name)
		if err != nil {
			return c.doc.bad(at, "escalate/key", "%v", err)
		}
		e.key = append(e.key, v)
	}
	if err := e.machine.Check(); err != nil {
		return c.doc.bad(at, "escalate", "%v", err)
	}
	out.escalation = e
	return nil
}

// lasts is how long a mitigation holds: by the scenario's number of firings for
// its key, which the facts hold.
func (m *mitigation) lasts(rule string, windows []domain.WindowFact) int64 {
	switch n := len(m.ttl); n {
	case 0:
		return 0
	case 1:
		return m.ttl[0]
	default:
		times := countOf(windows, firedPrefix+rule)
		return m.ttl[min(max(times, 1), int64(n))-1]
	}
}

// escalated says in the trace which time it is.
func (sc *scenario) escalated(h domain.RuleHit, windows []domain.WindowFact) domain.RuleHit {
	if n := countOf(windows, firedPrefix+sc.id); sc.escalation != nil && n > 1 {
		h.Values = append(h.Values, domain.NamedValue{Name: "times", Value: strconv.FormatInt(n, 10)})
	}
	return h
}

// fired is the window that a scenario counts into when it fires.
func (sc *scenario) fired(v *vars) (WindowKey, bool) {
	var buf [maxParts]string
	for i := range sc.escalation.key {
		buf[i] = sc.escalation.key[i].text(v.ev, v.payload)
	}
	key := keyText(buf[:len(sc.escalation.key)])
	if key == "" {
		return WindowKey{}, false
	}
	if ok, err := sc.when.holds(v); err != nil || !ok {
		return WindowKey{}, false
	}
	m := sc.escalation.machine
	return WindowKey{Window: firedPrefix + sc.id, Key: key, Span: m.Span, Machine: m}, true
}
