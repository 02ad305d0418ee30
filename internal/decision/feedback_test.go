package decision

import (
	"context"
	"strings"
	"sync"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/detect/anomaly"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"

	"github.com/google/go-cmp/cmp"
)

func (f *fixture) judge(t testing.TB, r *Result, fb Feedback) *Given {
	t.Helper()
	g, err := f.GiveFeedback(context.Background(), tenantA, r.Index, fb, evidence.Actor{Principal: f.principal})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestAFalsePositiveMakesANewModel(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		f.teach(t, 0, 400)
		odd := f.defend(t, login(0, "ann", "203.0.113.9", "UNCLASS"))
		first := f.judge(t, odd, Feedback{Verdict: FalsePositive, Comment: "ann is on a journey"})
		if !first.Trained || first.Replay || first.Model.Version != 2 || first.Model.Weights[anomaly.UserNetwork] >= anomaly.MaxWeight || first.Index != odd.Index+1 {
			t.Fatalf("feedback %+v, model %+v", first, first.Model)
		}
		if again := f.judge(t, odd, Feedback{Verdict: FalsePositive, Comment: "ann is on a journey"}); !again.Replay || again.Trained || again.Index != first.Index || again.Model.Version != 2 || again.At != first.At {
			t.Errorf("the same again: %+v", again)
		}
		next := f.defend(t, login(1, "ben", "203.0.113.9", "UNCLASS"))
		if a := next.Facts.Anomaly; a.Model != "anomaly-1.2" || a.Features[0].Weight != first.Model.Weights[anomaly.UserNetwork] || next.Outcome.Anomaly >= odd.Outcome.Anomaly {
			t.Errorf("afterwards %d: %+v", next.Outcome.Anomaly, a)
		}
		f.checkModelEntry(t, first)
		f.stop()
		f.start(t)
		if r := f.defend(t, login(999, "ann", "10.0.0.7", "UNCLASS")); r.Facts.Anomaly.Model != "anomaly-1.2" {
			t.Errorf("after a restart: %+v", r.Facts.Anomaly)
		}
		if r := f.defend(t, login(2, "ann", "10.0.0.7", "SECRET")); r.Facts.Anomaly.Model != "anomaly-1.1" {
			t.Errorf("another ring: %+v", r.Facts.Anomaly)
		}
		for _, r := range []*Result{odd, next} {
			if got, err := f.Replay(context.Background(), tenantA, r.Index, ""); err != nil || got.State != ReplaySame {
				t.Errorf("replay: %+v, %v", got, err)
			}
		}
		if back := f.judge(t, odd, Feedback{Verdict: TruePositive}); !back.Trained || back.Model.Version != 3 || back.Model.Weights[anomaly.UserNetwork] <= first.Model.Weights[anomaly.UserNetwork] {
			t.Errorf("the other verdict: %+v", back.Model)
		}
	})
}

