package inventory

import (
	"context"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// Observer takes what a source read and makes a snapshot of it. Objects are
// normalised on several goroutines; the snapshot does not depend on their order
// or on that of the calls. Its methods are for one goroutine.
type Observer struct {
	pipe    *pipe // nil: it has ended, with result
	result  error
	records int64 // for places of what has none
}

// Observe makes a snapshot in memory of what fn gives the observer: the way of
// the offline tools. Its store holds every content.
func Observe(ctx context.Context, types *normal.Types, secrets *normal.Secrets, b Begin, fn func(o *Observer) error) (*manifest.Snapshot, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	store := newMemory()
	t := newTally(types, secrets.ID, b)
	o := newObserver(ctx, t, keeper{keep: store.keep}, secrets)
	if err := fn(o); err != nil {
		o.abandon()
		return nil, err
	}
	if err := o.end(); err != nil {
		return nil, err
	}
	root, err := t.root(store.chunk)
	if err != nil {
		return nil, err
	}
	_, hash := root.Encode()
	return &manifest.Snapshot{Root: root, Hash: hash, Store: store}, nil
}

func newObserver(ctx context.Context, t *tally, k keeper, secrets *normal.Secrets) *Observer {
	return &Observer{pipe: startPipe(ctx, t, k, secrets)}
}

// OnObject lets fn hear of each object that counts, also of those whose identity
// another one claims, on one goroutine. It is for before the first record.
func (o *Observer) OnObject(fn func(place, kind, id string)) { o.pipe.heard = fn }

// Record takes one raw object, or a list of them in one document; its bytes may
// be used again afterwards. What can't be read as an object is quarantined, and
// is no error.
func (o *Observer) Record(r *normal.Record) error {
	o.records++
	return o.add(item{what: aRecord, number: o.records, rec: *r})
}

// Failed takes something that the source itself could not read.
func (o *Observer) Failed(q manifest.Quarantined) error {
	o.records++
	return o.add(item{what: aFailure, number: o.records, failed: q})
}

// Cover says how completely the source read a type. A type of which nothing is
// said counts as complete; of several words the worst counts.
func (o *Observer) Cover(kind string, status manifest.Status, reason string) error {
	c := manifest.Coverage{Type: kind, Status: status, Error: reason}
	if err := checkCoverage(&c); err != nil {
		return err
	}
	return o.add(item{what: aCoverage, coverage: c})
}

// Folder says that a folder was read to its end.
func (o *Observer) Folder(path string) error {
	return o.add(item{what: aFolder, folder: path})
}

func (o *Observer) add(it item) error {
	if o.pipe == nil {
		return fault.New(fault.Conflict, "the observation has ended")
	}
	return o.pipe.add(it)
}

// end waits until all that came is counted, and lets go of the memory for it.
func (o *Observer) end() error {
	if o.pipe != nil {
		o.result = o.pipe.end()
		o.pipe = nil
	}
	return o.result
}

// abandon ends the goroutines of an observation that comes to nothing.
func (o *Observer) abandon() { _ = o.end() }
