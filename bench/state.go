package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"time"

	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/jsondoc"
	"frostgate.io/frostgate/sigma/correlate"
)

const (
	stateKeys    = 1_000_000
	stateUpdates = 3_000_000
	stateStart   = 1_767_225_600_000_000 // event time, microseconds
)

// stateMachines are what keys are counted by, in turns: what the default scenarios
// use most.
func stateMachines() []correlate.Machine {
	return []correlate.Machine{
		{Kind: correlate.Count, Span: time.Hour},
		{Kind: correlate.Sliding, Span: time.Hour, Limit: 20, Lateness: time.Minute},
		{Kind: correlate.Distinct, Span: time.Hour, Limit: 50, Lateness: time.Minute},
		{Kind: correlate.Sequence, Span: time.Hour, Steps: []int{5, 1}, Lateness: time.Minute},
	}
}

// state measures windows: a million live keys, and updates of them on one core.
func (b *bench) state(ctx context.Context) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // the collector's work counts too
	if err := b.stateTable(ctx); err != nil {
		return err
	}
	return b.statePipeline(ctx)
}

// stateTable is the table alone: keys are there already, as 16 bytes of a hash.
func (b *bench) stateTable(ctx context.Context) error {
	debug.FreeOSMemory()
	before := memoryOf(os.Getpid(), "VmRSS")
	machines := stateMachines()
	t := correlate.NewTable(1 << 30)
	rng := rand.New(rand.NewPCG(1, 2))
	at := int64(stateStart)
	update := func(n uint64) {
		at += 500 // two thousand events a second
		k := stateKey(n)
		in := correlate.Input{At: at, Value: rng.Uint64N(100), Steps: 1}
		next, _ := machines[n%uint64(len(machines))].Update(t.Get(k), in)
		t.Put(k, next)
	}
	for n := range uint64(stateKeys) {
		update(n)
	}
	if t.Len() != stateKeys {
		return fmt.Errorf("%d keys are left of %d", t.Len(), stateKeys)
	}
	rounds := make([]float64, b.o.rounds)
	for r := range rounds {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		begin := cpuOf(os.Getpid())
		clock := time.Now()
		for range stateUpdates / b.o.rounds {
			update(rng.Uint64N(stateKeys))
		}
		took := time.Since(clock).Seconds()
		rounds[r] = float64(stateUpdates/b.o.rounds) / took
		say("  %.0f updates/s (%.2f s, %.2f s of CPU)", rounds[r], took, cpuOf(os.Getpid())-begin)
	}
	rate := median(rounds, func(v float64) float64 { return v })
	rss := memoryOf(os.Getpid(), "VmRSS") - before
	b.found.add("state", "live keys", fmt.Sprintf("%d in %s, resident, garbage included (the table counts %s)", t.Len(), bytesText(rss), bytesText(t.Bytes())), float64(rss), "B").
		goal("512 MiB", rss <= 512<<20)
	b.found.add("state", "updates", fmt.Sprintf("%.0f/s on one core, of four kinds of windows", rate), rate, "1/s").goal("200,000/s", rate >= 200_000)
	runtime.KeepAlive(t)
	return nil
}

func stateKey(n uint64) (k correlate.Key) {
	// Spread as hashes are.
	binary.LittleEndian.PutUint64(k[:], n*0x9E3779B97F4A7C15)
	binary.LittleEndian.PutUint64(k[8:], n)
	return k
}

// statePipeline is what a failed login costs in windows: conditions, keyed
// hashes, and states, by the default scenarios, of a million addresses.
func (b *bench) statePipeline(ctx context.Context) error {
	rs, err := defaultRuleset() //nolint:contextcheck // compiling is not a request that could be given up
	if err != nil {
		return err
	}
	t := correlate.NewTable(1 << 30)
	keys := evidence.ProbeKeys()
	rng := rand.New(rand.NewPCG(3, 4))
	const events = 200_000
	var windows int
	begin := time.Now()
	for i := range events {
		if i%10_000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		n := rng.Uint32N(stateKeys)
		ev := domain.Event{
			Type: "auth", SourceIP: fmt.Sprintf("10.%d.%d.%d", n>>16, n>>8&255, n&255), User: fmt.Sprintf("u%d", n%977),
			FailCount: 1, HasFailCount: true, Time: domain.Micros(stateStart + int64(i)*500),
		}
		hits := rs.Detect.WindowHits(&ev, jsondoc.Value{}, nil)
		slots := make([]detect.Slot, len(hits))
		for k := range hits {
			slots[k].Key = correlate.Key(keys.Index("window", "UNCLASS", hits[k].Window, hits[k].Key))
			if hits[k].Value != "" {
				mac := keys.Index("window value", "UNCLASS", hits[k].Window, hits[k].Value)
				slots[k].Value = binary.BigEndian.Uint64(mac[:])
			}
		}
		var c detect.Counts
		c.Advance(t, hits, slots, ev.Time)
		windows += len(hits)
	}
	took := time.Since(begin).Seconds()
	b.found.add("state", "failed logins", fmt.Sprintf("%.0f events/s on one core, each in %d windows of the default scenarios, conditions and keyed hashes included", events/took, windows/events), events/took, "1/s")
	return nil
}
