package governance

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// retryAfter is how long a ruleset that could not be loaded is not tried again.
const retryAfter domain.Micros = 5e6

// active is what a pointer means at one moment; immutable.
type active struct {
	rules      *decision.Ruleset // nil: see follow and err
	hash       domain.Hash
	generation int64
	follow     bool // no pointer of its own: the platform's counts
	err        error
	retryAt    domain.Micros // of err
}

// slot is one tenant's active ruleset.
type slot struct {
	now     atomic.Pointer[active]
	loading chan struct{} // capacity 1: one loads, the others wait
	// revising lets one revision at a time start from what is active; capacity 1.
	revising chan struct{}
}

func errNotLoaded() error {
	return fault.New(fault.Unavailable, "no ruleset is loaded yet; nothing was decided, try again")
}

// Active returns the tenant's active ruleset. One that can't be loaded is
// Unavailable with the reason: nothing is decided by another one instead.
func (s *Service) Active(ctx context.Context, tenant domain.TenantID) (*decision.Ruleset, error) {
	if v, ok := s.slots.Load(tenant); ok {
		if a := s.resolve(v.(*slot)); a != nil && a.rules != nil {
			return a.rules, nil
		}
	}
	return s.activeSlow(ctx, tenant)
}

// resolve follows the platform where the tenant does.
func (s *Service) resolve(sl *slot) *active {
	a := sl.now.Load()
	if a != nil && a.follow {
		return s.platform.Load()
	}
	return a
}

