package decision

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"

	"github.com/go-json-experiment/json"
)

const bruteForce = `{"source":"sshd","timestamp":"2026-03-01T12:00:00Z","event_type":"auth","event":{"src_ip":"203.0.113.9","user":"root","host":"web-1","failed_auths":7}}`

func TestDefendBlocksAndProves(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		r := f.defend(t, bruteForce)
		if r.Outcome.Level != domain.LevelHigh || r.Outcome.Gating != domain.GateAllow || len(r.Outcome.Mitigations) != 1 {
			t.Fatalf("outcome %+v", r.Outcome)
		}
		body := r.AppendJSON(nil, Full)
		rc, err := receipt.FromResponse(body)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := receipt.Verify(rc, f.trust); err != nil {
			t.Errorf("receipt: %v", err)
		}
		var wire map[string]any
		if err := json.Unmarshal(body, &wire); err != nil {
			t.Fatalf("answer is no JSON: %v\n%s", err, body)
		}
		for _, name := range []string{"threat_level", "score", "anomaly_score", "mitigations", "explain", "explanation_brief", "event_id", "clock_drift_ms", "gating", "receipt", "policy", "ruleset"} {
			if _, ok := wire[name]; !ok {
				t.Errorf("answer lacks %s", name)
			}
		}
		if len(r.Counterfactuals) == 0 {
			t.Error("no counterfactual for a block")
		}
		if _, err := f.Get(context.Background(), tenantA, r.Index); err != nil {
			t.Fatal(err)
		}
	})
}

// The same event again is the same decision and the same leaf: in sequence, at
// the same time, and after a restart.
func TestSameEventIsDecidedOnce(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		var wg sync.WaitGroup
		results := make([]*Result, 20)
		for i := range results {
			wg.Go(func() { results[i] = f.defend(t, bruteForce) })
		}
		wg.Wait()
		fresh := 0
		for _, r := range results {
			if !r.Replayed {
				fresh++
			}
			if r.Index != results[0].Index || r.Event.ID != results[0].Event.ID {
				t.Errorf("index %d, event %s", r.Index, r.Event.ID)
			}
		}
		if fresh != 1 {
			t.Errorf("%d fresh decisions, want 1", fresh)
		}
		f.stop()
		f.start(t)
		again := f.defend(t, bruteForce)
		if !again.Replayed {
			t.Error("decided again after a restart")
		}
		rc := again.Receipt()
		if _, err := receipt.Verify(&rc, f.trust); err != nil {
			t.Errorf("receipt of a replay: %v", err)
		}
		if v, err := f.Log.VerifyChain(context.Background(), tenantA); err != nil || !v.Valid || v.Size != 2 {
			t.Errorf("chain %+v %v", v, err)
		}
	})
}

func TestEventsWithoutTimestampAreNewUnlessIdempotent(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		body := []byte(`{"source":"s","event_type":"auth","event":{"n":1}}`)
		call := func(key string, body []byte) (*Result, error) {
			return f.Defend(ctx, Call{Principal: f.principal, Body: body, IdempotencyKey: key})
		}
		one, _ := call("", body)
		two, _ := call("", body)
		if one == nil || two == nil || one.Event.ID == two.Event.ID || two.Replayed {
			t.Fatalf("without a timestamp: %+v %+v", one, two)
		}
		three, err := call("key-1", body)
		if err != nil {
			t.Fatal(err)
		}
		four, err := call("key-1", body)
		if err != nil || !four.Replayed || four.Index != three.Index {
			t.Fatalf("same Idempotency-Key: %+v %v", four, err)
		}
		if _, err := call("key-1", []byte(`{"source":"s","event_type":"auth","event":{"n":2}}`)); fault.CodeOf(err) != fault.IdempotencyReuse {
			t.Errorf("key used for another request: %v", err)
		}
		if v, err := f.Log.VerifyChain(ctx, tenantA); err != nil || v.Size != 4 {
			t.Errorf("log has %d entries, want 4: %v", v.Size, err)
		}
	})
}

