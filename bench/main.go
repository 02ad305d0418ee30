package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/go-json-experiment/json"
)

// loadFlag starts this binary as the load generator.
const loadFlag = "-as-load-generator"

// options are the command line.
type options struct {
	quick       bool
	jsonFile    string
	only        string
	postgres    string
	samples     string
	keep        bool
	inProcess   bool
	cpuProfile  string
	memProfile  string
	database    string
	connections int
	batch       bool
	rounds      int
	tenants     int
	warmup      time.Duration
	duration    time.Duration
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == loadFlag {
		exit(loadMain(os.Stdin, os.Stdout))
	}
	var o options
	flag.BoolVar(&o.quick, "quick", false, "short form: one round of one second each")
	flag.StringVar(&o.jsonFile, "json", "", "also write the figures to `FILE`")
	flag.StringVar(&o.only, "only", "", "run only these parts, by comma: "+strings.Join(partNames(), ", "))
	flag.StringVar(&o.postgres, "postgres", os.Getenv("FROSTGATE_TEST_POSTGRES"), "superuser `URL` of a throw-away PostgreSQL; without it that part is left out")
	flag.StringVar(&o.samples, "samples", os.Getenv("FROSTGATE_TESTDATA"), "`FOLDER` of real data")
	flag.BoolVar(&o.keep, "keep", false, "keep the temporary folder")
	flag.IntVar(&o.rounds, "rounds", 3, "rounds of which the median counts")
	flag.IntVar(&o.tenants, "tenants", 10_000, "tenants in one process, in the part evidence")
	flag.DurationVar(&o.warmup, "warmup", time.Second, "load before each measurement")
	flag.DurationVar(&o.duration, "duration", 5*time.Second, "length of each measurement")
	flag.BoolVar(&o.inProcess, "inprocess", false, "run the server in this process under one load, for profiles; see -cpuprofile")
	flag.StringVar(&o.cpuProfile, "cpuprofile", "", "with -inprocess: write the server's CPU profile to `FILE`")
	flag.StringVar(&o.memProfile, "memprofile", "", "with -inprocess: write the server's allocations to `FILE`; in the part evidence: the heap of many tenants")
	flag.StringVar(&o.database, "database", "", "with -inprocess: sqlite:PATH or postgres://...; default a temporary SQLite file")
	flag.IntVar(&o.connections, "connections", 64, "with -inprocess: connections")
	flag.BoolVar(&o.batch, "batch", false, "with -inprocess: load the batch endpoint")
	flag.Parse()
	if flag.NArg() > 0 {
		exit(fmt.Errorf("unexpected argument %q", flag.Arg(0)))
	}
	if o.quick {
		o.rounds, o.warmup, o.duration = 1, 300*time.Millisecond, time.Second
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if o.inProcess {
		exit(profile(ctx, &o))
	}
	exit(measure(ctx, &o))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// drive runs one load in a process of its own.
func drive(ctx context.Context, p *loadPlan) (*loadResult, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	in, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, loadFlag)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("load generator: %w", err)
	}
	var r loadResult
	if err := json.Unmarshal(out, &r); err != nil {
		return nil, fmt.Errorf("load generator: %w", err)
	}
	if r.Error != "" {
		return nil, errors.New(r.Error)
	}
	return &r, nil
}

func hostOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	return u.Host
}

// ns prints nanoseconds as a person reads them.
func ns(n int64) string {
	d := time.Duration(n)
	switch {
	case d < 10*time.Millisecond:
		return d.Round(time.Microsecond).String()
	case d < 10*time.Second:
		return d.Round(100 * time.Microsecond).String()
	}
	return d.Round(time.Millisecond).String()
}

func bytesText(n int64) string {
	switch {
	case n < 10<<10:
		return fmt.Sprintf("%d B", n)
	case n < 10<<20:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
}
