package idempotency

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/signing"
)

const tenantA = domain.TenantID("tn_a")

func request(key, body string) Request {
	return Request{Tenant: tenantA, Principal: "pr_1", Key: key, Parts: [][]byte{[]byte("POST"), []byte("/x"), []byte(body)}}
}

func each(t *testing.T, fn func(t *testing.T, m *Memory, d *db.DB, clk *clock.Fake)) {
	t.Helper()
	clk := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	dbtest.EachClock(t, clk, func(t *testing.T, d *db.DB) {
		custody, err := signing.Open(t.TempDir(), clock.System{})
		if err != nil {
			t.Fatal(err)
		}
		fn(t, New(d, custody), d, clk)
	})
}

func TestAnswersAreRememberedAndSealed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m *Memory, d *db.DB, clk *clock.Fake) {
		ctx := context.Background()
		runs := 0
		work := func() (Answer, error) { runs++; return Answer{201, []byte("secret-answer")}, nil }
		for i := range 3 {
			ans, replayed, err := m.Do(ctx, request("my-key", "body"), work)
			if err != nil || replayed != (i > 0) || ans.Status != 201 || string(ans.Body) != "secret-answer" {
				t.Fatalf("%d: %+v %v %v", i, ans, replayed, err)
			}
		}
		if runs != 1 {
			t.Errorf("work ran %d times", runs)
		}
		var key, req, res []byte
		err := d.InReadTx(ctx, tenantA, func(tx *db.Tx) error {
			_, err := tx.Get(ctx, "SELECT key_mac, request_mac, response FROM idempotency WHERE tenant_id = $1", []any{string(tenantA)}, &key, &req, &res)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, plain := range []string{"secret-answer", "my-key", "body"} {
			if strings.Contains(string(key)+string(req)+string(res), plain) {
				t.Errorf("%q stands in the clear", plain)
			}
		}
		if _, _, err := m.Do(ctx, request("my-key", "other"), work); fault.CodeOf(err) != fault.IdempotencyReuse {
			t.Errorf("other request: %v", err)
		}
		// Another principal's key of the same name is another key.
		other := request("my-key", "body")
		other.Principal = "pr_2"
		if _, replayed, err := m.Do(ctx, other, work); err != nil || replayed {
			t.Errorf("other principal: %v %v", replayed, err)
		}
		// Failed work leaves nothing.
		boom := errors.New("boom")
		if _, _, err := m.Do(ctx, request("k2", "body"), func() (Answer, error) { return Answer{}, boom }); !errors.Is(err, boom) {
			t.Errorf("failed work: %v", err)
		}
		if _, replayed, err := m.Do(ctx, request("k2", "body"), work); err != nil || replayed {
			t.Errorf("after failed work: %v %v", replayed, err)
		}
		clk.Advance(Retention + time.Second)
		if _, replayed, err := m.Do(ctx, request("my-key", "other"), work); err != nil || replayed {
			t.Errorf("after the retention: %v %v", replayed, err)
		}
		var rows int
		err = d.InReadTx(ctx, tenantA, func(tx *db.Tx) error {
			_, err := tx.Get(ctx, "SELECT count(*) FROM idempotency WHERE tenant_id = $1", []any{string(tenantA)}, &rows)
			return err
		})
		if err != nil || rows != 1 {
			t.Errorf("old rows were kept: %d, %v", rows, err)
		}
	})
}

func TestOneKeyRunsOnceAtATime(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m *Memory, _ *db.DB, _ *clock.Fake) {
		ctx := context.Background()
		inner := error(nil)
		_, _, err := m.Do(ctx, request("k", "b"), func() (Answer, error) {
			_, _, inner = m.Do(ctx, request("k", "b"), func() (Answer, error) { t.Error("ran twice"); return Answer{}, nil })
			return Answer{Status: 200}, nil
		})
		if err != nil || fault.CodeOf(inner) != fault.Conflict {
			t.Errorf("outer %v, inner %v", err, inner)
		}
	})
}
