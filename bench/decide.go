package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
)

// ruleLevels are the servers of the part detect-decide, by the rules they have.
var ruleLevels = []string{"no detections", "built-in detections", "built-in and SigmaHQ"}

// detectDecide measures what detections cost a decision: the same load on a server
// without any, on one as it is installed and on one with SigmaHQ's rules imported.
// They take turns. Both events are clean, as nearly all are: one that no logsource
// knows, and a process creation, which more rules look at than at anything else.
func (b *bench) detectDecide(ctx context.Context) (err error) {
	const part = "detect-decide"
	var all []*contender
	defer func() {
		for _, c := range all {
			err = errors.Join(err, c.server.stop())
		}
	}()
	for _, name := range ruleLevels {
		s, err := b.startProduct(ctx, "")
		if err != nil {
			return err
		}
		c := &contender{name: name, server: s, connections: []int{1, 16}}
		all = append(all, c)
		if reason := b.setRules(ctx, s, name); reason != "" {
			b.found.note(part, name+": left out: "+reason)
			c.connections = nil
		}
	}
	for _, kind := range []string{loadDefend, loadProcess} {
		if err := b.decideInTurns(ctx, part, kind, all); err != nil {
			return err
		}
	}
	if err := b.matchingAlone(ctx, part); err != nil {
		return err
	}
	b.found.note(part, fmt.Sprintf("medians of %d rounds of %s, ratios within each round; CPU is the server's, and the figure to trust on a busy machine", b.o.rounds, b.o.duration))
	return nil
}

// matchingAlone is what matching the same events takes where nothing else wants the
// CPU's caches; between two decisions of a server much does.
func (b *bench) matchingAlone(ctx context.Context, part string) error {
	if b.o.samples == "" {
		return nil
	}
	set, err := b.sigmaSet(part)
	if err != nil {
		return err
	}
	for _, e := range []struct{ what, text string }{{"sign-in", eventText()}, {"process creation", processText()}} {
		one := newWriter([]byte(e.text), 1).next(7)
		r, err := b.matchAll(ctx, set, slices.Repeat([][]byte{one}, 10_000)) // reading the clock costs as much as one
		if err != nil {
			return err
		}
		b.found.duration(part, e.what+": matching alone, SigmaHQ, warm caches", 1e9/r.rate)
	}
	return nil
}

// setRules gives a new server its detections, or says why it can't.
func (b *bench) setRules(ctx context.Context, s *server, name string) string {
	switch name {
	case ruleLevels[0]:
		cmd := exec.CommandContext(ctx, b.product, "rules", "remove", "builtin")
		cmd.Env = cleanEnv("FROSTGATE_URL=http://"+s.address, "FROSTGATE_API_KEY="+s.boot.AdminKey)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Sprintf("frostgate rules remove: %v: %.300s", err, out)
		}
	case ruleLevels[2]:
		return b.importSigma(ctx, s)
	}
	return ""
}

func (b *bench) decideInTurns(ctx context.Context, part, kind string, all []*contender) error {
	for _, c := range all {
		c.results = map[int][]*loadResult{}
	}
	for round := range b.o.rounds {
		say("  %s: round %d of %d", kind, round+1, b.o.rounds)
		for _, n := range []int{1, 16} {
			for i := range all {
				c := all[(i+round)%len(all)] // nobody is always the first
				if !contains(c.connections, n) {
					continue
				}
				say("  %s", c.name)
				r, err := b.drive(ctx, c.server, kind, n)
				if err != nil {
					return err
				}
				c.results[n] = append(c.results[n], r)
			}
		}
	}
	what := map[string]string{loadDefend: "sign-in", loadProcess: "process creation"}[kind]
	for _, c := range all {
		for _, n := range c.connections {
			at := fmt.Sprintf("%s, %s, %d at a time", what, c.name, n)
			b.loadFigure(part, at, c.results[n])
			if c != all[0] && len(all[0].results[n]) > 0 {
				b.costOfRules(part, at, n, all[0], c)
			}
		}
	}
	return nil
}

// costOfRules sets a server beside the one without detections, round by round: what
// else the machine does is most alike within one.
func (b *bench) costOfRules(part, at string, n int, without, with *contender) {
	for _, by := range []struct {
		name  string
		value func(*loadResult) float64
	}{
		{"p50", func(l *loadResult) float64 { return float64(l.P50) }},
		{"p99", func(l *loadResult) float64 { return float64(l.P99) }},
		{"CPU", func(l *loadResult) float64 { return float64(l.cpuPerEvent()) }},
	} {
		var ratios []float64
		for i, l := range with.results[n] {
			ratios = append(ratios, by.value(l)/by.value(without.results[n][i]))
		}
		ratio := median(ratios, func(v float64) float64 { return v })
		b.found.ratio(part, at+": "+by.name+" to that without", ratio).goal("<= 1.10x", ratio <= 1.10)
	}
}
