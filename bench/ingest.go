package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/go-json-experiment/json"

	"frostgate.io/frostgate/internal/connector/samples"
)

// ingest measures `frostgate ingest FILE`: reading, parsing, sending, deciding
// and recording, client and server on the same CPUs.
func (b *bench) ingest(ctx context.Context) error {
	const part = "ingest"
	lines := 150_000
	if b.o.quick {
		lines = 30_000
	}
	native, err := b.nativeFile(lines)
	if err != nil {
		return err
	}
	auth, about, err := b.authFile(lines)
	if err != nil {
		return err
	}
	b.found.note(part, about)
	return b.onStores(ctx, "bench_ingest", func(s *server, store string) (int, error) {
		n, total := 0, 0
		for _, f := range []struct{ what, path, format string }{{"native NDJSON", native, "native"}, {"auth.log", auth, "authlog"}} {
			before := cpuOf(s.pid())
			sum, peak, err := b.runIngest(ctx, s, f.path, f.format)
			if err != nil {
				return 0, err
			}
			n = sum.Accepted
			total += n
			raw := float64(lines) / sum.Seconds
			say("  %s into %s: %d lines, %d accepted, %d rejected, %.0f lines/s", f.what, store, lines, sum.Accepted, sum.Rejected, raw)
			if n == 0 {
				return 0, fmt.Errorf("%s: nothing was accepted", f.what)
			}
			rate := float64(n) / sum.Seconds
			at := store + ", " + f.what
			fig := b.found.perSecond(part, at+": events", rate)
			if f.format == "native" {
				least := map[string]float64{"sqlite": 15_000, "postgres": 12_000}[store]
				fig.goal(fmt.Sprintf(">= %.0f/s", least), rate >= least)
			} else {
				b.found.perSecond(part, at+": lines of the file", raw)
			}
			b.found.duration(part, at+": server CPU each", (cpuOf(s.pid())-before)/float64(n)*1e9)
			b.found.bytes(part, at+": peak memory of the server so far", memoryOf(s.pid(), "VmHWM"))
			b.found.bytes(part, at+": peak memory of the client", peak)
		}
		return total, nil
	}, func(store string, each int64) {
		b.found.bytes(part, store+": on disk for each decision", each)
	})
}

// ingestSum is what the command prints with --output json.
type ingestSum struct {
	Lines    int     `json:"lines"`
	Accepted int     `json:"accepted"`
	Replayed int     `json:"replayed"`
	Rejected int     `json:"rejected"`
	Seconds  float64 `json:"seconds"`
}

func (b *bench) runIngest(ctx context.Context, s *server, path, format string) (*ingestSum, int64, error) {
	cmd := exec.CommandContext(ctx, b.product, "ingest", "--format", format, "--allow-rejects", "--output", "json", path)
	cmd.Env = cleanEnv("FROSTGATE_URL=http://"+s.address, "FROSTGATE_API_KEY="+s.boot.AdminKey)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return nil, 0, fmt.Errorf("frostgate ingest: %w\n%.2000s%.2000s", err, out.String(), errs.String())
	}
	sum := &ingestSum{}
	if err := json.Unmarshal(out.Bytes(), sum); err != nil {
		return nil, 0, fmt.Errorf("summary of ingest: %w: %.500s", err, out.String())
	}
	sum.Seconds = time.Since(start).Seconds() // with the start of the process
	peak := int64(0)
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		peak = u.Maxrss << 10
	}
	return sum, peak, nil
}

// nativeFile writes events in the product's own format.
func (b *bench) nativeFile(lines int) (string, error) {
	path := filepath.Join(b.dir, "events.ndjson")
	return path, writeLines(path, func(w *bufio.Writer) error {
		ev := newWriter([]byte(defendBody(time.Now())+"\n"), 1)
		for range lines {
			b.next++
			if _, err := w.Write(ev.next(b.next)); err != nil {
				return err
			}
		}
		return nil
	})
}

// authFile repeats a real auth.log, or the built-in sample where there is none,
// each time some days later.
func (b *bench) authFile(lines int) (path, about string, err error) {
	text := samples.Files(1)[samples.AuthLog]
	about = "auth.log: the built-in sample"
	if b.o.samples != "" {
		if raw, err := os.ReadFile(filepath.Join(b.o.samples, "events", "elastic-authlog", "events.log")); err == nil {
			text, about = raw, "auth.log: a real one"
		}
	}
	src := strings.SplitAfter(strings.TrimRight(string(text), "\n")+"\n", "\n")
	src = src[:len(src)-1]
	path = filepath.Join(b.dir, "auth.log")
	about += fmt.Sprintf(" of %d lines, repeated with shifted times to %d lines", len(src), lines)
	return path, about, writeLines(path, func(w *bufio.Writer) error {
		for i := range lines {
			if _, err := w.WriteString(shift(src[i%len(src)], i/len(src))); err != nil {
				return err
			}
		}
		return nil
	})
}

// stampLayout is the time of a traditional log line; it names no year.
const stampLayout = "Jan _2 15:04:05"

// shift moves a line's time by a number of hours, within one year.
func shift(line string, by int) string {
	if len(line) < len(stampLayout) || by == 0 {
		return line
	}
	at, err := time.Parse(stampLayout, line[:len(stampLayout)])
	if err != nil {
		return line
	}
	return at.Add(time.Duration(by)*time.Hour).Format(stampLayout) + line[len(stampLayout):]
}

func writeLines(path string, fn func(*bufio.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	return errors.Join(fn(w), w.Flush(), f.Close())
}
