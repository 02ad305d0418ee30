package module

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"strconv"
	"time"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

// Enrolment is what a module presents to bring in its first key.
type Enrolment struct {
	Token       string
	VerifierKey string // see receipt.ModuleVerifierKey
	Proof       []byte // signature over receipt.EnrolmentMessage
}

// Enrol uses up a token and makes the key the module's only one: a token that
// is issued again is for a key that was lost.
func (s *Service) Enrol(ctx context.Context, tenant domain.TenantID, e Enrolment, by evidence.Actor) (*Module, error) {
	token, err := ParseToken(e.Token)
	if err != nil {
		return nil, s.refuse(ctx, tenant, "module.enrol", "", by, err)
	}
	m, key, err := s.checkEnrolment(ctx, tenant, token, e)
	if err != nil {
		return nil, s.refuse(ctx, tenant, "module.enrol", token.Module, by, err)
	}
	text := changeText{Action: "enrol", Module: m.ID, Token: token.ID, Key: e.VerifierKey, KeyID: key.ID, Proof: base64.StdEncoding.EncodeToString(e.Proof)}
	err = s.record(ctx, tenant, text, m.LastIndex, by, func(ctx context.Context, tx *db.Tx, index int64) error {
		n, err := tx.Exec(ctx, useToken, tenant, token.ID, tx.Now)
		if err != nil {
			return err
		}
		if n != 1 {
			return errToken()
		}
		if err := move(ctx, tx, tenant, m, index); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, revokeKeys, tenant, m.ID, tx.Now); err != nil {
			return err
		}
		return addKey(ctx, tx, tenant, m.ID, key.ID, e.VerifierKey, index)
	})
	if err != nil {
		return nil, s.refuse(ctx, tenant, "module.enrol", m.ID, by, err)
	}
	return s.Module(ctx, tenant, m.ID)
}

func (s *Service) checkEnrolment(ctx context.Context, tenant domain.TenantID, token Token, e Enrolment) (*Module, receipt.DSSEKey, error) {
	var m *Module
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		if err := s.checkToken(ctx, tx, tenant, token); err != nil {
			return err
		}
		var err error
		m, err = moduleIn(ctx, tx, tenant, token.Module)
		return err
	})
	switch {
	case err != nil:
		return nil, receipt.DSSEKey{}, err
	case m == nil:
		return nil, receipt.DSSEKey{}, errToken()
	case m.RevokedAt != 0:
		return nil, receipt.DSSEKey{}, errRevoked()
	}
	key, err := newKey(m, e.VerifierKey)
	if err != nil {
		return nil, key, err
	}
	if !ed25519.Verify(key.Public, receipt.EnrolmentMessage(string(tenant), m.ID, token.ID, e.VerifierKey), e.Proof) {
		return nil, key, fault.New(fault.SignatureInvalid, "the proof is not a signature of the enrolment message by the new key").At("proof")
	}
	return m, key, nil
}

// newKey reads a key that is to come in.
func newKey(m *Module, vkey string) (receipt.DSSEKey, error) {
	name, key, err := receipt.ParseModuleKey(vkey)
	switch {
	case err != nil:
		return key, fault.Wrap(fault.Invalid, err, "key must be an Ed25519 verifier key: MODULE+HASH+BASE64 (C2SP signed-note)").At("key")
	case name != m.ID:
		return key, fault.New(fault.Invalid, "the key is named %q, the module is %s", name, m.ID).At("key")
	case weak(key.Public):
		return key, fault.New(fault.Invalid, "the key is of small order: its signatures would fit many texts").At("key")
	case m.key(key.ID) != nil:
		return key, fault.New(fault.Conflict, "the module has or had this key: make a new one").At("key")
	}
	return key, nil
}

// weak finds points of small order, under which one signature fits many texts:
// with S = 0 and R the neutral element a signature passes whenever the text's
// hash is a multiple of the order, at most 8, and never for an honest key.
func weak(public ed25519.PublicKey) bool {
	sig := make([]byte, ed25519.SignatureSize)
	sig[0] = 1
	for i := range 128 {
		if ed25519.Verify(public, strconv.AppendInt(nil, int64(i), 10), sig) {
			return true
		}
	}
	return false
}

func addKey(ctx context.Context, tx *db.Tx, tenant domain.TenantID, module, id, vkey string, index int64) error {
	var k Key
	// Another change may have brought the key in since the caller looked.
	found, err := tx.Get(ctx, selectKey, []any{tenant, module, id}, k.fields()...)
	if err != nil {
		return err
	}
	if found {
		return fault.New(fault.Conflict, "the module has or had this key: make a new one").At("key")
	}
	_, err = tx.Exec(ctx, insertKey, tenant, module, id, vkey, index, tx.Now)
	return err
}

