package attack

import (
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/app"
	"frostgate.io/frostgate/internal/db/dbtest"
)

// store is a data folder and its database, with no server on it.
type store struct{ cfg app.Config }

func newStore(t testing.TB, engine string) store {
	t.Helper()
	cfg := app.DefaultConfig()
	cfg.DataDir, cfg.Listen = filepath.Join(t.TempDir(), "state"), "127.0.0.1:0"
	if engine == "postgres" {
		cfg.Database = dbtest.PostgresURL(t)
	}
	return store{cfg}
}

func (s store) postgres() bool { return s.cfg.Database != "" }

// clone copies a store while no server runs on it.
func (s store) clone(t testing.TB) store {
	t.Helper()
	c := s
	c.cfg.DataDir = filepath.Join(t.TempDir(), "state")
	copyFolder(t, s.cfg.DataDir, c.cfg.DataDir)
	if s.postgres() {
		c.cfg.Database = clonePostgres(t, s.cfg.Database)
	}
	return c
}

// copyFolder leaves out the embedded database where there is a server for it.
func copyFolder(t testing.TB, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), data, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// clonePostgres makes a database from another one as its template.
func clonePostgres(t testing.TB, from string) string {
	t.Helper()
	u, err := url.Parse(from)
	if err != nil {
		t.Fatal(err)
	}
	admin, err := sql.Open("pgx", os.Getenv(dbtest.Env))
	if err != nil {
		t.Fatal(err)
	}
	raw := make([]byte, 8)
	_, _ = rand.Read(raw) // never fails (crypto/rand)
	name := "fg_attack_" + hex.EncodeToString(raw)
	if _, err := admin.Exec("CREATE DATABASE " + name + " TEMPLATE " + strings.TrimPrefix(u.Path, "/")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("drop a copy: %v", err)
		}
		_ = admin.Close()
	})
	u.Path = "/" + name
	return u.String()
}

// connect opens the database as its administrator does: no check of ours is in
// the way.
func (s store) connect(t testing.TB) *sql.DB {
	t.Helper()
	driver, name := "sqlite", "file:"+filepath.Join(s.cfg.DataDir, "frostgate.db")+"?_pragma=busy_timeout(10000)"
	if s.postgres() {
		driver, name = "pgx", s.cfg.Database
	}
	d, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	d.SetMaxOpenConns(1)
	return d
}

// copyRows replaces rows by those of another store.
func (a *admin) copyRows(from store, tables []string, where string, args ...any) {
	a.Helper()
	old := from.connect(a.T)
	defer old.Close()
	for _, name := range tables {
		a.copyTable(old, name, where, args)
	}
}

func (a *admin) copyTable(old *sql.DB, name, where string, args []any) {
	a.Helper()
	if _, err := a.db.Exec(`DELETE FROM `+name+` WHERE `+where, args...); err != nil {
		a.Fatal(err)
	}
	rows, err := old.Query(`SELECT * FROM `+name+` WHERE `+where, args...)
	if err != nil {
		a.Fatal(err)
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		a.Fatal(err)
	}
	for rows.Next() {
		values, into, marks := make([]any, len(cols)), make([]any, len(cols)), make([]string, len(cols))
		for i := range values {
			into[i], marks[i] = &values[i], fmt.Sprintf("$%d", i+1)
		}
		if err := rows.Scan(into...); err != nil {
			a.Fatal(err)
		}
		for i, v := range values {
			if b, ok := v.([]byte); ok && len(b) == 0 { // the driver's form of an empty one is null
				values[i] = []byte{}
			}
		}
		a.do(`INSERT INTO `+name+` (`+strings.Join(cols, ", ")+`) VALUES (`+strings.Join(marks, ", ")+`)`, values...)
	}
	if err := rows.Err(); err != nil {
		a.Fatal(err)
	}
}
