package drift

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/manifest"

	"github.com/go-json-experiment/json"
)

// KindComparison is the kind of the artifacts that tell of comparisons.
const KindComparison = "drift_comparison"

// States of a comparison's row.
const (
	comparisonRunning = "running"
	comparisonDone    = "done"
	comparisonFailed  = "failed" // it can't be made; a later call tries again
)

const (
	comparisonColumns = `comparison_id, run_id, run_seq, source, baseline_id, baseline_version, rules_version, state, done, before_run, counts,
		found_new, found_reopened, found_resolved, found_accepted, unknowns, findings_root, artifact, started_at, ended_at, error`
	selectComparison = `SELECT ` + comparisonColumns + ` FROM drift_comparison WHERE tenant_id = $1`
	insertComparison = `INSERT INTO drift_comparison (tenant_id, ` + comparisonColumns + `)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'running', 0, $9, '{}', 0, 0, 0, 0, '[]', '', -1, $10, 0, '')`
	progressComparison = `UPDATE drift_comparison SET done = $3, found_new = $4, found_reopened = $5, found_resolved = $6, found_accepted = $7, state = 'running', error = ''
		WHERE tenant_id = $1 AND comparison_id = $2`
	endComparison = `UPDATE drift_comparison SET state = 'done', counts = $3, unknowns = $4, findings_root = $5, artifact = $6, ended_at = $7, error = ''
		WHERE tenant_id = $1 AND comparison_id = $2`
	failComparison = `UPDATE drift_comparison SET state = 'failed', error = $3 WHERE tenant_id = $1 AND comparison_id = $2`
	// The baseline's comparison before: of an earlier run, or of an earlier version
	// of the baseline with the same run.
	selectCompared = ` AND baseline_id = $2 AND state = 'done' ORDER BY run_seq DESC, baseline_version DESC LIMIT 1`
)

// countsText is diff.Counts in the store and in the log.
type countsText struct {
	Added       int `json:"added"`
	Removed     int `json:"removed"`
	Changed     int `json:"changed"`
	Metadata    int `json:"metadata"`
	Unknown     int `json:"unknown"`
	Quarantined int `json:"quarantined"`
	Duplicates  int `json:"duplicates"`
	Unchanged   int `json:"unchanged"`
	Secrets     int `json:"secrets"`
}

// comparisonRow is a comparison as its row has it.
type comparisonRow struct {
	Comparison
	state string
	done  int64
	moves moves
}

func scanComparison(row db.Scanner) (*comparisonRow, error) {
	c := &comparisonRow{}
	var counts, unknowns string
	err := row.Scan(&c.ID, &c.Run, &c.RunSeq, &c.Source, &c.Baseline, &c.BaselineVersion, &c.RulesVersion, &c.state, &c.done, &c.Before, &counts,
		&c.New, &c.Reopened, &c.Resolved, &c.Accepted, &unknowns, &c.FindingsRoot, &c.Artifact, &c.StartedAt, &c.DoneAt, &c.Error)
	if err != nil {
		return nil, err
	}
	var n countsText
	if err := json.Unmarshal([]byte(counts), &n); err != nil {
		return nil, fmt.Errorf("comparison %s: %w", c.ID, err)
	}
	if err := json.Unmarshal([]byte(unknowns), &c.Unknowns); err != nil {
		return nil, fmt.Errorf("comparison %s: %w", c.ID, err)
	}
	c.Counts, c.Done = diff.Counts(n), c.state == comparisonDone
	c.moves = moves{c.New, c.Reopened, c.Resolved, c.Accepted}
	return c, nil
}

// oneComparison reads the first comparison; nil: there is none.
func oneComparison(ctx context.Context, tx *db.Tx, where string, args ...any) (c *comparisonRow, err error) {
	err = tx.ForEach(ctx, selectComparison+where, args, func(row db.Scanner) error {
		c, err = scanComparison(row)
		return err
	})
	return c, err
}

