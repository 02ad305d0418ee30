package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"frostgate.io/frostgate/internal/fault"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// classify gives storage failures that a caller can do something about a code:
// a full disk, an I/O error or a lost connection is Unavailable (503, try
// again); everything else passes unchanged.
func (d *DB) classify(err error) error {
	var f *fault.Error
	if err == nil || errors.As(err, &f) || !storageDown(err) {
		return err // what has a code is no storage failure, whatever caused it
	}
	return fault.Wrap(fault.Unavailable, err, "storage does not take it at the moment: send it again, what was recorded is recognised")
}

func storageDown(err error) bool {
	var se *sqlite.Error
	if errors.As(err, &se) {
		switch se.Code() & 0xff {
		case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN,
			sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM:
			return true
		}
		return false
	}
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		// Class 08 connection, 53 resources (53100 disk full), 57 operator, 58 system.
		for _, class := range []string{"08", "53", "57", "58"} {
			if strings.HasPrefix(pe.Code, class) {
				return true
			}
		}
		return false
	}
	// A connection that broke under a statement or a commit.
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || pgconn.SafeToRetry(err) {
		return true
	}
	var ne net.Error
	var ce *pgconn.ConnectError
	return errors.As(err, &ce) || (errors.As(err, &ne) && !errors.Is(err, context.DeadlineExceeded))
}

// IsDuplicate tells whether a unique or primary key refused a row.
func IsDuplicate(err error) bool {
	var se *sqlite.Error
	if errors.As(err, &se) {
		return se.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || se.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	var pe *pgconn.PgError
	return errors.As(err, &pe) && pe.Code == "23505"
}
