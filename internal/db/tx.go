package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/domain"
)

// scope says what a transaction may see.
type scope uint8

const (
	scopeTenant  scope = iota // one tenant
	scopeTenants              // the sequencer's tenants
	scopeSystem               // everything, for a stated reason
)

// Tx is one transaction. It is used by one goroutine.
type Tx struct {
	// Now is the transaction's one time.
	Now domain.Micros
	// Tenant is the tenant of a tenant transaction, else empty.
	Tenant domain.TenantID

	db    *DB
	q     querier
	scope scope
}

// Engine tells which engine runs the transaction.
func (tx *Tx) Engine() Engine { return tx.db.Engine }

// InTx runs fn in one write transaction of one tenant and commits when fn
// returns nil. A failed commit leaves nothing behind.
func (d *DB) InTx(ctx context.Context, tenant domain.TenantID, fn func(*Tx) error) error {
	if tenant == "" {
		return errors.New("db: tenant transaction without a tenant")
	}
	return d.run(ctx, runOpts{scope: scopeTenant, tenants: []domain.TenantID{tenant}}, fn)
}

// InReadTx runs fn in one read-only transaction of one tenant: all its
// statements see the same state.
func (d *DB) InReadTx(ctx context.Context, tenant domain.TenantID, fn func(*Tx) error) error {
	if tenant == "" {
		return errors.New("db: tenant transaction without a tenant")
	}
	return d.run(ctx, runOpts{scope: scopeTenant, tenants: []domain.TenantID{tenant}, read: true}, fn)
}

// InTenantsTx is the sequencer's transaction over the tenants of one batch; on
// SQLite it takes the fast lane.
func (d *DB) InTenantsTx(ctx context.Context, tenants []domain.TenantID, fn func(*Tx) error) error {
	if len(tenants) == 0 {
		return errors.New("db: batch transaction without tenants")
	}
	return d.run(ctx, runOpts{scope: scopeTenants, tenants: tenants, fast: true}, fn)
}

// InTenantsReadTx reads rows of several tenants in one read-only transaction:
// for views of an organisation, whose caller has checked each tenant. Statements
// name the tenants; on PostgreSQL row security knows no others.
func (d *DB) InTenantsReadTx(ctx context.Context, tenants []domain.TenantID, fn func(*Tx) error) error {
	if len(tenants) == 0 {
		return errors.New("db: transaction over tenants without tenants")
	}
	return d.run(ctx, runOpts{scope: scopeTenants, tenants: tenants, read: true}, fn)
}

// InSystemTx runs fn without a tenant scope. Its callers are a tested
// allow-list; reason is a constant that says why no tenant is known.
func (d *DB) InSystemTx(ctx context.Context, reason string, fn func(*Tx) error) error {
	if reason == "" {
		return errors.New("db: system transaction without a reason")
	}
	return d.run(ctx, runOpts{scope: scopeSystem}, fn)
}

// InSystemReadTx is InSystemTx for reading.
func (d *DB) InSystemReadTx(ctx context.Context, reason string, fn func(*Tx) error) error {
	if reason == "" {
		return errors.New("db: system transaction without a reason")
	}
	return d.run(ctx, runOpts{scope: scopeSystem, read: true}, fn)
}

type runOpts struct {
	scope   scope
	tenants []domain.TenantID
	read    bool
	fast    bool
}

