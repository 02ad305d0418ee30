package governance

import (
	"context"
	"fmt"
	"maps"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
)

// NewRuleset is a ruleset to publish: new documents, and references to
// documents that exist.
type NewRuleset struct {
	Name      string // empty: "default"
	Version   string
	Documents []NewDocument
	Refs      []Ref
}

// Publish checks and stores a ruleset of a tenant with its new documents, in
// one transaction. It does not activate it. The same ruleset again changes
// nothing.
func (s *Service) Publish(ctx context.Context, tenant domain.TenantID, n NewRuleset, by evidence.Actor) (Ref, error) {
	return s.publish(ctx, tenant, n, by, "ruleset.publish", nil)
}

// publish is Publish with what the audit calls it.
func (s *Service) publish(ctx context.Context, tenant domain.TenantID, n NewRuleset, by evidence.Actor, action string, detail map[string]string) (Ref, error) {
	if n.Name == "" {
		n.Name = "default"
	}
	if !isLabel(n.Name) {
		return Ref{}, fault.New(fault.Invalid, "name must be 1 to %d of the characters a-z A-Z 0-9 . _ : -", maxLabel).At("name")
	}
	doc := &rulesetDoc{Version: n.Version, Documents: n.Refs[:len(n.Refs):len(n.Refs)]}
	content := make(map[Ref][]byte)
	for i := range n.Documents {
		if err := n.Documents[i].check(); err != nil {
			return Ref{}, err
		}
		r := n.Documents[i].ref()
		doc.Documents, content[r] = append(doc.Documents, r), n.Documents[i].Content
	}
	text, err := doc.encode()
	if err != nil {
		return Ref{}, err
	}
	own := Ref{Hash(text), KindRuleset, n.Name, n.Version}
	if err := s.admit(ctx, tenant, doc, own, content); err != nil {
		return Ref{}, err
	}
	if stored, err := s.stored(ctx, tenant, own); err != nil || stored {
		return own, err
	}
	told := map[string]string{"name": own.Name, "version": own.Version}
	maps.Copy(told, detail)
	return own, s.storeRuleset(ctx, tenant, own, text, n.Documents, by, auditEntry(by, tenant, action, string(own.Hash), told))
}

// admit compiles what would be published and asks the publishing checks.
func (s *Service) admit(ctx context.Context, tenant domain.TenantID, doc *rulesetDoc, own Ref, content map[Ref][]byte) error {
	err := s.readTx(ctx, tenant, func(tx *db.Tx) error { return readRefs(ctx, tx, tenant, doc.Documents, content) })
	if err != nil {
		return err
	}
	src, err := gather(doc, own.Hash, content)
	if err != nil {
		return err
	}
	if err := boundedArchives(src.detections); err != nil {
		return err
	}
	rs, err := src.compile(s.PolicyOff, s.Rules) //nolint:contextcheck // compiling takes no context, by design
	if err != nil {
		return err
	}
	if err := boundedRules(rs.Detect.Rules()); err != nil {
		return err
	}
	return s.checkPublish(src, rs) //nolint:contextcheck // bounded in steps, so that its answer does not hang on the caller
}

func (s *Service) storeRuleset(ctx context.Context, tenant domain.TenantID, own Ref, text []byte, docs []NewDocument, by evidence.Actor, audit evidence.AuditEntry) error {
	type item struct {
		ref    Ref
		stored []byte
		signed string
	}
	items := []item{{ref: own, stored: text}}
	for i := range docs {
		pack, err := packed(docs[i].Kind, docs[i].Content)
		if err != nil {
			return err
		}
		items = append(items, item{ref: docs[i].ref(), stored: pack})
	}
	for i := range items {
		var err error
		if items[i].signed, err = s.sign(documentText(tenant, items[i].ref)); err != nil {
			return err
		}
	}
	return s.record(ctx, tenant, "ruleset", by, text, &change{
		audit: audit,
		apply: func(ctx context.Context, tx *db.Tx) error {
			for _, it := range items {
				if _, err := putDocument(ctx, tx, tenant, it.ref, it.stored, it.signed, principalOf(by)); err != nil {
					return err
				}
			}
			return nil
		},
	})
}

