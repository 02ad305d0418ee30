package sigma_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/sigma"
)

// TestSample: traffic decides how fast a set is, never what it finds.
func TestSample(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles all public rules twice: not in the short form")
	}
	t.Parallel()
	rules := publicRules(t)
	all := eventLines(t, "evtx-attack-samples")
	slices.Reverse(all)
	shipped, err := sigma.Compile(rules, sigma.Options{})
	if err != nil {
		t.Fatal(err)
	}
	trained, err := sigma.Compile(rules, sigma.Options{Sample: append(all[:300:300], []byte("no event"))})
	if err != nil {
		t.Fatal(err)
	}
	a, b := shipped.NewMatcher(), trained.NewMatcher()
	for _, ev := range all {
		want, err := a.Match(ev)
		if err != nil {
			t.Fatal(err)
		}
		got, err := b.Match(ev)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(indexes(want), indexes(got)); diff != "" {
			t.Fatalf("%s: %s", ev, diff)
		}
	}
}

// TestTrainRepeats: the same traffic gives the same statistics, and none gives
// some that say nothing.
func TestTrainRepeats(t *testing.T) {
	t.Parallel()
	var events [][]byte
	for range 100 {
		events = append(events, []byte(`{"Image":"C:\\Windows\\System32\\svchost.exe","list":["a",{"b":"c"}]}`))
	}
	a, b := sigma.Train(events).Bytes(), sigma.Train(events).Bytes()
	if !bytes.Equal(a, b) || !bytes.ContainsFunc(a, func(r rune) bool { return r != 0 }) {
		t.Error("two runs differ, or nothing is learned")
	}
	if none := sigma.Train(nil).Bytes(); len(none) != len(a) || bytes.ContainsFunc(none, func(r rune) bool { return r != 0 }) {
		t.Error("something is learned from nothing")
	}
}
