package decision

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/sigma/correlate"
)

// statefulDoc has a window of each kind, and a scenario that escalates.
const statefulDoc = `
version: "1"
windows:
  - {name: plain, when: "true", key: src_ip, span: 10m}
  - {name: recent, kind: sliding, when: "true", key: src_ip, span: 1m}
  - {name: bucket, kind: leaky, when: "true", key: src_ip, span: 1m, limit: 5}
  - {name: users, kind: distinct, when: "true", key: src_ip, of: user, span: 10m}
  - {name: failures, kind: ratio, when: "true", key: [src_ip, payload.site], hit: payload.ok == false, least: 2, span: 10m}
  - {name: bytes, kind: sum, when: "true", key: src_ip, of: payload.bytes, span: 10m}
  - {name: mean, kind: average, when: "true", key: src_ip, of: payload.bytes, span: 10m}
  - {name: middle, kind: median, when: "true", key: src_ip, of: payload.bytes, span: 10m}
  - {name: in_after, kind: sequence, key: src_ip, span: 10m, steps: [{when: payload.ok == false, count: 2}, {when: payload.ok == true}]}
  - {name: both, kind: all_of, key: src_ip, span: 10m, steps: [{when: payload.ok == false}, {when: payload.ok == true}]}
  - {name: new_site, kind: first_seen, when: "true", key: user, of: payload.site, learn: 20s, span: 1h}
scenarios:
  - id: rule:in_after
    title: In after failures
    points: 90
    when: window.in_after >= 2
    values: [window.in_after]
    mitigations: [{action: block_ip, target: src_ip, target_kind: ip, confidence: 900, ttl: [1m, 1h, 6h]}]
default: {id: d, title: none}
`

func statefulRules(t testing.TB, doc string) *Ruleset {
	t.Helper()
	rs := defaultRules(t)
	var err error
	if rs.Detect, err = detect.Compile(detect.Documents{Scenarios: []byte(doc)}); err != nil {
		t.Fatal(err)
	}
	return rs
}

// attempt is the n-th event of a test.
func attempt(n int, ring domain.Ring) string {
	return fmt.Sprintf(`{"source":"s","timestamp":"2026-03-01T11:%02d:%02dZ","event_type":"login","classification":%q,"event":{"src_ip":"198.51.100.7","user":"u%d","site":"s%d","ok":%t,"bytes":%d}}`,
		n*10/60, n*10%60, ring, n%3, n%4, n%4 == 3, n*n)
}

// A process that ends between any two events, or a commit that fails, changes no
// fact of any kind of window; and what was recorded decides the same again.
func TestNoKindOfWindowForgetsOnRestart(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		f.rules = statefulRules(t, statefulDoc)
		const events = 14
		var steady, broken [events]*Result
		for i := range events {
			steady[i] = f.defend(t, attempt(i, domain.Unclass))
		}
		for i := range events {
			switch i % 3 {
			case 0:
				f.stop()
				f.start(t)
			case 1:
				f.state0(t).discard() // as after a commit that failed
			}
			broken[i] = f.defend(t, attempt(i, domain.Secret))
		}
		for i := range events {
			if d := cmp.Diff(steady[i].Facts.Windows, broken[i].Facts.Windows); d != "" {
				t.Errorf("event %d: %s", i, d)
			}
		}
		last := facts(steady[events-1])
		// 14 events, ten seconds apart; 7, 11 completed sequences.
		want := map[string]int64{"plain": 14, "recent": 6, "users": 3, "bytes": 819, "mean": 58, "both": 2, "in_after": 1, "new_site": 0}
		for name, n := range want {
			if last[name] != n {
				t.Errorf("%s is %d, want %d", name, last[name], n)
			}
		}
		for _, r := range f.replayAll(t, ReplayRange{}, 50) {
			if r.State != ReplaySame {
				t.Errorf("replay of %d: %s %+v", r.Index, r.State, r.Fields)
			}
		}
	})
}

func facts(r *Result) map[string]int64 {
	out := map[string]int64{}
	for _, w := range r.Facts.Windows {
		out[w.Window] = w.Count
	}
	return out
}

