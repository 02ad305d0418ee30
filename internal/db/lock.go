package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"frostgate.io/frostgate/internal/fault"
)

// serverLock keeps a second server off the same store: an flock beside the
// SQLite file, a session advisory lock on PostgreSQL. Both vanish with the
// process, however it dies.
type serverLock struct {
	file *os.File
	conn *sql.Conn
}

// advisoryKey is the PostgreSQL advisory lock of the one server of a store.
const advisoryKey = 0x66726f7374 // "frost"

// LockServer claims the store for this process, or says that another server
// holds it (fault.Conflict).
func (d *DB) LockServer(ctx context.Context) error {
	taken := fault.New(fault.Conflict, "another server is running on this store; stop it or choose another --data-dir or --database")
	if d.Engine == SQLite {
		f, err := os.OpenFile(d.path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return fmt.Errorf("open server lock: %w", err)
		}
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
			return errors.Join(taken, f.Close())
		}
		d.lock.file = f
		return nil
	}
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return fmt.Errorf("server lock: %w", err)
	}
	var ok bool
	if err := conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", int64(advisoryKey)).Scan(&ok); err != nil {
		return errors.Join(fmt.Errorf("server lock: %w", err), conn.Close())
	}
	if !ok {
		return errors.Join(taken, conn.Close())
	}
	d.lock.conn = conn
	return nil
}

// keepLock takes the lock again when the database session that held it has
// died, and ends the server when another one was faster.
func (d *DB) keepLock(ctx context.Context) error {
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if d.lock.conn == nil || d.lock.conn.PingContext(ctx) == nil {
			continue
		}
		lost := d.lock.conn
		d.lock.conn = nil
		_ = lost.Raw(func(any) error { return driver.ErrBadConn })
		_ = lost.Close() // the session is gone
		for d.lock.conn == nil {
			err := d.LockServer(ctx)
			var f *fault.Error
			if errors.As(err, &f) && f.Code == fault.Conflict {
				return err
			}
			if err != nil {
				select {
				case <-ctx.Done():
					return nil
				case <-tick.C: // the database is still away
				}
			}
		}
	}
}

func (l *serverLock) release() error {
	var err error
	if l.file != nil {
		err = l.file.Close()
	}
	if l.conn != nil {
		_, uerr := l.conn.ExecContext(context.Background(), "SELECT pg_advisory_unlock($1)", int64(advisoryKey))
		err = errors.Join(err, uerr, l.conn.Close())
	}
	*l = serverLock{}
	return err
}
