package anomaly

import (
	"fmt"
	"testing"

	"frostgate.io/frostgate/internal/domain"
)

func found(f Feature, r domain.Milli) (out Findings) {
	out[f] = r
	return out
}

func TestFindings(t *testing.T) {
	t.Parallel()
	fact := &domain.AnomalyFact{Features: []domain.AnomalyFeature{
		{Name: "user_hour", Rarity: 800, Weight: 600}, {Name: "user_network", Rarity: 900, Learning: true}, {Name: "unheard_of", Rarity: 1000}, {Name: "host_type", Rarity: 1500},
	}}
	got := FindingsOf(fact)
	if got.String() != "host_type=1000 user_hour=800" {
		t.Errorf("%s", got)
	}
	if back, err := ParseFindings("later_feature=4 " + got.String()); err != nil || back != got {
		t.Errorf("read back %s, %v", back, err)
	}
	for _, bad := range []string{"user_hour", "user_hour=", "user_hour=0", "user_hour=1001", "user_hour=-1", "x"} {
		if _, err := ParseFindings(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
	if FindingsOf(nil) != (Findings{}) {
		t.Error("findings without a fact")
	}
}

func TestVerdictsMoveWeights(t *testing.T) {
	t.Parallel()
	m := DefaultModel()
	fp := Verdict{Person: "ann", Kind: "vpn login", Found: found(UserHour, 800)}
	tp := Verdict{Person: "ben", Kind: "db login", Found: found(UserHour, 800), TruePositive: true}
	less := m.Weigh([]Verdict{fp})
	if less.Version != 2 || less.Weights[UserHour] != 480 || less.Weights[UserNetwork] != 1000 || m.Weights[UserHour] != 600 {
		t.Errorf("false positive: %+v", less)
	}
	more := less.Weigh([]Verdict{fp, tp})
	if more.Version != 3 || more.Weights[UserHour] != 584 || more.Digest() == less.Digest() {
		t.Errorf("true positive: %+v", more)
	}
	if less.Weigh([]Verdict{fp}) != less || m.Weigh(nil) != m || m.Weigh([]Verdict{{Person: "ann"}}) != m {
		t.Error("nothing to learn from makes a version")
	}
	if back := less.Weigh(nil); back.Version != 3 || back.Weights != m.Weights {
		t.Errorf("verdicts that are gone still count: %+v", back)
	}
}

// Neither one person nor one kind of event mutes a feature.
func TestOnePersonAndOneKindMoveAWeightHalfWay(t *testing.T) {
	t.Parallel()
	many := func(of func(i int) Verdict) domain.Milli {
		var all []Verdict
		for i := range 200 {
			v := of(i)
			v.Found = found(UserHost, 1000)
			all = append(all, v)
		}
		return DefaultModel().Weigh(all).Weights[UserHost]
	}
	name := func(i int) string { return fmt.Sprint(i) }
	if w := many(func(i int) Verdict { return Verdict{Person: "ann", Kind: name(i)} }); w != 550 {
		t.Errorf("one person brought the weight to %d", w)
	}
	if w := many(func(i int) Verdict { return Verdict{Person: name(i), Kind: "backup"} }); w != 550 {
		t.Errorf("one kind of event brought the weight to %d", w)
	}
	if w := many(func(i int) Verdict { return Verdict{Person: name(i), Kind: name(i % 9)} }); w != MinWeight {
		t.Errorf("many people and kinds brought the weight to %d", w)
	}
	// What another person says counts all the same.
	if w := many(func(i int) Verdict {
		if i < 100 {
			return Verdict{Person: "ann", Kind: "backup"}
		}
		return Verdict{Person: "ben", Kind: "login", TruePositive: true}
	}); w < 900 {
		t.Errorf("a second person can't give back: %d", w)
	}
}
