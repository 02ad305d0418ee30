package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"

	"frostgate.io/frostgate/internal/app"
	"frostgate.io/frostgate/internal/obs"
)

// profile runs the server inside this process under one load and writes
// profiles of it. That is how the product is optimised: it has no profiling
// endpoint, and the figures of a run like this are not the ones to quote.
func profile(ctx context.Context, o *options) error {
	dir, err := os.MkdirTemp("", "frostgate-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	level, err := obs.ParseLevel("info")
	if err != nil {
		return err
	}
	cfg := app.DefaultConfig()
	cfg.DataDir, cfg.Listen, cfg.Database, cfg.Version = filepath.Join(dir, "state"), "127.0.0.1:0", o.database, "bench"
	s, err := app.Start(ctx, cfg, obs.NewLogger(io.Discard, level))
	if err != nil {
		return err
	}
	defer func() { _ = s.Stop() }()
	boot, err := app.ReadBootstrap(cfg.DataDir)
	if err != nil {
		return err
	}
	p := &loadPlan{
		Kind: loadDefend, Address: hostOf(s.URL), Path: "/defend", Key: boot.AdminKey, Connections: o.connections,
		First: 1, WarmupMS: o.warmup.Milliseconds(), DurationMS: o.duration.Milliseconds(), Server: os.Getpid(),
	}
	if o.batch {
		p.Kind, p.Path, p.Lines = loadBatch, "/v1/defend/batch?detail=compact", 1000
	}
	stop, err := startCPUProfile(o.cpuProfile)
	if err != nil {
		return err
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r, err := drive(ctx, p)
	runtime.ReadMemStats(&after)
	stop()
	if err != nil {
		return err
	}
	if err := writeAllocs(o.memProfile); err != nil {
		return err
	}
	n := max(1, uint64(float64(r.Events)*float64(p.WarmupMS+p.DurationMS)/float64(p.DurationMS))) // the warm-up allocates too
	fmt.Printf("%s, %d connections, in one process: %.0f/s  p50 %s  p90 %s  p99 %s  max %s\n", p.Kind, p.Connections, r.rate(), ns(r.P50), ns(r.P90), ns(r.P99), ns(r.Max))
	fmt.Printf("server CPU %s a decision, load generator %s; about %d bytes and %d allocations a decision; %d collections\n",
		r.cpuPerEvent(), ns(int64(r.OwnCPU/float64(max(1, r.Events))*1e9)), (after.TotalAlloc-before.TotalAlloc)/n, (after.Mallocs-before.Mallocs)/n, after.NumGC-before.NumGC)
	fmt.Printf("request %d bytes, answer %d bytes, store %s\n", r.Body, r.Answer, bytesText(sizeOf(cfg.DataDir)))
	return nil
}

func startCPUProfile(path string) (stop func(), err error) {
	if path == "" {
		return func() {}, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, err
	}
	return func() { pprof.StopCPUProfile(); _ = f.Close() }, nil
}

func writeAllocs(path string) error {
	if path == "" {
		return nil
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return pprof.Lookup("allocs").WriteTo(f, 0)
}
