package graph

import (
	"context"
	"hash/maphash"
	"sync"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/internal/jsondoc"
)

// Config bounds the service; a zero field means its default.
type Config struct {
	// MemoryBytes is what graphs that are kept in memory may take together;
	// default 256 MiB. A larger graph is made for each question.
	MemoryBytes int64
}

// Inventory is what the graph asks inventory for.
type Inventory interface {
	Names(ctx context.Context, tenant domain.TenantID, source, typ string, ids []string) (map[string]inventory.Known, error)
	EachPresent(ctx context.Context, tenant domain.TenantID, source string, types []string, each func(inventory.ItemChange) error) error
	Coverage(ctx context.Context, tenant domain.TenantID, source string) ([]inventory.TypeCoverage, error)
	Run(ctx context.Context, tenant domain.TenantID, id inventory.RunID) (*inventory.Run, error)
	Snapshot(ctx context.Context, tenant domain.TenantID, root string) (*manifest.Snapshot, error)
}

// Deps are the parts that the service stands on; all are needed.
type Deps struct {
	DB        *db.DB
	Types     *normal.Types
	Inventory Inventory
}

// Service keeps and asks the graph. It is safe for concurrent use.
type Service struct {
	Deps
	extract *extractor
	cache   *cache

	// building are the locks of sources, by hash: a source's rows and its graph
	// are made by one at a time.
	seed     maphash.Seed
	building [64]sync.Mutex
}

// sourceKey is a source of a tenant.
type sourceKey struct {
	tenant domain.TenantID
	source string
}

// New returns the service. It panics if the rules that it comes with are broken,
// which tests exclude.
func New(d Deps, cfg Config) *Service {
	set, err := parse(builtin)
	if err != nil {
		panic(err)
	}
	if cfg.MemoryBytes <= 0 {
		cfg.MemoryBytes = 256 << 20
	}
	return &Service{
		Deps:    d,
		extract: newExtractor(set, func(typ string) bool { return d.Types.Rules(typ).Type().Assignable }),
		cache:   newCache(cfg.MemoryBytes),
		seed:    maphash.MakeSeed(),
	}
}

// lock gives the lock of a source.
func (s *Service) lock(k sourceKey) *sync.Mutex {
	return &s.building[maphash.Comparable(s.seed, k)%uint64(len(s.building))]
}

// Project keeps the references of items that changed. It is inventory's
// Projector: doing the same twice changes nothing.
func (s *Service) Project(ctx context.Context, tenant domain.TenantID, run *inventory.Run, changes []inventory.ItemChange) error {
	k := sourceKey{tenant, run.Source.String()}
	m := s.lock(k)
	m.Lock()
	defer m.Unlock()
	if _, err := s.upToDate(ctx, k, true); err != nil {
		return err
	}
	return s.keep(ctx, k, changes)
}

// batch is how many objects one transaction writes: decisions wait for it.
const batch = 128

// keep writes the rows of objects, a few to a transaction.
func (s *Service) keep(ctx context.Context, k sourceKey, changes []inventory.ItemChange) error {
	var doc jsondoc.Doc
	w := newRows(k)
	for i := range changes {
		if err := s.put(w, &doc, &changes[i]); err != nil {
			return err
		}
		if w.len() < batch && i < len(changes)-1 {
			continue
		}
		if err := s.flush(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// put notes what to write for one object.
func (s *Service) put(w *rows, doc *jsondoc.Doc, c *inventory.ItemChange) error {
	if s.extract.plan(c.Type).empty() {
		return nil
	}
	if c.State == inventory.Missing {
		w.delete(c.Type, c.ID)
		return nil
	}
	if c.Content == nil {
		return nil // not seen, and not known to be gone: as it was
	}
	f, err := s.extract.facts(doc, c.Type, c.ID, c.Content)
	if err != nil {
		return err
	}
	if f.standing == notAssignable && len(f.refs) == 0 {
		w.delete(c.Type, c.ID)
		return nil
	}
	w.upsert(c.Type, c.ID, f.standing, s.extract.pack([]byte{}, f.refs))
	return nil
}
