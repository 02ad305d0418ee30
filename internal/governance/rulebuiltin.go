package governance

import (
	"context"
	"runtime"
	"slices"

	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/governance/defaults"
)

// RestoreBuiltin puts the detections that are built into this binary into the
// tenant's ruleset and switches to it, whether another version of them is there or
// none. It is how a tenant with rules of its own takes the built-in ones of a newer
// version. The same again changes nothing.
func (s *Service) RestoreBuiltin(ctx context.Context, tenant domain.TenantID, by evidence.Actor) (*RulesImported, error) {
	// The platform stores the document when it starts; every tenant may name it.
	n := &NewDocument{Kind: KindDetections, Name: defaults.BuiltinDetections, Version: defaults.Version, Content: defaults.Detections()}
	ref := n.ref()
	var rules *detect.Rules
	got, err := s.revise(ctx, tenant, revision{
		action: "rules.import", detail: map[string]string{"document": string(ref.Hash), "source": ref.Name, "version": ref.Version},
		edit: func(b *base) (*NewDocument, error) {
			var err error
			if rules, err = s.rulesWith(ctx, tenant, b, n); err != nil {
				return nil, err
			}
			b.refs = append(slices.DeleteFunc(slices.Clone(b.refs), func(r Ref) bool { return r.Kind == ref.Kind && r.Name == ref.Name }), ref)
			return nil, nil
		},
	}, by)
	if err != nil {
		return nil, err
	}
	out := &RulesImported{Skipped: map[string]int{}, Document: ref, Ruleset: got.ruleset, Pointer: got.pointer, Active: got.pointer.Hash == got.ruleset.Hash}
	out.count(rules, ref.Name)
	runtime.KeepAlive(rules)
	return out, nil
}