func TestDurationsEscalate(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		f.rules = statefulRules(t, statefulDoc)
		at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
		// burst is two failures and a success; it returns how long the block lasts.
		burst := func(after time.Duration) int64 {
			at = at.Add(after)
			var r *Result
			for i, ok := range []bool{false, false, true} {
				r = f.defend(t, fmt.Sprintf(`{"source":"s","timestamp":%q,"event_type":"login","event":{"src_ip":"198.51.100.8","ok":%t}}`,
					at.Add(time.Duration(i)*time.Second).Format(time.RFC3339), ok))
			}
			if len(r.Outcome.Mitigations) != 1 {
				t.Fatalf("%d mitigations", len(r.Outcome.Mitigations))
			}
			return r.Outcome.Mitigations[0].TTLSeconds
		}
		got := []int64{burst(0), burst(30 * time.Second)}
		f.stop()
		f.start(t)
		// The second lasts an hour: what comes within is still the second.
		got = append(got, burst(time.Minute), burst(10*time.Minute), burst(time.Hour), burst(7*time.Hour))
		if d := cmp.Diff([]int64{60, 60, 3600, 3600, 21600, 21600}, got); d != "" {
			t.Error(d)
		}
		for _, r := range f.replayAll(t, ReplayRange{}, 50) {
			if r.State != ReplaySame {
				t.Errorf("replay of %d: %s %+v", r.Index, r.State, r.Fields)
			}
		}
	})
}

// What had to be forgotten while it still counted stands in the decision that
// made it so, and in the store it is gone too.
func TestEvictionShows(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		f.rules = statefulRules(t, `{version: "1", windows: [{name: w, when: "true", key: src_ip, span: 10m}], default: {id: d}}`)
		f.state0(t).windows = windowTable{correlate.NewTable(2000)}
		evicted := int64(0)
		for i := range 60 {
			r := f.defend(t, fmt.Sprintf(`{"source":"s","timestamp":"2026-03-01T11:00:%02dZ","event_type":"auth","event":{"src_ip":"198.51.100.%d","failed_auths":1}}`, i, i))
			evicted += facts(r)[evictedWindow]
		}
		if n := f.state0(t).windows.states.Len(); evicted == 0 || int64(n)+evicted != 60 {
			t.Errorf("%d states, %d evicted", n, evicted)
		}
		if got := f.WindowStats(); got.Evicted != evicted || got.Bytes == 0 || got.Bytes > 2000 {
			t.Errorf("%+v", got)
		}
		for _, r := range f.replayAll(t, ReplayRange{}, 100) {
			if r.State != ReplaySame {
				t.Errorf("replay of %d: %s %+v", r.Index, r.State, r.Fields)
			}
		}
	})
}

// A store of the binary before has counts: in window_state without a state, in
// decisions by the fixed layout.
func TestUpgradeOfStoredCounts(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		fail := func(ip string, second int) *Result {
			return f.defend(t, fmt.Sprintf(`{"source":"sshd","timestamp":"2026-03-01T11:00:%02dZ","event_type":"auth","event":{"src_ip":%q,"failed_auths":1}}`, second, ip))
		}
		first := fail("198.51.100.7", 0)
		keys, err := f.keyring.Keys(t.Context(), tenantA)
		if err != nil {
			t.Fatal(err)
		}
		at := int64(first.Event.Time)
		key := func(ip string) evidence.MAC {
			return keys.Index("window", string(domain.Unclass), "failed_logins_by_ip", ip)
		}
		seven, eight := key("198.51.100.7"), key("198.51.100.8")
		old := binary.BigEndian.AppendUint64(seven[:len(seven):len(seven)], 3)
		old = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(old, uint64(at)), uint64(at))
		f.stop()
		err = f.db.InTx(t.Context(), tenantA, func(tx *db.Tx) error {
			if _, err := tx.Exec(t.Context(), `UPDATE decision SET windows = $2 WHERE tenant_id = $1`, tenantA, old); err != nil {
				return err
			}
			_, err := tx.Exec(t.Context(), `INSERT INTO window_state (tenant_id, mac, events, since, used) VALUES ($1, $2, 4, $3, $3)`, tenantA, eight[:], at)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		f.start(t)
		if r := fail("198.51.100.7", 5); facts(r)["failed_logins_by_ip"] != 4 {
			t.Errorf("from a decision: %+v", r.Facts.Windows)
		}
		if r := fail("198.51.100.8", 5); facts(r)["failed_logins_by_ip"] != 5 || r.Outcome.Level != domain.LevelHigh {
			t.Errorf("from window_state: %+v", r.Facts.Windows)
		}
	})
}

