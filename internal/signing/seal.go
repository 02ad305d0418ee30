package signing

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
)

// A sealed value is: version byte, in version 2 the four bytes of the master
// key's ID, 12 bytes of derivation salt, 12 bytes of nonce, AES-256-GCM
// ciphertext with its tag. Version 1 is under the folder's first master key and
// is what that key writes, so that a release that knows version 1 only still
// reads it. Each value has a key of its own, HKDF-SHA256 of the master key over
// kind, tenant, purpose and salt, so random nonces never come near their limit
// however much one tenant seals.
const (
	versionFirst = 1
	versionNamed = 2
	saltSize     = 12
	nonceSize    = 12
	tagSize      = 16
)

// Kinds keep wrapped data keys and sealed secrets apart: one is never accepted
// as the other.
const (
	kindDataKey = "data-key"
	kindSecret  = "secret"
)

// ErrSealed is a value that does not open. It says nothing of the cause on
// purpose: wrong tenant, wrong purpose and damage look alike.
var ErrSealed = errors.New("signing: sealed value does not open: damaged, or sealed for another tenant, purpose or master key")

// DataKey is an AES-256 key of one tenant and purpose, in the clear.
type DataKey [32]byte

// String hides the key.
func (DataKey) String() string { return hidden }

// GoString hides the key from %#v.
func (DataKey) GoString() string { return hidden }

// LogValue hides the key from logs.
func (DataKey) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides the key from encoders.
func (DataKey) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// NewDataKey makes a random key for a tenant and purpose, and the wrapped form
// that may be stored.
func (c *Custody) NewDataKey(tenant, purpose string) (key DataKey, wrapped []byte) {
	c.clk.Random(key[:])
	return key, c.seal(kindDataKey, tenant, purpose, key[:])
}

// Unwrap opens a wrapped key; it fails for another tenant or purpose than it
// was made for.
func (c *Custody) Unwrap(tenant, purpose string, wrapped []byte) (DataKey, error) {
	plain, err := c.open(kindDataKey, tenant, purpose, wrapped)
	if err != nil {
		return DataKey{}, err
	}
	if len(plain) != len(DataKey{}) {
		return DataKey{}, fmt.Errorf("signing: data key has %d bytes", len(plain))
	}
	return DataKey(plain), nil
}

// Seal encrypts a small secret for a purpose and tenant.
func (c *Custody) Seal(purpose, tenant string, plain []byte) []byte {
	return c.seal(kindSecret, tenant, purpose, plain)
}

// Open decrypts what Seal made for the same purpose and tenant.
func (c *Custody) Open(purpose, tenant string, sealed []byte) ([]byte, error) {
	return c.open(kindSecret, tenant, purpose, sealed)
}

// head is what a value starts with that a master key seals.
func (c *Custody) head(slot int) []byte {
	if slot == 0 {
		return []byte{versionFirst}
	}
	id, err := hex.DecodeString(c.masters[slot].ID)
	if err != nil {
		panic("signing: master key with a bad ID: " + err.Error())
	}
	return append([]byte{versionNamed}, id...)
}

// masterOf finds the master key of a sealed value and where its head ends.
func (c *Custody) masterOf(sealed []byte) (slot, head int, err error) {
	switch {
	case len(sealed) > 0 && sealed[0] == versionFirst:
		return 0, 1, nil
	case len(sealed) > masterIDSize && sealed[0] == versionNamed:
		id := hex.EncodeToString(sealed[1 : 1+masterIDSize])
		// The first key names itself by version 1: a value has one form only.
		if slot := slices.IndexFunc(c.masters, func(m master) bool { return m.ID == id }); slot > 0 {
			return slot, 1 + masterIDSize, nil
		}
		return 0, 0, fmt.Errorf("%w (master key %s is not in the key folder)", ErrSealed, id)
	}
	return 0, 0, ErrSealed
}

// MasterOf names the master key that a wrapped key or sealed value is under.
func (c *Custody) MasterOf(sealed []byte) (string, error) {
	slot, _, err := c.masterOf(sealed)
	if err != nil {
		return "", err
	}
	return c.masters[slot].ID, nil
}

func (c *Custody) seal(kind, tenant, purpose string, plain []byte) []byte {
	head := c.head(c.current)
	salt, start := len(head), len(head)+saltSize+nonceSize
	out := make([]byte, start, start+len(plain)+tagSize)
	copy(out, head)
	c.clk.Random(out[salt:])
	context := bind(kind, tenant, purpose)
	return c.masters[c.current].aead(context, out[salt:salt+saltSize]).Seal(out, out[salt+saltSize:start], plain, context)
}

func (c *Custody) open(kind, tenant, purpose string, sealed []byte) ([]byte, error) {
	slot, salt, err := c.masterOf(sealed)
	if err != nil {
		return nil, err
	}
	start := salt + saltSize + nonceSize
	if len(sealed) < start+tagSize {
		return nil, ErrSealed
	}
	m := &c.masters[slot]
	if !m.held {
		return nil, fmt.Errorf("%w (master key %s was destroyed)", ErrSealed, m.ID)
	}
	context := bind(kind, tenant, purpose)
	plain, err := m.aead(context, sealed[salt:salt+saltSize]).Open(nil, sealed[salt+saltSize:start], sealed[start:], context)
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

// aead derives the key of one value. It fails for no input of a fixed size, so
// an error is a broken invariant of ours.
func (m *master) aead(context, salt []byte) cipher.AEAD {
	key, err := hkdf.Key(sha256.New, m.key[:], salt, string(context), 32)
	if err != nil {
		panic("signing: derive key: " + err.Error())
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		panic("signing: cipher: " + err.Error())
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic("signing: gcm: " + err.Error())
	}
	return gcm
}

// bind writes kind, tenant and purpose with their lengths, so that no two
// different triples read alike.
func bind(kind, tenant, purpose string) []byte {
	const label = "frostgate/seal/v1"
	b := make([]byte, 0, len(label)+len(kind)+len(tenant)+len(purpose)+12)
	b = append(b, label...)
	for _, s := range [...]string{kind, tenant, purpose} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	return b
}
