package httpapi

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"

	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/tenant"
)

const (
	ndjson = "application/x-ndjson"
	// batchAhead is how many lines are at work at the same time: they share
	// commits, take their places in the log in their order, and are answered in
	// it.
	batchAhead = 256
	// batchStep bounds one read and one write of a batch.
	batchStep = 30 * time.Second
	// batchWait is how long a line waits for quota before it is refused.
	batchWait = 10 * time.Second
)

// batchLine is one line at work; out is good once done is closed.
type batchLine struct {
	number int64
	out    []byte
	done   chan struct{}
}

// defendBatch reads lines, works on up to batchAhead of them, and writes the
// answers in order. What was read is answered; a client that stops reading
// stops the reading of its lines.
func (s *Server) defendBatch(ctx context.Context, x *exchange, c *Call) error {
	if e := c.Request.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return fault.New(codeMedia, "Content-Encoding %q is not supported; send the lines as they are", clip(e)).At("Content-Encoding")
	}
	if c.Request.ContentLength > maxBatch {
		return tooLarge(maxBatch, limitBatch)
	}
	// Answers go out while lines come in.
	if err := http.NewResponseController(x).EnableFullDuplex(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	key, err := idempotencyKey(c)
	if err != nil {
		return err
	}
	c.header.Set("Content-Type", ndjson)
	b := &batch{server: s, x: x, c: c, detail: detailOf(c.Query), key: key}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lines := make(chan *batchLine, batchAhead)
	go b.read(ctx, lines)
	w := bufio.NewWriterSize(x, 64<<10)
	var broken error
	for line := range lines {
		<-line.done
		if broken != nil {
			continue // drain: the reader must end before we do
		}
		_, _ = w.Write(append(line.out, '\n')) // w keeps its first error for Flush
		if len(lines) == 0 || w.Buffered() > 48<<10 {
			extend(x, 0, batchStep)
			if broken = w.Flush(); broken == nil {
				// Out of net/http's buffer too: who sends a line and waits gets its answer.
				broken = flushWire(x)
			}
			if broken != nil {
				cancel()
			}
		}
	}
	return nil
}

// flushWire hands what was written to the connection.
func flushWire(x *exchange) error {
	err := http.NewResponseController(x).Flush()
	if errors.Is(err, http.ErrNotSupported) {
		return nil // a recorder: it has no wire
	}
	return err
}

// batch is what the lines of one request share.
type batch struct {
	server *Server
	x      *exchange
	c      *Call
	detail decision.Detail
	key    string // Idempotency-Key, empty when there is none
}

// read hands each line to a goroutine of its own; the channel bounds them.
func (b *batch) read(ctx context.Context, lines chan<- *batchLine) {
	defer close(lines)
	src := bufio.NewReaderSize(http.MaxBytesReader(b.x, b.c.Request.Body, maxBatch), 64<<10)
	var turn *decision.Turn
	for n := int64(1); ctx.Err() == nil; n++ {
		extend(b.x, batchStep, 0)
		text, err := readLine(src)
		if len(bytes.TrimSpace(text)) == 0 && err == nil {
			continue
		}
		if len(bytes.TrimSpace(text)) == 0 && errors.Is(err, io.EOF) {
			return
		}
		line := &batchLine{number: n, done: make(chan struct{})}
		if err != nil && !errors.Is(err, io.EOF) {
			line.out = b.problem(n, batchError(err))
			close(line.done)
		} else {
			turn = decision.NewTurn(turn)
			go b.decide(ctx, line, text, turn)
		}
		select {
		case lines <- line:
		case <-ctx.Done():
			<-line.done
			return
		}
		if err != nil && !errors.Is(err, errLineTooLong) {
			return
		}
	}
}

// errLineTooLong leaves the rest of the batch readable.
var errLineTooLong = errors.New("line too long")

