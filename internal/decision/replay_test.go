package decision

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/connector"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/governance/defaults"
	"frostgate.io/frostgate/internal/testdata"

	"github.com/google/go-cmp/cmp"
)

// replayAll pages through a range.
func (f *fixture) replayAll(t testing.TB, r ReplayRange, page int) (out []*Replayed) {
	t.Helper()
	var after *Place
	for {
		got, last, more, err := f.ReplayMany(context.Background(), tenantA, r, after, page)
		if err != nil {
			t.Fatal(err)
		}
		if out = append(out, got...); !more {
			return out
		}
		after = &last
	}
}

// changedRules are the default rules with one text replaced.
func changedRules(t testing.TB, old, replacement string) *Ruleset {
	t.Helper()
	rs := defaultRules(t)
	for _, d := range defaults.Documents() {
		if d.Kind == defaults.KindScenarios {
			text := strings.Replace(string(d.Content), old, replacement, 1)
			if text == string(d.Content) {
				t.Fatalf("the default scenarios hold no %q", old)
			}
			var err error
			if rs.Detect, err = detect.Compile(detect.Documents{Scenarios: []byte(text)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return rs
}

// otherRulesets answers for two hashes and nothing else.
type otherRulesets struct {
	*fixture
	by map[domain.Hash]*Ruleset
}

func (o otherRulesets) ByHash(_ context.Context, _ domain.TenantID, hash domain.Hash) (*Ruleset, error) {
	if rs := o.by[hash]; rs != nil {
		return rs, nil
	}
	return nil, fault.New(fault.NotFound, "no ruleset with hash %q", hash)
}

func TestReplayNamesEveryDifferingField(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		r := f.defend(t, bruteForce)
		other := changedRules(t, "points: 90", "points: 85")
		other.Hash = domain.Hash(strings.Repeat("ab", 32))
		f.Rulesets = otherRulesets{f, map[domain.Hash]*Ruleset{f.rules.Hash: f.rules, other.Hash: other}}
		ctx := context.Background()
		same, err := f.Replay(ctx, tenantA, r.Index, "")
		if err != nil || same.State != ReplaySame || same.Recorded != same.Again || same.Ruleset != f.rules.Hash || same.Event != r.Event.ID {
			t.Errorf("recorded ruleset: %+v, %v", same, err)
		}
		got, err := f.Replay(ctx, tenantA, r.Index, other.Hash)
		if err != nil || got.State != ReplayDifferent || got.Recorded == got.Again || got.Ruleset != other.Hash || got.RecordedRuleset != f.rules.Hash {
			t.Fatalf("other ruleset: %+v, %v", got, err)
		}
		fields := map[string][2]string{}
		for _, d := range got.Fields {
			fields[d.Path] = [2]string{string(d.Recorded), string(d.Replayed)}
		}
		want := map[string][2]string{
			"score": {"90", "85"}, "trace[0].points": {"90", "85"},
			"ruleset.hash": {`"` + string(f.rules.Hash) + `"`, `"` + string(other.Hash) + `"`},
		}
		for _, text := range []string{"brief", "summary"} { // their words are the explainer's
			if v, ok := fields[text]; ok && strings.ReplaceAll(v[0], "90", "85") == v[1] {
				delete(fields, text)
			}
		}
		if d := cmp.Diff(want, fields); d != "" {
			t.Error(d)
		}
		gone, err := f.Replay(ctx, tenantA, r.Index, domain.Hash(strings.Repeat("cd", 32)))
		if err != nil || gone.State != ReplayUnavailable || gone.Reason != RulesetMissing || gone.Problem == "" {
			t.Errorf("unknown ruleset: %+v, %v", gone, err)
		}
		if _, err := f.Replay(ctx, tenantA, 77, ""); fault.CodeOf(err) != fault.NotFound || !strings.Contains(err.Error(), "no decision "+string(DecisionID(gone.LogID, 77))) {
			t.Errorf("no such decision: %v", err)
		}
	})
}

// TestARangeGoesOnPastWhatCannotBeReplayed: one payload is gone, one was edited;
// the others are replayed, in pages of any size.
func TestARangeGoesOnPastWhatCannotBeReplayed(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		for range 5 {
			f.defend(t, `{}`)
		}
		f.clk.(*clock.Fake).Advance(3_600_000_000_000)
		f.defend(t, bruteForce)
		f.hostile(t, "DELETE FROM payload WHERE tenant_id = $1 AND idx = $2", tenantA, int64(2))
		f.hostile(t, "UPDATE payload SET sealed = (SELECT sealed FROM payload WHERE tenant_id = $1 AND idx = $3) WHERE tenant_id = $1 AND idx = $2", tenantA, int64(3), int64(4))
		want := map[uint64]string{1: "same", 2: PayloadDamaged, 3: PayloadDamaged, 4: "same", 5: "same", 6: "same"}
		now := f.clk.Now()
		for _, c := range []struct {
			r    ReplayRange
			size int
			n    int
		}{{ReplayRange{}, 2, 6}, {ReplayRange{}, 100, 6}, {ReplayRange{From: now}, 1, 1}, {ReplayRange{To: now}, 3, 5}, {ReplayRange{From: now + 1}, 3, 0}} {
			got := f.replayAll(t, c.r, c.size)
			if len(got) != c.n {
				t.Errorf("%+v: %d decisions", c, len(got))
			}
			for _, r := range got {
				is := string(r.State)
				if r.State == ReplayUnavailable {
					is = r.Reason
				}
				if is != want[r.Index] {
					t.Errorf("decision %d: %s, %s", r.Index, is, r.Problem)
				}
			}
		}
	})
}

