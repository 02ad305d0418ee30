package drift

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

const (
	// The bounds of a batch, in changes; between them it takes what fits into
	// batchTime: decisions wait for the transaction that a batch is written in.
	// Nobody waits while nothing is decided: there small batches only cost.
	leastBatch, mostBatch = 8, 512
	quietBatch            = 64
	batchTime             = 8 * time.Millisecond
	// maxBatchBytes bounds the values of a batch in memory.
	maxBatchBytes = 1 << 20
	// writeTries is how often a batch is tried again while people triage the same
	// findings.
	writeTries = 10
)

// objectChanges are all changes of one object.
type objectChanges struct {
	objectKey
	changes []observed
}

// batch is what one transaction writes.
type batch struct {
	objects []objectChanges
	changes int
	bytes   int
	done    int64 // objects up to and with this batch
}

// batcher gathers changes, which come object by object, into batches. The
// comparing goroutine owns all but batches and size.
type batcher struct {
	ctx     context.Context
	batches chan *batch
	size    atomic.Int64
	steady  bool // the size stays
	now     *batch
	objects int64 // that came so far
	skip    int64 // are written already
}

func newBatcher(ctx context.Context, engine db.Engine, done int64, fixed bool) *batcher {
	b := &batcher{ctx: ctx, batches: make(chan *batch, 2), now: &batch{}}
	if !fixed { // there, what was written can be looked at again
		b.skip = done
	}
	b.size.Store(4 * leastBatch)
	if engine == db.Postgres { // there, nobody waits for another's transaction
		b.size.Store(mostBatch)
		b.steady = true
	}
	return b
}

func (b *batcher) add(o observed) error {
	key := objectKey{o.Type, o.Change.ID}
	last := len(b.now.objects) - 1
	if last < 0 || b.now.objects[last].objectKey != key {
		if b.now.changes >= int(b.size.Load()) || b.now.bytes > maxBatchBytes {
			if err := b.flush(); err != nil {
				return err
			}
		}
		b.objects++
		b.now.objects = append(b.now.objects, objectChanges{objectKey: key})
		last = len(b.now.objects) - 1
	}
	b.now.done = b.objects
	at := &b.now.objects[last]
	at.changes = append(at.changes, o)
	b.now.changes++
	b.now.bytes += len(o.From) + len(o.To)
	return nil
}

// flush hands the batch on, without what is written already.
func (b *batcher) flush() error {
	full := b.now
	b.now = &batch{}
	before := full.done - int64(len(full.objects))
	if written := min(b.skip-before, int64(len(full.objects))); written > 0 {
		full.objects = full.objects[written:]
	}
	if len(full.objects) == 0 {
		return b.ctx.Err()
	}
	select {
	case b.batches <- full:
		return nil
	case <-b.ctx.Done():
		return b.ctx.Err()
	}
}

// took sets the size of batches to come by how long one took.
func (b *batcher) took(changes int, d time.Duration, live bool) {
	least := int64(quietBatch)
	if live {
		least = leastBatch
	}
	switch size := b.size.Load(); {
	case b.steady:
	case d > batchTime:
		b.size.Store(max(size/2, least))
	case d < batchTime/2 && int64(changes) >= size:
		b.size.Store(min(size*2, mostBatch))
	}
}

// errMoved: a finding is no longer in the version that was read.
var errMoved = errors.New("drift: a finding was changed meanwhile")

// write applies a batch to the findings of its objects, in one transaction with
// how far the comparison has come.
func (c *comparing) write(ctx context.Context, b *batch) error {
	return c.tried(ctx, func(tx *db.Tx) (moves, error) {
		known, err := c.known(ctx, tx, b)
		if err != nil {
			return moves{}, err
		}
		var out outcome
		for i := range b.objects {
			o := &b.objects[i]
			c.obs.object(known[o.objectKey], o.changes, tx.Now, &out)
		}
		return out.moves, c.store(ctx, tx, &out, b.done)
	}, func(d time.Duration) { c.out.took(b.changes, d, c.s.Log.Live()) })
}

