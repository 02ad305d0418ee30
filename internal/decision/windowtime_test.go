package decision

import (
	"fmt"
	"testing"
	"time"
)

// An event from ahead of the clock must not make those of now late, and today's
// must not make yesterday's log count for nothing.
func TestNoEventSilencesTheWindowsOfItsKey(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		f.rules = statefulRules(t, `{version: "1", windows: [
			{name: few, kind: sliding, limit: 5, when: "true", key: src_ip, span: 1m},
			{name: many, kind: sliding, limit: 200, when: "true", key: src_ip, span: 1m}], default: {id: d}}`)
		tell := func(name string, at time.Duration) map[string]int64 {
			t.Helper()
			when := time.UnixMicro(int64(f.clk.Now())).UTC().Add(at).Format(time.RFC3339Nano)
			return facts(f.defend(t, fmt.Sprintf(`{"source":"sshd","event_type":"auth","source_event_id":%q,"timestamp":%q,"event":{"src_ip":"203.0.113.5"}}`, name, when)))
		}
		tell("ahead", 295*time.Second)
		var got map[string]int64
		for i := range 5 {
			got = tell(fmt.Sprint("now", i), time.Duration(i-5)*time.Second)
		}
		if got["few"] != 5 || got["many"] != 6 {
			t.Errorf("after an event from ahead of the clock: %v", got)
		}
		f.stop()
		f.start(t)
		for i := range 8 {
			got = tell(fmt.Sprint("yesterday", i), time.Duration(i)*time.Second-24*time.Hour)
			if i == 3 { // the past is restored like the present
				f.stop()
				f.start(t)
			}
		}
		if got["few"] != 5 || got["many"] != 8 {
			t.Errorf("yesterday's log: %v", got)
		}
		if got = tell("again now", 0); got["few"] != 5 || got["many"] != 7 {
			t.Errorf("now, after yesterday: %v", got)
		}
		for _, r := range f.replayAll(t, ReplayRange{}, 100) {
			if r.State != ReplaySame {
				t.Errorf("replay of %d: %s %+v", r.Index, r.State, r.Fields)
			}
		}
	})
}