func TestWhatHasGoneAwayIsNoOutcome(t *testing.T) {
	t.Parallel()
	for _, err := range []error{fault.New(fault.Unavailable, "the store is away"), context.Canceled} {
		var r Replayed
		if got := r.unavailable(err, PayloadDamaged, PayloadDamaged); !errors.Is(got, err) || r.State != "" {
			t.Errorf("%v: %v, %+v", err, got, r)
		}
	}
	for _, code := range []fault.Code{fault.Erased, fault.Pruned} {
		var r Replayed
		if err := r.unavailable(fault.New(code, "by entry 7"), PayloadDamaged, PayloadDamaged); err != nil || r.Reason != string(code) || r.Problem != "by entry 7" {
			t.Errorf("%s: %v, %+v", code, err, r)
		}
	}
}

// TestRealEventsReplayBitForBit decides on real CloudTrail and auth.log files,
// restarts and replays every decision, then again under rules with one score
// changed, where exactly the decisions that the rule fired in differ.
func TestRealEventsReplayBitForBit(t *testing.T) {
	if testing.Short() {
		t.Skip("one event after the other by the thousand: left to the long form")
	}
	t.Parallel()
	dir := filepath.Join(testdata.Dir(t), "events")
	clk := clock.NewFake(time.Date(2026, 11, 21, 22, 0, 0, 0, time.UTC))
	f := newFixture(t, dbtest.OpenSQLite(t, clk), clk)
	n := f.ingest(t, filepath.Join(dir, "cloudtrail-invictus", "records.json.gz")) + f.ingest(t, filepath.Join(dir, "elastic-authlog", "events.log"))
	f.stop()
	f.start(t)
	all := f.replayAll(t, ReplayRange{}, 500)
	if len(all) != n || n < 4000 {
		t.Fatalf("%d of %d decisions replayed", len(all), n)
	}
	for _, r := range all {
		if r.State != ReplaySame {
			t.Fatalf("decision %d: %s %s %s %q", r.Index, r.State, r.Reason, r.Problem, r.Fields)
		}
	}
	v, err := f.CheckRows(context.Background(), tenantA, 0, n+1)
	if err != nil || v.Bad != -1 || v.Checked != int64(n) {
		t.Errorf("rows: %+v, %v", v, err)
	}

	fired, err := f.List(context.Background(), tenantA, Filter{Rule: "rule:ssh_bruteforce"}, -1, n)
	if err != nil || len(fired) == 0 {
		t.Fatalf("%d brute force decisions, %v", len(fired), err)
	}
	f.rules = changedRules(t, "points: 90", "points: 85")
	differ := 0
	for _, r := range f.replayAll(t, ReplayRange{}, 500) {
		if r.State == ReplayDifferent {
			differ++
		}
	}
	if differ != len(fired) {
		t.Errorf("%d decisions differ, the rule fired in %d", differ, len(fired))
	}
}

// ingest decides on the events of one file.
func (f *fixture) ingest(t testing.TB, name string) (n int) {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	parser, _, err := connector.Open(file, name, "", connector.Options{Now: f.clk.Now()})
	if err != nil {
		t.Fatal(err)
	}
	var turn *Turn
	var wg sync.WaitGroup
	places := make(chan struct{}, 64)
	for {
		rec, err := parser.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		turn = NewTurn(turn)
		c := Call{Principal: f.principal, Body: rec.AppendRequest(nil), Turn: turn}
		places <- struct{}{}
		wg.Go(func() {
			if _, err := f.Defend(context.Background(), c); err != nil {
				t.Errorf("line %d: %v", rec.Line, err)
			}
			<-places
		})
		n++
	}
	wg.Wait()
	return n
}
