package detect

import (
	"fmt"
	"slices"

	"frostgate.io/frostgate/sigma"
)

// refusal is a document of an archive that is not used.
type refusal struct {
	sigma.Refusal
	in string // the archive; empty: not known
	// winner is the archive that has what bears the same ID and counts.
	winner string
}

// RefusedIn lists what of an archive was left out and why, and what the archive
// took out of others by having its ID before them.
func (r *Rules) RefusedIn(archive string) []sigma.Refusal {
	var out []sigma.Refusal
	for _, x := range r.refused {
		switch archive {
		case x.in:
			out = append(out, x.Refusal)
		case x.winner:
			out = append(out, sigma.Refusal{File: x.File, Line: x.Line, Reason: "of " + x.in + " is not used any more: " + x.Reason})
		}
	}
	return out
}

// refuse takes what was said of correlations, which doesn't name archives.
func (r *Rules) refuse(all *sigma.Collection, refused []sigma.Refusal) {
	for _, x := range refused {
		out := refusal{Refusal: x}
		for _, k := range all.Correlations {
			if k.File == x.File && k.Line == x.Line {
				out.in = r.source[k]
				break
			}
		}
		r.refused = append(r.refused, out)
	}
}

// bearer has an ID first.
type bearer struct {
	file string
	line int
	in   string
}

// dropDuplicates keeps the first rule or correlation of each ID, in the order of
// the archives.
func (r *Rules) dropDuplicates(c *sigma.Collection) {
	seen := make(map[string]bearer, len(c.Rules))
	twin := func(id string, b bearer) bool {
		first, taken := seen[id]
		if !taken {
			seen[id] = b
			return false
		}
		r.refused = append(r.refused, refusal{in: b.in, winner: first.in, Refusal: sigma.Refusal{
			File: b.file, Line: b.line, Reason: fmt.Sprintf("its ID is that of %s line %d in %s, which counts", first.file, first.line, first.in),
		}})
		return true
	}
	c.Rules = slices.DeleteFunc(c.Rules, func(x *sigma.Rule) bool { return twin(ruleID(x), bearer{x.File, x.Line, r.source[x]}) })
	c.Correlations = slices.DeleteFunc(c.Correlations, func(x *sigma.Correlation) bool {
		return twin(correlationID(x), bearer{x.File, x.Line, r.source[x]})
	})
}
