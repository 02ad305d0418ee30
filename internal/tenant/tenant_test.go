package tenant_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
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
	"frostgate.io/frostgate/internal/tenant"

	"github.com/google/go-cmp/cmp"
)

// logs notes which tenants got a log and can refuse.
type logs struct {
	made []domain.TenantID
	err  error
}

func (l *logs) CreateLog(ctx context.Context, tx *db.Tx, id domain.TenantID) error {
	if l.err != nil {
		return l.err
	}
	l.made = append(l.made, id)
	_, err := tx.Exec(ctx, "INSERT INTO data_key (tenant_id, purpose, version, wrapped, created_at) VALUES ($1, 'p', 1, $2, 1)", id, []byte{1})
	return err
}

type scene struct {
	db    *db.DB
	clk   *clock.Fake
	logs  *logs
	s     *tenant.Service
	first *tenant.Tenant
	actor evidence.Actor
}

func each(t *testing.T, fn func(t *testing.T, s *scene)) {
	t.Helper()
	clk := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	clk.Rand = rand.Reader
	dbtest.EachClock(t, clk, func(t *testing.T, d *db.DB) { fn(t, newScene(t, d, clk)) })
}

func newScene(t testing.TB, d *db.DB, clk *clock.Fake) *scene {
	t.Helper()
	s := &scene{db: d, clk: clk, logs: &logs{}}
	s.s = tenant.New(d, clk, s.logs)
	var err error
	s.first, err = s.s.Bootstrap(t.Context(), func(context.Context, *db.Tx, *tenant.Tenant) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	s.actor = evidence.Actor{Principal: &domain.Principal{ID: "pr_1", Org: s.first.Org, Tenant: s.first.ID, Key: "k1"}}
	return s
}

func (s *scene) create(t testing.TB, name string) *tenant.Tenant {
	t.Helper()
	made, err := s.s.Create(t.Context(), s.actor, s.first.Org, name, nil)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (s *scene) audit(t testing.TB, id domain.TenantID, action string) []evidence.AuditRecord {
	t.Helper()
	got, _, err := evidence.NewAuditStore(s.db).List(t.Context(), id, evidence.AuditFilter{Action: action}, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func wantCode(t testing.TB, what string, err error, want fault.Code) {
	t.Helper()
	if fault.CodeOf(err) != want {
		t.Errorf("%s: error = %v, want code %q", what, err, want)
	}
}

func TestBootstrapIsIdempotentAndSurvivesRestart(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		if s.first.Slot != 0 || len(s.first.LogID) != 16 || s.first.Status != tenant.Active || !strings.HasPrefix(string(s.first.ID), "tn_") || len(s.first.ID) != 23 {
			t.Errorf("first tenant = %+v", s.first)
		}
		if diff := cmp.Diff(tenant.Defaults(), s.first.Settings); diff != "" {
			t.Error(diff)
		}
		again, err := s.s.Bootstrap(t.Context(), func(context.Context, *db.Tx, *tenant.Tenant) error { return errors.New("called") })
		if again != nil || err != nil {
			t.Errorf("second: %v, %v", again, err)
		}
		restarted := tenant.New(s.db, s.clk, s.logs)
		if err := restarted.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		got, err := restarted.Lookup(s.first.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(s.first, got, cmp.AllowUnexported(tenant.Tenant{})); diff != "" {
			t.Error(diff)
		}
		if o, err := restarted.Organisation(s.first.Org); err != nil || o.Name != tenant.FirstOrganisation {
			t.Errorf("organisation = %+v, %v", o, err)
		}
	})
}

func TestCreateIsWholeAndAudited(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		made := s.create(t, "Zweite Mandantin")
		if made.Slot != 1 || made.LogID == s.first.LogID || !slices.Equal(s.logs.made, []domain.TenantID{s.first.ID, made.ID}) {
			t.Errorf("tenant = %+v, logs %v", made, s.logs.made)
		}
		if len(s.audit(t, made.ID, "tenant.create")) != 1 || len(s.audit(t, s.first.ID, "tenant.create")) != 2 {
			t.Error("want an entry in the new tenant and in the actor's")
		}
		s.logs.err = errors.New("no log")
		if _, err := s.s.Create(t.Context(), s.actor, s.first.Org, "third", nil); !errors.Is(err, s.logs.err) {
			t.Errorf("error = %v", err)
		}
		s.logs.err = nil
		if n := len(s.s.All()); n != 2 {
			t.Errorf("%d tenants after a failure, want 2", n)
		}
		if next := s.create(t, "fourth"); next.Slot != 2 {
			t.Errorf("slot = %d: not dense", next.Slot)
		}
		_, err := s.s.Create(t.Context(), s.actor, "org_none", "x", nil)
		wantCode(t, "no such organisation", err, fault.NotFound)
		for _, name := range []string{"", " x", "a\nb", "a\x00", "\xff", strings.Repeat("x", 101)} {
			_, err := s.s.Create(t.Context(), s.actor, s.first.Org, name, nil)
			wantCode(t, fmt.Sprintf("name %q", name), err, fault.Invalid)
		}
	})
}

func TestUpdateReplacesTheSnapshot(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		id, org := s.first.ID, s.first.Org
		before, _ := s.s.Lookup(id)
		update := func(u tenant.Update) (*tenant.Tenant, error) { return s.s.Update(t.Context(), s.actor, org, id, u) }
		name, suspended := "new name", tenant.Suspended
		got, err := update(tenant.Update{
			Name: &name, Status: &suspended, Settings: []byte(`{"ring":"CUI","rates":{"defend":{"per_second":10}}}`),
		})
		if err != nil {
			t.Fatal(err)
		}
		if now, _ := s.s.Lookup(id); now != got {
			t.Error("Lookup gives something else")
		}
		if before.Name != tenant.FirstTenant || before.Status != tenant.Active {
			t.Error("an old snapshot changed")
		}
		if got.Name != name || got.Status != suspended || got.Settings.Ring != domain.CUI || got.Settings.Persona != domain.Sentinel ||
			got.Settings.Rates.Defend != (tenant.Rate{PerSecond: 10, Burst: 20}) || got.Settings.Rates.Read.PerSecond != 500 {
			t.Errorf("tenant = %+v", got)
		}
		s.clk.Advance(time.Second)
		// A patch leaves the rest; null goes back to the default.
		got, err = update(tenant.Update{Settings: []byte(`{"ring":null,"retention_days":30}`)})
		if err != nil || got.Settings.Ring != domain.Unclass || got.Settings.RetentionDays != 30 || got.Settings.Rates.Defend.PerSecond != 10 {
			t.Errorf("after a patch: %+v, %v", got, err)
		}
		entries := s.audit(t, id, "tenant.update")
		if len(entries) != 2 || entries[1].Detail["status"] != "suspended" || entries[1].Detail["name_before"] != "default" {
			t.Errorf("audit = %+v", entries)
		}
		if _, err := update(tenant.Update{Name: &name}); err != nil || len(s.audit(t, id, "tenant.update")) != 2 {
			t.Errorf("no change is audited: %v", err)
		}
		_, err = s.s.Update(t.Context(), s.actor, "org_other", id, tenant.Update{Name: &name})
		wantCode(t, "another organisation's", err, fault.NotFound)
	})
}

