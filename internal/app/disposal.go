package app

import (
	"context"
	"log/slog"

	"frostgate.io/frostgate/internal/evidence"
)

// runRetention obeys the tenants' retention settings, as they are when a round
// begins.
func (p *Parts) runRetention(log *slog.Logger) func(context.Context) error {
	return func(ctx context.Context) error {
		return p.Disposal.Run(ctx, p.retention, log)
	}
}

func (p *Parts) retention() []evidence.Retention {
	var out []evidence.Retention
	for _, t := range p.Tenants.All() {
		if s := &t.Settings; s.RetentionDays > 0 || s.AuditRetentionDays > 0 {
			out = append(out, evidence.Retention{Tenant: t.ID, Days: s.RetentionDays, AuditDays: s.AuditRetentionDays})
		}
	}
	return out
}
