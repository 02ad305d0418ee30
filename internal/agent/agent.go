package agent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/connector"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// Config says what to follow and where to keep things; a zero field means its
// default, apart from Paths and Dir.
type Config struct {
	Paths []string       // files to follow; they need not exist yet
	Kind  connector.Kind // of all of them; default authlog
	Dir   string         // state file and spool
	Zone  *time.Location // of log lines that name none; default UTC

	Poll      time.Duration // default 250 ms
	BatchSize int           // events of one batch; default 500
	SpoolMax  int64         // bytes; default 256 MiB
	// PauseWhenFull stops reading when the spool is full instead of dropping the
	// oldest batches; the files then hold what waits, as long as they live.
	PauseWhenFull bool
	// FromEnd starts files that are new to the state at their end.
	FromEnd bool
	// Once stops at the end of all files instead of following them.
	Once bool
	// WarmUp bounds how much of a file is read again after a restart so that the
	// parser continues exactly where it was; default 64 MiB.
	WarmUp int64
	// Wait waits for a time or until ctx ends; nil is a timer. Tests drive polls
	// with it.
	Wait func(ctx context.Context, d time.Duration) error
}

func (c Config) withDefaults() (Config, error) {
	switch {
	case len(c.Paths) == 0:
		return c, fault.New(fault.Invalid, "nothing to follow: name at least one file").At("paths")
	case c.Dir == "":
		return c, fault.New(fault.Invalid, "a folder for the state is needed").At("dir")
	}
	for _, path := range c.Paths {
		// Windows rewrites them in place and they have no lines.
		if c.Kind == connector.EVTX || strings.EqualFold(filepath.Ext(path), ".evtx") {
			return c, fault.New(fault.Invalid, "%s: event log files are binary and can't be followed; send them with frostgate ingest", path).At("paths")
		}
	}
	if c.Kind == "" {
		c.Kind = connector.AuthLog
	}
	if c.Poll <= 0 {
		c.Poll = 250 * time.Millisecond
	}
	if c.BatchSize <= 0 {
		c.BatchSize = 500
	}
	if c.SpoolMax <= 0 {
		c.SpoolMax = 256 << 20
	}
	if c.WarmUp <= 0 {
		c.WarmUp = 64 << 20
	}
	if c.Wait == nil {
		c.Wait = waitTimer
	}
	return c, nil
}

func waitTimer(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Stats are the agent's figures since its start, and the spool's at the moment.
type Stats struct {
	Lines        int64 // read
	Bad          int64 // lines that are no event
	Sent         int64 // events accepted by the server
	Refused      int64 // events that the server refused for good
	Failures     int64 // attempts that the server did not take
	Spooled      int64 // events that went through the spool
	Dropped      int64 // events that a full spool let go, oldest first
	Damaged      int64 // spool files that were not whole
	Rotations    int64
	Truncations  int64
	Missing      int64 // followed files that were gone at the start
	SpoolBatches int
	SpoolBytes   int64
}

// Agent follows files and sends their events. It is used by one goroutine, but
// for Stats.
type Agent struct {
	cfg    Config
	sender Sender
	clk    clock.Clock
	log    *slog.Logger

	tails []*tail
	spool *spool
	state state
	held  [][]byte // read, but neither sent nor spooled yet
	moved bool     // a position changed since the state was saved
	stats Stats

	mu        sync.Mutex
	published Stats // guarded by mu

	pause     time.Duration
	notBefore domain.Micros
}

// New opens the state and the spool and finds the place in every file.
func New(cfg Config, sender Sender, clk clock.Clock, log *slog.Logger) (*Agent, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("create agent folder: %w", err)
	}
	a := &Agent{cfg: cfg, sender: sender, clk: clk, log: log}
	if a.spool, err = openSpool(filepath.Join(cfg.Dir, "spool"), cfg.SpoolMax, &a.stats); err != nil {
		return nil, fmt.Errorf("open spool: %w", err)
	}
	a.spool.keep = cfg.PauseWhenFull
	a.state, err = loadState(a.statePath())
	if err != nil {
		return nil, err
	}
	for _, path := range cfg.Paths {
		t := a.newTail(path)
		a.tails = append(a.tails, t)
		p, known := a.state.Files[path]
		if known {
			err = t.resume(p)
		} else if cfg.FromEnd {
			err = t.skipToEnd()
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("follow %s: %w", path, err), a.Close())
		}
	}
	a.publish()
	return a, nil
}

func (a *Agent) newTail(path string) *tail {
	opt := connector.Options{NowFunc: a.clk.Now, Zone: a.cfg.Zone, MaxLine: connector.DefaultMaxLine}
	return &tail{
		path: path, warm: a.cfg.WarmUp, max: opt.MaxLine, stats: &a.stats,
		open: func() (connector.LineParser, error) { return connector.OpenLines(a.cfg.Kind, opt) },
		reject: func(path string, err error) {
			a.log.Debug("line is no event", "path", path, "error", err)
		},
	}
}