// Rotation replaces a module's key by another.
type Rotation struct {
	OldKey      string // ID of the key in use
	VerifierKey string // the new key
	// Overlap is how long the old key goes on; 0 ends it at once. Whole seconds.
	Overlap time.Duration
	// OldProof and Proof are signatures over receipt.RotationMessage by the old
	// and by the new key.
	OldProof, Proof []byte
}

// Rotate lets a module replace its key by itself: the old key vouches for the
// new one, which proves that it is held.
func (s *Service) Rotate(ctx context.Context, tenant domain.TenantID, id string, r Rotation, by evidence.Actor) (*Module, error) {
	m, key, err := s.checkRotation(ctx, tenant, id, r)
	if err != nil {
		return nil, s.refuse(ctx, tenant, "module.rotate", id, by, err)
	}
	text := changeText{
		Action: "rotate", Module: id, Key: r.VerifierKey, KeyID: r.OldKey, Overlap: int64(r.Overlap / time.Second),
		Proof: base64.StdEncoding.EncodeToString(r.Proof), OldProof: base64.StdEncoding.EncodeToString(r.OldProof),
	}
	err = s.record(ctx, tenant, text, m.LastIndex, by, func(ctx context.Context, tx *db.Tx, index int64) error {
		if err := move(ctx, tx, tenant, m, index); err != nil {
			return err
		}
		until := tx.Now + domain.Micros(r.Overlap.Microseconds())
		n, err := tx.Exec(ctx, replaceKey, tenant, id, r.OldKey, until)
		if err != nil {
			return err
		}
		if n != 1 {
			return errOldKey(r.OldKey)
		}
		return addKey(ctx, tx, tenant, id, key.ID, r.VerifierKey, index)
	})
	if err != nil {
		return nil, s.refuse(ctx, tenant, "module.rotate", id, by, err)
	}
	return s.Module(ctx, tenant, id)
}

func errOldKey(id string) error {
	return fault.New(fault.ModuleRevoked, "key %s was revoked or replaced", id).At("old_key")
}

func (s *Service) checkRotation(ctx context.Context, tenant domain.TenantID, id string, r Rotation) (*Module, receipt.DSSEKey, error) {
	if r.Overlap < 0 || r.Overlap > s.cfg.MaxOverlap || r.Overlap%time.Second != 0 {
		return nil, receipt.DSSEKey{}, fault.New(fault.Invalid, "overlap_s must be 0 to %d", int64(s.cfg.MaxOverlap/time.Second)).At("overlap_s")
	}
	m, err := s.signer(ctx, tenant, id)
	if err != nil {
		return nil, receipt.DSSEKey{}, err
	}
	old := m.key(r.OldKey)
	if old == nil {
		return nil, receipt.DSSEKey{}, fault.New(fault.SignatureInvalid, "the module has no key %q", r.OldKey).At("old_key")
	}
	if old.Status(s.Clock.Now()) != "active" {
		return nil, receipt.DSSEKey{}, errOldKey(r.OldKey)
	}
	key, err := newKey(m, r.VerifierKey)
	if err != nil {
		return nil, key, err
	}
	_, oldKey, err := receipt.ParseModuleKey(old.VerifierKey)
	if err != nil {
		return nil, key, err
	}
	message := receipt.RotationMessage(string(tenant), id, r.OldKey, r.VerifierKey, int64(r.Overlap/time.Second))
	if !ed25519.Verify(oldKey.Public, message, r.OldProof) {
		return nil, key, fault.New(fault.SignatureInvalid, "old_proof is not a signature of the rotation message by the old key").At("old_proof")
	}
	if !ed25519.Verify(key.Public, message, r.Proof) {
		return nil, key, fault.New(fault.SignatureInvalid, "proof is not a signature of the rotation message by the new key").At("proof")
	}
	return m, key, nil
}

// signer returns a module as one that signs: what is not there or revoked are
// refusals of their own.
func (s *Service) signer(ctx context.Context, tenant domain.TenantID, id string) (*Module, error) {
	m, err := s.Module(ctx, tenant, id)
	if fault.CodeOf(err) == fault.NotFound {
		return nil, fault.New(fault.ModuleUnknown, "this tenant has no module %q", id).At("module")
	}
	if err == nil && m.RevokedAt != 0 {
		return nil, errRevoked()
	}
	return m, err
}

// refuse audits what a module was refused; failures of ours are passed on.
func (s *Service) refuse(ctx context.Context, tenant domain.TenantID, action, target string, by evidence.Actor, err error) error {
	switch code := fault.CodeOf(err); code {
	case fault.ModuleUnknown, fault.ModuleRevoked, fault.SignatureInvalid, fault.CounterReplayed, fault.OutsideWindow, fault.TokenInvalid, fault.Forbidden:
		return s.deny(ctx, tenant, action, target, by, err, string(code))
	}
	return err
}
