package graph

import (
	"context"
	"sync"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/inventory"
)

// cache keeps graphs in memory, the least asked-for out first.
type cache struct {
	limit int64

	mu    sync.Mutex // owns what follows
	held  map[sourceKey]*cached
	bytes int64
	clock int64
}

type cached struct {
	graph      *compact
	generation int64
	used       int64
}

func newCache(limit int64) *cache { return &cache{limit: limit, held: map[sourceKey]*cached{}} }

func (c *cache) get(k sourceKey, generation int64) *compact {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.held[k]
	if e == nil || e.generation != generation {
		return nil
	}
	c.clock++
	e.used = c.clock
	return e.graph
}

// put keeps a graph, unless it alone is too large.
func (c *cache) put(k sourceKey, generation int64, g *compact) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(k)
	if g.bytes > c.limit {
		return
	}
	for c.bytes+g.bytes > c.limit {
		var oldest sourceKey
		var at *cached
		for key, e := range c.held {
			if at == nil || e.used < at.used {
				oldest, at = key, e
			}
		}
		c.drop(oldest)
	}
	c.clock++
	c.held[k] = &cached{graph: g, generation: generation, used: c.clock}
	c.bytes += g.bytes
}

func (c *cache) drop(k sourceKey) {
	if e := c.held[k]; e != nil {
		c.bytes -= e.graph.bytes
		delete(c.held, k)
	}
}

// graph gives a source's graph as it is now.
func (s *Service) graph(ctx context.Context, k sourceKey) (*compact, error) {
	generation, rules, err := s.state(ctx, k)
	if err != nil {
		return nil, err
	}
	if rules == s.extract.set.version {
		if g := s.cache.get(k, generation); g != nil {
			return g, nil
		}
	}
	m := s.lock(k)
	m.Lock()
	defer m.Unlock()
	if observed, err := s.upToDate(ctx, k, false); err != nil || !observed {
		return newBuilder(s.extract.set).done(), err
	}
	// Somebody may have made it meanwhile.
	if generation, _, err = s.state(ctx, k); err != nil {
		return nil, err
	}
	if g := s.cache.get(k, generation); g != nil {
		return g, nil
	}
	g, err := s.readImage(ctx, k, generation)
	if err != nil {
		return nil, err
	}
	if g == nil {
		if g, generation, err = s.load(ctx, k); err != nil {
			return nil, err
		}
		if err := s.writeImage(ctx, k, generation, g); err != nil {
			return nil, err
		}
	}
	s.cache.put(k, generation, g)
	return g, nil
}

// holds says that a graph of the source is kept, be it of an older generation.
func (c *cache) holds(k sourceKey) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.held[k] != nil
}

// Warm makes the graph of a source anew after a run, if somebody has asked for
// it before: who asks next need not wait for it.
func (s *Service) Warm(ctx context.Context, tenant domain.TenantID, run *inventory.Run) error {
	k := sourceKey{tenant, run.Source.String()}
	if !s.cache.holds(k) {
		return nil
	}
	_, err := s.graph(ctx, k)
	return err
}
