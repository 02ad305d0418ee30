package governance

import (
	"context"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/sigma"
)

// textReaders bounds who unpacks a document of rules at a time, which may take
// tens of megabytes for one rule's text.
const textReaders = 2

// RuleText returns a rule's file as it was imported, byte for byte; a file may hold
// other rules too.
func (s *Service) RuleText(ctx context.Context, tenant domain.TenantID, r *RuleInfo) (string, error) {
	b, err := s.base(ctx, tenant)
	if err != nil {
		return "", err
	}
	ref, ok := b.ref(KindDetections, r.Source)
	if !ok {
		return "", noRule(r.Name) // switched meanwhile
	}
	select {
	case s.texts <- struct{}{}:
		defer func() { <-s.texts }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	d, err := s.Document(ctx, tenant, ref.Hash)
	if err != nil {
		return "", err
	}
	files, err := sigma.ReadArchive(d.Content)
	if err != nil {
		return "", fault.Wrap(fault.Unavailable, err, "detections %s can't be read", r.Source)
	}
	for _, f := range files {
		if f.Name == r.Rule.File {
			return string(f.Data), nil
		}
	}
	return "", noRule(r.Name)
}
