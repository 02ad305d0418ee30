package evidence

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"

	"frostgate.io/frostgate/receipt"

	"github.com/google/go-cmp/cmp"
)

// reports prints what is wrong with tenant a's log.
func (f *fixture) problems(t *testing.T) (string, *FsckReport) {
	t.Helper()
	r, err := f.Fsck(context.Background(), "a", "log-a", nil)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, p := range r.Problems {
		fmt.Fprintf(&b, "%s: %s\n", p.Check, p)
	}
	return b.String(), r
}

func TestFsckOfASoundStore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		f.grow(t, 300)
		f.grow(t, 600)
		f.grow(t, 601)
		said, r := f.problems(t)
		if said != "" || !r.Valid() || r.Size != 601 || r.Computed != r.Root {
			t.Fatalf("%s%+v", said, r)
		}
		var names []string
		for _, c := range r.Checks {
			names = append(names, fmt.Sprint(c.Name, " ", c.OK))
		}
		want := []string{
			"signature true", "entries true", "tiles true", "root true", "signed true", "rows true", "payloads true", "subjects true",
		}
		if d := cmp.Diff(want, names); d != "" {
			t.Error(d)
		}
		if _, err := f.Fsck(context.Background(), "nobody", "x", nil); err == nil {
			t.Error("a log that is not there is sound")
		}
	})
}

// It runs beside a server that writes.
func TestFsckBesideAWriter(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		done := make(chan struct{})
		go func() {
			defer close(done)
			for i := 2; i < 1500; i += 100 {
				f.grow(t, i)
			}
		}()
		for running := true; running; {
			select {
			case <-done:
				running = false
			default:
			}
			if said, _ := f.problems(t); said != "" {
				t.Error(said)
			}
		}
	})
}

// The rows that a feature checks are reported with the index.
func TestFsckAsksTheFeatures(t *testing.T) {
	t.Parallel()
	f := newFixture(t, dbtest.OpenSQLite(t, fixedClock()))
	f.grow(t, 10)
	r, err := f.Fsck(context.Background(), "a", "log-a", func(_ context.Context, tx *db.Tx, tenant domain.TenantID, index uint64, entry []byte) error {
		if tenant != "a" || tx.Tenant != "a" || len(entry) == 0 {
			t.Errorf("asked for %s %d", tenant, index)
		}
		if index == 7 {
			return fmt.Errorf("column level is wrong")
		}
		return nil
	})
	if err != nil || r.Bad != 1 || r.Problems[0].String() != "entry 7: column level is wrong" || r.Checks[5].OK {
		t.Errorf("%+v %v", r, err)
	}
}

