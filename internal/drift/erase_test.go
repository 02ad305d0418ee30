package drift

import (
	"context"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
)

func TestErasureSaysWhatFindingsKeep(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		f.see(sample())
		f.see(ranged("10.9.0.0/24").with("b", place{name: "Home of Ann", cidr: "10.0.1.0/24"}))
		for _, c := range []struct {
			value string
			dry   bool
			rows  int64
		}{{"ANN", true, 1}, {"10.9.0.0/24", true, 1}, {"%", true, 0}, {"ann", false, 0}} {
			var got []evidence.Copy
			err := f.db.InTx(context.Background(), tenantA, func(tx *db.Tx) (err error) {
				got, err = f.EraseSubject(context.Background(), tx, tenantA, domain.Subject{Value: c.value}, c.dry)
				return err
			})
			if err != nil || (len(got) > 0) != (c.rows > 0) || len(got) > 0 && got[0].Rows != c.rows {
				t.Errorf("%s: %+v %v", c.value, got, err)
			}
		}
		f.want("nothing is removed", f.waiting(), "new changed a/ipRanges", "new metadata b/displayName")
	})
}
