package httpapi

import (
	"context"
	"net/http"

	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/tenant"
)

// decisionAbout is what a decision is about; lists of decisions hold nothing
// personal and don't tell it.
type decisionAbout struct {
	ID          string          `json:"decision_id"`
	Subjects    []aboutSubject  `json:"subjects" doc:"Whom the event names."`
	Mitigations []waitingAction `json:"mitigations" doc:"What is or would be done, and to whom."`
}

type aboutSubject struct {
	Kind  string `json:"kind" enum:"ip|user|host"`
	Value string `json:"value"`
}

// aboutAnswer has those that can be told.
type aboutAnswer struct {
	Items []decisionAbout `json:"items" doc:"In the order asked for, without those that were erased, are not there, or whose ring the key may not read."`
}

// maxAbout bounds how many decisions are opened at once.
const maxAbout = 100

func (s *Server) aboutRoute() *Route {
	return &Route{
		Method: http.MethodGet, Path: prefixV1 + "/decisions/about", Access: scoped, Scope: domain.ScopeDecisionsRead, Class: tenant.ClassRead, Tag: "decisions",
		Summary: "What some decisions are about: addresses, users, hosts, and what is done to them",
		Doc:     "For what a list of decisions shows, which names nobody. At most 100 at once.",
		Query:   []Param{{Name: "id", Many: true, Doc: "A decision's ID."}}, endpoint: read(s.decisionsAbout),
	}
}

func (s *Server) decisionsAbout(ctx context.Context, c *Call) (aboutAnswer, error) {
	ids := c.Query.texts("id")
	if len(ids) > maxAbout {
		return aboutAnswer{}, fault.New(fault.Invalid, "At most %d decisions at once, not %d.", maxAbout, len(ids)).At("id")
	}
	keys, err := s.deps.Decide.Keys.Keys(ctx, c.Tenant())
	if err != nil {
		return aboutAnswer{}, err
	}
	var indexes []uint64
	for _, id := range ids {
		log, index, err := decision.ParseDecisionID(id)
		if err != nil {
			return aboutAnswer{}, err
		}
		if log == keys.LogID {
			indexes = append(indexes, index)
		}
	}
	may, err := s.mayOpen(c)
	if err != nil {
		return aboutAnswer{}, err
	}
	found, err := s.deps.Decide.About(ctx, c.Tenant(), indexes, may)
	if err != nil {
		return aboutAnswer{}, err
	}
	out := aboutAnswer{Items: make([]decisionAbout, len(found))}
	for i, a := range found {
		out.Items[i] = decisionAbout{ID: string(decision.DecisionID(keys.LogID, a.Index)), Subjects: make([]aboutSubject, len(a.Subjects)), Mitigations: actionsOf(a.Mitigations)}
		for n, sub := range a.Subjects {
			out.Items[i].Subjects[n] = aboutSubject{string(sub.Kind), sub.Value}
		}
	}
	return out, nil
}
