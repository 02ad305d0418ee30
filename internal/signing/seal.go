package signing

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
)

// A sealed value is: version byte, 12 bytes of derivation salt, 12 bytes of
// nonce, AES-256-GCM ciphertext with its tag. Each value has a key of its own,
// HKDF-SHA256 of the master key over kind, tenant, purpose and salt, so random
// nonces never come near their limit however much one tenant seals.
const (
	sealVersion = 1
	saltSize    = 12
	nonceSize   = 12
	headSize    = 1 + saltSize + nonceSize
	tagSize     = 16
)

// Kinds keep wrapped data keys and sealed secrets apart: one is never accepted
// as the other.
const (
	kindDataKey = "data-key"
	kindSecret  = "secret"
)

// errSealed says nothing of the cause on purpose: wrong tenant, wrong purpose
// and damage look alike.
var errSealed = errors.New("signing: sealed value does not open: damaged, or sealed for another tenant, purpose or master key")

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

func (c *Custody) seal(kind, tenant, purpose string, plain []byte) []byte {
	out := make([]byte, headSize, headSize+len(plain)+tagSize)
	out[0] = sealVersion
	c.clk.Random(out[1:headSize])
	context := bind(kind, tenant, purpose)
	return c.aead(context, out[1:1+saltSize]).Seal(out, out[1+saltSize:headSize], plain, context)
}

func (c *Custody) open(kind, tenant, purpose string, sealed []byte) ([]byte, error) {
	if len(sealed) < headSize+tagSize || sealed[0] != sealVersion {
		return nil, errSealed
	}
	context := bind(kind, tenant, purpose)
	plain, err := c.aead(context, sealed[1:1+saltSize]).Open(nil, sealed[1+saltSize:headSize], sealed[headSize:], context)
	if err != nil {
		return nil, errSealed
	}
	return plain, nil
}

// aead derives the key of one value. It fails for no input of a fixed size, so
// an error is a broken invariant of ours.
func (c *Custody) aead(context, salt []byte) cipher.AEAD {
	key, err := hkdf.Key(sha256.New, c.master[:], salt, string(context), 32)
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
