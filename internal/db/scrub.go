package db

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// scrubEvery is the pause between two tries to empty the write-ahead log.
const scrubEvery = 20 * time.Millisecond

// Scrub removes from SQLite's files what was deleted: deleted cells are
// overwritten when they are deleted (secure_delete), and the write-ahead log,
// which still holds the pages as they were before, is copied back and cut to
// nothing. A reader in an old snapshot is waited for, until ctx ends.
//
// On PostgreSQL deleted rows stay in the files until VACUUM has given their room
// to others: Scrub asks for one.
func (d *DB) Scrub(ctx context.Context, tables ...string) error {
	if d.Engine == Postgres {
		return d.vacuum(ctx, tables)
	}
	pool, err := sql.Open("sqlite", "file:"+d.path+"?_pragma=busy_timeout(0)&_pragma=synchronous(full)")
	if err != nil {
		return fmt.Errorf("open sqlite: %w", err)
	}
	defer func() { _ = pool.Close() }()
	pool.SetMaxOpenConns(1)
	tick := time.NewTicker(scrubEvery)
	defer tick.Stop()
	for {
		// The writer goes on while most is copied.
		if _, err := checkpoint(ctx, pool, "PASSIVE"); err == nil && d.cutLog(ctx, pool) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("scrub the write-ahead log: %w", ctx.Err())
		case <-tick.C:
		}
	}
}

// cutLog truncates the write-ahead log while no writer runs.
func (d *DB) cutLog(ctx context.Context, pool *sql.DB) bool {
	d.lane.acquire(false)
	defer d.lane.release()
	var busy, pages, copied int
	err := pool.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &copied)
	return err == nil && busy == 0
}

func (d *DB) vacuum(ctx context.Context, tables []string) error {
	for _, t := range tables { // names of our own, never from outside
		if _, err := d.write.ExecContext(ctx, "VACUUM "+t); err != nil {
			return fmt.Errorf("vacuum %s: %w", t, err)
		}
	}
	return nil
}
