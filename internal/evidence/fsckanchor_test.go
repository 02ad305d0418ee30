package evidence

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
)

// What was erased with an entry that says so is no damage.
func TestFsckCountsWhatWasErased(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		f.about(t, "both", bob, alice)
		f.about(t, "bob", bob)
		f.about(t, "alice", alice)
		if _, err := f.disposal().Erase(context.Background(), "a", bob, "case 17", Actor{}); err != nil {
			t.Fatal(err)
		}
		said, r := f.problems(t)
		if said != "" || !strings.Contains(r.Checks[6].Detail, "2 erased") {
			t.Errorf("%s%+v", said, r.Checks[6])
		}
	})
}

func (f *fixture) rootProblems(t *testing.T) string {
	t.Helper()
	r, err := f.Fsck(context.Background(), RootLog, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Problems) == 0 {
		return ""
	}
	return fmt.Sprintf("%s: %s", r.Problems[0].Check, r.Problems[0])
}

// Every checkpoint in an epoch is a state that the log went through, and the log
// of logs is checked like any other.
func TestFsckChecksAnchorsAndTheLogOfLogs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f, trust := anchored(t, d)
		for i := range 5 {
			f.add(t, "a", 3)
			f.add(t, tenantIDs[i%2], 2)
			f.closeEpoch(t)
		}
		said, r := f.problems(t)
		if said != "" || f.rootProblems(t) != "" {
			t.Fatalf("%s%s", said, f.rootProblems(t))
		}
		if !strings.Contains(r.Checks[4].Detail, " 6 earlier") && !strings.Contains(r.Checks[4].Detail, " 5 earlier") {
			t.Errorf("signed states: %s", r.Checks[4].Detail)
		}
		dir := filepath.Join(t.TempDir(), "root")
		mustExport(t, rootFiles{f}, dir, trust)
		if r, err := FsckFolder(context.Background(), dir, trust); err != nil || !r.Valid() {
			t.Errorf("exported log of logs: %+v %v", r, err)
		}
		for _, tc := range []struct{ hurt, undo, want string }{
			{`UPDATE anchor SET slot = slot + 1 WHERE tenant_id = 'a' AND size = 6`, `UPDATE anchor SET slot = slot - 1 WHERE tenant_id = 'a' AND size = 6`, "signed: the checkpoint of size 6: entry "},
			{`UPDATE anchor SET size = 7 WHERE tenant_id = 'a' AND size = 6`, `UPDATE anchor SET size = 6 WHERE tenant_id = 'a' AND size = 7`, "signed: the checkpoint of epoch "},
			{`UPDATE anchor SET size = 900 WHERE tenant_id = 'a' AND size = 6`, `UPDATE anchor SET size = 6 WHERE tenant_id = 'a' AND size = 900`, "signed: entry "},
		} {
			f.sysExec(t, tc.hurt)
			if said, _ := f.problems(t); !strings.HasPrefix(said, tc.want) {
				t.Errorf("%s: %s", tc.hurt, said)
			}
			f.sysExec(t, tc.undo)
		}
		f.sysExec(t, `UPDATE artifact SET entry = replace(entry, '"slots":2', '"slots":3') WHERE tenant_id = 'root' AND idx = 2`)
		if said := f.rootProblems(t); !strings.HasPrefix(said, "rows: entry 2: ") {
			t.Error(said)
		}
		if said, _ := f.problems(t); !strings.HasPrefix(said, "signed: the checkpoint of size") {
			t.Error(said)
		}
	})
}

// rootFiles serves a fixture's log of logs.
type rootFiles struct{ f *fixture }

func (r rootFiles) Checkpoint(context.Context) ([]byte, error) {
	return r.f.Anchors.head.Load().signed, nil
}

func (r rootFiles) File(ctx context.Context, path string) ([]byte, error) {
	p, err := ParseTilePath(path)
	if err != nil {
		return nil, err
	}
	return r.f.LogFile(ctx, RootLog, p)
}