// AnyGeneration activates whatever the pointer's generation is.
const AnyGeneration int64 = -1

// Activate points the tenant at a ruleset that it can read. Pointer, audit row
// and evidence artifact are one transaction; the ruleset in memory is replaced
// right after the commit, between two events. generation is the pointer's that
// the caller saw (0: none of its own), or AnyGeneration; another one is a
// Conflict. The ruleset that is active already changes nothing.
func (s *Service) Activate(ctx context.Context, tenant domain.TenantID, hash domain.Hash, generation int64, by evidence.Actor) (*Pointer, error) {
	if err := checkWhy(by.Reason); err != nil {
		return nil, err
	}
	return s.activate(ctx, tenant, hash, generation, by, "ruleset.activate", nil)
}

// activate is Activate with what the audit calls it.
func (s *Service) activate(ctx context.Context, tenant domain.TenantID, hash domain.Hash, generation int64, by evidence.Actor, action string, detail map[string]string) (*Pointer, error) {
	rs, err := s.load(ctx, tenant, hash)
	if err != nil {
		return nil, err
	}
	was, err := s.pointer(ctx, tenant)
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
	next := &Pointer{Hash: hash, Generation: was.Generation + 1, UpdatedBy: principalOf(by)}
	text, err := canonical(struct {
		From       domain.Hash `json:"from"`
		Generation int64       `json:"generation"`
		To         domain.Hash `json:"to"`
		Version    string      `json:"version"`
	}{was.Hash, next.Generation, hash, rs.Version})
	if err != nil {
		return nil, err
	}
	told := map[string]string{"from": string(was.Hash), "version": rs.Version}
	maps.Copy(told, detail)
	sl := s.slotOf(tenant)
	err = s.record(ctx, tenant, "ruleset_activation", by, text, &change{
		audit: auditEntry(by, tenant, action, string(hash), told),
		apply: func(ctx context.Context, tx *db.Tx) error {
			next.UpdatedAt = tx.Now
			return movePointer(ctx, tx, tenant, was.Generation, next)
		},
		committed: func() { sl.advance(&active{rules: rs, hash: hash, generation: next.Generation}) },
	})
	if err != nil {
		return nil, err
	}
	return next, nil
}

func errMoved(generation int64) error {
	return fault.New(fault.Conflict, "another ruleset was activated meanwhile (generation %d); look at it and try again", generation)
}

// movePointer is the compare-and-set on the pointer's generation.
func movePointer(ctx context.Context, tx *db.Tx, owner domain.TenantID, from int64, to *Pointer) error {
	if from == 0 {
		var have Pointer
		found, err := tx.Get(ctx, selectPointer, []any{owner, pointerName}, &have.Hash, &have.Generation, &have.UpdatedBy, &have.UpdatedAt)
		if err != nil {
			return err
		}
		if found {
			return errMoved(have.Generation)
		}
		_, err = tx.Exec(ctx, insertPointer, owner, pointerName, to.Hash, to.UpdatedBy, tx.Now)
		return err
	}
	n, err := tx.Exec(ctx, updatePointer, owner, pointerName, to.Hash, to.UpdatedBy, tx.Now, from)
	if err != nil {
		return fmt.Errorf("move pointer: %w", err)
	}
	if n != 1 {
		return errMoved(from)
	}
	return nil
}

// RulesetInfo is a ruleset as read, with the documents it is made of.
type RulesetInfo struct {
	Document
	Documents []Ref
	Rules     *decision.Ruleset
}

// Ruleset returns a ruleset that the tenant can read.
func (s *Service) Ruleset(ctx context.Context, tenant domain.TenantID, hash domain.Hash) (*RulesetInfo, error) {
	d, err := s.Document(ctx, tenant, hash)
	if err != nil {
		return nil, err
	}
	if d.Kind != KindRuleset {
		return nil, fault.New(fault.NotFound, "no ruleset with hash %q", hash)
	}
	doc, err := parseRuleset(d.Content)
	if err != nil {
		return nil, err
	}
	rs, err := s.load(ctx, tenant, hash)
	if err != nil {
		return nil, err
	}
	return &RulesetInfo{Document: *d, Documents: doc.Documents, Rules: rs}, nil
}
