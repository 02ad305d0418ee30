package sigma_test

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/sigma"
)

// full asks for every event of every corpus; else a sample of every kind of event.
func full() bool { return os.Getenv("FROSTGATE_CORPUS") == "full" }

// sampled is how many events of one corpus are looked at, in a sample.
func sampled() int {
	if testing.Short() {
		return 50 // the race detector makes it several times as slow
	}
	return 1500
}

// corpora are the folders of real events.
func corpora() []string {
	return []string{
		"cloudtrail-invictus", "cloudtrail-mordor", "evtx-attack-samples", "evtx-to-mitre-attack",
		"mordor", "panther-unit-tests", "sigmahq-regression", "splunk-capattack", "splunk-nxlog",
	}
}

// publicSet is all of SigmaHQ's rules compiled, once for all tests.
func publicSet(t testing.TB) (*sigma.Collection, *sigma.Set) {
	t.Helper()
	compiledPublic.once.Do(func() {
		compiledPublic.rules = publicRules(t)
		compiledPublic.set, compiledPublic.err = sigma.Compile(compiledPublic.rules, sigma.Options{})
	})
	if compiledPublic.err != nil || compiledPublic.set == nil {
		t.Fatalf("the public rules don't compile: %v", compiledPublic.err)
	}
	return compiledPublic.rules, compiledPublic.set
}

var compiledPublic struct {
	once  sync.Once
	rules *sigma.Collection
	set   *sigma.Set
	err   error
}

// event is one line of a corpus.
type event struct {
	where string
	raw   []byte
}

// events reads a corpus; what wraps events is taken off.
func events(t testing.TB, corpus string) []event {
	t.Helper()
	var out []event
	for n, raw := range eventLines(t, corpus) {
		e := event{where: fmt.Sprintf("%s:%d", corpus, n+1), raw: raw}
		switch corpus {
		case "panther-unit-tests":
			var line struct {
				Log jsontext.Value `json:"log"`
			}
			if err := json.Unmarshal(e.raw, &line); err != nil {
				t.Fatal(err)
			}
			e.raw = line.Log
			out = append(out, e)
		case "sigmahq-regression":
			out = append(out, regression(t, e)...)
		default:
			out = append(out, e)
		}
	}
	if len(out) == 0 {
		t.Fatalf("%s holds no events", corpus)
	}
	return out
}

// regression takes the events out of a regression case.
func regression(t testing.TB, e event) []event {
	t.Helper()
	var line struct {
		Events []jsontext.Value `json:"events"`
	}
	if err := json.Unmarshal(e.raw, &line); err != nil {
		t.Fatal(err)
	}
	var out []event
	for _, raw := range line.Events {
		out = append(out, event{where: e.where, raw: raw})
	}
	return out
}

// kind is what makes events alike: their channel and ID, and which members they
// have; not their values.
func kind(raw []byte) uint64 {
	h := fnv.New64a()
	dec := jsontext.NewDecoder(bytes.NewReader(raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	telling := []string{"Channel", "EventID", "eventName", "eventSource", "Provider", "action", "eventType"}
	for value := false; ; {
		tok, err := dec.ReadToken()
		if err != nil {
			return h.Sum64()
		}
		above, n := dec.StackIndex(dec.StackDepth())
		name := tok.Kind() == '"' && above == '{' && n%2 == 1
		if name || value {
			fmt.Fprintf(h, "%s\x00", tok)
		}
		value = name && slices.Contains(telling, tok.String())
	}
}

// sample takes an event of each kind, spread over the corpus when there are too
// many kinds.
func sample(all []event) []event {
	if full() {
		return all
	}
	seen := map[uint64]bool{}
	kinds := slices.DeleteFunc(all, func(e event) bool {
		if testing.Short() {
			return false // telling kinds apart takes longer than matching
		}
		k := kind(e.raw)
		twice := seen[k]
		seen[k] = true
		return twice
	})
	every := (len(kinds) + sampled() - 1) / sampled()
	var out []event
	for i := 0; i < len(kinds); i += max(1, every) {
		out = append(out, kinds[i])
	}
	return out
}

// TestCorporaAgainstOracle is the gate: on every real event the matcher finds
// exactly the rules that the specification, worked through by hand, finds.
func TestCorporaAgainstOracle(t *testing.T) {
	t.Parallel()
	c, set := publicSet(t)
	o := newOracle(&sigma.Collection{Rules: set.Rules(), Filters: c.Filters}, sigma.Builtin())
	for _, corpus := range corpora() {
		t.Run(corpus, func(t *testing.T) {
			all := sample(events(t, corpus))
			matches, differences := compare(t, o, set, all)
			t.Logf("%d events, %d matches, %d differences", len(all), matches, differences)
		})
	}
}

// compare runs both over the events and reports where they differ.
func compare(t *testing.T, o *oracle, set *sigma.Set, all []event) (matches, differences int64) {
	t.Helper()
	var next, found, wrong atomic.Int64
	var work sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		work.Go(func() {
			m := set.NewMatcher()
			for {
				i := int(next.Add(1)) - 1
				if i >= len(all) {
					return
				}
				n, diff := compareOne(o, set, m, all[i].raw)
				found.Add(int64(n))
				if diff != "" && wrong.Add(1) <= 30 {
					t.Errorf("%s: %s", all[i].where, diff)
				}
			}
		})
	}
	work.Wait()
	return found.Load(), wrong.Load()
}

// compareOne returns how many rules the oracle finds and how the matcher differs.
func compareOne(o *oracle, set *sigma.Set, m *sigma.Matcher, raw []byte) (n int, difference string) {
	want, pipeline, wantErr := o.match(raw)
	got, gotErr := m.Match(raw)
	if (wantErr == nil) != (gotErr == nil) {
		return 0, fmt.Sprintf("oracle: %v, matcher: %v", wantErr, gotErr)
	}
	if wantErr != nil {
		return 0, ""
	}
	var diff []string
	if p := m.Pipeline(); p != pipeline && !strings.HasPrefix(p, pipeline+"/") {
		diff = append(diff, fmt.Sprintf("pipeline %q, oracle %q", p, pipeline))
	}
	if m.Cut() {
		diff = append(diff, "a real event was too costly")
	}
	indexes := make([]int, len(got))
	for i, x := range got {
		indexes[i] = x.Index
		if set.Rules()[x.Index] != x.Rule {
			diff = append(diff, fmt.Sprintf("index %d is not of rule %s", x.Index, x.Rule.ID))
		}
	}
	if !slices.IsSorted(indexes) {
		diff = append(diff, "matches are out of order")
	}
	for _, i := range want {
		if !slices.Contains(indexes, i) {
			diff = append(diff, "missed "+ruleText(set.Rules()[i]))
		}
	}
	for _, i := range indexes {
		if !slices.Contains(want, i) {
			diff = append(diff, "wrongly found "+ruleText(set.Rules()[i]))
		}
	}
	return len(want), strings.Join(diff, "; ")
}

func ruleText(r *sigma.Rule) string { return fmt.Sprintf("%s (%s, %s)", r.ID, r.Title, r.File) }
