package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"frostgate.io/frostgate/internal/app"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/graph"
	"frostgate.io/frostgate/internal/obs"
)

const graphPart = "graph"

// The graph that is measured: policies with five references each, to a group
// that all share, three of many groups, and a scope tag.
const (
	graphPolicies = 20_000
	graphGroups   = 2_000
	graphTags     = 50
	graphSource   = "directory/default"
	graphGoal     = 50 * time.Millisecond
)

// graphs measures what is asked of the graph of references, on each store:
// first (the graph is made from rows, once after a run), cold (its image is read
// from the store, after a start), and warm (it is in memory).
func (b *bench) graphs(ctx context.Context) error {
	urls := map[string]string{"sqlite": ""}
	stores := []string{"sqlite"}
	if b.o.postgres != "" {
		url, err := newDatabase(ctx, b.o.postgres, "bench_graph")
		if err != nil {
			return err
		}
		urls["postgres"] = url
		stores = append(stores, "postgres")
	}
	for _, store := range stores {
		if err := b.graphOn(ctx, store, urls[store]); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) graphOn(ctx context.Context, store, url string) (err error) {
	dir, err := os.MkdirTemp(b.dir, "graph-")
	if err != nil {
		return err
	}
	level, err := obs.ParseLevel("error")
	if err != nil {
		return err
	}
	cfg := app.DefaultConfig()
	cfg.DataDir, cfg.Listen, cfg.Version, cfg.Database = filepath.Join(dir, "state"), "127.0.0.1:0", "bench", url
	s, err := app.Start(ctx, cfg, obs.NewLogger(io.Discard, level))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Stop()) }()
	tenant := s.Parts.Tenants.All()[0].ID
	start := time.Now()
	run, err := s.Parts.Inventory.Receive(ctx, tenant, inventory.Begin{Source: inventory.Source{Kind: "directory", Name: "default"}}, graphUpload(), evidence.Actor{})
	if err != nil {
		return err
	}
	took := time.Since(start)
	b.found.perSecond(graphPart, store+": objects observed, items and references made", float64(run.Objects)/took.Seconds())
	return b.graphFigures(ctx, store, s.Parts, tenant)
}

func (b *bench) graphFigures(ctx context.Context, store string, p *app.Parts, tenant domain.TenantID) error {
	ask := func(g *graph.Service, group, limit int) error {
		r, err := g.BlastRadius(ctx, tenant, graphSource, "groups", graphID("aa", group), 0, limit)
		if err == nil && group == 0 && r.Total != graphPolicies {
			err = fmt.Errorf("the shared group reaches %d objects, want %d", r.Total, graphPolicies)
		}
		return err
	}
	rounds := max(5, 5*b.o.rounds)
	start := time.Now()
	if err := ask(p.Graph, 0, 100); err != nil {
		return err
	}
	b.found.duration(graphPart, store+": blast radius of a group in 20,000 policies, 100,000 edges, the first after a run", float64(time.Since(start)))
	cold, err := timed(rounds, func(int) error {
		// A service of its own has nothing in memory.
		return ask(graph.New(graph.Deps{DB: p.Graph.DB, Types: p.Graph.Types, Inventory: p.Inventory}, graph.Config{}), 0, 100)
	})
	if err != nil {
		return err
	}
	b.graphFigure(store+": the same, cold", cold)
	for _, q := range []struct {
		what         string
		group, limit int
	}{
		{"the same, warm", 0, 100},
		{"the same, warm, 1,000 listed", 0, 1000},
		{"blast radius of a group in 30 policies, warm", 7, 100},
	} {
		warm, err := timed(20*rounds, func(int) error { return ask(p.Graph, q.group, q.limit) })
		if err != nil {
			return err
		}
		b.graphFigure(store+": "+q.what, warm)
	}
	broken, err := timed(rounds, func(int) error {
		_, err := p.Graph.Broken(ctx, tenant, graphSource, "", 100)
		return err
	})
	if err != nil {
		return err
	}
	b.found.duration(graphPart, store+": broken references, p95", broken.p95)
	return nil
}

// spread are the times of one question.
type spread struct{ p50, p95 float64 }

func timed(n int, fn func(i int) error) (spread, error) {
	times := make([]float64, n)
	for i := range times {
		start := time.Now()
		if err := fn(i); err != nil {
			return spread{}, err
		}
		times[i] = float64(time.Since(start))
	}
	slices.Sort(times)
	return spread{times[n/2], times[min(n-1, n*95/100)]}, nil
}

func (b *bench) graphFigure(what string, s spread) {
	f := b.found.duration(graphPart, what+", p95", s.p95)
	f.Details = map[string]float64{"p50_ns": s.p50}
	f.goal("<= 50 ms", s.p95 <= float64(graphGoal))
}

// graphID is an identity that looks like any GUID; the same number gives the same.
func graphID(kind string, n int) string {
	return fmt.Sprintf("%08x-0000-4000-8000-%s%010d", uint32(n)*2654435761, kind, n)
}

// graphUpload writes the run as it is generated.
func graphUpload() io.Reader {
	r, w := io.Pipe()
	go func() { _ = w.CloseWithError(writeGraph(w)) }()
	return r
}

func writeGraph(w io.Writer) error {
	line := func(format string, args ...any) error {
		_, err := fmt.Fprintf(w, format+"\n", args...)
		return err
	}
	for i := range graphGroups {
		if err := line(`{"type":"groups","object":{"id":%q,"displayName":"Group %d"}}`, graphID("aa", i), i); err != nil {
			return err
		}
	}
	for i := range graphTags {
		if err := line(`{"type":"deviceManagement/roleScopeTags","object":{"id":"%d","displayName":"Tag %d"}}`, i, i); err != nil {
			return err
		}
	}
	const target = `{"target":{"@odata.type":"#microsoft.graph.%sAssignmentTarget","groupId":%q}}`
	other := func(k int) string { return graphID("aa", 1+k%(graphGroups-1)) }
	for i := range graphPolicies {
		err := line(`{"type":"deviceManagement/configurationPolicies","object":{"id":%q,"name":"Policy %d","roleScopeTagIds":["%d"],"assignments":[`+
			target+","+target+","+target+","+target+"]}}",
			graphID("bb", i), i, i%graphTags, "group", graphID("aa", 0), "group", other(i), "group", other(7*i+3), "exclusionGroup", other(13*i+5))
		if err != nil {
			return err
		}
	}
	return nil
}
