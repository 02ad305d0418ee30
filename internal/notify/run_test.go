package notify_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/notify"

	"github.com/google/go-cmp/cmp"
)

// run starts the service and returns a function that stops and waits for it.
func run(t *testing.T, s *notify.Service) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
	}
}

func receive(t *testing.T, c <-chan string, n int) []string {
	t.Helper()
	var out []string
	for range n {
		select {
		case id := <-c:
			out = append(out, id)
		case <-time.After(30 * time.Second):
			t.Fatalf("got %q, then nothing more", out)
		}
	}
	return out
}

// An endpoint that never answers takes nobody's place: with one place for
// healthy webhooks another one still gets everything, in order.
func TestHangingEndpointDelaysNobody(t *testing.T) {
	t.Parallel()
	hanging := make(chan struct{}, 10)
	hang := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then the server notices that the client left
		hanging <- struct{}{}
		<-r.Context().Done()
	}))
	t.Cleanup(hang.Close)
	l, e := &log{}, newEndpoint(t)
	s := service(dbtest.OpenSQLite(t, fakeClock()), l, notify.Config{AllowPrivate: true, InFlight: 2, Timeout: time.Minute})
	create(t, s, hang.URL, notify.Filter{})
	w, _ := create(t, s, e.URL, notify.Filter{})
	stop := run(t, s)
	l.add(high("a"))
	s.Wake(tenant)
	<-hanging
	receive(t, e.arrive, 1)
	for range 60 {
		l.add(high("b"))
	}
	s.Wake(tenant)
	receive(t, e.arrive, 60)
	stop()
	for i, id := range e.ids() {
		if want := messageOf(w.ID, i); id != want {
			t.Fatalf("message %d is %s, want %s", i, id, want)
		}
	}
}

func messageOf(webhook string, i int) string {
	return "msg_" + webhook + "_" + string(appendInt(nil, i))
}

func appendInt(b []byte, i int) []byte {
	if i >= 10 {
		b = appendInt(b, i/10)
	}
	return append(b, byte('0'+i%10))
}

// The timer for a retry is asked for with the right pause; when it fires the
// same message goes out again, then what queued up behind it.
func TestRunRetriesWhenDue(t *testing.T) {
	t.Parallel()
	clk := fakeClock()
	l, e := &log{}, newEndpoint(t, 500, 200)
	asked, fire := make(chan time.Duration, 10), make(chan time.Time)
	s := service(dbtest.OpenSQLite(t, clk), l, notify.Config{AllowPrivate: true, After: func(d time.Duration) <-chan time.Time {
		asked <- d
		return fire
	}})
	w, _ := create(t, s, e.URL, notify.Filter{})
	stop := run(t, s)
	defer stop()
	l.add(high("a"))
	s.Wake(tenant)
	receive(t, e.arrive, 1)
	wait := <-asked
	if wait < 5*time.Second || wait > 6*time.Second {
		t.Errorf("pause %s", wait)
	}
	l.add(high("b"))
	s.Wake(tenant) // the retry comes first
	clk.Advance(wait)
	fire <- start
	got := receive(t, e.arrive, 2)
	if diff := cmp.Diff([]string{"msg_" + w.ID + "_0", "msg_" + w.ID + "_1"}, got); diff != "" {
		t.Errorf("after the retry (-want +got):\n%s", diff)
	}
}

// What came while nobody delivered goes out after a start, in order and under
// the same IDs.
func TestRestartContinuesWhereItStopped(t *testing.T) {
	t.Parallel()
	l, e := &log{}, newEndpoint(t)
	d := dbtest.OpenSQLite(t, fakeClock())
	cfg := notify.Config{AllowPrivate: true}
	s := service(d, l, cfg)
	w, _ := create(t, s, e.URL, notify.Filter{})
	stop := run(t, s)
	l.add(high("a"), high("b"))
	s.Wake(tenant)
	receive(t, e.arrive, 2)
	stop()
	l.add(high("c"), high("d"))
	stop = run(t, service(d, l, cfg))
	for receive(t, e.arrive, 1)[0] != messageOf(w.ID, 3) {
	}
	stop()
	want := []string{messageOf(w.ID, 0), messageOf(w.ID, 1), messageOf(w.ID, 2), messageOf(w.ID, 3)}
	// An attempt that the stop cut off may come twice, under the same ID.
	if diff := cmp.Diff(want, slices.Compact(e.ids())); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

// Stopping in the middle of an attempt is not held against the endpoint: the
// attempt is made again with the same ID.
func TestStopInTheMiddleOfAnAttempt(t *testing.T) {
	t.Parallel()
	started := make(chan struct{}, 10)
	hang := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		started <- struct{}{}
		<-r.Context().Done()
	}))
	t.Cleanup(hang.Close)
	l := &log{}
	d := dbtest.OpenSQLite(t, fakeClock())
	s := service(d, l, notify.Config{AllowPrivate: true})
	w, _ := create(t, s, hang.URL, notify.Filter{})
	l.add(high("a"))
	stop := run(t, s)
	<-started
	stop()
	if got := get(t, s, w.ID); got.Attempt != 0 || got.Status != notify.Active || got.NextIndex != 0 {
		t.Errorf("state: %+v", got)
	}
}
