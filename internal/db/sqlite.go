package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
)

// sqliteConn is one connection with its prepared statements: the driver has no
// statement cache of its own, and preparing costs more than a small statement.
// It is used by one goroutine at a time.
type sqliteConn struct {
	pool  *sql.DB
	conn  *sql.Conn // nil until first use and after a failed commit
	stmts map[string]*sql.Stmt
}

// maxStmts bounds the statements of a connection: queries are constants of the
// features, apart from list filters, which have a handful of shapes each.
const maxStmts = 512

func newSQLiteConn(pool *sql.DB) *sqliteConn { return &sqliteConn{pool: pool} }

// run executes fn between begin and commit. A failed commit or rollback closes
// the connection: what SQLite's page cache holds after an I/O error is not to
// be trusted, so the next transaction starts from the file.
func (c *sqliteConn) run(ctx context.Context, begin string, tx *Tx, fn func(*Tx) error) (err error) {
	if c.conn == nil {
		if c.conn, err = c.pool.Conn(ctx); err != nil {
			return fmt.Errorf("connect: %w", err)
		}
		c.stmts = make(map[string]*sql.Stmt)
	}
	if _, err := c.ExecContext(ctx, begin); err != nil {
		return errors.Join(fmt.Errorf("begin: %w", err), c.discard())
	}
	committed := false
	defer func() {
		if committed {
			return
		}
		if _, rerr := c.ExecContext(context.WithoutCancel(ctx), "ROLLBACK"); rerr != nil {
			err = errors.Join(err, c.discard())
		}
	}()
	if err := fn(tx); err != nil {
		return err
	}
	if _, err := c.ExecContext(ctx, "COMMIT"); err != nil {
		committed = true // nothing left to roll back once the connection is gone
		return errors.Join(fmt.Errorf("commit: %w", err), c.discard())
	}
	committed = true
	return nil
}

// ExecContext runs a statement through the statement cache.
func (c *sqliteConn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	st, err := c.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(ctx, args...)
}

// QueryContext runs a query through the statement cache.
func (c *sqliteConn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	st, err := c.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

func (c *sqliteConn) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if st, ok := c.stmts[query]; ok {
		return st, nil
	}
	if len(c.stmts) >= maxStmts {
		for q, st := range c.stmts {
			delete(c.stmts, q)
			if err := st.Close(); err != nil {
				return nil, err
			}
			break
		}
	}
	st, err := c.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	c.stmts[query] = st
	return st, nil
}

// discard closes the connection for good instead of giving it back to the pool.
func (c *sqliteConn) discard() error {
	err := c.closeStmts()
	if c.conn != nil {
		_ = c.conn.Raw(func(any) error { return driver.ErrBadConn })
		_ = c.conn.Close() // reports ErrConnDone after ErrBadConn: already gone
		c.conn = nil
	}
	return err
}

func (c *sqliteConn) closeStmts() error {
	var err error
	for _, st := range c.stmts {
		err = errors.Join(err, st.Close())
	}
	c.stmts = nil
	return err
}

func (c *sqliteConn) close() error {
	err := c.closeStmts()
	if c.conn != nil {
		err = errors.Join(err, c.conn.Close())
		c.conn = nil
	}
	return err
}
