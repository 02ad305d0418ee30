package evidence

import (
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
)

// After the store was away, the logs that grew meanwhile are looked at while
// decisions go on: a log that grows between two looks is no damaged one.
func TestLogsGrowWhileTheyAreChecked(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f, _ := anchored(t, d)
		f.add(t, "a", 1)
		done := make(chan struct{})
		go func() {
			defer close(done)
			for range 150 {
				f.add(t, "a", 1)
			}
		}()
		for checks := 0; ; checks++ {
			if err := f.Anchors.enqueue(t.Context(), []domain.TenantID{"a"}); err != nil {
				t.Error(err)
			}
			if damage := f.Damage(); len(damage) > 0 {
				t.Errorf("after %d checks: %v", checks, damage)
			}
			select {
			case <-done:
				return
			default:
			}
			if t.Failed() {
				<-done
				return
			}
		}
	})
}
