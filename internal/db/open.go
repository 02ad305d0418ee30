package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/fault"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // registers the "sqlite" driver
)

// Engine names a storage engine.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Config says where the data lives.
type Config struct {
	// URL is "sqlite:PATH" or "postgres://...". PostgreSQL's user must own the
	// schema and may set the roles frostgate_app, frostgate_sequencer,
	// frostgate_system and frostgate_report, which migration creates.
	URL string
	// ReadConns bounds concurrent readers; 0 means 4 on SQLite, 16 on PostgreSQL.
	ReadConns int
}

// DB is an open store. It is safe for concurrent use.
type DB struct {
	Engine Engine

	cfg   Config
	clock clock.Clock
	write *sql.DB // SQLite: exactly one connection; PostgreSQL: the pool
	read  *sql.DB // SQLite: query-only pool; PostgreSQL: the same pool
	lock  serverLock

	// PostgreSQL only: the collation that knows all letters.
	letters string

	// SQLite only.
	path    string
	lane    lane        // who may use the writer connection next
	writer  *sqliteConn // owned by the holder of the lane
	readers chan *sqliteConn
}

// Open opens the store. It does not migrate: see Migrate.
func Open(ctx context.Context, cfg Config, clk clock.Clock) (*DB, error) {
	switch {
	case strings.HasPrefix(cfg.URL, "sqlite:"):
		return openSQLite(ctx, cfg, clk)
	case strings.HasPrefix(cfg.URL, "postgres://"), strings.HasPrefix(cfg.URL, "postgresql://"):
		return openPostgres(ctx, cfg, clk)
	}
	return nil, fault.New(fault.Invalid, "database must be sqlite:PATH or postgres://..., got %q", redact(cfg.URL)).At("database")
}

// redact keeps a password in a URL out of errors and logs.
func redact(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "(unparsable)"
	}
	return u.Redacted()
}

func openSQLite(ctx context.Context, cfg Config, clk clock.Clock) (*DB, error) {
	path := strings.TrimPrefix(cfg.URL, "sqlite:")
	if path == "" {
		return nil, fault.New(fault.Invalid, "database sqlite: needs a path").At("database")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("create data folder: %w", err)
	}
	if err := registerLower(); err != nil {
		return nil, fmt.Errorf("teach sqlite all letters: %w", err)
	}
	if err := createSQLite(ctx, path); err != nil {
		return nil, err
	}
	// Automatic checkpoints are off: they would run inside somebody's commit.
	// See checkpoint.go. What is deleted is overwritten: see scrub.go.
	writer, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate"+
		"&_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)"+
		"&_pragma=synchronous(full)&_pragma=foreign_keys(on)&_pragma=cache_size(-65536)"+
		"&_pragma=wal_autocheckpoint(0)&_pragma=temp_store(memory)&_pragma=secure_delete(on)")
	if err != nil {
		return nil, fmt.Errorf("open sqlite: %w", err)
	}
	writer.SetMaxOpenConns(1)
	writer.SetMaxIdleConns(1)
	if err := writer.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), writer.Close())
	}
	// The file holds sealed payloads and key hashes; nobody else needs to read it.
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("protect %s: %w", path, err), writer.Close())
	}
	reader, err := sql.Open("sqlite", "file:"+path+
		"?_pragma=busy_timeout(10000)&_pragma=query_only(on)&_pragma=cache_size(-16384)&_pragma=temp_store(memory)")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open sqlite: %w", err), writer.Close())
	}
	n := cfg.ReadConns
	if n <= 0 {
		n = 4
	}
	reader.SetMaxOpenConns(n)
	reader.SetMaxIdleConns(n)
	d := &DB{
		Engine: SQLite, cfg: cfg, clock: clk, write: writer, read: reader, path: path,
		writer: newSQLiteConn(writer), readers: make(chan *sqliteConn, n),
	}
	for range n {
		d.readers <- newSQLiteConn(reader)
	}
	return d, nil
}

// pageSize is SQLite's: a commit of many decisions writes few, well-filled
// pages, one of a single decision not much more than it has to.
const pageSize = 8192

// createSQLite makes the file with our page size, which only an empty database
// takes, before anything else opens it.
func createSQLite(ctx context.Context, path string) (err error) {
	if _, serr := os.Stat(path); !errors.Is(serr, os.ErrNotExist) {
		return nil
	}
	pool, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		return fmt.Errorf("create %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	pool.SetMaxOpenConns(1)
	for _, q := range []string{"PRAGMA page_size = " + strconv.Itoa(pageSize), "VACUUM"} {
		if _, err := pool.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("create %s: %w", path, err)
		}
	}
	return nil
}

func openPostgres(ctx context.Context, cfg Config, clk clock.Clock) (*DB, error) {
	pc, err := pgx.ParseConfig(cfg.URL)
	if err != nil {
		// pgx puts the whole URL into its error text.
		return nil, fault.New(fault.Invalid, "database URL can't be parsed: %s", redact(cfg.URL)).At("database")
	}
	pool := stdlib.OpenDB(*pc)
	n := cfg.ReadConns
	if n <= 0 {
		n = 16
	}
	pool.SetMaxOpenConns(n + 4)
	pool.SetMaxIdleConns(n)
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("connect to %s: %w", redact(cfg.URL), err), pool.Close())
	}
	letters, err := lettersOf(ctx, pool)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("connect to %s: %w", redact(cfg.URL), err), pool.Close())
	}
	return &DB{Engine: Postgres, cfg: cfg, clock: clk, write: pool, read: pool, letters: letters}, nil
}

// Close closes the store and gives the server lock back.
func (d *DB) Close() error {
	err := d.lock.release()
	if d.Engine == Postgres {
		return errors.Join(err, d.write.Close())
	}
	// Transactions under way end first; later ones find the pools closed.
	closed := make([]*sqliteConn, cap(d.readers))
	for i := range closed {
		closed[i] = <-d.readers
		err = errors.Join(err, closed[i].close())
	}
	defer func() {
		for _, c := range closed {
			d.readers <- c
		}
	}()
	err = errors.Join(err, d.read.Close())
	d.lane.acquire(true)
	defer d.lane.release()
	return errors.Join(err, d.writer.close(), d.write.Close())
}

// Ping answers whether the store can be read now.
func (d *DB) Ping(ctx context.Context) error {
	return d.InSystemReadTx(ctx, "ping", func(tx *Tx) error {
		var one int
		_, err := tx.Get(ctx, "SELECT 1", nil, &one)
		return err
	})
}

// Clock returns the clock that stamps transactions.
func (d *DB) Clock() clock.Clock { return d.clock }
