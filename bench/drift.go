package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"frostgate.io/frostgate/internal/app"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/obs"
)

const driftPart = "drift"

// drift measures comparisons of large snapshots, from the store to written
// findings, and pages of findings. The server runs in this process, whose memory
// is then looked at.
func (b *bench) drift(ctx context.Context) error {
	urls := []string{""}
	if b.o.postgres != "" {
		url, err := newDatabase(ctx, b.o.postgres, "bench_drift")
		if err != nil {
			return err
		}
		urls = append(urls, url)
	}
	for i, url := range urls {
		if err := b.driftOn(ctx, []string{"sqlite", "postgres"}[i], url); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) driftOn(ctx context.Context, store, url string) error {
	dir, err := os.MkdirTemp(b.dir, "drift-")
	if err != nil {
		return err
	}
	level, err := obs.ParseLevel("error")
	if err != nil {
		return err
	}
	cfg := app.DefaultConfig()
	cfg.DataDir, cfg.Listen, cfg.Database, cfg.Version = filepath.Join(dir, "state"), "127.0.0.1:0", url, "bench"
	s, err := app.Start(ctx, cfg, obs.NewLogger(io.Discard, level))
	if err != nil {
		return err
	}
	err = b.driftCompare(ctx, s.Parts, store)
	if err == nil {
		err = b.driftPages(ctx, s.Parts, store)
	}
	return errors.Join(err, s.Stop())
}

// driftCompare compares a million objects with a million of which one in a
// hundred differs, each round with the snapshot before.
func (b *bench) driftCompare(ctx context.Context, p *app.Parts, store string) error {
	objects := 1_000_000
	if b.o.quick {
		objects = 100_000
	}
	tenant := p.Tenants.All()[0].ID
	seed := newDriftSeed(p, tenant, objects, 100)
	var took, peak []float64
	for round := range b.o.rounds + 1 {
		run, err := seed.snapshot(ctx)
		if err != nil {
			return err
		}
		time.Sleep(time.Second) // what the store still writes of the seed is not the comparison's
		runtime.GC()
		debug.FreeOSMemory()
		if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
			b.found.note(driftPart, "peak memory is that of the whole run: "+err.Error())
		}
		start := time.Now()
		if err := p.Drift.CompareRun(ctx, tenant, run); err != nil {
			return err
		}
		if round == 0 { // nothing to compare with yet
			continue
		}
		took = append(took, float64(time.Since(start)))
		peak = append(peak, float64(memoryOf(os.Getpid(), "VmHWM")))
		list, _, err := p.Drift.Comparisons(ctx, tenant, drift.ComparisonFilter{Run: run.ID}, "", 1)
		if err != nil {
			return err
		}
		if len(list) != 1 || list[0].New != objects/100 {
			return fmt.Errorf("the comparison found %+v", list)
		}
	}
	slices.Sort(took)
	what := fmt.Sprintf("%s: %d objects against as many, 1%% changed, to written findings", store, objects)
	b.found.duration(driftPart, what+", the first", took[0]).goal("<= 2 s", took[0] <= 2e9)
	b.found.duration(driftPart, what+", median", took[len(took)/2])
	b.found.bytes(driftPart, store+": peak memory of the whole server in it", int64(slices.Max(peak))).goal("<= 512 MiB", slices.Max(peak) <= 512<<20)
	return nil
}

// driftPages reads pages of a tenant with 100,000 open findings.
func (b *bench) driftPages(ctx context.Context, p *app.Parts, store string) error {
	const open = 100_000
	tenant, err := p.Tenants.Create(ctx, evidence.Actor{}, p.Tenants.All()[0].Org, "many findings", nil)
	if err != nil {
		return err
	}
	seed := newDriftSeed(p, tenant.ID, open, 1)
	for range 2 {
		run, err := seed.snapshot(ctx)
		if err != nil {
			return err
		}
		if err := p.Drift.CompareRun(ctx, tenant.ID, run); err != nil {
			return err
		}
	}
	for _, c := range []struct {
		name   string
		filter drift.Filter
	}{
		{"what waits", drift.Filter{}},
		{"by type and severity", drift.Filter{Types: []string{"deviceManagement/configurationPolicies"}, Severities: []diff.Severity{diff.Medium}}},
		{"by source", drift.Filter{Source: "upload/bench"}},
		{"by text that a few have", drift.Filter{Text: "policy 9999"}},
		{"by text that none has", drift.Filter{Text: "no such policy"}},
		{"of one object", drift.Filter{ObjectID: seedID(777), AnyState: true}},
	} {
		times, err := pageTimes(ctx, p.Drift, tenant.ID, c.filter)
		if err != nil {
			return err
		}
		p95 := times[len(times)*95/100]
		b.found.duration(driftPart, fmt.Sprintf("%s, %d open: page of findings, %s, p95", store, open, c.name), p95).goal("<= 150 ms", p95 <= 150e6)
	}
	start := time.Now()
	if _, err := p.Drift.Summary(ctx, []domain.TenantID{tenant.ID}); err != nil {
		return err
	}
	b.found.duration(driftPart, fmt.Sprintf("%s, %d open: summary", store, open), float64(time.Since(start)))
	return nil
}

// pageTimes reads a list page after page, from its beginning again at its end.
func pageTimes(ctx context.Context, s *drift.Service, tenant domain.TenantID, f drift.Filter) ([]float64, error) {
	cursor := ""
	var out []float64
	for range 60 {
		start := time.Now()
		_, next, err := s.Findings(ctx, []domain.TenantID{tenant}, f, cursor, 100)
		if err != nil {
			return nil, err
		}
		out = append(out, float64(time.Since(start)))
		cursor = next
	}
	slices.Sort(out)
	return out, nil
}
