package module

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// change is one artifact on its way into the log with the rows that go with it.
type change struct {
	apply func(ctx context.Context, tx *db.Tx, index int64) error
	audit *evidence.AuditEntry // nil: the artifact alone tells of it
	index int64
}

// changeRows writes changes in the transaction of their artifacts. One that is
// refused fails its own unit: the sequencer splits the batch.
type changeRows struct {
	clk     clock.Clock
	pending []*change
}

// Add takes a change whose place is fixed.
func (w *changeRows) Add(u *evidence.Unit, c evidence.Committed) error {
	ch := u.Item.(*change)
	ch.index = int64(c.Index)
	w.pending = append(w.pending, ch)
	return nil
}

// Write writes each change with its audit entry.
func (w *changeRows) Write(ctx context.Context, tx *db.Tx) error {
	for _, c := range w.pending {
		if err := c.apply(ctx, tx, c.index); err != nil {
			return err
		}
		if c.audit == nil {
			continue
		}
		if err := evidence.Audit(ctx, tx, w.clk, *c.audit); err != nil {
			return err
		}
	}
	return nil
}

// Reset ends the batch.
func (w *changeRows) Reset(bool) {
	clear(w.pending)
	w.pending = w.pending[:0]
}

// changeText is what the log says of a change, as canonical JSON: with it and
// the keys in it, anybody can follow a module from its registration to each of
// its signatures.
type changeText struct {
	Action string   `json:"action"`
	Module string   `json:"module"`
	Name   string   `json:"name,omitempty"`
	Kind   string   `json:"kind,omitempty"`
	Types  []string `json:"types,omitempty"`
	// Token is the public part of an enrolment token.
	Token string `json:"token,omitempty"`
	// Key is a public key that comes in, KeyID one that this is about.
	Key   string `json:"key,omitempty"`
	KeyID string `json:"key_id,omitempty"`
	// Proof is made with Key, OldProof with the key that it replaces: see
	// receipt.EnrolmentMessage and receipt.RotationMessage.
	Proof    string `json:"proof,omitempty"`
	OldProof string `json:"old_proof,omitempty"`
	Overlap  int64  `json:"overlap_s,omitzero"`
	Reason   string `json:"reason,omitempty"`
	V        int    `json:"v"`
}

// record makes a change durable: artifact, rows and audit entry together. prev
// is the artifact of the module's change before, -1 for the first.
func (s *Service) record(ctx context.Context, tenant domain.TenantID, text changeText, prev int64, by evidence.Actor, apply func(context.Context, *db.Tx, int64) error) error {
	text.V = 1
	value, err := canonical(text)
	if err != nil {
		return err
	}
	actor := struct {
		Key       domain.KeyID       `json:"key"`
		Principal domain.PrincipalID `json:"principal"`
		Remote    string             `json:"remote"`
	}{Principal: principalOf(by), Remote: by.Remote}
	if by.Principal != nil {
		actor.Key = by.Principal.Key
	}
	who, err := canonical(actor)
	if err != nil {
		return err
	}
	audit := by.Entry(tenant, "module."+text.Action, text.Module)
	audit.Detail = map[string]string{}
	for k, v := range map[string]string{"name": text.Name, "kind": text.Kind, "key": text.Key, "key_id": text.KeyID, "token": text.Token, "reason": text.Reason} {
		if v != "" {
			audit.Detail[k] = v
		}
	}
	_, err = s.Log.Append(ctx, &evidence.Unit{
		Tenant: tenant, Kind: KindChange, Time: s.Clock.Now(), Prev: prev, Rows: s.rows, Item: &change{apply: apply, audit: &audit},
		Groups: []evidence.Group{{Name: "actor", Value: who}, {Name: "module", Value: value}},
	})
	return err
}

// canonical encodes one of our own schemas as RFC 8785.
func canonical(v any) ([]byte, error) {
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

// deny audits a refusal; the refusal itself is what the caller gets.
func (s *Service) deny(ctx context.Context, tenant domain.TenantID, action, target string, by evidence.Actor, refusal error, code string) error {
	e := by.Entry(tenant, action, target)
	e.Outcome, e.Detail = evidence.AuditDenied, map[string]string{"code": code}
	err := s.DB.InTx(ctx, tenant, func(tx *db.Tx) error { return evidence.Audit(ctx, tx, s.Clock, e) })
	if err != nil {
		return fmt.Errorf("%w (and not audited: %w)", refusal, err)
	}
	return refusal
}
