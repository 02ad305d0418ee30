package inventory

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

func TestBrokenUploadLeavesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		f.receive(upload(many(5)...))
		parts := f.rows("inventory_part")
		err := f.refused(directory(), breaking{strings.NewReader(upload(many(900)...)[:200_000])})
		wantCode(f.t, "broken stream", err, fault.Invalid)
		runs, _, err := f.Runs(ctx, tenantA, RunFilter{}, "", 0)
		if err != nil || len(runs) != 2 || runs[0].State != Aborted || !strings.Contains(runs[0].Error, "broke off after line") || runs[0].Root != "" {
			f.t.Fatalf("runs: %+v %v", runs, err)
		}
		if got := f.items(tenantA, ItemFilter{}); len(got) != 5 {
			f.t.Errorf("%d items", len(got))
		}
		if err := f.sweep(ctx); err != nil {
			f.t.Fatal(err)
		}
		if got := f.rows("inventory_part"); got != parts {
			f.t.Errorf("%d parts are left of the aborted run", got-parts)
		}
		f.receive(upload(many(900)...))
	})
}

func TestContentsThatOthersNeedAreKept(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		u, err := f.Begin(ctx, tenantA, directory(), by())
		if err != nil {
			f.t.Fatal(err)
		}
		for _, o := range many(200) {
			if err := u.Line(ctx, []byte(o.line())); err != nil {
				f.t.Fatal(err)
			}
		}
		if err := errors.Join(u.end(), u.writer.flush()); err != nil {
			f.t.Fatal(err)
		}
		other := directory()
		other.Source.Name = "other"
		f.clk.Advance(time.Second)
		r := f.receiveAs(tenantA, other, upload(many(50)...)) // rests on what u brought
		if err := u.Abort(ctx, "test"); err != nil {
			f.t.Fatal(err)
		}
		before := f.rows("inventory_part")
		if err := f.sweep(ctx); err != nil {
			f.t.Fatal(err)
		}
		if got := before - f.rows("inventory_part"); got != 150 {
			f.t.Errorf("%d parts were collected, want 150", got)
		}
		f.export(tenantA, r.Root)
	})
}

// TestKilledProcess leaves a run open, and another closed without its items, as
// a process that is killed does.
func TestKilledProcess(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		f.receive(upload(many(10)...))
		left := directory()
		left.Source.Name = "left"
		if _, err := f.Begin(ctx, tenantA, left, by()); err != nil {
			f.t.Fatal(err)
		}
		closed := f.closeOnly(directory(), upload(many(700)[5:]...))

		var mu sync.Mutex
		var compared []RunID
		next := f.another(f.Log, f.Keys)
		next.AfterClose = func(_ context.Context, _ domain.TenantID, r *Run) error {
			mu.Lock()
			defer mu.Unlock()
			compared = append(compared, r.ID)
			if !r.Projected || len(r.Coverage) == 0 {
				f.t.Errorf("compared before its items are made: %+v", r)
			}
			return nil
		}
		if err := next.sweep(ctx); err != nil {
			f.t.Fatal(err)
		}
		r, err := next.Run(ctx, tenantA, closed)
		if err != nil || !r.Projected || !r.Compared || r.New != 690 || r.Missing != 5 {
			f.t.Errorf("resumed run: %+v %v", r, err)
		}
		if len(compared) != 1 || compared[0] != closed {
			f.t.Errorf("compared: %v", compared)
		}
		runs, _, err := next.Runs(ctx, tenantA, RunFilter{Source: "directory/left"}, "", 0)
		if err != nil || len(runs) != 1 || runs[0].State != Aborted {
			f.t.Errorf("run that was left open: %+v %v", runs, err)
		}
		u, err := next.Begin(ctx, tenantA, left, by())
		if err != nil {
			f.t.Fatal(err)
		}
		if err := u.Abort(ctx, "test"); err != nil {
			f.t.Fatal(err)
		}
	})
}

// TestInterruptedProjection breaks off the making of items again and again: in
// the end the items and counts are those of one go.
func TestInterruptedProjection(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		things := many(1200)
		f.receive(upload(things[:1000]...))
		f.receive(`{"coverage":{"type":"` + locations + `","status":"partial"}}` + "\n" + upload(things[10:1000]...)) // the first ten are unknown
		for i := range things[20:400] {
			things[20+i].value = "198.51.100.0/24"
		}
		id := f.closeOnly(directory(), upload(things[20:]...))
		broken := errors.New("broken off")
		for at := 1; ; at++ {
			n := 0
			s := f.another(f.Log, f.Keys)
			s.Projectors = []Projector{failing(func() error {
				if n++; n == at {
					return broken
				}
				return nil
			})}
			err := s.settle(ctx, tenantA, directory().Source)
			if err == nil {
				break
			}
			if !errors.Is(err, broken) {
				f.t.Fatal(err)
			}
		}
		r, err := f.Run(ctx, tenantA, id)
		if err != nil || r.New != 200 || r.Changed != 380 || r.Missing != 20 || r.Unknown != 0 {
			f.t.Errorf("run: %+v %v", r, err)
		}
		if got := f.items(tenantA, ItemFilter{State: Missing}); len(got) != 20 {
			f.t.Errorf("%d items are missing", len(got))
		}
	})
}

// TestFailedComparisonHoldsUpNoItems lets a comparison fail: the runs after it
// are observed, and compared, in their order, when it succeeds.
func TestFailedComparisonHoldsUpNoItems(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		broken, heard := errors.New("broken"), 0
		f.OnError = func(context.Context, domain.TenantID, RunID, error) { heard++ }
		f.AfterClose = func(context.Context, domain.TenantID, *Run) error { return broken }
		for n := range 3 {
			r, err := f.Receive(ctx, tenantA, directory(), strings.NewReader(upload(many(n+1)...)), by())
			if err != nil || !r.Projected || r.Compared || r.New != 1 {
				f.t.Fatalf("run: %+v %v", r, err)
			}
		}
		var order []int64
		f.AfterClose = func(_ context.Context, _ domain.TenantID, r *Run) error { order = append(order, r.Seq); return nil }
		if err := f.sweep(ctx); err != nil {
			f.t.Fatal(err)
		}
		if len(order) != 3 || order[0] != 1 || order[2] != 3 || heard != 3 {
			f.t.Errorf("compared %v, heard of %d errors", order, heard)
		}
	})
}

type failing func() error

func (p failing) Project(context.Context, domain.TenantID, *Run, []ItemChange) error { return p() }

// closeOnly closes a run and makes nothing of it, as when the process is killed
// right after.
func (f *fixture) closeOnly(b Begin, text string) RunID {
	f.t.Helper()
	ctx := context.Background()
	f.clk.Advance(time.Minute)
	u, err := f.Begin(ctx, tenantA, b, by())
	if err != nil {
		f.t.Fatal(err)
	}
	if err := u.receive(ctx, strings.NewReader(text)); err != nil {
		f.t.Fatal(err)
	}
	root, err := u.finish(ctx)
	if err == nil {
		err = u.record(ctx, root)
	}
	if err != nil {
		f.t.Fatal(err)
	}
	u.writer.close()
	u.release()
	return u.run.ID
}
