package main

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"frostgate.io/frostgate/internal/connector"
	"frostgate.io/frostgate/internal/evtx"
	"frostgate.io/frostgate/internal/evtx/evtxtest"
)

// publishedHayabusa is the rate in MB/s that our goal is set against. What its
// developers print in their pull requests is better and is named beside it.
const publishedHayabusa = 5.6

const aboutHayabusa = "Hayabusa is not run here. The goal's 5.6 MB/s is that of issue 4; its developers print runs over a folder that they give as 6.1 GB of EVTX: " +
	"4m36s (22 MB/s, 17,500 events/s; Yamato-Security/hayabusa#1089), 6m18s (16 MB/s; hayabusa-rules#396) and 10m25s (10 MB/s; hayabusa#1302, with its option -s). They don't say on what machine"

// evtx measures Windows event logs: the parser alone, with the mapping to
// requests, and `frostgate ingest` of a file from end to end.
func (b *bench) evtx(ctx context.Context) error {
	const part = "evtx"
	sources, err := b.eventLogs()
	if err != nil {
		return err
	}
	if len(sources) == 0 {
		b.found.note(part, "left out: there are no real event logs; name their folder with -samples")
		return nil
	}
	copies := 6
	if b.o.quick {
		copies = 1
	}
	var many [][]byte
	for range copies {
		many = append(many, sources...)
	}
	file, events, err := evtxtest.Fill(many, 1_000_000)
	if err != nil {
		return err
	}
	b.found.note(part, fmt.Sprintf("one file of %d chunks and %d events (%.1f MB): the chunks of %d real files, filled with repetitions of their own records", len(many), events, float64(len(file))/1e6, len(sources)))
	b.found.note(part, aboutHayabusa)
	if err := b.parseEventLog(file, events); err != nil {
		return err
	}
	return b.ingestEventLogs(ctx, many)
}

// eventLogs reads the real files.
func (b *bench) eventLogs() ([][]byte, error) {
	f, err := os.Open(filepath.Join(b.o.samples, "events", "sigmahq-regression", "evtx.tar.gz"))
	if errors.Is(err, os.ErrNotExist) || b.o.samples == "" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	zr, err := gzip.NewReader(bufio.NewReader(f))
	if err != nil {
		return nil, err
	}
	var files [][]byte
	for tr := tar.NewReader(zr); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if !strings.HasSuffix(h.Name, ".evtx") {
			continue
		}
		raw, err := io.ReadAll(tr)
		if err != nil {
			return nil, err
		}
		files = append(files, raw)
	}
}

// parseEventLog measures one goroutine on a file in memory.
func (b *bench) parseEventLog(file []byte, events int) error {
	const part = "evtx"
	for _, c := range []struct {
		what string
		read func() (int, error)
		goal float64
	}{
		{"parser, one core: to JSON lines", func() (int, error) { return readEvents(file) }, 150},
		{"parser and mapping, one core: to requests", func() (int, error) { return readRequests(file) }, 0},
	} {
		var rates []float64
		for range b.o.rounds {
			n, start := 0, time.Now()
			for time.Since(start) < b.o.duration/2 {
				got, err := c.read()
				if err != nil {
					return err
				}
				if got != events {
					return fmt.Errorf("%s: %d events of %d", c.what, got, events)
				}
				n++
			}
			rates = append(rates, float64(n)/time.Since(start).Seconds())
		}
		rate := median(rates, func(v float64) float64 { return v })
		fig := b.megabytes(part, c.what, rate*float64(len(file)))
		if c.goal > 0 {
			fig.goal(fmt.Sprintf(">= %.0f MB/s", c.goal), fig.Value >= c.goal)
		}
		b.found.perSecond(part, c.what+": events", rate*float64(events))
	}
	return nil
}

func (b *bench) megabytes(part, what string, perSecond float64) *figure {
	return b.found.add(part, what, fmt.Sprintf("%.1f MB/s", perSecond/1e6), perSecond/1e6, "MB/s")
}

func readEvents(file []byte) (n int, err error) {
	for r := evtx.NewReader(bytes.NewReader(file)); ; n++ {
		if _, err := r.Next(); errors.Is(err, io.EOF) {
			return n, nil
		} else if err != nil {
			return n, err
		}
	}
}

func readRequests(file []byte) (n int, err error) {
	p, _, err := connector.Open(bytes.NewReader(file), "bench", connector.EVTX, connector.Options{})
	if err != nil {
		return 0, err
	}
	for buf := []byte(nil); ; n++ {
		rec, err := p.Next()
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		buf = rec.AppendRequest(buf[:0])
	}
}

// ingestEventLogs measures the command: with the default rules and with those of
// SigmaHQ. Each run has a file of its own, since an event is decided once.
func (b *bench) ingestEventLogs(ctx context.Context, sources [][]byte) error {
	const part = "evtx"
	next := uint64(10_000_000)
	return b.onStores(ctx, "bench_evtx", func(s *server, store string) (int, error) {
		total := 0
		for _, rules := range []string{"default rules", "SigmaHQ rules"} {
			if rules == "SigmaHQ rules" {
				if reason := b.importSigma(ctx, s); reason != "" {
					b.found.note(part, store+", SigmaHQ rules: left out: "+reason)
					continue
				}
			}
			file, events, err := evtxtest.Fill(sources, next)
			if err != nil {
				return 0, err
			}
			next += uint64(events)
			path := filepath.Join(b.dir, "bench.evtx")
			if err := os.WriteFile(path, file, 0o600); err != nil {
				return 0, err
			}
			before := cpuOf(s.pid())
			sum, peak, err := b.runIngest(ctx, s, path, "evtx")
			if err != nil {
				return 0, err
			}
			if sum.Accepted != events {
				return 0, fmt.Errorf("%d of %d events were accepted: %+v", sum.Accepted, events, sum)
			}
			total += events
			at := store + ", " + rules + ", parse, detect, decide, record"
			fig := b.megabytes(part, at, float64(len(file))/sum.Seconds)
			fig.goal(fmt.Sprintf("> %.1f MB/s", publishedHayabusa), fig.Value > publishedHayabusa)
			b.found.perSecond(part, at+": events", float64(events)/sum.Seconds)
			b.found.ratio(part, at+": to "+fmt.Sprint(publishedHayabusa)+" MB/s", fig.Value/publishedHayabusa)
			b.found.duration(part, at+": server CPU each", (cpuOf(s.pid())-before)/float64(events)*1e9)
			b.found.bytes(part, at+": peak memory of the client", peak)
			say("  %s, %s: %d events of %.1f MB in %.1f s", store, rules, events, float64(len(file))/1e6, sum.Seconds)
		}
		return total, nil
	}, func(store string, each int64) {
		b.found.bytes(part, store+": on disk for each decision", each)
	})
}

// importSigma loads the SigmaHQ rules into the server, or says why not.
func (b *bench) importSigma(ctx context.Context, s *server) string {
	rules := filepath.Join(b.o.samples, "events", "sigmahq-rules", "sigma-rules.tar.gz")
	if _, err := os.Stat(rules); err != nil {
		return "they are not among the samples"
	}
	cmd := exec.CommandContext(ctx, b.product, "rules", "import", rules)
	cmd.Env = cleanEnv("FROSTGATE_URL=http://"+s.address, "FROSTGATE_API_KEY="+s.boot.AdminKey)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Sprintf("frostgate rules import: %v: %.300s", err, out)
	}
	return ""
}
