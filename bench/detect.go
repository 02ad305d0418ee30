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
	"regexp"
	"runtime"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/klauspost/compress/gzip"

	"frostgate.io/frostgate/sigma"
)

// mixes are the corpora of which one figure each is made.
var mixes = []struct {
	name    string
	corpora []string
	least   float64 // events per second and core
}{
	{"EVTX mix", []string{"evtx-attack-samples", "evtx-to-mitre-attack", "splunk-capattack"}, 100_000},
	{"mordor", []string{"mordor"}, 60_000},
	{"splunk NXLog", []string{"splunk-nxlog"}, 0},
}

// noise is what the runtime allocates by itself meanwhile, an event.
const noise = 0.005

// detect measures matching alone: all rules of SigmaHQ's archive on real events
// that lie in memory, on one core. Beside it, in the same run, stand two other Go
// engines (sigmapeers) and the naive evaluator of the tests, which is what matching
// costs without any of the means that the matcher has. Times are of the processor,
// so that other work on the machine doesn't count.
func (b *bench) detect(ctx context.Context) error {
	const part = "detect"
	if b.o.samples == "" {
		b.found.note(part, "left out: it needs real data, see -samples")
		return nil
	}
	set, err := b.sigmaSet(part)
	if err != nil {
		return err
	}
	peers, err := b.peers(ctx, set)
	if err != nil {
		return err
	}
	own := map[string]float64{}
	naive, err := b.naive(ctx)
	if err != nil {
		return err
	}
	for _, mix := range mixes {
		events, size, err := b.corpus(mix.corpora)
		if err != nil {
			return err
		}
		r, err := b.matchAll(ctx, set, events)
		if err != nil {
			return err
		}
		own[mix.name] = r.rate
		fig := b.found.perSecond(part, mix.name+": events, one core", r.rate)
		fig.Details = map[string]float64{"events": float64(len(events)), "mean_event_bytes": float64(size) / float64(len(events)), "megabytes_per_second": r.rate * float64(size) / float64(len(events)) / 1e6, "matches": float64(r.matches)}
		if mix.least > 0 {
			fig.goal(fmt.Sprintf(">= %.0f/s", mix.least), r.rate >= mix.least)
		}
		b.found.add(part, mix.name+": allocations an event", fmt.Sprintf("%.4f", r.allocs), r.allocs, "1").goal("0", r.allocs < noise)
		if n := naive[mix.name]; n > 0 {
			b.found.perSecond(part, mix.name+": naive evaluator, one core", n)
			b.found.ratio(part, mix.name+": matcher / naive evaluator", r.rate/n)
		}
	}
	b.reportPeers(own, peers)
	return nil
}

// sigmaSet loads and compiles the archive, and says what that costs.
func (b *bench) sigmaSet(part string) (*sigma.Set, error) {
	raw, err := os.ReadFile(filepath.Join(b.o.samples, "events", "sigmahq-rules", "sigma-rules.tar.gz"))
	if err != nil {
		return nil, err
	}
	var set *sigma.Set
	var load, compile []float64
	for range b.o.rounds {
		start := cpuOf(os.Getpid())
		c, err := sigma.LoadTar(bytes.NewReader(raw), sigma.LoadOptions{})
		if err != nil {
			return nil, err
		}
		loaded := cpuOf(os.Getpid())
		load = append(load, (loaded-start)*1e9)
		if set, err = sigma.Compile(c, sigma.Options{}); err != nil {
			return nil, err
		}
		compile = append(compile, (cpuOf(os.Getpid())-loaded)*1e9)
	}
	own := func(v float64) float64 { return v }
	b.found.duration(part, "read the archive of rules", median(load, own))
	took := median(compile, own)
	b.found.duration(part, fmt.Sprintf("compile %d rules", set.Len()), took).goal("< 1s", took < float64(time.Second))
	runtime.GC()
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	b.found.bytes(part, "heap with the rules compiled", int64(mem.HeapAlloc)) //nolint:gosec // far from the limit
	return set, nil
}

// corpus reads events into memory, one line each.
func (b *bench) corpus(names []string) (events [][]byte, size int, err error) {
	for _, name := range names {
		f, err := os.Open(filepath.Join(b.o.samples, "events", name, "events.jsonl.gz"))
		if err != nil {
			return nil, 0, err
		}
		z, err := gzip.NewReader(f)
		if err != nil {
			return nil, 0, errors.Join(err, f.Close())
		}
		lines := bufio.NewScanner(z)
		lines.Buffer(nil, 16<<20)
		for lines.Scan() {
			events = append(events, bytes.Clone(lines.Bytes()))
			size += len(lines.Bytes())
		}
		if err := errors.Join(lines.Err(), f.Close()); err != nil {
			return nil, 0, fmt.Errorf("%s: %w", name, err)
		}
	}
	return events, size, nil
}

type matched struct {
	rate, allocs float64
	matches      int
}

// matchAll runs the matcher over the events again and again on one core; the
// median round counts.
func (b *bench) matchAll(ctx context.Context, set *sigma.Set, events [][]byte) (*matched, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	debug.FreeOSMemory()
	m := set.NewMatcher()
	out := &matched{}
	pass := func() error {
		out.matches = 0
		for _, e := range events {
			found, err := m.Match(e)
			if err != nil {
				return err
			}
			out.matches += len(found)
		}
		return ctx.Err()
	}
	if err := pass(); err != nil { // buffers grow to their size
		return nil, err
	}
	var rates []float64
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	total := 0
	for range max(3, b.o.rounds) {
		start, n := cpuOf(os.Getpid()), 0
		used := 0.0
		for used < b.o.duration.Seconds() {
			if err := pass(); err != nil {
				return nil, err
			}
			n += len(events)
			used = cpuOf(os.Getpid()) - start
		}
		total += n
		rates = append(rates, float64(n)/used)
	}
	runtime.ReadMemStats(&after)
	out.rate = median(rates, func(v float64) float64 { return v })
	out.allocs = float64(after.Mallocs-before.Mallocs) / float64(total)
	return out, nil
}

// naiveLine is what the benchmark of the naive evaluator prints.
var naiveLine = regexp.MustCompile(`(?m)^BenchmarkNaive/(\S+).*\s([0-9.e+]+) events/s`)

// naive measures the evaluator of sigma's tests on every so-many-th event.
func (b *bench) naive(ctx context.Context) (map[string]float64, error) {
	cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", "^BenchmarkNaive$", "-benchtime", "1x", "-cpu", "1", "./sigma")
	cmd.Env = append(os.Environ(), "FROSTGATE_TESTDATA="+absolute(b.o.samples))
	text, err := cmd.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("naive evaluator: %w\n%s", err, text)
	}
	out := map[string]float64{}
	for _, hit := range naiveLine.FindAllStringSubmatch(string(text), -1) {
		for _, mix := range mixes {
			if mix.corpora[0] == hit[1] {
				out[mix.name], err = strconv.ParseFloat(hit[2], 64)
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}
