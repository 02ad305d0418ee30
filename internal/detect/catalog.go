package detect

import (
	"frostgate.io/frostgate/sigma"
	"frostgate.io/frostgate/sigma/correlate"
)

// Correlation is a correlation among the detections of a set.
type Correlation struct {
	*sigma.Correlation
	Name    string   // in decisions
	Source  string   // name of the archive
	Members []string // what it looks at, by its name in decisions
	Served  bool     // some known kind of event reaches what it looks at
	// Quiet says that it only serves other correlations and never fires itself.
	Quiet bool
}

// Correlations lists those that are in use, the ones that others look at first.
func (r *Rules) Correlations() []Correlation {
	if r == nil || r.correlations == nil {
		return nil
	}
	unserved := make(map[*sigma.Rule]bool)
	for _, x := range r.set.Unserved() {
		unserved[x] = true
	}
	out := make([]Correlation, 0, len(r.correlations.plans))
	for _, p := range r.correlations.plans {
		out = append(out, r.correlation(p, unserved))
	}
	return out
}

// Correlation returns one by its name in decisions, with or without its prefix.
func (r *Rules) Correlation(id string) (Correlation, bool) {
	for _, c := range r.Correlations() {
		if c.Name == id || c.Name == sigmaPrefix+id {
			return c, true
		}
	}
	return Correlation{}, false
}

func (r *Rules) correlation(p *plan, unserved map[*sigma.Rule]bool) Correlation {
	out := Correlation{
		Correlation: p.Correlation, Name: p.meta.id, Source: r.source[p.Correlation], Quiet: p.Quiet, Served: served(p.Plan, unserved),
	}
	for i := range p.Members {
		if m := &p.Members[i]; m.Rule != nil {
			out.Members = append(out.Members, ruleID(m.Rule))
		} else {
			out.Members = append(out.Members, correlationID(m.Plan.Correlation))
		}
	}
	return out
}

func served(p *correlate.Plan, unserved map[*sigma.Rule]bool) bool {
	for i := range p.Members {
		m := &p.Members[i]
		if m.Rule != nil && !unserved[m.Rule] || m.Plan != nil && served(m.Plan, unserved) {
			return true
		}
	}
	return false
}
