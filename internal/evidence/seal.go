package evidence

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/receipt"

	"github.com/klauspost/compress/s2"
)

// MACSize is the length of the keyed hashes that stand for personal data in
// dedup and subject rows.
const MACSize = 16

// MAC stands for a value that may not stand in the clear.
type MAC [MACSize]byte

// TenantKeys are one tenant's unwrapped data keys. They are safe for concurrent
// use.
type TenantKeys struct {
	Tenant domain.TenantID
	LogID  string

	dedup, index *keyedMAC
	rings        map[domain.Ring]*ringKeys // fixed after loading
	ciphers      *subjectCiphers           // of the keyring; nil for keys of no store
	work         sync.Pool                 // of *sealWork
}

// ringKeys seal what belongs to one ring.
type ringKeys struct {
	payload *lazyAEAD // wraps content keys
	version int64     // of payload
	older   map[int64]*lazyAEAD
	subject *keyedMAC       // derives subjects' keys
	ciphers *subjectCiphers // shared by all tenants
}

// Dedup is HMAC(tenant dedup key, value): what dedup rows hold in place of an
// event ID or an idempotency key.
func (k *TenantKeys) Dedup(value string) MAC {
	sum := k.dedup.of(value)
	return MAC(sum[:MACSize])
}

// Subject is HMAC(tenant index key, kind and value).
func (k *TenantKeys) Subject(s domain.Subject) MAC {
	sum := k.index.of(string(s.Kind), "\x00", s.Value)
	return MAC(sum[:MACSize])
}

// Index is HMAC(tenant index key, parts), for state that goes by a personal
// value. Parts may not hold NUL.
func (k *TenantKeys) Index(parts ...string) MAC {
	with := make([]string, 0, 2*len(parts))
	for _, p := range parts {
		with = append(with, p, "\x00\x00") // no subject has this form
	}
	sum := k.index.of(with...)
	return MAC(sum[:MACSize])
}

// sealWork is the reusable memory of one Seal.
type sealWork struct {
	commit commitState
	random []byte
	plain  []byte
}

// sealedUnit is a unit's personal part after sealing.
type sealedUnit struct {
	commitments []receipt.Commitment
	blob        []byte // AES-256-GCM of groups and salts under the content key
	// wrapped is the content key under the ring's payload key, then for each
	// subject its MAC and the content key under the subject's own key.
	wrapped    []byte
	keyVersion int64
	subjects   []MAC // without repetition
}

// Sizes in a wrapped column.
const (
	wrapSize        = nonceSize + 32 + 16
	subjectWrapSize = MACSize + wrapSize
)

// Seal makes the unit's salted commitments and encrypts its groups under a
// content key of their own, which is wrapped once by the tenant's key and once
// per subject: destroying the wraps destroys the payload and leaves every proof
// valid. It needs no order and runs in the caller's goroutine.
func (k *TenantKeys) Seal(u *Unit, clk clock.Clock) error {
	ring := k.rings[u.Ring]
	if ring == nil {
		return fmt.Errorf("no keys for ring %q", u.Ring)
	}
	w, _ := k.work.Get().(*sealWork)
	if w == nil {
		w = &sealWork{commit: commitState{h: sha256.New()}}
	}
	defer k.work.Put(w)
	// All randomness in one draw: content key, salts, nonces of the wraps.
	need := 32 + len(u.Groups)*receipt.SaltSize + (1+len(u.Subjects))*nonceSize
	w.random = slices.Grow(w.random[:0], need)[:need]
	defer clear(w.random)
	clk.Random(w.random)
	rest := w.random
	draw := func(n int) []byte { out := rest[:n:n]; rest = rest[n:]; return out }

	content := draw(32)
	defer func() { clear(w.plain) }()
	plain := w.plain[:0]
	u.sealed.commitments = make([]receipt.Commitment, len(u.Groups))
	for i := range u.Groups {
		g := &u.Groups[i]
		copy(g.Salt[:], draw(receipt.SaltSize))
		u.sealed.commitments[i] = receipt.Commitment{Name: g.Name, Hash: w.commit.commit(&g.Salt, g.Value)}
		plain = append(plain, byte(len(g.Name)))
		plain = append(plain, g.Name...)
		plain = append(plain, g.Salt[:]...)
		plain = binary.BigEndian.AppendUint32(plain, uint32(len(g.Value)))
		plain = append(plain, g.Value...)
	}
	w.plain = plain
	blob := pack(plain)
	gcm, err := newGCM(content)
	if err != nil {
		return err
	}
	// The content key encrypts this one text, so a fixed nonce never repeats.
	u.sealed.blob = gcm.Seal(blob[:0], zeroNonce[:], blob, k.sealContext(u.sealed.commitments))
	payload, err := ring.payload.get()
	if err != nil {
		return err
	}
	wrapped := make([]byte, 0, wrapSize+len(u.Subjects)*subjectWrapSize)
	wrapped = wrap(wrapped, payload, draw(nonceSize), content, []byte(k.LogID))
	u.sealed.subjects = make([]MAC, 0, len(u.Subjects))
	for _, s := range u.Subjects {
		mac := k.Subject(s)
		if slices.Contains(u.sealed.subjects, mac) {
			continue
		}
		aead, err := ring.subjectAEAD(mac)
		if err != nil {
			return err
		}
		wrapped = wrap(append(wrapped, mac[:]...), aead, draw(nonceSize), content, mac[:])
		u.sealed.subjects = append(u.sealed.subjects, mac)
	}
	u.sealed.wrapped, u.sealed.keyVersion = wrapped, ring.version
	return nil
}

