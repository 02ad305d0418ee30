package module

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/jsondoc"
	"frostgate.io/frostgate/receipt"
)

// EnvelopeGroup is the field group that holds an envelope's exact text as one
// JSON string.
const EnvelopeGroup = "envelope"

// Attestation is a recorded one.
type Attestation struct {
	ID      string // log ID, minus sign, index
	Index   uint64
	Module  string
	Name    string // the module's, in lists
	Key     string // fingerprint of the key that signed
	Counter uint64
	Type    string
	At      domain.Micros // when it was recorded
	Receipt *receipt.Receipt
	// Replayed says that the same envelope had been recorded before.
	Replayed bool
}

// submission is one envelope on its way through the checks.
type submission struct {
	tenant   domain.TenantID
	envelope []byte
	parsed   *receipt.Envelope
	claim    *receipt.Attestation // not to be believed before its signature is checked
	time     domain.Micros
	mac      evidence.MAC // stands for the envelope's bytes
	module   *Module
	before   *Attestation // what has the same counter, if anything
	same     bool         // before is this very envelope
	key      *Key
}

// Submit checks a module's envelope and records it. Each refusal has its own
// code and is audited. The same envelope again gives the first receipt.
func (s *Service) Submit(ctx context.Context, tenant domain.TenantID, envelope []byte, by evidence.Actor) (*Attestation, error) {
	sub, err := s.read(tenant, envelope)
	if err != nil {
		return nil, err
	}
	if err := s.check(ctx, sub); err == nil && !sub.same {
		var a *Attestation
		if a, err = s.commit(ctx, sub); err == nil {
			return a, nil
		}
		// The same envelope may have come twice at a time.
		if fault.CodeOf(err) != fault.CounterReplayed || s.find(ctx, sub) != nil || !sub.same {
			return nil, s.refuse(ctx, tenant, "attestation.submit", sub.claim.Module, by, err)
		}
	} else if err != nil {
		return nil, s.refuse(ctx, tenant, "attestation.submit", sub.claim.Module, by, err)
	}
	sub.before.Replayed = true
	return s.withReceipt(ctx, tenant, sub.before)
}

// read takes the envelope apart, once.
func (s *Service) read(tenant domain.TenantID, envelope []byte) (*submission, error) {
	if len(envelope) > receipt.MaxEnvelopeSize {
		e := fault.New(fault.TooLarge, "the envelope is larger than %d bytes", receipt.MaxEnvelopeSize)
		e.Limit = "envelope_bytes"
		return nil, e
	}
	sub := &submission{tenant: tenant, envelope: bytes.Clone(envelope)}
	bad := func(err error) error { return fault.Wrap(fault.Invalid, err, "%v", err).At("envelope") }
	var err error
	if sub.parsed, err = receipt.ParseEnvelope(sub.envelope); err != nil {
		return nil, bad(err)
	}
	if sub.parsed.PayloadType != receipt.StatementPayloadType {
		return nil, bad(fmt.Errorf("dsse: payloadType: want %s", receipt.StatementPayloadType))
	}
	statement, err := receipt.ParseStatement(sub.parsed.UnverifiedPayload())
	if err != nil {
		return nil, bad(err)
	}
	if sub.claim, err = statement.Attestation(); err != nil {
		return nil, bad(err)
	}
	at, err := time.Parse(time.RFC3339Nano, sub.claim.Time)
	if err != nil {
		return nil, bad(fmt.Errorf("attestation: time: want RFC 3339: %w", err))
	}
	sub.time = domain.Micros(at.UnixMicro())
	return sub, nil
}

// check is the order in which a module's word is judged.
func (s *Service) check(ctx context.Context, sub *submission) error {
	if err := s.find(ctx, sub); err != nil {
		return err
	}
	now := s.Clock.Now()
	switch {
	case sub.module == nil:
		return fault.New(fault.ModuleUnknown, "this tenant has no module %q", sub.claim.Module).At("module")
	case sub.module.RevokedAt != 0:
		return errRevoked()
	}
	if err := sub.signed(now); err != nil {
		return err
	}
	if !slices.Contains(sub.module.Types, sub.claim.Type) {
		return fault.New(fault.Forbidden, "module %s may not submit attestations of type %q, only %s",
			sub.module.ID, sub.claim.Type, strings.Join(sub.module.Types, ", ")).At("type")
	}
	if sub.same {
		return nil
	}
	if sub.claim.Counter <= sub.module.Counter {
		return errCounter(sub.claim.Counter, sub.module.Counter)
	}
	// In microseconds: a duration can't hold every distance that RFC 3339 can say.
	if window := domain.Micros(s.cfg.Window.Microseconds()); sub.time < now-window || sub.time > now+window {
		return fault.New(fault.OutsideWindow, "the attestation was made at %s, more than %s from the server's time: send it when it is made, and set the clock",
			sub.claim.Time, s.cfg.Window).At("time")
	}
	return nil
}

func errCounter(have, last uint64) error {
	return fault.New(fault.CounterReplayed, "the counter is %d; the last one recorded of this module is %d, and each must be greater", have, last).At("counter")
}

// find reads what the store knows of the module and of the same counter.
func (s *Service) find(ctx context.Context, sub *submission) error {
	keys, err := s.Keys.Keys(ctx, sub.tenant)
	if err != nil {
		return err
	}
	sub.mac = keys.Dedup("attestation\x00" + string(sub.envelope))
	return s.DB.InReadTx(ctx, sub.tenant, func(tx *db.Tx) error {
		var err error
		if sub.module, err = moduleIn(ctx, tx, sub.tenant, sub.claim.Module); err != nil {
			return err
		}
		var mac []byte
		sub.before, mac, err = attestationIn(ctx, tx, keys.LogID, " AND module_id = $2 AND counter = $3",
			sub.tenant, sub.claim.Module, int64(sub.claim.Counter))
		sub.same = sub.before != nil && bytes.Equal(mac, sub.mac[:])
		return err
	})
}

