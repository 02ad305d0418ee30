package receipt

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Bounds of a DSSE envelope (github.com/secure-systems-lab/dsse, envelope.md).
const (
	// MaxEnvelopeSize bounds the JSON text of an envelope.
	MaxEnvelopeSize = 256 << 10
	// MaxEnvelopeSignatures bounds the signatures of one envelope.
	MaxEnvelopeSignatures = 16

	maxPayloadType  = 255
	maxKeyID        = 512
	maxSignatureB64 = 16 << 10
)

// ErrDSSESignature says that no given key made a signature of the envelope.
var ErrDSSESignature = errors.New("dsse: no signature by a known key")

// Envelope is a parsed DSSE envelope. Its payload is held as it was decoded
// once, so that what is verified is what is used: the text is never read again.
type Envelope struct {
	// PayloadType says what the payload is; it is signed together with it.
	PayloadType string

	payload    []byte
	signatures []envelopeSignature
}

type envelopeSignature struct {
	keyID string // a hint of whoever made the envelope; nothing signs it
	sig   []byte
}

// DSSEKey is an Ed25519 key that may have signed an envelope.
type DSSEKey struct {
	// ID is the name by which envelopes hint at the key; empty matches any hint.
	ID     string
	Public ed25519.PublicKey
}

// Signed is an envelope whose signature was verified.
type Signed struct {
	PayloadType string
	// Payload is the exact bytes that were signed.
	Payload []byte
	// Signers are the keys that signed, each once.
	Signers []DSSEKey
}

// AppendPAE appends the pre-authentication encoding of DSSE v1 (protocol.md):
// what is signed in place of type and payload.
func AppendPAE(dst []byte, payloadType string, payload []byte) []byte {
	dst = append(dst, "DSSEv1 "...)
	dst = strconv.AppendInt(dst, int64(len(payloadType)), 10)
	dst = append(dst, ' ')
	dst = append(dst, payloadType...)
	dst = append(dst, ' ')
	dst = strconv.AppendInt(dst, int64(len(payload)), 10)
	dst = append(dst, ' ')
	return append(dst, payload...)
}

// ParseEnvelope reads an envelope strictly. It is narrower than the
// specification where that leaves unsigned slack: members it does not know,
// unpadded or broken base64 and an empty type are refused. It proves nothing:
// see Verify.
func ParseEnvelope(data []byte) (*Envelope, error) {
	if len(data) > MaxEnvelopeSize {
		return nil, fmt.Errorf("dsse: %d bytes, at most %d", len(data), MaxEnvelopeSize)
	}
	all, err := exactMembers(data, "payload", "payloadType", "signatures")
	if err != nil {
		return nil, fmt.Errorf("dsse: %w", err)
	}
	e := new(Envelope)
	if e.PayloadType, err = decodeString(all["payloadType"], maxPayloadType); err != nil {
		return nil, fmt.Errorf("dsse: payloadType: %w", err)
	}
	// U+FFFD stands for a lone surrogate that another reader may see otherwise.
	if e.PayloadType == "" || strings.ContainsRune(e.PayloadType, '�') {
		return nil, errors.New("dsse: payloadType: want a media type or URI")
	}
	if e.payload, err = decodeBase64(all["payload"], MaxEnvelopeSize); err != nil {
		return nil, fmt.Errorf("dsse: payload: %w", err)
	}
	if e.signatures, err = parseSignatures(all["signatures"]); err != nil {
		return nil, fmt.Errorf("dsse: signatures: %w", err)
	}
	return e, nil
}

func parseSignatures(raw json.RawMessage) ([]envelopeSignature, error) {
	var list []json.RawMessage
	if len(raw) == 0 || raw[0] != '[' {
		return nil, errors.New("want an array")
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, err
	}
	if len(list) == 0 || len(list) > MaxEnvelopeSignatures {
		return nil, fmt.Errorf("have %d, want 1 to %d", len(list), MaxEnvelopeSignatures)
	}
	out := make([]envelopeSignature, len(list))
	for i := range list {
		all, err := exactMembers(list[i], "sig", "keyid")
		if err != nil {
			return nil, fmt.Errorf("%d: %w", i, err)
		}
		if hint, ok := all["keyid"]; ok {
			if out[i].keyID, err = decodeString(hint, maxKeyID); err != nil {
				return nil, fmt.Errorf("%d: keyid: %w", i, err)
			}
		}
		if out[i].sig, err = decodeBase64(all["sig"], maxSignatureB64); err != nil {
			return nil, fmt.Errorf("%d: sig: %w", i, err)
		}
		if len(out[i].sig) == 0 {
			return nil, fmt.Errorf("%d: sig: is empty", i)
		}
	}
	return out, nil
}

