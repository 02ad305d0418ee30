package inventory

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// Upload is one open run. Like an Observer it is for one goroutine; it ends with
// Close or Abort, one of which must be called.
type Upload struct {
	*Observer
	svc     *Service
	tenant  domain.TenantID
	by      evidence.Actor
	run     Run
	begin   Begin
	tally   *tally
	writer  *partWriter
	chunks  map[manifest.Hash]bool // of the last snapshot
	prev    *Run                   // nil: the source's first
	lines   int64
	release func()
	over    bool
	// streamed says that only an end line can tell the stream's end from a cut.
	streamed bool
}

// Begin opens a run. One run of a source may be open: another is refused. ctx is
// that of the whole upload.
func (s *Service) Begin(ctx context.Context, tenant domain.TenantID, b Begin, by evidence.Actor) (*Upload, error) {
	if err := s.recoverRuns(ctx); err != nil {
		return nil, err
	}
	if err := s.resolve(&b); err != nil {
		return nil, err
	}
	u := &Upload{svc: s, tenant: tenant, by: by, begin: b, chunks: map[manifest.Hash]bool{}}
	var err error
	if u.release, err = s.slot(); err != nil {
		return nil, err
	}
	if err := u.open(ctx); err != nil {
		u.release()
		return nil, err
	}
	if err := u.start(ctx); err != nil {
		return nil, errors.Join(err, u.Abort(ctx, "it could not begin: "+reasonOf(err)))
	}
	return u, nil
}

func (s *Service) slot() (release func(), err error) {
	select {
	case s.slots <- struct{}{}:
		return func() { <-s.slots }, nil
	default:
		return nil, fault.New(fault.Busy, "%d runs are open already; try again when one has ended", cap(s.slots))
	}
}

// resolve checks a beginning and writes its types by their names.
func (s *Service) resolve(b *Begin) error {
	for i, t := range b.Types {
		switch found := s.Types.Find(t); {
		case len(found) == 1:
			b.Types[i] = found[0].Name
		case len(found) > 1:
			return fault.New(fault.Invalid, "type %q may mean several: %s, %s...", t, found[0].Name, found[1].Name).At("type")
		}
	}
	return b.check()
}

// open makes the run's row.
func (u *Upload) open(ctx context.Context) error {
	s := u.svc
	open := s.openOf(u.tenant)
	open.mu.Lock()
	defer open.mu.Unlock()
	u.run = Run{Source: u.begin.Source, State: Open, By: principalOf(u.by), Artifact: -1, Scope: s.scope(&u.begin)}
	err := s.DB.InTx(ctx, u.tenant, func(tx *db.Tx) error {
		var other RunID
		var since domain.Micros
		found, err := tx.Get(ctx, selectOpen, []any{u.tenant, u.run.Source.String()}, &other, &since)
		if err != nil {
			return err
		}
		if found {
			return fault.New(fault.Conflict, "run %s of source %s is open; it must end before another begins", other, u.run.Source)
		}
		return u.svc.insertRun(ctx, tx, u.tenant, &u.run, &u.begin)
	})
	if err != nil {
		return err
	}
	open.open++
	open.begun++
	release := u.release
	u.release = func() {
		open.mu.Lock()
		open.open--
		open.mu.Unlock()
		release()
	}
	return nil
}

func (s *Service) insertRun(ctx context.Context, tx *db.Tx, tenant domain.TenantID, r *Run, b *Begin) error {
	if _, err := tx.Get(ctx, nextSeq, []any{tenant}, &r.Seq); err != nil {
		return err
	}
	r.ID, r.StartedAt = newRunID(tx.Now, s.Clock), tx.Now
	selected, err := text(b.Types)
	if err != nil {
		return err
	}
	filters, err := text(b.Filters)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertRun, tenant, r.ID, r.Seq, r.Source.String(), r.Scope, selected, filters, r.State, r.StartedAt, r.By)
	return err
}

