package frostgate

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/receipt"
)

// Module is a signer of attestations.
type Module struct {
	ID           string      `json:"id"`
	Name         string      `json:"name"`
	Kind         string      `json:"kind"`
	Types        []string    `json:"types"`   // attestation types that it may submit
	Status       string      `json:"status"`  // enrolling, active, revoked
	Counter      uint64      `json:"counter"` // the greatest one recorded
	LastIndex    int64       `json:"last_index"`
	CreatedBy    string      `json:"created_by"`
	CreatedAt    time.Time   `json:"created_at"`
	RevokedAt    time.Time   `json:"revoked_at,omitzero"`
	RevokedBy    string      `json:"revoked_by,omitempty"`
	RevokeReason string      `json:"revoke_reason,omitempty"`
	Keys         []ModuleKey `json:"keys"`
	// EnrolmentToken is in the answers that make one only.
	EnrolmentToken
}

// ModuleKey is a public key of a module.
type ModuleKey struct {
	ID          string    `json:"id"`
	VerifierKey string    `json:"vkey"`
	Status      string    `json:"status"` // active, ending, ended, revoked
	Index       int64     `json:"index"`  // log index of the artifact that brought it in
	CreatedAt   time.Time `json:"created_at"`
	NotAfter    time.Time `json:"not_after,omitzero"`
	RevokedAt   time.Time `json:"revoked_at,omitzero"`
}

// EnrolmentToken brings in one key of one module, once.
type EnrolmentToken struct {
	Token     string    `json:"token,omitempty"`
	ExpiresAt time.Time `json:"token_expires_at,omitzero"`
}

// NewModule says what a new module may do.
type NewModule struct {
	Name  string   `json:"name"`
	Kind  string   `json:"kind"`
	Types []string `json:"types"`
}

// Modules lists the tenant's modules, the newest first.
func (c *Client) Modules(ctx context.Context, p Page) iter.Seq2[Module, error] {
	return all[Module](ctx, c, in("modules"), query{}, p)
}

// Module reads one module.
func (c *Client) Module(ctx context.Context, id string) (*Module, error) {
	out := &Module{}
	return out, c.get(ctx, in("modules", id), nil, out)
}

// CreateModule registers a module; its enrolment token is in this answer only.
func (c *Client) CreateModule(ctx context.Context, m NewModule, opts ...CallOption) (*Module, error) {
	out := &Module{}
	return out, c.post(ctx, in("modules"), m, out, opts...)
}

// NewModuleToken makes another enrolment token; those before end.
func (c *Client) NewModuleToken(ctx context.Context, id string, opts ...CallOption) (*EnrolmentToken, error) {
	out := &EnrolmentToken{}
	return out, c.post(ctx, in("modules", id, "token"), nil, out, opts...)
}

// RevokeModule ends a module with all its keys.
func (c *Client) RevokeModule(ctx context.Context, id, reason string, opts ...CallOption) (*Module, error) {
	out := &Module{}
	return out, c.post(ctx, in("modules", id, "revoke"), reasonBody(reason), out, opts...)
}

// RevokeModuleKey ends one key at once.
func (c *Client) RevokeModuleKey(ctx context.Context, id, key, reason string, opts ...CallOption) (*Module, error) {
	out := &Module{}
	return out, c.post(ctx, in("modules", id, "keys", key, "revoke"), reasonBody(reason), out, opts...)
}

func reasonBody(reason string) map[string]string {
	body := map[string]string{}
	if reason != "" {
		body["reason"] = reason
	}
	return body
}

// EnrolModule uses a token up to bring in the identity's key. The identity's
// tenant must be that of the client's key.
func (c *Client) EnrolModule(ctx context.Context, token string, m *ModuleIdentity, opts ...CallOption) (*Module, error) {
	module, tokenID, err := ModuleOfToken(token)
	if err != nil {
		return nil, err
	}
	if module != m.Module {
		return nil, fmt.Errorf("the token is for module %s, the key for %s", module, m.Module)
	}
	vkey, _, err := m.VerifierKey()
	if err != nil {
		return nil, err
	}
	out := &Module{}
	return out, c.post(ctx, in("modules", "enrol"), map[string]string{
		"token": token, "key": vkey, "proof": m.sign(receipt.EnrolmentMessage(m.Tenant, m.Module, tokenID, vkey)),
	}, out, opts...)
}

