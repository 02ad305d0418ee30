package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/auth"
	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift"
	"frostgate.io/frostgate/internal/enforce"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/governance"
	"frostgate.io/frostgate/internal/httpapi/idempotency"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/graph"
	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/internal/module"
	"frostgate.io/frostgate/internal/notify"
	"frostgate.io/frostgate/internal/obs"
	"frostgate.io/frostgate/internal/signing"
	"frostgate.io/frostgate/internal/tenant"
)

const (
	tenantA = domain.TenantID("tn_a")
	tenantB = domain.TenantID("tn_b")
	adminA  = "admin-a" // keys of the fixture, not of the product's form
	adminB  = "admin-b"
)

// fixture is a server on a real store, served over real HTTP.
type fixture struct {
	*Server
	url   string
	clk   *clock.Fake
	logs  *syncBuffer
	keys  *keyTable
	db    *db.DB
	ready error // what the fixture's one check says
}

// keyTable is the consumer's side of authentication: keys with fixed owners.
type keyTable struct {
	real *auth.Service // knows the keys that the API made
	mu   sync.Mutex
	keys map[string]*domain.Principal
	fail error
}

func (k *keyTable) Authenticate(ctx context.Context, presented string) (*domain.Principal, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	p, ok := k.keys[presented]
	switch {
	case k.fail != nil:
		return nil, k.fail
	case !ok:
		return k.real.Authenticate(ctx, presented)
	case strings.HasPrefix(presented, "expired"):
		return p, fault.New(fault.KeyExpired, "The API key has expired.")
	}
	return p, nil
}

// add makes a key with exactly these scopes.
func (k *keyTable) add(key string, tenant domain.TenantID, scopes ...domain.Scope) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys[key] = &domain.Principal{
		ID: domain.PrincipalID("pr_" + key), Kind: domain.Person, Name: key, Org: domain.OrgID("org_" + string(tenant)), Tenant: tenant,
		Key: domain.KeyID("id_" + key), Scopes: scopes, Personas: []domain.Persona{domain.Guardian, domain.Sentinel}, Rings: domain.Rings(),
	}
}

// remove makes a key unknown.
func (k *keyTable) remove(key string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.keys, key)
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}
func (s *syncBuffer) String() string { s.mu.Lock(); defer s.mu.Unlock(); return s.b.String() }

// compiled is shared by the servers of all tests, and builtin keeps the default
// ruleset in it: compiling its rules takes as long as all else of a server's start.
// Compiled rules are a function of their documents' bytes, so no test sees another.
var (
	compiled = governance.NewRuleCache()
	builtin  struct {
		sync.Once
		ruleset *decision.Ruleset
	}
)

