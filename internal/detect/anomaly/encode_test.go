package anomaly

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"

	"frostgate.io/frostgate/internal/domain"
)

// The vectors of the SipHash paper's reference: key 00..0f, message 00..0e.
func TestHashIsSipHash(t *testing.T) {
	t.Parallel()
	var k Key
	var msg []byte
	for i := range k {
		k[i] = byte(i)
	}
	for i := range 15 {
		msg = append(msg, byte(i))
	}
	if got := k.Hash(string(msg)); got != 0xa129ca6149be45e5 {
		t.Errorf("%x", got)
	}
	if got := k.Hash(""); got != 0x726fdb47dd0e0e31 {
		t.Errorf("of nothing %x", got)
	}
}

func TestLog2(t *testing.T) {
	t.Parallel()
	for _, n := range []uint64{1, 2, 3, 5, 10, 100, 999, 65535, 1 << 40, math.MaxUint64} {
		want := math.Log2(float64(n)) * 4096
		if got := float64(log2(n, 12)); got > want+0.01 || got < want-1 {
			t.Errorf("log2(%d) is %v, want %v", n, got, want)
		}
	}
	if log2(0, 3) != 0 {
		t.Error("of 0")
	}
	if rarity(1, 10) != 0 || rarity(1, 5) != 0 || rarity(1, 1) != 0 {
		t.Error("a tenth is ordinary")
	}
	for of, want := range map[int64]domain.Milli{100: 500, 1000: 1000, 100_000: 1000, 316: 749} {
		if got := rarity(1, of); got < want-2 || got > want {
			t.Errorf("one of %d has rarity %d, want %d", of, got, want)
		}
	}
}

func TestScore(t *testing.T) {
	t.Parallel()
	x := func(r, w domain.Milli) domain.AnomalyFeature { return domain.AnomalyFeature{Rarity: r, Weight: w} }
	for _, c := range []struct {
		want     domain.Milli
		features []domain.AnomalyFeature
	}{
		{0, nil},
		{800, []domain.AnomalyFeature{x(800, 1000)}},
		{400, []domain.AnomalyFeature{x(800, 500)}},
		{840, []domain.AnomalyFeature{x(500, 1000), x(800, 1000), x(800, 1000)}},
		{0, []domain.AnomalyFeature{{Rarity: 900, Weight: 1000, Learning: true}}},
		{1000, []domain.AnomalyFeature{x(1000, 1000), x(1000, 1000)}},
	} {
		if got := Score(&domain.AnomalyFact{Features: c.features}); got != c.want {
			t.Errorf("%+v: %d, want %d", c.features, got, c.want)
		}
	}
	if Score(nil) != 0 {
		t.Error("without a fact")
	}
}

func TestModelDocument(t *testing.T) {
	t.Parallel()
	more := &Model{Version: 3, Weights: DefaultModel().Weights}
	more.Weights[UserHour] = 584
	back, err := ParseModel(more.AppendDocument(nil))
	if err != nil || *back != *more {
		t.Errorf("read back %+v, %v", back, err)
	}
	for _, bad := range []string{"", "{}", `{"version":1}`, string(bytes.Replace(more.AppendDocument(nil), []byte(":1000"), []byte(":1001"), 1)), string(more.AppendDocument(nil)) + " "} {
		if _, err := ParseModel([]byte(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestNetworks(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"203.0.113.9": "203.0.113.0/24", "::ffff:203.0.113.9": "203.0.113.0/24", "2001:db8:1:2::3": "2001:db8:1::/48", "fe80::1%eth0": "fe80::/48", "here": "here",
	} {
		if got := Network(in); got != want {
			t.Errorf("%s is in %s, want %s", in, got, want)
		}
	}
}

func TestFeatureNames(t *testing.T) {
	t.Parallel()
	last := ""
	for f := range FeatureCount {
		if got, ok := FeatureNamed(f.String()); !ok || got != f || f.String() <= last || f.Title() == "" {
			t.Errorf("feature %d: %q", f, f)
		}
		last = f.String()
	}
	if _, ok := FeatureNamed("unheard_of"); ok {
		t.Error("found a feature that is none")
	}
}

func FuzzObservation(f *testing.F) {
	k, r := &Key{4}, rand.New(rand.NewPCG(3, 4))
	o := office(k, r)
	f.Add(o.Append(nil))
	f.Add((&Observation{}).Append(nil))
	f.Add([]byte{0x80, 0, 1, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		o, rest, err := DecodeObservation(b)
		if err != nil {
			return
		}
		if again := append(o.Append(nil), rest...); !bytes.Equal(again, b) {
			t.Errorf("%x is read as %x", b, again)
		}
	})
}

func FuzzSnapshot(f *testing.F) {
	s, _, _ := trained(300)
	f.Add(s.AppendSnapshot(nil))
	f.Add(NewState().AppendSnapshot(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := DecodeSnapshot(b)
		if err != nil {
			return
		}
		if !bytes.Equal(s.AppendSnapshot(nil), b) {
			t.Error("another encoding")
		}
		o := Observation{User: 1, Network: 2, Source: 3, Type: 4, HasFails: true, Fails: 9, Size: 100}
		if x := Score(observe(s, o, DefaultModel())); x < 0 || x > 1000 {
			t.Errorf("score %d", x)
		}
	})
}

func FuzzParseModel(f *testing.F) {
	f.Add(DefaultModel().AppendDocument(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := ParseModel(b); err == nil && !bytes.Equal(m.AppendDocument(nil), b) {
			t.Errorf("%s", b)
		}
	})
}
