package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/schollz/progressbar/v3"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/connector"
	frostgate "frostgate.io/frostgate/sdk/go"
)

type ingestCmd struct {
	Files        []string `arg:"" help:"Files to read, plain or gzip; - is standard input."`
	Format       string   `help:"${enum}; without it, detected." enum:"auto,native,cloudtrail,authlog,winevent,evtx,json" default:"auto"`
	Timezone     string   `help:"Time zone of timestamps that name none, for example Europe/Berlin." default:"UTC"`
	Rejects      string   `help:"Write every rejected line with its reason to this file." placeholder:"FILE"`
	AllowRejects bool     `help:"Exit 0 although lines were rejected."`
	BatchLines   int      `help:"Events in one request." default:"2000"`
}

// Run sends the files one after the other: windows count events in their order.
func (c *ingestCmd) Run(p *program) error {
	zone, err := time.LoadLocation(c.Timezone)
	if err != nil {
		return usagef("--timezone: %w", err)
	}
	cl, err := p.client()
	if err != nil {
		return err
	}
	in := &ingestion{client: cl, lines: c.BatchLines, options: connector.Options{Now: clock.System{}.Now(), Zone: zone}}
	if c.Format != "auto" {
		in.kind = connector.Kind(c.Format)
	}
	if c.Rejects != "" {
		f, err := os.OpenFile(c.Rejects, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
		if err != nil {
			return usagef("--rejects: %w", err)
		}
		defer f.Close()
		in.rejects = f
	}
	sum := newTally()
	start := time.Now()
	for _, name := range c.Files {
		if err = c.file(p, in, name, sum); err != nil {
			err = fmt.Errorf("%s: %w", name, err)
			break
		}
	}
	sum.Seconds = time.Since(start).Seconds()
	if err == nil || sum.Accepted+sum.Replayed+sum.Rejected > 0 {
		if perr := c.print(p, sum); err == nil {
			err = perr
		}
	}
	if err != nil {
		if sum.Accepted+sum.Replayed > 0 {
			err = fmt.Errorf("%w\n%d events are recorded; run the same command again to go on, they are recognised", err, sum.Accepted+sum.Replayed)
		}
		return err
	}
	if sum.Rejected > 0 && !c.AllowRejects {
		return errQuiet(exitFailed)
	}
	return nil
}

func (c *ingestCmd) file(p *program, in *ingestion, name string, sum *tally) error {
	r, size := p.in, int64(-1)
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return errUsage{err}
		}
		defer f.Close()
		if st, err := f.Stat(); err == nil && st.Mode().IsRegular() {
			size = st.Size()
		}
		r = f
	}
	if isTerminal(p.err) {
		bar := progressbar.NewOptions64(size, progressbar.OptionSetWriter(p.err), progressbar.OptionSetDescription(filepath.Base(name)), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(),
			progressbar.OptionEnableColorCodes(p.color()), progressbar.OptionFullWidth())
		defer func() { _ = bar.Finish() }() // only decoration
		r = io.TeeReader(r, bar)
		// The rate that counts is that of answers: reading runs ahead of them, and
		// what is read may be compressed.
		start, answers := time.Now(), 0
		in.seen = func(verdict) {
			if answers++; answers%500 == 0 {
				bar.Describe(fmt.Sprintf("%s, %.0f events/s", filepath.Base(name), float64(answers)/time.Since(start).Seconds()))
			}
		}
	}
	return in.send(p.ctx, r, name, sum)
}

// print shows the summary: what came in, what was not taken, what was decided.
func (c *ingestCmd) print(p *program, sum *tally) error {
	if p.cli.Output != "table" {
		return p.one(sum, "lines", "accepted", "replayed", "rejected", "seconds", "per_second")
	}
	return p.emit(func(w io.Writer) error {
		rows := [][]string{
			{"events read", fmt.Sprint(sum.Lines)},
			{"accepted", fmt.Sprint(sum.Accepted)},
			{"replayed", fmt.Sprint(sum.Replayed) + note(sum.Replayed > 0, "known already, recorded once; the levels below are theirs too")},
			{"rejected", fmt.Sprint(sum.Rejected)},
			{"rate", fmt.Sprintf("%.0f events/s (%.1f s)", sum.PerSecond(), sum.Seconds)},
		}
		for _, l := range levels() {
			rows = append(rows, []string{"level " + l, fmt.Sprint(sum.Levels[l])})
		}
		for _, g := range sortedKeys(sum.Gating) {
			rows = append(rows, []string{"gating " + g, fmt.Sprint(sum.Gating[g])})
		}
		for _, a := range sortedKeys(sum.Actions) {
			rows = append(rows, []string{"action " + a, fmt.Sprint(sum.Actions[a])})
		}
		if err := writeAligned(w, rows, p.width()); err != nil || sum.Rejected == 0 {
			return err
		}
		fmt.Fprintln(w, "\nRejected:")
		for _, r := range sum.Rejects {
			fmt.Fprintf(w, "  %s\n", printable(r.String()))
		}
		if more := sum.Rejected - int64(len(sum.Rejects)); more > 0 {
			fmt.Fprintf(w, "  and %d more; --rejects FILE writes all\n", more)
		}
		return nil
	})
}

