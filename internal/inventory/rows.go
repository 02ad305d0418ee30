package inventory

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/inventory/manifest"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// closing is a run on its way into the log, with the rows that go with it.
type closing struct {
	apply func(ctx context.Context, tx *db.Tx, index int64) error
	audit evidence.AuditEntry
	index int64
}

// runRows writes runs in the transaction of their artifacts: that a run is
// closed, its snapshot and the entry that proves it are durable together.
type runRows struct {
	clk     clock.Clock
	pending []*closing
}

// Add takes a run whose place in the log is fixed.
func (w *runRows) Add(u *evidence.Unit, c evidence.Committed) error {
	ch := u.Item.(*closing)
	ch.index = int64(c.Index)
	w.pending = append(w.pending, ch)
	return nil
}

// Write writes each run with its audit entry.
func (w *runRows) Write(ctx context.Context, tx *db.Tx) error {
	for _, c := range w.pending {
		if err := c.apply(ctx, tx, c.index); err != nil {
			return err
		}
		if err := evidence.Audit(ctx, tx, w.clk, c.audit); err != nil {
			return err
		}
	}
	return nil
}

// Reset ends the batch.
func (w *runRows) Reset(bool) {
	clear(w.pending)
	w.pending = w.pending[:0]
}

// runText is what the log says of a run, as canonical JSON. The root stands for
// everything that was seen: with the snapshot's archive anybody can check it.
type runText struct {
	Action      string              `json:"action"` // "run" or "import"
	Run         RunID               `json:"run"`
	Source      string              `json:"source"`
	Scope       string              `json:"scope,omitempty"`
	Root        string              `json:"root"`
	Secrets     string              `json:"secrets"`
	Started     domain.Micros       `json:"started"`
	Objects     int                 `json:"objects"`
	Quarantined int                 `json:"quarantined"`
	Duplicates  int                 `json:"duplicates"`
	Coverage    []manifest.Coverage `json:"coverage"`
	V           int                 `json:"v"`
}

// coverageText bounds what the log itself holds of a run: the root covers the
// rest.
const coverageText = 256

// record makes a run durable: artifact, rows and audit entry together. prev is
// the artifact of the source's run before.
func (s *Service) record(ctx context.Context, tenant domain.TenantID, t runText, prev int64, by evidence.Actor, apply func(context.Context, *db.Tx, int64) error) error {
	t.V = 1
	short := make([]manifest.Coverage, 0, min(len(t.Coverage), coverageText))
	for _, c := range t.Coverage[:cap(short)] {
		c.Places, c.Error = nil, cutText(c.Error, 100)
		short = append(short, c)
	}
	t.Coverage = short
	value, err := canonical(t)
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
	entry := by.Entry(tenant, "inventory."+t.Action, string(t.Run))
	entry.Detail = map[string]string{"source": t.Source, "root": t.Root, "objects": fmt.Sprint(t.Objects)}
	_, err = s.Log.Append(ctx, &evidence.Unit{
		Tenant: tenant, Kind: KindRun, Time: s.Clock.Now(), Prev: prev, Rows: s.rows, Item: &closing{apply: apply, audit: entry},
		Groups: []evidence.Group{{Name: "actor", Value: who}, {Name: "run", Value: value}},
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