// flakySink fails the commits that it is told to.
type flakySink struct{ fail atomic.Bool }

func (*flakySink) Describe(*Recorded)  {}
func (*flakySink) Add(*Recorded) error { return nil }
func (*flakySink) Reset(bool)          {}

func (s *flakySink) Write(context.Context, *db.Tx) error {
	if s.fail.Load() {
		return errors.New("the disk is full")
	}
	return nil
}

func TestFailedCommitTakesWindowsBack(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		f.rules = statefulRules(t, statefulDoc)
		f.stop()
		sink := &flakySink{}
		f.startWith(t, sink)
		for i := range 6 {
			f.defend(t, attempt(i, domain.Unclass))
			sink.fail.Store(true)
			if _, err := f.Defend(t.Context(), Call{Principal: f.principal, Body: []byte(attempt(i+20, domain.Unclass))}); err == nil {
				t.Fatal("recorded on a full disk")
			}
			sink.fail.Store(false)
			want := f.defend(t, attempt(i, domain.Secret))
			if i < 5 {
				continue
			}
			got := f.defend(t, attempt(6, domain.Unclass))
			if d := cmp.Diff(facts(f.defend(t, attempt(6, domain.Secret))), facts(got)); d != "" || want.Facts.Windows[0].Count != 6 {
				t.Errorf("%+v: %s", want.Facts.Windows[0], d)
			}
		}
	})
}

// Events of one key that come at the same time lose none.
func TestConcurrentEventsCountOnce(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		f.rules = statefulRules(t, statefulDoc)
		var wg sync.WaitGroup
		for g := range 4 {
			wg.Go(func() {
				for i := range 10 {
					f.defend(t, strings.Replace(attempt(i, domain.Unclass), `"source"`, fmt.Sprintf(`"source_event_id":"%d","source"`, g), 1))
				}
			})
		}
		wg.Wait()
		if r := f.defend(t, attempt(10, domain.Unclass)); facts(r)["plain"] != 41 {
			t.Errorf("%+v", r.Facts.Windows)
		}
	})
}

// FuzzDecodeWindows: rows that somebody altered are refused, not believed; what
// is written is read back.
func FuzzDecodeWindows(f *testing.F) {
	state, _ := (&correlate.Machine{Kind: correlate.Count, Span: time.Minute}).Update("", correlate.Input{At: 1_767_225_600_000_000})
	one := []detect.Move{{Key: correlate.Key{1}, State: state}}
	f.Add(encodeWindows(one))
	f.Add(encodeWindows(append(one, one...)))
	f.Add(make([]byte, 40))
	f.Add([]byte{})
	f.Add([]byte{0x21})
	f.Fuzz(func(t *testing.T, b []byte) {
		var moves []detect.Move
		if decodeWindows(b, func(m detect.Move) { moves = append(moves, m) }) != nil {
			return
		}
		var again []detect.Move
		if err := decodeWindows(encodeWindows(moves), func(m detect.Move) { again = append(again, m) }); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(moves, again); d != "" {
			t.Fatal(d)
		}
	})
}

func TestEncodedWindowsAreNeverTakenForCounts(t *testing.T) {
	t.Parallel()
	for n := range 200 {
		m := correlate.Machine{Kind: correlate.Sliding, Span: time.Hour, Limit: 100}
		state := ""
		for i := range n {
			state, _ = m.Update(state, correlate.Input{At: 1_767_225_600_000_000 + int64(i)*1e6})
		}
		if n == 0 {
			continue
		}
		if b := encodeWindows([]detect.Move{{State: state}}); len(b)%countSize == 0 {
			t.Fatalf("%d bytes", len(b))
		}
	}
}