func TestWindowCountsAcrossEventsAndRestart(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		attempt := func(second int) *Result {
			return f.defend(t, fmt.Sprintf(`{"source":"sshd","timestamp":"2026-03-01T11:%02d:%02dZ","event_type":"auth","event":{"src_ip":"198.51.100.7","failed_auths":1}}`, second/60, second%60))
		}
		for i := range 3 {
			if r := attempt(i); r.Outcome.Level != domain.LevelNone {
				t.Fatalf("attempt %d is %s", i, r.Outcome.Level)
			}
		}
		f.stop()
		f.start(t)
		attempt(3)
		r := attempt(4)
		if r.Outcome.Level != domain.LevelHigh || facts(r)["failed_logins_by_ip"] != 5 {
			t.Errorf("fifth attempt after a restart: %s, facts %+v", r.Outcome.Level, r.Facts.Windows)
		}
		if len(r.Diff.Changes) == 0 || r.Diff.PreviousIndex != int64(r.Index)-1 {
			t.Errorf("diff %+v", r.Diff)
		}
		if late := attempt(20 * 60); late.Outcome.Level != domain.LevelNone {
			t.Errorf("after the window's span: %s", late.Outcome.Level)
		}
	})
}

func TestReplayIsBitExact(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		f.never["ip:192.0.2.77"] = "al_1"
		for i, body := range []string{
			bruteForce,
			strings.Replace(bruteForce, `"event_type"`, `"persona":"guardian","classification":"SECRET","event_type"`, 1),
			strings.Replace(bruteForce, "203.0.113.9", "192.0.2.77", 1),
			`{"source":"q","timestamp":"2020-01-01T00:00:00.5+02:00","extra":{"a":[1,2.50]},"payload":{"big":12345678901234567890,"u":"\u00e9\ud83d\ude00","fail_count":"11","ip":"::ffff:192.0.2.1"}}`,
			`{"event_type":"suspicious_llm_usage"}`,
			`{}`,
		} {
			r := f.defend(t, body)
			back, err := f.Get(context.Background(), tenantA, r.Index)
			if err != nil {
				t.Fatal(err)
			}
			live := AppendOutcome(nil, Identity{r.Event.ID, tenantA}, r.Outcome, &r.Facts)
			read := AppendOutcome(nil, Identity{back.Event.ID, tenantA}, back.Outcome, &back.Facts)
			if string(live) != string(read) {
				t.Errorf("case %d: stored outcome differs\n%s\n%s", i, live, read)
			}
			if again, err := f.Replay(context.Background(), tenantA, r.Index, ""); err != nil || again.State != ReplaySame {
				t.Errorf("case %d: replay %+v, %v", i, again, err)
			}
		}
	})
}

func TestNeverBlockIsHonoured(t *testing.T) {
	t.Parallel()
	f := newFixture(t, dbtest.OpenSQLite(t, fakeClock()), fakeClock())
	f.never["ip:203.0.113.9"] = "al_office"
	r := f.defend(t, bruteForce)
	if len(r.Outcome.Mitigations) != 0 || !strings.Contains(fmt.Sprint(r.Outcome.Steps), "al_office") {
		t.Errorf("mitigations %+v, steps %+v", r.Outcome.Mitigations, r.Outcome.Steps)
	}
}

func TestNeverBlockByCountryAndNetwork(t *testing.T) {
	t.Parallel()
	for entry, more := range map[string]string{
		"country:NL": `"source":{"geo":{"country_iso_code":"NL"}}`, "asn:AS64500": `"asn":64500`, "asn:AS64501": `"source":{"as":{"number":64501}}`,
	} {
		f := newFixture(t, dbtest.OpenSQLite(t, fakeClock()), fakeClock())
		body := strings.Replace(bruteForce, `"user"`, more+`,"user"`, 1)
		f.never["country:XX"] = "al_other"
		if r := f.defend(t, strings.Replace(body, "sshd", "control", 1)); len(r.Outcome.Mitigations) != 1 {
			t.Errorf("%s: control: %+v", entry, r.Outcome.Mitigations)
		}
		f.never[entry] = "al_1"
		if r := f.defend(t, body); len(r.Outcome.Mitigations) != 0 {
			t.Errorf("%s: %+v", entry, r.Outcome.Mitigations)
		}
	}
}