func batchError(err error) error {
	var max *http.MaxBytesError
	switch {
	case errors.Is(err, errLineTooLong):
		return tooLarge(maxBody, limitBody)
	case errors.As(err, &max):
		return tooLarge(maxBatch, limitBatch)
	}
	return bodyError(err, maxBatch)
}

// readLine returns a copy of the next line without its end. A line over the
// limit is read to its end and refused.
func readLine(src *bufio.Reader) ([]byte, error) {
	var line []byte
	long := false
	for {
		part, err := src.ReadSlice('\n')
		if int64(len(line)+len(part)) > maxBody+2 {
			long, line = true, nil
		}
		if !long {
			line = append(line, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		line = bytes.TrimRight(line, "\r\n")
		long = long || int64(len(line)) > maxBody
		if long && (err == nil || err == io.EOF) {
			return nil, errLineTooLong
		}
		return line, err
	}
}

func (b *batch) decide(ctx context.Context, line *batchLine, text []byte, turn *decision.Turn) {
	defer close(line.done)
	defer turn.Pass() // also when the line is refused before it is decided
	log := b.server.log
	defer func() {
		if cause := recover(); cause != nil {
			log.ErrorContext(ctx, "panic in a batch line", "panic", cause, "line", line.number)
			line.out = b.problem(line.number, fault.New(fault.Internal, ""))
		}
	}()
	res, err := b.result(ctx, line.number, text, turn)
	if err != nil {
		if fault.CodeOf(err) == fault.Internal {
			log.ErrorContext(ctx, "batch line failed", "error", err, "line", line.number)
		}
		line.out = b.problem(line.number, err)
		return
	}
	line.out = res.AppendJSON(make([]byte, 0, 4<<10), b.detail)
}

// result decides a line if the key, its scope and the tenant still allow it: a
// batch may go on long after it was admitted.
func (b *batch) result(ctx context.Context, number int64, text []byte, turn *decision.Turn) (*decision.Result, error) {
	s := b.server
	p, err := s.stillAdmitted(ctx, b.x.route, b.c)
	if err != nil {
		return nil, err
	}
	waited, err := s.lineQuota(ctx, b.c.Tenant())
	if err == nil && waited {
		p, err = s.stillAdmitted(ctx, b.x.route, b.c)
	}
	if err != nil {
		return nil, err
	}
	call := decision.Call{Principal: p, Body: text, Remote: b.c.Remote(), Bulk: true, Compact: b.detail == decision.Compact, Turn: turn}
	if b.key != "" {
		call.IdempotencyKey = b.key + ":" + strconv.FormatInt(number, 10)
	}
	return s.deps.Decide.Defend(ctx, call)
}

// lineQuota waits for quota, and tells whether it had to: a batch goes as fast
// as its tenant may.
func (s *Server) lineQuota(ctx context.Context, id domain.TenantID) (bool, error) {
	for waited := time.Duration(0); ; {
		q := s.deps.Limits.Take(id, tenant.ClassDefend, 1)
		if q.Allowed {
			return waited > 0, nil
		}
		after := time.Duration(q.RetryAfterSeconds) * time.Second
		if waited += after; waited > batchWait {
			e := fault.New(fault.RateLimited, "The tenant's limit for decisions is %d in %d seconds.", q.Limit, q.Window)
			return true, &waitError{cause: e, after: after}
		}
		select {
		case <-time.After(after):
		case <-ctx.Done():
			return true, ctx.Err()
		}
	}
}

func (b *batch) problem(line int64, err error) []byte {
	prob := b.server.problems.of(err, b.x.req.ID)
	if prob.Status == http.StatusUnauthorized || prob.Status == http.StatusForbidden {
		b.server.denied(b.x, b.c.Request, b.c.Principal, prob, err)
	}
	b.server.metrics.problems.WithLabelValues(prob.Code).Inc()
	body, merr := json.Marshal(prob)
	if merr != nil {
		body = []byte("{}")
	}
	out := strconv.AppendInt([]byte(`{"line":`), line, 10)
	return append(append(append(out, `,"problem":`...), body...), '}')
}