// checkModelEntry opens the entries of a retraining feedback.
func (f *fixture) checkModelEntry(t *testing.T, g *Given) {
	t.Helper()
	ctx := context.Background()
	for idx, want := range map[uint64][]string{
		g.Index:     {`"comment":"ann is on a journey"`, `"verdict":"false_positive"`, string(g.Decision)},
		g.Index + 1: {`"before":"` + anomaly.DefaultModel().Digest(), `"after":"` + g.Model.Digest(), `"ring":"UNCLASS"`},
	} {
		err := f.db.InReadTx(ctx, tenantA, func(tx *db.Tx) error {
			rc, err := f.Log.LeafIn(ctx, tx, tenantA, idx)
			if err != nil {
				return err
			}
			groups, err := f.Log.OpenIn(ctx, tx, tenantA, idx, []byte(rc.Entry))
			for _, w := range want {
				if err == nil && !strings.Contains(string(groups[0].Value), w) {
					t.Errorf("entry %d lacks %s: %s", idx, w, groups[0].Value)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if v, err := f.Log.VerifyChain(ctx, tenantA); err != nil || !v.Valid {
		t.Errorf("chain %+v, %v", v, err)
	}
	audited := map[string]int{}
	if err := f.db.InReadTx(ctx, tenantA, func(tx *db.Tx) error {
		return tx.ForEach(ctx, "SELECT action FROM audit WHERE tenant_id = $1", []any{tenantA}, func(sc db.Scanner) error {
			var a string
			err := sc.Scan(&a)
			audited[a]++
			return err
		})
	}); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[string]int{"decision.feedback": 1, "anomaly.retrain": 1}, audited); d != "" {
		t.Error(d)
	}
}

func TestFeedbackCountsByRule(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		brute := f.defend(t, bruteForce)
		second := f.defend(t, strings.Replace(bruteForce, "12:00:00", "12:00:01", 1))
		quiet := f.defend(t, `{}`)
		f.judge(t, brute, Feedback{Verdict: TruePositive})
		f.judge(t, second, Feedback{Verdict: FalsePositive, Rule: "rule:ssh_bruteforce"})
		f.judge(t, quiet, Feedback{Verdict: FalsePositive})
		counts := func(want map[string]FeedbackCount) {
			t.Helper()
			got, err := f.FeedbackCounts(context.Background(), tenantA)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		}
		counts(map[string]FeedbackCount{"rule:ssh_bruteforce": {TP: 1, FP: 1}})
		f.judge(t, second, Feedback{Verdict: TruePositive, Rule: "rule:ssh_bruteforce"})
		if g := f.judge(t, quiet, Feedback{Verdict: FalsePositive, Rule: AnomalyRule}); g.Trained {
			t.Errorf("nothing unusual was learned from: %+v", g.Model)
		}
		counts(map[string]FeedbackCount{"rule:ssh_bruteforce": {TP: 2}, AnomalyRule: {FP: 1}})
	})
}

// The same verdict from many at the same time is one entry and one new model.
func TestTheSameFeedbackAtTheSameTimeIsOneEntry(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		f.teach(t, 0, 200)
		odd := f.defend(t, login(0, "ann", "203.0.113.9", "UNCLASS"))
		var wg sync.WaitGroup
		given := make([]*Given, 10)
		for i := range given {
			wg.Go(func() { given[i] = f.judge(t, odd, Feedback{Verdict: FalsePositive, Comment: "same"}) })
		}
		wg.Wait()
		trained := 0
		for _, g := range given {
			if g.Trained {
				trained++
			}
			if g.Index != given[0].Index || g.Model.Version != 2 {
				t.Errorf("entry %d, model %s", g.Index, g.Model.Name())
			}
		}
		if n := f.count(t, "SELECT count(*) FROM anomaly_model"); trained != 1 || n != 1 {
			t.Errorf("trained %d times, %d models", trained, n)
		}
	})
}

func TestFeedbackIsCheckedAndRecordsNothingWrong(t *testing.T) {
	t.Parallel()
	clk := fakeClock()
	f := newFixture(t, dbtest.OpenSQLite(t, clk), clk)
	r := f.defend(t, bruteForce)
	size := f.count(t, "SELECT size FROM log_state")
	for _, c := range []struct {
		fb    Feedback
		index uint64
		code  fault.Code
	}{
		{Feedback{Verdict: "maybe"}, r.Index, fault.Invalid},
		{Feedback{Verdict: TruePositive, Rule: "rule:other"}, r.Index, fault.Invalid},
		{Feedback{Verdict: TruePositive, Comment: strings.Repeat("x", maxComment+1)}, r.Index, fault.Invalid},
		{Feedback{Verdict: TruePositive, Comment: "a\x00b"}, r.Index, fault.Invalid},
		{Feedback{Verdict: TruePositive, Rule: "\xff"}, r.Index, fault.Invalid},
		{Feedback{Verdict: TruePositive}, 99, fault.NotFound},
		{Feedback{Verdict: TruePositive}, 0, fault.NotFound}, // the genesis
	} {
		if _, err := f.GiveFeedback(context.Background(), tenantA, c.index, c.fb, evidence.Actor{}); fault.CodeOf(err) != c.code {
			t.Errorf("%+v: %v", c.fb, err)
		}
	}
	if n := f.count(t, "SELECT size FROM log_state"); n != size {
		t.Errorf("%d entries were made", n-size)
	}
}

