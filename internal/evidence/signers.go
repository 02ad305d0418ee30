package evidence

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/signing"
	"frostgate.io/frostgate/receipt"

	"golang.org/x/mod/sumdb/note"
)

// Signatures don't change the state that they are over: this leaves size and
// root as they are, and loses against whoever wrote meanwhile.
const resignLog = `UPDATE log_state SET checkpoint = $2 WHERE tenant_id = $1 AND checkpoint = $3`

// trustOf gives the verifiers of all keys that are not revoked, and the IDs of
// those that are.
func trustOf(custody *signing.Custody) (trust note.Verifiers, revoked []string, err error) {
	var verifiers []note.Verifier
	for _, vkey := range custody.VerifierKeys() {
		v, err := note.NewVerifier(vkey)
		if err != nil {
			return nil, nil, fmt.Errorf("log key: %w", err)
		}
		verifiers = append(verifiers, v)
	}
	for _, k := range custody.LogKeys() {
		if k.State == signing.Revoked {
			revoked = append(revoked, k.ID())
		}
	}
	return note.VerifierList(verifiers...), revoked, nil
}

// signNote signs with every signing key, the active one first. Ed25519 is
// deterministic: signing the same text twice gives the same bytes.
func (s *Sequencer) signNote(text string) []byte {
	if s.cfg.Unsigned {
		return []byte(text)
	}
	signed, err := note.Sign(&note.Note{Text: text}, s.signers...)
	if err != nil {
		panic("evidence: a checkpoint that our own keys can't sign: " + err.Error())
	}
	return signed
}

// signFunc signs checkpoints of one log.
func (s *Sequencer) signFunc(logID string) func(uint64, receipt.Hash) []byte {
	origin := s.Origin(logID)
	return func(size uint64, root receipt.Hash) []byte {
		return s.signNote(receipt.Checkpoint{Origin: origin, Size: size, Root: root}.Text())
	}
}

// openStored reads a stored checkpoint that a trusted key signed. One that only
// revoked keys signed may be anybody's, and is named as that.
func (s *Sequencer) openStored(st *storedState) (receipt.Checkpoint, *note.Note, error) {
	cp, n, err := receipt.OpenCheckpoint([]byte(st.checkpoint), s.Origin(st.logID), s.trust)
	if err == nil {
		return cp, n, nil
	}
	if _, claimed, perr := receipt.ParseSignedCheckpoint([]byte(st.checkpoint)); perr == nil {
		var bad []string
		for _, sig := range claimed.UnverifiedSigs {
			if id := fmt.Sprintf("%08x", sig.Hash); slices.Contains(s.revoked, id) {
				bad = append(bad, sig.Name+"+"+id)
			}
		}
		if len(bad) > 0 {
			return cp, nil, fmt.Errorf("signed only by revoked key %s: %w", strings.Join(bad, ", "), err)
		}
	}
	return cp, nil, err
}

// KindKey is the artifact type of an entry that says under which log key a log
// goes on. It has the group "key" with the member "key", the verifier key.
const KindKey = "key"

// signedActive tells whether the active key is among those that a stored
// checkpoint names as its signers.
func (s *Sequencer) signedActive(signed string) bool {
	_, n, err := receipt.ParseSignedCheckpoint([]byte(signed))
	return err == nil && slices.ContainsFunc(n.UnverifiedSigs, func(sig note.Signature) bool { return sig.Hash == s.signer.KeyHash() })
}

// NameKey lets the logs go on under the active key whose last anchored head an
// older one signed: an entry says so, and the next epoch anchors a head that the
// active key signs. A log that rests would else be shown under a retired key for
// ever. It returns how many there were.
func (s *Sequencer) NameKey(ctx context.Context, vkey string) (int, error) {
	s.Anchors.rootMu.Lock()
	logs := s.Anchors.older
	s.Anchors.older = nil
	s.Anchors.rootMu.Unlock()
	var errs []error
	for _, t := range logs {
		u := &Unit{
			Tenant: t, Kind: KindKey, Time: s.clock.Now(), Prev: -1,
			Groups: []Group{{Name: "key", Value: fmt.Appendf(nil, `{"key":%q}`, vkey)}},
		}
		if _, err := s.Append(ctx, u); err != nil {
			errs = append(errs, fmt.Errorf("log of %s: %w", t, err))
		}
	}
	return len(logs), errors.Join(errs...)
}

// SignHeads adds the active key's signature to the stored checkpoint of each
// log where it is missing: after a rotation, so that the older key may go.
// Nothing new is signed, only what was signed before and stands in the store.
// Logs whose checkpoint no trusted key signed stay as they are (see CheckLogs).
func (s *Sequencer) SignHeads(ctx context.Context, tenants []domain.TenantID) (signed int, err error) {
	for part := range slices.Chunk(tenants, 256) {
		n, err := s.signHeads(ctx, part)
		signed += n
		if err != nil {
			return signed, fmt.Errorf("sign the heads of logs: %w", err)
		}
	}
	return signed, nil
}

func (s *Sequencer) signHeads(ctx context.Context, tenants []domain.TenantID) (signed int, err error) {
	type head struct {
		tenant   domain.TenantID
		old, now string
	}
	var heads []head
	for _, t := range tenants {
		st, err := readState(ctx, s.db, t)
		if errors.Is(err, errForked) || fault.CodeOf(err) == fault.NotFound { // damaged, or no root log yet
			continue
		}
		if err != nil {
			return 0, err
		}
		if now, ok := s.resigned(st); ok {
			heads = append(heads, head{t, st.checkpoint, now})
		}
	}
	if len(heads) == 0 {
		return 0, nil
	}
	err = s.db.InTenantsTx(ctx, tenants, func(tx *db.Tx) error {
		for _, h := range heads {
			n, err := tx.Exec(ctx, resignLog, h.tenant, h.now, h.old)
			if err != nil {
				return err
			}
			signed += int(n)
		}
		return nil
	})
	return signed, err
}

// resigned gives a stored checkpoint with today's signatures, where it has none
// of the active key.
func (s *Sequencer) resigned(st *storedState) (string, bool) {
	if st.checkpoint == "" {
		return "", false
	}
	_, n, err := s.openStored(st)
	if err != nil || slices.ContainsFunc(n.Sigs, func(sig note.Signature) bool { return sig.Hash == s.signer.KeyHash() }) {
		return "", false
	}
	return string(s.signNote(n.Text)), true
}
