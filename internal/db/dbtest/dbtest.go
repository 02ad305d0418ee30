// Package dbtest runs store tests on both real engines, so that SQLite and
// PostgreSQL never diverge.
package dbtest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
)

// Env names the variable that holds a superuser URL of a throw-away
// PostgreSQL; `make test` provisions one.
const Env = "FROSTGATE_TEST_POSTGRES"

// EnvOnly names the variable that leaves one engine in: "sqlite" or "postgres".
// Under the race detector SQLite, which is Go here, takes most of the time, and
// what is above the store is the same code on both.
const EnvOnly = "FROSTGATE_TEST_ENGINE"

// Engine is a real database to test on.
type Engine struct {
	Name string
	// Open returns a new, migrated, empty store.
	Open func(testing.TB, clock.Clock) *db.DB
}

// Engines are SQLite and PostgreSQL, or the one that EnvOnly names.
func Engines(t testing.TB) []Engine {
	t.Helper()
	all := []Engine{{"sqlite", OpenSQLite}, {"postgres", OpenPostgres}}
	only := os.Getenv(EnvOnly)
	if only == "" {
		return all
	}
	all = slices.DeleteFunc(all, func(e Engine) bool { return e.Name != only })
	if len(all) == 0 {
		t.Fatalf("%s=%q is no engine: sqlite or postgres", EnvOnly, only)
	}
	return all
}

// Each runs fn once per engine, each time on a new, migrated, empty store.
func Each(t *testing.T, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	EachClock(t, clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)), fn)
}

// EachClock is Each with the caller's clock.
func EachClock(t *testing.T, clk clock.Clock, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	for _, engine := range Engines(t) {
		t.Run(engine.Name, func(t *testing.T) { fn(t, engine.Open(t, clk)) })
	}
}

// OpenSQLite returns a new store on a file.
func OpenSQLite(t testing.TB, clk clock.Clock) *db.DB {
	t.Helper()
	file := filepath.Join(t.TempDir(), "frostgate.db")
	schema, err := sqliteSchema()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, schema, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, "sqlite:"+file, clk)
}

// sqliteSchema is the file of an empty, migrated store, made once per process:
// under the race detector the migrations take longer than most tests.
var sqliteSchema = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "frostgate-schema-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ctx, file := context.Background(), filepath.Join(dir, "frostgate.db")
	d, err := db.Open(ctx, db.Config{URL: "sqlite:" + file}, clock.System{})
	if err != nil {
		return nil, err
	}
	if err := errors.Join(d.Migrate(ctx), d.Close()); err != nil {
		return nil, err
	}
	if wal, err := os.Stat(file + "-wal"); err == nil && wal.Size() > 0 {
		return nil, fmt.Errorf("%d bytes of the schema are not in %s yet", wal.Size(), file)
	}
	return os.ReadFile(file)
})

// OpenPostgres returns a new store on a database of its own.
func OpenPostgres(t testing.TB, clk clock.Clock) *db.DB {
	t.Helper()
	return open(t, PostgresURL(t), clk)
}

func open(t testing.TB, url string, clk clock.Clock) *db.DB {
	t.Helper()
	ctx := context.Background()
	d, err := db.Open(ctx, db.Config{URL: url}, clk)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close store: %v", err)
		}
	})
	if err := d.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	return d
}

// PostgresURL creates an empty database, made from a template that already
// holds the schema, and drops it when the test ends.
func PostgresURL(t testing.TB) string {
	t.Helper()
	base := os.Getenv(Env)
	if base == "" {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not set: run the tests through make test", Env)
		}
		t.Skipf("skipped: no PostgreSQL (%s is not set; make test provisions one)", Env)
	}
	admin, err := sql.Open("pgx", base)
	if err != nil {
		t.Fatal(err)
	}
	name := "fg_test_" + randomHex(t)
	if _, err := admin.Exec("CREATE DATABASE " + name + " TEMPLATE " + template(t, admin, base)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("drop test database: %v", err)
		}
		_ = admin.Close()
	})
	return withDatabase(t, base, name)
}

// template makes the migrated template database once per schema and cluster;
// other test processes wait for it on an advisory lock.
func template(t testing.TB, admin *sql.DB, base string) string {
	t.Helper()
	ctx := context.Background()
	name := "fg_template_" + schemaHash(t)
	conn, err := admin.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(7102)"); err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = conn.ExecContext(ctx, "SELECT pg_advisory_unlock(7102)") }()
	var ready bool
	if err := conn.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate)", name).Scan(&ready); err != nil {
		t.Fatal(err)
	}
	if ready {
		return name
	}
	for _, q := range []string{"DROP DATABASE IF EXISTS " + name, "CREATE DATABASE " + name} {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			t.Fatal(err)
		}
	}
	d, err := db.Open(ctx, db.Config{URL: withDatabase(t, base, name)}, clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(ctx, "ALTER DATABASE "+name+" IS_TEMPLATE true"); err != nil {
		t.Fatal(err)
	}
	return name
}

func withDatabase(t testing.TB, base, name string) string {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

func schemaHash(t testing.TB) string {
	t.Helper()
	h := sha256.New()
	fsys := db.Migrations(db.Postgres)
	names, err := fs.Glob(fsys, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		b, err := fs.ReadFile(fsys, n)
		if err != nil {
			t.Fatal(err)
		}
		h.Write([]byte(n))
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

func randomHex(t testing.TB) string {
	t.Helper()
	b := make([]byte, 8)
	if _, err := rand.Read(b); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(b)
}
