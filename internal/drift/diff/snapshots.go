package diff

import (
	"context"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// Options say how snapshots are compared. The zero value compares all types by
// identity, without severities.
type Options struct {
	Severity *SeverityRules
	// Types limits the comparison; nil: all.
	Types func(typ string) bool
	// Prepare may rewrite an object before it is compared, for instance the IDs
	// that mean nothing to the other side; nil: as it is.
	Prepare func(from bool, typ, id string, canonical []byte) ([]byte, error)
	// Duplicate hears of each identity that is left out; may be nil.
	Duplicate func(manifest.Duplicate) error
}

// Sink takes what a comparison finds, in order of type and identity.
type Sink interface {
	Change(Change) error
	Unknown(Unknown) error
}

// Snapshots compares two snapshots. Unknown objects are neither changed nor
// removed nor added: what coverage does not prove is not claimed.
func Snapshots(ctx context.Context, types *normal.Types, from, to *manifest.Snapshot, opt Options, sink Sink) (Counts, error) {
	c := &comparison{
		ctx: ctx, types: types, from: from, to: to, opt: opt, sink: sink,
		judge: newJudge(types, from.Root, to.Root), batch: firstBatch, retyped: make(map[identity]bool),
	}
	if err := c.leaveOut(); err != nil {
		return c.counts, err
	}
	away, err := c.findRetyped(from, to, true)
	if err != nil {
		return c.counts, err
	}
	back, err := c.findRetyped(to, from, false)
	if err != nil {
		return c.counts, err
	}
	equal, err := manifest.JoinTypes(ctx, from, to, opt.Types, func(p manifest.Pair) error {
		if id := (identity{p.Type, p.ID}); c.duplicates[id] || c.retyped[id] {
			return nil
		}
		both := pair{typ: p.Type, idFrom: p.ID, idTo: p.ID, from: p.From, to: p.To, inFrom: p.InFrom, inTo: p.InTo}
		away.completed(&both)
		back.completed(&both)
		return c.pair(both)
	})
	if err == nil {
		err = c.flush()
	}
	c.counts.Unchanged += equal
	return c.counts, err
}

// comparison is one call of Snapshots.
type comparison struct {
	ctx        context.Context
	types      *normal.Types
	from, to   *manifest.Snapshot
	opt        Options
	sink       Sink
	judge      *judge
	counts     Counts
	duplicates map[identity]bool
	// retyped are the plain objects that are compared as what they were.
	retyped    map[identity]bool
	normaliser *normal.Normaliser
	differ     Differ
	severities map[string]*SeverityRules // by type, only the rules that can match
	// pending waits for its contents; bodies are those of the batch.
	pending []pair
	batch   int
	bodies  [2]bodies
}

type identity struct{ typ, id string }

// pair is what the sides have under one identity.
type pair struct {
	typ          string
	idFrom, idTo string
	from, to     manifest.Hash
	inFrom, inTo bool
	retyped      bool // one side shows it as plain JSON
	unknown      string
}

func (p *pair) id() string {
	if p.inTo {
		return p.idTo
	}
	return p.idFrom
}

// leaveOut collects what neither side can speak of.
func (c *comparison) leaveOut() error {
	c.duplicates = make(map[identity]bool)
	places := make(map[string]bool)
	for _, root := range [2]*manifest.Root{c.from.Root, c.to.Root} {
		for _, q := range root.Quarantined {
			if q.Type == "" || c.wants(q.Type) {
				places[q.Place] = true
			}
		}
		for _, d := range root.Duplicates {
			id := identity{d.Type, d.ID}
			if !c.wants(d.Type) || c.duplicates[id] {
				continue
			}
			c.duplicates[id] = true
			if err := c.duplicate(d); err != nil {
				return err
			}
		}
	}
	c.counts.Quarantined = len(places)
	return nil
}

func (c *comparison) wants(typ string) bool { return c.opt.Types == nil || c.opt.Types(typ) }

func (c *comparison) duplicate(d manifest.Duplicate) error {
	c.counts.Duplicates++
	if c.opt.Duplicate == nil {
		return nil
	}
	return c.opt.Duplicate(d)
}

// pair decides what a difference is; contents are read in batches.
func (c *comparison) pair(p pair) error {
	proof := c.judge.of(p.typ)
	switch {
	case proof.incomparable != "":
		p.unknown = proof.incomparable
	case !p.inTo:
		p.unknown = proof.absent
	case !p.inFrom:
		p.unknown = proof.present
	}
	c.pending = append(c.pending, p)
	if len(c.pending) >= c.batch {
		return c.flush()
	}
	return nil
}

// flush reads the contents of what is pending and reports it.
func (c *comparison) flush() error {
	if len(c.pending) == 0 {
		return nil
	}
	err := c.bodies[0].fetch(c.ctx, c.from.Store, c.pending, func(p *pair) (manifest.Hash, bool) { return p.from, p.inFrom })
	if err == nil {
		err = c.bodies[1].fetch(c.ctx, c.to.Store, c.pending, func(p *pair) (manifest.Hash, bool) { return p.to, p.inTo })
	}
	for i := range c.pending {
		if err != nil {
			return err
		}
		err = c.report(&c.pending[i])
	}
	c.pending = c.pending[:0]
	c.batch = nextBatch(c.batch, len(c.bodies[0].buf)+len(c.bodies[1].buf))
	return err
}

func (c *comparison) report(p *pair) error {
	if p.unknown != "" {
		c.counts.Unknown++
		return c.sink.Unknown(Unknown{Type: p.typ, ID: p.id(), Reason: p.unknown})
	}
	a, b := c.bodies[0].of(p.from), c.bodies[1].of(p.to)
	switch {
	case !p.inFrom:
		c.counts.Added++
		return c.whole(p, Added, nil, b)
	case !p.inTo:
		c.counts.Removed++
		return c.whole(p, Removed, a, nil)
	}
	return c.changed(p, a, b)
}

// whole reports an object that only one side has.
func (c *comparison) whole(p *pair, kind Kind, a, b []byte) error {
	ch := Change{Type: p.typ, ID: p.id(), Kind: kind, FromHash: p.from, ToHash: p.to}
	if kind == Added {
		ch.Name, _ = c.types.NameOf(p.typ, b)
		ch.To = append([]byte{}, b...)
		ch.Ops = []Op{{Op: "add", Value: ch.To}}
	} else {
		ch.Name, _ = c.types.NameOf(p.typ, a)
		ch.From = append([]byte{}, a...)
		ch.Ops = []Op{{Op: "remove"}}
	}
	return c.emit(ch)
}

func (c *comparison) changed(p *pair, a, b []byte) error {
	a, b, err := c.prepared(p, a, b)
	if err == nil && p.retyped {
		if a, err = c.again(p, a); err == nil {
			b, err = c.again(p, b)
		}
	}
	if err != nil {
		return err
	}
	changes, err := c.differ.Objects(c.judge.of(p.typ).rules, a, b)
	if err != nil {
		return fault.Wrap(fault.Damaged, err, "compare %s %s", p.typ, p.id())
	}
	c.counts.Secrets += c.differ.secrets
	if len(changes) == 0 {
		c.counts.Unchanged++
		return nil
	}
	c.counts.Changed++
	metadata := true
	name, _ := c.types.NameOf(p.typ, b)
	for i := range changes {
		ch := changes[i]
		ch.Type, ch.ID, ch.Name = p.typ, p.id(), name
		metadata = metadata && ch.Kind == Metadata
		if err := c.emit(ch); err != nil {
			return err
		}
	}
	if metadata {
		c.counts.Metadata++
	}
	return nil
}

func (c *comparison) prepared(p *pair, a, b []byte) (from, to []byte, err error) {
	if c.opt.Prepare == nil {
		return a, b, nil
	}
	if from, err = c.opt.Prepare(true, p.typ, p.idFrom, a); err != nil {
		return nil, nil, err
	}
	to, err = c.opt.Prepare(false, p.typ, p.idTo, b)
	return from, to, err
}

func (c *comparison) emit(ch Change) error {
	if c.opt.Severity != nil {
		rules, ok := c.severities[ch.Type]
		if !ok {
			rules = c.opt.Severity.forType(ch.Type)
			if c.severities == nil {
				c.severities = make(map[string]*SeverityRules)
			}
			c.severities[ch.Type] = rules
		}
		ch.Severity = rules.Of(&ch)
	}
	return c.sink.Change(ch)
}