// A crash between the verdict's entry and the model's leaves the rest to the
// same request; a verdict on a decision that was erased meanwhile can be changed,
// a first one teaches nothing.
func TestFeedbackIsFinishedAndOutlivesErasure(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		f.teach(t, 0, 400)
		odd := f.defend(t, login(0, "ann", "203.0.113.9", "UNCLASS"))
		silent := f.defend(t, login(1, "ann", "203.0.113.10", "UNCLASS"))
		f.judge(t, odd, Feedback{Verdict: FalsePositive})
		f.hostile(t, "DELETE FROM anomaly_model WHERE tenant_id = $1", tenantA)
		if g := f.judge(t, odd, Feedback{Verdict: FalsePositive}); !g.Trained || !g.Replay || g.Model.Version != 2 {
			t.Errorf("not finished: %+v", g)
		}
		x := evidence.NewDisposal(f.db, f.keyring, f.Log, []evidence.Eraser{f.Service}, nil)
		if _, err := x.Erase(context.Background(), tenantA, domain.Subject{Kind: domain.SubjectUser, Value: "ann"}, "case 7", evidence.Actor{}); err != nil {
			t.Fatal(err)
		}
		if g := f.judge(t, odd, Feedback{Verdict: TruePositive, Comment: "after all"}); !g.Trained || g.Model.Weights != anomaly.DefaultModel().Weights || g.Replay {
			t.Errorf("another verdict on an erased decision: %+v", g.Model)
		}
		if g := f.judge(t, silent, Feedback{Verdict: FalsePositive}); g.Trained || g.Model.Version != 3 {
			t.Errorf("the first verdict on an erased decision: %+v", g.Model)
		}
		err := f.db.InReadTx(context.Background(), tenantA, func(tx *db.Tx) error {
			rc, err := f.Log.LeafIn(context.Background(), tx, tenantA, silent.Index+1)
			if err == nil {
				_, err = f.Log.OpenIn(context.Background(), tx, tenantA, silent.Index+1, []byte(rc.Entry))
			}
			return err
		})
		if fault.CodeOf(err) != fault.Erased {
			t.Errorf("the comment on an erased subject's decision: %v", err)
		}
	})
}

func TestAnomalyModels(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		one, err := f.AnomalyModels(context.Background(), tenantA)
		if err != nil || len(one) != 1 || one[0].Ring != domain.Unclass || one[0].Events != 0 || one[0].Index != -1 || one[0].Model.Version != 1 {
			t.Fatalf("without events: %+v, %v", one, err)
		}
		f.teach(t, 0, 300)
		f.defend(t, login(0, "ann", "10.0.0.7", "SECRET"))
		odd := f.defend(t, login(0, "ann", "203.0.113.9", "UNCLASS"))
		g := f.judge(t, odd, Feedback{Verdict: FalsePositive})
		two, err := f.AnomalyModels(context.Background(), tenantA)
		if err != nil || len(two) != 2 || two[1].Ring != domain.Secret || two[1].Events != 1 || two[1].Model.Version != 1 {
			t.Fatalf("%+v, %v", two, err)
		}
		m := two[0]
		if u := m.Features[anomaly.UserNetwork]; u.Entities != 2 || u.Learning || m.Events != 301 || m.Model.Version != 2 || m.Index != int64(g.Index)+1 || m.Bytes > 64<<10 || m.At == 0 {
			t.Errorf("%+v", m)
		}
		if want := f.learnedNow(t, domain.Unclass); m.Digest != want.Digest().String() {
			t.Errorf("digest %s, in memory %s", m.Digest, want.Digest())
		}
	})
}
