package main

import (
	"context"
	"errors"
	"fmt"
)

// contender is a server in the comparison and how it is loaded.
type contender struct {
	name        string
	kind        string
	connections []int
	server      *server
	results     map[int][]*loadResult
}

func (c *contender) median(connections int, by func(*loadResult) float64) float64 {
	return median(c.results[connections], by)
}

// decisions compares POST /defend with the peer. The contenders take turns, so
// that each round sees the same machine.
func (b *bench) decisions(ctx context.Context) (err error) {
	all, err := b.contenders(ctx)
	defer func() {
		for _, c := range all {
			err = errors.Join(err, c.server.stop())
		}
	}()
	if err != nil {
		return err
	}
	for round := range b.o.rounds {
		say("  round %d of %d", round+1, b.o.rounds)
		for _, n := range []int{64, 16, 1} {
			for _, c := range all {
				if !contains(c.connections, n) {
					continue
				}
				r, err := b.drive(ctx, c.server, c.kind, n)
				if err != nil {
					return err
				}
				c.results[n] = append(c.results[n], r)
			}
		}
	}
	b.reportDecisions(all)
	return nil
}

func contains(list []int, n int) bool {
	for _, v := range list {
		if v == n {
			return true
		}
	}
	return false
}

// contenders starts all servers; those started are returned with an error too.
func (b *bench) contenders(ctx context.Context) ([]*contender, error) {
	var all []*contender
	add := func(name, kind string, connections []int, start func() (*server, error)) error {
		s, err := start()
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		s.name = name
		all = append(all, &contender{name: name, kind: kind, connections: connections, server: s, results: map[int][]*loadResult{}})
		return nil
	}
	err := add("frostgate", loadDefend, []int{1, 16, 64}, func() (*server, error) { return b.startProduct(ctx, "") })
	peers := []struct {
		name string
		env  []string
		args []string
	}{
		{name: "opa with console log", args: []string{"--set", "decision_logs.console=true"}},
		{name: "opa bare"},
		{name: "opa bare, GOGC=400", env: []string{"GOGC=400"}},
	}
	for _, p := range peers {
		if err == nil {
			err = add(p.name, loadPolicy, []int{1, 64}, func() (*server, error) { return b.startPeer(ctx, p.name, p.env, p.args...) })
		}
	}
	if err == nil && b.o.postgres != "" {
		err = add("frostgate postgres", loadDefend, []int{1, 16, 64}, func() (*server, error) {
			url, err := newDatabase(ctx, b.o.postgres, "bench_decisions")
			if err != nil {
				return nil, err
			}
			return b.startProduct(ctx, url)
		})
	}
	return all, err
}

func (b *bench) reportDecisions(all []*contender) {
	const part = "decisions"
	r := &b.found
	byName := map[string]*contender{}
	for _, c := range all {
		byName[c.name] = c
		for _, n := range c.connections {
			b.loadFigure(part, fmt.Sprintf("%s, %d at a time", c.name, n), c.results[n])
		}
	}
	p50 := byName["frostgate"].median(1, func(l *loadResult) float64 { return float64(l.P50) })
	r.duration(part, "frostgate, 1 at a time: p50", p50).goal("<= 300µs", p50 <= 300e3)
	p99 := byName["frostgate"].median(64, func(l *loadResult) float64 { return float64(l.P99) })
	r.duration(part, "frostgate, 64 at a time: p99", p99).goal("<= 20ms", p99 <= 20e6)
	own := byName["frostgate"].median(64, (*loadResult).rate)
	versus := func(peer, goal string, least float64) {
		v := own / byName[peer].median(64, (*loadResult).rate)
		r.ratio(part, "frostgate / "+peer+", 64 at a time", v).goal(goal, v >= least)
	}
	versus("opa with console log", ">= 1.5x", 1.5)
	versus("opa bare", ">= 1x (stretch)", 1)
	versus("opa bare, GOGC=400", "> 1x (stretch)", 1)
	l := all[0].results[64][0]
	r.note(part, fmt.Sprintf("medians of %d rounds of %s; one body %d bytes, one full answer with receipt %d bytes; durable before answered; the peer keeps nothing", b.o.rounds, b.o.duration, l.Body, l.Answer))
	load := all[0].median(64, func(l *loadResult) float64 { return l.OwnCPU / l.Seconds })
	r.note(part, fmt.Sprintf("the load generator used %.2f of the same CPUs at 64 connections", load))
}

// loadFigure is one line for a load that was repeated: the median of each value.
func (b *bench) loadFigure(part, what string, runs []*loadResult) {
	values := map[string]float64{}
	for name, by := range map[string]func(*loadResult) float64{
		"per_second": (*loadResult).rate,
		"p50_ns":     func(l *loadResult) float64 { return float64(l.P50) },
		"p90_ns":     func(l *loadResult) float64 { return float64(l.P90) },
		"p99_ns":     func(l *loadResult) float64 { return float64(l.P99) },
		"max_ns":     func(l *loadResult) float64 { return float64(l.Max) },
		"cpu_ns":     func(l *loadResult) float64 { return float64(l.cpuPerEvent()) },
	} {
		values[name] = median(runs, by)
	}
	at := func(name string) string { return ns(int64(values[name])) }
	text := fmt.Sprintf("%6.0f/s  p50 %s  p90 %s  p99 %s  max %s  server CPU %s each",
		values["per_second"], at("p50_ns"), at("p90_ns"), at("p99_ns"), at("max_ns"), at("cpu_ns"))
	b.found.add(part, what, text, values["per_second"], "1/s").Details = values
}
