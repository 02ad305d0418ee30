package db

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"frostgate.io/frostgate/internal/fault"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

// Migrations returns the engine's migration files.
func Migrations(e Engine) fs.FS {
	sub, err := fs.Sub(migrations, "migrations/"+string(e))
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}

func (d *DB) provider() (*goose.Provider, error) {
	dialect := goose.DialectSQLite3
	opts := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if d.Engine == Postgres {
		dialect = goose.DialectPostgres
	}
	return goose.NewProvider(dialect, d.write, Migrations(d.Engine), opts...)
}

// Migrate brings the schema up to this binary's version. Migrations only go
// forward. A store that a newer binary has migrated is refused.
func (d *DB) Migrate(ctx context.Context) error {
	if d.Engine == SQLite {
		d.lane.acquire(false)
		defer d.lane.release()
		if err := d.writer.close(); err != nil { // goose needs the one connection
			return err
		}
	}
	p, err := d.provider()
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	cur, target, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("migrations: read version: %w", err)
	}
	if cur > target {
		return fault.New(fault.Conflict, "the store has schema %d, this binary knows up to %d: run the newer frostgate", cur, target)
	}
	if cur == target {
		return nil
	}
	if d.Engine == Postgres {
		unlock, err := d.migrationLock(ctx)
		if err != nil {
			return err
		}
		defer unlock()
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// migrationLock serialises migrations of one cluster: roles are global to it.
func (d *DB) migrationLock(ctx context.Context) (func(), error) {
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("migration lock: %w", err)
	}
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", int64(advisoryKey+1)); err != nil {
		return nil, errors.Join(fmt.Errorf("migration lock: %w", err), conn.Close())
	}
	return func() {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", int64(advisoryKey+1))
		_ = conn.Close()
	}, nil
}
