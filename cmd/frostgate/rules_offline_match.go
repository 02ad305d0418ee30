package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"frostgate.io/frostgate/internal/jsondoc"
	"frostgate.io/frostgate/sigma"
)

// rulesMatchCmd prints one JSON object a line for each match: file (as given),
// line (of text, 1-based) or record (of EVTX the EventRecordID; of CloudTrail
// files, arrays and JSON over several lines the ordinal), rule_id, title, level.
// It exits with 0 whether or not anything matches, and with 2 when an input, or
// a part of one, can't be read; the rest is matched all the same.
type rulesMatchCmd struct {
	Rules []string `help:"Rules: a folder, a tar (plain or gzip) or a file; repeatable." required:"" placeholder:"DIR|TAR" sep:"none"`
	Files []string `arg:"" help:"Event files: JSON lines, CloudTrail, EVTX, auth.log; plain or gzip; - is standard input."`
}

// Run matches the files one after the other, each on all processors.
func (c *rulesMatchCmd) Run(p *program) error {
	start := time.Now()
	set, rules, err := compileRules(p, c.Rules)
	if err != nil {
		return err
	}
	if n := len(rules.Correlations); n > 0 {
		fmt.Fprintf(p.err, "Correlations: %d; they look at several events and are left to the server and to `%s rules test`.\n", n, p.self())
	}
	fmt.Fprintf(p.err, "Rules loaded: %d, in %.2f s.\n", set.Len(), time.Since(start).Seconds())
	sum := &matchTally{}
	start = time.Now()
	err = p.emit(func(w io.Writer) error {
		out := bufio.NewWriterSize(w, 64<<10)
		for _, name := range c.Files {
			if err := c.file(p, set, name, out, sum); err != nil {
				return err
			}
		}
		return out.Flush()
	})
	if err != nil {
		return err
	}
	took := time.Since(start).Seconds()
	fmt.Fprintf(p.err, "Events: %d (%.1f MB), matches: %d, in %.2f s: %.0f events/s, %.1f MB/s.\n", sum.events, float64(sum.bytes)/1e6, sum.matches, took, float64(sum.events)/max(took, 1e-6), float64(sum.bytes)/1e6/max(took, 1e-6))
	if sum.cut > 0 {
		fmt.Fprintf(p.err, "Too costly to match in full: %d events, the first is %s; rules may be missing from their results.\n", sum.cut, sum.firstCut)
	}
	if sum.unreadable > 0 {
		fmt.Fprintf(p.err, "Not readable: %d files, lines or records.\n", sum.unreadable)
		return errQuiet(exitUsage)
	}
	return nil
}

// file matches one file; what can't be read is told and counted, an error means
// that the output can't be written.
func (c *rulesMatchCmd) file(p *program, set *sigma.Set, name string, out io.Writer, sum *matchTally) error {
	r := p.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			sum.unread(p, name, err)
			return nil
		}
		defer f.Close()
		r = f
	}
	events, unit, err := openEvents(r, name)
	if err != nil {
		sum.unread(p, name, err)
		return nil
	}
	run := newMatchRun(set, name, unit)
	err = run.over(p.ctx, events, func(done *matchChunk) error {
		sum.events += int64(len(done.numbers))
		sum.bytes += int64(len(done.events))
		sum.matches += done.matches
		sum.addCut(name, unit, done)
		for _, bad := range done.bad {
			sum.unread(p, name, bad)
		}
		_, err := out.Write(done.out)
		return err
	})
	var end *endError
	if errors.As(err, &end) {
		sum.unread(p, name, end.error)
		return nil
	}
	return err
}

// matchTally sums up a run.
type matchTally struct {
	events, bytes, matches, unreadable int64
	cut                                int64 // too costly to be matched in full
	firstCut                           string
}

func (s *matchTally) addCut(name, unit string, c *matchChunk) {
	if s.cut == 0 && c.cut > 0 {
		s.firstCut = fmt.Sprintf("%s %s %d", printable(name), unit, c.firstCut)
	}
	s.cut += c.cut
}

// unread tells of an input, or a part of one, that can't be read.
func (s *matchTally) unread(p *program, name string, err error) {
	var path *os.PathError
	if errors.As(err, &path) { // it would name the file again
		err = path.Err
	}
	if s.unreadable++; s.unreadable <= shownRejects {
		fmt.Fprintf(p.err, "frostgate: %s: %s\n", name, printable(message(err)))
	}
}

