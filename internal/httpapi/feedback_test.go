package httpapi

import (
	"fmt"
	"testing"

	"frostgate.io/frostgate/internal/fault"
)

func TestFeedbackAndTheModel(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	var d decisionAnswer
	f.do(t, adminA, "POST", "/api/v1/defend", attempt(1, "203.0.113.7")).into(t, &d)
	for i := range 3 {
		if a := f.do(t, adminA, "POST", "/api/v1/defend", attempt(i+2, "203.0.113.7")); a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	path := "/api/v1/decisions/" + d.DecisionID + "/feedback"
	var got feedbackView
	a := f.do(t, adminA, "POST", path, `{"verdict":"false_positive","comment":"a test of ours"}`)
	if a.into(t, &got); a.status != 200 || got.Replayed || got.Entry != 5 || fmt.Sprint(got.Rules) != "[rule:ssh_bruteforce]" || got.Model != "anomaly-1.1" || got.Retrained {
		t.Errorf("%d %s", a.status, a.body)
	}
	a = f.do(t, adminA, "POST", path, `{"verdict":"false_positive","comment":"a test of ours"}`)
	if a.into(t, &got); !got.Replayed || got.Entry != 5 {
		t.Errorf("again: %d %s", a.status, a.body)
	}
	f.do(t, adminA, "POST", path, `{"verdict":"perhaps"}`).want(t, 400, fault.Invalid)
	f.do(t, adminA, "POST", path, `{"verdict":"true_positive","rule":"rule:none"}`).want(t, 400, fault.Invalid)
	f.do(t, adminA, "POST", "/api/v1/decisions/0000000000000000-1/feedback", `{"verdict":"true_positive"}`).want(t, 404, fault.NotFound)
	var models anomalyModels
	a = f.do(t, adminA, "GET", "/api/v1/anomaly/model", "")
	a.into(t, &models)
	if len(models.Models) != 1 || models.Models[0].Ring != "UNCLASS" || models.Models[0].Events != 4 || !models.Models[0].Learning || len(models.Models[0].Features) != 9 {
		t.Errorf("%d %s", a.status, a.body)
	}
}
