package decision

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/detect/anomaly"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
)

// login is the n-th login of an ordinary day.
func login(n int, user, ip, ring string) string {
	return fmt.Sprintf(`{"source":"idp","source_event_id":"%s-%s-%s-%d","timestamp":"2026-03-01T11:00:00Z","event_type":"login","classification":%q,"event":{"src_ip":%q,"user":%q,"host":"desk-%s","action":"sign-in"}}`,
		user, ip, ring, n, ring, ip, user, user)
}

// teach has two users log in as they always do.
func (f *fixture) teach(t testing.TB, from, to int) (last *Result) {
	t.Helper()
	var turn *Turn
	var wg sync.WaitGroup
	places := make(chan struct{}, 32)
	for i := from; i < to; i++ {
		turn = NewTurn(turn)
		c := Call{Principal: f.principal, Body: []byte(login(i, []string{"ann", "ben"}[i%2], fmt.Sprintf("10.0.%d.7", i%2), "UNCLASS")), Turn: turn}
		places <- struct{}{}
		wg.Go(func() {
			r, err := f.Defend(context.Background(), c)
			if err != nil {
				t.Error(err)
			}
			if i == to-1 {
				last = r
			}
			<-places
		})
	}
	wg.Wait()
	return last
}

// learnedNow is the state in memory.
func (f *fixture) learnedNow(t testing.TB, ring domain.Ring) *anomaly.State {
	t.Helper()
	v, ok := f.tenants.Load(tenantA)
	if !ok {
		t.Fatal("the tenant has no state")
	}
	st := v.(*tenantState)
	st.mu.Lock()
	defer st.mu.Unlock()
	l, err := st.learnedOf(ring)
	if err != nil {
		t.Fatal(err)
	}
	return l.state
}

// relearned is what the recorded payloads teach, from the first decision on. Each
// decision must have been judged by exactly what came before it.
func (f *fixture) relearned(t testing.TB, ring domain.Ring) *anomaly.State {
	return f.relearn(t, ring, true)
}

func (f *fixture) relearn(t testing.TB, ring domain.Ring, strict bool) *anomaly.State {
	t.Helper()
	ctx := context.Background()
	keys, err := f.keyring.Keys(ctx, tenantA)
	if err != nil {
		t.Fatal(err)
	}
	key := anomaly.Key(keys.Index("anomaly", string(ring)))
	s, m := anomaly.NewState(), anomaly.DefaultModel()
	size, err := f.Log.Size(ctx, tenantA)
	if err != nil {
		t.Fatal(err)
	}
	for idx := uint64(1); idx < uint64(size); idx++ {
		var open openDecision
		err := f.db.InReadTx(ctx, tenantA, func(tx *db.Tx) error {
			_, err := f.openForReplay(ctx, tx, tenantA, idx, &open)
			return err
		})
		if err != nil || open.event == nil {
			t.Fatalf("decision %d: %v", idx, err)
		}
		ev, payload, err := open.normalised()
		if err != nil {
			t.Fatal(err)
		}
		if ev.Ring != ring {
			continue
		}
		if got := open.facts.Anomaly; got == nil || strict && got.Digest != s.Digest().String() {
			t.Fatalf("decision %d was judged by state %+v, its log gives %s", idx, got, s.Digest())
		}
		o := observe(&key, ev, payload, len(open.event.Event))
		if d := cmp.Diff(open.facts.Anomaly, s.Observe(&o.Observation, o.encoded, m)); strict && d != "" {
			t.Fatalf("decision %d: %s", idx, d)
		}
	}
	return s
}

