package decision

import (
	"context"
	"fmt"
	"slices"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
)

const (
	upsertFeedback = `INSERT INTO feedback (tenant_id, idx, rule, verdict, comment_mac, by_idx, principal_id, at, trained, model_version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (tenant_id, idx, rule) DO UPDATE SET verdict = excluded.verdict, comment_mac = excluded.comment_mac, by_idx = excluded.by_idx,
			principal_id = excluded.principal_id, at = excluded.at, trained = excluded.trained, model_version = excluded.model_version`
	insertModel  = `INSERT INTO anomaly_model (tenant_id, ring, version, document, idx, at) VALUES ($1, $2, $3, $4, $5, $6)`
	markTrained  = `UPDATE feedback SET model_version = $4 WHERE tenant_id = $1 AND idx = $2 AND rule = $3`
	countVerdict = `SELECT rule, verdict, count(*) FROM feedback WHERE tenant_id = $1 AND rule <> '' GROUP BY rule, verdict`
)

// besideEntry writes one entry's own rows.
type besideEntry struct {
	write func(ctx context.Context, tx *db.Tx, at uint64) error
	at    uint64
}

// Add remembers where the entry stands.
func (b *besideEntry) Add(_ *evidence.Unit, c evidence.Committed) error { b.at = c.Index; return nil }

// Write writes the rows.
func (b *besideEntry) Write(ctx context.Context, tx *db.Tx) error { return b.write(ctx, tx, b.at) }

// Reset forgets nothing: the rows belong to one entry.
func (*besideEntry) Reset(bool) {}

// record appends the verdict's entry.
func (g *giving) record(ctx context.Context) error {
	g.at = g.s.Clock.Now()
	u := &evidence.Unit{
		Tenant: g.tenant, Kind: KindFeedback, Time: g.at, Prev: int64(g.index), Ring: g.ring, Subjects: g.subjects,
		Groups: []evidence.Group{{Name: "feedback", Value: g.appendFeedback(nil)}},
	}
	u.Rows = &besideEntry{write: func(ctx context.Context, tx *db.Tx, at uint64) error {
		e := g.by.Entry(g.tenant, "decision.feedback", string(g.id))
		for _, rule := range g.rules {
			// It counts as learned at once: the weights follow from the verdicts.
			if _, err := tx.Exec(ctx, upsertFeedback, g.tenant, int64(g.index), rule, g.feedback.Verdict, g.mac[:], int64(at), e.Principal, g.at, 1, g.before.Version); err != nil {
				return fmt.Errorf("store feedback: %w", err)
			}
		}
		own := g.own
		own.entry, own.since, own.at = int64(at), min(own.since, int64(at)), g.at
		if err := storeVerdicts(ctx, tx, g.tenant, append(slices.Clone(g.unknown), own)...); err != nil {
			return err
		}
		e.Detail = map[string]string{"verdict": g.feedback.Verdict, "rule": g.feedback.Rule, "entry": fmt.Sprint(at)}
		return evidence.Audit(ctx, tx, g.s.Clock, e)
	}}
	c, err := g.s.Log.Append(ctx, u)
	g.entry = c.Index
	return err
}

// retrain appends the new model's entry, if the weights changed. A crash between
// the two entries leaves it to the next feedback in the ring.
func (g *giving) retrain(ctx context.Context, st *tenantState) error {
	if g.after == g.before {
		return nil
	}
	u := &evidence.Unit{
		Tenant: g.tenant, Kind: KindAnomalyModel, Time: g.s.Clock.Now(), Prev: g.modelIdx, Ring: g.ring,
		Groups: []evidence.Group{{Name: KindAnomalyModel, Value: g.appendModel(nil)}},
	}
	u.Rows = &besideEntry{write: func(ctx context.Context, tx *db.Tx, at uint64) error {
		doc := string(g.after.AppendDocument(nil))
		if _, err := tx.Exec(ctx, insertModel, g.tenant, g.ring, g.after.Version, doc, int64(at), u.Time); err != nil {
			return fmt.Errorf("store an anomaly model: %w", err)
		}
		if g.replay { // else they were stored before the person's own
			if err := storeVerdicts(ctx, tx, g.tenant, g.unknown...); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, markTrained, g.tenant, int64(g.index), g.feedback.Rule, g.after.Version); err != nil {
			return fmt.Errorf("mark feedback as learned: %w", err)
		}
		e := g.by.Entry(g.tenant, "anomaly.retrain", g.after.Name())
		e.Detail = map[string]string{
			"ring": string(g.ring), "decision": string(g.id), "feedback": fmt.Sprint(g.entry), "entry": fmt.Sprint(at),
			"before": g.before.Digest(), "after": g.after.Digest(),
		}
		return evidence.Audit(ctx, tx, g.s.Clock, e)
	}}
	if _, err := g.s.Log.Append(ctx, u); err != nil {
		return err
	}
	g.trained = true
	st.useModel(g.ring, g.after)
	return nil
}

// FeedbackCount is how people judged a rule.
type FeedbackCount struct{ TP, FP int64 }

// FeedbackCounts gives people's latest verdicts by rule. Verdicts on the anomaly
// score alone stand under AnomalyRule.
func (s *Service) FeedbackCounts(ctx context.Context, tenant domain.TenantID) (map[string]FeedbackCount, error) {
	out := map[string]FeedbackCount{}
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, countVerdict, []any{tenant}, func(sc db.Scanner) error {
			var rule, verdict string
			var n int64
			if err := sc.Scan(&rule, &verdict, &n); err != nil {
				return err
			}
			c := out[rule]
			if verdict == TruePositive {
				c.TP = n
			} else {
				c.FP = n
			}
			out[rule] = c
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("count feedback: %w", err)
	}
	return out, nil
}
