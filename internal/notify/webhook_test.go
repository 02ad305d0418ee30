package notify_test

import (
	"context"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/notify"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

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
