package drift

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/domain"
)

// policy is a Conditional Access policy; with every 0 it has no session controls.
func policy(id string, every int) string {
	session := ""
	if every > 0 {
		session = fmt.Sprintf(`,"sessionControls":{"signInFrequency":{"value":%d,"type":"hours","isEnabled":true}}`, every)
	}
	return fmt.Sprintf(`{"place":"ConditionalAccess/%s.json","object":{"@odata.type":"#microsoft.graph.conditionalAccessPolicy","id":%q,"displayName":"P","state":"enabled"%s}}`+"\n", id, id, session)
}

// policies makes a run that observes policies.
func (f *fixture) policies(objects ...string) {
	f.t.Helper()
	f.seeAs(tenantA, directoryOf(), strings.Join(objects, "")+`{"folder":"ConditionalAccess"}`+"\n")
}

// TestWhatWentWithAValueComesBackWithIt: what nobody has decided on waits again
// when the value around it, which was gone, is back.
func TestWhatWentWithAValueComesBackWithIt(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		f.policies(policy("p", 1))
		f.policies(policy("p", 2))
		f.policies(policy("p", 0))
		f.want("gone", f.all(), "new changed p/sessionControls", "resolved changed p/sessionControls/signInFrequency/value superseded")
		f.policies(policy("p", 2))
		f.want("back", f.all(), "new changed p/sessionControls/signInFrequency/value", "resolved changed p/sessionControls returned flap 1")
		f.do(Accept, f.only().ID)
		f.policies(policy("p", 0))
		f.want("away from what was accepted", f.waiting(), "reopened changed p/sessionControls again flap 2")
		f.policies(policy("p", 2))
		f.want("and back", f.all(), "accepted changed p/sessionControls/signInFrequency/value", "resolved changed p/sessionControls returned flap 3")
		f.policies(policy("p", 1))
		f.want("as at first", f.waiting(), "reopened changed p/sessionControls/signInFrequency/value other_value")
	})
}

// TestAnObjectThatCameBackAsOthers: the object was gone twice, and another one in
// between.
func TestAnObjectThatCameBackAsOthers(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		f.see(sample())
		f.see(ranged("10.9.0.0/24"))
		for range 2 {
			f.see(sample().without("a"))
			f.see(ranged("10.7.0.0/24"))
		}
		f.see(sample().without("a"))
		f.see(ranged("10.9.0.0/24"))
		f.want("what nobody decided on waits", f.waiting(), "new changed a/ipRanges")
	})
}

func TestAnAcknowledgedValueIsTheNormalOneInTime(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		changed := ranged("10.9.0.0/24").with("d", place{name: "Delta", cidr: "10.0.4.0/24"})
		f.see(sample())
		f.see(changed)
		for _, r := range f.list(Filter{}) {
			f.do(Acknowledge, r.ID)
		}
		f.see(sample())
		f.want("soon", f.all(), "resolved changed a/ipRanges returned flap 1", "resolved added d returned flap 1")
		f.see(changed)
		for _, r := range f.list(Filter{}) {
			f.do(Acknowledge, r.ID)
		}
		for range flapRuns {
			f.see(changed)
		}
		f.see(sample())
		f.want("after long", f.waiting(), "reopened changed a/ipRanges other_value", "reopened removed d other_value")
	})
}

func TestAnAcceptedValueThatChangesInside(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		f.policies(policy("p", 0))
		f.policies(policy("p", 1))
		accepted := f.only().ID
		f.do(Accept, accepted)
		f.policies(policy("p", 2))
		f.want("of a value", f.waiting(), "reopened changed p/sessionControls/signInFrequency/value other_value")
		if got := f.only(); got.Reopens != accepted {
			t.Errorf("it follows %q", got.Reopens)
		}
		f.policies(policy("p", 1))
		f.want("accepted again", f.waiting())

		f.policies(policy("p", 1), policy("q", 1))
		f.do(Accept, f.only().ID)
		f.policies(policy("p", 1), policy("q", 2))
		f.want("of an object", f.waiting(), "reopened changed q/sessionControls/signInFrequency/value other_value")
		f.do(Accept, f.only().ID)
		f.policies(policy("p", 1), policy("q", 0))
		f.want("with all around it", f.waiting(), "reopened changed q/sessionControls other_value")
	})
}

func TestAShorterAcceptanceIsTheOneThatCounts(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		f.see(sample())
		f.see(ranged("10.9.0.0/24"))
		f.do(Accept, f.only().ID)
		f.see(ranged("10.8.0.0/24"))
		f.do(Accept, f.only().ID)
		f.see(ranged("10.9.0.0/24")) // another finding of the value
		r := TriageRequest{
			Action: Accept, IDs: []FindingID{f.list(Filter{States: []State{Accepted}})[0].ID}, Note: "an hour",
			Until: f.clk.Now() + domain.Micros(time.Hour/time.Microsecond),
		}
		if _, err := f.Triage(t.Context(), tenantA, r, by("pr_ann")); err != nil {
			t.Fatal(err)
		}
		for _, row := range f.list(Filter{States: []State{Resolved}}) {
			_, events, err := f.Finding(t.Context(), tenantA, row.ID)
			if err != nil {
				t.Fatal(err)
			}
			last := events[len(events)-1]
			if ended := last.Action == stepEnded && last.By == "pr_ann" && last.Until == 0 && last.Artifact >= 0; ended != (row.Until == 0 && len(events) > 2) {
				t.Errorf("history of %s: %+v", row.ID, last)
			}
		}
		f.clk.Advance(2 * time.Hour)
		if err := f.expire(t.Context(), tenantA); err != nil {
			t.Fatal(err)
		}
		f.see(ranged("10.7.0.0/24"))
		f.see(ranged("10.9.0.0/24"))
		if got := f.waiting(); len(got) != 1 || !strings.HasPrefix(got[0], "reopened") {
			t.Errorf("the value whose acceptance is over: %q", got)
		}
	})
}

// TestADecisionCountsForAnotherSelection: the same change is another finding for
// a run with other filters.
func TestADecisionCountsForAnotherSelection(t *testing.T) {
	t.Parallel()
	for _, action := range []Action{Acknowledge, Deny, Accept} {
		t.Run(string(action), func(t *testing.T) {
			t.Parallel()
			f := liteFixture(t)
			some := directoryOf()
			some.Filters = map[string]string{"prefix": "x"}
			f.see(sample())
			f.seeAs(tenantA, some, sample().lines())
			f.seeAs(tenantA, some, ranged("10.9.0.0/24").lines())
			f.do(action, f.only().ID)
			f.see(ranged("10.9.0.0/24"))
			f.want("decided", f.waiting())
			f.see(ranged("10.8.0.0/24"))
			f.want("another value", f.waiting(), "reopened changed a/ipRanges other_value")
		})
	}
}

// TestAnAcceptedValueThatGoesBackUnseen: all runs since the value came are partial,
// and are told against the one before it.
func TestAnAcceptedValueThatGoesBackUnseen(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		const part = `{"coverage":{"type":"` + locations + `","status":"partial","error":"page 2: 500"}}`
		f.see(sample())
		f.see(ranged("10.9.0.0/24"), part)
		f.do(Accept, f.only().ID)
		for range 2 {
			f.see(sample(), part)
			f.want("away from what was accepted", f.waiting(), "reopened changed a/ipRanges other_value")
		}
		f.see(ranged("10.9.0.0/24"), part)
		f.want("accepted again", f.waiting())
		f.see(ranged("10.9.0.0/24"))
		f.want("read completely", brief(f.list(Filter{AnyState: true})), "accepted changed a/ipRanges")
	})
}
