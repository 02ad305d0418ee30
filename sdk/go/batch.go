package frostgate

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// BatchOptions tune DefendBatch; the zero value is good.
type BatchOptions struct {
	// Full asks for complete answers: with trace and receipt.
	Full bool
	// Lines and Bytes bound one request; 0 is 2000 lines and 4 MiB.
	Lines, Bytes int
}

// BatchResult is the answer to one event of a batch.
type BatchResult struct {
	Index   int64          // of the event, from 0
	Raw     jsontext.Value // the answer as it came; nil with a Problem
	Problem *Problem       // why there is no decision
}

// Decision reads the answer.
func (r *BatchResult) Decision() (*Decision, error) {
	if r.Problem != nil {
		return nil, r.Problem
	}
	d := &Decision{Raw: r.Raw}
	return d, decode(r.Raw, d)
}

// DefendBatch sends events, one JSON object each, and yields their answers in
// the same order. Requests follow one another, so that windows count the events
// in order; the events of the next request are read while the last is decided.
//
// A request that fails on the way is continued with the events that have no
// answer yet, as long as all of these have a timestamp: the server recognises
// what it already decided. An error ends the iteration; all earlier answers hold.
func (c *Client) DefendBatch(ctx context.Context, events iter.Seq2[[]byte, error], opt BatchOptions) iter.Seq2[BatchResult, error] {
	if opt.Lines <= 0 {
		opt.Lines = 2000
	}
	if opt.Bytes <= 0 {
		opt.Bytes = 4 << 20
	}
	return func(yield func(BatchResult, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		chunks, answers := make(chan chunk, 1), make(chan answered, 1)
		done := make(chan struct{}, 2)
		go func() { cut(ctx, events, opt, chunks); close(chunks); done <- struct{}{} }()
		go func() { c.sendAll(ctx, chunks, opt.Full, answers); close(answers); done <- struct{}{} }()
		defer func() {
			cancel()
			<-done
			<-done
		}()
		var index int64
		for a := range answers {
			for _, r := range a.results {
				r.Index = index
				index++
				if !yield(r, nil) {
					return
				}
			}
			if a.err != nil {
				yield(BatchResult{Index: index}, a.err)
				return
			}
		}
	}
}

// chunk is the events of one request, each ending in a newline.
type chunk struct {
	body []byte
	ends []int // where each event ends in body
	err  error // of the source, after these events
}

type answered struct {
	results []BatchResult
	err     error
}

// cut gathers events into requests.
func cut(ctx context.Context, events iter.Seq2[[]byte, error], opt BatchOptions, out chan<- chunk) {
	var ch chunk
	flush := func() bool {
		if len(ch.ends) == 0 && ch.err == nil {
			return true
		}
		select {
		case out <- ch:
			ch = chunk{body: make([]byte, 0, len(ch.body)), ends: make([]int, 0, len(ch.ends))}
			return true
		case <-ctx.Done():
			return false
		}
	}
	for ev, err := range events {
		if err != nil {
			ch.err = err
			break
		}
		if len(ch.body) > 0 && len(ch.body)+len(ev) >= opt.Bytes && !flush() {
			return
		}
		ch.body = append(append(ch.body, ev...), '\n')
		ch.ends = append(ch.ends, len(ch.body))
		if len(ch.ends) >= opt.Lines && !flush() {
			return
		}
	}
	flush()
}

// sendAll sends one request after the other and stops at the first failure.
func (c *Client) sendAll(ctx context.Context, chunks <-chan chunk, full bool, out chan<- answered) {
	for ch := range chunks {
		a := answered{err: ch.err}
		if len(ch.ends) > 0 {
			var err error
			if a.results, err = c.sendChunk(ctx, ch, full); err != nil {
				a.err = err
			}
		}
		select {
		case out <- a:
		case <-ctx.Done():
			return
		}
		if a.err != nil {
			return
		}
	}
}

// sendChunk sends events until each has its answer.
func (c *Client) sendChunk(ctx context.Context, ch chunk, full bool) ([]BatchResult, error) {
	results := make([]BatchResult, 0, len(ch.ends))
	for try := 0; ; try++ {
		before := len(results)
		from := 0
		if before > 0 {
			from = ch.ends[before-1]
		}
		rest := ch.body[from:]
		err := c.sendOnce(ctx, rest, full, len(ch.ends)-before, &results)
		if err == nil {
			return results, nil
		}
		if len(results) > before {
			try = 0 // it moves
		}
		rq := &request{}
		if pause, again := c.again(err, try, rq); again {
			// Only now, because it is rarely needed: may these be sent again?
			var p *Problem
			refused := errors.As(err, &p) && p.Status == http.StatusTooManyRequests
			if refused || allRepeatable(ch, len(results)) {
				if werr := c.wait(ctx, pause); werr != nil {
					return results, werr
				}
				continue
			}
			err = fmt.Errorf("not sent again, because an event without a timestamp could be decided twice: %w", err)
		}
		return results, err
	}
}

func allRepeatable(ch chunk, from int) bool {
	start := 0
	if from > 0 {
		start = ch.ends[from-1]
	}
	for line := range bytes.Lines(ch.body[start:]) {
		if !repeatable(line) {
			return false
		}
	}
	return true
}

// sendOnce appends the answers that come.
func (c *Client) sendOnce(ctx context.Context, body []byte, full bool, want int, results *[]BatchResult) error {
	detail := "compact"
	if full {
		detail = "full"
	}
	res, err := c.open(ctx, &request{
		method: http.MethodPost, path: in("defend", "batch"), query: url.Values{"detail": {detail}},
		body: body, media: "application/x-ndjson", accept: "application/x-ndjson",
	})
	if err != nil {
		return err
	}
	defer res.Body.Close()
	r := bufio.NewReaderSize(res.Body, 256<<10)
	for got := 0; got < want; got++ {
		line, err := readLine(r)
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = fmt.Errorf("the answer ends after %d of %d events: %w", got, want, io.ErrUnexpectedEOF)
			}
			return &UnreachableError{URL: c.base, Err: err}
		}
		var result BatchResult
		if !bytes.HasPrefix(line, []byte(`{"event_id"`)) {
			var p struct {
				Problem *Problem       `json:"problem"`
				EventID jsontext.Value `json:"event_id"`
			}
			if err := json.Unmarshal(line, &p); err != nil || (p.Problem == nil && p.EventID == nil) {
				return fmt.Errorf("the server's answer is not what this client expects: %.200s", line)
			}
			if p.Problem == nil {
				*results = append(*results, BatchResult{Raw: line})
				continue
			}
			// A busy server refuses the events that it did not get to; they go again.
			if s := p.Problem.Status; s == http.StatusTooManyRequests || s == http.StatusServiceUnavailable {
				return p.Problem
			}
			result.Problem = p.Problem
		} else {
			result.Raw = line
		}
		*results = append(*results, result)
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(r, 4<<10)) // so that the connection is used again
	return nil
}

// readLine returns one line in memory of its own.
func readLine(r *bufio.Reader) ([]byte, error) {
	for {
		line, err := r.ReadBytes('\n')
		line = bytes.TrimSpace(line)
		if len(line) > 0 && (err == nil || errors.Is(err, io.EOF)) {
			return line, nil
		}
		if err != nil {
			return nil, err
		}
	}
}