// nonceSize is AES-GCM's.
const nonceSize = 12

var zeroNonce [nonceSize]byte

// Forms of a payload before encryption, in its first byte.
const (
	formPlain = 0
	formS2    = 1 // one S2 block (github.com/klauspost/compress/s2)
)

// maxPayload bounds what one payload may unpack to.
const maxPayload = 64 << 20

// pack compresses a payload: JSON of our own schemas shrinks to about half,
// which is half of what a commit writes. It leaves room for the tag.
func pack(plain []byte) []byte {
	out := make([]byte, 1+max(s2.MaxEncodedLen(len(plain)), len(plain)), 1+s2.MaxEncodedLen(len(plain))+16)
	if n := len(s2.Encode(out[1:], plain)); n < len(plain) {
		out[0] = formS2
		return out[:1+n]
	}
	out[0] = formPlain
	return append(out[:1], plain...)
}

func unpack(packed []byte) ([]byte, error) {
	if len(packed) == 0 {
		return nil, ErrSealed
	}
	switch packed[0] {
	case formPlain:
		return packed[1:], nil
	case formS2:
		if n, err := s2.DecodedLen(packed[1:]); err != nil || n > maxPayload {
			return nil, ErrSealed
		}
		plain, err := s2.Decode(nil, packed[1:])
		if err != nil {
			return nil, ErrSealed
		}
		return plain, nil
	}
	return nil, fmt.Errorf("%w: unknown form %d", ErrSealed, packed[0])
}

// sealContext binds the sealed text to its leaf: moved to another leaf, it does
// not open.
func (k *TenantKeys) sealContext(cs []receipt.Commitment) []byte {
	aad := make([]byte, 0, len(k.LogID)+len(cs)*receipt.HashSize)
	aad = append(aad, k.LogID...)
	for i := range cs {
		aad = append(aad, cs[i].Hash[:]...)
	}
	return aad
}

// subjectAEAD is the key of one subject, derived from the ring's subject key
// and the subject's MAC: rekeying knows nothing else of a subject.
func (k *ringKeys) subjectAEAD(mac MAC) (cipher.AEAD, error) {
	if a := k.ciphers.get(k, mac); a != nil {
		return a, nil
	}
	key := k.subject.of(string(mac[:]))
	a, err := newGCM(key[:])
	if err == nil {
		k.ciphers.put(k, mac, a)
	}
	return a, err
}

// wrap appends an encrypted content key: nonce, then ciphertext.
func wrap(dst []byte, aead cipher.AEAD, nonce, key, aad []byte) []byte {
	return aead.Seal(append(dst, nonce...), nonce, key, aad)
}

func newGCM(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("content key: %w", err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("content key: %w", err)
	}
	return gcm, nil
}

// storedPayload is a payload row.
type storedPayload struct {
	ring            domain.Ring
	version         int64
	wrapped, sealed []byte
}

// ErrSealed says that a payload does not open: another key, or altered bytes.
var ErrSealed = errors.New("sealed payload does not open")

// open decrypts a payload row against its leaf's commitments and checks every
// opened group against its commitment.
func (k *TenantKeys) open(h *receipt.Header, p *storedPayload) ([]Group, error) {
	content, err := k.unwrap(p)
	if err != nil {
		return nil, err
	}
	gcm, err := newGCM(content)
	if err != nil {
		return nil, err
	}
	packed, err := gcm.Open(nil, zeroNonce[:], p.sealed, k.sealContext(h.Commitments))
	if err != nil {
		return nil, ErrSealed
	}
	plain, err := unpack(packed)
	if err != nil {
		return nil, err
	}
	groups := make([]Group, 0, len(h.Commitments))
	for i := range h.Commitments {
		g, rest, err := cutGroup(plain)
		if err != nil {
			return nil, err
		}
		if want := h.Commitments[i]; g.Name != want.Name || receipt.Commit(g.Salt, g.Value) != want.Hash {
			return nil, fmt.Errorf("%w: group %q is not what the leaf commits to", ErrSealed, g.Name)
		}
		groups, plain = append(groups, g), rest
	}
	return groups, nil
}

// unwrap gives a payload's content key.
func (k *TenantKeys) unwrap(p *storedPayload) ([]byte, error) {
	var held *lazyAEAD
	if ring := k.rings[p.ring]; ring != nil {
		held = ring.payloadKey(p.version)
	}
	if held == nil {
		return nil, fmt.Errorf("%w: payload key %q version %d is not held", ErrSealed, p.ring, p.version)
	}
	if len(p.wrapped) < wrapSize {
		return nil, ErrSealed
	}
	aead, err := held.get()
	if err != nil {
		return nil, err
	}
	content, err := aead.Open(nil, p.wrapped[:nonceSize], p.wrapped[nonceSize:wrapSize], []byte(k.LogID))
	if err != nil {
		return nil, ErrSealed
	}
	return content, nil
}

func cutGroup(b []byte) (Group, []byte, error) {
	if len(b) < 1 || len(b) < 1+int(b[0])+receipt.SaltSize+4 {
		return Group{}, nil, ErrSealed
	}
	name := int(b[0])
	g := Group{Name: string(b[1 : 1+name])}
	b = b[1+name:]
	copy(g.Salt[:], b)
	b = b[receipt.SaltSize:]
	size := uint64(binary.BigEndian.Uint32(b))
	b = b[4:]
	if uint64(len(b)) < size {
		return Group{}, nil, ErrSealed
	}
	g.Value = b[:size:size]
	return g, b[size:], nil
}
