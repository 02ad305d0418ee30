package httpapi

import (
	"context"
	"net/http"

	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/detect/anomaly"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/tenant"
)

type newFeedback struct {
	Verdict string `json:"verdict" enum:"true_positive|false_positive"`
	Rule    string `json:"rule,omitempty" maxlen:"512" doc:"One rule that fired, or anomaly for the anomaly score. Default: the decision as a whole, with every rule that fired."`
	Comment string `json:"comment,omitempty" maxlen:"2000" doc:"It is sealed with the entry, and erased with the subjects of the decision."`
}

// feedbackView is recorded feedback.
type feedbackView struct {
	DecisionID string   `json:"decision_id"`
	Verdict    string   `json:"verdict"`
	Rule       string   `json:"rule,omitempty" doc:"Absent: the decision as a whole."`
	Rules      []string `json:"rules" doc:"Rules that the verdict counts for."`
	Entry      uint64   `json:"entry" doc:"Entry of the tenant's log that records it."`
	At         Time     `json:"at"`
	By         string   `json:"by"`
	Replayed   bool     `json:"replayed" doc:"The same was recorded before; nothing was added."`
	Retrained  bool     `json:"retrained" doc:"It made a new version of the anomaly model, recorded by an entry of its own."`
	Model      string   `json:"model" doc:"The anomaly model of the decision's ring afterwards."`
}

// anomalyModels are the models of the rings that the reader may read.
type anomalyModels struct {
	Models []anomalyModel `json:"models"`
}

type anomalyModel struct {
	Ring        string         `json:"ring"`
	Model       string         `json:"model" doc:"Algorithm and version of the weights, as decisions name it."`
	Version     int64          `json:"version" doc:"Each feedback that changes a weight makes a new one."`
	Digest      string         `json:"digest" doc:"SHA-256 of the model's document."`
	Entry       *int64         `json:"entry,omitempty" doc:"Entry of the log that records it; absent: the first version."`
	At          Time           `json:"at,omitzero"`
	StateDigest string         `json:"state_digest" doc:"SHA-256 chain over all that was learned, as of the last commit."`
	Events      uint64         `json:"events" doc:"Learned from."`
	Aged        uint64         `json:"aged" doc:"How often counts were halved to make room."`
	Bytes       int            `json:"bytes" doc:"Of the state as it is stored."`
	Learning    bool           `json:"learning" doc:"No feature has enough history: anomaly scores are 0 and mean nothing."`
	Features    []modelFeature `json:"features"`
}

type modelFeature struct {
	Name     string  `json:"name"`
	Title    string  `json:"title"`
	Weight   float64 `json:"weight"`
	Entities uint64  `json:"entities" doc:"Users, hosts or sources met; those that were forgotten meanwhile count again."`
	History  uint64  `json:"history" doc:"Events that a new one is compared with."`
	Learning bool    `json:"learning"`
}

func (s *Server) feedbackRoutes() []*Route {
	return anywhere([]*Route{
		{
			Method: http.MethodPost, Path: prefixV1 + "/decisions/{id}/feedback", Access: scoped, Scope: domain.ScopeEvidenceWrite,
			Class: tenant.ClassWrite, Tag: "decisions", Mutates: true, Summary: "Say whether a decision was right",
			Doc: "Recorded as evidence and counted by rule, once for each decision. The same again from the same person changes nothing; another verdict or " +
				"comment takes the place of theirs. A verdict on the whole decision, or on the rule anomaly, also changes the weights of the anomaly features " +
				"that found something, within limits for one person and for one kind of event: a new version of the model, with the digests before and after " +
				"in an entry of its own.",
			endpoint: write(http.StatusOK, s.giveFeedback),
		}, {
			Method: http.MethodGet, Path: prefixV1 + "/anomaly/model", Access: scoped, Scope: domain.ScopeDecisionsRead,
			Class: tenant.ClassRead, Tag: "decisions", Summary: "What the anomaly score has learned, and how its features weigh",
			Doc: "One model for each ring that the tenant uses and the key may read. Anomaly scores add no points: they inform people, and policies as " +
				"input.anomaly_score.",
			endpoint: read(s.showAnomalyModels),
		},
	}...)
}

func (s *Server) giveFeedback(ctx context.Context, c *Call, in newFeedback) (feedbackView, error) {
	index, err := s.indexOf(ctx, c)
	if err != nil {
		return feedbackView{}, err
	}
	ring, err := s.deps.Decide.RingOf(ctx, c.Tenant(), index)
	if err != nil {
		return feedbackView{}, err
	}
	if err := s.mayRead(c, ring); err != nil {
		return feedbackView{}, err
	}
	g, err := s.deps.Decide.GiveFeedback(ctx, c.Tenant(), index, decision.Feedback{Verdict: in.Verdict, Rule: in.Rule, Comment: in.Comment}, c.actor())
	if err != nil {
		return feedbackView{}, err
	}
	return feedbackView{
		DecisionID: string(g.Decision), Verdict: g.Verdict, Rule: g.Rule, Rules: append([]string{}, g.Rules...), Entry: g.Index, At: Time(g.At), By: string(g.By),
		Replayed: g.Replay, Retrained: g.Trained, Model: g.Model.Name(),
	}, nil
}

func (s *Server) showAnomalyModels(ctx context.Context, c *Call) (anomalyModels, error) {
	may, err := s.mayOpen(c)
	if err != nil {
		return anomalyModels{}, err
	}
	all, err := s.deps.Decide.AnomalyModels(ctx, c.Tenant())
	if err != nil {
		return anomalyModels{}, err
	}
	out := anomalyModels{Models: []anomalyModel{}}
	for i := range all {
		if may(all[i].Ring) {
			out.Models = append(out.Models, anomalyModelOf(&all[i]))
		}
	}
	return out, nil
}

func anomalyModelOf(m *decision.AnomalyModel) anomalyModel {
	out := anomalyModel{
		Ring: string(m.Ring), Model: m.Model.Name(), Version: m.Model.Version, Digest: m.Model.Digest(), At: Time(m.At), StateDigest: m.Digest,
		Events: m.Events, Aged: m.Aged, Bytes: m.Bytes, Learning: true, Features: make([]modelFeature, anomaly.FeatureCount),
	}
	if m.Index >= 0 {
		out.Entry = &m.Index
	}
	for i, st := range m.Features {
		out.Features[i] = modelFeature{
			Name: st.Feature.String(), Title: st.Feature.Title(), Weight: float64(m.Model.Weights[st.Feature]) / 1000, Entities: st.Entities,
			History: st.History, Learning: st.Learning,
		}
		out.Learning = out.Learning && st.Learning
	}
	return out
}
