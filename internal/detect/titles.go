package detect

import (
	"regexp"
	"slices"
	"strings"
)

// technique is the form of an ATT&CK technique's ID.
var technique = regexp.MustCompile(`^T[0-9]{4}(\.[0-9]{3})?$`)

// techniques checks those that a scenario names; sorted, as those of detections.
func (c *compiler) techniques(at string, names []string) ([]string, error) {
	for _, name := range names {
		if !technique.MatchString(name) {
			return nil, c.doc.bad(at, "techniques", "%q is not like T1110 or T1110.003", name)
		}
	}
	out := slices.Clone(names)
	slices.Sort(out)
	return slices.Compact(out), nil
}

// Title gives the title of a scenario, a detection or the default by its name in
// decisions; empty where the set doesn't have it.
func (s *Set) Title(id string) string {
	for _, sc := range s.scenarios {
		if sc.id == id {
			return sc.title
		}
	}
	if rule, ok := s.rules.Rule(id); ok {
		return rule.Title
	}
	if s.correlations != nil {
		for _, p := range s.correlations.plans {
			if p.meta.id == id {
				return p.meta.title
			}
		}
	}
	switch id {
	case s.fallback.Rule:
		return s.fallback.Title
	case failedRule:
		return failedTitle
	case partialRule:
		return partialHit().Title
	}
	return ""
}

// Quiet reports whether a name in decisions says that nothing fired.
func (s *Set) Quiet(id string) bool { return id == s.fallback.Rule }

// SuppressedBy says in words why a hit gives no points although nothing graver
// stands beside it: domain.RuleHit.Suppressed of a hit that didn't fire. Empty for
// one that fired.
func (s *Set) SuppressedBy(why string) string {
	id, tuned := strings.CutPrefix(why, suppressedTuned)
	switch {
	case tuned:
		if s.tuning != nil && s.tuning.titles[id] != "" {
			id = s.tuning.titles[id]
		}
		return "filter " + id
	case why == suppressedCap:
		return "more hits than its cap"
	case why == suppressedCorrelated:
		return "counts only for a correlation"
	}
	return ""
}
