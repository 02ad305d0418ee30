package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/signing"
)

// sealedColumns are all places in the store that hold values under the master
// key. A feature that seals something new adds its column here, or a rotation
// leaves it behind; TestSealedColumnsAreComplete finds who seals.
func sealedColumns() []signing.Column {
	return []signing.Column{
		{Table: "data_key", Name: "wrapped", Key: []string{"purpose", "version"}},
		{Table: "webhook", Name: "secret", Key: []string{"webhook_id"}, Purpose: "webhook"},
		{Table: "idempotency", Name: "response", Key: []string{"key_mac"}, Purpose: "idempotency"},
	}
}

// reseal brings the store under the current master key, where a rotation asked
// for it. Single values that don't open stop nothing: they are damaged already,
// and the old key stays while they are there.
func (p *Parts) reseal(ctx context.Context, d *db.DB, log *slog.Logger) error {
	n, err := p.Custody.Reseal(ctx, d, sealedColumns())
	if n > 0 {
		log.Info("values sealed anew", "values", n, "master", p.Custody.MasterID())
	}
	if errors.Is(err, signing.ErrSealed) {
		log.Error("values stay under an old master key", "error", err)
		return nil
	}
	return err
}

// ResealStore seals everything in a stopped server's store anew under the
// current master key; the server's next start would do the same. It returns how
// many values it changed.
func ResealStore(ctx context.Context, cfg Config) (n int64, err error) {
	err = offline(ctx, &cfg, func(d *db.DB, c *signing.Custody) error {
		n, err = c.Reseal(ctx, d, sealedColumns())
		return err
	})
	return n, err
}

// DestroyMaster destroys an old master key of a stopped server, unless its
// store still needs the key.
func DestroyMaster(ctx context.Context, cfg Config, id string) (k signing.MasterKey, err error) {
	err = offline(ctx, &cfg, func(d *db.DB, c *signing.Custody) error {
		k, err = signing.DestroyMaster(ctx, cfg.DataDir, id, clock.System{}, func(ctx context.Context, id string) (int64, error) {
			return c.UnderMaster(ctx, d, sealedColumns(), id)
		})
		return err
	})
	return k, err
}

// offline runs fn on the store of a server that is stopped, with its keys.
func offline(ctx context.Context, cfg *Config, fn func(*db.DB, *signing.Custody) error) (err error) {
	if found, err := signing.Exist(cfg.DataDir); err != nil || !found {
		return errors.Join(err, fault.New(fault.NotFound, "data folder %s has no keys; name the server's with --data-dir", cfg.DataDir))
	}
	d, err := db.Open(ctx, db.Config{URL: cfg.databaseURL()}, clock.System{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := d.LockServer(ctx); err != nil {
		return fmt.Errorf("the server must be stopped: %w", err)
	}
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	c, err := signing.OpenWith(cfg.DataDir, clock.System{}, signing.Options{MustExist: true})
	if err != nil {
		return err
	}
	if err := c.CheckStore(ctx, d); err != nil {
		return err
	}
	return fn(d, c)
}
