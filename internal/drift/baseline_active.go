package drift

import (
	"context"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
)

// BaselineSwitch turns a baseline on or off.
type BaselineSwitch struct {
	Active bool
	// KeepLastRun leaves the automatic baseline as it is; else it goes off beside
	// another one that goes on.
	KeepLastRun bool
	Note        string
}

// Active gives the baselines that a run of a source is compared with, by ID. A
// source without any gets its automatic one: whoever runs twice sees what
// changed without having set anything up.
func (s *Service) Active(ctx context.Context, tenant domain.TenantID, source string) ([]Baseline, error) {
	for {
		var active []Baseline
		exists := false
		err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
			all, err := baselinesIn(ctx, tx, latest+" AND b.source = $2 ORDER BY b.baseline_id", tenant, source)
			exists = len(all) > 0
			for _, b := range all {
				if b.Active {
					active = append(active, b)
				}
			}
			return err
		})
		if err != nil || exists {
			return active, err
		}
		if err := s.ensureLastRun(ctx, tenant, source, true); err != nil {
			return nil, err
		}
	}
}

// ensureLastRun makes the automatic baseline of a source unless it is there.
func (s *Service) ensureLastRun(ctx context.Context, tenant domain.TenantID, source string, active bool) error {
	id := lastRunID(tenant, source)
	if _, err := s.Baseline(ctx, tenant, id); fault.CodeOf(err) != fault.NotFound {
		return err
	}
	b := &Baseline{ID: id, Source: source, Kind: LastRun, Name: lastRunName, Active: active, Version: 1, By: evidence.SystemPrincipal}
	text := textOf("create", b)
	err := s.recordBaseline(ctx, tenant, text, evidence.Actor{}, func(ctx context.Context, tx *db.Tx, index int64) ([]evidence.AuditEntry, error) {
		return []evidence.AuditEntry{auditOf(evidence.Actor{}, tenant, text)}, putBaseline(ctx, tx, tenant, b, index)
	})
	if fault.CodeOf(err) == fault.Conflict {
		return nil // another made it at the same time
	}
	return err
}

// SwitchBaseline turns a baseline on or off; one that is so already stays as it
// is. Turning off the last one that is on brings the automatic one back: a
// source that nothing is compared with would be silent whatever happens.
func (s *Service) SwitchBaseline(ctx context.Context, tenant domain.TenantID, id BaselineID, to BaselineSwitch, by evidence.Actor) (*Baseline, error) {
	if len(to.Note) > maxBaselineNote || !printable(to.Note) {
		return nil, fault.New(fault.Invalid, "note must be plain text of at most %d bytes", maxBaselineNote).At("note")
	}
	b, err := s.Baseline(ctx, tenant, id)
	if err != nil || b.Active == to.Active {
		return b, err
	}
	action, active := "deactivate", 0
	if to.Active {
		action, active = "activate", 1
	} else if b.Kind != LastRun {
		if err := s.ensureLastRun(ctx, tenant, b.Source, false); err != nil {
			return nil, err
		}
	}
	b.Active, b.Note = to.Active, to.Note
	text := textOf(action, b)
	err = s.recordBaseline(ctx, tenant, text, by, func(ctx context.Context, tx *db.Tx, _ int64) ([]evidence.AuditEntry, error) {
		if err := roomForOne(ctx, tx, tenant, b); err != nil {
			return nil, err
		}
		n, err := tx.Exec(ctx, switchBaseline, tenant, id, active, tx.Now)
		if err != nil || n == 0 {
			return nil, err
		}
		b.UpdatedAt = tx.Now
		audits := []evidence.AuditEntry{auditOf(by, tenant, text)}
		more, err := followLastRun(ctx, tx, tenant, b, to, by)
		return append(audits, more...), err
	})
	if err != nil {
		return nil, err
	}
	s.compareNow(ctx, tenant, b)
	return s.Baseline(ctx, tenant, id)
}

// compareNow compares the source's last run with a baseline that has just come,
// changed or been switched off, so that nobody has to wait for the next run to see
// what it finds, or what is found no more. If it can't be done now, that run does
// it.
func (s *Service) compareNow(ctx context.Context, tenant domain.TenantID, b *Baseline) {
	// The baseline stands whether or not somebody still waits.
	ctx = context.WithoutCancel(ctx)
	if run, err := s.latestRun(ctx, tenant, b.Source); err == nil {
		_ = s.CompareRun(ctx, tenant, run)
	}
}

// followLastRun keeps the automatic baseline in step with another one's switch.
func followLastRun(ctx context.Context, tx *db.Tx, tenant domain.TenantID, b *Baseline, to BaselineSwitch, by evidence.Actor) ([]evidence.AuditEntry, error) {
	if b.Kind == LastRun {
		return nil, nil
	}
	if to.Active {
		if to.KeepLastRun {
			return nil, nil
		}
		return setLastRun(ctx, tx, tenant, b.Source, false, by)
	}
	var left int
	if _, err := tx.Get(ctx, countActive, []any{tenant, b.Source}, &left); err != nil || left > 0 {
		return nil, err
	}
	return setLastRun(ctx, tx, tenant, b.Source, true, by)
}