func newFixture(t testing.TB, cfg Config) *fixture {
	t.Helper()
	ctx := context.Background()
	logs := &syncBuffer{}
	clk := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	d := dbtest.OpenSQLite(t, clk)
	custody, err := signing.Open(t.TempDir(), clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	keyring := evidence.NewKeyring(d, custody)
	err = d.InSystemTx(ctx, "test", func(tx *db.Tx) error {
		for i, id := range []domain.TenantID{tenantA, tenantB} {
			org := "org_" + string(id)
			if _, err := tx.Exec(ctx, "INSERT INTO organisation (org_id, name, created_at) VALUES ($1, 'o', 1)", org); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `INSERT INTO tenant (tenant_id, org_id, name, log_id, slot, status, settings, created_at)
				VALUES ($1, $2, $1, $3, $4, 'active', '{}', 1)`, id, org, logOf(id), i); err != nil {
				return err
			}
			if err := keyring.CreateLog(ctx, tx, id); err != nil {
				return err
			}
			owner := "pr_admin-" + string(id[3:])
			if _, err := tx.Exec(ctx, `INSERT INTO principal (principal_id, org_id, kind, name, email, status, created_at)
				VALUES ($1, $2, 'person', 'Admin', '', 'active', 1)`, owner, org); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `INSERT INTO role_binding (principal_id, org_id, tenant_id, role, created_at)
				VALUES ($1, $2, '', 'owner', 1)`, owner, org); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	tenants := tenant.New(d, clk, keyring)
	if err := tenants.Load(ctx); err != nil {
		t.Fatal(err)
	}
	log := obs.NewLogger(logs, slog.LevelDebug)
	people, err := auth.New(auth.Config{DB: d, Clock: clk, MAC: custody, Tenants: tenants})
	if err != nil {
		t.Fatal(err)
	}
	seq, err := evidence.NewSequencer(d, keyring, custody, clk, evidence.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{clk: clk, logs: logs, db: d, keys: &keyTable{keys: map[string]*domain.Principal{}}}
	f.keys.real = people
	never := enforce.New(d, enforce.Config{})
	govern, err := governance.New(governance.Deps{DB: d, Clock: clk, Log: seq, Signer: custody.Signer(), VerifierKey: custody.VerifierKey(), Never: never, Rules: compiled})
	if err != nil {
		t.Fatal(err)
	}
	if err := govern.EnsureDefaults(ctx); err != nil {
		t.Fatal(err)
	}
	builtin.Do(func() { builtin.ruleset, err = govern.Active(ctx, tenantA) })
	if err != nil {
		t.Fatal(err)
	}
	pipe := decision.New(decision.Deps{
		DB: d, Clock: clk, Keys: keyring, Log: seq, Rulesets: govern, Missions: govern, Never: never, Tenants: f, Sinks: []decision.Sink{govern},
	})
	inv := inventory.New(inventory.Deps{DB: d, Clock: clk, Log: seq, Keys: keyring, Types: normal.Builtin()}, inventory.Config{})
	drifts := drift.NewService(drift.Deps{
		DB: d, Clock: clk, Log: seq, Keys: keyring, Inventory: inv, Types: normal.Builtin(),
		OrgFunc: func(id domain.TenantID) (domain.OrgID, error) {
			t, err := tenants.Lookup(id)
			if err != nil {
				return "", err
			}
			return t.Org, nil
		},
		TenantsFunc: func() []domain.TenantID { return []domain.TenantID{tenantA, tenantB} },
	})
	inv.AfterClose = drifts.CompareRun
	refs := graph.New(graph.Deps{DB: d, Types: normal.Builtin(), Inventory: inv}, graph.Config{})
	inv.Projectors = []inventory.Projector{refs}
	runCtx, stop := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { _ = seq.Run(runCtx) })
	t.Cleanup(func() { stop(); wg.Wait(); pipe.Close() })
	f.keys.add(adminA, tenantA, domain.AllScopes()...)
	f.keys.add(adminB, tenantB, domain.AllScopes()...)
	f.Server, err = New(cfg, Deps{
		Clock: clk, Log: log, Metrics: obs.NewMetrics(), DB: d,
		Auth: f.keys, People: people, Decide: pipe, Govern: govern, Tenants: tenants, Limits: auth.NewLimiter(tenants, clk), Answers: idempotency.New(d, custody),
		Audit: evidence.NewAuditStore(d), Denied: evidence.NewDeniedLog(d, clk), Evidence: seq,
		Enforce:     never,
		Disposal:    evidence.NewDisposal(d, keyring, seq, []evidence.Eraser{never}, []evidence.Holder{never}),
		Signers:     module.New(module.Deps{DB: d, Clock: clk, Log: seq, Keys: keyring, MAC: custody}, module.Config{}),
		Inventory:   inv,
		Graph:       refs,
		Drift:       drifts,
		Notify:      notify.New(d, noDecisions{}, custody, notify.Config{}, log),
		VerifierKey: custody.VerifierKey(), LogKeys: custody.LogKeys(), Origin: custody.Origin(),
		Checks:  []Check{{Name: "fixture", Func: func(context.Context) error { return f.ready }}},
		Modules: []Module{{Name: "bus", On: false, Flag: "bus.enabled=false"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewUnstartedServer(f.Server)
	own := NewHTTPServer(f, f.cfg, f.log)
	own.Handler = f.Server
	srv.Config = own
	srv.Start()
	t.Cleanup(srv.Close)
	f.url = srv.URL
	return f
}

// answer is a response that was read to its end.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a *answer) problem(t *testing.T) Problem {
	t.Helper()
	var p Problem
	if err := json.Unmarshal(a.body, &p); err != nil || a.header.Get("Content-Type") != "application/problem+json" {
		t.Fatalf("no problem document: %d %s %q", a.status, a.header.Get("Content-Type"), a.body)
	}
	if p.Status != a.status || p.Type != problemBase+p.Code || p.Title == "" || p.RequestID == "" || p.RequestID != a.header.Get("X-Request-Id") {
		t.Fatalf("problem is not complete: %s (status %d)", a.body, a.status)
	}
	return p
}

func (a *answer) into(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		t.Fatalf("body %q: %v", a.body, err)
	}
}

// do sends a request; headers are name, value pairs.
func (f *fixture) do(t testing.TB, key, method, path, body string, headers ...string) *answer {
	t.Helper()
	var src io.Reader
	if body != "" {
		src = strings.NewReader(body)
	}
	req, err := http.NewRequest(method, f.url+path, src)
	if err != nil {
		t.Fatal(err)
	}
	if key != "" {
		req.Header.Set("X-API-Key", key)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	res, err := noRedirect().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal(err)
	}
	return &answer{res.StatusCode, res.Header, b}
}

func noRedirect() *http.Client {
	return &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// want fails unless the answer is a problem of this status and code.
func (a *answer) want(t *testing.T, status int, code fault.Code) Problem {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	p := a.problem(t)
	if p.Code != string(code) {
		t.Fatalf("code %s, want %s: %s", p.Code, code, a.body)
	}
	return p
}

// noDecisions is an empty log for webhooks.
type noDecisions struct{ notify.Source }

func (noDecisions) Size(context.Context, domain.TenantID) (int64, error) { return 0, nil }

// logOf is the log of a fixture's tenant.
func logOf(id domain.TenantID) string { return "00000000000000" + string(id[3:]) + string(id[3:]) }

// Defaults makes the fixture the pipeline's tenants.
func (f *fixture) Defaults(context.Context, domain.TenantID) (decision.Defaults, error) {
	return decision.Defaults{Persona: domain.Sentinel, Ring: domain.Unclass, ClockStaleMS: 300_000}, nil
}
