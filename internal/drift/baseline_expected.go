package drift

import (
	"context"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

// Expected compares an observation with what a baseline of any kind but
// last_run expects. Changes and unknown objects come with the IDs of this
// tenant's objects; one that should be there and is not has "name:" and its name
// as its ID. An unknown object without ID is its whole type. The same baseline
// and observation give the same sequence; a golden one moves with its tenant.
func (s *Service) Expected(ctx context.Context, tenant domain.TenantID, b *Baseline, seen *manifest.Snapshot, opt diff.Options, sink diff.Sink) (diff.Counts, error) {
	switch b.Kind {
	case Pinned:
		want, err := s.Inventory.Snapshot(ctx, tenant, b.Spec.Root)
		if err != nil {
			return diff.Counts{}, err
		}
		return diff.Snapshots(ctx, s.Types, want, seen, opt, sink)
	case Golden:
		return s.expectGolden(ctx, tenant, b, seen, opt, sink)
	case Template:
		t, err := parseTemplate(b.Spec.Document, s.Types)
		if err != nil {
			return diff.Counts{}, err
		}
		return t.compare(ctx, s.Types, seen, opt, sink)
	}
	return diff.Counts{}, fault.New(fault.Internal, "baseline %s of kind %s expects nothing by itself", b.ID, b.Kind)
}
