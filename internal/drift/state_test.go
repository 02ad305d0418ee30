package drift

import (
	"testing"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift/diff"
)

// TestStates holds what every event does to a finding in every state: "-" is
// refused. A resolved finding was acknowledged before.
func TestStates(t *testing.T) {
	t.Parallel()
	order := []State{New, Reopened, Acknowledged, Accepted, Denied, Resolved}
	short := map[State]string{New: "new", Reopened: "reop", Acknowledged: "ackn", Accepted: "acce", Denied: "deni", Resolved: "reso"}
	table := map[event][6]string{
		//                   new     reop    ackn    acce    deni    reso
		event(Acknowledge): {"ackn", "ackn", "-", "-", "ackn", "-"},
		event(Accept):      {"acce", "acce", "acce", "acce", "acce", "-"},
		event(Deny):        {"deni", "deni", "deni", "deni", "-", "-"},
		event(Reopen):      {"-", "-", "reop", "reop", "reop", "-"},
		event(Assign):      {"new", "reop", "ackn", "acce", "deni", "reso"},
		event(Comment):     {"new", "reop", "ackn", "acce", "deni", "reso"},
		evSeen:             {"new", "reop", "ackn", "acce", "deni", "reop"},
		evStanding:         {"acce", "acce", "acce", "acce", "acce", "acce"},
		evReturned:         {"reso", "reso", "reso", "reso", "reso", "-"},
		evSuperseded:       {"reso", "reso", "reso", "reso", "reso", "-"},
		evGone:             {"reso", "reso", "reso", "reso", "reso", "-"},
		evBaseline:         {"reso", "reso", "reso", "reso", "reso", "-"},
		evBack:             {"-", "-", "-", "-", "-", "ackn"},
		evExpired:          {"-", "-", "-", "reop", "-", "-"},
		evAway:             {"-", "-", "reop", "reop", "-", "-"},
		event("burn"):      {"-", "-", "-", "-", "-", "-"},
	}
	for e, want := range table {
		for i, s := range order {
			got := "-"
			if next, ok := s.after(e, Acknowledged); ok {
				got = short[next]
			}
			if got != want[i] {
				t.Errorf("%s in %s: %s, want %s", e, s, got, want[i])
			}
		}
	}
}

func TestPositionsOrderLists(t *testing.T) {
	t.Parallel()
	const at = domain.Micros(1_772_000_000_000_000)
	last := int64(-1)
	for _, s := range states() {
		for _, sev := range severities() {
			for _, since := range []domain.Micros{at + 1, at, 0} {
				pos := position(s, sev, since)
				if pos <= last {
					t.Fatalf("%s %s %d does not come later", s, sev, since)
				}
				last = pos
				if state, severity := ofRank(pos >> rankShift); state != s || severity != sev {
					t.Fatalf("rank of %s %s is that of %s %s", s, sev, state, severity)
				}
			}
		}
	}
	if position(New, diff.Severity("unheard of"), at) != position(New, diff.Informational, at) {
		t.Error("an unknown severity is not the least")
	}
}

func TestSpansJoinWhatIsAdjacent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		filter Filter
		want   int
	}{
		{"what waits", Filter{}, 1},
		{"any state", Filter{AnyState: true}, 1},
		{"grave ones that wait", Filter{Severities: []diff.Severity{diff.Critical, diff.High}}, 2},
		{"accepted and new", Filter{States: []State{New, Accepted}}, 2},
	} {
		got, err := c.filter.spans()
		if err != nil || len(got) != c.want {
			t.Errorf("%s: %v %v, want %d spans", c.name, got, err, c.want)
		}
	}
	for _, f := range []Filter{{States: []State{"x"}}, {Severities: []diff.Severity{"x"}}} {
		if _, err := f.spans(); err == nil {
			t.Errorf("%+v is taken", f)
		}
	}
}
