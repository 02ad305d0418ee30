package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"frostgate.io/frostgate/internal/governance/defaults"
)

// bench is one run: what was built, where it works, what it found.
type bench struct {
	o       *options
	dir     string
	product string // binary
	opa     string // binary of the peer
	policy  string // the default policy as a file
	next    uint64 // number of the next event; no event is sent twice
	found   report
}

// part is one group of figures.
type part struct {
	name string
	run  func(*bench, context.Context) error
}

// parts are in the order in which they run.
func parts() []part {
	return []part{
		{"start", (*bench).start},
		{"evaluate", (*bench).evaluate},
		{"detect", (*bench).detect},
		{"detect-decide", (*bench).detectDecide},
		{"state", (*bench).state},
		{"decisions", (*bench).decisions},
		{"batch", (*bench).batches},
		{"ingest", (*bench).ingest},
		{"evtx", (*bench).evtx},
		{"mixed", (*bench).mixed},
		{"evidence", (*bench).evidenceCalls},
		{"evidence-http", (*bench).evidenceServer},
		{"evidence-tenants", (*bench).evidenceTenants},
		{driftPart, (*bench).drift},
		{"inventory", (*bench).inventory},
		{"inventory-million", (*bench).inventoryMillion},
		{"graph", (*bench).graphs},
	}
}

func partNames() []string {
	var out []string
	for _, p := range parts() {
		out = append(out, p.name)
	}
	return out
}

// measure builds, runs the parts and prints the table, also when a part fails:
// what was measured before is still true.
func measure(ctx context.Context, o *options) error {
	wanted, err := wantedParts(o.only)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "frostgate-bench-")
	if err != nil {
		return err
	}
	b := &bench{o: o, dir: dir, next: 1}
	if !o.keep {
		defer func() { _ = os.RemoveAll(dir) }()
	} else {
		say("working in %s", dir)
	}
	if err := b.build(ctx, slices.Contains(wanted, "decisions")); err != nil {
		return err
	}
	b.found.machine = machine(dir)
	if load := loadAverage(); load > float64(runtime.NumCPU())/2 {
		b.found.note("machine", fmt.Sprintf("it was busy before the run (load %.1f on %d CPUs): trust the ratios more than the figures", load, runtime.NumCPU()))
	}
	for _, p := range parts() {
		if !slices.Contains(wanted, p.name) {
			continue
		}
		say("measuring: %s", p.name)
		if perr := p.run(b, ctx); perr != nil {
			b.found.note(p.name, "FAILED: "+perr.Error())
			err = errors.Join(err, fmt.Errorf("%s: %w", p.name, perr))
		}
		if ctx.Err() != nil {
			break
		}
	}
	b.found.print(os.Stdout)
	if o.jsonFile != "" {
		err = errors.Join(err, b.found.write(o.jsonFile))
	}
	return err
}

func wantedParts(only string) ([]string, error) {
	if only == "" {
		return partNames(), nil
	}
	wanted := strings.Split(only, ",")
	for _, w := range wanted {
		if !slices.Contains(partNames(), w) {
			return nil, fmt.Errorf("-only: no part %q; there are %s", w, strings.Join(partNames(), ", "))
		}
	}
	return wanted, nil
}

// build makes the binaries: the product as it is shipped, and the peer from its
// module at the version in go.mod.
func (b *bench) build(ctx context.Context, peer bool) error {
	b.product, b.opa = filepath.Join(b.dir, "frostgate"), filepath.Join(b.dir, "opa")
	targets := map[string]string{b.product: "./cmd/frostgate"}
	if peer {
		targets[b.opa] = "github.com/open-policy-agent/opa"
	}
	for out, pkg := range targets {
		say("building %s", pkg)
		args := []string{"build", "-o", out}
		if out == b.product { // as `make build` does
			args = append(args, "-trimpath", "-ldflags", "-s -w")
		}
		cmd := exec.CommandContext(ctx, "go", append(args, pkg)...)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if text, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", pkg, err, text)
		}
	}
	for _, d := range defaults.Documents() {
		if d.Kind == defaults.KindPolicy {
			b.policy = filepath.Join(b.dir, "policy.rego")
			return os.WriteFile(b.policy, d.Content, 0o600)
		}
	}
	return errors.New("the product has no default policy")
}

// drive loads a server and remembers which events were used up.
func (b *bench) drive(ctx context.Context, s *server, kind string, connections int) (*loadResult, error) {
	p := s.plan(b.o, kind, connections, b.next)
	r, err := drive(ctx, p)
	b.next += 100_000_000 // more than any load can send
	if err != nil {
		return nil, fmt.Errorf("%s, %s at %d connections: %w", s.name, kind, connections, err)
	}
	say("  %-22s %2d connections  %8.0f/s  p50 %-8s p99 %-8s CPU %s", s.name, connections, r.rate(), ns(r.P50), ns(r.P99), r.cpuPerEvent())
	return r, nil
}

// median of a list by a measure; the list is not empty.
func median[T any](list []T, by func(T) float64) float64 {
	v := make([]float64, len(list))
	for i, x := range list {
		v[i] = by(x)
	}
	slices.Sort(v)
	if n := len(v); n%2 == 0 {
		return (v[n/2-1] + v[n/2]) / 2
	}
	return v[len(v)/2]
}

func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, time.Now().UTC().Format("15:04:05 ")+format+"\n", args...)
}
