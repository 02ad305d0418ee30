package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/go-json-experiment/json"
)

// inventory measures runs as a client sends them, over HTTP: reading, parsing,
// normalising, storing, recording, and making items and drift are all in the
// time. Client and server share the CPUs.
func (b *bench) inventory(ctx context.Context) error {
	const part = "inventory"
	objects := 100_000
	if b.o.quick {
		objects = 20_000
	}
	return b.onStores(ctx, "bench_inventory", func(s *server, store string) (int, error) {
		if err := b.observeTwice(ctx, s, part, store, objects); err != nil {
			return 0, err
		}
		return objects, b.besideRuns(ctx, s, part, store)
	}, func(string, int64) {})
}

// inventoryMillion is what the largest tenants send.
func (b *bench) inventoryMillion(ctx context.Context) error {
	s, err := b.startProduct(ctx, "")
	if err != nil {
		return err
	}
	objects := 1_000_000
	if b.o.quick {
		objects = 100_000
	}
	return errors.Join(b.observeTwice(ctx, s, "inventory-million", "sqlite", objects), s.stop(), os.RemoveAll(s.dir))
}

// observeTwice sends new objects, then the same again.
func (b *bench) observeTwice(ctx context.Context, s *server, part, store string, objects int) error {
	for _, round := range []struct {
		what string
		goal float64
		news int
	}{{"new", 5_000, objects}, {"unchanged", 20_000, 0}} {
		before := cpuOf(s.pid())
		r, took, err := observeRun(ctx, s, "bench", newObjects(objects, 1))
		if err != nil {
			return err
		}
		if r.Objects != objects || r.New != round.news || !r.Compared {
			return fmt.Errorf("the run has %+v", r)
		}
		rate := float64(objects) / took.Seconds()
		say("  %s: %d %s objects in %s, %.0f/s", store, objects, round.what, ns(took.Nanoseconds()), rate)
		b.found.perSecond(part, fmt.Sprintf("%s: %d %s objects of 2 KB, over HTTP", store, objects, round.what), rate).
			goal(fmt.Sprintf(">= %.0f/s", round.goal), rate >= round.goal)
		b.found.duration(part, store+": server CPU for each, "+round.what, (cpuOf(s.pid())-before)/float64(objects)*1e9)
		b.found.bytes(part, store+": peak memory of the server so far", memoryOf(s.pid(), "VmHWM"))
	}
	return nil
}

// besideRuns measures what a run of new objects does to live decisions.
func (b *bench) besideRuns(ctx context.Context, s *server, part, store string) error {
	var quiet, busy []*loadResult
	var rates []float64
	for round := range b.o.rounds {
		alone, err := b.drive(ctx, s, loadDefend, 16)
		if err != nil {
			return err
		}
		observing, stop := context.WithCancel(ctx)
		ended := make(chan error, 1)
		sent := newObjects(1<<30, uint64(round)+2) // until it is stopped
		go func() { _, _, err := observeRun(observing, s, "beside", sent); ended <- err }()
		time.Sleep(b.o.warmup)
		first, start := sent.sent.Load(), time.Now()
		beside, err := b.drive(ctx, s, loadDefend, 16)
		rates = append(rates, float64(sent.sent.Load()-first)/time.Since(start).Seconds())
		select {
		case lost := <-ended:
			err = errors.Join(err, fmt.Errorf("the run ended by itself: %w", lost))
		default:
		}
		stop()
		if err != nil {
			return err
		}
		if <-ended == nil {
			return errors.New("the run was recorded although it was stopped")
		}
		quiet, busy = append(quiet, alone), append(busy, beside)
	}
	p99 := func(l *loadResult) float64 { return float64(l.P99) }
	alone, loaded := median(quiet, p99), median(busy, p99)
	b.found.duration(part, store+", 16 connections alone: p99", alone)
	b.found.duration(part, store+", while a run of new objects comes in: p99", loaded)
	b.found.ratio(part, store+", p99 with / without", loaded/alone).goal("<= 2x", loaded <= 2*alone)
	b.found.perSecond(part, store+", decisions alone", median(quiet, (*loadResult).rate))
	b.found.perSecond(part, store+", decisions beside the run", median(busy, (*loadResult).rate))
	b.found.perSecond(part, store+", new objects meanwhile", median(rates, func(v float64) float64 { return v }))
	return nil
}

// observed is what of the server's answer counts here.
type observed struct {
	Objects  int  `json:"objects"`
	New      int  `json:"new"`
	Compared bool `json:"compared"`
}

func observeRun(ctx context.Context, s *server, name string, body io.Reader) (*observed, time.Duration, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.address+"/api/v1/inventory/runs?source=upload&name="+name, body)
	if err != nil {
		return nil, 0, err
	}
	req.Header.Set("Content-Type", "application/x-ndjson")
	req.Header.Set("X-API-Key", s.boot.AdminKey)
	start := time.Now()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, 0, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusCreated {
		return nil, 0, fmt.Errorf("run: %s: %.2000s %w", resp.Status, raw, err)
	}
	took := time.Since(start)
	out := &observed{}
	return out, took, json.Unmarshal(raw, out)
}
