package agent

import (
	"context"
	"errors"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// Problem is one line of a batch that the server refused.
type Problem struct {
	Line   int // index in the batch
	Code   string
	Detail string
}

// Sender sends a batch to POST /api/v1/defend/batch. A batch with an error was
// not accepted as a whole and is sent again with the same IDs; problems are
// lines that are refused for good while the others are accepted. A missing or
// insufficient key is a *fault.Error of that code; *Later asks for a pause.
type Sender interface {
	SendBatch(ctx context.Context, lines [][]byte) ([]Problem, error)
}

// Later is a server that asks for time (429, 503 with Retry-After).
type Later struct {
	After time.Duration
	Err   error
}

// Error gives the reason.
func (e *Later) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e *Later) Unwrap() error { return e.Err }

// Pauses between attempts while the server is away.
const (
	firstPause = time.Second
	maxPause   = time.Minute
	maxLater   = time.Hour
)

// denied tells an answer that waiting doesn't change.
func denied(err error) bool {
	switch fault.CodeOf(err) {
	case fault.Unauthenticated, fault.KeyExpired, fault.KeyRevoked, fault.Forbidden, fault.WrongTenant, fault.TenantSuspended:
		return true
	}
	return false
}

// unfit tells a batch that the server will never take as it is.
func unfit(err error) bool {
	switch fault.CodeOf(err) {
	case fault.Invalid, fault.InvalidJSON, fault.TooLarge, fault.TooDeep:
		return true
	}
	return false
}

// send sends a batch; one that doesn't fit is split until the line at fault is
// alone, which then counts as refused.
func (a *Agent) send(ctx context.Context, batch [][]byte) error {
	problems, err := a.sender.SendBatch(ctx, batch)
	switch {
	case err == nil:
		a.stats.Sent += int64(len(batch) - len(problems))
		a.stats.Refused += int64(len(problems))
		for _, p := range problems {
			a.log.WarnContext(ctx, "event refused by the server", "code", p.Code, "detail", p.Detail)
		}
		a.pause, a.notBefore = 0, 0
		return nil
	case unfit(err) && len(batch) == 1:
		a.stats.Refused++
		a.log.WarnContext(ctx, "event refused by the server", "code", fault.CodeOf(err), "error", err)
		return nil
	case unfit(err):
		half := len(batch) / 2
		if err := a.send(ctx, batch[:half]); err != nil {
			return err
		}
		return a.send(ctx, batch[half:])
	}
	return err
}

// away notes that the server can't be used for a while.
func (a *Agent) away(ctx context.Context, err error) {
	a.pause = min(max(2*a.pause, firstPause), maxPause)
	wait := a.pause
	var later *Later
	if errors.As(err, &later) {
		wait = max(wait, min(later.After, maxLater))
	}
	a.notBefore = a.clk.Now() + domain.Micros(wait/time.Microsecond)
	a.stats.Failures++
	a.log.WarnContext(ctx, "server does not take events; they go to the spool", "error", err, "retry_in", wait)
}

func (a *Agent) reachable() bool { return a.clk.Now() >= a.notBefore }
