package notify_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/notify"
	"frostgate.io/frostgate/internal/signing"
)

const tenant = domain.TenantID("tn_a")

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// log is a tenant's log in memory.
type log struct {
	mu    sync.Mutex
	items []notify.Item
	fail  error
}

func (l *log) add(items ...notify.Item) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, it := range items {
		it.Index = int64(len(l.items))
		it.ID = domain.DecisionID(fmt.Sprintf("log-%d", it.Index))
		it.Time = domain.Micros(start.UnixMicro())
		l.items = append(l.items, it)
	}
}

func (l *log) After(_ context.Context, t domain.TenantID, idx int64, limit int) ([]notify.Item, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fail != nil || t != tenant {
		return nil, l.fail
	}
	from := min(int(idx+1), len(l.items))
	return append([]notify.Item(nil), l.items[from:min(from+limit, len(l.items))]...), nil
}

func (l *log) Size(context.Context, domain.TenantID) (int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return int64(len(l.items)), nil
}

var _ notify.Sealer = (*signing.Custody)(nil) // what the server seals with

// box is a sealer that tells tenants and purposes apart.
type box struct{}

func (box) Seal(purpose, tenant string, plain []byte) []byte {
	return append([]byte(purpose+"|"+tenant+"|"), plain...)
}

func (box) Open(purpose, tenant string, sealed []byte) ([]byte, error) {
	rest, ok := strings.CutPrefix(string(sealed), purpose+"|"+tenant+"|")
	if !ok {
		return nil, errors.New("does not open")
	}
	return []byte(rest), nil
}

// endpoint is a receiver that answers from a script and keeps what it got.
type endpoint struct {
	*httptest.Server
	mu     sync.Mutex
	script []int // statuses; the last one repeats, none is 200
	header http.Header
	got    []*http.Request
	bodies [][]byte
	arrive chan string // webhook-id of each request
}

func newEndpoint(t *testing.T, script ...int) *endpoint {
	e := &endpoint{script: script, arrive: make(chan string, 1000), header: http.Header{}}
	e.Server = httptest.NewServer(e)
	t.Cleanup(e.Close)
	return e
}

func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	e.mu.Lock()
	status := http.StatusOK
	if len(e.script) > 0 {
		status = e.script[0]
		if len(e.script) > 1 {
			e.script = e.script[1:]
		}
	}
	e.got, e.bodies = append(e.got, r), append(e.bodies, b)
	for k, v := range e.header {
		w.Header()[k] = v
	}
	e.mu.Unlock()
	w.WriteHeader(status)
	e.arrive <- r.Header.Get("webhook-id")
}

func (e *endpoint) ids() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var out []string
	for _, r := range e.got {
		out = append(out, r.Header.Get("webhook-id"))
	}
	return out
}

func (e *endpoint) answer(script ...int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.script = script
}

func fakeClock() *clock.Fake {
	clk := clock.NewFake(start)
	clk.Rand = rand.NewChaCha8([32]byte{1})
	return clk
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func service(d *db.DB, l *log, cfg notify.Config) *notify.Service {
	return notify.New(d, l, box{}, cfg, quiet())
}

func actor() evidence.Actor {
	return evidence.Actor{Principal: &domain.Principal{ID: "pr_1", Key: "key_1"}, RequestID: "req_1"}
}

func create(t *testing.T, s *notify.Service, url string, f notify.Filter) (notify.Webhook, string) {
	t.Helper()
	w, secret, err := s.Create(context.Background(), tenant, notify.NewWebhook{URL: url, Filter: f}, actor())
	if err != nil {
		t.Fatal(err)
	}
	return w, secret
}

func deliver(t *testing.T, s *notify.Service, id string) domain.Micros {
	t.Helper()
	at, err := s.Deliver(context.Background(), tenant, id)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func get(t *testing.T, s *notify.Service, id string) notify.Webhook {
	t.Helper()
	w, err := s.Get(context.Background(), tenant, id)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func high(rule string) notify.Item {
	return notify.Item{
		Severity: "high", Title: "SSH brute force", Summary: "s", ActionTaken: "blocked", Gating: domain.GateAllow,
		Actions: []string{"block_ip"}, Rules: []string{rule}, EventType: "auth", Source: "sshd",
	}
}

func dbEach(t *testing.T, fn func(t *testing.T, d *db.DB, clk *clock.Fake)) {
	t.Helper()
	for _, engine := range dbtest.Engines(t) {
		t.Run(engine.Name, func(t *testing.T) {
			clk := fakeClock()
			fn(t, engine.Open(t, clk), clk)
		})
	}
}