func TestStatusOnlyMovesForward(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		for i, c := range []struct {
			to   tenant.Status
			want fault.Code
		}{
			{"erased", fault.Conflict},
			{tenant.Suspended, ""},
			{tenant.Suspended, ""},
			{tenant.Active, ""},
			{tenant.Closing, ""},
			{tenant.Active, fault.Conflict},
			{tenant.Suspended, fault.Conflict},
		} {
			_, err := s.s.Update(t.Context(), s.actor, s.first.Org, s.first.ID, tenant.Update{Status: &c.to})
			wantCode(t, fmt.Sprintf("step %d to %s", i, c.to), err, c.want)
		}
	})
}

func TestBadSettingsChangeNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		for _, doc := range []string{
			`[]`, `null`, `{`, `{"unknown":1}`, `{"ring":"PINK"}`, `{"persona":"robot"}`, `{"clock_stale_ms":-1}`,
			`{"clock_stale_ms":1e99}`, `{"rates":{"defend":{"per_second":-5}}}`, `{"rates":{"defend":{"burst":99999999999}}}`,
			`{"rates":{"other":{}}}`, `{"ring":"CUI","ring":"SECRET"}`, `{"retention_days":"7"}`, `{"retention_days":1.5}`,
		} {
			_, err := s.s.Update(t.Context(), s.actor, s.first.Org, s.first.ID, tenant.Update{Settings: []byte(doc)})
			wantCode(t, doc, err, fault.Invalid)
		}
		got, _ := s.s.Lookup(s.first.ID)
		if diff := cmp.Diff(tenant.Defaults(), got.Settings); diff != "" {
			t.Error(diff)
		}
	})
}

