package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// evidencePart is how the table names these figures.
const evidencePart = "evidence"

// goBench is the metrics of Go benchmarks by name and unit, one value a run.
type goBench map[string]map[string][]float64

// runGoBench runs benchmarks of internal/evidence: they need what is not
// exported, and a competitor that only tests may import.
func (b *bench) runGoBench(ctx context.Context, expr string, count int) (goBench, error) {
	cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", expr, "-benchtime", "1s", "-count", strconv.Itoa(count), "-timeout", "20m", "./internal/evidence")
	cmd.Env = append(os.Environ(), "FROSTGATE_TEST_POSTGRES="+b.o.postgres)
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go test -bench %s: %w\n%s", expr, err, out)
	}
	return parseGoBench(string(out)), nil
}

func parseGoBench(text string) goBench {
	found := goBench{}
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 4 || !strings.HasPrefix(f[0], "Benchmark") {
			continue
		}
		name := strings.TrimPrefix(f[0], "Benchmark")
		if i := strings.LastIndexByte(name, '-'); i > 0 {
			name = name[:i] // the number of CPUs
		}
		if found[name] == nil {
			found[name] = map[string][]float64{}
		}
		for i := 2; i+1 < len(f); i += 2 {
			if v, err := strconv.ParseFloat(f[i], 64); err == nil {
				found[name][f[i+1]] = append(found[name][f[i+1]], v)
			}
		}
	}
	return found
}

// of is the median of a metric, and whether it was measured.
func (g goBench) of(name, unit string) (float64, bool) {
	v := g[name][unit]
	if len(v) == 0 {
		return 0, false
	}
	return median(v, func(x float64) float64 { return x }), true
}

// evidenceCalls are the figures inside one process.
func (b *bench) evidenceCalls(ctx context.Context) error {
	got, err := b.runGoBench(ctx, "^BenchmarkProof$", b.o.rounds)
	if err != nil {
		return err
	}
	// These take turns and medians on their own.
	more, err := b.runGoBench(ctx, "^Benchmark(EvidenceCost|Epoch)$", 1)
	if err != nil {
		return err
	}
	maps.Copy(got, more)
	for _, who := range []struct{ name, what string }{
		{"Proof/fsync", "the disk alone: one fsync of 4 KiB"},
		{"Proof/frostgate", "64 writers in process, proof against a signed checkpoint"},
		{"Proof/tessera-integrated", "tessera POSIX, 64 writers, until integrated (no proof yet)"},
		{"Proof/tessera-published", "tessera POSIX, 64 writers, until in a published checkpoint"},
	} {
		p50, ok := got.of(who.name, "p50-ms")
		p99, _ := got.of(who.name, "p99-ms")
		rate, _ := got.of(who.name, "per-s")
		if !ok {
			return fmt.Errorf("no figure %s", who.name)
		}
		f := b.found.add(evidencePart, who.what, fmt.Sprintf("p50 %.2f ms  p99 %.2f ms  %.0f/s", p50, p99, rate), p50, "ms")
		f.Details = map[string]float64{"p50_ms": p50, "p99_ms": p99, "per_second": rate}
		if who.name == "Proof/frostgate" {
			f.goal("p50 < 3 ms, p99 < 9 ms", p50 < 3 && p99 < 9)
		}
	}
	b.costFigures(got)
	b.epochFigures(got)
	return nil
}

func (b *bench) costFigures(got goBench) {
	for _, n := range []string{"1", "16"} {
		name := "EvidenceCost/tenants=" + n
		for _, unit := range []string{"signing-cpu-%", "epochs-cpu-%", "both-cpu-%", "both-rate-%"} {
			v, ok := got.of(name, unit)
			if !ok {
				continue
			}
			part, kind, _ := strings.Cut(strings.TrimSuffix(unit, "-%"), "-")
			what := map[string]string{"signing": "signatures", "epochs": "epochs, one a second", "both": "signatures and epochs"}[part]
			how := map[string]string{"cpu": "CPU more", "rate": "rate less"}[kind]
			f := b.found.add(evidencePart, fmt.Sprintf("in process, %s tenant(s), %s: %s", n, what, how), fmt.Sprintf("%.1f %%", v), v, "%")
			if part == "both" {
				f.goal("<= 15 %", v <= 15)
			}
		}
	}
}

func (b *bench) epochFigures(got goBench) {
	for _, store := range []string{"sqlite", "postgres"} {
		name := "Epoch/" + store + "/close"
		p50, ok := got.of(name, "p50-ms")
		if !ok {
			b.found.note(evidencePart, "no epoch on "+store)
			continue
		}
		p99, _ := got.of(name, "p99-ms")
		most, _ := got.of(name, "max-ms")
		b.found.add(evidencePart, store+": an epoch of 100 touched among 10,000 tenants", fmt.Sprintf("p50 %.1f ms  p99 %.1f ms  max %.1f ms", p50, p99, most), p50, "ms").
			goal("p50 < 100 ms", p50 < 100)
	}
}

