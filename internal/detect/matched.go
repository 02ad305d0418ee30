package detect

import (
	"slices"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/sigma"
)

// sigmaPrefix keeps the names of detections apart from those of scenarios.
const sigmaPrefix = "sigma:"

// ruleMeta is what a hit of a rule carries.
type ruleMeta struct {
	id         string // with sigmaPrefix
	title      string
	author     string
	level      sigma.Level
	techniques []string
	window     string // of the rate cap
}

// Matched are the detections that an event's payload matched. The zero value and
// nil are none.
type Matched struct {
	hits   []hit  // in the set's order
	entity string // see entityOf
	// failed says that the payload could not be matched at all.
	failed bool
	// partial says that it was too costly to be matched in full.
	partial bool
}

// hit is one rule that matched.
type hit struct {
	*ruleMeta
	values     []domain.NamedValue
	level      sigma.Level // as tuned
	cap        rateCap
	suppressed string
	tags       []string
	fields     map[string]string // that correlations group by
}

// Has reports a match of a rule by either of its names, suppressed or not.
func (m *Matched) Has(id string) bool { return m.find(id) != nil }

func (m *Matched) find(id string) *hit {
	if m == nil {
		return nil
	}
	for i := range m.hits {
		if h := &m.hits[i]; h.id == id || h.id[len(sigmaPrefix):] == id {
			return h
		}
	}
	return nil
}

// HasTag reports a match of a rule that carries a tag.
func (m *Matched) HasTag(tag string) bool {
	return m != nil && slices.ContainsFunc(m.hits, func(h hit) bool { return slices.Contains(h.tags, tag) })
}

// Field is the value of a Sigma field of the event as the rule sees it; only the
// fields that a correlation of the set groups or computes by are kept.
func (m *Matched) Field(id, field string) (string, bool) {
	h := m.find(id)
	if h == nil {
		return "", false
	}
	v, ok := h.fields[field]
	return v, ok
}

// IDs lists the rules that matched and count, by their names in decisions.
func (m *Matched) IDs() []string {
	if m == nil {
		return nil
	}
	var out []string
	for i := range m.hits {
		if m.hits[i].suppressed == "" {
			out = append(out, m.hits[i].id)
		}
	}
	return out
}
