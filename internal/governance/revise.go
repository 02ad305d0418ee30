package governance

import (
	"context"
	"fmt"
	"slices"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
)

// base is the ruleset that a revision starts from.
type base struct {
	name       string
	version    string
	refs       []Ref // a revision may change them
	was        []Ref // as they are, sorted
	hash       domain.Hash
	generation int64 // of the tenant's own pointer; 0: it follows the platform
}

// ref returns the document of a kind and name; an empty name takes any.
func (b *base) ref(kind, name string) (Ref, bool) {
	i := slices.IndexFunc(b.refs, func(r Ref) bool { return r.Kind == kind && (name == "" || r.Name == name) })
	if i < 0 {
		return Ref{}, false
	}
	return b.refs[i], true
}

// base reads which ruleset decides for the tenant and what it is made of.
func (s *Service) base(ctx context.Context, tenant domain.TenantID) (*base, error) {
	p, err := s.ActivePointer(ctx, tenant)
	if err != nil {
		return nil, err
	}
	d, err := s.Document(ctx, tenant, p.Hash)
	if err != nil {
		return nil, err
	}
	doc, err := parseRuleset(d.Content)
	if err != nil {
		return nil, err
	}
	b := &base{name: d.Name, version: d.Version, refs: doc.Documents, was: slices.Clone(doc.Documents), hash: p.Hash}
	if !p.Platform {
		b.generation = p.Generation
	}
	return b, nil
}

// revision is a ruleset that differs from the active one in one document.
type revision struct {
	action string // in the audit
	detail map[string]string
	// edit makes the document that goes in, instead of the one of its kind and
	// name; nil when b.refs is all there is to change. It may be called again when
	// somebody else was faster.
	edit func(b *base) (*NewDocument, error)
	// publishOnly leaves the pointer where it is.
	publishOnly bool
}

// revised is what a revision led to.
type revised struct {
	ruleset Ref
	doc     Ref
	pointer *Pointer // as it is now
}

// maxRevise bounds how often a revision begins again. Within a process they wait
// for each other: only switches by other processes, and whole rulesets that
// somebody activates, come between.
const maxRevise = 25

// revise publishes the tenant's active ruleset with one document changed, and
// switches to it unless the ruleset was switched meanwhile: then it begins again
// from what is active now, so that nobody's change is lost.
func (s *Service) revise(ctx context.Context, tenant domain.TenantID, r revision, by evidence.Actor) (*revised, error) {
	sl := s.slotOf(tenant)
	select {
	case sl.revising <- struct{}{}:
		defer func() { <-sl.revising }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	for try := 1; ; try++ {
		b, err := s.base(ctx, tenant)
		if err != nil {
			return nil, err
		}
		n, err := r.edit(b)
		if err != nil {
			return nil, err
		}
		out, err := s.replaceIn(ctx, tenant, b, n, r, by)
		if fault.CodeOf(err) == fault.Conflict && try < maxRevise && ctx.Err() == nil {
			continue
		}
		return out, err
	}
}

func (s *Service) replaceIn(ctx context.Context, tenant domain.TenantID, b *base, n *NewDocument, r revision, by evidence.Actor) (*revised, error) {
	out := &revised{}
	next := NewRuleset{Name: b.name, Refs: b.refs}
	all := slices.Clone(b.refs)
	if n != nil {
		if err := n.check(); err != nil {
			return nil, err
		}
		out.doc = n.ref()
		if slices.Contains(b.refs, out.doc) {
			return out, s.asItIs(ctx, tenant, b, out)
		}
		next.Documents = []NewDocument{*n}
		next.Refs = slices.DeleteFunc(slices.Clone(b.refs), func(ref Ref) bool {
			return ref.Kind == n.Kind && (ref.Name == n.Name || n.Kind == KindTuning)
		})
		all = append(slices.Clone(next.Refs), out.doc)
	}
	slices.SortFunc(all, compareRefs)
	if n == nil && slices.Equal(all, b.was) {
		return out, s.asItIs(ctx, tenant, b, out)
	}
	var err error
	if next.Version, err = versionOf(all); err != nil {
		return nil, err
	}
	// The audit has one row that says what was changed: that of the last step.
	if r.publishOnly {
		if out.ruleset, err = s.publish(ctx, tenant, next, by, r.action, r.detail); err != nil {
			return nil, err
		}
		out.pointer, err = s.ActivePointer(ctx, tenant)
		return out, err
	}
	if out.ruleset, err = s.Publish(ctx, tenant, next, by); err != nil {
		return nil, err
	}
	out.pointer, err = s.activate(ctx, tenant, out.ruleset.Hash, b.generation, by, r.action, r.detail)
	return out, err
}

// asItIs answers a revision that asks for what is in force already.
func (s *Service) asItIs(ctx context.Context, tenant domain.TenantID, b *base, out *revised) (err error) {
	out.ruleset = Ref{b.hash, KindRuleset, b.name, b.version}
	out.pointer, err = s.ActivePointer(ctx, tenant)
	return err
}

// versionOf names a revised ruleset by its documents, which are sorted: the same
// ones again are the same ruleset.
func versionOf(refs []Ref) (string, error) {
	text, err := canonical(refs)
	if err != nil {
		return "", fmt.Errorf("version of a ruleset: %w", err)
	}
	return "rev-" + string(Hash(text)[:12]), nil
}
