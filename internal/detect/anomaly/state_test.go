package anomaly

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"frostgate.io/frostgate/internal/domain"

	"github.com/google/go-cmp/cmp"
)

// office makes the n-th event of an ordinary week: 20 users, each at one of two
// hosts, from one network, in working hours.
func office(k *Key, r *rand.Rand) Observation {
	u := r.IntN(20)
	return Observation{
		Source: k.Hash("idp"), Type: k.Hash([]string{"login", "login", "login", "logout", "mfa"}[r.IntN(5)]),
		User: k.Hash(fmt.Sprint("user", u)), Host: k.Hash(fmt.Sprint("host", u, r.IntN(2))), Network: k.Hash(fmt.Sprint("10.0.", u, ".0/24")),
		Country: k.Hash("NL"), Hour: uint8(8 + r.IntN(9)), HasFails: true, Fails: uint64(r.IntN(3)), Size: uint64(200 + r.IntN(100)),
	}
}

func observe(s *State, o Observation, m *Model) *domain.AnomalyFact {
	return s.Observe(&o, o.Append(nil), m)
}

// trained is a state after n ordinary events.
func trained(n int) (*State, *Key, *rand.Rand) {
	s, k, r, m := NewState(), &Key{1, 2, 3}, rand.New(rand.NewPCG(1, 2)), DefaultModel()
	for range n {
		observe(s, office(k, r), m)
	}
	return s, k, r
}

func TestWhatIsUnlikeTheHistoryIsRare(t *testing.T) {
	t.Parallel()
	m := DefaultModel()
	s, k, r := trained(4000)
	high := 0
	for range 500 {
		if f := observe(s, office(k, r), m); Score(f) >= 500 {
			high++
		}
	}
	if high > 20 {
		t.Errorf("%d of 500 ordinary events score 0.5 or more", high)
	}
	o := office(k, r)
	o.Network, o.Country, o.Hour = k.Hash("203.0.113.0/24"), k.Hash("XX"), 3
	f := observe(s, o, m)
	if f.Learning || Score(f) < 900 {
		t.Errorf("a user from another country at night scores %d: %+v", Score(f), f)
	}
	found := map[string]domain.AnomalyFeature{}
	for _, x := range f.Features {
		found[x.Name] = x
	}
	for _, name := range []string{"user_network", "user_country", "user_hour"} {
		if x := found[name]; x.Seen != 0 || x.Total < 100 || x.Rarity < 500 {
			t.Errorf("%s: %+v", name, x)
		}
	}
	o = office(k, r)
	o.Fails = 500
	if f := observe(s, o, m); Score(f) < 600 || len(f.Features) == 0 || f.Features[0].Name != "fail_count" {
		t.Errorf("500 failures score %d: %+v", Score(f), f)
	}
}

// What is never the same is ordinary in that: new values of an entity that
// always has new ones, an entity that nobody has seen.
func TestNoveltyIsJudgedByTheEntitysOwn(t *testing.T) {
	t.Parallel()
	s, k, m := NewState(), &Key{9}, DefaultModel()
	for i := range 400 {
		f := observe(s, Observation{User: k.Hash("scanner"), Network: k.Hash(fmt.Sprint(i))}, m)
		if i > 200 && Score(f) > 200 {
			t.Fatalf("event %d scores %d: %+v", i, Score(f), f)
		}
	}
	f := observe(s, Observation{User: k.Hash("somebody new"), Network: k.Hash("n")}, m)
	if Score(f) != 0 || !f.Learning {
		t.Errorf("a user without history: %+v", f)
	}
}

