package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"frostgate.io/frostgate/internal/agent"
	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/connector"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/obs"
	frostgate "frostgate.io/frostgate/sdk/go"
)

type agentCmd struct {
	Tail          []string `help:"File to follow; may be given several times." required:"" placeholder:"FILE" sep:"none"`
	Format        string   `help:"Format of the files: ${enum}." enum:"authlog,native,winevent,cloudtrail,json" default:"authlog"`
	StateDir      string   `help:"Folder for positions and for what waits for the server." default:"${agentState}"`
	Timezone      string   `help:"Time zone of timestamps that name none." default:"UTC"`
	FromEnd       bool     `help:"Begin at the end of files that are new."`
	PauseWhenFull bool     `help:"Stop reading when the spool is full, instead of dropping the oldest."`
	Once          bool     `help:"Stop at the end of the files."`
	LogLevel      string   `help:"${enum}." enum:"debug,info,warn,error" default:"info"`
}

// Run follows the files until it is told to stop.
func (c *agentCmd) Run(p *program) error {
	zone, err := time.LoadLocation(c.Timezone)
	if err != nil {
		return usagef("--timezone: %w", err)
	}
	// The agent's own pauses and spool do what retries would.
	cl, err := p.client(frostgate.WithRetries(0))
	if err != nil {
		return err
	}
	level, err := obs.ParseLevel(c.LogLevel)
	if err != nil {
		return errUsage{err}
	}
	log := obs.NewLogger(p.err, level)
	a, err := agent.New(agent.Config{
		Paths: c.Tail, Kind: connector.Kind(c.Format), Dir: c.StateDir, Zone: zone,
		FromEnd: c.FromEnd, PauseWhenFull: c.PauseWhenFull, Once: c.Once,
	}, &batchSender{cl}, clock.System{}, log)
	if err != nil {
		return err
	}
	log.Info("following", "files", c.Tail, "server", cl.URL(), "state", c.StateDir)
	for _, file := range c.Tail {
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			log.Warn("file is not there; it is followed once it appears", "file", file)
		}
	}
	err = a.Run(p.ctx)
	st := a.Stats()
	log.Info("stopped", "lines", st.Lines, "sent", st.Sent, "refused", st.Refused, "no_event", st.Bad, "spooled_batches", st.SpoolBatches, "dropped", st.Dropped)
	err = errors.Join(err, a.Close())
	switch fault.CodeOf(err) {
	case fault.Unauthenticated, fault.KeyExpired, fault.KeyRevoked, fault.Forbidden, fault.WrongTenant, fault.TenantSuspended:
		fmt.Fprintf(p.err, "frostgate: %v\n", err)
		return errQuiet(exitDenied)
	}
	return err
}

// defaultAgentState is where the agent keeps its place.
func defaultAgentState() string {
	if dir, err := os.UserConfigDir(); err == nil {
		return filepath.Join(dir, "frostgate", "agent")
	}
	return "frostgate-agent"
}

// batchSender sends the agent's batches through the client.
type batchSender struct{ client *frostgate.Client }

// SendBatch sends a batch as one request.
func (s *batchSender) SendBatch(ctx context.Context, lines [][]byte) ([]agent.Problem, error) {
	events := iter.Seq2[[]byte, error](func(yield func([]byte, error) bool) {
		for _, l := range lines {
			if !yield(l, nil) {
				return
			}
		}
	})
	var problems []agent.Problem
	for res, err := range s.client.DefendBatch(ctx, events, frostgate.BatchOptions{Lines: len(lines), Bytes: 32 << 20}) {
		if err != nil {
			return nil, senderError(err)
		}
		if res.Problem != nil {
			problems = append(problems, agent.Problem{Line: int(res.Index), Code: res.Problem.Code, Detail: res.Problem.Detail})
		}
	}
	return problems, nil
}

// senderError tells the agent what kind of refusal it was.
func senderError(err error) error {
	var p *frostgate.Problem
	if !errors.As(err, &p) {
		return err
	}
	switch p.Status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return &agent.Later{After: p.RetryAfter(), Err: err}
	}
	return fault.Wrap(fault.Code(p.Code), err, "%s", p.Detail)
}
