package notify_test

import (
	"context"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/notify"

	"github.com/google/go-cmp/cmp"
)

func TestRetriesFollowTheScheduleAcrossRestarts(t *testing.T) {
	t.Parallel()
	dbEach(t, func(t *testing.T, d *db.DB, clk *clock.Fake) {
		l, e := &log{}, newEndpoint(t, 500)
		cfg := notify.Config{AllowPrivate: true}
		s := service(d, l, cfg)
		w, _ := create(t, s, e.URL, notify.Filter{})
		l.add(high("a"), high("b"))
		schedule := []time.Duration{
			5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour,
			5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
		}
		for i, want := range schedule {
			at := deliver(t, s, w.ID)
			wait := time.Duration(at-clk.Now()) * time.Microsecond
			if wait < want || wait > want+want/5 {
				t.Errorf("pause %d is %s, want %s and up to a fifth more", i+1, wait, want)
			}
			if again := deliver(t, s, w.ID); again != at || len(e.ids()) != i+1 {
				t.Errorf("an attempt before its time: due %d, was %d, %d attempts", again, at, len(e.ids()))
			}
			clk.Advance(wait)
			s = service(d, l, cfg) // a restart
		}
		// The tenth attempt is the last one; the next item follows at once.
		e.answer(503, 200)
		if at := deliver(t, s, w.ID); at != 0 {
			t.Errorf("after giving up: due %d", at)
		}
		ids := e.ids()
		if len(ids) != 11 || ids[0] != ids[9] || ids[10] != "msg_"+w.ID+"_1" {
			t.Errorf("attempts: %q", ids)
		}
		if string(e.bodies[0]) != string(e.bodies[9]) {
			t.Error("the body changed between attempts")
		}
		got := get(t, s, w.ID)
		if got.GivenUp != 1 || got.Delivered != 1 || got.NextIndex != 2 || got.Status != notify.Active {
			t.Errorf("state: %+v", got)
		}
		lost, next, err := s.Failures(context.Background(), tenant, w.ID, "", 0)
		want := []notify.Failure{{Index: 0, MessageID: ids[0], Attempts: 10, LastStatus: 503, LastError: "endpoint answered 503", GivenUpAt: clk.Now()}}
		if diff := cmp.Diff(want, lost); diff != "" || next != "" || err != nil {
			t.Errorf("failures: %v, %q\n%s", err, next, diff)
		}
	})
}

func TestRetryAfterIsHonoured(t *testing.T) {
	t.Parallel()
	clk := fakeClock()
	l, e := &log{}, newEndpoint(t, 429)
	e.header.Set("Retry-After", "3600")
	s := service(dbtest.OpenSQLite(t, clk), l, notify.Config{AllowPrivate: true})
	w, _ := create(t, s, e.URL, notify.Filter{})
	l.add(high("a"))
	if wait := time.Duration(deliver(t, s, w.ID)-clk.Now()) * time.Microsecond; wait < time.Hour {
		t.Errorf("waits %s, want at least an hour", wait)
	}
}

func TestGoneDisables(t *testing.T) {
	t.Parallel()
	l, e := &log{}, newEndpoint(t, 410)
	s := service(dbtest.OpenSQLite(t, fakeClock()), l, notify.Config{AllowPrivate: true})
	w, _ := create(t, s, e.URL, notify.Filter{})
	l.add(high("a"), high("b"))
	deliver(t, s, w.ID)
	deliver(t, s, w.ID)
	if got := get(t, s, w.ID); got.Status != notify.Disabled || len(e.ids()) != 1 || got.NextIndex != 0 {
		t.Errorf("state %+v after %d requests", got, len(e.ids()))
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	l, elsewhere, e := &log{}, newEndpoint(t), newEndpoint(t, 307)
	e.header.Set("Location", elsewhere.URL)
	s := service(dbtest.OpenSQLite(t, fakeClock()), l, notify.Config{AllowPrivate: true})
	w, _ := create(t, s, e.URL, notify.Filter{})
	l.add(high("a"))
	if at := deliver(t, s, w.ID); at == 0 || len(elsewhere.ids()) != 0 {
		t.Errorf("due %d, %d requests elsewhere", at, len(elsewhere.ids()))
	}
	if got := get(t, s, w.ID); got.Status != notify.Failing || got.LastStatus != 307 {
		t.Errorf("state: %+v", got)
	}
}

func TestFiltersSkipWithoutSending(t *testing.T) {
	t.Parallel()
	low := high("other")
	low.Severity, low.Gating, low.ActionTaken, low.Actions, low.EventType = "low", domain.GateReject, "log_only", nil, "login"
	for name, f := range map[string]notify.Filter{
		"severity":     {MinSeverity: "medium"},
		"gating":       {Gating: []string{"allow", "require_approval"}},
		"action taken": {Actions: []string{"blocked"}},
		"mitigation":   {Actions: []string{"block_ip"}},
		"rule":         {Rules: []string{"a"}},
		"event type":   {EventTypes: []string{"auth"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, e := &log{}, newEndpoint(t)
			s := service(dbtest.OpenSQLite(t, fakeClock()), l, notify.Config{AllowPrivate: true})
			w, _ := create(t, s, e.URL, f)
			for range 250 { // more than a page
				l.add(low)
			}
			l.add(high("a"), low)
			deliver(t, s, w.ID)
			if diff := cmp.Diff([]string{"msg_" + w.ID + "_250"}, e.ids()); diff != "" {
				t.Errorf("messages (-want +got):\n%s", diff)
			}
			if got := get(t, s, w.ID); got.NextIndex != 252 || got.Delivered != 1 {
				t.Errorf("state: %+v", got)
			}
		})
	}
}
