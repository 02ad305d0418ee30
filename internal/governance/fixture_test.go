package governance

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/governance/defaults"
	"frostgate.io/frostgate/internal/signing"
)

const (
	tenantA domain.TenantID = "tn_a"
	tenantB domain.TenantID = "tn_b"
)

// sharedRules is of all tests that don't count what it holds, and builtinRuleset
// keeps the default ruleset in it: compiling its rules takes longer than most tests.
var (
	sharedRules    = NewRuleCache()
	builtinRuleset struct {
		sync.Once
		kept *decision.Ruleset
	}
)

// fixture is governance with the pipeline behind it, over a store with two
// tenants.
type fixture struct {
	*Service
	t         testing.TB
	clk       *clock.Fake
	custody   *signing.Custody
	keyring   *evidence.Keyring
	pipe      *decision.Service
	principal *domain.Principal
	rules     *RuleCache
	stop      func()
}

func each(t *testing.T, fn func(t *testing.T, f *fixture)) {
	t.Helper()
	eachWith(t, func() *RuleCache { return sharedRules }, fn)
}

func eachWith(t *testing.T, rules func() *RuleCache, fn func(t *testing.T, f *fixture)) {
	t.Helper()
	clk := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	clk.Rand = rand.Reader // IDs of one instant, more than the counting pattern has
	dbtest.EachClock(t, clk, func(t *testing.T, d *db.DB) { fn(t, newFixture(t, d, clk, rules())) })
}

func newFixture(t testing.TB, d *db.DB, clk *clock.Fake, rules *RuleCache) *fixture {
	t.Helper()
	custody, err := signing.Open(t.TempDir(), clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{t: t, clk: clk, custody: custody, rules: rules, keyring: evidence.NewKeyring(d, custody)}
	f.principal = &domain.Principal{
		ID: "anna", Kind: domain.Person, Tenant: tenantA, Key: "k", Scopes: domain.AllScopes(),
		Personas: []domain.Persona{domain.Guardian, domain.Sentinel}, Rings: domain.Rings(),
	}
	ctx := context.Background()
	if err := d.InSystemTx(ctx, "test", func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, "INSERT INTO organisation (org_id, name, created_at) VALUES ('o', 'o', 1)"); err != nil {
			return err
		}
		for i, id := range []domain.TenantID{tenantA, tenantB} {
			if _, err := tx.Exec(ctx, `INSERT INTO tenant (tenant_id, org_id, name, log_id, slot, status, settings, created_at)
				VALUES ($1, 'o', $1, $2, $3, 'active', '{}', 1)`, id, fmt.Sprintf("%016x", 0xaa+i), i); err != nil {
				return err
			}
			if err := f.keyring.CreateLog(ctx, tx, id); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	f.start(d)
	if rules == sharedRules {
		builtinRuleset.Do(func() { builtinRuleset.kept, err = f.Active(ctx, tenantA) })
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { f.stop() })
	return f
}

// start makes new services over the same store, as after a restart.
func (f *fixture) start(d *db.DB) {
	f.t.Helper()
	log, err := evidence.NewSequencer(d, f.keyring, f.custody, f.clk, evidence.DefaultConfig())
	if err != nil {
		f.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { _ = log.Run(ctx) })
	s, err := New(Deps{DB: d, Clock: f.clk, Log: log, Signer: f.custody.Signer(), VerifierKey: f.custody.VerifierKey(), Rules: f.rules})
	if err != nil {
		f.t.Fatal(err)
	}
	s.measure = func(fn func()) time.Duration { fn(); return time.Millisecond }
	if err := s.EnsureDefaults(ctx); err != nil {
		f.t.Fatal(err)
	}
	f.Service = s
	f.pipe = decision.New(decision.Deps{DB: d, Clock: f.clk, Keys: f.keyring, Log: log, Rulesets: s, Missions: s, Never: f, Tenants: f, Sinks: []decision.Sink{s}})
	pipe := f.pipe
	f.stop = func() { cancel(); wg.Wait(); pipe.Close() }
}

func (f *fixture) restart() { f.stop(); f.start(f.DB) }

func (f *fixture) NeverBlock(context.Context, domain.TenantID, string, string, domain.Micros) (string, bool, error) {
	return "", false, nil
}

func (f *fixture) Defaults(context.Context, domain.TenantID) (decision.Defaults, error) {
	return decision.Defaults{Persona: domain.Sentinel, Ring: domain.Unclass, ClockStaleMS: 300_000}, nil
}

func (f *fixture) actor() evidence.Actor {
	return evidence.Actor{Principal: f.principal, RequestID: "r", Remote: "192.0.2.9"}
}

func (f *fixture) defend(body string) (*decision.Result, error) {
	return f.pipe.Defend(context.Background(), decision.Call{Principal: f.principal, Body: []byte(body)})
}

func (f *fixture) hash(tenant domain.TenantID) domain.Hash {
	f.t.Helper()
	rs, err := f.Active(context.Background(), tenant)
	if err != nil {
		f.t.Fatal(err)
	}
	return rs.Hash
}

// system runs a statement past all rules, as somebody with the database would.
func (f *fixture) system(query string, args ...any) {
	f.t.Helper()
	ctx := context.Background()
	if err := f.DB.InSystemTx(ctx, "test", func(tx *db.Tx) error { _, err := tx.Exec(ctx, query, args...); return err }); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) count(query string, args ...any) int64 {
	f.t.Helper()
	ctx := context.Background()
	var n int64
	if err := f.DB.InSystemReadTx(ctx, "test", func(tx *db.Tx) error { _, err := tx.Get(ctx, query, args, &n); return err }); err != nil {
		f.t.Fatal(err)
	}
	return n
}

// variant is the default ruleset with one document changed.
func variant(version, kind, from, to string) NewRuleset {
	n := NewRuleset{Version: version}
	for _, d := range defaults.Documents() {
		doc := NewDocument{Kind: d.Kind, Name: d.Name, Version: d.Version, Content: d.Content}
		if d.Kind != kind {
			n.Refs = append(n.Refs, doc.ref())
			continue
		}
		if !strings.Contains(string(d.Content), from) {
			panic("no " + from)
		}
		doc.Version, doc.Content = version, []byte(strings.Replace(string(d.Content), from, to, 1))
		n.Documents = append(n.Documents, doc)
	}
	return n
}

// points gives a ruleset whose brute force scores differently.
func points(version string, n int) NewRuleset {
	return variant(version, KindScenarios, "points: 90", fmt.Sprintf("points: %d", n))
}

func (f *fixture) publish(tenant domain.TenantID, n NewRuleset) Ref {
	f.t.Helper()
	r, err := f.Publish(context.Background(), tenant, n, f.actor())
	if err != nil {
		f.t.Fatal(err)
	}
	return r
}

func wantCode(t testing.TB, err error, want fault.Code) {
	t.Helper()
	if got := fault.CodeOf(err); got != want {
		t.Fatalf("error %v (code %s), want code %s", err, got, want)
	}
}