func TestColdStartSaysSo(t *testing.T) {
	t.Parallel()
	s, k, m := NewState(), &Key{9}, DefaultModel()
	o := Observation{User: k.Hash("u"), Network: k.Hash("n")}
	for i := range minEntity + minFeature - 1 {
		f := observe(s, o, m)
		if !f.Learning || Score(f) != 0 || len(f.Features) != 2 || !f.Features[1].Learning || f.Features[1].Name != "user_network" || f.Features[1].Total != int64(i) {
			t.Fatalf("event %d: %+v", i, f)
		}
	}
	for range 2 {
		observe(s, o, m)
	}
	if f := observe(s, o, m); f.Learning || len(f.Features) != 0 {
		t.Errorf("with history: %+v", f)
	}
	st := s.Status()
	if u := st[UserNetwork]; u.Entities != 1 || u.Learning || !st[HostType].Learning || s.Events() != minEntity+minFeature+2 {
		t.Errorf("status %+v", st)
	}
	if f := observe(s, Observation{}, m); !f.Learning || f.Features != nil {
		t.Errorf("an event without any feature: %+v", f)
	}
}

// The same events give the same state and findings, also by way of snapshots.
func TestTheSameLogGivesTheSameState(t *testing.T) {
	t.Parallel()
	m := DefaultModel()
	one, k, r := trained(0)
	two := NewState()
	for i := range 6000 {
		o := office(k, r)
		if i%3 == 0 { // so many entities that the sketch ages
			o.User, o.Host = k.Hash(fmt.Sprint("u", i)), k.Hash(fmt.Sprint("h", i))
			o.Source = k.Hash(fmt.Sprint("s", i%700))
		}
		a := observe(one, o, m)
		if d := cmp.Diff(a, observe(two, o, m)); d != "" {
			t.Fatalf("event %d: %s", i, d)
		}
		if i%1500 == 700 {
			b := two.AppendSnapshot(nil)
			again, err := DecodeSnapshot(b)
			if err != nil {
				t.Fatalf("event %d: %v", i, err)
			}
			two = again
		}
	}
	if one.Digest() != two.Digest() || *one != *two || one.Aged() == 0 {
		t.Errorf("digest %s and %s, aged %d and %d", one.Digest(), two.Digest(), one.Aged(), two.Aged())
	}
	if n := len(one.AppendSnapshot(nil)); n > 64<<10 {
		t.Errorf("a snapshot of %d bytes", n)
	}
}

func TestAgeingKeepsSharesAndForgetsWhatCameOnce(t *testing.T) {
	t.Parallel()
	var s sketch
	for range 600 {
		s.add(mix(1))
	}
	for range 300 {
		s.add(mix(2))
	}
	s.add(mix(3))
	s.age()
	if a, b, c := s.estimate(mix(1)), s.estimate(mix(2)), s.estimate(mix(3)); a != 300 || b != 150 || c != 0 {
		t.Errorf("after ageing: %d, %d, %d", a, b, c)
	}
	for i := range uint64(20_000) {
		s.add(mix(i + 10))
	}
	if s.used > crowded {
		t.Errorf("%d counters in use", s.used)
	}
	for range full + 10 {
		s.add(mix(1))
	}
	if got := s.estimate(mix(1)); got < full/2 {
		t.Errorf("a full counter gives %d", got)
	}
}

func TestHistoryFollowsTheTenant(t *testing.T) {
	t.Parallel()
	var h history
	for range keptHistory - 1 {
		h.add(3)
	}
	h.add(4)
	if h.total != keptHistory/2-1 || h.counts[3] != keptHistory/2-1 || h.counts[4] != 0 {
		t.Errorf("total %d, counts %v", h.total, h.counts[:6])
	}
}

func BenchmarkObserve(b *testing.B) {
	s, k, r := trained(4000)
	m := DefaultModel()
	os := make([]Observation, 1000)
	for i := range os {
		os[i] = office(k, r)
	}
	var buf []byte
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		o := &os[i%len(os)]
		i++
		buf = o.Append(buf[:0])
		if Score(s.Observe(o, buf, m)) < 0 {
			b.Fatal("negative")
		}
	}
}

func BenchmarkSnapshot(b *testing.B) {
	s, _, _ := trained(4000)
	var buf []byte
	for b.Loop() {
		buf = s.AppendSnapshot(buf[:0])
		if _, err := DecodeSnapshot(buf); err != nil {
			b.Fatal(err)
		}
	}
}