// openComparison begins a comparison or goes on with one; nil: there is nothing
// to do.
func (s *Service) openComparison(ctx context.Context, tenant domain.TenantID, run *inventory.Run, seen *manifest.Snapshot, b *Baseline) (*comparing, error) {
	c := &comparing{s: s, tenant: tenant, run: run, seen: seen, base: b, scope: scopeOf(seen.Root)}
	id := comparisonID(tenant, run.ID, b.ID, b.Version)
	var own, other []base
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) (err error) {
		if c.row, err = oneComparison(ctx, tx, " AND comparison_id = $2", tenant, id); err != nil {
			return err
		}
		last, err := oneComparison(ctx, tx, selectCompared, tenant, b.ID)
		if err != nil {
			return err
		}
		if last != nil {
			c.lastOf, c.edited = last.RunSeq, last.BaselineVersion != b.Version
		}
		if b.Kind == LastRun {
			own, other, err = readBases(ctx, tx, tenant, b.ID, c.scope)
		}
		return err
	})
	if err != nil || c.row != nil && c.row.Done || c.lastOf > run.Seq {
		return nil, err
	}
	own, c.held = readHolds(own)
	if len(own) == 0 {
		own = other
	}
	if c.parts, err = s.parts(ctx, tenant, own); err != nil {
		return nil, err
	}
	if err := c.held.open(ctx, s, tenant, seen.Root); err != nil {
		return nil, err
	}
	if err := c.begin(ctx, id); err != nil {
		return nil, err
	}
	return c, nil
}

// begin writes the row, and chooses the severity rules for good.
func (c *comparing) begin(ctx context.Context, id ComparisonID) error {
	version := int64(-1) // the latest
	if c.row != nil {
		version = c.row.RulesVersion
	}
	rules, err := c.s.severityRules(ctx, c.tenant, version)
	if err != nil {
		return err
	}
	if c.rules, err = rules.parse(); err != nil || c.row != nil {
		return err
	}
	c.row = &comparisonRow{state: comparisonRunning, Comparison: Comparison{
		ID: id, Run: c.run.ID, RunSeq: c.run.Seq, Source: c.run.Source.String(), Baseline: c.base.ID, BaselineVersion: c.base.Version,
		RulesVersion: rules.Version, Artifact: -1,
	}}
	if len(c.parts) > 0 {
		c.row.Before = c.parts[0].run
	}
	return c.s.DB.InTx(ctx, c.tenant, func(tx *db.Tx) error {
		r := c.row
		r.StartedAt = tx.Now
		_, err := tx.Exec(ctx, insertComparison, c.tenant, r.ID, r.Run, r.RunSeq, r.Source, r.Baseline, r.BaselineVersion, r.RulesVersion, r.Before, tx.Now)
		return err
	})
}

// giveUp records why a comparison can't be made, and tells: nothing is found, and
// that must not look as if there were nothing.
func (c *comparing) giveUp(ctx context.Context, why error) error {
	text := string(fault.CodeOf(why))
	if f, ok := errorsAs(why); ok {
		text = f.Msg
	}
	text = clean(text)
	if c.s.OnError != nil {
		c.s.OnError(c.tenant, fmt.Errorf("run %s can't be compared with baseline %s: %w", c.run.ID, c.base.ID, why))
	}
	e := c.audited(map[string]string{"failed": text})
	again := c.row.state == comparisonFailed
	return c.s.DB.InTx(ctx, c.tenant, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, failComparison, c.tenant, c.row.ID, text)
		if err != nil || again {
			return err
		}
		return evidence.Audit(ctx, tx, c.s.Clock, e)
	})
}

// comparisonText is what the log says of a comparison, as canonical JSON.
type comparisonText struct {
	V          int             `json:"v"`
	Comparison ComparisonID    `json:"comparison"`
	Run        inventory.RunID `json:"run"`
	// RunEntry is the entry that records the run, Root its snapshot.
	RunEntry int64      `json:"run_entry"`
	Root     string     `json:"root"`
	Source   string     `json:"source"`
	Baseline BaselineID `json:"baseline"`
	Version  int64      `json:"baseline_version"`
	Rules    int64      `json:"rules_version"`
	// Against are the snapshots that it was compared with, of the last run.
	Against  []againstText  `json:"against"`
	Counts   countsText     `json:"counts"`
	New      int            `json:"new"`
	Reopened int            `json:"reopened"`
	Resolved int            `json:"resolved"`
	Accepted int            `json:"accepted"`
	Unknowns []UnknownCount `json:"unknowns"`
	// Findings is the number of differences, FindingsRoot the SHA-256 over their
	// sorted IDs, one a line.
	Findings     int    `json:"findings"`
	FindingsRoot string `json:"findings_root"`
}

