package inventory

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// keeper decides what becomes of contents. has must be safe for several
// goroutines; nil: nothing is there yet. keep is called on one, with bytes that
// it may not hold on to.
type keeper struct {
	has  func(manifest.Hash) bool
	keep func(manifest.Hash, []byte) error
	rest func() // between batches; nil: no rest
	// big is held while a big record is worked on: there is one at a time in the
	// whole process, whoever sends them.
	big chan struct{}
}

// pipe normalises on several goroutines and counts in the order in which things
// came in:
//
//	caller -> work -> workers -> (waits in order) -> counter
//
// All its queues are bounded: who is faster waits.
type pipe struct {
	done  <-chan struct{}
	cause func() error
	tally *tally
	keep  keeper
	heard func(place, kind, id string) // nil: nobody

	batch *batch
	work  chan *batch // to whichever worker is free
	order chan *batch // to the counter
	free  chan *batch
	wg    sync.WaitGroup

	mu   sync.Mutex
	fail error // the first
}

// Sizes of a batch: enough that handing it over costs nothing beside the work.
const (
	batchItems = 64
	batchBytes = 256 << 10
)

// Bounds of what one record may take. What is made of it is many times as large
// as itself, so big ones wait for each other, and small ones hold few objects.
const (
	bigRecord       = 1 << 20
	maxRecordItems  = 20_000
	maxBigItems     = 200_000
	tooManyInRecord = "more than %d objects in one document: send them as lines"
)

// batch is what one worker takes at a time.
type batch struct {
	items []item
	raw   []byte // what items point into; it never grows beyond its capacity
	out   []result
	canon []byte
	ready chan struct{} // capacity 1
	big   bool          // it holds keeper.big, and is not used again
}

// itemKind says what an item is.
type itemKind uint8

const (
	aRecord itemKind = iota
	aLine            // of NDJSON, not parsed yet
	aFailure
	aCoverage
	aFolder
)

type item struct {
	what     itemKind
	number   int64 // of the line or record
	inLine   bool  // number is a line's
	rec      normal.Record
	failed   manifest.Quarantined
	coverage manifest.Coverage
	folder   string
}

// result is what a worker makes of an item, in the order of the items.
type result struct {
	what     resultKind
	kind, id string
	place    string
	hash     manifest.Hash
	from, to int // of the content in batch.canon; equal: it is known already
	failed   manifest.Quarantined
	noFile   bool // failed.Place is no path
	coverage manifest.Coverage
	more     bool  // a page that names a next one
	line     int64 // of anEnd, with how many objects it counts
	count    int64
	err      error
}

type resultKind uint8

const (
	anObject resultKind = iota
	aQuarantine
	aStatement
	aReadFolder
	anError
	aCount   // a line that held an object
	aGarbled // a line that is no JSON
	anEnd
	aPage // of a list of a type
)

func startPipe(ctx context.Context, t *tally, k keeper, secrets *normal.Secrets) *pipe {
	workers := min(runtime.GOMAXPROCS(0), 4)
	p := &pipe{
		done: ctx.Done(), cause: func() error { return context.Cause(ctx) }, tally: t, keep: k,
		work: make(chan *batch, 2*workers), order: make(chan *batch, 2*workers), free: make(chan *batch, 4*workers+2),
	}
	if p.keep.big == nil {
		p.keep.big = make(chan struct{}, 1)
	}
	for range workers {
		p.wg.Go(func() { p.normalise(func() *normal.Normaliser { return normal.New(t.types, secrets) }) })
	}
	p.wg.Go(p.count)
	return p
}

// add takes the next item; it copies the raw bytes.
func (p *pipe) add(it item) error {
	if len(it.rec.JSON) > bigRecord {
		return p.addBig(it)
	}
	b := p.batch
	if b != nil && (len(b.items) >= batchItems || len(b.raw)+len(it.rec.JSON) > cap(b.raw)) {
		if err := p.hand(); err != nil {
			return err
		}
		b = nil
	}
	if b == nil {
		b = p.fresh(len(it.rec.JSON))
		p.batch = b
	}
	at := len(b.raw)
	b.raw = append(b.raw, it.rec.JSON...)
	it.rec.JSON = b.raw[at:len(b.raw):len(b.raw)]
	b.items = append(b.items, it)
	return nil
}

// addBig hands over a big record in a batch of its own, when its turn has come.
// What came before is handed over first: the counter goes by the order, and
// never waits for who waits here.
func (p *pipe) addBig(it item) error {
	if p.batch != nil {
		if err := p.hand(); err != nil {
			return err
		}
	}
	select {
	case p.keep.big <- struct{}{}:
	case <-p.done:
		return p.cause()
	}
	it.rec.JSON = slices.Clone(it.rec.JSON)
	p.batch = &batch{items: []item{it}, ready: make(chan struct{}, 1), big: true}
	err := p.hand()
	if err != nil {
		<-p.keep.big
	}
	return err
}

func (p *pipe) fresh(size int) *batch {
	var b *batch
	select {
	case b = <-p.free:
	default:
		b = &batch{raw: make([]byte, 0, batchBytes), ready: make(chan struct{}, 1)}
	}
	if cap(b.raw) < size {
		b.raw = make([]byte, 0, size)
	}
	return b
}

