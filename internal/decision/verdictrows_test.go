package decision

import (
	"context"
	"fmt"
	"testing"

	"frostgate.io/frostgate/internal/detect/anomaly"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
)

// judgeAs is judge by another person.
func (f *fixture) judgeAs(t testing.TB, person string, r *Result, fb Feedback) *Given {
	t.Helper()
	p := *f.principal
	p.ID = domain.PrincipalID(person)
	g, err := f.GiveFeedback(context.Background(), tenantA, r.Index, fb, evidence.Actor{Principal: &p})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestAPersonsVerdictCountsOnce(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		f.teach(t, 0, 400)
		odd := f.defend(t, login(0, "ann", "203.0.113.9", "UNCLASS"))
		once := f.judge(t, odd, Feedback{Verdict: FalsePositive})
		for i := range 11 {
			g := f.judge(t, odd, Feedback{Verdict: FalsePositive, Comment: fmt.Sprint(i)})
			if g.Trained || g.Replay || g.Model.Weights != once.Model.Weights {
				t.Fatalf("comment %d: %+v", i, g.Model)
			}
		}
		if g := f.judge(t, odd, Feedback{Verdict: FalsePositive, Rule: AnomalyRule}); g.Trained || g.Model.Weights != once.Model.Weights {
			t.Errorf("the same of the anomaly score: %+v", g.Model)
		}
		if counts, err := f.FeedbackCounts(context.Background(), tenantA); err != nil || counts[AnomalyRule] != (FeedbackCount{FP: 1}) {
			t.Errorf("%+v, %v", counts, err)
		}
		second := f.judgeAs(t, "ben", odd, Feedback{Verdict: FalsePositive})
		if !second.Trained || second.Replay || second.By != "ben" || second.Model.Weights[anomaly.UserNetwork] >= once.Model.Weights[anomaly.UserNetwork] {
			t.Errorf("another person: %+v, %+v", second, second.Model)
		}
		if g := f.judgeAs(t, "ben", odd, Feedback{Verdict: TruePositive}); g.Model.Weights[anomaly.UserNetwork] <= once.Model.Weights[anomaly.UserNetwork] {
			t.Errorf("another verdict does not replace: %+v", g.Model)
		}
		f.judge(t, odd, Feedback{Verdict: TruePositive, Rule: AnomalyRule})
		if g := f.judge(t, odd, Feedback{Verdict: TruePositive}); g.Model.Weights != anomaly.DefaultModel().Weights {
			t.Errorf("nobody says so any more: %+v", g.Model)
		}
	})
}

// One account alone can't make a feature deaf, however many decisions it judges.
func TestOnePersonMovesAWeightHalfWay(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		f.teach(t, 0, 400)
		var g *Given
		for i := range 12 {
			odd := f.defend(t, login(i, "ann", fmt.Sprintf("203.0.%d.9", i), "UNCLASS"))
			g = f.judge(t, odd, Feedback{Verdict: FalsePositive})
		}
		if w := g.Model.Weights[anomaly.UserNetwork]; w < 550 || w > 800 {
			t.Errorf("one person brought the weight to %d", w)
		}
	})
}

// Verdicts of before the table of verdicts join it with the next one: what was
// said twice then counts once.
func TestVerdictsOfBeforeTheirTable(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		f.teach(t, 0, 400)
		odd := f.defend(t, login(0, "ann", "203.0.113.9", "UNCLASS"))
		other := f.defend(t, login(1, "ben", "203.0.114.9", "UNCLASS"))
		once := f.judge(t, odd, Feedback{Verdict: FalsePositive})
		both := f.judge(t, other, Feedback{Verdict: FalsePositive})
		low := &anomaly.Model{Version: 7, Weights: both.Model.Weights}
		low.Weights[anomaly.UserNetwork] = anomaly.MinWeight
		f.hostile(t, "UPDATE anomaly_model SET version = 7, document = '"+string(low.AppendDocument(nil))+"' WHERE tenant_id = $1 AND version = 3", tenantA)
		f.script(t, "DELETE FROM verdict")

		again := f.judge(t, odd, Feedback{Verdict: FalsePositive})
		if !again.Replay || again.Index != once.Index || !again.Trained || again.Model.Version != 8 || again.Model.Weights != both.Model.Weights {
			t.Errorf("the same again: %+v, %+v", again, again.Model)
		}
		if n := f.count(t, "SELECT count(*) FROM verdict"); n != 2 {
			t.Errorf("%d verdicts", n)
		}
		f.hostile(t, "DELETE FROM verdict WHERE tenant_id = $1 AND idx = $2", tenantA, int64(odd.Index))
		back := f.judge(t, other, Feedback{Verdict: TruePositive})
		if back.Model.Weights[anomaly.UserNetwork] <= once.Model.Weights[anomaly.UserNetwork] || f.count(t, "SELECT count(*) FROM verdict") != 2 {
			t.Errorf("one taken back: %+v, want %+v", back.Model, once.Model)
		}
	})
}
