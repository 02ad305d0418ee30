package detect

import (
	"fmt"
	"slices"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/sigma"
)

// responseDoc proposes a mitigation for detections of a level or above: Sigma
// rules say what they saw, not what to do about it.
type responseDoc struct {
	Level         string `yaml:"level"`
	mitigationDoc `yaml:",inline"`
}

// response is a responseDoc made ready.
type response struct {
	level sigma.Level
	mitigation
}

func (c *compiler) responses() error {
	for i := range c.doc.Responses {
		d := &c.doc.Responses[i]
		at := fmt.Sprintf("responses/%d", i)
		level, ok := levelNamed(d.Level)
		if !ok {
			return c.doc.bad(at, "level", "%q is not informational, low, medium, high or critical", d.Level)
		}
		m, err := c.mitigation(at, "", &d.mitigationDoc)
		if err != nil {
			return err
		}
		if len(d.TTL) > 1 {
			return c.doc.bad(at, "ttl", "a response has one duration")
		}
		c.set.responses = append(c.set.responses, response{level, m})
	}
	return nil
}

// respond proposes what the document says for the gravest detection that counts.
// Nothing is proposed without a target.
func (s *Set) respond(top *hit, v *vars, out *Result) {
	if top == nil {
		return
	}
	for i := range s.responses {
		r := &s.responses[i]
		if top.level < r.level {
			continue
		}
		if m := r.propose(top.id, v); m.Target != "" || m.TargetKind == "" {
			out.Mitigations = append(out.Mitigations, m)
		}
	}
}

// levelNamed reads a level's word.
func levelNamed(word string) (sigma.Level, bool) {
	for l := sigma.Informational; l <= sigma.Critical; l++ {
		if l.String() == word {
			return l, true
		}
	}
	return 0, false
}

// merged leaves one proposal for each action on a target: two rules that want the
// same thing want it once, and it costs once. The surest and longest counts; the
// reason is the first rule's.
func merged(proposed []domain.Mitigation) []domain.Mitigation {
	out := proposed[:0]
	for _, m := range proposed {
		i := slices.IndexFunc(out, func(x domain.Mitigation) bool {
			return x.Action == m.Action && x.Target == m.Target && x.TargetKind == m.TargetKind
		})
		if i < 0 {
			out = append(out, m)
			continue
		}
		out[i].Confidence = max(out[i].Confidence, m.Confidence)
		out[i].TTLSeconds = max(out[i].TTLSeconds, m.TTLSeconds)
	}
	return out
}