// endError is what ends the reading of a file before its end.
type endError struct{ error }

// chunkBytes and chunkEvents bound what is handed to a processor at once.
const (
	chunkBytes  = 256 << 10
	chunkEvents = 1024
)

// matchChunk is some events in a row, and then what came of them. One goroutine
// after the other owns it.
type matchChunk struct {
	events   []byte
	ends     []int   // of each event in events
	numbers  []int64 // of each event
	bad      []error // in the order of the file
	out      []byte
	matches  int64
	cut      int64         // events too costly to be matched in full
	firstCut int64         // the number of the first
	done     chan struct{} // has room for one
}

func (c *matchChunk) reset() {
	c.events, c.ends, c.numbers, c.bad, c.out, c.matches = c.events[:0], c.ends[:0], c.numbers[:0], nil, c.out[:0], 0
	c.cut, c.firstCut = 0, 0
}

// matchRun matches one file.
type matchRun struct {
	set   *sigma.Set
	unit  string
	head  []byte   // the first member of a line
	tails [][]byte // the last members, of each rule
}

func newMatchRun(set *sigma.Set, name, unit string) *matchRun {
	m := &matchRun{set: set, unit: unit}
	m.head = append(jsondoc.AppendString([]byte(`{"file":`), strings.ToValidUTF8(name, "\ufffd")), `,"`+unit+`":`...)
	for _, r := range set.Rules() {
		tail := jsondoc.AppendString([]byte(`,"rule_id":`), r.ID)
		tail = jsondoc.AppendString(append(tail, `,"title":`...), r.Title)
		m.tails = append(m.tails, append(jsondoc.AppendString(append(tail, `,"level":`...), r.Level.String()), "}\n"...))
	}
	return m
}

// over reads events ahead, matches them on all processors and hands the results
// over in the order of the file. Chunks go round, so memory is bounded.
func (m *matchRun) over(ctx context.Context, events eventReader, each func(*matchChunk) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	n := runtime.GOMAXPROCS(0)
	free, work, order := make(chan *matchChunk, 3*n), make(chan *matchChunk, 3*n), make(chan *matchChunk, 3*n)
	for range 3 * n {
		free <- &matchChunk{done: make(chan struct{}, 1)}
	}
	var running sync.WaitGroup
	for range n {
		running.Go(func() { m.work(work) })
	}
	var readErr error
	running.Go(func() {
		defer close(order)
		defer close(work)
		readErr = m.read(ctx, events, free, work, order)
	})
	var err error
	for c := range order {
		<-c.done
		if err == nil {
			if err = each(c); err != nil {
				stop()
			}
		}
		c.reset()
		free <- c
	}
	running.Wait()
	return errors.Join(err, readErr)
}

// read fills chunks.
func (m *matchRun) read(ctx context.Context, events eventReader, free <-chan *matchChunk, work, order chan<- *matchChunk) error {
	for {
		var c *matchChunk
		select {
		case c = <-free:
		case <-ctx.Done():
			return ctx.Err()
		}
		err := c.fill(events)
		order <- c
		work <- c
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return &endError{err}
		}
	}
}

// fill reads events until the chunk is full.
func (c *matchChunk) fill(events eventReader) error {
	for len(c.events) < chunkBytes && len(c.numbers) < chunkEvents && len(c.bad) < chunkEvents {
		number, raw, err := events.next()
		var bad *badEvent
		switch {
		case errors.As(err, &bad):
			c.bad = append(c.bad, bad)
			continue
		case err != nil:
			return err
		}
		c.events = append(c.events, raw...)
		c.ends = append(c.ends, len(c.events))
		c.numbers = append(c.numbers, number)
	}
	return nil
}

// work matches chunks.
func (m *matchRun) work(chunks <-chan *matchChunk) {
	matcher := m.set.NewMatcher()
	for c := range chunks {
		from := 0
		for i, end := range c.ends {
			found, err := matcher.Match(c.events[from:end])
			if from = end; err != nil {
				c.bad = append(c.bad, fmt.Errorf("%s %d: %w", m.unit, c.numbers[i], err))
			}
			if matcher.Cut() {
				if c.cut++; c.cut == 1 {
					c.firstCut = c.numbers[i]
				}
			}
			for _, x := range found {
				c.out = strconv.AppendInt(append(c.out, m.head...), c.numbers[i], 10)
				c.out = append(c.out, m.tails[x.Index]...)
				c.matches++
			}
		}
		c.done <- struct{}{}
	}
}
