package evidence

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

// Retention is how long a tenant keeps what; 0 keeps it for ever.
type Retention struct {
	Tenant    domain.TenantID
	Days      int64 // payloads
	AuditDays int64 // audit entries
}

// Bounds of the retention job.
const (
	pruneChunk   = 512              // leaves, or audit entries, of one transaction
	pruneEvery   = time.Minute      // between two rounds over all tenants
	prunePause   = time.Second / 50 // between two transactions
	auditPruneOf = "audit"
)

const dayMicros = domain.Micros(24 * 3600 * 1_000_000)

const (
	selectAged = `SELECT p.idx, CASE WHEN d.idx IS NULL THEN coalesce(a.kind, '') ELSE 'decision' END, coalesce(d.received_at, a.at, 0) FROM payload p
		LEFT JOIN decision d ON d.tenant_id = p.tenant_id AND d.idx = p.idx
		LEFT JOIN artifact a ON a.tenant_id = p.tenant_id AND a.idx = p.idx
		WHERE p.tenant_id = $1 AND p.idx >= $2 AND p.idx < $3 ORDER BY p.idx`
	selectMark = `SELECT next_idx FROM retention_mark WHERE tenant_id = $1`
	upsertMark = `INSERT INTO retention_mark (tenant_id, next_idx) VALUES ($1, $2) ON CONFLICT (tenant_id) DO UPDATE SET next_idx = excluded.next_idx`
	selectHeld = `SELECT idx FROM retention_held WHERE tenant_id = $1 AND idx > $2 ORDER BY idx LIMIT $3`
	insertHeld = `INSERT INTO retention_held (tenant_id, idx) VALUES ($1, $2) ON CONFLICT (tenant_id, idx) DO NOTHING`
	deleteHeld = `DELETE FROM retention_held WHERE tenant_id = $1 AND idx = $2`
)

// Pruned counts what retention ended, or would.
type Pruned struct {
	Payloads uint64
	Held     uint64 // old enough, but still in force
	Audit    uint64 // audit entries
	Before   domain.Micros
}

