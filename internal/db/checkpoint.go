package db

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"time"
)

// walBytes is the size of SQLite's write-ahead log, in bytes, above which
// Maintain copies it back into the database.
const walBytes = 32 << 20

// Maintain keeps SQLite's write-ahead log short until ctx ends. It runs beside
// the writer on a connection of its own, so that no commit pays for it. On
// PostgreSQL, which looks after itself, it only waits.
func (d *DB) Maintain(ctx context.Context) error {
	if d.Engine == Postgres {
		<-ctx.Done()
		return nil
	}
	pool, err := sql.Open("sqlite", "file:"+d.path+"?_pragma=busy_timeout(0)&_pragma=synchronous(full)")
	if err != nil {
		return fmt.Errorf("open sqlite: %w", err)
	}
	defer func() { _ = pool.Close() }()
	pool.SetMaxOpenConns(1)
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		st, err := os.Stat(d.path + "-wal")
		if err != nil || st.Size() < walBytes {
			continue
		}
		// PASSIVE never blocks the writer. An error (disk full) leaves the log
		// longer; the writer meets the same disk and reports it.
		_, _ = pool.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
	}
}

// String names the store for logs, without any password.
func (d *DB) String() string {
	if d.Engine == SQLite {
		return "sqlite:" + d.path
	}
	return redact(d.cfg.URL)
}

var _ fmt.Stringer = (*DB)(nil)