type againstText struct {
	Run  inventory.RunID `json:"run"`
	Root string          `json:"root"`
}

// record closes the comparison with its artifact.
func (c *comparing) record(ctx context.Context) error {
	r := c.row
	r.Counts, r.Unknowns, r.FindingsRoot = c.counts, c.unknown.list(), rootOf(c.ids)
	n := r.moves
	text := comparisonText{
		V: 1, Comparison: r.ID, Run: r.Run, RunEntry: c.run.Artifact, Root: c.run.Root, Source: r.Source, Baseline: r.Baseline,
		Version: r.BaselineVersion, Rules: r.RulesVersion, Against: []againstText{}, Counts: countsText(r.Counts),
		New: n.New, Reopened: n.Reopened, Resolved: n.Resolved, Accepted: n.Accepted, Unknowns: r.Unknowns,
		Findings: len(c.ids), FindingsRoot: r.FindingsRoot,
	}
	for _, p := range c.parts {
		text.Against = append(text.Against, againstText{p.run, p.root})
	}
	for _, p := range c.held.parts {
		text.Against = append(text.Against, againstText{p.run, p.root})
	}
	counts, err := canonicalText(text.Counts)
	if err != nil {
		return err
	}
	unknowns, err := canonicalText(r.Unknowns)
	if err != nil {
		return err
	}
	var bases []base
	var gone []string
	if c.base.Kind == LastRun {
		bases = nextBases(c.run, c.seen.Root, c.scope, c.parts, c.unknown.any)
		var held []base
		held, gone = c.held.next(bases, c.unknown.unseen, c.seen.Root, c.scope, c.parts)
		bases = append(bases, held...)
	}
	_, err = c.s.record(ctx, &entry{
		tenant: c.tenant, kind: KindComparison, group: "comparison", text: text, prev: c.run.Artifact, audit: c.audit(n),
		apply: func(ctx context.Context, tx *db.Tx, at int64) error {
			if err := dropBases(ctx, tx, c.tenant, c.base.ID, c.scope, gone); err != nil {
				return fmt.Errorf("drop what no run is compared with any more: %w", err)
			}
			if err := storeBases(ctx, tx, c.tenant, c.base.ID, bases); err != nil {
				return fmt.Errorf("store what the next run is compared with: %w", err)
			}
			_, err := tx.Exec(ctx, endComparison, c.tenant, r.ID, string(counts), string(unknowns), r.FindingsRoot, at, tx.Now)
			return err
		},
	})
	return err
}

// audit tells of a comparison that changed something.
func (c *comparing) audit(n moves) *evidence.AuditEntry {
	if n == (moves{}) {
		return nil
	}
	e := c.audited(map[string]string{
		"new": strconv.Itoa(n.New), "reopened": strconv.Itoa(n.Reopened), "resolved": strconv.Itoa(n.Resolved), "accepted": strconv.Itoa(n.Accepted),
	})
	return &e
}

// audited is the audit entry of a comparison.
func (c *comparing) audited(detail map[string]string) evidence.AuditEntry {
	e := evidence.Actor{}.Entry(c.tenant, "drift.compare", string(c.run.ID))
	e.Detail = detail
	detail["comparison"], detail["baseline"], detail["source"] = string(c.row.ID), string(c.base.ID), c.row.Source
	return e
}

// rootOf stands for sorted IDs.
func rootOf(ids [][idBytes]byte) string {
	h := sha256.New()
	for _, id := range ids {
		_, _ = h.Write([]byte(findingID(id) + "\n"))
	}
	return hex.EncodeToString(h.Sum(nil))
}
