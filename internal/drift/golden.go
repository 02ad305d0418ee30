package drift

import (
	"context"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/drift/rename"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

// checkGolden checks that a golden baseline looks at another tenant of the
// organisation, which whoever makes it may look at too: its values show in this
// tenant's findings.
func (s *Service) checkGolden(ctx context.Context, tenant domain.TenantID, b *Baseline, may Access) error {
	if b.Spec.Tenant == tenant || b.Spec.Tenant == "" {
		return fault.New(fault.Invalid, "a golden tenant is another tenant").At("tenant")
	}
	if err := s.mayCompare(ctx, tenant, b.Spec.Tenant, may); err != nil {
		return err
	}
	if b.Spec.TenantSource == "" {
		b.Spec.TenantSource = b.Source
	}
	if kindOfSource(b.Spec.TenantSource) != kindOfSource(b.Source) {
		return fault.New(fault.Invalid, "source %s can't be compared with %s", b.Spec.TenantSource, b.Source).At("tenant_source")
	}
	_, err := s.latestRun(ctx, b.Spec.Tenant, b.Spec.TenantSource)
	return err
}

// expectGolden compares an observation with the last one of the golden tenant.
func (s *Service) expectGolden(ctx context.Context, tenant domain.TenantID, b *Baseline, seen *manifest.Snapshot, opt diff.Options, sink diff.Sink) (diff.Counts, error) {
	// A tenant never changes its organisation, but what a row says is checked
	// before another tenant's data is read for it.
	here, err := s.OrgFunc(tenant)
	if err != nil {
		return diff.Counts{}, err
	}
	if there, err := s.OrgFunc(b.Spec.Tenant); err != nil || there != here {
		return diff.Counts{}, fault.Wrap(fault.NotFound, err, "the golden tenant does not exist")
	}
	ref := SnapshotRef{Tenant: b.Spec.Tenant, Source: b.Spec.TenantSource}
	golden, err := s.snapshotOf(ctx, &ref)
	if err != nil {
		return diff.Counts{}, err
	}
	p := rename.New(s.Types)
	if err := p.Prepare(ctx, golden, seen); err != nil {
		return diff.Counts{}, err
	}
	return p.Compare(ctx, opt, rename.Sink{
		Change:  func(c diff.Change, _, _ string) error { return sink.Change(c) },
		Unknown: sink.Unknown,
	})
}