// start reads what the source had the last time and starts the goroutines.
func (u *Upload) start(ctx context.Context) error {
	s := u.svc
	secrets, err := s.Secrets(ctx, u.tenant)
	if err != nil {
		return err
	}
	had := &known{}
	if u.prev, err = s.lastClosed(ctx, u.tenant, u.run.Source); err != nil {
		return err
	}
	if u.prev != nil {
		err := u.learn(ctx, had)
		switch {
		case fault.CodeOf(err) == fault.Damaged:
			// Knowing it only saves work; this run stores everything anew and heals what
			// it has itself.
			s.later(ctx, u.tenant, u.prev.ID, fmt.Errorf("the snapshot is damaged, the next run stores everything: %w", err))
			had, u.chunks = &known{}, map[manifest.Hash]bool{}
		case err != nil:
			return fmt.Errorf("read the snapshot of run %s: %w", u.prev.ID, err)
		}
	}
	had.seal()
	u.writer = s.newPartWriter(u.tenant, u.run.Seq)
	u.tally = newTally(s.Types, secrets.ID, u.begin)
	u.Observer = newObserver(ctx, u.tally, keeper{has: had.has, keep: u.writer.add, rest: s.rest, big: s.big}, secrets)
	return nil
}

// learn notes what the last snapshot has: none of it need be stored again.
func (u *Upload) learn(ctx context.Context, had *known) error {
	snap, err := u.svc.Snapshot(ctx, u.tenant, u.prev.Root)
	if err != nil {
		return err
	}
	had.hashes = make([]manifest.Hash, 0, snap.Root.Objects)
	for _, c := range snap.Root.Chunks {
		h, err := manifest.ParseHash(c.Hash)
		if err != nil {
			return err
		}
		u.chunks[h] = true
	}
	return manifest.Walk(ctx, snap, nil, func(e manifest.Entry) error { had.add(e.Hash); return nil })
}

// ID names the run.
func (u *Upload) ID() RunID { return u.run.ID }

// Line takes the next line of an upload: see docs/formats. Errors of a line come
// with a later one, or with Close: lines are read on several goroutines.
func (u *Upload) Line(_ context.Context, line []byte) error {
	u.lines++
	if u.lines == 1 {
		line = bytes.TrimPrefix(line, []byte("\ufeff"))
	}
	if len(bytes.TrimSpace(line)) == 0 {
		return nil
	}
	return u.add(item{what: aLine, number: u.lines, inLine: true, rec: normal.Record{JSON: line}})
}

// Abort ends the run without a result; nothing of it shows but that it was.
func (u *Upload) Abort(ctx context.Context, reason string) error {
	if u.over {
		return nil
	}
	u.over = true
	if u.Observer != nil {
		u.Observer.abandon()
	}
	if u.writer != nil {
		u.writer.close()
	}
	defer u.release()
	ctx = context.WithoutCancel(ctx)
	s := u.svc
	entry := u.by.Entry(u.tenant, "inventory.run.abort", string(u.run.ID))
	entry.Detail = map[string]string{"source": u.run.Source.String(), "reason": reason}
	err := s.DB.InTx(ctx, u.tenant, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, abortRun, u.tenant, u.run.ID, Aborted, tx.Now, cutText(reason, maxReasonBytes)); err != nil {
			return err
		}
		return evidence.Audit(ctx, tx, s.Clock, entry)
	})
	if err != nil {
		return fmt.Errorf("abort run %s: %w", u.run.ID, err)
	}
	return nil
}

// reasonOf is what of an error the run's row may show.
func reasonOf(err error) string {
	var f *fault.Error
	switch {
	case errors.As(err, &f) && f.Code != fault.Internal:
		return f.Msg
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return "the sender went away, or the server stopped"
	}
	return "an error of the server"
}

func principalOf(by evidence.Actor) domain.PrincipalID {
	if by.Principal == nil {
		return evidence.SystemPrincipal
	}
	return by.Principal.ID
}

// scope is the hash of what a run selects and of how it is normalised. Runs
// that differ in it saw different things.
func (s *Service) scope(b *Begin) string {
	h := sha256.New()
	line := func(parts ...string) { fmt.Fprintf(h, "%q\n", parts) }
	line("scope", "1", b.Source.String())
	for _, t := range b.Types {
		line("type", t, s.Types.Rules(t).Type().Normaliser)
	}
	if len(b.Types) == 0 {
		for _, t := range s.Types.List() {
			line("any", t.Name, t.Normaliser)
		}
	}
	for _, k := range sortedKeys(b.Filters) {
		line("filter", k, b.Filters[k])
	}
	return hex.EncodeToString(h.Sum(nil))
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