// hand gives the open batch to the workers.
func (p *pipe) hand() error {
	b := p.batch
	p.batch = nil
	if err := p.failure(); err != nil {
		return err
	}
	select {
	case p.order <- b:
	case <-p.done:
		return p.cause()
	}
	p.work <- b // workers never wait for anybody, so there is room soon
	return nil
}

// end hands over the rest and waits for the counter.
func (p *pipe) end() error {
	var err error
	if p.batch != nil {
		err = p.hand()
	}
	close(p.work)
	close(p.order)
	p.wg.Wait()
	if f := p.failure(); f != nil {
		return f
	}
	return err
}

func (p *pipe) failure() error { p.mu.Lock(); defer p.mu.Unlock(); return p.fail }

func (p *pipe) failed(err error) {
	p.mu.Lock()
	if p.fail == nil {
		p.fail = err
	}
	p.mu.Unlock()
}

// normalise is one worker. What a big record blew up is left to the collector.
func (p *pipe) normalise(fresh func() *normal.Normaliser) {
	n := fresh()
	for b := range p.work {
		if p.failure() == nil {
			for i := range b.items {
				p.one(n, b, &b.items[i])
			}
		}
		if b.big {
			n = fresh()
		}
		b.ready <- struct{}{}
	}
}

func (p *pipe) one(n *normal.Normaliser, b *batch, it *item) {
	switch it.what {
	case aRecord:
		p.record(n, b, it)
	case aLine:
		p.line(n, b, it)
	case aFailure:
		b.quarantine(it.failed, it)
	case aCoverage:
		b.out = append(b.out, result{what: aStatement, coverage: it.coverage})
	case aFolder:
		b.out = append(b.out, result{what: aReadFolder, place: placeText(it.folder)})
	}
}

// record normalises one raw document.
func (p *pipe) record(n *normal.Normaliser, b *batch, it *item) {
	if len(it.rec.JSON) > normal.MaxRecord {
		b.quarantine(manifest.Quarantined{Place: it.rec.Place, Type: it.rec.Type, Reason: tooLarge}, it)
		return
	}
	it.rec.Place = placeText(it.rec.Place)
	left := maxRecordItems
	if b.big {
		left = maxBigItems
	}
	most := left
	err := n.Objects(&it.rec, func(o *normal.Object) error {
		if left--; left < 0 {
			return &normal.Unreadable{Reason: fmt.Sprintf(tooManyInRecord, most), Type: o.Type}
		}
		if reason := unfit(o); reason != "" {
			b.quarantine(manifest.Quarantined{Place: it.rec.Place, Type: o.Type, Reason: reason}, it)
			return nil
		}
		r := result{what: anObject, kind: o.Type, id: o.ID, place: it.rec.Place, hash: o.Hash}
		if p.keep.has == nil || !p.keep.has(o.Hash) {
			r.from = len(b.canon)
			b.canon = append(b.canon, o.Canonical...)
			r.to = len(b.canon)
		}
		b.out = append(b.out, r)
		return nil
	})
	for _, page := range n.Pages() {
		b.out = append(b.out, result{what: aPage, kind: page.Type, more: page.More})
	}
	var bad *normal.Unreadable
	var other *normal.Ignored
	switch {
	case err == nil, errors.As(err, &other):
	case errors.As(err, &bad):
		b.quarantine(manifest.Quarantined{Place: it.rec.Place, Type: bad.Type, Reason: bad.Reason}, it)
	default:
		b.out = append(b.out, result{what: anError, err: fmt.Errorf("normalise %s: %w", it.rec.Place, err)})
	}
}

var tooLarge = fmt.Sprintf("larger than %d bytes", normal.MaxRecord)

// unfit says why an object that could be read can't be kept.
func unfit(o *normal.Object) string {
	switch {
	case o.Type == "" || len(o.Type) > maxTypeBytes:
		return fmt.Sprintf("its type has %d bytes; 1 to %d are possible", len(o.Type), maxTypeBytes)
	case o.ID == "" || len(o.ID) > maxIDBytes:
		return fmt.Sprintf("its ID has %d bytes; 1 to %d are possible", len(o.ID), maxIDBytes)
	}
	return ""
}

func (b *batch) quarantine(q manifest.Quarantined, it *item) {
	r := result{what: aQuarantine, failed: q}
	if q.Place == "" {
		r.noFile = true
		r.failed.Place = fmt.Sprintf("record %d", it.number)
		if it.inLine {
			r.failed.Place = lineText(it.number)
		}
	}
	r.failed.Place = placeText(r.failed.Place)
	r.failed.Type = cutText(r.failed.Type, maxTypeBytes)
	r.failed.Reason = cutText(r.failed.Reason, maxReasonBytes)
	b.out = append(b.out, r)
}

// placeText is a place as it may come from outside in a form to keep.
func placeText(p string) string {
	if len(p) <= maxPlaceBytes && isText(p) {
		return p
	}
	return cutText(p, maxPlaceBytes)
}
