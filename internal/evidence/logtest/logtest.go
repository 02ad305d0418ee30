// Package logtest makes the log that a feature's tests record in: tenants of one
// organisation on a real store, their keys in custody, and the writer, which runs
// until the test ends. Only tests import it.
package logtest

import (
	"context"
	"strings"
	"sync"
	"testing"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/signing"
)

// Log is the writer and what it writes with.
type Log struct {
	*evidence.Sequencer
	Keys    *evidence.Keyring
	Custody *signing.Custody
}

// New makes the organisation o with the tenants, each with a log named for it,
// and starts the writer.
func New(t testing.TB, d *db.DB, clk clock.Clock, tenants ...domain.TenantID) *Log {
	t.Helper()
	ctx := context.Background()
	custody, err := signing.Open(t.TempDir(), clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	keys := evidence.NewKeyring(d, custody)
	err = d.InSystemTx(ctx, "make tenants for a test", func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, "INSERT INTO organisation (org_id, name, created_at) VALUES ('o', 'o', 1)"); err != nil {
			return err
		}
		for i, id := range tenants {
			if _, err := tx.Exec(ctx, `INSERT INTO tenant (tenant_id, org_id, name, log_id, slot, status, settings, created_at)
				VALUES ($1, 'o', $1, $2, $3, 'active', '{}', 1)`, id, "log-"+strings.TrimPrefix(string(id), "tn_"), i); err != nil {
				return err
			}
			if err := keys.CreateLog(ctx, tx, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	log, err := evidence.NewSequencer(d, keys, custody, clk, evidence.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	run, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { _ = log.Run(run) })
	t.Cleanup(func() { stop(); wg.Wait() })
	return &Log{Sequencer: log, Keys: keys, Custody: custody}
}
