package db_test

import (
	"context"
	"io/fs"
	"sort"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"

	"github.com/google/go-cmp/cmp"
)

type tenantID = domain.TenantID

func TestMigrationFoldersHaveEqualNumbers(t *testing.T) {
	t.Parallel()
	names := func(e db.Engine) []string {
		n, err := fs.Glob(db.Migrations(e), "*.sql")
		if err != nil || len(n) == 0 {
			t.Fatalf("%s: %v, %d files", e, err, len(n))
		}
		sort.Strings(n)
		return n
	}
	if diff := cmp.Diff(names(db.SQLite), names(db.Postgres)); diff != "" {
		t.Errorf("migration files differ (-sqlite +postgres):\n%s", diff)
	}
}

// column says what both engines must agree on: "table.column type null|notnull".
func columns(t *testing.T, d *db.DB, query string) []string {
	t.Helper()
	ctx := context.Background()
	var out []string
	err := d.InSystemReadTx(ctx, "schema parity", func(tx *db.Tx) error {
		return tx.ForEach(ctx, query, nil, func(s db.Scanner) error {
			var table, col, typ, null string
			if err := s.Scan(&table, &col, &typ, &null); err != nil {
				return err
			}
			typ = strings.NewReplacer("BIGINT", "INTEGER", "BYTEA", "BLOB").Replace(strings.ToUpper(typ))
			out = append(out, table+"."+col+" "+typ+" "+null)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	sort.Strings(out)
	return out
}

func TestSchemaParity(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(time.Unix(1, 0))
	lite, pg := dbtest.OpenSQLite(t, clk), dbtest.OpenPostgres(t, clk)
	l := columns(t, lite, `SELECT m.name, p.name, p.type, CASE p."notnull" WHEN 1 THEN 'notnull' ELSE 'null' END
		FROM sqlite_schema m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'goose%' AND m.name NOT LIKE 'sqlite%'`)
	p := columns(t, pg, `SELECT c.table_name, c.column_name, c.data_type, CASE c.is_nullable WHEN 'NO' THEN 'notnull' ELSE 'null' END
		FROM information_schema.columns c JOIN information_schema.tables t ON t.table_name = c.table_name AND t.table_schema = c.table_schema
		WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.table_name NOT LIKE 'goose%'`)
	if diff := cmp.Diff(l, p); diff != "" {
		t.Errorf("schemas differ (-sqlite +postgres):\n%s", diff)
	}
	li := columns(t, lite, `SELECT m.tbl_name, group_concat(i.name, ','), CASE l."unique" WHEN 1 THEN 'UNIQUE' ELSE 'INDEX' END, ''
		FROM sqlite_schema m JOIN pragma_index_list(m.name) l JOIN pragma_index_info(l.name) i
		WHERE m.type = 'table' AND m.name NOT LIKE 'goose%' GROUP BY m.tbl_name, l.name, l."unique"`)
	pi := columns(t, pg, `SELECT t.relname, string_agg(a.attname, ',' ORDER BY k.ord), CASE WHEN i.indisunique THEN 'UNIQUE' ELSE 'INDEX' END, ''
		FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public'
		CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(att, ord)
		JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.att
		WHERE t.relname NOT LIKE 'goose%' GROUP BY t.relname, i.indexrelid, i.indisunique`)
	if diff := cmp.Diff(li, pi); diff != "" {
		t.Errorf("indexes differ (-sqlite +postgres):\n%s", diff)
	}
}

func TestEveryPostgresTableIsBehindRowLevelSecurity(t *testing.T) {
	t.Parallel()
	d := dbtest.OpenPostgres(t, clock.NewFake(time.Unix(1, 0)))
	ctx := context.Background()
	n := 0
	err := d.InSystemReadTx(ctx, "row-level security check", func(tx *db.Tx) error {
		return tx.ForEach(ctx, `SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,
			(SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid)
			FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
			WHERE c.relkind IN ('r', 'p') AND c.relname NOT LIKE 'goose%'`, nil, func(s db.Scanner) error {
			var name string
			var on, forced bool
			var policies int
			if err := s.Scan(&name, &on, &forced, &policies); err != nil {
				return err
			}
			n++
			if !on || !forced || policies == 0 {
				t.Errorf("%s: row-level security on=%v forced=%v policies=%d", name, on, forced, policies)
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if n < 20 {
		t.Errorf("only %d tables looked at", n)
	}
}
