package inventory

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

// pace sizes transactions so that each holds the writer for a few milliseconds:
// a decision that comes meanwhile waits no longer than that. On PostgreSQL it
// does not wait at all, and only what a commit costs counts. One goroutine uses
// it.
type pace struct {
	rows, least, most int
	goal              time.Duration
}

func (s *Service) newPace(most int) pace {
	if s.DB.Engine == db.Postgres {
		return pace{rows: 256, least: 64, most: most, goal: 40 * time.Millisecond}
	}
	return pace{rows: 64, least: 24, most: most, goal: 8 * time.Millisecond}
}

func (p *pace) took(d, goal time.Duration, rows int) {
	switch {
	case d > goal:
		p.rows = max(p.least, min(p.rows, rows)*2/3)
	case d < goal/2 && rows >= p.rows:
		p.rows = min(p.most, p.rows+p.rows/4+1)
	}
}

// write runs a transaction that writes some rows. While live decisions come in,
// it takes a shorter turn and then leaves the machine to them for as long as the
// turn took.
func (s *Service) write(ctx context.Context, tenant domain.TenantID, p *pace, rows int, fn func(tx *db.Tx) error) error {
	var start time.Time // without the wait for others
	err := s.DB.InTx(ctx, tenant, func(tx *db.Tx) error {
		start = clock.Monotonic()
		return fn(tx)
	})
	if err != nil {
		return err
	}
	d := clock.Monotonic().Sub(start)
	if !s.Log.Live() {
		p.took(d, p.goal, rows)
		return nil
	}
	p.took(d, p.goal/2, rows)
	if s.DB.Engine == db.Postgres {
		d *= 2 // its work goes on after the commit
	}
	time.Sleep(min(d, 4*p.goal))
	return nil
}

// rest is what a run that needs no writing does between its batches while live
// decisions come in.
func (s *Service) rest() {
	if s.Log.Live() {
		time.Sleep(time.Millisecond)
	}
}

// partWriter stores the contents and chunks of one run, those that the tenant
// may not have yet, beside the work of finding them. add and flush are for one
// goroutine.
type partWriter struct {
	svc    *Service
	tenant domain.TenantID
	seq    int64
	fresh  hashSet // of this run, on their way or stored

	open    *parts
	free    chan *parts
	full    chan *parts
	wg      sync.WaitGroup
	mu      sync.Mutex
	fail    error
	pending sync.WaitGroup
}

// parts is a batch on its way to the store.
type parts struct {
	rows []part
	text []byte
}

type part struct {
	hash     manifest.Hash
	from, to int
}

// partsBytes is what one batch holds; the writer may cut it into several
// transactions.
const partsBytes = 512 << 10

// bodyPlain is the first byte of a stored body that is kept as it is.
const bodyPlain = 0

func (s *Service) newPartWriter(tenant domain.TenantID, seq int64) *partWriter {
	w := &partWriter{
		svc: s, tenant: tenant, seq: seq,
		free: make(chan *parts, 3), full: make(chan *parts, 2),
	}
	for range cap(w.free) {
		w.free <- &parts{text: make([]byte, 0, partsBytes)}
	}
	w.wg.Go(w.run)
	return w
}

// add takes a part; it copies the bytes.
func (w *partWriter) add(h manifest.Hash, body []byte) error {
	if !w.fresh.add(h) {
		return nil
	}
	if w.open != nil && len(w.open.text)+len(body)+1 > partsBytes {
		w.send()
	}
	if w.open == nil {
		w.open = <-w.free
	}
	from := len(w.open.text)
	w.open.text = append(append(w.open.text, bodyPlain), body...)
	w.open.rows = append(w.open.rows, part{hash: h, from: from, to: len(w.open.text)})
	return w.failure()
}

func (w *partWriter) send() {
	w.pending.Add(1)
	w.full <- w.open
	w.open = nil
}

// flush waits until all that was added is durable.
func (w *partWriter) flush() error {
	if w.open != nil {
		w.send()
	}
	w.pending.Wait()
	return w.failure()
}

// close ends the writer; what was not flushed may be lost.
func (w *partWriter) close() {
	close(w.full)
	w.wg.Wait()
}

func (w *partWriter) failure() error { w.mu.Lock(); defer w.mu.Unlock(); return w.fail }

func (w *partWriter) run() {
	// The rows must become durable, or the run fails: nobody's patience decides.
	ctx := context.Background()
	p := w.svc.newPace(1024)
	bulk := db.NewBulk("inventory_part",
		db.Column{Name: "tenant_id", Type: db.Text}, db.Column{Name: "hash", Type: db.Blob},
		db.Column{Name: "run_seq", Type: db.Int}, db.Column{Name: "body", Type: db.Blob},
	// What stands under a hash and is something else was damaged: this is right.
	).OnConflict("(tenant_id, hash) DO UPDATE SET body = excluded.body WHERE inventory_part.body <> excluded.body")
	for b := range w.full {
		if w.failure() == nil {
			if err := w.store(ctx, &p, bulk, b); err != nil {
				w.mu.Lock()
				w.fail = err
				w.mu.Unlock()
			}
		}
		if cap(b.text) > 2*partsBytes { // one large object
			b.text = make([]byte, 0, partsBytes)
		}
		b.rows, b.text = b.rows[:0], b.text[:0]
		w.free <- b
		w.pending.Done()
	}
}

// store writes a batch in transactions of bounded length. In order of their
// hashes two runs never wait for each other's rows in a circle.
func (w *partWriter) store(ctx context.Context, p *pace, bulk *db.Bulk, b *parts) error {
	slices.SortFunc(b.rows, func(x, y part) int { return bytes.Compare(x.hash[:], y.hash[:]) })
	for rest := b.rows; len(rest) > 0; {
		n := min(len(rest), p.rows)
		bulk.Reset()
		for i := range rest[:n] {
			r := &rest[i]
			bulk.Text(0, string(w.tenant))
			bulk.Blob(1, r.hash[:])
			bulk.Int(2, w.seq)
			bulk.Blob(3, b.text[r.from:r.to])
		}
		err := w.svc.write(ctx, w.tenant, p, n, func(tx *db.Tx) error { return tx.Insert(ctx, bulk) })
		if err != nil {
			return err
		}
		rest = rest[n:]
	}
	return nil
}
