package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

const (
	// streamWrite bounds one write to a stream: a reader that does not take it
	// in time is cut off and resumes by Last-Event-ID. The log is its buffer,
	// so a slow reader costs no memory and never delays a decision.
	streamWrite = 10 * time.Second
	streamBatch = 200
	// streamPoll finds decisions that another server recorded.
	streamPoll = 2 * time.Second
)

// bell tells streams that their tenant's log grew.
type bell struct {
	mu    sync.Mutex
	wakes map[domain.TenantID]chan struct{} // closed by the next ring
}

// wait returns a channel that the tenant's next ring closes. Take it before
// reading the log, so that nothing is missed between the two.
func (b *bell) wait(id domain.TenantID) <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.wakes == nil {
		b.wakes = map[domain.TenantID]chan struct{}{}
	}
	ch, ok := b.wakes[id]
	if !ok {
		ch = make(chan struct{})
		b.wakes[id] = ch
	}
	return ch
}

func (b *bell) ring(id domain.TenantID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if ch, ok := b.wakes[id]; ok {
		close(ch)
		delete(b.wakes, id)
	}
}

// Wake tells the tenant's streams to look at the log. Call it after a commit;
// it never blocks.
func (s *Server) Wake(id domain.TenantID) { s.bell.ring(id) }

// sse writes server-sent events (WHATWG HTML, 9.2).
type sse struct {
	x   *exchange
	may func() error // asked before each send: a stream must not outlive its key
	buf []byte
}

func startSSE(x *exchange, may func() error) *sse {
	h := x.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no") // proxies must not hold events back
	extend(x, 0, streamWrite)
	x.WriteHeader(http.StatusOK)
	return &sse{x: x, may: may}
}

// event adds an event; data is one line.
func (w *sse) event(id int64, name string, data []byte) {
	w.buf = append(strconv.AppendInt(append(w.buf, "id: "...), id, 10), '\n')
	w.buf = append(append(w.buf, "event: "...), name...)
	w.buf = append(append(append(w.buf, "\ndata: "...), data...), "\n\n"...)
}

func (w *sse) comment(text string) {
	w.buf = append(append(append(w.buf, ": "...), text...), "\n\n"...)
}

// errLostRight ends a stream whose key was revoked, expired or lost its scope.
var errLostRight = errors.New("the stream's key may no longer read it")

// flush sends what was added; an error means that the reader is gone, slow or
// no longer admitted.
func (w *sse) flush() error {
	if err := w.may(); err != nil {
		return fmt.Errorf("%w: %w", errLostRight, err)
	}
	extend(w.x, 0, streamWrite)
	_, err := w.x.Write(w.buf)
	w.buf = w.buf[:0]
	if err != nil {
		return err
	}
	return http.NewResponseController(w.x).Flush()
}

// lastEventID is the index to go on from: the one after Last-Event-ID, or the
// next that will be written.
func (s *Server) lastEventID(ctx context.Context, c *Call) (int64, error) {
	if v := c.Request.Header.Get("Last-Event-ID"); v != "" {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil || n < 0 || n == 1<<63-1 {
			return 0, fault.New(fault.Invalid, "Last-Event-ID must be a log index").At("Last-Event-ID")
		}
		head, err := s.logHead(ctx, c.Tenant())
		if err == nil && n >= head {
			err = fault.New(fault.Invalid, "Last-Event-ID %d is ahead of the log, which holds decisions up to %d; connect without it.", n, head-1).At("Last-Event-ID")
		}
		return n + 1, err
	}
	return s.logHead(ctx, c.Tenant())
}

// logHead is the index after the newest decision.
func (s *Server) logHead(ctx context.Context, id domain.TenantID) (int64, error) {
	rows, err := s.deps.Decide.List(ctx, id, decision.Filter{}, -1, 1)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	return rows[0].Index + 1, nil
}

// feedStream sends the feed as it grows, until the reader leaves, is too slow,
// loses its key, or the server drains.
func (s *Server) feedStream(ctx context.Context, x *exchange, c *Call) error {
	filter := feedFilter(c.Query)
	next, err := s.lastEventID(ctx, c)
	if err != nil {
		return err
	}
	if err := s.streams.open(c.Principal); err != nil {
		return err
	}
	defer s.streams.close(c.Principal)
	extend(x, 24*time.Hour, 0) // a stream's request has no end to wait for
	w := startSSE(x, func() error { _, err := s.stillAdmitted(ctx, x.route, c); return err })
	s.metrics.streams.Inc()
	defer s.metrics.streams.Dec()
	heartbeat := time.NewTicker(s.cfg.Heartbeat)
	defer heartbeat.Stop()
	poll := time.NewTicker(streamPoll)
	defer poll.Stop()
	w.comment("from " + strconv.FormatInt(next, 10))
	for {
		rung := s.bell.wait(c.Tenant())
		if next, err = s.sendFeed(ctx, w, c.Tenant(), filter, next); err != nil {
			return s.endStream(ctx, x, c, err)
		}
		select {
		case <-rung:
		case <-poll.C:
		case <-heartbeat.C:
			w.comment("alive")
			if err := w.flush(); err != nil {
				return s.endStream(ctx, x, c, err)
			}
		case <-s.drain:
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}

// sendFeed sends what is in the log from an index on and returns where to go on.
func (s *Server) sendFeed(ctx context.Context, w *sse, id domain.TenantID, f decision.Filter, next int64) (int64, error) {
	for {
		head, err := s.logHead(ctx, id)
		if err != nil {
			return next, err
		}
		var items []*decision.Item
		if head > next {
			if items, err = s.deps.Decide.FeedAfter(ctx, id, f, next, streamBatch); err != nil {
				return next, err
			}
		}
		title := s.titles(ctx, id)
		for _, it := range items {
			data, err := json.Marshal(feedTitled(it, title))
			if err != nil {
				return next, fmt.Errorf("encode feed item: %w", err)
			}
			w.event(it.Index, "decision", data)
			next = it.Index + 1
		}
		if len(w.buf) > 0 {
			if err := w.flush(); err != nil {
				return next, err
			}
		}
		if len(items) < streamBatch {
			// The filter dropped the rest up to head: don't look at it again.
			return max(next, head), nil
		}
	}
}

// endStream tells a slow reader from one that left; the status is sent, so
// there is nothing left to answer.
func (s *Server) endStream(ctx context.Context, x *exchange, c *Call, err error) error {
	if errors.Is(err, context.Canceled) || ctx.Err() != nil {
		return nil
	}
	if errors.Is(err, errLostRight) {
		s.log.InfoContext(ctx, "event stream ended", "error", err)
		if prob := s.problems.of(err, x.req.ID); prob.Status < http.StatusInternalServerError {
			s.denied(x, c.Request, c.Principal, prob, err)
		}
		return nil
	}
	s.metrics.dropped.Inc()
	s.log.InfoContext(ctx, "event stream cut off", "error", err)
	return nil
}
