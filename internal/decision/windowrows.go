package decision

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
)

const (
	selectMark    = `SELECT idx FROM window_mark WHERE tenant_id = $1`
	upsertMark    = `INSERT INTO window_mark (tenant_id, idx) VALUES ($1, $2) ON CONFLICT (tenant_id) DO UPDATE SET idx = excluded.idx`
	selectMoved   = `SELECT windows FROM decision WHERE tenant_id = $1 AND idx >= $2 AND length(windows) > 0 ORDER BY idx`
	deleteWindows = `DELETE FROM window_state WHERE tenant_id = $1 AND used < $2`
)

// flushEvery is how many decisions a tenant's windows may be behind in the
// window_state table: what a restart reads from decision rows. Windows are keyed
// by HMACs, so storing each one with its decision would touch another page for
// each; collected and sorted, a page is written once.
const flushEvery = 4096

// windowRows stores window states behind the decisions that moved them. The
// sequencer's goroutine owns it.
type windowRows struct {
	db   *db.DB
	rows *db.Bulk
	// dirty is committed and not in window_state yet; moved is the batch's.
	dirty map[domain.TenantID]*dirtyWindows
	moved map[domain.TenantID]*movedWindows
}

type dirtyWindows struct {
	mark   int64 // index up to which window_state is complete
	states map[evidence.MAC]windowState
}

type movedWindows struct {
	states  map[evidence.MAC]windowState
	next    int64 // index after the batch's last decision of the tenant
	cut     domain.Micros
	flushed bool
}

func newWindowRows(d *db.DB) *windowRows {
	return &windowRows{
		db: d, dirty: make(map[domain.TenantID]*dirtyWindows), moved: make(map[domain.TenantID]*movedWindows),
		rows: db.NewBulk("window_state",
			db.Column{Name: "tenant_id", Type: db.Text}, db.Column{Name: "mac", Type: db.Blob}, db.Column{Name: "events", Type: db.Int},
			db.Column{Name: "since", Type: db.Int}, db.Column{Name: "used", Type: db.Int}).
			OnConflict("(tenant_id, mac) DO UPDATE SET events = excluded.events, since = excluded.since, used = excluded.used"),
	}
}

// add takes a decision's windows, in log order.
func (w *windowRows) add(r *record) error {
	if w.dirty[r.Tenant] == nil {
		d, err := w.load(r.Tenant)
		if err != nil {
			return err
		}
		w.dirty[r.Tenant] = d
	}
	m := w.moved[r.Tenant]
	if m == nil {
		m = &movedWindows{states: make(map[evidence.MAC]windowState)}
		w.moved[r.Tenant] = m
	}
	for _, u := range r.windows {
		m.states[u.key] = u.state
	}
	m.next, m.cut = int64(r.Index)+1, max(m.cut, r.forgotten)
	return nil
}

// load reads what an earlier process, or a batch that failed, left behind.
func (w *windowRows) load(tenant domain.TenantID) (*dirtyWindows, error) {
	d := &dirtyWindows{states: make(map[evidence.MAC]windowState)}
	ctx := context.Background() // of the batch, not of one request
	err := w.db.InReadTx(ctx, tenant, func(tx *db.Tx) (err error) {
		d.mark, err = movedSinceMark(ctx, tx, tenant, func(u windowUpdate) { d.states[u.key] = u.state })
		return err
	})
	return d, err
}

// movedSinceMark gives, in log order, the windows that decisions moved since the
// last flush.
func movedSinceMark(ctx context.Context, tx *db.Tx, tenant domain.TenantID, each func(windowUpdate)) (mark int64, err error) {
	if _, err := tx.Get(ctx, selectMark, []any{tenant}, &mark); err != nil {
		return 0, err
	}
	err = tx.ForEach(ctx, selectMoved, []any{tenant, mark}, func(sc db.Scanner) error {
		var b []byte
		if err := sc.Scan(&b); err != nil {
			return err
		}
		return decodeWindows(b, each)
	})
	return mark, err
}

// write flushes the tenants that are far enough behind.
func (w *windowRows) write(ctx context.Context, tx *db.Tx) error {
	for tenant, m := range w.moved { // order does not show: each tenant has its own rows
		if m.cut > 0 {
			if _, err := tx.Exec(ctx, deleteWindows, tenant, m.cut); err != nil {
				return fmt.Errorf("forget windows: %w", err)
			}
		}
		d := w.dirty[tenant]
		if m.next-d.mark < flushEvery {
			continue
		}
		if err := w.flush(ctx, tx, tenant, d, m); err != nil {
			return fmt.Errorf("store windows: %w", err)
		}
		m.flushed = true
	}
	return nil
}

func (w *windowRows) flush(ctx context.Context, tx *db.Tx, tenant domain.TenantID, d *dirtyWindows, m *movedWindows) error {
	all := maps.Clone(d.states)
	maps.Copy(all, m.states)
	w.rows.Reset()
	for _, key := range slices.SortedFunc(maps.Keys(all), func(a, b evidence.MAC) int { return bytes.Compare(a[:], b[:]) }) {
		st := all[key]
		w.rows.Text(0, string(tenant))
		w.rows.Blob(1, key[:])
		w.rows.Int(2, st.count)
		w.rows.Int(3, int64(st.since))
		w.rows.Int(4, int64(st.used))
	}
	if err := tx.Insert(ctx, w.rows); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, upsertMark, tenant, m.next)
	return err
}

// reset ends the batch. After a failed one the tenants' states are read again.
func (w *windowRows) reset(committed bool) {
	for tenant, m := range w.moved {
		switch d := w.dirty[tenant]; {
		case !committed:
			delete(w.dirty, tenant)
		case m.flushed:
			d.mark = m.next
			clear(d.states)
		default:
			maps.Copy(d.states, m.states)
		}
	}
	clear(w.moved)
}

// windowSize is the length of one encoded update: key, count, since, used.
const windowSize = evidence.MACSize + 3*8

func encodeWindows(us []windowUpdate) []byte {
	b := make([]byte, 0, len(us)*windowSize)
	for i := range us {
		b = append(b, us[i].key[:]...)
		b = binary.BigEndian.AppendUint64(b, uint64(us[i].state.count))
		b = binary.BigEndian.AppendUint64(b, uint64(us[i].state.since))
		b = binary.BigEndian.AppendUint64(b, uint64(us[i].state.used))
	}
	return b
}

func decodeWindows(b []byte, each func(windowUpdate)) error {
	if len(b)%windowSize != 0 {
		return fmt.Errorf("windows of a decision: %d bytes", len(b))
	}
	for ; len(b) > 0; b = b[windowSize:] {
		u := windowUpdate{key: evidence.MAC(b[:evidence.MACSize])}
		n := b[evidence.MACSize:]
		u.state.count = int64(binary.BigEndian.Uint64(n))
		u.state.since = domain.Micros(binary.BigEndian.Uint64(n[8:]))
		u.state.used = domain.Micros(binary.BigEndian.Uint64(n[16:]))
		each(u)
	}
	return nil
}
