package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"
)

// The kinds of load.
const (
	loadDefend = "defend" // one event a request
	loadPolicy = "policy" // the same as input of the peer
	loadBatch  = "batch"  // many events a request
	// loadProcess is a Windows process creation a request.
	loadProcess = "process"
)

// loadPlan is what a load process is told on its standard input.
type loadPlan struct {
	Kind        string `json:"kind"`
	Address     string `json:"address"`
	Path        string `json:"path"`
	Key         string `json:"key"`
	Tenant      string `json:"tenant"`
	Connections int    `json:"connections"`
	Lines       int    `json:"lines"` // of one batch
	First       uint64 `json:"first"` // number of the first event
	WarmupMS    int64  `json:"warmup_ms"`
	DurationMS  int64  `json:"duration_ms"`
	// PerSecond spreads requests evenly over time, whatever the answers do; 0
	// sends the next as soon as one is answered.
	PerSecond int `json:"per_second"`
	// Server is the process whose CPU time is measured; 0 for none.
	Server int `json:"server"`
}

// loadResult is what it answers on its standard output. Events counts those
// answered within the measured time.
type loadResult struct {
	Events  int     `json:"events"`
	Total   int     `json:"total"` // with those outside the measured time
	Seconds float64 `json:"seconds"`
	P50     int64   `json:"p50"` // nanoseconds a request
	P90     int64   `json:"p90"`
	P99     int64   `json:"p99"`
	Max     int64   `json:"max"`
	// CPU seconds of the server and of this process in the measured time.
	ServerCPU float64 `json:"server_cpu"`
	OwnCPU    float64 `json:"own_cpu"`
	Body      int     `json:"body"` // bytes of one request's body
	Answer    int     `json:"answer"`
	Error     string  `json:"error,omitempty"`
}

func (r *loadResult) rate() float64 { return float64(r.Events) / r.Seconds }

// cpuPerEvent is the server's CPU time for one event.
func (r *loadResult) cpuPerEvent() time.Duration {
	return time.Duration(r.ServerCPU / float64(max(1, r.Events)) * 1e9)
}

// loadMain is the load process.
func loadMain(in io.Reader, out io.Writer) error {
	debug.SetGCPercent(1000) // little garbage; none of it in the server's way
	var p loadPlan
	if err := json.UnmarshalRead(in, &p); err != nil {
		return fmt.Errorf("load plan: %w", err)
	}
	r, err := runLoad(&p)
	if err != nil {
		r = &loadResult{Error: err.Error()}
	}
	return json.MarshalWrite(out, r)
}

// worker is one connection in a closed loop.
type worker struct {
	plan  *loadPlan
	next  *atomic.Uint64
	write *writer
	conn  net.Conn
	in    *bufio.Reader
	ns    []int64
	body  int
	size  int
	ready []byte // request of a batch, reused
	pace  *pace  // nil: as fast as answers come
}

func runLoad(p *loadPlan) (*loadResult, error) {
	var next atomic.Uint64
	next.Store(p.First)
	workers := make([]*worker, p.Connections)
	for i := range workers {
		w, err := newWorker(p, &next, uint64(i))
		if err != nil {
			return nil, err
		}
		workers[i] = w
	}
	defer func() {
		for _, w := range workers {
			w.conn.Close()
		}
	}()
	start := time.Now()
	from := start.Add(time.Duration(p.WarmupMS) * time.Millisecond)
	until := from.Add(time.Duration(p.DurationMS) * time.Millisecond)
	errs := make(chan error, len(workers))
	var wg sync.WaitGroup
	for _, w := range workers {
		wg.Go(func() { errs <- w.run(from, until) })
	}
	time.Sleep(time.Until(from))
	server0, own0 := cpuOf(p.Server), cpuOf(os.Getpid())
	time.Sleep(time.Until(until))
	server1, own1 := cpuOf(p.Server), cpuOf(os.Getpid())
	wg.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return nil, err
		}
	}
	r, err := collect(p, workers, until.Sub(from), server1-server0, own1-own0)
	if r != nil {
		r.Total = int(next.Load() - p.First)
	}
	return r, err
}

func collect(p *loadPlan, workers []*worker, took time.Duration, server, own float64) (*loadResult, error) {
	var all []int64
	for _, w := range workers {
		all = append(all, w.ns...)
	}
	if len(all) == 0 {
		return nil, errors.New("no request was answered in the measured time")
	}
	slices.Sort(all)
	at := func(q float64) int64 { return all[min(len(all)-1, int(q*float64(len(all))))] }
	return &loadResult{
		Events: len(all) * max(1, p.Lines), Seconds: took.Seconds(),
		P50: at(0.5), P90: at(0.9), P99: at(0.99), Max: all[len(all)-1],
		ServerCPU: server, OwnCPU: own, Body: workers[0].body, Answer: workers[0].size,
	}, nil
}

