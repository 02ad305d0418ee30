package governance

import (
	"context"
	"fmt"
	"strconv"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/mod/sumdb/note"
)

// change is one transition: what it writes, what the audit says, and what
// happens in memory once it is durable.
type change struct {
	apply func(ctx context.Context, tx *db.Tx) error
	audit evidence.AuditEntry
	// committed runs on the sequencer's goroutine right after the commit, before
	// any later artifact of the log; it must not block.
	committed func()
}

// changeRows writes transitions in the transaction of their artifacts: pointer,
// audit row and leaf are durable together or not at all. The sequencer's
// goroutine owns it.
type changeRows struct {
	clk     clock.Clock
	pending []*change
}

func newChangeRows(clk clock.Clock) *changeRows { return &changeRows{clk: clk} }

// Add takes a transition; evidence writes its leaf.
func (w *changeRows) Add(u *evidence.Unit, at evidence.Committed) error {
	c := u.Item.(*change)
	if c.audit.Detail == nil {
		c.audit.Detail = map[string]string{}
	}
	c.audit.Detail["entry"] = strconv.FormatUint(at.Index, 10) // where the log proves it
	w.pending = append(w.pending, c)
	return nil
}

// Write writes each transition with its audit row.
func (w *changeRows) Write(ctx context.Context, tx *db.Tx) error {
	for _, c := range w.pending {
		if err := c.apply(ctx, tx); err != nil {
			return err
		}
		if err := evidence.Audit(ctx, tx, w.clk, c.audit); err != nil {
			return err
		}
	}
	return nil
}

// Reset ends the batch.
func (w *changeRows) Reset(committed bool) {
	for _, c := range w.pending {
		if committed && c.committed != nil {
			c.committed()
		}
	}
	clear(w.pending)
	w.pending = w.pending[:0]
}

// record makes a transition durable with its artifact; text says canonically
// what changed.
func (s *Service) record(ctx context.Context, tenant domain.TenantID, kind string, by evidence.Actor, text []byte, c *change) error {
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
	_, err = s.Log.Append(ctx, &evidence.Unit{
		Tenant: tenant, Kind: kind, Time: s.Clock.Now(), Prev: -1, Rows: s.rows, Item: c,
		Groups: []evidence.Group{{Name: "actor", Value: who}, {Name: "change", Value: text}},
	})
	return err
}

// auditEntry says what the detail tells; the actor's reason goes with it.
func auditEntry(by evidence.Actor, tenant domain.TenantID, action, target string, detail map[string]string) evidence.AuditEntry {
	e := by.Entry(tenant, action, target)
	e.Detail = detail
	return e
}

// checkWhy refuses a reason that looks like another.
func checkWhy(reason string) error {
	if domain.HasHidden(reason) {
		return fault.New(fault.Invalid, "reason holds characters that nobody sees").At("reason")
	}
	return nil
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

// documentText is what a document's signature covers: whose it is, what it is
// called, and the hash of its bytes.
func documentText(tenant domain.TenantID, r Ref) string {
	return "frostgate document v1\n" + string(tenant) + "\n" + r.Kind + "\n" + r.Name + "\n" + r.Version + "\n" + string(r.Hash) + "\n"
}

func (s *Service) sign(text string) (string, error) {
	signed, err := note.Sign(&note.Note{Text: text}, s.Signer)
	if err != nil {
		return "", fmt.Errorf("sign a document: %w", err)
	}
	return string(signed), nil
}

// signedBy says whether a stored signature is ours and speaks of this text.
func (s *Service) signedBy(signed, text string) bool {
	n, err := note.Open([]byte(signed), s.trust)
	return err == nil && n.Text == text
}
