package decision

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/detect/anomaly"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

const (
	upsertVerdict = `INSERT INTO verdict (tenant_id, idx, rule, principal_id, verdict, comment_mac, by_idx, since, at, ring, source, event_type, findings)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (tenant_id, idx, rule, principal_id) DO UPDATE SET verdict = excluded.verdict, comment_mac = excluded.comment_mac,
			by_idx = excluded.by_idx, since = excluded.since, at = excluded.at, findings = excluded.findings`
	selectVerdicts = `SELECT idx, rule, principal_id, verdict, comment_mac, by_idx, since, at, ring, source, event_type, findings FROM verdict
		WHERE tenant_id = $1 AND (ring = $2 OR idx = $3)`
	// What was said before there was a table of verdicts; also by a release
	// before it that ran again meanwhile.
	selectUnknownVerdicts = `SELECT idx, rule, principal_id, verdict, comment_mac, by_idx, at FROM feedback f WHERE f.tenant_id = $1 AND f.rule IN ('', 'anomaly')
		AND NOT EXISTS (SELECT 1 FROM verdict v WHERE v.tenant_id = f.tenant_id AND v.idx = f.idx AND v.rule = f.rule AND v.by_idx = f.by_idx) ORDER BY by_idx LIMIT 1000`
)

// verdictRow is what a person says of a decision, or of one rule in it.
type verdictRow struct {
	idx               int64
	rule              string
	by                domain.PrincipalID
	verdict           string
	mac               []byte
	entry, since      int64
	at                domain.Micros
	ring              domain.Ring
	source, eventType string
	found             anomaly.Findings
}

// judges says that the verdict is one on the anomaly score.
func (v *verdictRow) judges() bool { return v.rule == "" || v.rule == AnomalyRule }

// readVerdicts reads the verdicts of a ring and those on one decision. Those of
// before the table come along, and as unknown, to be stored.
func (s *Service) readVerdicts(ctx context.Context, tx *db.Tx, tenant domain.TenantID, ring domain.Ring, index int64) (all, unknown []verdictRow, err error) {
	err = tx.ForEach(ctx, selectVerdicts, []any{tenant, ring, index}, func(sc db.Scanner) error {
		var v verdictRow
		var findings string
		err := sc.Scan(&v.idx, &v.rule, &v.by, &v.verdict, &v.mac, &v.entry, &v.since, &v.at, &v.ring, &v.source, &v.eventType, &findings)
		if err != nil {
			return err
		}
		v.mac = slices.Clone(v.mac)
		if v.found, err = anomaly.ParseFindings(findings); err != nil {
			return fmt.Errorf("verdict on decision %d: %w", v.idx, err)
		}
		all = append(all, v)
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	err = tx.ForEach(ctx, selectUnknownVerdicts, []any{tenant}, func(sc db.Scanner) error {
		var v verdictRow
		err := sc.Scan(&v.idx, &v.rule, &v.by, &v.verdict, &v.mac, &v.entry, &v.at)
		v.mac, v.since = slices.Clone(v.mac), v.entry
		unknown = append(unknown, v)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	for i := range unknown {
		if err := s.findOut(ctx, tx, tenant, &unknown[i]); err != nil {
			return nil, nil, err
		}
		all = replaceVerdict(all, unknown[i])
	}
	return all, unknown, nil
}

// findOut reads from the decision what a verdict of before is about. Where it is
// gone, the verdict has nothing to teach.
func (s *Service) findOut(ctx context.Context, tx *db.Tx, tenant domain.TenantID, v *verdictRow) error {
	row, err := readRow(ctx, tx, tenant, v.idx)
	if err != nil || row == nil {
		return err
	}
	v.ring, v.source, v.eventType = row.Ring, row.Source, row.EventType
	var open openDecision
	is, err := s.openForReplay(ctx, tx, tenant, uint64(v.idx), &open)
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		return nil
	case err == nil && is.State != ReplayUnavailable:
		v.found = anomaly.FindingsOf(open.facts.Anomaly)
	}
	return err
}

// replaceVerdict puts a verdict in the place of the same person's on the same.
func replaceVerdict(all []verdictRow, v verdictRow) []verdictRow {
	i := slices.IndexFunc(all, func(x verdictRow) bool { return x.idx == v.idx && x.rule == v.rule && x.by == v.by })
	if i < 0 {
		return append(all, v)
	}
	all[i] = v
	return all
}

// weighVerdicts gives a ring's model after the verdicts that are in force there:
// of each person on each decision the latest, in the order of the log.
func weighVerdicts(before *anomaly.Model, all []verdictRow, ring domain.Ring) *anomaly.Model {
	var effective []verdictRow
	for i := range all {
		if all[i].judges() && all[i].ring == ring {
			effective = append(effective, all[i])
		}
	}
	slices.SortFunc(effective, func(a, b verdictRow) int {
		return cmp.Or(cmp.Compare(a.idx, b.idx), cmp.Compare(a.by, b.by), cmp.Compare(b.since, a.since))
	})
	effective = slices.CompactFunc(effective, func(a, b verdictRow) bool { return a.idx == b.idx && a.by == b.by })
	slices.SortFunc(effective, func(a, b verdictRow) int { return cmp.Compare(a.since, b.since) })
	verdicts := make([]anomaly.Verdict, len(effective))
	for i := range effective {
		v := &effective[i]
		verdicts[i] = anomaly.Verdict{Person: string(v.by), Kind: v.source + "\x00" + v.eventType, TruePositive: v.verdict == TruePositive, Found: v.found}
	}
	return before.Weigh(verdicts)
}

// storeVerdicts writes verdicts in place of those before them.
func storeVerdicts(ctx context.Context, tx *db.Tx, tenant domain.TenantID, rows ...verdictRow) error {
	for i := range rows {
		v := &rows[i]
		if _, err := tx.Exec(ctx, upsertVerdict, tenant, v.idx, v.rule, v.by, v.verdict, v.mac, v.entry, v.since, v.at, v.ring, v.source, v.eventType, v.found.String()); err != nil {
			return fmt.Errorf("store a verdict: %w", err)
		}
	}
	return nil
}