// tried runs fn in a transaction of its own, again while people change the same
// findings.
func (c *comparing) tried(ctx context.Context, fn func(*db.Tx) (moves, error), took func(time.Duration)) error {
	for range writeTries {
		var n moves
		var spent time.Duration
		unlock := c.s.rows.lock(string(c.tenant))
		err := c.s.DB.InTx(ctx, c.tenant, func(tx *db.Tx) (err error) {
			start := clock.Monotonic()
			n, err = fn(tx)
			spent = clock.Monotonic().Sub(start)
			return err
		})
		unlock()
		if errors.Is(err, errMoved) {
			continue
		}
		if err == nil {
			took(spent)
			c.row.moves.add(n)
			c.s.rest(spent)
		}
		return err
	}
	return fault.New(fault.Busy, "the findings of a comparison change all the time; it goes on later")
}

// store writes an outcome, and how far the comparison has come.
func (c *comparing) store(ctx context.Context, tx *db.Tx, out *outcome, done int64) error {
	if len(out.rows) > 0 {
		ok, err := c.w.write(ctx, tx, c.tenant, out.rows, out.events)
		if err != nil {
			return err
		}
		if !ok {
			return errMoved
		}
	}
	n := c.row.moves
	n.add(out.moves)
	c.row.done = max(c.row.done, done)
	_, err := tx.Exec(ctx, progressComparison, c.tenant, c.row.ID, c.row.done, n.New, n.Reopened, n.Resolved, n.Accepted)
	return err
}

func (m *moves) add(n moves) {
	m.New += n.New
	m.Reopened += n.Reopened
	m.Resolved += n.Resolved
	m.Accepted += n.Accepted
}

// known reads the findings that this baseline has of the batch's objects.
func (c *comparing) known(ctx context.Context, tx *db.Tx, b *batch) (map[objectKey][]*stored, error) {
	ids := make([]string, len(b.objects))
	for i := range b.objects {
		ids[i] = clean(b.objects[i].id)
	}
	out := map[objectKey][]*stored{}
	err := findingsOf(ctx, tx, c.tenant, ids, func(f *stored) error {
		if f.Baseline == c.base.ID {
			key := objectKey{f.Type, f.Change.ID}
			out[key] = append(out[key], f)
		}
		return nil
	})
	return out, err
}

// absent deals with open findings that the comparison does not speak of. Those
// of a fixed baseline are resolved if it proves them to be gone. Those of the
// last run stay: no news is no change. Where runs lie between this one and what
// it was compared with, no news means that all is as it was there: what they
// found is gone, and what they resolved is there.
func (c *comparing) absent(ctx context.Context) error {
	found, err := c.silent(ctx)
	if err != nil {
		return err
	}
	e := evReturned
	if c.edited {
		e = evBaseline
	}
	step := func(e event) func(*stored, domain.Micros, *outcome) {
		return func(f *stored, now domain.Micros, out *outcome) { c.obs.step(f, e, now, out) }
	}
	if err := c.each(ctx, found.resolve, step(e)); err != nil {
		return err
	}
	if err := c.each(ctx, found.away, step(evAway)); err != nil {
		return err
	}
	if err := c.each(ctx, found.restore, func(f *stored, now domain.Micros, out *outcome) {
		if f.was == Accepted && f.Until <= now {
			c.obs.step(f, evSeen, now, out)
		} else {
			c.obs.step(f, evBack, now, out)
		}
	}); err != nil {
		return err
	}
	return c.each(ctx, found.doubt, func(f *stored, now domain.Micros, out *outcome) {
		if f.open() && !f.Unverified {
			f.Unverified = true
			out.touch(f, now)
		}
	})
}

// absentSize is how many findings one transaction moves.
const absentSize = 64

func (c *comparing) each(ctx context.Context, ids []FindingID, move func(*stored, domain.Micros, *outcome)) error {
	for len(ids) > 0 {
		some := ids[:min(len(ids), absentSize)]
		ids = ids[len(some):]
		err := c.tried(ctx, func(tx *db.Tx) (moves, error) {
			rows, err := findingsByID(ctx, tx, c.tenant, some)
			if err != nil {
				return moves{}, err
			}
			var out outcome
			for _, f := range rows {
				move(f, tx.Now, &out)
			}
			return out.moves, c.store(ctx, tx, &out, 0)
		}, func(time.Duration) {})
		if err != nil {
			return fmt.Errorf("move findings that are not seen: %w", err)
		}
	}
	return nil
}
