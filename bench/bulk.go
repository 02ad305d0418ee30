package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// onStores runs fn with a new server on SQLite, and one on PostgreSQL where
// there is one. store is how figures name it; size tells what the store holds
// after the server has stopped.
func (b *bench) onStores(ctx context.Context, database string, fn func(s *server, store string) (decisions int, err error), size func(store string, perDecision int64)) error {
	urls := map[string]string{"sqlite": ""}
	stores := []string{"sqlite"}
	if b.o.postgres != "" {
		url, err := newDatabase(ctx, b.o.postgres, database)
		if err != nil {
			return err
		}
		urls["postgres"] = url
		stores = append(stores, "postgres")
	}
	for _, store := range stores {
		s, err := b.startProduct(ctx, urls[store])
		if err != nil {
			return err
		}
		bytes := func() (int64, error) {
			if url := urls[store]; url != "" {
				return databaseBytes(ctx, url)
			}
			return sizeOf(s.dir), nil
		}
		before, err := bytes()
		if err != nil {
			return errors.Join(err, s.stop())
		}
		n, err := fn(s, store)
		// Stopped first: SQLite's write-ahead log is then in the database.
		if err := errors.Join(err, s.stop()); err != nil {
			return err
		}
		after, err := bytes()
		if err != nil {
			return err
		}
		size(store, (after-before)/int64(max(1, n)))
	}
	return nil
}

// batches measures POST /v1/defend/batch: 1,000 lines a request, two at a time.
func (b *bench) batches(ctx context.Context) error {
	const part = "batch"
	goals := map[string]float64{"sqlite": 15_000, "postgres": 12_000}
	return b.onStores(ctx, "bench_batch", func(s *server, store string) (int, error) {
		total := 0
		var runs []*loadResult
		for range b.o.rounds {
			r, err := b.drive(ctx, s, loadBatch, 2)
			if err != nil {
				return 0, err
			}
			total += r.Total
			runs = append(runs, r)
		}
		rate := median(runs, (*loadResult).rate)
		b.found.perSecond(part, store+", 1,000 lines a request, 2 connections", rate).
			goal(fmt.Sprintf(">= %.0f/s", goals[store]), rate >= goals[store])
		b.found.duration(part, store+": server CPU each", median(runs, func(l *loadResult) float64 { return float64(l.cpuPerEvent()) }))
		b.found.bytes(part, store+": peak memory of the server", memoryOf(s.pid(), "VmHWM"))
		return total, nil
	}, func(store string, each int64) {
		b.found.bytes(part, store+": on disk for each decision", each)
	})
}

// mixed measures what a bulk import does to live decisions.
func (b *bench) mixed(ctx context.Context) error {
	const part = "mixed"
	return b.onStores(ctx, "bench_mixed", func(s *server, store string) (int, error) {
		var quiet, busy []*loadResult
		var bulk []*loadResult
		for range b.o.rounds {
			r, err := b.drive(ctx, s, loadDefend, 16)
			if err != nil {
				return 0, err
			}
			quiet = append(quiet, r)
			during, imported, err := b.during(ctx, s)
			if err != nil {
				return 0, err
			}
			busy, bulk = append(busy, during), append(bulk, imported)
		}
		p99 := func(l *loadResult) float64 { return float64(l.P99) }
		alone, loaded := median(quiet, p99), median(busy, p99)
		b.found.duration(part, store+", 16 connections alone: p99", alone)
		b.found.duration(part, store+", while a bulk import runs: p99", loaded)
		b.found.ratio(part, store+", p99 with / without", loaded/alone).goal("<= 2x", loaded <= 2*alone)
		b.found.perSecond(part, store+", decisions alone", median(quiet, (*loadResult).rate))
		b.found.perSecond(part, store+", decisions beside the import", median(busy, (*loadResult).rate))
		b.found.perSecond(part, store+", the import meanwhile", median(bulk, (*loadResult).rate))
		return 1, nil
	}, func(string, int64) {})
}

// during measures decisions while another client imports; the import begins
// before and ends after them.
func (b *bench) during(ctx context.Context, s *server) (*loadResult, *loadResult, error) {
	type outcome struct {
		r   *loadResult
		err error
	}
	p := s.plan(b.o, loadBatch, 1, b.next)
	b.next += 100_000_000
	p.DurationMS += 2 * p.WarmupMS
	imported := make(chan outcome, 1)
	go func() {
		r, err := drive(ctx, p)
		imported <- outcome{r, err}
	}()
	select {
	case <-time.After(b.o.warmup): // the import is at full speed
	case <-ctx.Done():
	}
	r, err := b.drive(ctx, s, loadDefend, 16)
	i := <-imported
	return r, i.r, errors.Join(err, i.err)
}