func TestListIsPagedNarrowedAndOfOneOrganisation(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		var ids []domain.TenantID
		for i := range 6 {
			ids = append(ids, s.create(t, fmt.Sprint("t", i)).ID)
		}
		collect := func(org domain.OrgID, only []domain.TenantID) (got []domain.TenantID) {
			for cursor := ""; ; {
				page, next, err := s.s.List(org, only, cursor, 2)
				if err != nil {
					t.Fatal(err)
				}
				for _, x := range page {
					got = append(got, x.ID)
				}
				if cursor = next; next == "" {
					return got
				}
			}
		}
		want := append(slices.Clone(ids), s.first.ID)
		slices.Sort(want)
		if diff := cmp.Diff(want, collect(s.first.Org, nil)); diff != "" {
			t.Error(diff)
		}
		if got := collect(s.first.Org, ids[2:3]); !slices.Equal(got, ids[2:3]) {
			t.Errorf("narrowed: %v", got)
		}
		if got := collect(s.first.Org, []domain.TenantID{}); len(got) != 0 {
			t.Errorf("none: %v", got)
		}
		if got := collect("org_other", nil); len(got) != 0 {
			t.Errorf("another organisation: %v", got)
		}
		_, _, err := s.s.List(s.first.Org, nil, "x", 0)
		wantCode(t, "bad cursor", err, fault.Invalid)
		_, err = s.s.Get("org_other", s.first.ID)
		wantCode(t, "Get of another organisation", err, fault.NotFound)
		_, err = s.s.Lookup("tn_none")
		wantCode(t, "Lookup of nothing", err, fault.NotFound)
	})
}

// Changes at the same time follow each other: none is lost, in the store or in
// memory.
func TestConcurrentUpdatesAllCount(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		patches := []string{`{"ring":"CUI"}`, `{"persona":"guardian"}`, `{"clock_stale_ms":5}`, `{"retention_days":6}`, `{"audit_retention_days":7}`}
		var wg sync.WaitGroup
		for _, p := range patches {
			wg.Go(func() {
				if _, err := s.s.Update(t.Context(), s.actor, s.first.Org, s.first.ID, tenant.Update{Settings: []byte(p)}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		want := tenant.Defaults()
		want.Ring, want.Persona, want.ClockStaleMS, want.RetentionDays, want.AuditRetentionDays = domain.CUI, domain.Guardian, 5, 6, 7
		got, _ := s.s.Lookup(s.first.ID)
		if diff := cmp.Diff(want, got.Settings); diff != "" {
			t.Error(diff)
		}
	})
}

func FuzzSettings(f *testing.F) {
	clk := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	clk.Rand = rand.Reader
	s := newScene(f, dbtest.OpenSQLite(f, clk), clk)
	f.Add([]byte(`{"ring":"CUI","rates":{"defend":{"per_second":10,"burst":3}}}`))
	f.Add([]byte(`{"clock_stale_ms":1}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		if len(doc) == 0 {
			return
		}
		got, err := s.s.Update(t.Context(), s.actor, s.first.Org, s.first.ID, tenant.Update{Settings: doc})
		if err != nil {
			wantCode(t, string(doc), err, fault.Invalid)
			return
		}
		if err := got.Settings.Validate(); err != nil {
			t.Errorf("%q stored, yet: %v", doc, err)
		}
		if r := got.Settings.Rates.Defend; r.PerSecond < 1 || r.Burst < 1 {
			t.Errorf("rate = %+v", r)
		}
	})
}

func BenchmarkLookup(b *testing.B) {
	clk := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	clk.Rand = rand.Reader
	s := newScene(b, dbtest.OpenSQLite(b, clk), clk)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.s.Lookup(s.first.ID); err != nil {
			b.Fatal(err)
		}
	}
}