// skipToEnd starts behind the last whole line of a file that is there.
func (t *tail) skipToEnd() error {
	if err := t.openFile(t.path); err != nil || t.file == nil {
		return err
	}
	_, err := t.cut(-1, func([]byte, int64) bool { return true })
	return err
}

func (a *Agent) statePath() string { return filepath.Join(a.cfg.Dir, "state.json") }

// Stats returns the figures after the last step; any goroutine may ask.
func (a *Agent) Stats() Stats {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.published
}

func (a *Agent) publish() {
	a.mu.Lock()
	a.published = a.stats
	a.mu.Unlock()
}

// Close closes the files. What was not sent is in the spool or will be read
// again.
func (a *Agent) Close() error {
	for _, t := range a.tails {
		t.close()
	}
	return nil
}

// Run follows until ctx ends (nil then), or until the server denies the key or
// the disk refuses.
func (a *Agent) Run(ctx context.Context) error {
	for {
		worked, err := a.Step(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if worked {
			continue
		}
		if a.cfg.Once && a.finished() {
			return nil
		}
		if a.cfg.Wait(ctx, a.cfg.Poll) != nil {
			return nil
		}
	}
}

// finished tells that nothing waits and every file is read.
func (a *Agent) finished() bool {
	leaving := slices.ContainsFunc(a.tails, func(t *tail) bool { return t.leaving })
	return a.spool.empty() && len(a.held) == 0 && !leaving
}

// Step does one round: the oldest spooled batch, then one batch of each file. It
// tells whether there was anything to do.
func (a *Agent) Step(ctx context.Context) (worked bool, err error) {
	defer a.publish()
	if worked, err = a.replay(ctx); err != nil {
		return worked, err
	}
	if len(a.held) > 0 {
		if err := a.deliver(ctx); err != nil {
			return worked, err
		}
	}
	for _, t := range a.tails {
		if a.cfg.PauseWhenFull && a.spool.full() {
			return worked, nil
		}
		before := t.position()
		n, err := t.poll(a.cfg.BatchSize, func(req []byte) { a.held = append(a.held, req) })
		if err != nil {
			return worked, fmt.Errorf("follow %s: %w", t.path, err)
		}
		a.moved = a.moved || t.position() != before
		worked = worked || n > 0
		if err := a.deliver(ctx); err != nil {
			return worked, err
		}
	}
	return worked, nil
}

// replay sends the oldest spooled batch.
func (a *Agent) replay(ctx context.Context) (worked bool, err error) {
	if a.spool.empty() || !a.reachable() {
		return false, nil
	}
	batch, damaged, err := a.spool.head()
	if err != nil {
		return false, fmt.Errorf("read spool: %w", err)
	}
	if len(batch) > 0 {
		if err := a.send(ctx, batch); err != nil {
			return false, a.failed(ctx, err)
		}
	}
	if damaged {
		a.stats.Damaged++
		a.log.ErrorContext(ctx, "a spool file was damaged; its whole lines were sent", "events", len(batch))
	}
	if err := a.spool.remove(); err != nil {
		return true, fmt.Errorf("remove from spool: %w", err)
	}
	return true, nil
}

// failed sorts an error of the sender: nil means that the server is away.
func (a *Agent) failed(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case denied(err):
		return fmt.Errorf("the server denies this agent's key; nothing is lost, it goes on after a restart with a good key: %w", err)
	}
	a.away(ctx, err)
	return nil
}

// deliver brings what was read to the server or into the spool, then saves the
// place behind it.
func (a *Agent) deliver(ctx context.Context) error {
	if len(a.held) > 0 {
		sent := false
		if a.spool.empty() && a.reachable() {
			err := a.send(ctx, a.held)
			if err != nil {
				if err := a.failed(ctx, err); err != nil {
					return err
				}
			}
			sent = err == nil
		}
		if !sent {
			dropped := a.stats.Dropped
			if err := a.spool.append(a.held); err != nil {
				return fmt.Errorf("write spool: %w", err)
			}
			if a.stats.Dropped > dropped {
				a.log.ErrorContext(ctx, "spool is full: the oldest events are dropped", "dropped", a.stats.Dropped-dropped, "dropped_total", a.stats.Dropped)
			}
		}
		a.held = nil
	}
	if !a.moved {
		return nil
	}
	for _, t := range a.tails {
		if t.file != nil {
			a.state.Files[t.path] = t.position()
		}
	}
	if err := a.state.save(a.statePath()); err != nil {
		return fmt.Errorf("save state: %w", err)
	}
	a.moved = false
	return nil
}
