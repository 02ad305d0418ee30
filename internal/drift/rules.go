package drift

import (
	"context"
	"strconv"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
)

// KindRules is the kind of the artifacts that hold severity rules.
const KindRules = "drift_rules"

// Rules are one version of a tenant's severity rules.
type Rules struct {
	Version   int64  // 0: the built-in ones
	Document  string // YAML, as its author wrote it
	CreatedAt domain.Micros
	By        domain.PrincipalID
	Artifact  int64 // entry of the tenant's log that records it, -1: none
}

func (r *Rules) parse() (*diff.SeverityRules, error) {
	if r.Version == 0 {
		return diff.BuiltinSeverity(), nil
	}
	return diff.ParseSeverity([]byte(r.Document))
}

const (
	selectRules = `SELECT version, document, created_at, created_by, artifact FROM drift_rules
		WHERE tenant_id = $1 AND (version = $2 OR $2 < 0) ORDER BY version DESC LIMIT 1`
	insertRules = `INSERT INTO drift_rules (tenant_id, version, document, created_at, created_by, artifact) VALUES ($1, $2, $3, $4, $5, $6)`
)

// Rules returns the severity rules in force, or with a version above 0 that one.
func (s *Service) Rules(ctx context.Context, tenant domain.TenantID, version int64) (*Rules, error) {
	if version <= 0 {
		version = -1
	}
	return s.severityRules(ctx, tenant, version)
}

// severityRules reads a version; -1 is the latest, 0 the built-in one.
func (s *Service) severityRules(ctx context.Context, tenant domain.TenantID, version int64) (r *Rules, err error) {
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		r, err = rulesIn(ctx, tx, tenant, version)
		return err
	})
	if err == nil && r == nil {
		err = fault.New(fault.NotFound, "no version %d of the severity rules", version)
	}
	return r, err
}

func rulesIn(ctx context.Context, tx *db.Tx, tenant domain.TenantID, version int64) (*Rules, error) {
	r := &Rules{}
	found, err := tx.Get(ctx, selectRules, []any{tenant, version}, &r.Version, &r.Document, &r.CreatedAt, &r.By, &r.Artifact)
	if err != nil || found {
		return r, err
	}
	if version > 0 {
		return nil, nil
	}
	return &Rules{Document: diff.BuiltinSeverityDocument(), By: evidence.SystemPrincipal, Artifact: -1}, nil
}

// rulesText is what the log says of new rules, as canonical JSON.
type rulesText struct {
	V        int    `json:"v"`
	Version  int64  `json:"version"`
	Document string `json:"document"`
}

// SetRules makes a new version of the severity rules; seen is the version that
// the caller saw, 0 for the built-in ones. It counts from the next comparison on.
func (s *Service) SetRules(ctx context.Context, tenant domain.TenantID, document string, seen int64, by evidence.Actor) (*Rules, error) {
	if _, err := diff.ParseSeverity([]byte(document)); err != nil {
		return nil, err
	}
	// Looked at first: what the log writer refuses, others wait for.
	now, err := s.severityRules(ctx, tenant, -1)
	if err != nil {
		return nil, err
	}
	if now.Version != seen {
		return nil, errRulesMoved(now.Version, seen)
	}
	audit := by.Entry(tenant, "drift.rules", "severity")
	audit.Detail = map[string]string{"version": strconv.FormatInt(seen+1, 10)}
	r := &Rules{Version: seen + 1, Document: document, By: audit.Principal}
	_, err = s.record(ctx, &entry{
		tenant: tenant, kind: KindRules, group: "rules", text: rulesText{1, r.Version, document}, prev: -1, by: by, audit: &audit,
		apply: func(ctx context.Context, tx *db.Tx, at int64) error {
			now, err := rulesIn(ctx, tx, tenant, -1)
			if err != nil {
				return err
			}
			if now.Version != seen {
				return errRulesMoved(now.Version, seen)
			}
			r.CreatedAt, r.Artifact = tx.Now, at
			_, err = tx.Exec(ctx, insertRules, tenant, r.Version, document, tx.Now, r.By, at)
			return err
		},
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

func errRulesMoved(now, seen int64) error {
	return fault.New(fault.Conflict, "the severity rules are of version %d by now, not %d", now, seen)
}
