package decision

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/sigma/correlate"
)

const (
	selectMark    = `SELECT idx FROM window_mark WHERE tenant_id = $1`
	upsertMark    = `INSERT INTO window_mark (tenant_id, idx) VALUES ($1, $2) ON CONFLICT (tenant_id) DO UPDATE SET idx = excluded.idx`
	selectMoved   = `SELECT windows FROM decision WHERE tenant_id = $1 AND idx >= $2 AND length(windows) > 0 ORDER BY idx`
	deleteWindows = `DELETE FROM window_state WHERE tenant_id = $1 AND (used < $2 OR (until > 0 AND until <= $3))`
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
	states map[correlate.Key]string
}

type movedWindows struct {
	states  map[correlate.Key]string
	next    int64 // index after the batch's last decision of the tenant
	evicted correlate.Eviction
	flushed bool
}

func newWindowRows(d *db.DB) *windowRows {
	return &windowRows{
		db: d, dirty: make(map[domain.TenantID]*dirtyWindows), moved: make(map[domain.TenantID]*movedWindows),
		rows: db.NewBulk("window_state",
			db.Column{Name: "tenant_id", Type: db.Text}, db.Column{Name: "mac", Type: db.Blob}, db.Column{Name: "events", Type: db.Int},
			db.Column{Name: "since", Type: db.Int}, db.Column{Name: "used", Type: db.Int}, db.Column{Name: "until", Type: db.Int},
			db.Column{Name: "state", Type: db.Blob}).
			OnConflict("(tenant_id, mac) DO UPDATE SET events = excluded.events, since = excluded.since, used = excluded.used, until = excluded.until, state = excluded.state"),
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
		m = &movedWindows{states: make(map[correlate.Key]string)}
		w.moved[r.Tenant] = m
	}
	for _, u := range r.windows {
		m.states[u.Key] = u.State
	}
	m.next = int64(r.Index) + 1
	m.evicted.Before, m.evicted.Expired = max(m.evicted.Before, r.evicted.Before), max(m.evicted.Expired, r.evicted.Expired)
	return nil
}

// load reads what an earlier process, or a batch that failed, left behind.
func (w *windowRows) load(tenant domain.TenantID) (*dirtyWindows, error) {
	d := &dirtyWindows{states: make(map[correlate.Key]string)}
	ctx := context.Background() // of the batch, not of one request
	err := w.db.InReadTx(ctx, tenant, func(tx *db.Tx) (err error) {
		d.mark, err = movedSinceMark(ctx, tx, tenant, func(u detect.Move) { d.states[u.Key] = u.State })
		return err
	})
	return d, err
}

// movedSinceMark gives, in log order, the windows that decisions moved since the
// last flush.
func movedSinceMark(ctx context.Context, tx *db.Tx, tenant domain.TenantID, each func(detect.Move)) (mark int64, err error) {
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
		d := w.dirty[tenant]
		if e := m.evicted; e.Before > 0 || e.Expired > 0 {
			if _, err := tx.Exec(ctx, deleteWindows, tenant, e.Before, e.Expired); err != nil {
				return fmt.Errorf("forget windows: %w", err)
			}
		}
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
	for _, key := range slices.SortedFunc(maps.Keys(all), func(a, b correlate.Key) int { return bytes.Compare(a[:], b[:]) }) {
		st := all[key]
		w.rows.Text(0, string(tenant))
		w.rows.Blob(1, key[:])
		w.rows.Int(2, 0) // events and since are of rows that came before state
		w.rows.Int(3, 0)
		w.rows.Int(4, correlate.Used(st))
		w.rows.Int(5, correlate.Until(st))
		w.rows.Blob(6, []byte(st))
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
			maps.DeleteFunc(d.states, func(_ correlate.Key, s string) bool { return m.evicted.Forget(s) })
			maps.Copy(d.states, m.states)
		}
	}
	clear(w.moved)
}

const (
	// countSize is the length of one update as they were written when all windows
	// were counts: key, count, since, used.
	countSize = len(correlate.Key{}) + 3*8
	// statesMark, with 0 or 1 bytes of padding told by its last bit, ends what is
	// written now. The padding keeps its length from being a multiple of countSize.
	statesMark = 0x20
)

func encodeWindows(moves []detect.Move) []byte {
	if len(moves) == 0 {
		return []byte{}
	}
	size := 2
	for i := range moves {
		size += len(correlate.Key{}) + 2 + len(moves[i].State)
	}
	b := make([]byte, 0, size)
	for i := range moves {
		b = append(b, moves[i].Key[:]...)
		b = binary.AppendUvarint(b, uint64(len(moves[i].State)))
		b = append(b, moves[i].State...)
	}
	if (len(b)+1)%countSize == 0 {
		return append(b, 0, statesMark|1)
	}
	return append(b, statesMark)
}

func decodeWindows(b []byte, each func(detect.Move)) error {
	if len(b)%countSize == 0 {
		return decodeCounts(b, each)
	}
	fail := fmt.Errorf("windows of a decision: %d bytes can't be read", len(b))
	mark := b[len(b)-1]
	if mark&^1 != statesMark || len(b) < 1+int(mark&1) {
		return fail
	}
	for b = b[:len(b)-1-int(mark&1)]; len(b) > 0; {
		var m detect.Move
		if len(b) < len(m.Key) {
			return fail
		}
		m.Key = correlate.Key(b[:len(m.Key)])
		b = b[len(m.Key):]
		n, used := binary.Uvarint(b)
		if used <= 0 || n > uint64(len(b)-used) {
			return fail
		}
		m.State = string(b[used : used+int(n)])
		b = b[used+int(n):]
		if err := correlate.Valid(m.State); err != nil {
			return fail
		}
		each(m)
	}
	return nil
}

func decodeCounts(b []byte, each func(detect.Move)) error {
	for ; len(b) > 0; b = b[countSize:] {
		n := b[len(correlate.Key{}):]
		each(detect.Move{
			Key: correlate.Key(b[:len(correlate.Key{})]),

			State: oldCount(int64(binary.BigEndian.Uint64(n)), int64(binary.BigEndian.Uint64(n[8:])), int64(binary.BigEndian.Uint64(n[16:]))),
		})
	}
	return nil
}

// oldCount is the state of a window that was stored as a count. Nothing says how
// long its span was: it is kept as long as the longest.
func oldCount(n, since, used int64) string {
	return correlate.Counted(&correlate.Machine{Kind: correlate.Count, Span: detect.MaxSpan}, n, since, used)
}