// The hostile administrator: each change is found and named.
func TestFsckNamesWhatWasChanged(t *testing.T) {
	t.Parallel()
	replace := func(idx int, from, to string) string {
		return fmt.Sprintf(`UPDATE artifact SET entry = replace(entry, '%s', '%s') WHERE tenant_id = 'a' AND idx = %d`, from, to, idx)
	}
	for name, tc := range map[string]struct {
		hurt []string
		want string // each line must begin so
	}{
		"an entry":           {[]string{replace(4, `"time":7`, `"time":8`)}, "entries: entry 4 (tile/0/000): the entry was changed: its hash is not the tile's, and the tiles give the"},
		"an unreadable one":  {[]string{replace(4, `"v":1`, `"v":2`)}, "entries: entry 4: it can't be read"},
		"a deleted middle":   {[]string{`DELETE FROM artifact WHERE tenant_id = 'a' AND idx = 270`}, "entries: entry 270: it is missing"},
		"a deleted end":      {[]string{`DELETE FROM artifact WHERE tenant_id = 'a' AND idx = 299`}, "entries: entry 299: it is missing"},
		"the kind":           {[]string{`UPDATE artifact SET kind = 'other' WHERE tenant_id = 'a' AND idx = 9`}, `rows: entry 9: the row says "other", the entry "test"`},
		"a row too many":     {[]string{`INSERT INTO artifact SELECT tenant_id, 300, kind, leaf_hash, entry, at FROM artifact WHERE tenant_id = 'a' AND idx = 5`}, "rows: entry 300: 1 rows stand behind"},
		"exchanged":          {[]string{`UPDATE artifact SET idx = 1000 WHERE tenant_id = 'a' AND idx = 5`, `UPDATE artifact SET idx = 5 WHERE tenant_id = 'a' AND idx = 6`, `UPDATE artifact SET idx = 6 WHERE tenant_id = 'a' AND idx = 1000`}, "entries: entry 5: it belongs at index 6"},
		"two tenants' rows":  {[]string{`UPDATE artifact SET entry = (SELECT b.entry FROM artifact b WHERE b.tenant_id = 'b' AND b.idx = 0), leaf_hash = (SELECT b.leaf_hash FROM artifact b WHERE b.tenant_id = 'b' AND b.idx = 0) WHERE tenant_id = 'a' AND idx = 0`}, "entries: entry 0: it belongs to log log-b"},
		"a payload":          {[]string{`UPDATE payload SET sealed = wrapped WHERE tenant_id = 'a' AND idx = 8`}, "payloads: entry 8: sealed payload does not open"},
		"a payload is gone":  {[]string{`DELETE FROM payload WHERE tenant_id = 'a' AND idx = 8`}, "payloads: entry 8: "},
		"a subject is gone":  {[]string{`DELETE FROM subject WHERE tenant_id = 'a' AND idx = 8`}, "subjects: entry 8: 1 of its subjects"},
		"a subject too many": {[]string{`INSERT INTO subject SELECT 'a', 0, x.wrapped_mac, 8 FROM (SELECT substr(wrapped, 1, 16) AS wrapped_mac FROM payload WHERE tenant_id = 'a' AND idx = 9) x`}, "subjects: entry 8: the subject index names"},
		"a tile":             {[]string{`UPDATE tile SET hashes = (SELECT leaf_hash FROM artifact WHERE tenant_id = 'a' AND idx = 1) WHERE tenant_id = 'a'`}, "tiles: tile/0/000: 32 bytes"},
		"a tile's root":      {[]string{`UPDATE tile SET root = (SELECT leaf_hash FROM artifact WHERE tenant_id = 'a' AND idx = 1) WHERE tenant_id = 'a'`}, "tiles: tile/0/000: damaged"},
		"a tile is gone":     {[]string{`DELETE FROM tile WHERE tenant_id = 'a'`}, "tiles: tile/0/000: "},
		"the state's root":   {[]string{`UPDATE log_state SET root = (SELECT leaf_hash FROM artifact WHERE tenant_id = 'a' AND idx = 1) WHERE tenant_id = 'a'`}, "root: log_state: its tree edge"},
		"the signature":      {[]string{`UPDATE log_state SET checkpoint = replace(checkpoint, 'log-a', 'log-b') WHERE tenant_id = 'a'`}, "signature: the last checkpoint: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				f := newFixture(t, d)
				f.grow(t, 299)
				f.grow(t, 300)
				for _, q := range tc.hurt {
					f.sysExec(t, q)
				}
				said, r := f.problems(t)
				if r.Valid() || !strings.HasPrefix(said, tc.want) {
					t.Errorf("%s", said)
				}
			})
		})
	}
}

// Whoever rewrites an entry and everything above it still lacks the key: the
// signed state gives it away.
func TestFsckFindsARecomputedLog(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		f := newFixture(t, d)
		f.grow(t, 100)
		f.grow(t, 120)
		f.stop()
		var e edge
		if err := d.InSystemTx(ctx, "test", func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `UPDATE artifact SET entry = replace(entry, '"time":7', '"time":8') WHERE tenant_id = 'a' AND idx = 50`); err != nil {
				return err
			}
			var entries []string
			if err := tx.ForEach(ctx, selectEntries, []any{"a", 0, 1000}, func(s db.Scanner) error {
				var idx int64
				var entry string
				err := s.Scan(&idx, &entry)
				entries = append(entries, entry)
				return err
			}); err != nil {
				return err
			}
			for i, entry := range entries {
				leaf := leafOf(entry)
				e.append(leaf)
				if _, err := tx.Exec(ctx, `UPDATE artifact SET leaf_hash = $3 WHERE tenant_id = $1 AND idx = $2`, "a", i, leaf[:]); err != nil {
					return err
				}
			}
			root := e.root()
			_, err := tx.Exec(ctx, `UPDATE log_state SET root = $2, edge = $3 WHERE tenant_id = $1`, "a", root[:], e.marshal())
			return err
		}); err != nil {
			t.Fatal(err)
		}
		said, _ := f.problems(t)
		if !strings.HasPrefix(said, "signed: the last checkpoint: the log was signed at size 100 with another root") {
			t.Error(said)
		}
		// And with the newest entries cut off, too.
		f.sysExec(t, `UPDATE log_state SET size = 64 WHERE tenant_id = 'a'`)
		if said, _ = f.problems(t); !strings.Contains(said, "the newest are gone") {
			t.Error(said)
		}
	})
}

func leafOf(entry string) receipt.Hash { return receipt.LeafHash([]byte(entry)) }
