package httpapi

import (
	"context"
	"encoding/base64"
	"net/http"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/module"
	"frostgate.io/frostgate/internal/tenant"
	"frostgate.io/frostgate/receipt"
)

// moduleRecord is a module that signs attestations.
type moduleRecord struct {
	ID           string      `json:"id"`
	Name         string      `json:"name"`
	Kind         string      `json:"kind"`
	Types        []string    `json:"types" doc:"Attestation types that it may submit."`
	Status       string      `json:"status" enum:"enrolling|active|revoked" doc:"enrolling: it has no key that is good now."`
	Counter      uint64      `json:"counter" doc:"The greatest counter recorded; the next attestation's must be greater."`
	LastAttested Time        `json:"last_attested_at,omitzero" doc:"When its latest attestation was recorded; absent: never."`
	LastEntry    *int64      `json:"last_attestation,omitempty" doc:"Log index of its latest attestation."`
	LastIndex    int64       `json:"last_index" doc:"Log index of its latest change; each change names the one before as prev."`
	CreatedBy    string      `json:"created_by"`
	CreatedAt    Time        `json:"created_at"`
	RevokedAt    Time        `json:"revoked_at,omitzero"`
	RevokedBy    string      `json:"revoked_by,omitempty"`
	RevokeReason string      `json:"revoke_reason,omitempty"`
	Keys         []moduleKey `json:"keys" doc:"The oldest first."`
}

// moduleKey is a public key of a module.
type moduleKey struct {
	ID        string `json:"id" doc:"Fingerprint: module ID, plus, 8 hex digits. Envelopes hint at it as keyid."`
	VKey      string `json:"vkey" doc:"Verifier key (C2SP signed-note)."`
	Status    string `json:"status" enum:"active|ending|ended|revoked" doc:"ending: replaced, still good."`
	Index     int64  `json:"index" doc:"Log index of the artifact that brought it in."`
	CreatedAt Time   `json:"created_at"`
	NotAfter  Time   `json:"not_after,omitzero"`
	RevokedAt Time   `json:"revoked_at,omitzero"`
}

type newModule struct {
	Name  string   `json:"name" minlen:"1" maxlen:"100"`
	Kind  string   `json:"kind" minlen:"1" maxlen:"64" doc:"What it is, a lower-case name such as scanner."`
	Types []string `json:"types" maxitems:"32" doc:"Attestation types that it may submit, lower-case names."`
}

// createdModule shows the enrolment token this once.
type createdModule struct {
	moduleRecord
	moduleToken
}

type moduleToken struct {
	Token     string `json:"token" doc:"One-time enrolment token. Shown once; it can't be read again."`
	ExpiresAt Time   `json:"token_expires_at"`
}

type enrolment struct {
	Token string `json:"token" minlen:"1" maxlen:"256"`
	Key   string `json:"key" minlen:"1" maxlen:"512" doc:"The module's public key as verifier key: MODULE+HASH+BASE64 (C2SP signed-note)."`
	Proof string `json:"proof" minlen:"1" maxlen:"128" doc:"Base64 of the key's signature over the lines frostgate.io/module-enrolment/v1, tenant ID, module ID, the token's third part, the key, each with a line feed."`
}

type moduleRotation struct {
	OldKey   string `json:"old_key" minlen:"1" maxlen:"256" doc:"ID of the key that is replaced."`
	Key      string `json:"key" minlen:"1" maxlen:"512" doc:"The new public key as verifier key."`
	Overlap  int64  `json:"overlap_s,omitzero" min:"0" doc:"Seconds for which the old key goes on; default 0, at most 30 days."`
	OldProof string `json:"old_proof" minlen:"1" maxlen:"128" doc:"Base64 of the old key's signature over the lines frostgate.io/module-rotation/v1, tenant ID, module ID, old key's ID, new key, overlap in seconds, each with a line feed."`
	Proof    string `json:"proof" minlen:"1" maxlen:"128" doc:"Base64 of the new key's signature over the same."`
}

type moduleRevocation struct {
	Reason string `json:"reason,omitempty" maxlen:"500"`
}

// dsseEnvelope documents what is posted; the service reads the exact bytes.
type dsseEnvelope struct {
	Payload     string          `json:"payload" doc:"Base64 of an in-toto Statement v1 whose predicateType is frostgate.io/attestation/v1 behind https; its predicate has the members module, counter, time, type and data."`
	PayloadType string          `json:"payloadType" enum:"application/vnd.in-toto+json"`
	Signatures  []dsseSignature `json:"signatures" maxitems:"16"`
}

