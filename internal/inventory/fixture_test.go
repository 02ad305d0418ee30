package inventory

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
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
	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/internal/signing"
)

const (
	tenantA = domain.TenantID("tn_a")
	tenantB = domain.TenantID("tn_b")
)

// fixture is the service on a real store with a real log writer.
type fixture struct {
	*Service
	t       testing.TB
	db      *db.DB
	clk     *clock.Fake
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

func newFixture(t testing.TB, d *db.DB, clk *clock.Fake) *fixture {
	t.Helper()
	log := logtest.New(t, d, clk, tenantA, tenantB)
	f := &fixture{t: t, db: d, clk: clk, custody: log.Custody}
	f.Service = f.another(log.Sequencer, log.Keys)
	return f
}

// another is the service of another process on the same store.
func (f *fixture) another(log *evidence.Sequencer, keys *evidence.Keyring) *Service {
	s := New(Deps{DB: f.db, Clock: f.clk, Log: log, Keys: keys, Types: normal.Builtin()}, Config{})
	s.OnError = func(_ context.Context, tenant domain.TenantID, run RunID, err error) {
		f.t.Errorf("derived work of %s %s: %v", tenant, run, err)
	}
	return s
}

func by() evidence.Actor {
	return evidence.Actor{Principal: &domain.Principal{ID: "pr_admin", Key: "k_admin"}, RequestID: "rq", Remote: "192.0.2.1:1"}
}

// thing is one object of an upload.
type thing struct{ id, name, value string }

func (o thing) line() string {
	return fmt.Sprintf(`{"place":"NamedLocations/%s.json","object":{"@odata.type":"#microsoft.graph.ipNamedLocation","id":%q,"displayName":%q,"isTrusted":true,`+
		`"ipRanges":[{"@odata.type":"#microsoft.graph.iPv4CidrRange","cidrAddress":%q}]}}`, o.id, o.id, o.name, o.value)
}

const locations = "identity/conditionalAccess/namedLocations"

// upload writes NDJSON of things, with the folder they lie in.
func upload(things ...thing) string {
	var b strings.Builder
	for _, o := range things {
		b.WriteString(o.line() + "\n")
	}
	fmt.Fprintf(&b, `{"folder":"NamedLocations"}`+"\n"+`{"end":{"objects":%d}}`+"\n", len(things))
	return b.String()
}

func many(n int) []thing {
	out := make([]thing, n)
	for i := range out {
		out[i] = thing{id: fmt.Sprintf("id-%05d", i), name: fmt.Sprintf("Place %d", i), value: fmt.Sprintf("10.%d.%d.0/24", i/256, i%256)}
	}
	return out
}

// receive uploads text as a run of tenant a's directory.
func (f *fixture) receive(text string) *Run {
	f.t.Helper()
	return f.receiveAs(tenantA, directory(), text)
}

func (f *fixture) receiveAs(tenant domain.TenantID, b Begin, text string) *Run {
	f.t.Helper()
	f.clk.Advance(time.Minute)
	r, err := f.Receive(context.Background(), tenant, b, strings.NewReader(text), by())
	if err != nil {
		f.t.Fatal(err)
	}
	if !r.Projected || !r.Compared || r.State != Closed {
		f.t.Fatalf("run is not finished: %+v", r)
	}
	return r
}

// refused uploads what must not become a run and returns the error.
func (f *fixture) refused(b Begin, r io.Reader) error {
	f.t.Helper()
	got, err := f.Receive(context.Background(), tenantA, b, r, by())
	if err == nil {
		f.t.Fatalf("accepted: %+v", got)
	}
	return err
}

func (f *fixture) items(tenant domain.TenantID, filter ItemFilter) []Item {
	f.t.Helper()
	var out []Item
	cursor := ""
	for {
		page, next, err := f.Items(context.Background(), tenant, filter, cursor, 500)
		if err != nil {
			f.t.Fatal(err)
		}
		out = append(out, page...)
		if cursor = next; next == "" {
			return out
		}
	}
}

func (f *fixture) item(id string) *ItemDetail {
	f.t.Helper()
	d, err := f.Item(context.Background(), tenantA, "directory/default", locations, id)
	if err != nil {
		f.t.Fatal(err)
	}
	return d
}

// rows counts the rows of a table.
func (f *fixture) rows(table string) (n int64) {
	f.t.Helper()
	err := f.db.InSystemReadTx(context.Background(), "test", func(tx *db.Tx) error {
		_, err := tx.Get(context.Background(), "SELECT count(*) FROM "+table, nil, &n)
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return n
}

func (f *fixture) exec(query string, args ...any) {
	f.t.Helper()
	err := f.db.InSystemTx(context.Background(), "test", func(tx *db.Tx) error {
		_, err := tx.Exec(context.Background(), query, args...)
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

func wantCode(t testing.TB, what string, err error, want fault.Code) {
	t.Helper()
	if got := fault.CodeOf(err); got != want {
		t.Errorf("%s: %q (%v), want %s", what, got, err, want)
	}
}

// breaking is a stream that breaks after its text.
type breaking struct{ text *strings.Reader }

func (b breaking) Read(p []byte) (int, error) {
	if n, err := b.text.Read(p); err == nil {
		return n, nil
	}
	return 0, errors.New("connection reset")
}