func TestBadInputIsRefusedAndRecordsNothing(t *testing.T) {
	t.Parallel()
	clk := fakeClock()
	f := newFixture(t, dbtest.OpenSQLite(t, clk), clk)
	f.principal.Personas, f.principal.Rings = nil, nil
	for _, c := range []struct {
		body, field string
		code        fault.Code
	}{
		{`{"event":`, "", fault.InvalidJSON},
		{`{"a":1,"a":2}`, "a", fault.InvalidJSON},
		{"{\"a\":\"\xff\"}", "", fault.InvalidJSON},
		{`[]`, "", fault.Invalid},
		{`{"event":"text"}`, "event", fault.Invalid},
		{`{"source":7}`, "source", fault.Invalid},
		{`{"timestamp":"yesterday"}`, "timestamp", fault.Invalid},
		{`{"timestamp":"0001-01-01T00:00:00Z"}`, "timestamp", fault.Invalid},
		{`{"timestamp":"2999-01-01T00:00:00Z"}`, "timestamp", fault.Invalid},
		{`{"tenant_id":"tn_b"}`, "tenant_id", fault.WrongTenant},
		{`{"persona":"berserker"}`, "persona", fault.Invalid},
		{`{"persona":"guardian"}`, "persona", fault.Forbidden},
		{`{"classification":"SECRET"}`, "classification", fault.Forbidden},
		{`{"mission_id":"nope"}`, "", fault.UnknownMission},
		{`{"event":` + strings.Repeat(`{"a":`, 70) + `1` + strings.Repeat(`}`, 71), "", fault.TooDeep},
		{`{"event":{"a":"` + strings.Repeat("x", MaxBody) + `"}}`, "", fault.TooLarge},
		{`{"source":"` + strings.Repeat("x", 600) + `"}`, "source", fault.Invalid},
	} {
		_, err := f.Defend(context.Background(), Call{Principal: f.principal, Body: []byte(c.body)})
		if fault.CodeOf(err) != c.code {
			t.Errorf("%.60s: %v, want code %s", c.body, err, c.code)
			continue
		}
		if fe := err.(*fault.Error); c.field != "" && fe.Field != c.field { //nolint:errorlint // CodeOf found it at the top
			t.Errorf("%.60s: field %q, want %q", c.body, fe.Field, c.field)
		}
	}
	if v, err := f.Log.VerifyChain(context.Background(), tenantA); err != nil || v.Size != 1 {
		t.Errorf("refused requests left %d entries: %v", v.Size, err)
	}
}

const benchEvent = `{"source":"sshd","source_event_id":"%d","timestamp":"%s","event_type":"auth","event":{"src_ip":"203.0.113.%d","user":"user-%d","host":"web-1.example.net","failed_auths":%d,"method":"password","port":51234,"program":"sshd","pid":4242,"message":"Failed password for invalid user admin from 203.0.113.9 port 51234 ssh2","tags":["linux","auth","prod"],"labels":{"region":"eu-central-1","team":"platform","env":"prod","cluster":"blue"},"agent":{"id":"8a1f6c1e-7e3b-4f57-8a6d-1b2c3d4e5f60","version":"8.14.0","type":"filebeat"},"event_original":"Mar  1 12:00:00 web-1 sshd[4242]: Failed password for invalid user admin from 203.0.113.9 port 51234 ssh2","ecs":{"version":"8.11.0"},"log":{"file":{"path":"/var/log/auth.log"},"offset":1234567}}}`

func BenchmarkDefend(b *testing.B) {
	clk := clock.System{}
	f := newFixture(b, dbtest.OpenSQLite(b, clk), clk)
	batches := 0
	f.Log.OnBatch = func(int, error) { batches++ }
	b.ReportAllocs()
	b.SetParallelism(32)
	var mu sync.Mutex
	n := 0
	defer func() { b.ReportMetric(float64(b.N)/float64(max(batches, 1)), "units/batch") }()
	b.RunParallel(func(pb *testing.PB) {
		var out []byte
		for pb.Next() {
			mu.Lock()
			n++
			i := n
			mu.Unlock()
			r, err := f.Defend(context.Background(), Call{Principal: f.principal, Body: fmt.Appendf(nil, benchEvent, i, time.Now().UTC().Format(time.RFC3339Nano), i%250, i%1000, i%3)})
			if err != nil {
				b.Fatal(err)
			}
			out = r.AppendJSON(out[:0], Full)
		}
	})
}

func BenchmarkEvaluate(b *testing.B) {
	clk := fakeClock()
	f := newFixture(b, dbtest.OpenSQLite(b, clk), clk)
	ws := f.docs.Get().(*workspace)
	req, err := ParseRequest(fmt.Appendf(nil, benchEvent, 1, "2026-03-01T12:00:00Z", 2, 3, 7), ws.doc)
	if err != nil {
		b.Fatal(err)
	}
	ev, _, err := normalise(&req, tenantA, Defaults{Persona: domain.Sentinel, Ring: domain.Unclass}, clk.Now(), nil)
	if err != nil {
		b.Fatal(err)
	}
	var facts domain.StateFacts
	b.ReportAllocs()
	for b.Loop() {
		_ = Evaluate(f.rules, &facts, &ev, req.Payload, nil)
	}
}

