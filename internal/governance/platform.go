package governance

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/governance/defaults"
)

// defaultName is the name of the built-in ruleset.
const defaultName = "default"

// builtin gives the documents of this binary and the ruleset of them.
func builtin() (own Ref, text []byte, docs []NewDocument, err error) {
	doc := &rulesetDoc{Version: defaults.Version}
	for _, d := range defaults.Documents() {
		n := NewDocument{Kind: d.Kind, Name: d.Name, Version: d.Version, Content: d.Content}
		docs, doc.Documents = append(docs, n), append(doc.Documents, n.ref())
	}
	text, err = doc.encode()
	return Ref{Hash(text), KindRuleset, defaultName, defaults.Version}, text, docs, err
}

// DefaultRuleset compiles the ruleset that is built into this binary, without a
// store: for the golden validator and offline simulation.
func DefaultRuleset() (*decision.Ruleset, error) {
	own, _, docs, err := builtin()
	if err != nil {
		return nil, err
	}
	doc, content := &rulesetDoc{Version: own.Version}, make(map[Ref][]byte)
	for i := range docs {
		r := docs[i].ref()
		doc.Documents, content[r] = append(doc.Documents, r), docs[i].Content
	}
	src, err := gather(doc, own.Hash, content)
	if err != nil {
		return nil, err
	}
	return src.compile(false, NewRuleCache())
}

// EnsureDefaults stores this binary's default documents as the platform's and
// loads the platform's active ruleset. On the first start that is the default
// one; later the pointer stays where it is, whatever this binary brings. An
// error is of the store, or says that a published version has other content; a
// ruleset that can't be loaded is Active's and Ready's to tell.
func (s *Service) EnsureDefaults(ctx context.Context) error {
	own, text, docs, err := builtin()
	if err != nil {
		return fmt.Errorf("default ruleset: %w", err)
	}
	err = s.DB.InSystemTx(ctx, "publish the default documents of the platform", func(tx *db.Tx) error {
		put := func(r Ref, content []byte) error {
			signed, err := s.sign(documentText(platform, r))
			if err != nil {
				return err
			}
			pack, err := packed(r.Kind, content)
			if err != nil {
				return err
			}
			created, err := putDocument(ctx, tx, platform, r, pack, signed, evidence.SystemPrincipal)
			if err != nil || !created {
				return err
			}
			return evidence.Audit(ctx, tx, s.Clock, auditEntry(evidence.Actor{}, platform, "document.create", string(r.Hash),
				map[string]string{"kind": r.Kind, "name": r.Name, "version": r.Version}))
		}
		for i := range docs {
			if err := put(docs[i].ref(), docs[i].Content); err != nil {
				return err
			}
		}
		if err := put(own, text); err != nil {
			return err
		}
		var have Pointer
		found, err := tx.Get(ctx, selectPointer, []any{platform, pointerName}, &have.Hash, &have.Generation, &have.UpdatedBy, &have.UpdatedAt)
		if err != nil || found {
			return err
		}
		return movePointer(ctx, tx, platform, 0, &Pointer{Hash: own.Hash, UpdatedBy: evidence.SystemPrincipal})
	})
	if err != nil {
		return fmt.Errorf("default ruleset: %w", err)
	}
	return s.loadPlatform(ctx)
}

// DefaultHash is the hash of the ruleset that is built into this binary;
// compare it with the active one to offer a newer default.
func (s *Service) DefaultHash() (domain.Hash, error) {
	own, _, _, err := builtin()
	return own.Hash, err
}

// OtherDefault names this binary's default ruleset when the platform's pointer is
// at another one: after an upgrade it stays where it was, so that nothing decides
// differently unasked. Empty: it is in force.
func (s *Service) OtherDefault(ctx context.Context) (domain.Hash, error) {
	own, err := s.DefaultHash()
	if err != nil {
		return "", err
	}
	p, err := s.pointer(ctx, platform)
	if err != nil || p == nil || p.Hash == own {
		return "", err
	}
	return own, nil
}

func (s *Service) enter(ctx context.Context) error {
	select {
	case s.lane <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Service) loadPlatform(ctx context.Context) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer func() { <-s.lane }()
	return s.reloadPlatform(ctx)
}

// reloadPlatform needs the lane.
func (s *Service) reloadPlatform(ctx context.Context) error {
	a, err := s.loadActive(ctx, platform)
	if err != nil {
		return err
	}
	if a.follow { // the platform follows nobody
		a = &active{err: errNotLoaded()}
	}
	s.platform.Store(a)
	return nil
}

// platformRules returns the platform's ruleset, trying again to load one that
// could not be.
func (s *Service) platformRules(ctx context.Context) (*decision.Ruleset, error) {
	a := s.platform.Load()
	if a.rules == nil && s.Clock.Now() >= a.retryAt {
		if err := s.loadPlatform(ctx); err != nil {
			return nil, err
		}
		a = s.platform.Load()
	}
	return a.rules, a.err
}

// ActivatePlatform points the platform, and with it every tenant without a
// pointer of its own, at a ruleset of the platform. The platform has no log: the
// switch is audited, and each decision's leaf names the ruleset that made it.
func (s *Service) ActivatePlatform(ctx context.Context, hash domain.Hash, generation int64, by evidence.Actor) (*Pointer, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer func() { <-s.lane }()
	rs, err := s.load(ctx, platform, hash)
	if err != nil {
		return nil, err
	}
	was, err := s.pointer(ctx, platform)
	if err != nil {
		return nil, err
	}
	if was == nil {
		was = &Pointer{}
	}
	if generation != AnyGeneration && generation != was.Generation {
		return nil, errMoved(was.Generation)
	}
	if was.Hash == hash {
		return was, nil
	}
	next := &Pointer{Hash: hash, Generation: was.Generation + 1, Platform: true, UpdatedBy: principalOf(by)}
	err = s.DB.InSystemTx(ctx, "switch the ruleset of the platform", func(tx *db.Tx) error {
		next.UpdatedAt = tx.Now
		if err := movePointer(ctx, tx, platform, was.Generation, next); err != nil {
			return err
		}
		return evidence.Audit(ctx, tx, s.Clock, auditEntry(by, platform, "ruleset.activate", string(hash),
			map[string]string{"from": string(was.Hash), "version": rs.Version}))
	})
	if err != nil {
		return nil, err
	}
	s.platform.Store(&active{rules: rs, hash: hash, generation: next.Generation})
	return next, nil
}

// Ready says whether the platform's ruleset is loaded.
func (s *Service) Ready(ctx context.Context) error {
	_, err := s.platformRules(ctx)
	return err
}