// signed finds the key of the module that signed and is good now.
func (sub *submission) signed(now domain.Micros) error {
	if hints := sub.parsed.KeyIDs(); len(hints) > 0 && !slices.ContainsFunc(hints, func(id string) bool {
		k := sub.module.key(id)
		return k == nil || k.valid(now)
	}) {
		return errKey(hints[0])
	}
	keys := make([]receipt.DSSEKey, len(sub.module.Keys))
	for i := range sub.module.Keys {
		var err error
		if _, keys[i], err = receipt.ParseModuleKey(sub.module.Keys[i].VerifierKey); err != nil {
			return fmt.Errorf("stored key of module %s: %w", sub.module.ID, err)
		}
	}
	verified, err := sub.parsed.Verify(keys...)
	if err != nil {
		return fault.Wrap(fault.SignatureInvalid, err, "no signature of the envelope is by a key of module %s", sub.module.ID).At("signatures")
	}
	for _, signer := range verified.Signers {
		if k := sub.module.key(signer.ID); k.valid(now) {
			sub.key = k
			return nil
		}
	}
	return errKey(verified.Signers[0].ID)
}

func errKey(id string) error {
	return fault.New(fault.ModuleRevoked, "key %s was revoked, or its time is over", id).At("signatures")
}

// commit records the attestation. Counter and key are judged again in log order
// in the transaction: of two that race, one passes.
func (s *Service) commit(ctx context.Context, sub *submission) (*Attestation, error) {
	now := s.Clock.Now()
	text := jsondoc.AppendString(nil, string(sub.envelope))
	u := &evidence.Unit{
		Tenant: sub.tenant, Kind: KindAttestation, Time: now, Prev: -1, KeyID: sub.key.ID, Counter: sub.claim.Counter,
		Groups: []evidence.Group{{Name: EnvelopeGroup, Value: text}},
		Rows:   s.rows, Item: &change{apply: sub.apply},
	}
	c, err := s.Log.Append(ctx, u)
	if err != nil {
		return nil, err
	}
	rc := c.Receipt()
	rc.Openings = map[string]receipt.Opening{EnvelopeGroup: receipt.NewOpening(u.Groups[0].Salt, text)}
	return &Attestation{
		ID: attestationID(rc.Log, c.Index), Index: c.Index, Module: sub.module.ID, Key: sub.key.ID,
		Counter: sub.claim.Counter, Type: sub.claim.Type, At: now, Receipt: &rc,
	}, nil
}

func (sub *submission) apply(ctx context.Context, tx *db.Tx, index int64) error {
	var k Key
	found, err := tx.Get(ctx, selectKey, []any{sub.tenant, sub.module.ID, sub.key.ID}, k.fields()...)
	if err != nil {
		return err
	}
	if !found || !k.valid(tx.Now) {
		return errKey(sub.key.ID)
	}
	n, err := tx.Exec(ctx, moveCounter, sub.tenant, sub.module.ID, int64(sub.claim.Counter))
	if err != nil {
		return err
	}
	if n != 1 {
		m, err := moduleIn(ctx, tx, sub.tenant, sub.module.ID)
		if err == nil && m.RevokedAt != 0 {
			err = errRevoked()
		}
		if err == nil {
			err = errCounter(sub.claim.Counter, m.Counter)
		}
		return err
	}
	_, err = tx.Exec(ctx, insertAttestation, sub.tenant, index, sub.module.ID, int64(sub.claim.Counter), sub.key.ID, sub.claim.Type, sub.mac[:], tx.Now)
	return err
}

func attestationID(log string, index uint64) string {
	return log + "-" + strconv.FormatUint(index, 10)
}

func attestationIn(ctx context.Context, tx *db.Tx, log, where string, args ...any) (*Attestation, []byte, error) {
	var a Attestation
	var index, counter int64
	var mac []byte
	found, err := tx.Get(ctx, selectAttestation+where, args, &index, &a.Module, &counter, &a.Key, &a.Type, &mac, &a.At)
	if err != nil || !found {
		return nil, nil, err
	}
	a.Index, a.Counter = uint64(index), uint64(counter)
	a.ID = attestationID(log, a.Index)
	return &a, mac, nil
}

// Attestation returns a recorded attestation with its receipt and the opened
// envelope.
func (s *Service) Attestation(ctx context.Context, tenant domain.TenantID, id string) (*Attestation, error) {
	keys, err := s.Keys.Keys(ctx, tenant)
	if err != nil {
		return nil, err
	}
	missing := fault.New(fault.NotFound, "no attestation %q", id)
	digits, ok := strings.CutPrefix(id, keys.LogID+"-")
	index, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || index < 0 || strconv.FormatInt(index, 10) != digits {
		return nil, missing
	}
	var a *Attestation
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		var err error
		a, _, err = attestationIn(ctx, tx, keys.LogID, " AND idx = $2", tenant, index)
		return err
	})
	if err != nil {
		return nil, err
	}
	if a == nil {
		return nil, missing
	}
	return s.withReceipt(ctx, tenant, a)
}

// withReceipt adds the receipt, with the envelope where it is still there.
func (s *Service) withReceipt(ctx context.Context, tenant domain.TenantID, a *Attestation) (*Attestation, error) {
	var err error
	a.Receipt, err = s.Log.Receipt(ctx, tenant, a.Index, true)
	switch fault.CodeOf(err) {
	case fault.Erased, fault.Pruned, fault.NotFound:
		a.Receipt, err = s.Log.Receipt(ctx, tenant, a.Index, false)
	}
	return a, err
}
