package drift

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/evidence/logtest"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/internal/signing"
)

const (
	tenantA   = domain.TenantID("tn_a")
	tenantB   = domain.TenantID("tn_b")
	locations = "identity/conditionalAccess/namedLocations"
)

// fixture is drift and inventory on a real store with a real log writer.
type fixture struct {
	*Service
	t   testing.TB
	db  *db.DB
	clk *clock.Fake
	// custody opens the log's keys.
	custody *signing.Custody
}

// each runs fn on both engines.
func each(t *testing.T, fn func(f *fixture)) {
	t.Helper()
	for _, engine := range dbtest.Engines(t) {
		t.Run(engine.Name, func(t *testing.T) {
			t.Parallel()
			clk := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
			clk.Rand = rand.Reader
			fn(newFixture(t, engine.Open(t, clk), clk))
		})
	}
}

// liteFixture is a fixture of its own, on SQLite.
func liteFixture(t testing.TB) *fixture {
	t.Helper()
	clk := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	clk.Rand = rand.Reader
	return newFixture(t, dbtest.OpenSQLite(t, clk), clk)
}

func newFixture(t testing.TB, d *db.DB, clk *clock.Fake) *fixture {
	t.Helper()
	log := logtest.New(t, d, clk, tenantA, tenantB)
	types := normal.Builtin()
	inv := inventory.New(inventory.Deps{DB: d, Clock: clk, Log: log.Sequencer, Keys: log.Keys, Types: types}, inventory.Config{})
	f := &fixture{t: t, db: d, clk: clk, custody: log.Custody}
	f.Service = NewService(Deps{
		DB: d, Clock: clk, Log: log.Sequencer, Keys: log.Keys, Inventory: inv, Types: types,
		OrgFunc:     func(domain.TenantID) (domain.OrgID, error) { return "o", nil },
		TenantsFunc: func() []domain.TenantID { return []domain.TenantID{tenantA, tenantB} },
	})
	inv.AfterClose = f.CompareRun
	inv.OnError = func(_ context.Context, tenant domain.TenantID, run inventory.RunID, err error) {
		t.Errorf("derived work of %s %s: %v", tenant, run, err)
	}
	return f
}

// by is somebody who triages.
func by(name string) evidence.Actor {
	return evidence.Actor{Principal: &domain.Principal{ID: domain.PrincipalID(name), Key: "k"}, RequestID: "rq", Remote: "192.0.2.1:1"}
}

// world is what a source has: named locations with a range and whether they are
// trusted.
type world map[string]place

type place struct {
	name, cidr string
	untrusted  bool
}

// sample is a world of a few objects.
func sample() world {
	return world{
		"a": {name: "Alpha", cidr: "10.0.0.0/24"}, "b": {name: "Beta", cidr: "10.0.1.0/24"}, "c": {name: "Gamma", cidr: "10.0.2.0/24"},
	}
}

func (w world) with(id string, p place) world {
	out := maps.Clone(w)
	out[id] = p
	return out
}

func (w world) without(id string) world {
	out := maps.Clone(w)
	delete(out, id)
	return out
}

// lines is an upload of the world; more is put in before its end.
func (w world) lines(more ...string) string {
	var b strings.Builder
	for _, id := range slices.Sorted(maps.Keys(w)) {
		p := w[id]
		fmt.Fprintf(&b, `{"place":"NamedLocations/%s.json","object":{"@odata.type":"#microsoft.graph.ipNamedLocation","id":%q,"displayName":%q,"isTrusted":%t,`+
			`"ipRanges":[{"@odata.type":"#microsoft.graph.iPv4CidrRange","cidrAddress":%q}]}}`+"\n", id, id, p.name, !p.untrusted, p.cidr)
	}
	for _, l := range more {
		b.WriteString(l + "\n")
	}
	b.WriteString(`{"folder":"NamedLocations"}` + "\n")
	return b.String()
}

