package drift

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// KindBaseline is the kind of the artifacts that tell of a baseline's steps.
const KindBaseline = "drift_baseline"

// baselineText is what the log says of a step, as canonical JSON.
type baselineText struct {
	Action   string       `json:"action"` // create, edit, activate, deactivate
	Baseline BaselineID   `json:"baseline"`
	Source   string       `json:"source"`
	Kind     BaselineKind `json:"kind"`
	Name     string       `json:"name"`
	Version  int64        `json:"version"`
	Active   bool         `json:"active"`
	Spec     specText     `json:"spec"`
	// Document is the SHA-256 of a template's text, hex.
	Document string `json:"document,omitempty"`
	// LastRun says what became of the source's automatic baseline: off or on.
	LastRun string `json:"last_run,omitempty"`
	Note    string `json:"note,omitempty"`
	V       int    `json:"v"`
}

// baselineStep is one step on its way into the log, with its rows: they are
// durable together or not at all.
type baselineStep struct {
	clk   clock.Clock
	apply func(ctx context.Context, tx *db.Tx, index int64) ([]evidence.AuditEntry, error)
	index int64
}

// Add takes the step's place in the log.
func (w *baselineStep) Add(_ *evidence.Unit, c evidence.Committed) error {
	w.index = int64(c.Index)
	return nil
}

// Write writes the step's rows and audit entries.
func (w *baselineStep) Write(ctx context.Context, tx *db.Tx) error {
	audits, err := w.apply(ctx, tx, w.index)
	if err != nil {
		return err
	}
	for _, e := range audits {
		if err := evidence.Audit(ctx, tx, w.clk, e); err != nil {
			return err
		}
	}
	return nil
}

// Reset has nothing to forget: a step belongs to one unit.
func (w *baselineStep) Reset(bool) {}

// recordBaseline makes a step durable: artifact, rows and audit entries.
func (s *Service) recordBaseline(ctx context.Context, tenant domain.TenantID, text baselineText, by evidence.Actor, apply func(context.Context, *db.Tx, int64) ([]evidence.AuditEntry, error)) error {
	text.V = 1
	value, err := canonicalText(text)
	if err != nil {
		return err
	}
	entry := by.Entry(tenant, "drift.baseline."+text.Action, string(text.Baseline))
	actor := struct {
		Key       domain.KeyID       `json:"key"`
		Principal domain.PrincipalID `json:"principal"`
		Remote    string             `json:"remote"`
	}{entry.Key, entry.Principal, by.Remote}
	who, err := canonicalText(actor)
	if err != nil {
		return err
	}
	_, err = s.Log.Append(ctx, &evidence.Unit{
		Tenant: tenant, Kind: KindBaseline, Time: s.Clock.Now(), Prev: -1, Rows: &baselineStep{clk: s.Clock, apply: apply},
		Groups: []evidence.Group{{Name: "actor", Value: who}, {Name: "baseline", Value: value}},
	})
	return err
}

// canonicalText encodes one of our own schemas as RFC 8785.
func canonicalText(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	text := jsontext.Value(b)
	if err := text.Canonicalize(); err != nil {
		return nil, fmt.Errorf("canonicalize: %w", err)
	}
	return text, nil
}

// textOf says a baseline's step.
func textOf(action string, b *Baseline) baselineText {
	t := baselineText{
		Action: action, Baseline: b.ID, Source: b.Source, Kind: b.Kind, Name: b.Name, Version: b.Version, Active: b.Active, Note: b.Note,
		Spec: specText{Root: b.Spec.Root, Tenant: b.Spec.Tenant, TenantSource: b.Spec.TenantSource},
	}
	if b.Spec.Document != "" {
		sum := sha256.Sum256([]byte(b.Spec.Document))
		t.Document = hex.EncodeToString(sum[:])
	}
	return t
}

// auditOf is a step's audit entry.
func auditOf(by evidence.Actor, tenant domain.TenantID, t baselineText) evidence.AuditEntry {
	e := by.Entry(tenant, "drift.baseline."+t.Action, string(t.Baseline))
	e.Detail = map[string]string{"source": t.Source, "kind": string(t.Kind), "name": t.Name, "version": strconv.FormatInt(t.Version, 10)}
	for k, v := range map[string]string{
		"root": t.Spec.Root, "tenant": string(t.Spec.Tenant), "tenant_source": t.Spec.TenantSource, "document": t.Document, "note": t.Note,
	} {
		if v != "" {
			e.Detail[k] = v
		}
	}
	return e
}

// putVersion stores the version that b holds.
func putVersion(ctx context.Context, tx *db.Tx, tenant domain.TenantID, b *Baseline, index int64) error {
	spec, err := canonicalText(textOf("", b).Spec)
	if err != nil {
		return err
	}
	b.Artifact, b.UpdatedAt = index, tx.Now
	_, err = tx.Exec(ctx, insertBaselineVersion, tenant, b.ID, b.Version, b.Name, string(spec), b.Spec.Document, b.Note, index, b.By, tx.Now)
	return err
}

// setLastRun switches the source's automatic baseline and says so in the audit;
// only what changes is told.
func setLastRun(ctx context.Context, tx *db.Tx, tenant domain.TenantID, source string, active bool, by evidence.Actor) ([]evidence.AuditEntry, error) {
	from, to, action := 1, 0, "deactivate"
	if active {
		from, to, action = 0, 1, "activate"
	}
	var id BaselineID
	found, err := tx.Get(ctx, selectLastRun, []any{tenant, source, from}, &id)
	if err != nil || !found {
		return nil, err
	}
	if _, err := tx.Exec(ctx, switchBaseline, tenant, id, to, tx.Now); err != nil {
		return nil, err
	}
	e := by.Entry(tenant, "drift.baseline."+action, string(id))
	e.Detail = map[string]string{"source": source, "kind": string(LastRun), "name": lastRunName}
	return []evidence.AuditEntry{e}, nil
}
