package fault

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// newEvent makes an event that nobody sent before. One in six has no time of
// its own and is known by its Idempotency-Key.
func (l *ledger) newEvent(r *rand.Rand) *event {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.next++
	e := &event{n: l.next}
	stamp := fmt.Sprintf(`"timestamp":%q,"source_event_id":"%d",`, time.Now().UTC().Format(time.RFC3339Nano), e.n)
	if r.IntN(6) == 0 {
		e.key, stamp = fmt.Sprintf("fault-%d", e.n), ""
	}
	e.body = fmt.Sprintf(`{"source":"fault","event_type":"auth",%s"event":{"src_ip":"10.9.%d.%d","user":"user-%d","failed_auths":%d,"n":%d,"note":%q}}`,
		stamp, r.IntN(250), r.IntN(250), r.IntN(50), r.IntN(12), e.n, strings.Repeat("x", r.IntN(900)))
	return e
}

// seen picks an event that was sent before.
func (l *ledger) seen(r *rand.Rand) *event {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.next == 0 {
		return nil
	}
	n := 1 + r.IntN(l.next)
	if a := l.acked[n]; a != nil {
		return a.ev
	}
	return l.open[n]
}

// client sends events over its own connections.
type client struct {
	http *http.Client
	url  string
	key  string
	book *ledger
}

func newClient(s *server, book *ledger) *client {
	return &client{http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}, Timeout: deadline}, url: s.url, key: s.boot.AdminKey, book: book}
}

func (c *client) close() { c.http.CloseIdleConnections() }

// post sends a request; alive is false when the connection broke.
func (c *client) post(path, contentType, idempotency string, body io.Reader) (resp *http.Response, err error) {
	req, err := http.NewRequest(http.MethodPost, c.url+path, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("X-API-Key", c.key)
	req.Header.Set("Content-Type", contentType)
	if idempotency != "" {
		req.Header.Set("Idempotency-Key", idempotency)
	}
	return c.http.Do(req)
}

// send sends one event. It returns the status, 0 when the connection broke.
func (c *client) send(e *event) int {
	c.book.sent(e)
	resp, err := c.post("/defend", "application/json", e.key, strings.NewReader(e.body))
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0
	}
	switch resp.StatusCode {
	case http.StatusOK:
		c.book.acknowledge(e, body)
	case http.StatusServiceUnavailable:
		c.refused(resp.Header.Get("Content-Type"), body)
	default:
		c.book.complain(&c.book.other, "event %d: status %d: %.300s", e.n, resp.StatusCode, body)
	}
	return resp.StatusCode
}

// refused checks a 503: a problem that names itself and nothing of our insides.
func (c *client) refused(contentType string, body []byte) {
	var p struct {
		Type, Code, Detail string
		Status             int
	}
	err := json.Unmarshal(body, &p)
	if err != nil || !strings.HasPrefix(contentType, "application/problem+json") || p.Status != http.StatusServiceUnavailable || p.Code == "" || p.Detail == "" {
		c.book.complain(&c.book.other, "a 503 that is no problem document: %s %.300s", contentType, body)
	}
	c.book.refuse()
}

// batch sends events as lines, one bad line among them. Lines that were
// answered before the connection broke count.
func (c *client) batch(events []*event) {
	var in bytes.Buffer
	for i, e := range events {
		c.book.sent(e)
		in.WriteString(e.body + "\n")
		if i == len(events)/2 {
			in.WriteString(`{"event_type":` + "\n")
		}
	}
	resp, err := c.post("/v1/defend/batch", "application/x-ndjson", "", &in)
	if err != nil {
		return
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(resp.Body)
		if resp.StatusCode != http.StatusServiceUnavailable {
			c.book.complain(&c.book.other, "batch: status %d: %.300s", resp.StatusCode, body)
		}
		return
	}
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	for i := 0; lines.Scan(); i++ {
		at := i
		if i > len(events)/2+1 {
			at = i - 1
		}
		var p struct {
			Problem *struct {
				Status int
				Code   string
			}
		}
		text := bytes.Clone(lines.Bytes())
		if err := json.Unmarshal(text, &p); err != nil {
			return // the line was cut off with the connection
		}
		switch {
		case i == len(events)/2+1:
			if p.Problem == nil || p.Problem.Status != http.StatusBadRequest {
				c.book.complain(&c.book.other, "batch: a malformed line was answered %.300s", text)
			}
		case p.Problem == nil:
			c.book.acknowledge(events[at], text)
		case p.Problem.Status != http.StatusServiceUnavailable:
			c.book.complain(&c.book.other, "batch: event %d: %.300s", events[at].n, text)
		default:
			c.book.refuse()
		}
	}
}

// load runs n clients until ctx ends. A client whose connection broke stops:
// the server is gone.
func (l *ledger) load(ctx context.Context, s *server, n int, seed uint64) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(seed, uint64(i)))
			c := newClient(s, l)
			defer c.close()
			for ctx.Err() == nil {
				select {
				case <-s.ended:
					return
				default:
				}
				c.step(r)
			}
		})
	}
	wg.Wait()
}

// underLoad starts a server that four clients send to until stop is called.
func underLoad(t *testing.T, c childConfig, log string) (s *server, book *ledger, stop func()) {
	t.Helper()
	s, book = start(t, c, log), newLedger()
	book.pin(s)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		book.load(ctx, s, 4, 1)
		close(done)
	}()
	return s, book, func() { cancel(); <-done }
}

// step is one thing that a client does.
func (c *client) step(r *rand.Rand) {
	switch k := r.IntN(10); {
	case k == 0:
		var events []*event
		for range 10 {
			e := c.book.newEvent(r)
			if e.key != "" { // a batch has one key for all lines at most
				c.send(e)
				continue
			}
			events = append(events, e)
		}
		if len(events) > 2 {
			c.batch(events)
		}
	case k < 3:
		if e := c.book.seen(r); e != nil {
			c.send(e)
			return
		}
		fallthrough
	default:
		c.send(c.book.newEvent(r))
	}
}

// resend sends events again, several at a time, and returns how many were not
// answered with 200.
func (l *ledger) resend(s *server, events []*event) (failed int) {
	work := make(chan *event)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			c := newClient(s, l)
			defer c.close()
			for e := range work {
				if c.send(e) != http.StatusOK {
					mu.Lock()
					failed++
					mu.Unlock()
				}
			}
		})
	}
	for _, e := range events {
		work <- e
	}
	close(work)
	wg.Wait()
	return failed
}
