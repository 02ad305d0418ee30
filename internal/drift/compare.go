package drift

import (
	"context"
	"fmt"
	"slices"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/drift/plain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

// CompareRun compares a closed run with every active baseline of its source. It
// may be called again at any time: what is done is not done again, what was
// broken off goes on where it stopped.
func (s *Service) CompareRun(ctx context.Context, tenant domain.TenantID, run *inventory.Run) error {
	if run.State != inventory.Closed {
		return fault.New(fault.Conflict, "run %s is %s: only a closed one is compared", run.ID, run.State)
	}
	defer s.work.lock(string(tenant) + "\x00" + run.Source.String())()
	baselines, err := s.Active(ctx, tenant, run.Source.String())
	if err != nil {
		return err
	}
	if err := s.retire(ctx, tenant, run.Source.String()); err != nil {
		return err
	}
	seen, err := s.Inventory.Snapshot(ctx, tenant, run.Root)
	if err != nil {
		return err
	}
	for i := range baselines {
		if err := s.resume(ctx, tenant, &baselines[i]); err != nil {
			return err
		}
		if err := s.compare(ctx, tenant, run, seen, &baselines[i]); err != nil {
			return fmt.Errorf("compare run %s with baseline %s: %w", run.ID, baselines[i].ID, err)
		}
	}
	return nil
}

// compare makes one comparison. One that can't be made, whoever tries, is
// recorded with its reason and keeps no other from being made.
func (s *Service) compare(ctx context.Context, tenant domain.TenantID, run *inventory.Run, seen *manifest.Snapshot, b *Baseline) error {
	c, err := s.openComparison(ctx, tenant, run, seen, b)
	if err != nil || c == nil {
		return err
	}
	err = c.make(ctx)
	switch fault.CodeOf(err) {
	case "":
		return nil
	case fault.NotFound, fault.Forbidden, fault.WrongTenant, fault.Invalid, fault.Unsupported, fault.Damaged, fault.TooLarge:
		return c.giveUp(ctx, err)
	}
	return err
}

// comparing is one comparison on its way.
type comparing struct {
	s      *Service
	tenant domain.TenantID
	run    *inventory.Run
	seen   *manifest.Snapshot
	base   *Baseline
	row    *comparisonRow
	scope  string
	rules  *diff.SeverityRules
	parts  []*part    // of last_run
	held   *heldBases // of last_run
	lastOf int64      // the baseline's last run compared before this one
	edited bool       // its version then was another
	obs    observation
	out    *batcher
	w      *writer
	// What the comparison says, as it comes.
	counts   diff.Counts
	ids      [][idBytes]byte
	unknown  unknowns
	names    *namer
	leftOut  map[objectKey]bool // duplicates
	subjects map[subject]bool   // that differ; where there are gaps
}

// subject is a place in an object.
type subject struct {
	objectKey
	path string
}

// objectKey names an object within a source.
type objectKey struct{ typ, id string }

// make compares, writes and records.
func (c *comparing) make(ctx context.Context) error {
	c.leftOut, c.subjects, c.unknown = map[objectKey]bool{}, map[subject]bool{}, newUnknowns()
	c.w, c.names = newWriter(), newNamer(c.tenant, c.scope, c.base.ID)
	c.obs = observation{
		fixed: c.base.Kind != LastRun, run: c.run.ID, seq: c.run.Seq, at: c.run.ClosedAt, before: c.before, since: c.since, fresh: c.fresh,
	}
	if err := c.differences(ctx); err != nil {
		return err
	}
	slices.SortFunc(c.ids, func(a, b [idBytes]byte) int { return slices.Compare(a[:], b[:]) })
	if err := c.absent(ctx); err != nil {
		return err
	}
	return c.record(ctx)
}

// differences compares and writes side by side: one goroutine reads and
// compares, this one writes.
func (c *comparing) differences(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	c.out = newBatcher(ctx, c.s.DB.Engine, c.row.done, c.obs.fixed)
	failed := make(chan error, 1)
	go func() {
		defer close(c.out.batches)
		err := c.compareAll(ctx)
		if err == nil {
			err = c.out.flush()
		}
		failed <- err
	}()
	var writing error
	for b := range c.out.batches {
		if writing != nil {
			continue // until the other goroutine has noticed
		}
		if writing = c.write(ctx, b); writing != nil {
			stop()
		}
	}
	if err := <-failed; writing == nil {
		writing = err
	}
	return writing
}

func (c *comparing) compareAll(ctx context.Context) (err error) {
	opt := diff.Options{Severity: c.rules, Duplicate: func(d manifest.Duplicate) error {
		c.leftOut[objectKey{d.Type, d.ID}] = true
		return nil
	}}
	if c.obs.fixed {
		c.counts, err = c.s.Expected(ctx, c.tenant, c.base, c.seen, opt, c)
		return err
	}
	for _, p := range c.parts {
		opt.Types = p.has
		n, err := diff.Snapshots(ctx, c.s.Types, p.snap, c.seen, opt, c)
		if err != nil {
			return err
		}
		c.counts = addCounts(c.counts, n)
	}
	if err := c.compareHeld(ctx, opt); err != nil {
		return err
	}
	if len(c.parts) > 1 { // each part counted what no type is known of
		c.counts.Quarantined = quarantinedIn(c.seen, c.parts)
	}
	return nil
}

// Change takes a difference.
func (c *comparing) Change(ch diff.Change) error {
	if c.held.of[objectKey{ch.Type, ch.ID}] != nil {
		return c.held.skip(&ch) // it is compared with another run
	}
	return c.take(ch)
}

func (c *comparing) take(ch diff.Change) error {
	o := observed{Change: ch, id: c.names.id(&ch)}
	o.Path = clean(o.Path) // as the row has it
	c.ids = append(c.ids, o.id)
	if len(c.gaps()) > 0 {
		c.subjects[subject{objectKey{o.Type, ch.ID}, o.Path}] = true
	}
	return c.out.add(o)
}

// Unknown takes an object of which nothing can be said.
func (c *comparing) Unknown(u diff.Unknown) error {
	if c.held.of[objectKey{u.Type, u.ID}] != nil {
		c.held.skipped.Unknown++
		return nil
	}
	c.unknown.add(u)
	return nil
}

// before is the run that saw what is expected of an object.
func (c *comparing) before(key objectKey) inventory.RunID {
	if p := c.partOf(key); p != nil {
		return p.run
	}
	return ""
}

// since is the number of that run.
func (c *comparing) since(key objectKey) int64 {
	if p := c.partOf(key); p != nil {
		return p.seq
	}
	return c.run.Seq
}

// partOf is what an object is compared with.
func (c *comparing) partOf(key objectKey) *part {
	if p := c.held.of[key]; p != nil {
		return p
	}
	for _, p := range c.parts {
		if p.has(key.typ) {
			return p
		}
	}
	return nil
}

// textLimit is how long a finding's text is, in characters.
const textLimit = 240

// fresh makes the finding of a change that has none.
func (c *comparing) fresh(o *observed) *stored {
	group, text := diff.Group(c.s.Types, &o.Change), plain.Object(o.From, o.To)
	if o.Path != "" {
		text = plain.Change(o.Path, o.From, o.To, textLimit)
	}
	foreign := c.base.Kind == Golden || c.base.Kind == Template
	return &stored{
		Finding: Finding{
			ID: findingID(o.id), Baseline: c.base.ID, Source: c.run.Source.String(), Change: o.Change, State: New, Text: text,
			FirstRun: c.run.ID, Run: c.run.ID, FirstSeen: c.run.ClosedAt, Since: c.run.ClosedAt, Group: hashText(group),
		},
		origin: o.FromHash, runSeq: c.run.Seq, keep: foreign,
	}
}

func addCounts(a, b diff.Counts) diff.Counts {
	a.Added += b.Added
	a.Removed += b.Removed
	a.Changed += b.Changed
	a.Metadata += b.Metadata
	a.Unknown += b.Unknown
	a.Quarantined += b.Quarantined
	a.Duplicates += b.Duplicates
	a.Unchanged += b.Unchanged
	a.Secrets += b.Secrets
	return a
}

// quarantinedIn counts the places in quarantine on any side.
func quarantinedIn(seen *manifest.Snapshot, parts []*part) int {
	places := map[string]bool{}
	for _, q := range seen.Root.Quarantined {
		places[q.Place] = true
	}
	for _, p := range parts {
		for _, q := range p.snap.Root.Quarantined {
			if q.Type == "" || p.has(q.Type) {
				places[q.Place] = true
			}
		}
	}
	return len(places)
}