func note(when bool, text string) string {
	if !when {
		return ""
	}
	return " (" + text + ")"
}

func levels() []string { return []string{"none", "low", "medium", "high", "critical"} }

// shownRejects is how many rejected lines a summary names.
const shownRejects = 20

// reject is one line that gave no decision.
type reject struct {
	File   string `json:"file"`
	Line   int64  `json:"line"`
	Reason string `json:"reason"`
}

// String is the line of a rejects file.
func (r reject) String() string { return fmt.Sprintf("%s:%d: %s", r.File, r.Line, r.Reason) }

// tally sums up what became of events.
type tally struct {
	Lines    int64            `json:"lines"`
	Accepted int64            `json:"accepted"`
	Replayed int64            `json:"replayed"`
	Rejected int64            `json:"rejected"`
	Seconds  float64          `json:"seconds"`
	Levels   map[string]int64 `json:"levels"`
	Gating   map[string]int64 `json:"gating"`
	Actions  map[string]int64 `json:"actions"`
	Rejects  []reject         `json:"rejects"`
}

func newTally() *tally {
	return &tally{Levels: map[string]int64{}, Gating: map[string]int64{}, Actions: map[string]int64{}, Rejects: []reject{}}
}

// PerSecond is the rate of everything that got an answer.
func (t *tally) PerSecond() float64 {
	if t.Seconds <= 0 {
		return 0
	}
	return float64(t.Accepted+t.Replayed) / t.Seconds
}

func (t *tally) refuse(r reject, all io.Writer) error {
	t.Rejected++
	if len(t.Rejects) < shownRejects {
		t.Rejects = append(t.Rejects, r)
	}
	if all == nil {
		return nil
	}
	_, err := fmt.Fprintln(all, r)
	return err
}

// verdict is what a summary needs of an answer.
type verdict struct {
	DecisionID  string `json:"decision_id"`
	Replayed    bool   `json:"replayed"`
	ThreatLevel string `json:"threat_level"`
	Gating      string `json:"gating"`
	ActionTaken string `json:"action_taken"`
}

func (t *tally) add(v *verdict) {
	if v.Replayed {
		t.Replayed++
	} else {
		t.Accepted++
	}
	t.Levels[v.ThreatLevel]++
	t.Gating[v.Gating]++
	t.Actions[v.ActionTaken]++
}

// ingestion sends streams of events.
type ingestion struct {
	client  *frostgate.Client
	kind    connector.Kind // empty: detected
	options connector.Options
	lines   int
	rejects io.Writer     // gets all rejected lines; may be nil
	cap     int64         // most events of one stream; 0: all
	seen    func(verdict) // sees every answer; may be nil
}

// source reads records ahead of the answers; the mutex guards what both sides
// touch.
type source struct {
	mu    sync.Mutex
	lines []int64 // of the events that were sent and not answered yet
	bad   []reject
	read  int64
}

// send decides the events of one stream in order.
func (in *ingestion) send(ctx context.Context, r io.Reader, name string, sum *tally) error {
	parser, _, err := connector.Open(r, name, in.kind, in.options)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return errUsage{err}
	}
	src := &source{}
	var failed error
	var refused []reject
	for res, err := range in.client.DefendBatch(ctx, src.events(parser, name, in.cap), frostgate.BatchOptions{Lines: in.lines}) {
		if err != nil {
			failed = err
			break
		}
		line := src.answered()
		if res.Problem != nil {
			refused = append(refused, reject{name, line, res.Problem.Error()})
		} else {
			var v verdict
			if failed = json.Unmarshal(res.Raw, &v); failed == nil {
				sum.add(&v)
				if in.seen != nil {
					in.seen(v)
				}
			}
		}
		if failed != nil {
			break
		}
	}
	// Here the reader has stopped, so src is ours alone.
	sum.Lines += src.read
	// Lines that are no events were known before the answers; together they stand
	// in the order of the file.
	refused = append(refused, src.bad...)
	slices.SortStableFunc(refused, func(a, b reject) int { return cmp.Compare(a.Line, b.Line) })
	for _, b := range refused {
		if err := sum.refuse(b, in.rejects); err != nil {
			return err
		}
	}
	return failed
}

// events reads records until the end, the limit or a failure; a bad line costs
// nothing but itself.
func (s *source) events(parser connector.Parser, name string, most int64) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		var buf []byte
		for most == 0 || s.read < most {
			rec, err := parser.Next()
			var bad *connector.LineError
			switch {
			case errors.Is(err, io.EOF):
				return
			case errors.As(err, &bad):
				s.mu.Lock()
				s.read++
				s.bad = append(s.bad, reject{name, bad.Line, bad.Reason})
				s.mu.Unlock()
				continue
			case err != nil:
				yield(nil, err)
				return
			}
			s.mu.Lock()
			s.read++
			s.lines = append(s.lines, rec.Line)
			s.mu.Unlock()
			buf = rec.AppendRequest(buf[:0])
			if !yield(buf, nil) {
				return
			}
		}
	}
}

// answered gives the line of the oldest event without an answer.
func (s *source) answered() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	line := s.lines[0]
	s.lines = s.lines[1:]
	return line
}
