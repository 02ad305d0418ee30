package anomaly

import (
	"fmt"
	"strconv"
	"strings"

	"frostgate.io/frostgate/internal/domain"
)

// Findings are what an event's features found: the rarity of each, 0 where it
// found nothing.
type Findings [FeatureCount]domain.Milli

// FindingsOf reads what a decision's facts say was unusual.
func FindingsOf(fact *domain.AnomalyFact) Findings {
	var out Findings
	if fact == nil {
		return out
	}
	for i := range fact.Features {
		x := &fact.Features[i]
		if f, ok := FeatureNamed(x.Name); ok && !x.Learning && x.Rarity > 0 {
			out[f] = min(x.Rarity, 1000)
		}
	}
	return out
}

// String lists the features that found something, with their rarities.
func (f Findings) String() string {
	var b []byte
	for i := range FeatureCount {
		if f[i] == 0 {
			continue
		}
		if len(b) > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendInt(append(b, i.String()+"="...), int64(f[i]), 10)
	}
	return string(b)
}

// ParseFindings reads what String wrote. Features that this version does not
// know are left out.
func ParseFindings(s string) (Findings, error) {
	var out Findings
	for word := range strings.FieldsSeq(s) {
		name, number, _ := strings.Cut(word, "=")
		r, err := strconv.ParseInt(number, 10, 64)
		if err != nil || r <= 0 || r > 1000 {
			return Findings{}, fmt.Errorf("findings: %.40q is no feature with a number from 1 to 1000", word)
		}
		if f, ok := FeatureNamed(name); ok {
			out[f] = domain.Milli(r)
		}
	}
	return out, nil
}

// Verdict is what one person says of one decision.
type Verdict struct {
	Person       string
	Kind         string // of event: its source and type
	TruePositive bool
	Found        Findings
}

// mover is who or what moves a weight.
type mover struct {
	kind bool // a kind of event, else a person
	name string
}

// Weigh returns the model after people's verdicts, and nothing else: the same
// verdicts in the same order give the same weights, whatever the model was
// before. A false positive takes from the weights of the features that found
// something, in proportion to how much; a true positive gives some back. Where
// nothing changes, it is the model itself.
//
// All verdicts of one person move a weight by no more than half of what lies
// between the first weight and the floor, and so do all verdicts on one kind of
// event: a single account, stolen or mistaken, or a single noisy source must not
// make a feature deaf to everything else.
func (m *Model) Weigh(verdicts []Verdict) *Model {
	first := DefaultModel()
	out := Model{Version: m.Version, Weights: first.Weights}
	moved := map[mover]*[FeatureCount]domain.Milli{}
	of := func(k mover) *[FeatureCount]domain.Milli {
		if moved[k] == nil {
			moved[k] = new([FeatureCount]domain.Milli)
		}
		return moved[k]
	}
	for i := range verdicts {
		v := &verdicts[i]
		person, kind := of(mover{name: v.Person}), of(mover{kind: true, name: v.Kind})
		for f := range FeatureCount {
			if v.Found[f] == 0 {
				continue
			}
			limit := (first.Weights[f] - MinWeight) / 2
			step := within(within(v.step(f, out.Weights[f]), person[f], limit), kind[f], limit)
			out.Weights[f] += step
			person[f] += step
			kind[f] += step
		}
	}
	if out.Weights == m.Weights {
		return m
	}
	out.Version++
	return &out
}

// step is how far the verdict alone would move a feature's weight.
func (v *Verdict) step(f Feature, w domain.Milli) domain.Milli {
	if v.TruePositive {
		return (MaxWeight - w) * v.Found[f] / 4000
	}
	return max(w-max(w*v.Found[f]/4000, 1), MinWeight) - w
}

// within shortens a step so that all steps together stay within the limit.
func within(step, moved, limit domain.Milli) domain.Milli {
	return min(max(moved+step, -limit), limit) - moved
}
