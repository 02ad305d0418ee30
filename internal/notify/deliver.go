package notify

import (
	"context"
	"net/http"
	"time"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// Bounds of one turn of a webhook, so that turns stay short.
const (
	pageItems      = 200
	deliveriesTurn = 50
)

// turn tells when a webhook wants to go on.
type turn struct {
	more bool          // there may be more to do at once
	at   domain.Micros // a retry is due then; 0: none
	gone bool          // deleted or disabled
}

// deliver does one webhook's turn: items in log order, one at a time, until a
// failure, the end of the log, or the bound. What it did is in the row before
// it goes on, so that a restart repeats at most the attempt in flight.
func (s *Service) deliver(ctx context.Context, t target) (turn, error) {
	r, err := s.read(ctx, t.tenant, t.webhook)
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		return turn{gone: true}, nil
	case err != nil:
		return turn{}, err
	case r.Status == Disabled:
		return turn{gone: true}, nil
	case r.NextAt > s.clk.Now():
		return turn{at: r.NextAt}, nil
	}
	key, err := s.sealer.Open(sealPurpose, string(t.tenant), r.secret)
	if err != nil {
		return turn{}, err
	}
	sent := 0
	for {
		items, err := s.source.After(ctx, t.tenant, r.NextIndex-1, pageItems)
		if err != nil || len(items) == 0 {
			return turn{}, err
		}
		from := r.NextIndex
		for i := range items {
			it := &items[i]
			if !r.Filter.Match(it) {
				r.NextIndex = it.Index + 1
				continue
			}
			// What was skipped on the way here is saved with the attempt.
			r.NextIndex = it.Index
			next, err := s.attempt(ctx, t, &r, key, it)
			if err != nil || next.gone || next.at != 0 {
				return next, err
			}
			from = r.NextIndex
			if sent++; sent >= deliveriesTurn {
				return turn{more: true}, nil
			}
		}
		if r.NextIndex != from {
			if live, err := s.save(ctx, t, &r, nil); err != nil || !live {
				return turn{gone: !live}, err
			}
		}
	}
}

// attempt sends one item and records the outcome.
func (s *Service) attempt(ctx context.Context, t target, r *row, key []byte, it *Item) (turn, error) {
	b, err := body(typeDecision, t.tenant, it.Time, it)
	if err != nil {
		return turn{}, err
	}
	id := messageID(r.ID, it.Index)
	res := s.post(ctx, r.URL, key, id, b)
	if res.status == 0 && ctx.Err() != nil {
		// We are stopping: that says nothing about the endpoint.
		return turn{}, ctx.Err()
	}
	r.LastStatus, r.LastError = res.status, res.err
	var lost *Failure
	switch {
	case res.ok():
		r.Status, r.Attempt, r.NextAt, r.NextIndex = Active, 0, 0, it.Index+1
		r.Delivered++
	case res.status == http.StatusGone:
		r.Status, r.NextAt = Disabled, 0
		r.LastError = "endpoint answered 410: the webhook is disabled"
	default:
		r.Status = Failing
		if r.Attempt++; r.Attempt < len(schedule()) {
			r.NextAt = s.clk.Now() + domain.Micros(pause(r.Attempt, res.retryAfter, s.clk)/time.Microsecond)
			break
		}
		lost = &Failure{Index: it.Index, MessageID: id, Attempts: r.Attempt, LastStatus: res.status, LastError: res.err}
		r.GivenUp++
		r.Attempt, r.NextAt, r.NextIndex = 0, 0, it.Index+1
	}
	live, err := s.save(ctx, t, r, lost)
	if lost != nil && err == nil && live {
		s.log.WarnContext(ctx, "webhook item given up", "tenant", t.tenant, "webhook", r.ID, "index", it.Index)
	}
	return turn{at: r.NextAt, gone: !live || r.Status == Disabled}, err
}

// save writes the row's state and, with it, what was given up. live is false
// when the webhook ended meanwhile. It outlives the service's context: an
// attempt that was made is recorded.
func (s *Service) save(ctx context.Context, t target, r *row, lost *Failure) (live bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.Timeout)
	defer cancel()
	err = s.db.InTx(ctx, t.tenant, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, saveWebhook, string(t.tenant), r.ID, string(r.Status), r.NextIndex, r.Attempt, int64(r.NextAt),
			r.LastStatus, r.LastError, r.Delivered, r.GivenUp)
		if err != nil || n == 0 {
			return err
		}
		live = true
		if lost == nil {
			return nil
		}
		_, err = tx.Exec(ctx, insertFailure, string(t.tenant), r.ID, lost.Index, lost.MessageID, lost.Attempts,
			lost.LastStatus, lost.LastError, int64(tx.Now))
		return err
	})
	return live, err
}