type dsseSignature struct {
	KeyID string `json:"keyid,omitempty" doc:"ID of the key."`
	Sig   string `json:"sig" minlen:"1" doc:"Base64 of the Ed25519 signature over DSSE's pre-authentication encoding."`
}

func (s *Server) moduleRoutes() []*Route {
	const base = prefixV1 + "/modules"
	const attestations = prefixV1 + "/evidence/attestations"
	row := func(method, path, summary string, scope domain.Scope, e endpoint) *Route {
		rt := &Route{
			Method: method, Path: path, Access: scoped, Scope: scope, Class: tenant.ClassRead, Tag: "modules",
			Summary: summary, endpoint: e,
		}
		if rt.Mutates = method == http.MethodPost; rt.Mutates {
			rt.Class = tenant.ClassWrite
		}
		return rt
	}
	modules := row("GET", base, "Modules that sign attestations", domain.ScopeModulesRead, read(s.listModules))
	modules.Query = pageParams()
	token := row("POST", base+"/{id}/token", "Make another enrolment token; those before end", domain.ScopeModulesWrite, read(s.newModuleToken))
	token.status = http.StatusCreated
	enrol := row("POST", base+"/enrol", "Bring in a module's key with its one-time token", "", write(http.StatusOK, s.enrolModule))
	enrol.Access, enrol.Doc = anyKey, "Any key of the tenant may ask: the token and the proof decide. A module that enrols again with another token loses its earlier keys."
	rotate := row("POST", base+"/{id}/rotate", "Replace a module's key by itself", domain.ScopeEvidenceWrite, write(http.StatusOK, s.rotateModule))
	rotate.Doc = "Both keys sign. The module asks with the key that it submits attestations with."
	submit := row("POST", attestations, "Record a module's signed attestation", domain.ScopeEvidenceWrite, write(http.StatusCreated, s.submitAttestation))
	submit.Tag = "evidence"
	submit.Doc = "A DSSE envelope of at most 256 KiB. Checked in order: module_unknown, module_revoked, signature_invalid, counter_replayed, outside_window (10 minutes both ways). " +
		"The answer is the receipt with the opened envelope; the same envelope again gives the first receipt."
	one := row("GET", attestations+"/{id}", "The receipt of an attestation, with the envelope", domain.ScopeEvidenceRead, read(s.getAttestation))
	one.Tag = "evidence"
	return []*Route{
		modules,
		row("POST", base, "Register a module", domain.ScopeModulesWrite, write(http.StatusCreated, s.createModule)),
		row("GET", base+"/{id}", "One module", domain.ScopeModulesRead, read(s.getModule)),
		token, enrol, rotate,
		row("POST", base+"/{id}/revoke", "End a module with all its keys", domain.ScopeModulesWrite, write(http.StatusOK, s.revokeModule)),
		row("POST", base+"/{id}/keys/{key}/revoke", "End one key at once", domain.ScopeModulesWrite, write(http.StatusOK, s.revokeModuleKey)),
		submit, s.attestationsRoute(attestations), one,
	}
}

func (s *Server) moduleOf(m *module.Module) moduleRecord {
	now := s.clock.Now()
	out := moduleRecord{
		ID: m.ID, Name: m.Name, Kind: m.Kind, Types: m.Types, Status: m.Status(now), Counter: m.Counter, LastIndex: m.LastIndex,
		CreatedBy: string(m.CreatedBy), CreatedAt: Time(m.CreatedAt), RevokedAt: Time(m.RevokedAt), RevokedBy: string(m.RevokedBy),
		RevokeReason: m.RevokeReason, Keys: make([]moduleKey, len(m.Keys)),
	}
	if m.Attested != 0 {
		out.LastAttested, out.LastEntry = Time(m.Attested), &m.AttestedAt
	}
	for i := range m.Keys {
		k := &m.Keys[i]
		out.Keys[i] = moduleKey{
			ID: k.ID, VKey: k.VerifierKey, Status: k.Status(now), Index: k.Index,
			CreatedAt: Time(k.CreatedAt), NotAfter: Time(k.NotAfter), RevokedAt: Time(k.RevokedAt),
		}
	}
	return out
}

// asModule makes the answer of what gives a module.
func (s *Server) asModule(m *module.Module, err error) (moduleRecord, error) {
	if err != nil {
		return moduleRecord{}, err
	}
	return s.moduleOf(m), nil
}

