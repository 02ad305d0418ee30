package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/tenant"
)

// Store is an open store with its keys, to be read beside a server that may run
// on it: no server lock is taken, nothing is migrated or started.
type Store struct {
	db        *db.DB
	log       *evidence.Sequencer // never run: it only reads
	tenants   []*tenant.Tenant
	decisions *decision.Service
}

// StoredLog names a log of a store. The log of logs has no tenant's name.
type StoredLog struct {
	Tenant domain.TenantID
	Name   string
	ID     string // empty for the log of logs
}

// OpenStore opens the store that a server with this configuration uses. One
// that is not there is an error, and is not made.
func OpenStore(ctx context.Context, cfg Config) (_ *Store, err error) {
	url := cfg.databaseURL()
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		if _, err := os.Stat(path); err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				return nil, configFault("database", "there is no store at %s", path)
			}
			return nil, err
		}
	}
	s := &Store{}
	if s.db, err = db.Open(ctx, db.Config{URL: url}, clock.System{}); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	custody, err := openKeys(ctx, &cfg, s.db, s.db.Clock())
	if err != nil {
		return nil, err
	}
	if err := custody.CheckStore(ctx, s.db); err != nil {
		return nil, err
	}
	keys := evidence.NewKeyring(s.db, custody)
	if s.log, err = evidence.NewSequencer(s.db, keys, custody, s.db.Clock(), evidence.DefaultConfig()); err != nil {
		return nil, err
	}
	tenants := tenant.New(s.db, s.db.Clock(), keys)
	if err := tenants.Load(ctx); err != nil {
		return nil, err
	}
	s.tenants = tenants.All()
	s.decisions = decision.New(decision.Deps{DB: s.db, Clock: s.db.Clock(), Keys: keys, Log: s.log})
	return s, nil
}

// Logs lists the logs of the store: each tenant's, then the log of logs where it
// has begun.
func (s *Store) Logs(ctx context.Context) ([]StoredLog, error) {
	var out []StoredLog
	for _, t := range s.tenants {
		out = append(out, StoredLog{t.ID, t.Name, t.LogID})
	}
	var n int64
	err := s.db.InReadTx(ctx, evidence.RootLog, func(tx *db.Tx) error {
		_, err := tx.Get(ctx, "SELECT count(*) FROM log_state WHERE tenant_id = $1", []any{evidence.RootLog}, &n)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find the log of logs: %w", err)
	}
	if n > 0 {
		out = append(out, StoredLog{Tenant: evidence.RootLog, Name: "log of logs"})
	}
	return out, nil
}

// Fsck checks a log with everything that stands beside it.
func (s *Store) Fsck(ctx context.Context, l StoredLog) (*evidence.FsckReport, error) {
	return s.log.Fsck(ctx, l.Tenant, l.ID, s.decisions.RowCheck)
}

// Close closes the store.
func (s *Store) Close() error {
	if s.decisions != nil {
		s.decisions.Close()
	}
	return s.db.Close()
}
