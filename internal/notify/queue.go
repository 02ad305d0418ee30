package notify

import (
	"context"
	"fmt"
	"sync"
	"time"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

// target names one webhook.
type target struct {
	tenant  domain.TenantID
	webhook string
}

// hook is a webhook in the queue; its fields belong to the queue's lock.
type hook struct {
	target
	running bool
	queued  bool
	dirty   bool          // woken while it ran
	due     domain.Micros // a retry waits for that time; 0: none
	gone    bool
}

// queue knows which webhooks have something to do. Those whose last attempt
// failed wait in a line of their own with few places, so that hanging endpoints
// never take the places of healthy ones.
type queue struct {
	signal chan struct{} // capacity 1: something changed

	mu      sync.Mutex
	hooks   map[domain.TenantID]map[string]*hook
	healthy line
	failing line
}

type line struct {
	waiting []*hook
	running int
	places  int
}

func newQueue() *queue {
	return &queue{signal: make(chan struct{}, 1), hooks: map[domain.TenantID]map[string]*hook{}}
}

func (q *queue) notify() {
	select {
	case q.signal <- struct{}{}:
	default:
	}
}

// add takes a webhook and lets it run.
func (q *queue) add(t target) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.hooks[t.tenant] == nil {
		q.hooks[t.tenant] = map[string]*hook{}
	}
	if q.hooks[t.tenant][t.webhook] == nil {
		q.hooks[t.tenant][t.webhook] = &hook{target: t}
	}
	q.ready(q.hooks[t.tenant][t.webhook])
}

func (q *queue) remove(t target) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if h := q.hooks[t.tenant][t.webhook]; h != nil {
		q.drop(h)
	}
}

func (q *queue) drop(h *hook) {
	h.gone = true
	delete(q.hooks[h.tenant], h.webhook)
	if len(q.hooks[h.tenant]) == 0 {
		delete(q.hooks, h.tenant)
	}
}

// ready lines a webhook up; mu is held.
func (q *queue) ready(h *hook) {
	switch {
	case h.running:
		h.dirty = true
		return
	case h.queued:
		return
	}
	l := &q.healthy
	if h.due != 0 {
		l = &q.failing
	}
	h.queued = true
	l.waiting = append(l.waiting, h)
	q.notify()
}

// wake lines up the tenant's webhooks that don't wait for a retry.
func (q *queue) wake(tenant domain.TenantID) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, h := range q.hooks[tenant] {
		if h.due == 0 {
			q.ready(h)
		}
	}
}

// next takes a webhook whose line has a place.
func (q *queue) next() (*hook, *line) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, l := range []*line{&q.healthy, &q.failing} {
		for l.running < l.places && len(l.waiting) > 0 {
			h := l.waiting[0]
			l.waiting = l.waiting[1:]
			h.queued = false
			if h.gone {
				continue
			}
			h.running, h.dirty = true, false
			l.running++
			return h, l
		}
	}
	return nil, nil
}

func (q *queue) done(h *hook, l *line, t turn) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l.running--
	h.running, h.due = false, t.at
	switch {
	case h.gone:
	case t.gone:
		q.drop(h)
	case h.due == 0 && (t.more || h.dirty):
		q.ready(h)
	}
	q.notify()
}

// retries lines up what is due and returns the time of the next one, 0 if none.
func (q *queue) retries(now domain.Micros) (next domain.Micros) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, hooks := range q.hooks {
		for _, h := range hooks {
			switch {
			case h.due == 0 || h.running || h.queued:
			case h.due <= now:
				q.ready(h)
			case next == 0 || h.due < next:
				next = h.due
			}
		}
	}
	return next
}

// storePause is how long a webhook waits after an error on our side.
const storePause = 5 * time.Second

// Wake says that the tenant has new decisions. It never blocks and is cheap for
// a tenant without webhooks.
func (s *Service) Wake(tenant domain.TenantID) { s.queue.wake(tenant) }

// Run delivers until ctx ends, then waits for the attempts in flight. What the
// log holds since the last stop comes first.
func (s *Service) Run(ctx context.Context) error {
	// The store may be away for a moment, also now: then it is asked again.
	for err := s.loadAll(ctx); err != nil; err = s.loadAll(ctx) {
		if ctx.Err() != nil {
			return nil
		}
		s.log.ErrorContext(ctx, "webhooks can't be read, nothing is delivered yet", "error", err)
		select {
		case <-ctx.Done():
			return nil
		case <-s.cfg.After(storePause):
		}
	}
	q := s.queue
	q.mu.Lock()
	q.healthy.places, q.failing.places = s.cfg.InFlight, max(1, s.cfg.InFlight/4)
	q.mu.Unlock()
	var workers sync.WaitGroup
	defer s.client.CloseIdleConnections()
	defer workers.Wait()
	var armed domain.Micros
	var timer <-chan time.Time
	for {
		now := s.clk.Now()
		due := q.retries(now)
		for h, l := q.next(); h != nil; h, l = q.next() {
			workers.Go(func() { q.done(h, l, s.turn(ctx, h.target)) })
		}
		switch {
		case due == 0:
			armed, timer = 0, nil
		case due != armed:
			armed, timer = due, s.cfg.After(time.Duration(due-now)*time.Microsecond)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-q.signal:
		case <-timer:
			armed = 0 // a timer may fire before the wall clock is there
		}
	}
}

// turn is deliver with errors of ours turned into a pause.
func (s *Service) turn(ctx context.Context, t target) turn {
	next, err := s.deliver(ctx, t)
	if err == nil || ctx.Err() != nil {
		return next
	}
	s.log.ErrorContext(ctx, "webhook delivery stopped for now", "tenant", t.tenant, "webhook", t.webhook, "error", err)
	return turn{at: s.clk.Now() + domain.Micros(storePause/time.Microsecond)}
}

func (s *Service) loadAll(ctx context.Context) error {
	var all []target
	err := s.db.InSystemReadTx(ctx, "webhooks of all tenants at start", func(tx *db.Tx) error {
		return tx.ForEach(ctx, selectAllLive, nil, func(sc db.Scanner) error {
			var t target
			err := sc.Scan(&t.tenant, &t.webhook)
			all = append(all, t)
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("webhooks at start: %w", err)
	}
	for _, t := range all {
		s.queue.add(t)
	}
	return nil
}