func (s *Server) listModules(ctx context.Context, c *Call) (list[moduleRecord], error) {
	limit, err := c.Query.limit()
	if err != nil {
		return list[moduleRecord]{}, err
	}
	found, next, err := s.deps.Signers.Modules(ctx, c.Tenant(), c.Query.text("cursor"), limit)
	if err != nil {
		return list[moduleRecord]{}, err
	}
	items := make([]moduleRecord, len(found))
	for i := range found {
		items[i] = s.moduleOf(&found[i])
	}
	return listOf(items, next), nil
}

func (s *Server) createModule(ctx context.Context, c *Call, in newModule) (createdModule, error) {
	m, token, err := s.deps.Signers.Create(ctx, c.Tenant(), module.Registration{Name: in.Name, Kind: in.Kind, Types: in.Types}, c.actor())
	if err != nil {
		return createdModule{}, err
	}
	c.Location("modules", m.ID)
	return createdModule{s.moduleOf(m), moduleToken{token.Reveal(), Time(token.ExpiresAt)}}, nil
}

func (s *Server) getModule(ctx context.Context, c *Call) (moduleRecord, error) {
	return s.asModule(s.deps.Signers.Module(ctx, c.Tenant(), c.Path("id")))
}

func (s *Server) newModuleToken(ctx context.Context, c *Call) (moduleToken, error) {
	token, err := s.deps.Signers.NewToken(ctx, c.Tenant(), c.Path("id"), c.actor())
	if err != nil {
		return moduleToken{}, err
	}
	return moduleToken{token.Reveal(), Time(token.ExpiresAt)}, nil
}

func (s *Server) enrolModule(ctx context.Context, c *Call, in enrolment) (moduleRecord, error) {
	proof, err := signatureIn("proof", in.Proof)
	if err != nil {
		return moduleRecord{}, err
	}
	return s.asModule(s.deps.Signers.Enrol(ctx, c.Tenant(), module.Enrolment{Token: in.Token, VerifierKey: in.Key, Proof: proof}, c.actor()))
}

func (s *Server) rotateModule(ctx context.Context, c *Call, in moduleRotation) (moduleRecord, error) {
	// Far beyond what is allowed, so that a huge number stays one.
	overlap := time.Duration(min(in.Overlap, int64(365*24*time.Hour/time.Second))) * time.Second
	r := module.Rotation{OldKey: in.OldKey, VerifierKey: in.Key, Overlap: overlap}
	var err error
	if r.OldProof, err = signatureIn("old_proof", in.OldProof); err != nil {
		return moduleRecord{}, err
	}
	if r.Proof, err = signatureIn("proof", in.Proof); err != nil {
		return moduleRecord{}, err
	}
	return s.asModule(s.deps.Signers.Rotate(ctx, c.Tenant(), c.Path("id"), r, c.actor()))
}

func signatureIn(field, text string) ([]byte, error) {
	sig, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "%s must be padded standard base64", field).At(field)
	}
	return sig, nil
}

func (s *Server) revokeModule(ctx context.Context, c *Call, in moduleRevocation) (moduleRecord, error) {
	return s.asModule(s.deps.Signers.Revoke(ctx, c.Tenant(), c.Path("id"), in.Reason, c.actor()))
}

func (s *Server) revokeModuleKey(ctx context.Context, c *Call, in moduleRevocation) (moduleRecord, error) {
	return s.asModule(s.deps.Signers.RevokeKey(ctx, c.Tenant(), c.Path("id"), c.Path("key"), in.Reason, c.actor()))
}

// submitAttestation takes the bytes as they came: the decoded form only held
// them against the contract.
func (s *Server) submitAttestation(ctx context.Context, c *Call, _ dsseEnvelope) (*receipt.Receipt, error) {
	a, err := s.deps.Signers.Submit(ctx, c.Tenant(), c.body, c.actor())
	if err != nil {
		return nil, err
	}
	c.Location("evidence", "attestations", a.ID)
	return a.Receipt, nil
}

func (s *Server) getAttestation(ctx context.Context, c *Call) (*receipt.Receipt, error) {
	if err := s.auditRead(ctx, c, c.Path("id")); err != nil {
		return nil, err
	}
	a, err := s.deps.Signers.Attestation(ctx, c.Tenant(), c.Path("id"))
	if err != nil {
		return nil, err
	}
	return a.Receipt, nil
}