// UnverifiedPayload is the payload before any signature is checked: good for
// finding out whose keys to ask, and for nothing else. It must not be changed.
func (e *Envelope) UnverifiedPayload() []byte { return e.payload }

// KeyIDs are the hints of the signatures that carry one. Nothing signs them.
func (e *Envelope) KeyIDs() []string {
	var ids []string
	for i := range e.signatures {
		if e.signatures[i].keyID != "" {
			ids = append(ids, e.signatures[i].keyID)
		}
	}
	return ids
}

// Verify finds which of the keys signed the envelope. Signatures by other keys
// are ignored, and a signature is not tried with a key that its hint excludes.
// Without any, the error is ErrDSSESignature.
func (e *Envelope) Verify(keys ...DSSEKey) (*Signed, error) {
	pae := AppendPAE(nil, e.PayloadType, e.payload)
	var signers []DSSEKey
	for _, k := range keys {
		if len(k.Public) == ed25519.PublicKeySize && !holdsKey(signers, k.Public) && e.signedBy(k, pae) {
			signers = append(signers, k)
		}
	}
	if len(signers) == 0 {
		return nil, ErrDSSESignature
	}
	return &Signed{PayloadType: e.PayloadType, Payload: e.payload, Signers: signers}, nil
}

func (e *Envelope) signedBy(k DSSEKey, pae []byte) bool {
	for i := range e.signatures {
		s := &e.signatures[i]
		if s.keyID != "" && k.ID != "" && s.keyID != k.ID {
			continue
		}
		if len(s.sig) == ed25519.SignatureSize && ed25519.Verify(k.Public, pae, s.sig) {
			return true
		}
	}
	return false
}

// holdsKey compares keys, not their names: one key under two names counts once.
func holdsKey(keys []DSSEKey, public ed25519.PublicKey) bool {
	for i := range keys {
		if bytes.Equal(keys[i].Public, public) {
			return true
		}
	}
	return false
}

// VerifyDSSE parses an envelope and checks that at least one of the keys signed
// it.
func VerifyDSSE(envelope []byte, keys ...DSSEKey) (*Signed, error) {
	e, err := ParseEnvelope(envelope)
	if err != nil {
		return nil, err
	}
	return e.Verify(keys...)
}

// SignDSSE makes an envelope with one signature. The key ID is written as the
// hint; it needs no escaping in JSON.
func SignDSSE(payloadType string, payload []byte, keyID string, key ed25519.PrivateKey) ([]byte, error) {
	if payloadType == "" || len(payloadType) > maxPayloadType || !isToken(payloadType) || len(keyID) > maxKeyID || !isToken(keyID) {
		return nil, errors.New("dsse: type and key ID must be printable ASCII without spaces, quotes and backslashes")
	}
	if len(key) != ed25519.PrivateKeySize {
		return nil, errors.New("dsse: want an Ed25519 private key")
	}
	sig := ed25519.Sign(key, AppendPAE(nil, payloadType, payload))
	out := fmt.Appendf(nil, `{"payload":"%s","payloadType":"%s","signatures":[{"keyid":"%s","sig":"%s"}]}`,
		base64.StdEncoding.EncodeToString(payload), payloadType, keyID, base64.StdEncoding.EncodeToString(sig))
	if len(out) > MaxEnvelopeSize {
		return nil, fmt.Errorf("dsse: the envelope has %d bytes, at most %d", len(out), MaxEnvelopeSize)
	}
	return out, nil
}

// exactMembers splits an object that may have no members but the named ones.
func exactMembers(data []byte, names ...string) (map[string]json.RawMessage, error) {
	all, err := members(data)
	if err != nil {
		return nil, err
	}
	known := 0
	for _, name := range names {
		if _, ok := all[name]; ok {
			known++
		}
	}
	if known != len(all) {
		return nil, fmt.Errorf("a member that is none of %s", strings.Join(names, ", "))
	}
	return all, nil
}

// decodeBase64 reads padded base64 of either alphabet, as DSSE asks of
// verifiers: no line breaks, no stray bits, no mixture.
func decodeBase64(raw json.RawMessage, limit int) ([]byte, error) {
	text, err := decodeString(raw, limit)
	if err != nil {
		return nil, err
	}
	if strings.ContainsAny(text, "\r\n") {
		return nil, errors.New("line breaks in base64")
	}
	alphabet := base64.StdEncoding
	if strings.ContainsAny(text, "-_") {
		alphabet = base64.URLEncoding
	}
	out, err := alphabet.Strict().DecodeString(text)
	if err != nil {
		return nil, errors.New("want padded base64")
	}
	return out, nil
}