var directory = inventory.Source{Kind: "directory", Name: "default"}

// see makes a run of tenant a that observes the world, ten minutes after what
// was before.
func (f *fixture) see(w world, more ...string) *inventory.Run {
	f.t.Helper()
	return f.seeAs(tenantA, inventory.Begin{Source: directory}, w.lines(more...))
}

func (f *fixture) seeAs(tenant domain.TenantID, b inventory.Begin, text string) *inventory.Run {
	f.t.Helper()
	f.clk.Advance(10 * time.Minute)
	if !strings.Contains(text, `{"end":`) {
		text = strings.TrimRight(text, "\n") + fmt.Sprintf("\n{\"end\":{\"objects\":%d}}\n", strings.Count(text, `"object":`))
	}
	r, err := f.Inventory.Receive(context.Background(), tenant, b, strings.NewReader(text), by("pr_reader"))
	if err != nil {
		f.t.Fatal(err)
	}
	if r, err = f.Inventory.Run(context.Background(), tenant, r.ID); err != nil || !r.Compared {
		f.t.Fatalf("run %+v: %v", r, err)
	}
	return r
}

// list gives findings of tenant a.
func (f *fixture) list(filter Filter) []Row {
	f.t.Helper()
	return f.listOf(tenantA, filter)
}

func (f *fixture) listOf(tenant domain.TenantID, filter Filter) (all []Row) {
	f.t.Helper()
	for cursor := ""; ; {
		rows, next, err := f.Findings(context.Background(), []domain.TenantID{tenant}, filter, cursor, 200)
		if err != nil {
			f.t.Fatal(err)
		}
		if all = append(all, rows...); next == "" {
			return all
		}
		cursor = next
	}
}

// brief says of findings what tests look at: state, object, path, reason, flaps.
func brief(rows []Row) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = string(r.State) + " " + string(r.Kind) + " " + r.Change.ID + r.Path
		if r.Reason != "" {
			out[i] += " " + r.Reason
		}
		if r.Flap > 0 {
			out[i] += fmt.Sprintf(" flap %d", r.Flap)
		}
		if r.Unverified {
			out[i] += " unverified"
		}
	}
	return out
}

// all lists every finding of tenant a, briefly.
func (f *fixture) all() []string { return brief(f.list(Filter{AnyState: true})) }

// waiting lists what waits.
func (f *fixture) waiting() []string { return brief(f.list(Filter{})) }

// do triages findings of tenant a.
func (f *fixture) do(action Action, ids ...FindingID) *TriageResult {
	f.t.Helper()
	r := TriageRequest{Action: action, IDs: ids}
	switch action {
	case Accept:
		r.Until, r.Note = f.clk.Now()+domain.Micros(30*24*time.Hour/time.Microsecond), "as planned"
	case Deny, Comment:
		r.Note = "not as planned"
	}
	out, err := f.Triage(context.Background(), tenantA, r, by("pr_ann"))
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

// only is the one finding that waits.
func (f *fixture) only() Row {
	f.t.Helper()
	rows := f.list(Filter{})
	if len(rows) != 1 {
		f.t.Fatalf("%d findings wait, want one: %v", len(rows), brief(rows))
	}
	return rows[0]
}

// texts reads a tenant's rows with queries that give one text each.
func (f *fixture) texts(tenant domain.TenantID, queries ...string) (out []string) {
	f.t.Helper()
	ctx := context.Background()
	err := f.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		for _, q := range queries {
			err := tx.ForEach(ctx, q, []any{tenant}, func(row db.Scanner) error {
				var text string
				err := row.Scan(&text)
				out = append(out, text)
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

func (f *fixture) refused(what string, err error, want fault.Code) {
	f.t.Helper()
	if got := fault.CodeOf(err); got != want {
		f.t.Errorf("%s: %q (%v), want %s", what, got, err, want)
	}
}

func directoryOf() inventory.Begin { return inventory.Begin{Source: directory} }
