package drift

import (
	"context"
	"slices"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/drift/rename"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

// maxCompared is how many changes, and how many unknown objects, a comparison
// lists; it counts all.
const maxCompared = 10_000

// SnapshotRef names a snapshot of a tenant.
type SnapshotRef struct {
	Tenant domain.TenantID
	Source string // kind/name
	Root   string // hex; empty: of the source's last closed run
}

// CompareOptions narrow a comparison.
type CompareOptions struct {
	Types []string // none: all
}

// TenantComparison is how two tenants' configurations differ. Objects are the
// same if type, name and template are; references count as what they name.
type TenantComparison struct {
	A, B SnapshotRef // with the roots that were compared
	diff.Counts
	// Changes are the differences, from A to B: kind removed is only in A, added
	// only in B.
	Changes   []MappedChange
	Unknown   []diff.Unknown
	Ambiguous []AmbiguousName
	// More says that there are more changes or unknown objects than are listed.
	More bool
}

// MappedChange is a change with the object's IDs in both tenants; one is empty
// where the object is only in the other.
type MappedChange struct {
	diff.Change
	IDInA, IDInB string
}

// AmbiguousName is a name that more than one object of a tenant has.
type AmbiguousName = rename.AmbiguousName

// CompareTenants compares two snapshots of tenants of one organisation, or of
// one tenant. may is asked about both.
func (s *Service) CompareTenants(ctx context.Context, a, b SnapshotRef, o CompareOptions, may Access) (*TenantComparison, error) {
	if err := s.mayCompare(ctx, a.Tenant, b.Tenant, may); err != nil {
		return nil, err
	}
	out := &TenantComparison{A: a, B: b}
	from, err := s.snapshotOf(ctx, &out.A)
	if err != nil {
		return nil, err
	}
	to, err := s.snapshotOf(ctx, &out.B)
	if err != nil {
		return nil, err
	}
	p := rename.New(s.Types)
	if err := p.Prepare(ctx, from, to); err != nil {
		return nil, err
	}
	opt := diff.Options{}
	if len(o.Types) > 0 {
		opt.Types = func(typ string) bool { return slices.Contains(o.Types, typ) }
	}
	out.Counts, err = p.Compare(ctx, opt, rename.Sink{
		Change: func(c diff.Change, inA, inB string) error {
			if len(out.Changes) == maxCompared {
				out.More = true
				return nil
			}
			out.Changes = append(out.Changes, MappedChange{Change: c, IDInA: inA, IDInB: inB})
			return nil
		},
		Unknown: func(u diff.Unknown) error {
			if len(out.Unknown) == maxCompared {
				out.More = true
				return nil
			}
			out.Unknown = append(out.Unknown, u)
			return nil
		},
	})
	out.Ambiguous = p.Ambiguous(opt.Types)
	return out, err
}

// mayCompare checks the right to look at both tenants, and that they belong
// together: a tenant of another organisation does not exist.
func (s *Service) mayCompare(ctx context.Context, a, b domain.TenantID, may Access) error {
	if may == nil {
		return fault.New(fault.Forbidden, "nobody said that this tenant may be looked at")
	}
	orgA, err := s.OrgFunc(a)
	if err != nil {
		return err
	}
	orgB, err := s.OrgFunc(b)
	if err != nil {
		return err
	}
	if orgA != orgB {
		return fault.New(fault.NotFound, "no such tenant")
	}
	if err := may(ctx, a); err != nil || a == b {
		return err
	}
	return may(ctx, b)
}

// snapshotOf finds a snapshot and fills in what its reference left open.
func (s *Service) snapshotOf(ctx context.Context, ref *SnapshotRef) (*manifest.Snapshot, error) {
	if ref.Root == "" {
		run, err := s.latestRun(ctx, ref.Tenant, ref.Source)
		if err != nil {
			return nil, err
		}
		ref.Root, ref.Source = run.Root, run.Source.String()
	}
	snap, err := s.Inventory.Snapshot(ctx, ref.Tenant, ref.Root)
	if err != nil {
		return nil, err
	}
	if ref.Source == "" {
		ref.Source = snap.Root.Source
	}
	return snap, nil
}

// latestRun is the last closed run of a source; without a source, of the only
// one that the tenant has.
func (s *Service) latestRun(ctx context.Context, tenant domain.TenantID, source string) (*inventory.Run, error) {
	if source == "" {
		sources, err := s.Inventory.Sources(ctx, tenant)
		if err != nil {
			return nil, err
		}
		if len(sources) != 1 {
			return nil, fault.New(fault.Invalid, "tenant %s has %d sources; name one of them", tenant, len(sources)).At("source")
		}
		source = sources[0].Source.String()
	}
	runs, _, err := s.Inventory.Runs(ctx, tenant, inventory.RunFilter{Source: source, State: inventory.Closed}, "", 1)
	if err != nil {
		return nil, err
	}
	if len(runs) == 0 {
		return nil, fault.New(fault.NotFound, "tenant %s has no closed run of source %s", tenant, source).At("source")
	}
	return &runs[0], nil
}
