package receipt

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSecondsText(t *testing.T) {
	t.Parallel()
	for s := int64(0); s < 9_000_000_000; s += 86_399*7 + 13 {
		if got, want := secondsText(s), time.Unix(s, 0).UTC().Format(time.RFC3339); got != want {
			t.Fatalf("%d: %s, want %s", s, got, want)
		}
	}
	for s, want := range map[int64]string{951_782_400: "2000-02-29T00:00:00Z", 4_107_542_399: "2100-02-28T23:59:59Z", 4_107_542_400: "2100-03-01T00:00:00Z", 1 << 60: "1152921504606846976 seconds since 1970"} {
		if got := secondsText(s); got != want {
			t.Errorf("%d: %s, want %s", s, got, want)
		}
	}
}

// One witness alone, with a wrong clock, does not move the time of the quorum.
func TestQuorumTime(t *testing.T) {
	t.Parallel()
	p, err := ParsePolicy(witnessLine("a", 41) + witnessLine("b", 42) + witnessLine("c", 43) + "group g 2 a b c\nquorum g\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		sigs []Cosignature
		want int64
		ok   bool
	}{
		{nil, 0, false},
		{[]Cosignature{{"a", 5}}, 0, false},
		{[]Cosignature{{"a", 5}, {"b", 9}}, 5, true},
		{[]Cosignature{{"a", 5}, {"b", 1 << 62}, {"c", 7}}, 7, true},
		{[]Cosignature{{"a", 5}, {"stranger", 9}}, 0, false},
	} {
		if at, ok := p.quorumTime(c.sigs); at != c.want || ok != c.ok {
			t.Errorf("%v: %d %t", c.sigs, at, ok)
		}
	}
}

// A server that dates an epoch into the future would show an absence up to a
// time that has not come: the witnesses' own clocks say otherwise.
func TestEpochsDatedAhead(t *testing.T) {
	t.Parallel()
	const minute = int64(60_000_000)
	for _, c := range []struct {
		name  string
		ahead int64
		good  bool
	}{
		{"in time", 0, true},
		{"the clocks differ", 10 * minute, true},
		{"ahead", 11 * minute, false},
		{"years ahead", 10 * 365 * 1440 * minute, false},
	} {
		w := newWorld(t)
		w.anchor(bundleStart)
		w.decision()
		at := int64(w.w1.at)*1_000_000 + c.ahead
		w.anchor(at)
		p := w.plan(BundleAbsence, 0, 1)
		p.Filter = BundleFilter{Artifact: "module", From: bundleStart, To: at}
		data := w.bundle(p)
		if r, err := verify(t, data, w.trust()); (err == nil) != c.good || err != nil && r.Failure.Name != "witnesses" {
			t.Errorf("%s: bundle: %v\n%s", c.name, err, r)
		}
		r, err := Verify(w.receipt(1, 2, Witnessed), w.trust())
		if err != nil || strings.Contains(r.String(), "NOTE: dated ahead") == c.good {
			t.Errorf("%s: receipt: %v\n%s", c.name, err, r)
		}
		p = w.plan(BundleTenant, 0, 1)
		if b, err := verify(t, w.bundle(p), w.trust()); err != nil || strings.Contains(b.String(), "epoch time") == c.good {
			t.Errorf("%s: a bundle that proves no time: %v\n%s", c.name, err, b)
		}
		if want := []Cosignature{{"one", 1_790_000_100}, {"two", 1_790_000_100}}; c.good && !cmp.Equal(r.Cosignatures, want) {
			t.Errorf("%s: cosignatures %v", c.name, r.Cosignatures)
		}
		if !c.good && !strings.Contains(r.String(), "a quorum of witnesses cosigned it at 2026-09-21T14:15:00Z") {
			t.Errorf("%s:\n%s", c.name, r)
		}
	}
}

// An entry that is dated after the epoch that holds it, by a clock that was wrong
// for a while, is still proven; the report says that its time can't be right.
func TestEntriesDatedAhead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := &Header{Artifact: "decision", Index: 1, Key: testKeyName + "+eb3461a8", Log: testLog, Prev: -1, Time: bundleStart + 601_000_000}
	e := testEntry{entry: h.AppendJCS(nil)}
	w.entries, w.leaves = append(w.entries, e), append(w.leaves, LeafHash(e.entry))
	w.anchor(bundleStart)
	if r, err := Verify(w.receipt(1, 2, Witnessed), w.trust()); err != nil || !strings.Contains(r.String(), "NOTE: dated ahead") {
		t.Errorf("receipt: %v\n%s", err, r)
	}
	if r, err := verify(t, w.bundle(w.plan(BundleTenant, 0, 1)), w.trust()); err != nil || !strings.Contains(r.String(), "1 entries can't have the time that they say") {
		t.Errorf("bundle: %v\n%s", err, r)
	}
}
