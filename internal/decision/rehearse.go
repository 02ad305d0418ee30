package decision

import (
	"time"

	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/jsondoc"
)

// Scenarios tries scenarios on defend requests without a store: for the tests
// that stand beside them.
type Scenarios struct{ set *detect.Set }

// NewScenarios takes a compiled document.
func NewScenarios(set *detect.Set) *Scenarios { return &Scenarios{set} }

// Has reports whether the document has a scenario.
func (s *Scenarios) Has(id string) bool { return s.set.HasScenario(id) }

// Begin starts without any state. The function it returns takes events in the
// order of their times and names the scenarios that fire; a timestamp in a
// request is replaced by the time.
func (s *Scenarios) Begin() func(request []byte, at time.Time) ([]string, error) {
	r := detect.NewRehearsal(s.set)
	return func(request []byte, at time.Time) ([]string, error) {
		var doc jsondoc.Doc
		req, err := ParseRequest(request, &doc)
		if err != nil {
			return nil, err
		}
		req.Timestamp = at.UTC().Format(time.RFC3339Nano)
		d := Defaults{Persona: domain.Sentinel, Ring: domain.Unclass}
		ev, canonical, err := normalise(&req, "rehearsal", d, domain.Micros(at.UnixMicro()), nil)
		if err != nil {
			return nil, err
		}
		got, _ := r.Decide(&ev, req.Payload, s.set.Match(&ev, canonical))
		return got.Fired, nil
	}
}