func (s *Service) activeSlow(ctx context.Context, tenant domain.TenantID) (*decision.Ruleset, error) {
	if tenant == platform {
		return nil, errors.New("governance: active ruleset without a tenant")
	}
	sl := s.slotOf(tenant)
	select {
	case sl.loading <- struct{}{}:
		defer func() { <-sl.loading }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	a := sl.now.Load()
	if a == nil || (a.err != nil && s.Clock.Now() >= a.retryAt) {
		next, err := s.loadActive(ctx, tenant)
		if err != nil {
			return nil, err
		}
		sl.advance(next)
		a = sl.now.Load()
	}
	if a.follow {
		return s.platformRules(ctx)
	}
	return a.rules, a.err
}

func (s *Service) slotOf(tenant domain.TenantID) *slot {
	if v, ok := s.slots.Load(tenant); ok {
		return v.(*slot)
	}
	v, _ := s.slots.LoadOrStore(tenant, &slot{loading: make(chan struct{}, 1), revising: make(chan struct{}, 1)})
	return v.(*slot)
}

// advance replaces what is older; a load that raced with an activation loses.
func (sl *slot) advance(next *active) {
	for {
		was := sl.now.Load()
		if was != nil && (was.generation > next.generation || (was.generation == next.generation && was.err == nil)) {
			return
		}
		if sl.now.CompareAndSwap(was, next) {
			return
		}
	}
}

const (
	pointerName   = "ruleset"
	selectPointer = `SELECT hash, generation, updated_by, updated_at FROM document_pointer WHERE tenant_id = $1 AND name = $2`
	insertPointer = `INSERT INTO document_pointer (tenant_id, name, hash, generation, updated_by, updated_at) VALUES ($1, $2, $3, 1, $4, $5)`
	// The compare-and-set that lets one of two concurrent switches win.
	updatePointer = `UPDATE document_pointer SET hash = $3, generation = generation + 1, updated_by = $4, updated_at = $5
		WHERE tenant_id = $1 AND name = $2 AND generation = $6`
)

// loadActive reads the pointer and what it points to. A ruleset that is there
// but not usable is the result's err, not this function's.
func (s *Service) loadActive(ctx context.Context, owner domain.TenantID) (*active, error) {
	p, err := s.pointer(ctx, owner)
	if err != nil {
		return nil, fmt.Errorf("active ruleset: %w", err)
	}
	if p == nil {
		return &active{follow: true}, nil
	}
	a := &active{hash: p.Hash, generation: p.Generation}
	a.rules, err = s.load(ctx, owner, p.Hash)
	if err != nil {
		a.err = fault.Wrap(fault.Unavailable, err, "the active ruleset %s can't be loaded; nothing is decided until it is restored or another one activated", p.Hash)
		a.retryAt = s.Clock.Now() + retryAfter
	}
	return a, nil
}

// Pointer says which ruleset is active and since when.
type Pointer struct {
	Hash       domain.Hash
	Generation int64
	Platform   bool // the platform's pointer, which the tenant follows
	UpdatedBy  domain.PrincipalID
	UpdatedAt  domain.Micros
}

func (s *Service) pointer(ctx context.Context, owner domain.TenantID) (*Pointer, error) {
	var p Pointer
	var found bool
	err := s.readTx(ctx, owner, func(tx *db.Tx) (err error) {
		found, err = tx.Get(ctx, selectPointer, []any{owner, pointerName}, &p.Hash, &p.Generation, &p.UpdatedBy, &p.UpdatedAt)
		return err
	})
	if err != nil || !found {
		return nil, err
	}
	p.Platform = owner == platform
	return &p, nil
}

// ActivePointer returns the pointer that the tenant's decisions go by.
func (s *Service) ActivePointer(ctx context.Context, tenant domain.TenantID) (*Pointer, error) {
	for _, owner := range []domain.TenantID{tenant, platform} {
		p, err := s.pointer(ctx, owner)
		if p != nil || err != nil {
			return p, err
		}
	}
	return nil, errNotLoaded()
}

// load returns the ruleset with this hash that belongs to the owner or the
// platform, compiled.
func (s *Service) load(ctx context.Context, owner domain.TenantID, hash domain.Hash) (*decision.Ruleset, error) {
	if rs := s.compiled.get(owner, hash); rs != nil {
		return rs, nil
	}
	src, from, err := s.read(ctx, owner, hash)
	if err != nil {
		return nil, err
	}
	rs, err := src.compile(s.PolicyOff, s.Rules) //nolint:contextcheck // compiling takes no context, by design
	if err != nil {
		return nil, fmt.Errorf("compile ruleset %s: %w", hash, err)
	}
	return s.compiled.put(from, rs), nil
}

// read gets a ruleset's documents, each checked against its hash. from is the
// owner of the ruleset document.
func (s *Service) read(ctx context.Context, owner domain.TenantID, hash domain.Hash) (src *sources, from domain.TenantID, err error) {
	content := make(map[Ref][]byte)
	var doc *rulesetDoc
	err = s.readTx(ctx, owner, func(tx *db.Tx) error {
		d, err := getDocument(ctx, tx, selectByHash, owner, hash, KindRuleset)
		if err != nil {
			return err
		}
		if d == nil {
			return fault.New(fault.NotFound, "no ruleset with hash %q", hash)
		}
		from = d.Tenant
		if doc, err = parseRuleset(d.Content); err != nil {
			return err
		}
		return readRefs(ctx, tx, owner, doc.Documents, content)
	})
	if err != nil {
		return nil, "", err
	}
	src, err = gather(doc, hash, content)
	return src, from, err
}

func readRefs(ctx context.Context, tx *db.Tx, owner domain.TenantID, refs []Ref, into map[Ref][]byte) error {
	for _, r := range refs {
		if _, ok := into[r]; ok {
			continue
		}
		d, err := getDocument(ctx, tx, selectByRef, owner, r.Kind, r.Name, r.Version, r.Hash)
		if err != nil {
			return err
		}
		if d != nil {
			into[r] = d.Content
		}
	}
	return nil
}

// ByHash returns a ruleset of the tenant or the platform, for replay and
// reading, whether or not it is active.
func (s *Service) ByHash(ctx context.Context, tenant domain.TenantID, hash domain.Hash) (*decision.Ruleset, error) {
	if v, ok := s.slots.Load(tenant); ok {
		if a := s.resolve(v.(*slot)); a != nil && a.rules != nil && a.hash == hash {
			return a.rules, nil
		}
	}
	return s.load(ctx, tenant, hash)
}