// querier runs statements on the transaction's connection: *sql.Tx on
// PostgreSQL, *sqliteConn on SQLite.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func (d *DB) run(ctx context.Context, o runOpts, fn func(*Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if d.Engine == Postgres {
		return d.classify(d.runPostgres(ctx, o, fn))
	}
	if !o.read {
		// The driver spawns a goroutine per statement for a context that can be
		// cancelled; a write is short and must not be cut in the middle anyway.
		ctx = context.WithoutCancel(ctx)
		d.lane.acquire(o.fast)
		defer d.lane.release()
		return d.classify(d.writer.run(ctx, "BEGIN IMMEDIATE", d.newTx(o, d.writer), fn))
	}
	select {
	case c := <-d.readers:
		defer func() { d.readers <- c }()
		return d.classify(c.run(ctx, "BEGIN", d.newTx(o, c), fn))
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (d *DB) newTx(o runOpts, q querier) *Tx {
	tx := &Tx{Now: d.clock.Now(), db: d, q: q, scope: o.scope}
	if o.scope == scopeTenant {
		tx.Tenant = o.tenants[0]
	}
	return tx
}

func (d *DB) runPostgres(ctx context.Context, o runOpts, fn func(*Tx) error) error {
	opts := &sql.TxOptions{ReadOnly: o.read}
	if o.read { // one state for all statements, as on SQLite
		opts.Isolation = sql.LevelRepeatableRead
	}
	stx, err := d.write.BeginTx(ctx, opts)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	// Also after a panic in fn; after a commit it does nothing.
	defer func() { _ = stx.Rollback() }()
	tx := d.newTx(o, stx)
	if err := tx.enter(ctx, o); err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		return err
	}
	if err := stx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// enter takes the role and tenant of the scope for this transaction only.
func (tx *Tx) enter(ctx context.Context, o runOpts) error {
	role, tenant, tenants := "frostgate_system", "", ""
	switch o.scope {
	case scopeTenant:
		role, tenant = "frostgate_app", string(o.tenants[0])
	case scopeTenants:
		names := make([]string, len(o.tenants))
		for i, t := range o.tenants {
			names[i] = string(t)
		}
		role, tenants = "frostgate_sequencer", strings.Join(names, ",")
	}
	_, err := tx.q.ExecContext(ctx,
		"SELECT set_config('frostgate.tenant', $1, true), set_config('frostgate.tenants', $2, true), set_config('role', $3, true)",
		tenant, tenants, role)
	if err != nil {
		return fmt.Errorf("enter role %s: %w", role, err)
	}
	return nil
}

// Exec runs a statement and returns how many rows it touched.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if err := tx.guard(query, args); err != nil {
		return 0, err
	}
	res, err := tx.q.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Query runs a query; the caller closes the rows (see also ForEach).
func (tx *Tx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := tx.guard(query, args); err != nil {
		return nil, err
	}
	return tx.q.QueryContext(ctx, query, args...)
}

// Scanner reads the columns of the current row.
type Scanner interface{ Scan(dest ...any) error }

// ForEach runs a query and calls fn for each row.
func (tx *Tx) ForEach(ctx context.Context, query string, args []any, fn func(Scanner) error) error {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Get runs a query for one row and scans it; found is false when there is none.
func (tx *Tx) Get(ctx context.Context, query string, args []any, dest ...any) (found bool, err error) {
	err = tx.ForEach(ctx, query, args, func(s Scanner) error {
		if found {
			return errors.New("db: more than one row")
		}
		found = true
		return s.Scan(dest...)
	})
	return found, err
}

// guard refuses a statement that could leave the tenant: in a tenant
// transaction every text names tenant_id and every argument list carries the
// tenant. PostgreSQL's row-level security is the second wall behind it.
func (tx *Tx) guard(query string, args []any) error {
	if tx.scope != scopeTenant {
		return nil
	}
	if !strings.Contains(query, "tenant_id") {
		return fmt.Errorf("db: unscoped statement in a tenant transaction: %.80q", query)
	}
	if !slices.ContainsFunc(args, func(a any) bool {
		switch v := a.(type) {
		case string:
			return v == string(tx.Tenant)
		case domain.TenantID:
			return v == tx.Tenant
		}
		return false
	}) {
		return fmt.Errorf("db: statement without its tenant in a tenant transaction: %.80q", query)
	}
	return nil
}

// KeyTenant returns the tenant that an API key belongs to, empty if there is
// no such key: the one look-up that happens before a tenant is known.
func (d *DB) KeyTenant(ctx context.Context, key domain.KeyID) (domain.TenantID, error) {
	query := "SELECT tenant_id FROM api_key WHERE key_id = $1"
	if d.Engine == Postgres {
		query = "SELECT frostgate_key_tenant($1)"
	}
	var tenant domain.TenantID
	err := d.run(ctx, runOpts{scope: scopeSystem, read: true}, func(tx *Tx) error {
		_, err := tx.Get(ctx, query, []any{key}, &tenant)
		return err
	})
	return tenant, err
}