func newWorker(p *loadPlan, next *atomic.Uint64, seed uint64) (*worker, error) {
	conn, err := net.Dial("tcp", p.Address)
	if err != nil {
		return nil, err
	}
	w := &worker{plan: p, next: next, conn: conn, in: bufio.NewReaderSize(conn, 64<<10), pace: newPace(p, seed)}
	seed = seed*1_000_003 + p.First
	switch p.Kind {
	case loadPolicy:
		t := newTemplate(p.Address, p.Path, "", policyBody(p.Tenant))
		w.write, w.body = newWriter(t.bytes, seed), t.body
	case loadDefend:
		t := newTemplate(p.Address, p.Path, p.Key, defendBody(time.Now()))
		w.write, w.body = newWriter(t.bytes, seed), t.body
	case loadProcess:
		t := newTemplate(p.Address, p.Path, p.Key, processBody(time.Now()))
		w.write, w.body = newWriter(t.bytes, seed), t.body
	case loadBatch:
		line := defendBody(time.Now()) + "\n"
		w.write, w.body = newWriter([]byte(line), seed), len(line)*p.Lines
	default:
		return nil, fmt.Errorf("unknown load %q", p.Kind)
	}
	return w, nil
}

// run sends request after request; those that are answered within the measured
// time count.
func (w *worker) run(from, until time.Time) error {
	for {
		req := w.request()
		start := w.pace.turn()
		if !start.Before(until) {
			return nil
		}
		if _, err := w.conn.Write(req); err != nil {
			return fmt.Errorf("send: %w", err)
		}
		n, err := w.answer()
		if err != nil {
			return err
		}
		end := time.Now()
		if !end.Before(from) && !end.After(until) {
			w.ns = append(w.ns, int64(end.Sub(start)))
			w.size = n
		}
	}
}

func (w *worker) request() []byte {
	if w.plan.Kind != loadBatch {
		return w.write.next(w.next.Add(1))
	}
	if w.ready == nil {
		w.ready = fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nX-API-Key: %s\r\nContent-Type: application/x-ndjson\r\nContent-Length: %d\r\n\r\n",
			w.plan.Path, w.plan.Address, w.plan.Key, w.body)
	}
	head := bytes.Index(w.ready, []byte("\r\n\r\n")) + 4
	w.ready = w.ready[:head]
	for range w.plan.Lines {
		w.ready = append(w.ready, w.write.next(w.next.Add(1))...)
	}
	return w.ready
}

// answer reads one response to its end and refuses what is not a success.
func (w *worker) answer() (int, error) {
	status, err := w.in.ReadSlice('\n')
	if err != nil {
		return 0, fmt.Errorf("read answer: %w", err)
	}
	ok := bytes.HasPrefix(status, []byte("HTTP/1.1 200"))
	first := string(bytes.TrimSpace(status))
	length, chunked := -1, false
	for {
		line, err := w.in.ReadSlice('\n')
		if err != nil {
			return 0, fmt.Errorf("read head: %w", err)
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		if v, is := header(line, "content-length:"); is {
			if length, err = strconv.Atoi(string(v)); err != nil {
				return 0, err
			}
		}
		if v, is := header(line, "transfer-encoding:"); is && string(v) == "chunked" {
			chunked = true
		}
	}
	if !ok {
		text := make([]byte, min(max(length, 0), 4096))
		_, _ = io.ReadFull(w.in, text)
		return 0, fmt.Errorf("refused: %s: %s", first, text)
	}
	if chunked {
		return w.chunks()
	}
	return length, w.whole(length)
}

func header(line []byte, name string) ([]byte, bool) {
	if len(line) < len(name) || !bytes.EqualFold(line[:len(name)], []byte(name)) {
		return nil, false
	}
	return bytes.TrimSpace(line[len(name):]), true
}

// whole reads a body of known length. The first of each connection is looked at:
// a fast wrong answer is no result.
func (w *worker) whole(length int) error {
	if w.size == 0 {
		text := make([]byte, length)
		if _, err := io.ReadFull(w.in, text); err != nil {
			return err
		}
		return w.look(text)
	}
	_, err := w.in.Discard(length)
	return err
}

func (w *worker) look(text []byte) error {
	w.size = len(text)
	want := []string{`"decision_id":"`, `"replayed":false`, `c2sp.org/tlog-proof@v1`}
	if w.plan.Kind == loadPolicy {
		want = []string{`"allow":true`}
	}
	for _, s := range want {
		if !bytes.Contains(text, []byte(s)) {
			return fmt.Errorf("the answer lacks %s: %.2000s", s, text)
		}
	}
	return nil
}

// chunks reads a chunked body and counts the lines of a batch.
func (w *worker) chunks() (int, error) {
	total, lines, problem := 0, 0, []byte(nil)
	for {
		line, err := w.in.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		size, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 64)
		if err != nil {
			return 0, fmt.Errorf("chunk size: %w", err)
		}
		for left := int(size) + 2; left > 0; {
			part, err := w.in.Peek(min(left, w.in.Size()))
			if err != nil {
				return 0, err
			}
			if size > 0 {
				lines += bytes.Count(part[:min(len(part), max(0, left-2))], []byte("\n"))
			}
			if i := bytes.Index(part, []byte(`"problem":{`)); i >= 0 && problem == nil {
				problem = bytes.Clone(part[i:min(len(part), i+1000)])
			}
			left -= len(part)
			_, _ = w.in.Discard(len(part))
		}
		total += int(size)
		if size > 0 {
			continue
		}
		if problem != nil || (w.plan.Kind == loadBatch && lines != w.plan.Lines) {
			return 0, fmt.Errorf("batch of %d lines: %d answers, %s", w.plan.Lines, lines, problem)
		}
		return total, nil
	}
}