func (f *fixture) count(t testing.TB, query string) (n int64) {
	t.Helper()
	if err := f.db.InSystemReadTx(context.Background(), "test", func(tx *db.Tx) error {
		_, err := tx.Get(context.Background(), query, nil, &n)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAnUnusualEventIsScoredAndReplaysBitForBit(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		first := f.defend(t, login(-1, "ann", "10.0.0.7", "UNCLASS"))
		if a := first.Facts.Anomaly; a == nil || !a.Learning || first.Outcome.Anomaly != 0 || a.Model != "anomaly-1.1" || len(a.Digest) != 64 {
			t.Fatalf("the first event: %+v", a)
		}
		if last := f.teach(t, 0, 400); last.Facts.Anomaly.Learning || last.Outcome.Anomaly != 0 {
			t.Fatalf("an ordinary event: %d, %+v", last.Outcome.Anomaly, last.Facts.Anomaly)
		}
		odd := f.defend(t, login(0, "ann", "203.0.113.9", "UNCLASS"))
		if odd.Outcome.Anomaly < 600 || odd.Outcome.Score != 0 || odd.Outcome.Level != domain.LevelNone || odd.Outcome.Gating != domain.GateAllow {
			t.Errorf("anomaly %d, score %d: %+v", odd.Outcome.Anomaly, odd.Outcome.Score, odd.Facts.Anomaly)
		}
		var wire struct {
			Score   float64 `json:"anomaly_score"`
			Explain struct {
				Anomaly struct {
					Model    string `json:"model"`
					Features []struct {
						Name   string  `json:"name"`
						Seen   int64   `json:"seen"`
						Rarity float64 `json:"rarity"`
					} `json:"features"`
				} `json:"anomaly"`
			} `json:"explain"`
		}
		if err := json.Unmarshal(odd.AppendJSON(nil, Compact), &wire); err != nil {
			t.Fatal(err)
		}
		if x := wire.Explain.Anomaly.Features; len(x) != 1 || x[0].Name != "user_network" || x[0].Seen != 0 || x[0].Rarity < 0.6 || wire.Score < 0.6 {
			t.Errorf("the answer says %+v", wire)
		}
		back, err := f.Get(context.Background(), tenantA, odd.Index)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(odd.Facts.Anomaly, back.Facts.Anomaly); d != "" {
			t.Error(d)
		}
		for _, r := range f.replayAll(t, ReplayRange{}, 500) {
			if r.State != ReplaySame {
				t.Fatalf("decision %d: %s %q", r.Index, r.State, r.Fields)
			}
		}
		if v, err := f.CheckRows(context.Background(), tenantA, 0, 1000); err != nil || v.Bad != -1 {
			t.Errorf("rows: %+v, %v", v, err)
		}
	})
}

// The log alone says what was learned: in memory, after a restart, from the
// snapshot with its journal, and from the payloads again.
func TestTheSameLogGivesTheSameDigest(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		f.teach(t, 0, 300)
		before := f.learnedNow(t, domain.Unclass)
		f.stop()
		f.start(t)
		f.teach(t, 300, 310)
		now, again := f.learnedNow(t, domain.Unclass), f.relearned(t, domain.Unclass)
		if now.Events() != 310 || before.Events() != 300 || now.Digest() != again.Digest() || *now != *again {
			t.Errorf("%d events with %s, the log gives %d with %s", now.Events(), now.Digest(), again.Events(), again.Digest())
		}
	})
}

func TestTheJournalBecomesASnapshot(t *testing.T) {
	if testing.Short() {
		t.Skip("one event after the other by the thousand: left to the long form")
	}
	t.Parallel()
	clk := fakeClock()
	f := newFixture(t, dbtest.OpenSQLite(t, clk), clk)
	f.teach(t, 0, foldEvery+600)
	if n := f.count(t, "SELECT count(*) FROM anomaly_state"); n != 1 {
		t.Fatalf("%d snapshots", n)
	}
	if n := f.count(t, "SELECT coalesce(sum(length(observations)), 0) FROM anomaly_journal"); n > 600*80 {
		t.Errorf("the journal holds %d bytes", n)
	}
	want := *f.learnedNow(t, domain.Unclass)
	f.stop()
	f.start(t)
	f.teach(t, foldEvery+600, foldEvery+601)
	if got := f.learnedNow(t, domain.Unclass); got.Events() != want.Events()+1 || got.Digest() != f.relearned(t, domain.Unclass).Digest() {
		t.Errorf("after a restart %d events, before %d", got.Events(), want.Events())
	}
}

func TestRingsAndTenantsLearnApart(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		f.teach(t, 0, 200)
		r := f.defend(t, login(0, "ann", "10.0.0.7", "SECRET"))
		if a := r.Facts.Anomaly; !a.Learning || a.Digest != (anomaly.Digest{}).String() || a.Features[0].Total != 0 {
			t.Errorf("another ring knows of this one: %+v", a)
		}
		if s := f.learnedNow(t, domain.Secret); s.Events() != 1 {
			t.Errorf("the ring has %d events", s.Events())
		}
		f.addTenant(t, "tn_b")
		other := *f.principal
		other.Tenant = "tn_b"
		got, err := f.Defend(context.Background(), Call{Principal: &other, Body: []byte(login(0, "ann", "10.0.0.7", "UNCLASS"))})
		if err != nil || !got.Facts.Anomaly.Learning || got.Facts.Anomaly.Digest != (anomaly.Digest{}).String() {
			t.Errorf("another tenant: %+v, %v", got, err)
		}
		a, b := f.keysOf(t, tenantA), f.keysOf(t, "tn_b")
		if a.Index("anomaly", "UNCLASS") == a.Index("anomaly", "SECRET") || a.Index("anomaly", "UNCLASS") == b.Index("anomaly", "UNCLASS") {
			t.Error("keys are shared")
		}
	})
}

