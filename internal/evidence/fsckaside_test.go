package evidence

import (
	"fmt"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
)

// What stands beside the entries is checked too.
func TestFsckChecksWhatStandsBeside(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ hurt, log, want string }{
		"nothing":                {"", "a", ""},
		"nothing, the root log":  {"", "root", ""},
		"a slot":                 {`UPDATE tenant SET slot = 9 WHERE tenant_id = 'a'`, "a", "signed: the checkpoint of size 3: it stands in slot 0 of the log of logs, the tenant's row says slot 9"},
		"an anchor's time":       {`UPDATE anchor SET at = at - 1 WHERE tenant_id = 'a' AND size = 3`, "a", "rows: the checkpoint of size 3: its row says that it was anchored at"},
		"an artifact's time":     {`UPDATE artifact SET at = at + 1 WHERE tenant_id = 'a' AND idx = 1`, "a", "rows: entry 1: column at is 8, the entry says 7"},
		"an epoch's time":        {`UPDATE artifact SET at = 5 WHERE tenant_id = 'root' AND idx = 1`, "root", "rows: entry 1: column at is 5"},
		"a missing anchor":       {`DELETE FROM anchor WHERE tenant_id = 'a' AND size = 3`, "root", "signed: entry 1: the tenants' checkpoints that the store holds do not give"},
		"a missing later anchor": {`DELETE FROM anchor WHERE tenant_id = 'b' AND epoch = 2`, "root", "signed: entry 2: the tenants' checkpoints that the store holds do not give"},
		"a moved anchor":         {`UPDATE anchor SET epoch = 2 WHERE tenant_id = 'a' AND size = 3`, "root", "signed: entry 1: the tenants'"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				f, _ := anchored(t, d)
				f.add(t, "a", 2)
				f.closeEpoch(t)
				f.add(t, "b", 1)
				f.closeEpoch(t)
				if tc.hurt != "" {
					f.sysExec(t, tc.hurt)
				}
				log := ""
				if tc.log != "root" {
					log = "log-" + tc.log
				}
				r, err := f.Fsck(t.Context(), domain.TenantID(tc.log), log, nil)
				if err != nil {
					t.Fatal(err)
				}
				var said strings.Builder
				for _, p := range r.Problems {
					fmt.Fprintf(&said, "%s: %s\n", p.Check, p)
				}
				if (tc.want == "") != (said.Len() == 0) || !strings.Contains(said.String(), tc.want) {
					t.Errorf("found %q, want %q", said.String(), tc.want)
				}
			})
		})
	}
}
