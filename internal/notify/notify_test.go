package notify_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/notify"
	"frostgate.io/frostgate/internal/signing"

	"github.com/google/go-cmp/cmp"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
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

// The receiver's own library accepts our signature and refuses a changed body.
func TestStandardWebhooksLibraryVerifies(t *testing.T) {
	t.Parallel()
	l, e := &log{}, newEndpoint(t)
	clk := clock.NewFake(time.Now()) // the library compares with the wall clock
	clk.Rand = rand.NewChaCha8([32]byte{2})
	s := service(dbtest.OpenSQLite(t, clk), l, notify.Config{AllowPrivate: true})
	l.add(high("before"))
	w, secret := create(t, s, e.URL, notify.Filter{})
	l.add(high("rule:ssh_bruteforce"))
	if at := deliver(t, s, w.ID); at != 0 {
		t.Fatalf("a retry at %d", at)
	}
	lib, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"msg_" + w.ID + "_1"}, e.ids()); diff != "" {
		t.Fatalf("messages (-want +got):\n%s", diff)
	}
	if err := lib.Verify(e.bodies[0], e.got[0].Header); err != nil {
		t.Errorf("library: %v", err)
	}
	if err := lib.Verify(append(e.bodies[0], ' '), e.got[0].Header); err == nil {
		t.Error("library accepts a changed body")
	}
	want := `{"type":"decision.created","timestamp":"2026-03-01T12:00:00.000000Z","tenant_id":"tn_a","data":{"decision_id":"log-1","index":1,"severity":"high","title":"SSH brute force","summary":"s","action_taken":"blocked","gating":"allow","actions":["block_ip"],"rules":["rule:ssh_bruteforce"],"event_type":"auth","source":"sshd","url":""}}`
	if diff := cmp.Diff(want, string(e.bodies[0])); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
	got := get(t, s, w.ID)
	if got.Delivered != 1 || got.Status != notify.Active || got.NextIndex != 2 || got.LastStatus != 200 {
		t.Errorf("state: %+v", got)
	}
}

// The example of the Standard Webhooks specification.
func TestSignatureOfTheSpecification(t *testing.T) {
	t.Parallel()
	lib, err := standardwebhooks.NewWebhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	body := []byte(`{"test": 2432232314}`)
	want, err := lib.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), body)
	if err != nil || want != "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" {
		t.Fatalf("library: %s, %v", want, err)
	}
	key := []byte("\x31\xf2\x90\xf6\xbf\x06\x29\x8a\xab\x4f\x08\xd4\x3c\x3f\x08\x2c\xf6\x48\xa3\x62\xda\x2d\xa4\xb0")
	if got := notify.Sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body); got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}

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

func dbEach(t *testing.T, fn func(t *testing.T, d *db.DB, clk *clock.Fake)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		clk := fakeClock()
		fn(t, dbtest.OpenSQLite(t, clk), clk)
	})
	t.Run("postgres", func(t *testing.T) {
		clk := fakeClock()
		fn(t, dbtest.OpenPostgres(t, clk), clk)
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

func TestDeletedWebhookStopsAndForgetsItsSecret(t *testing.T) {
	t.Parallel()
	dbEach(t, func(t *testing.T, d *db.DB, _ *clock.Fake) {
		ctx := context.Background()
		l, e := &log{}, newEndpoint(t)
		s := service(d, l, notify.Config{AllowPrivate: true, PerTenant: 1})
		w, _ := create(t, s, e.URL, notify.Filter{})
		if _, _, err := s.Create(ctx, tenant, notify.NewWebhook{URL: e.URL}, actor()); fault.CodeOf(err) != fault.QuotaExceeded {
			t.Errorf("second webhook: %v", err)
		}
		if err := s.Delete(ctx, "tn_b", w.ID, actor()); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("another tenant deletes: %v", err)
		}
		if err := s.Delete(ctx, tenant, w.ID, actor()); err != nil {
			t.Fatal(err)
		}
		l.add(high("a"))
		deliver(t, s, w.ID)
		if _, err := s.Get(ctx, tenant, w.ID); fault.CodeOf(err) != fault.NotFound || len(e.ids()) != 0 {
			t.Errorf("after deletion: %v, %d requests", err, len(e.ids()))
		}
		if list, err := s.List(ctx, tenant); err != nil || len(list) != 0 {
			t.Errorf("list: %v, %v", list, err)
		}
		var secret, status string
		var audits int
		if err := d.InReadTx(ctx, tenant, func(tx *db.Tx) error {
			if _, err := tx.Get(ctx, "SELECT secret, status FROM webhook WHERE tenant_id = $1", []any{string(tenant)}, &secret, &status); err != nil {
				return err
			}
			_, err := tx.Get(ctx, "SELECT count(*) FROM audit WHERE tenant_id = $1", []any{string(tenant)}, &audits)
			return err
		}); err != nil || secret != "" || status != "deleted" || audits != 2 {
			t.Errorf("row: secret %q, status %q, %d audits, %v", secret, status, audits, err)
		}
	})
}

func TestTestMessage(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, 200, 500)
	clk := clock.NewFake(time.Now())
	s := service(dbtest.OpenSQLite(t, clk), &log{}, notify.Config{AllowPrivate: true})
	w, secret := create(t, s, e.URL, notify.Filter{MinSeverity: "critical"})
	got, err := s.Test(context.Background(), tenant, w.ID, actor())
	if err != nil || !got.Delivered || got.Status != 200 {
		t.Fatalf("test: %+v, %v", got, err)
	}
	lib, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	if err := lib.Verify(e.bodies[0], e.got[0].Header); err != nil {
		t.Errorf("library: %v", err)
	}
	if got, err = s.Test(context.Background(), tenant, w.ID, actor()); err != nil || got.Delivered || got.Status != 500 {
		t.Errorf("test of a failing endpoint: %+v, %v", got, err)
	}
	if w := get(t, s, w.ID); w.Status != notify.Active || w.NextIndex != 0 {
		t.Errorf("a test moved the webhook: %+v", w)
	}
}