// buildUnsigned makes the product without signatures and epochs.
func (b *bench) buildUnsigned(ctx context.Context) (string, error) {
	out := filepath.Join(b.dir, "frostgate-unsigned")
	say("building ./cmd/frostgate without signatures and epochs")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", out, "-tags", "frostgate_unsigned", "-trimpath", "-ldflags", "-s -w", "./cmd/frostgate")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, text)
	}
	return out, nil
}

// evidenceServer loads the product and the build without signatures in turns:
// as fast as they answer, and 1,000 a second, which is no saturation.
func (b *bench) evidenceServer(ctx context.Context) (err error) {
	unsigned, err := b.buildUnsigned(ctx)
	if err != nil {
		return err
	}
	var servers []*server
	defer func() {
		for _, s := range servers {
			err = errors.Join(err, s.stop())
		}
	}()
	product := b.product
	for _, bin := range []string{unsigned, product} {
		b.product = bin
		s, err := b.startProduct(ctx, "")
		b.product = product
		if err != nil {
			return err
		}
		servers = append(servers, s)
	}
	return b.compareServers(ctx, servers[0], servers[1])
}

const paced = 1000 // requests a second

func (b *bench) compareServers(ctx context.Context, unsigned, signed *server) error {
	const rounds = 5 // at least: the difference is small
	var fast, slow [2][]*loadResult
	for r := range max(rounds, b.o.rounds) {
		pair := []int{0, 1}
		if r%2 == 1 {
			slices.Reverse(pair) // nobody always goes first
		}
		for _, i := range pair {
			s := []*server{unsigned, signed}[i]
			for _, rate := range []int{0, paced} {
				l, err := b.drivePaced(ctx, s, []string{"without evidence", "product"}[i], rate)
				if err != nil {
					return err
				}
				if rate == 0 {
					fast[i] = append(fast[i], l)
				} else {
					slow[i] = append(slow[i], l)
				}
			}
		}
	}
	b.serverFigures(fast, slow)
	return nil
}

// drivePaced is drive at 64 connections and a fixed rate; 0 has none.
func (b *bench) drivePaced(ctx context.Context, s *server, name string, rate int) (*loadResult, error) {
	p := s.plan(b.o, loadDefend, 64, b.next)
	p.PerSecond = rate
	b.next += 100_000_000
	r, err := drive(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("%s at %d/s: %w", name, rate, err)
	}
	say("  %-22s %8.0f/s  p50 %-8s p99 %-8s CPU %s", name, r.rate(), ns(r.P50), ns(r.P99), r.cpuPerEvent())
	return r, nil
}

func (b *bench) serverFigures(fast, slow [2][]*loadResult) {
	b.loadFigure(evidencePart, "HTTP, 64 connections, 1,000/s, without signatures and epochs", slow[0])
	b.loadFigure(evidencePart, "HTTP, 64 connections, 1,000/s, the product", slow[1])
	p50 := median(slow[1], func(l *loadResult) float64 { return float64(l.P50) })
	p99 := median(slow[1], func(l *loadResult) float64 { return float64(l.P99) })
	b.found.add(evidencePart, "HTTP, 64 connections, 1,000/s: signed proof in the answer", fmt.Sprintf("p50 %s  p99 %s", ns(int64(p50)), ns(int64(p99))), p50, "ns").
		goal("p50 < 3 ms, p99 < 9 ms", p50 < 3e6 && p99 < 9e6)
	b.loadFigure(evidencePart, "HTTP, 64 connections, saturated, without signatures and epochs", fast[0])
	b.loadFigure(evidencePart, "HTTP, 64 connections, saturated, the product", fast[1])
	more := pairwise(fast, func(l *loadResult) float64 { return float64(l.cpuPerEvent()) })
	b.found.add(evidencePart, "HTTP, saturated: CPU more for signatures and epochs", fmt.Sprintf("%.1f %%", more), more, "%").goal("<= 15 %", more <= 15)
	less := -pairwise(fast, (*loadResult).rate)
	b.found.add(evidencePart, "HTTP, saturated: rate less for signatures and epochs", fmt.Sprintf("%.1f %%", less), less, "%").goal("<= 15 %", less <= 15)
}

// pairwise is the median over the rounds of how much more the second has than
// the first of the same round, in percent.
func pairwise(v [2][]*loadResult, by func(*loadResult) float64) float64 {
	ratios := make([]float64, len(v[0]))
	for i := range v[0] {
		ratios[i] = (by(v[1][i])/by(v[0][i]) - 1) * 100
	}
	return median(ratios, func(x float64) float64 { return x })
}
