package evidence

import (
	"context"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
)

// slowEraser tells when an erasure begins to destroy.
type slowEraser struct{ begun chan struct{} }

func (e slowEraser) EraseSubject(_ context.Context, _ *db.Tx, _ domain.TenantID, _ domain.Subject, dry bool) ([]Copy, error) {
	if !dry {
		close(e.begun)
	}
	return nil, nil
}

// A reader of old pages keeps an erasure from its scrub, and nobody else from
// destroying.
func TestScrubHoldsUpNobodyElse(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d, _ := openFile(t)
	f := newFixture(t, d)
	f.about(t, "bob", bob)
	eraser := slowEraser{make(chan struct{})}
	x := NewDisposal(d, f.keyring, f.Sequencer, []Eraser{eraser}, nil)
	erased := make(chan error, 1)
	if err := d.InReadTx(ctx, "a", func(tx *db.Tx) error {
		var n int64
		if _, err := tx.Get(ctx, hasPayload, []any{"a", int64(0)}, &n); err != nil {
			return err
		}
		go func() {
			_, err := x.Erase(ctx, "a", bob, "case 17", Actor{})
			erased <- err
		}()
		<-eraser.begun
		_, err := x.Prune(ctx, Retention{Tenant: "a", Days: 30})
		select {
		case <-erased:
			t.Error("the erasure did not wait for the reader, or another waited for its scrub")
		default:
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := <-erased; err != nil {
		t.Error(err)
	}
}

// Whoever asked may be gone by then: what was carried out is certified.
func TestErasureThatWasCarriedOutAnswers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		x := f.disposal()
		f.about(t, "bob", bob)
		ctx, cancel := context.WithCancel(context.Background())
		first, err := x.carryOut(ctx, "a", bob, "case 17", Actor{})
		if err != nil {
			t.Fatal(err)
		}
		cancel()
		if c, err := x.finish(ctx, "a", first); err != nil || c.Payloads != 1 || !c.Complete {
			t.Errorf("certificate %+v, %v", c, err)
		}
	})
}