// Lines of a batch run at the same time, yet windows and log follow their
// order: five failures of one address, many addresses interleaved with
// duplicates and refused lines.
func TestTurnsKeepTheOrderOfABatch(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		const lines = 300
		results := make([]*Result, lines)
		var wg sync.WaitGroup
		var turn *Turn
		for i := range lines {
			turn = NewTurn(turn)
			body := fmt.Sprintf(`{"source":"sshd","source_event_id":"%d","timestamp":"2026-03-01T11:00:00Z","event_type":"auth","event":{"src_ip":"198.51.100.%d","failed_auths":1}}`, i, i%10)
			switch i % 7 {
			case 3:
				body = `{"event":` // refused
			case 5: // the line before it again
				body = strings.Replace(body, fmt.Sprintf(`"%d"`, i), fmt.Sprintf(`"%d"`, i-1), 1)
				body = strings.Replace(body, fmt.Sprintf(`.%d"`, i%10), fmt.Sprintf(`.%d"`, (i-1)%10), 1)
			}
			my := turn
			wg.Go(func() {
				r, err := f.Defend(context.Background(), Call{Principal: f.principal, Body: []byte(body), Bulk: true, Turn: my})
				if (err != nil) != (i%7 == 3) {
					t.Errorf("line %d: %v", i, err)
				}
				results[i] = r
			})
		}
		wg.Wait()
		last, counts := uint64(0), map[string]int64{}
		for i, r := range results {
			if r == nil || i%7 == 5 || i%7 == 4 && i+1 < lines {
				continue // refused, or one of two that may stand for each other
			}
			if r.Index <= last {
				t.Errorf("line %d has index %d after %d", i, r.Index, last)
			}
			last = r.Index
			if w := r.Facts.Windows; len(w) > 0 { // the first is failed_logins_by_ip
				if w[0].Count <= counts[w[0].Key] {
					t.Errorf("line %d counts %d after %d", i, w[0].Count, counts[w[0].Key])
				}
				counts[w[0].Key] = w[0].Count
			}
		}
	})
}

// One Idempotency-Key raced with many bodies: one decision, the rest refused,
// and nobody's window state suffers; nor does a restart forget it, however many
// events came in between.
func TestIdempotencyRaceAndRestartKeepWindows(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		attempt := func(n int) *Result {
			return f.defend(t, fmt.Sprintf(`{"source":"sshd","timestamp":"2026-03-01T11:00:%02dZ","event_type":"auth","event":{"src_ip":"198.51.100.7","failed_auths":1}}`, n))
		}
		for i := range 3 {
			attempt(i)
		}
		for round := range 3 {
			var wg sync.WaitGroup
			var mu sync.Mutex
			decided, refused := 0, 0
			for i := range 16 {
				wg.Go(func() {
					_, err := f.Defend(ctx, Call{
						Principal: f.principal, IdempotencyKey: fmt.Sprint("race-", round),
						Body: fmt.Appendf(nil, `{"source":"s","event_type":"x","event":{"n":%d}}`, i),
					})
					mu.Lock()
					defer mu.Unlock()
					switch {
					case err == nil:
						decided++
					case fault.CodeOf(err) == fault.IdempotencyReuse:
						refused++
					default:
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if decided != 1 || refused != 15 {
				t.Errorf("round %d: %d decided, %d refused", round, decided, refused)
			}
		}
		if f.state0(t).stale {
			t.Error("a race for an Idempotency-Key made the windows stale")
		}
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				for i := range 600 { // more than windowrows.flushEvery in all
					f.defend(t, fmt.Sprintf(`{"source":"n","source_event_id":"%d-%d","timestamp":"2026-03-01T11:01:00Z","event_type":"noise"}`, w, i))
				}
			})
		}
		wg.Wait()
		f.stop()
		f.start(t)
		attempt(30)
		if r := attempt(31); r.Outcome.Level != domain.LevelHigh || r.Facts.Windows[0].Count != 5 {
			t.Errorf("fifth failure: %s, %+v", r.Outcome.Level, r.Facts.Windows)
		}
	})
}

// A key whose first use is a replay belongs to that request from then on.
func TestIdempotencyKeyFirstUsedOnAReplay(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		f.defend(t, bruteForce)
		call := func(body string) error {
			_, err := f.Defend(context.Background(), Call{Principal: f.principal, Body: []byte(body), IdempotencyKey: "k2"})
			return err
		}
		if err := call(bruteForce); err != nil {
			t.Fatal(err)
		}
		if err := call(`{"event":{"other":1}}`); fault.CodeOf(err) != fault.IdempotencyReuse {
			t.Errorf("another request under the same key: %v", err)
		}
	})
}

func (f *fixture) state0(t *testing.T) *tenantState {
	t.Helper()
	st, err := f.state(context.Background(), tenantA)
	if err != nil {
		t.Fatal(err)
	}
	return st
}
