package decision

import (
	"context"
	"sync"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/doctrine"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/governance/defaults"
	"frostgate.io/frostgate/internal/policy"
	"frostgate.io/frostgate/internal/signing"
	"frostgate.io/frostgate/receipt"
)

// fixture is the pipeline over a store with one tenant.
type fixture struct {
	*Service
	db        *db.DB
	clk       clock.Clock
	custody   *signing.Custody
	keyring   *evidence.Keyring
	rules     *Ruleset
	principal *domain.Principal
	trust     receipt.Trust
	stop      func()
	never     map[string]string
}

const tenantA domain.TenantID = "tn_a"

func defaultRules(t testing.TB) *Ruleset {
	t.Helper()
	rs := &Ruleset{Version: defaults.Version, Hash: "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"}
	for _, d := range defaults.Documents() {
		var err error
		switch d.Kind {
		case defaults.KindScenarios:
			rs.Detect, err = detect.Compile(detect.Documents{Scenarios: d.Content})
		case defaults.KindPolicy:
			rs.Policy, err = policy.Compile(map[string][]byte{d.Name: d.Content}, policy.Options{Version: d.Version})
		case defaults.KindDoctrine:
			rs.Doctrine, err = doctrine.Compile(d.Content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return rs
}

func newFixture(t testing.TB, d *db.DB, clk clock.Clock) *fixture {
	t.Helper()
	custody, err := signing.Open(t.TempDir(), clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{db: d, clk: clk, custody: custody, keyring: evidence.NewKeyring(d, custody), rules: defaultRules(t), never: map[string]string{}}
	ctx := context.Background()
	if err := d.InSystemTx(ctx, "test", func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, "INSERT INTO organisation (org_id, name, created_at) VALUES ('o', 'o', 1)"); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO tenant (tenant_id, org_id, name, log_id, slot, status, settings, created_at)
			VALUES ($1, 'o', 'a', '00000000000000aa', 0, 'active', '{}', 1)`, tenantA); err != nil {
			return err
		}
		return f.keyring.CreateLog(ctx, tx, tenantA)
	}); err != nil {
		t.Fatal(err)
	}
	f.principal = &domain.Principal{
		ID: "p", Kind: domain.Person, Tenant: tenantA, Key: "k", Scopes: domain.AllScopes(),
		Personas: []domain.Persona{domain.Guardian, domain.Sentinel}, Rings: domain.Rings(),
	}
	if f.trust, err = receipt.NewTrust(custody.VerifierKey()); err != nil {
		t.Fatal(err)
	}
	f.start(t)
	t.Cleanup(func() { f.stop() })
	return f
}

// start makes a new pipeline over the same store, as after a restart.
func (f *fixture) start(t testing.TB) {
	t.Helper()
	f.startWith(t)
}

func (f *fixture) startWith(t testing.TB, sinks ...Sink) {
	t.Helper()
	log, err := evidence.NewSequencer(f.db, f.keyring, f.custody, f.clk, evidence.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { _ = log.Run(ctx) })
	f.Service = New(Deps{DB: f.db, Clock: f.clk, Keys: f.keyring, Log: log, Rulesets: f, Missions: f, Never: f, Tenants: f, Sinks: sinks})
	svc := f.Service
	f.stop = func() { cancel(); wg.Wait(); svc.Close() }
}

// The fixture is its own rulesets, missions, allow-lists and tenants.

func (f *fixture) Active(context.Context, domain.TenantID) (*Ruleset, error) { return f.rules, nil }

func (f *fixture) ByHash(context.Context, domain.TenantID, domain.Hash) (*Ruleset, error) {
	return f.rules, nil
}

func (f *fixture) Begin(_ context.Context, _ domain.TenantID, id domain.MissionID, _ domain.Micros) (*domain.MissionFact, MissionLease, error) {
	return nil, nil, fault.New(fault.UnknownMission, "no mission %s", id)
}

func (f *fixture) NeverBlock(_ context.Context, _ domain.TenantID, kind, value string, _ domain.Micros) (string, bool, error) {
	e, ok := f.never[kind+":"+value]
	return e, ok, nil
}

func (f *fixture) Defaults(context.Context, domain.TenantID) (Defaults, error) {
	return Defaults{Persona: domain.Sentinel, Ring: domain.Unclass, ClockStaleMS: 300_000}, nil
}

func (f *fixture) defend(t testing.TB, body string) *Result {
	t.Helper()
	r, err := f.Defend(context.Background(), Call{Principal: f.principal, Body: []byte(body)})
	if err != nil {
		t.Fatalf("defend %s: %v", body, err)
	}
	return r
}

func fakeClock() *clock.Fake { return clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)) }

func eachEngine(t *testing.T, fn func(t *testing.T, f *fixture)) {
	t.Helper()
	clk := fakeClock()
	dbtest.EachClock(t, clk, func(t *testing.T, d *db.DB) { fn(t, newFixture(t, d, clk)) })
}