func (f *fixture) keysOf(t testing.TB, tenant domain.TenantID) *evidence.TenantKeys {
	t.Helper()
	k, err := f.keyring.Keys(context.Background(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (f *fixture) addTenant(t testing.TB, id domain.TenantID) {
	t.Helper()
	ctx := context.Background()
	if err := f.db.InSystemTx(ctx, "test", func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO tenant (tenant_id, org_id, name, log_id, slot, status, settings, created_at)
			VALUES ($1, 'o', 'b', '00000000000000bb', 1, 'active', '{}', 1)`, id); err != nil {
			return err
		}
		return f.keyring.CreateLog(ctx, tx, id)
	}); err != nil {
		t.Fatal(err)
	}
}

// failingSink refuses the batches of marked events.
type failingSink struct{ fail, failed bool }

func (*failingSink) Describe(*Recorded) {}
func (s *failingSink) Add(r *Recorded) error {
	s.fail = s.fail || r.Event.Source == "refused"
	return nil
}

func (s *failingSink) Write(context.Context, *db.Tx) error {
	if s.fail {
		s.failed = true
		return errors.New("refused by the test")
	}
	return nil
}
func (s *failingSink) Reset(bool) { s.fail = false }

// A commit that fails teaches nothing, whatever is under way beside it.
func TestAFailedCommitTeachesNothing(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		sink := &failingSink{}
		f.rows.sinks = append(f.rows.sinks, sink)
		f.teach(t, 0, 60)
		for round := range 3 {
			_, err := f.Defend(context.Background(), Call{Principal: f.principal, Body: []byte(strings.Replace(login(round, "eve", "203.0.113.9", "UNCLASS"), `"idp"`, `"refused"`, 1))})
			if err == nil {
				t.Fatal("the commit did not fail")
			}
			f.teach(t, 60+round*20, 80+round*20)
		}
		if !sink.failed {
			t.Fatal("the sink never failed")
		}
		if now, again := f.learnedNow(t, domain.Unclass), f.relearned(t, domain.Unclass); now.Events() != 120 || *now != *again {
			t.Errorf("%d events learned with %s, the log has %d with %s", now.Events(), now.Digest(), again.Events(), again.Digest())
		}
	})
}

// Commits that fail among many that run at the same time: those beside them keep
// the facts that they saw, and what is learned is what the log holds.
func TestFailedCommitsAmongOthersAreForgotten(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		f.rows.sinks = append(f.rows.sinks, &failingSink{})
		var wg sync.WaitGroup
		var recorded atomic.Int64
		for worker := range 8 {
			wg.Go(func() {
				for i := range 40 {
					body := login(worker*1000+i, "ann", "10.0.0.7", "UNCLASS")
					if i%10 == worker {
						body = strings.Replace(body, `"idp"`, `"refused"`, 1)
					}
					if _, err := f.Defend(context.Background(), Call{Principal: f.principal, Body: []byte(body)}); err == nil {
						recorded.Add(1)
					}
				}
			})
		}
		wg.Wait()
		f.defend(t, login(-1, "ann", "10.0.0.7", "UNCLASS"))
		now, again := f.learnedNow(t, domain.Unclass), f.relearn(t, domain.Unclass, false)
		if n := recorded.Load(); n < 280 || now.Events() != uint64(n)+1 || *now != *again {
			t.Errorf("%d recorded, %d learned with %s, the log gives %d with %s", n, now.Events(), now.Digest(), again.Events(), again.Digest())
		}
	})
}

// Erasing or pruning payloads does not touch what was learned; the hashes that
// speak of the subject go.
func TestErasedPayloadsDoNotStandInTheWay(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		f.teach(t, 0, 100)
		want := *f.learnedNow(t, domain.Unclass)
		x := evidence.NewDisposal(f.db, f.keyring, f.Log, []evidence.Eraser{f.Service}, nil)
		if _, err := x.PlanErasure(context.Background(), tenantA, domain.Subject{Kind: domain.SubjectUser, Value: "ann"}, "case 7"); err != nil {
			t.Fatal(err)
		}
		if f.count(t, "SELECT count(*) FROM anomaly_journal") == 0 {
			t.Fatal("a plan changed the journal")
		}
		if _, err := x.Erase(context.Background(), tenantA, domain.Subject{Kind: domain.SubjectUser, Value: "ann"}, "case 7", evidence.Actor{}); err != nil {
			t.Fatal(err)
		}
		if n := f.count(t, "SELECT count(*) FROM anomaly_journal"); n != 0 {
			t.Errorf("%d rows of hashes are left", n)
		}
		f.stop()
		f.start(t)
		f.teach(t, 100, 101)
		f.hostile(t, "DELETE FROM payload WHERE tenant_id = $1 AND idx = 2", tenantA)
		if got := f.learnedNow(t, domain.Unclass); got.Events() != want.Events()+1 || got.Digest() == want.Digest() {
			t.Errorf("%d events after erasing, %d before", got.Events(), want.Events())
		}
		if r := f.defend(t, login(200, "ben", "10.0.1.7", "UNCLASS")); r.Facts.Anomaly.Learning {
			t.Errorf("it forgot: %+v", r.Facts.Anomaly)
		}
	})
}

// What can't be read is learned anew, and says so; no decision waits for it.
func TestDamagedCountersAreLearnedAnew(t *testing.T) {
	t.Parallel()
	clk := fakeClock()
	f := newFixture(t, dbtest.OpenSQLite(t, clk), clk)
	f.teach(t, 0, 100)
	for _, damage := range []string{"UPDATE anomaly_journal SET observations = x'ff' WHERE tenant_id = $1 AND idx = (SELECT max(idx) FROM anomaly_journal)", "INSERT INTO anomaly_state (tenant_id, ring, idx, state) VALUES ($1, 'UNCLASS', 1, x'00')"} {
		f.stop()
		f.hostile(t, damage, tenantA)
		f.start(t)
		if r := f.defend(t, login(200+len(damage), "ann", "10.0.0.7", "UNCLASS")); !r.Facts.Anomaly.Learning || r.Facts.Anomaly.Features[0].Total > 1 {
			t.Errorf("%s: %+v", damage, r.Facts.Anomaly)
		}
	}
}

func TestSilentTenantsLoseTheirCountersInMemory(t *testing.T) {
	t.Parallel()
	clk := fakeClock()
	f := newFixture(t, dbtest.OpenSQLite(t, clk), clk)
	f.addTenant(t, "tn_b")
	f.teach(t, 0, 100)
	want := f.learnedNow(t, domain.Unclass).Digest()
	clk.Advance(time.Hour)
	other := *f.principal
	other.Tenant = "tn_b"
	if _, err := f.Defend(context.Background(), Call{Principal: &other, Body: []byte(`{}`)}); err != nil {
		t.Fatal(err)
	}
	v, _ := f.tenants.Load(tenantA)
	if st := v.(*tenantState); len(st.learned) != 0 {
		t.Error("a silent tenant's counters are still in memory")
	}
	if r := f.defend(t, login(0, "ann", "10.0.0.9", "UNCLASS")); r.Facts.Anomaly.Digest != want.String() || r.Facts.Anomaly.Learning {
		t.Errorf("it came back with %+v, want digest %s", r.Facts.Anomaly, want)
	}
}

func TestOlderOutcomesKeepTheirBytes(t *testing.T) {
	t.Parallel()
	o := domain.Outcome{Level: domain.LevelNone}
	b := AppendOutcome(nil, Identity{"e", "t"}, &o, &domain.StateFacts{})
	if !strings.HasPrefix(string(b), `{"anomaly":"0.000","brief":`) {
		t.Errorf("%.60s", b)
	}
	_, _, facts, err := parseOutcome(b)
	if err != nil || facts.anomaly != nil {
		t.Errorf("%+v, %v", facts, err)
	}
}

func BenchmarkObserving(b *testing.B) {
	clk := clock.System{}
	f := newFixture(b, dbtest.OpenSQLite(b, clk), clk)
	r := f.teach(b, 0, 100)
	ws := f.docs.Get().(*workspace)
	req, err := ParseRequest(fmt.Appendf(nil, benchEvent, 1, "2026-03-01T12:00:00Z", 2, 3, 7), ws.doc)
	if err != nil {
		b.Fatal(err)
	}
	a := &admission{ev: *r.Event, req: &req, keys: f.keysOf(b, tenantA), canonical: make([]byte, 700)}
	a.ev.SourceIP, a.ev.User, a.ev.Host = "203.0.113.9", "user-1", "web-1.example.net"
	v, _ := f.tenants.Load(tenantA)
	st := v.(*tenantState)
	l := &learned{f.learnedNow(b, domain.Unclass), anomaly.DefaultModel()}
	b.ReportAllocs()
	for b.Loop() {
		o := st.observing(a)
		_ = st.learn(domain.Unclass, l, &o)
	}
}

// A panic while learning must not leave a reserved place behind: the event
// teaches nothing, and what was learned is read again.
func TestAPanicWhileLearningTeachesNothing(t *testing.T) {
	t.Parallel()
	broken := &learned{state: anomaly.NewState()} // no model
	st := &tenantState{learned: map[domain.Ring]*learned{domain.Unclass: broken}}
	o := observation{encoded: []byte{1}}
	o.Source, o.Type = 1, 2
	if f := st.learn(domain.Unclass, broken, &o); f != nil || o.encoded != nil || len(st.learned) != 0 {
		t.Errorf("%+v, %v, %v", f, o.encoded, st.learned)
	}
}
