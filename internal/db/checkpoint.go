package db

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"syscall"
	"time"
)

// walFrames is the length of SQLite's write-ahead log, in pages, above which
// Maintain copies it back into the database: 64 MiB.
const walFrames = 8192

// Maintain keeps SQLite's write-ahead log short until ctx ends. It works beside
// the writer on a connection of its own, so that no commit pays for it, and
// stops the writer only for the last few pages, so that the log can start from
// its beginning again. On PostgreSQL, which looks after itself, it guards the
// server lock.
func (d *DB) Maintain(ctx context.Context) error {
	if d.Engine == Postgres {
		return d.keepLock(ctx)
	}
	pool, err := sql.Open("sqlite", "file:"+d.path+"?_pragma=busy_timeout(0)&_pragma=synchronous(full)")
	if err != nil {
		return fmt.Errorf("open sqlite: %w", err)
	}
	defer func() { _ = pool.Close() }()
	pool.SetMaxOpenConns(1)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		// An error (disk full) leaves the log longer; the writer meets the same
		// disk and reports it.
		if n, err := checkpoint(ctx, pool, "NOOP"); err == nil && n >= d.longLog() {
			d.restartLog(ctx, pool)
		}
	}
}

// leastFrames is the shortest log worth copying back.
const leastFrames = 256

// longLog is the length at which the log is copied back: walFrames, or earlier
// where the disk has little room, because an unbounded log would fill it.
func (d *DB) longLog() int {
	var st syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(d.path), &st); err != nil {
		return walFrames
	}
	free := st.Bavail * uint64(st.Bsize) / pageSize
	return int(min(walFrames, max(free/8, leastFrames)))
}

// checkpoint runs a checkpoint of a mode and returns how many pages the log
// holds.
func checkpoint(ctx context.Context, pool *sql.DB, mode string) (pages int, err error) {
	var busy, copied int
	err = pool.QueryRowContext(ctx, "PRAGMA wal_checkpoint("+mode+")").Scan(&busy, &pages, &copied)
	return pages, err
}

// restartLog copies the log back and lets it begin anew. The file keeps its
// size: writing over blocks that are there is cheaper than growing a file, and
// syncing it too.
func (d *DB) restartLog(ctx context.Context, pool *sql.DB) {
	// PASSIVE never blocks the writer; the second round has only what was
	// written during the first.
	for range 2 {
		if _, err := checkpoint(ctx, pool, "PASSIVE"); err != nil {
			return
		}
	}
	d.lane.acquire(false)
	defer d.lane.release()
	// A reader in an old snapshot makes it fail at once; the next tick tries again.
	_, _ = checkpoint(ctx, pool, "RESTART")
}

// String names the store for logs, without any password.
func (d *DB) String() string {
	if d.Engine == SQLite {
		return "sqlite:" + d.path
	}
	return redact(d.cfg.URL)
}

var _ fmt.Stringer = (*DB)(nil)