func TestInternalAddressesAreRefused(t *testing.T) {
	t.Parallel()
	for _, a := range []string{
		"127.0.0.1", "127.8.8.8", "::1", "0.0.0.0", "::", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
		"100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "224.0.0.1", "239.1.1.1", "255.255.255.255", "0.1.2.3",
		"::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "fe80::1",
		"fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "198.18.0.1", "fec0::1",
	} {
		if notify.Forbidden(netip.MustParseAddr(a)) == "" {
			t.Errorf("%s may be dialled", a)
		}
	}
	for _, a := range []string{"8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "172.32.0.1", "100.128.0.1"} {
		if why := notify.Forbidden(netip.MustParseAddr(a)); why != "" {
			t.Errorf("%s is refused: %s", a, why)
		}
	}
}

func TestURLs(t *testing.T) {
	t.Parallel()
	for url, private := range map[string]bool{
		"http://example.org/": false, "https://127.0.0.1/": false, "https://[::ffff:10.0.0.1]/x": false, "https://u:p@example.org/": false,
		"https://example.org/#x": false, "example.org": false, "ftp://example.org/": true, "https:///x": true, "https:x": true,
		"https://" + strings.Repeat("a", 2048): true, "https://u@10.0.0.1/": true, "\x7f": true,
	} {
		if err := notify.CheckURL(url, private); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%.40q (private %t): %v", url, private, err)
		}
	}
	for url, private := range map[string]bool{"https://example.org/hook?x=1": false, "http://10.0.0.1:8080/": true} {
		if err := notify.CheckURL(url, private); err != nil {
			t.Errorf("%q: %v", url, err)
		}
	}
}

// A name that resolves to an inside address is refused when dialling, before
// anything is sent.
func TestNameOfAnInternalAddressIsRefusedAtDialTime(t *testing.T) {
	t.Parallel()
	l := &log{}
	e := &endpoint{arrive: make(chan string, 10), header: http.Header{}}
	e.Server = httptest.NewTLSServer(e)
	t.Cleanup(e.Close)
	_, port, _ := strings.Cut(strings.TrimPrefix(e.URL, "https://"), ":")
	roots := x509.NewCertPool()
	roots.AddCert(e.Certificate())
	cfg := notify.Config{TLS: &tls.Config{RootCAs: roots, ServerName: "example.com", MinVersion: tls.VersionTLS12}}
	d := dbtest.OpenSQLite(t, fakeClock())
	s := service(d, l, cfg)
	w, _ := create(t, s, "https://localhost:"+port+"/", notify.Filter{})
	l.add(high("a"))
	if at := deliver(t, s, w.ID); at == 0 || len(e.ids()) != 0 {
		t.Errorf("due %d, %d requests", at, len(e.ids()))
	}
	if got := get(t, s, w.ID); !strings.Contains(got.LastError, "refused: loopback") {
		t.Errorf("last error: %q", got.LastError)
	}
	// The same endpoint over TLS once private addresses are allowed.
	cfg.AllowPrivate = true
	s = service(d, l, cfg)
	if got, err := s.Test(context.Background(), tenant, w.ID, actor()); err != nil || !got.Delivered {
		t.Errorf("with private addresses allowed: %+v, %v", got, err)
	}
}

func TestFilterValidation(t *testing.T) {
	t.Parallel()
	s := service(dbtest.OpenSQLite(t, fakeClock()), &log{}, notify.Config{})
	for name, f := range map[string]notify.Filter{
		"severity": {MinSeverity: "none"},
		"gating":   {Gating: []string{"maybe"}},
		"empty":    {Rules: []string{""}},
		"many":     {Actions: make([]string, 51)},
	} {
		if _, _, err := s.Create(context.Background(), tenant, notify.NewWebhook{URL: "https://example.org/", Filter: f}, actor()); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
