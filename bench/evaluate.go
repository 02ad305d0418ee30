package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/doctrine"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/governance/defaults"
	"frostgate.io/frostgate/internal/jsondoc"
	"frostgate.io/frostgate/internal/policy"
)

// evaluate measures the pure decision alone, from a normalised event.
func (b *bench) evaluate(context.Context) error {
	rs, err := defaultRuleset() //nolint:contextcheck // compiling is not a request that could be given up
	if err != nil {
		return err
	}
	testing.Init()
	for _, c := range []struct {
		name  string
		fails int64
	}{{"quiet event", 1}, {"brute force", 7}} {
		text := strings.NewReplacer(markIP, "101.102", markUser, "1001", markID, strings.Repeat("1", idWidth)).Replace(eventText())
		var doc jsondoc.Doc
		if err := doc.Parse([]byte(text), jsondoc.Limits{MaxBytes: 1 << 20, MaxDepth: 64}); err != nil {
			return err
		}
		at := domain.Micros(time.Now().UnixMicro())
		ev := domain.Event{
			ID: "bench", Tenant: "tn_bench", Source: "bench", Type: "auth", Time: at, ReceivedAt: at,
			Persona: domain.Sentinel, Ring: domain.Unclass, SourceIP: "10.7.101.102", User: "user-1001",
			FailCount: c.fails, HasFailCount: true,
		}
		got := testing.Benchmark(func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				decision.Evaluate(rs, &domain.StateFacts{}, &ev, doc.Root(), nil)
			}
		})
		b.found.add("evaluate", c.name, fmt.Sprintf("%d ns, %d allocations, %d bytes", got.NsPerOp(), got.AllocsPerOp(), got.AllocedBytesPerOp()), float64(got.NsPerOp()), "ns")
	}
	return nil
}

// defaultRuleset compiles the documents that a new tenant starts with.
func defaultRuleset() (*decision.Ruleset, error) {
	rs := &decision.Ruleset{Version: defaults.Version, Hash: domain.Hash(strings.Repeat("0", 64))}
	for _, d := range defaults.Documents() {
		var err error
		switch d.Kind {
		case defaults.KindScenarios:
			rs.Detect, err = detect.Compile(detect.Documents{Scenarios: d.Content})
		case defaults.KindPolicy:
			rs.Policy, err = policy.Compile(map[string][]byte{d.Name: d.Content}, policy.Options{Version: d.Version})
		case defaults.KindDoctrine:
			rs.Doctrine, err = doctrine.Compile(d.Content)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.Name, err)
		}
	}
	return rs, nil
}
