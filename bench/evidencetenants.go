package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"frostgate.io/frostgate/internal/app"
	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/obs"
	"frostgate.io/frostgate/internal/tenant"
)

// evidenceTenants measures what a tenant costs that decided once and is idle:
// the whole server runs in this process, whose heap is then compared.
func (b *bench) evidenceTenants(ctx context.Context) error {
	if b.o.memProfile != "" {
		runtime.MemProfileRate = 2 << 10
	}
	dir, err := os.MkdirTemp(b.dir, "tenants-")
	if err != nil {
		return err
	}
	level, err := obs.ParseLevel("error")
	if err != nil {
		return err
	}
	cfg := app.DefaultConfig()
	cfg.DataDir, cfg.Listen, cfg.Version = filepath.Join(dir, "state"), "127.0.0.1:0", "bench"
	s, err := app.Start(ctx, cfg, obs.NewLogger(io.Discard, level))
	if err != nil {
		return err
	}
	err = b.manyTenants(ctx, s.Parts)
	if err := errors.Join(err, s.Stop()); err != nil {
		return err
	}
	start := time.Now()
	if s, err = app.Start(ctx, cfg, obs.NewLogger(io.Discard, level)); err != nil {
		return err
	}
	b.found.duration(evidencePart, fmt.Sprintf("%d tenants: from start to ready, all logs checked", b.o.tenants), float64(time.Since(start)))
	return s.Stop()
}

func (b *bench) manyTenants(ctx context.Context, p *app.Parts) error {
	n := b.o.tenants
	// One first, so that what exists once is there before.
	first := p.Tenants.All()[0]
	if err := touch(ctx, p, []*tenant.Tenant{first}); err != nil {
		return err
	}
	before := heapNow()
	start := time.Now()
	made := make([]*tenant.Tenant, n)
	for i := range made {
		t, err := p.Tenants.Create(ctx, evidence.Actor{}, first.Org, fmt.Sprintf("tenant %d", i), nil)
		if err != nil {
			return err
		}
		made[i] = t
	}
	took := time.Since(start)
	created := heapNow()
	say("  %d tenants made in %s", n, ns(int64(took)))
	start = time.Now()
	if err := touch(ctx, p, made); err != nil {
		return err
	}
	say("  each decided once in %s", ns(int64(time.Since(start))))
	time.Sleep(3 * time.Second) // epochs are closed, 1,024 tenants each
	b.tenantFigures(n, took, before, created, heapNow())
	return writeHeap(b.o.memProfile)
}

func (b *bench) tenantFigures(n int, took time.Duration, before, created, idle usage) {
	of := fmt.Sprintf("%d tenants", n)
	b.found.add(evidencePart, of+": creating one", ns(int64(took)/int64(n)), float64(took)/float64(n), "ns")
	each := func(u usage) int64 { return (u.heap - before.heap) / int64(n) }
	b.found.bytes(evidencePart, of+", created: heap of one", each(created))
	b.found.bytes(evidencePart, of+", each decided once, then idle: heap of one", each(idle)).goal("< 4 KiB", each(idle) < 4<<10)
	b.found.add(evidencePart, of+": goroutines more", fmt.Sprint(idle.routines-before.routines), float64(idle.routines-before.routines), "").
		goal("0", idle.routines <= before.routines)
}

// touch lets each tenant decide once, 64 at a time.
func touch(ctx context.Context, p *app.Parts, tenants []*tenant.Tenant) error {
	var next atomic.Int64
	errs := make([]error, 64)
	var wg sync.WaitGroup
	for w := range errs {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(tenants) || errs[w] != nil {
					return
				}
				errs[w] = touchOne(ctx, p, tenants[i], i)
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

func touchOne(ctx context.Context, p *app.Parts, t *tenant.Tenant, i int) error {
	body := defendBody(time.Now())
	body = strings.NewReplacer(markIP, fmt.Sprintf("%d.%d", i/250%250, i%250), markUser, fmt.Sprintf("%04d", i%10000), markID, fmt.Sprintf("%0*d", idWidth, i)).Replace(body)
	p.Limits.Take(t.ID, tenant.ClassDefend, 1)
	pr := &domain.Principal{ID: "pr_bench", Kind: domain.ServiceAccount, Org: t.Org, Tenant: t.ID, Key: "bench", Scopes: domain.AllScopes()}
	_, err := p.Decisions.Defend(ctx, decision.Call{Principal: pr, Body: []byte(body)})
	return err
}

// usage is what this process holds.
type usage struct {
	heap     int64
	routines int
}

// heapNow is the live heap. Two collections: pools keep what they hold for one.
func heapNow() usage {
	for range 3 {
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return usage{int64(m.HeapAlloc), runtime.NumGoroutine()}
}

func writeHeap(path string) error {
	if path == "" {
		return nil
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return pprof.Lookup("heap").WriteTo(f, 0)
}