// RotateModule replaces a module's key by another, which the old one vouches
// for. The old key goes on for the overlap, in whole seconds.
func (c *Client) RotateModule(ctx context.Context, old, next *ModuleIdentity, overlap time.Duration, opts ...CallOption) (*Module, error) {
	_, oldID, err := old.VerifierKey()
	if err != nil {
		return nil, err
	}
	vkey, _, err := next.VerifierKey()
	if err != nil {
		return nil, err
	}
	seconds := int64(overlap / time.Second)
	message := receipt.RotationMessage(old.Tenant, old.Module, oldID, vkey, seconds)
	out := &Module{}
	return out, c.post(ctx, in("modules", old.Module, "rotate"), map[string]any{
		"old_key": oldID, "key": vkey, "overlap_s": seconds, "old_proof": old.sign(message), "proof": next.sign(message),
	}, out, opts...)
}

// Attest submits a signed envelope and gives its receipt, parsed and as the
// server sent it. It is tried again when the server is away: the same envelope
// is recorded once.
func (c *Client) Attest(ctx context.Context, envelope []byte) (*receipt.Receipt, jsontext.Value, error) {
	rep, err := c.do(ctx, &request{method: http.MethodPost, path: in("evidence", "attestations"), body: envelope})
	if err != nil {
		return nil, nil, err
	}
	r, err := receipt.FromResponse(rep.body)
	return r, rep.body, err
}

// Attestation reads the receipt of an attestation, with the opened envelope.
// Its ID is the log's ID, a minus sign and the index.
func (c *Client) Attestation(ctx context.Context, id string) (*receipt.Receipt, jsontext.Value, error) {
	raw, err := c.document(ctx, in("evidence", "attestations", id))
	if err != nil {
		return nil, nil, err
	}
	r, err := receipt.FromResponse(raw)
	return r, raw, err
}

// ModuleIdentity is what a module signs with.
type ModuleIdentity struct {
	Tenant string
	Module string
	Key    ed25519.PrivateKey
}

// ModuleOfToken reads whose token it is, and the token's public part.
func ModuleOfToken(token string) (module, tokenID string, err error) {
	parts := strings.Split(token, "_")
	if len(parts) != 4 || parts[0] != "fgm" || parts[1] == "" || parts[2] == "" {
		return "", "", errors.New("this is no enrolment token: one begins with fgm_ and has four parts")
	}
	return "mod_" + parts[1], parts[2], nil
}

// VerifierKey gives the public key in the form that servers and verifiers take,
// and its ID.
func (m *ModuleIdentity) VerifierKey() (vkey, id string, err error) {
	if len(m.Key) != ed25519.PrivateKeySize {
		return "", "", errors.New("a module's key is an Ed25519 private key")
	}
	if vkey, err = receipt.ModuleVerifierKey(m.Module, m.Key.Public().(ed25519.PublicKey)); err != nil {
		return "", "", err
	}
	_, key, err := receipt.ParseModuleKey(vkey)
	return vkey, key.ID, err
}

func (m *ModuleIdentity) sign(message []byte) string {
	return base64.StdEncoding.EncodeToString(ed25519.Sign(m.Key, message))
}

// Attestation is what a module says.
type Attestation struct {
	// Counter must be greater than in every attestation of the module before. Keep
	// it where a restart does not lose it, and raise it before sending.
	Counter  uint64
	Time     time.Time
	Type     string
	Subjects []AttestationSubject // what it speaks of, at least one
	Data     jsontext.Value       // an object
}

// AttestationSubject names a thing by its digest.
type AttestationSubject struct {
	Name   string            `json:"name,omitempty"`
	Digest map[string]string `json:"digest"` // for example "sha256" and 64 hex digits
}

// Envelope signs an attestation: a DSSE envelope with an in-toto statement. The
// statement is checked as a server would.
func (m *ModuleIdentity) Envelope(a Attestation) ([]byte, error) {
	type predicate struct {
		Module  string         `json:"module"`
		Counter uint64         `json:"counter"`
		Time    time.Time      `json:"time"`
		Type    string         `json:"type"`
		Data    jsontext.Value `json:"data"`
	}
	text, err := json.Marshal(struct {
		Type          string               `json:"_type"`
		Subject       []AttestationSubject `json:"subject"`
		PredicateType string               `json:"predicateType"`
		Predicate     predicate            `json:"predicate"`
	}{receipt.StatementType, a.Subjects, receipt.AttestationType, predicate{m.Module, a.Counter, a.Time.UTC(), a.Type, a.Data}}, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("encode attestation: %w", err)
	}
	statement, err := receipt.ParseStatement(text)
	if err != nil {
		return nil, err
	}
	if _, err := statement.Attestation(); err != nil {
		return nil, err
	}
	_, id, err := m.VerifierKey()
	if err != nil {
		return nil, err
	}
	return receipt.SignDSSE(receipt.StatementPayloadType, text, id, m.Key)
}