// Run obeys the tenants' retention until ctx ends: one goroutine for all, one
// short transaction at a time.
func (x *Disposal) Run(ctx context.Context, retention func() []Retention, log *slog.Logger) error {
	// An erasure that a crash cut off from its scrub left bytes in the log file.
	scrub, cancel := context.WithTimeout(ctx, scrubWait)
	defer cancel()
	if err := x.db.Scrub(scrub); err != nil && ctx.Err() == nil {
		log.WarnContext(ctx, "write-ahead log not emptied at start", "error", err)
	}
	tick := time.NewTicker(pruneEvery)
	defer tick.Stop()
	for {
		for _, r := range retention() {
			if err := x.round(ctx, r); err != nil && ctx.Err() == nil {
				log.ErrorContext(ctx, "retention stopped for a tenant", "tenant", r.Tenant, "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// round does all that is due for one tenant, with pauses for the others' work.
func (x *Disposal) round(ctx context.Context, r Retention) error {
	done, err := x.Prune(ctx, r)
	if err == nil && done.Payloads+done.Audit > 0 {
		scrub, cancel := context.WithTimeout(ctx, scrubWait)
		defer cancel()
		err = x.db.Scrub(scrub, "payload", "subject", "audit")
	}
	return err
}

// Prune ends what is older than the tenant's retention. The clear rows, leaves
// and proofs stay; what something in force rests on stays until that is over.
func (x *Disposal) Prune(ctx context.Context, r Retention) (done Pruned, err error) {
	now := x.db.Clock().Now()
	pause := time.NewTicker(prunePause)
	defer pause.Stop()
	for _, job := range x.jobs(r, now) {
		for more := true; more; {
			if more, err = job(ctx, &done); err != nil {
				return done, err
			}
			select {
			case <-ctx.Done():
				return done, ctx.Err()
			case <-pause.C:
			}
		}
	}
	return done, nil
}

// pruneJob does one bounded step and tells whether there is more to do.
type pruneJob func(ctx context.Context, done *Pruned) (more bool, err error)

func (x *Disposal) jobs(r Retention, now domain.Micros) []pruneJob {
	var out []pruneJob
	if before := now - domain.Micros(r.Days)*dayMicros; r.Days > 0 {
		held := heldSweep{x: x, tenant: r.Tenant, before: before, after: -1}
		out = append(out, held.step, func(ctx context.Context, done *Pruned) (bool, error) {
			done.Before = before
			return x.pruneStep(ctx, r.Tenant, before, done)
		})
	}
	if before := now - domain.Micros(r.AuditDays)*dayMicros; r.AuditDays > 0 {
		out = append(out, func(ctx context.Context, done *Pruned) (bool, error) {
			return x.pruneAudit(ctx, r.Tenant, before, done)
		})
	}
	return out
}

// stretch is a run of leaves that retention looks at.
type stretch struct {
	due, held []uint64
	young     []uint64 // not due yet, though entries behind them are
	next      uint64   // where the following stretch begins
	end       bool     // the rest is too young
}

// pruneStep works off the next stretch of the log.
func (x *Disposal) pruneStep(ctx context.Context, tenant domain.TenantID, before domain.Micros, done *Pruned) (more bool, err error) {
	x.turn.Lock()
	defer x.turn.Unlock()
	var s *stretch
	var from int64
	err = x.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		if _, err := tx.Get(ctx, selectMark, []any{tenant}, &from); err != nil {
			return err
		}
		s, err = x.stretch(ctx, tx, tenant, uint64(from), before)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("find what is due: %w", err)
	}
	after := func(ctx context.Context, tx *db.Tx, _ uint64) error {
		// The walk does not come back for these: the sweep of what is held does.
		for _, i := range slices.Concat(s.held, s.young) {
			if _, err := tx.Exec(ctx, insertHeld, tenant, int64(i)); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, upsertMark, tenant, int64(s.next))
		return err
	}
	if len(s.due) == 0 {
		if int64(s.next) > from {
			err = x.db.InTx(ctx, tenant, func(tx *db.Tx) error { return after(ctx, tx, 0) })
		}
	} else {
		err = x.prune(ctx, tenant, before, s.due, after)
	}
	if err != nil {
		return false, err
	}
	done.Payloads += uint64(len(s.due))
	done.Held += uint64(len(s.held))
	return !s.end, nil
}

// stretch looks at the leaves from an index on.
func (x *Disposal) stretch(ctx context.Context, tx *db.Tx, tenant domain.TenantID, from uint64, before domain.Micros) (*stretch, error) {
	st, err := readStateIn(ctx, tx, tenant)
	if err != nil {
		return nil, err
	}
	s := &stretch{next: min(from+pruneChunk, st.edge.size)}
	s.end = s.next == st.edge.size
	err = tx.ForEach(ctx, selectAged, []any{tenant, int64(from), int64(s.next)}, func(row db.Scanner) error {
		var idx int64
		var kind string
		var at domain.Micros
		if err := row.Scan(&idx, &kind, &at); err != nil || !prunable(kind) {
			return err
		}
		if at >= before {
			s.young = append(s.young, uint64(idx))
		} else {
			s.due = append(s.due, uint64(idx))
		}
		return nil
	})
	s.cut()
	if err != nil || len(s.due) == 0 {
		return s, err
	}
	for _, h := range x.holders {
		held, err := h.InForce(ctx, tx, tenant, s.due[0], s.due[len(s.due)-1])
		if err != nil {
			return nil, err
		}
		s.held = append(s.held, held...)
	}
	s.hold()
	return s, nil
}

// prunable tells which artifacts' payloads may hold personal values. The others
// say what was done to the log and to the rules, and stay readable.
func prunable(kind string) bool { return kind == "decision" || kind == "attestation" }

// prune destroys payloads and index rows of leaves, with the artifact that says
// so.
func (x *Disposal) prune(ctx context.Context, tenant domain.TenantID, before domain.Micros, due []uint64, also func(context.Context, *db.Tx, uint64) error) error {
	group, err := canonicalGroup(groupPrune, &pruneDoc{Before: before, First: due[0], Last: due[len(due)-1], Reason: retentionReason})
	if err != nil {
		return err
	}
	ranges := rangesOf(due)
	rows := &goneRows{tenant: tenant, kind: GonePruned, ranges: ranges}
	rows.after = func(ctx context.Context, tx *db.Tx, by uint64) error {
		for _, r := range ranges {
			if _, err := tx.Exec(ctx, `DELETE FROM subject WHERE tenant_id = $1 AND epoch >= $2 AND epoch <= $3 AND idx >= $4 AND idx <= $5`,
				tenant, Epoch(r[0]), Epoch(r[1]), int64(r[0]), int64(r[1])); err != nil {
				return fmt.Errorf("remove index rows: %w", err)
			}
		}
		if err := x.eraseLeaves(ctx, tx, tenant, due); err != nil {
			return err
		}
		return also(ctx, tx, by)
	}
	release, err := x.log.AcquireBulk(ctx)
	if err != nil {
		return err
	}
	defer release()
	_, err = x.log.Append(ctx, &Unit{
		Tenant: tenant, Kind: KindPrune, Time: x.db.Clock().Now(), Prev: -1, Bulk: true, Groups: []Group{group}, Rows: rows,
	})
	if err != nil {
		return fmt.Errorf("prune entries %d to %d: %w", due[0], due[len(due)-1], err)
	}
	return nil
}

// PlanPrune counts what Prune would end now, and changes nothing.
func (x *Disposal) PlanPrune(ctx context.Context, r Retention) (p Pruned, err error) {
	now := x.db.Clock().Now()
	if r.Days > 0 {
		p.Before = now - domain.Micros(r.Days)*dayMicros
		var from int64
		for more := true; more; {
			err := x.db.InReadTx(ctx, r.Tenant, func(tx *db.Tx) error {
				if from == 0 {
					if _, err := tx.Get(ctx, selectMark, []any{r.Tenant}, &from); err != nil {
						return err
					}
				}
				s, err := x.stretch(ctx, tx, r.Tenant, uint64(from), p.Before)
				if err != nil {
					return err
				}
				p.Payloads, p.Held = p.Payloads+uint64(len(s.due)), p.Held+uint64(len(s.held))
				more, from = !s.end, int64(s.next)
				return nil
			})
			if err != nil {
				return p, err
			}
		}
	}
	if r.AuditDays > 0 {
		err = x.db.InReadTx(ctx, r.Tenant, func(tx *db.Tx) error {
			_, err := tx.Get(ctx, `SELECT count(*) FROM audit WHERE tenant_id = $1 AND at < $2`, []any{r.Tenant, now - domain.Micros(r.AuditDays)*dayMicros}, &p.Audit)
			return err
		})
	}
	return p, err
}
