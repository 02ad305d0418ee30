package evidence

import (
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"sync"

	"frostgate.io/frostgate/receipt"
)

// keyedMAC is HMAC-SHA256 under one long-lived key. Keying a hash costs more
// than hashing a short value, so keyed states are kept and reset.
type keyedMAC struct {
	key    [32]byte
	states sync.Pool
}

func newKeyedMAC(key [32]byte) *keyedMAC {
	m := &keyedMAC{key: key}
	m.states.New = func() any { return &macState{h: hmac.New(sha256.New, m.key[:])} }
	return m
}

type macState struct {
	h   hash.Hash
	buf []byte
	sum [sha256.Size]byte
}

// of returns the MAC of the concatenated parts.
func (m *keyedMAC) of(parts ...string) (out [sha256.Size]byte) {
	s := m.states.Get().(*macState)
	s.h.Reset()
	s.buf = s.buf[:0]
	for _, p := range parts {
		s.buf = append(s.buf, p...)
	}
	s.h.Write(s.buf)
	copy(out[:], s.h.Sum(s.sum[:0]))
	m.states.Put(s)
	return out
}

// commitState computes receipt.Commit, whose key is new each time, with one
// plain hash and no allocation: HMAC by its definition (RFC 2104 section 2).
type commitState struct {
	h   hash.Hash
	pad [sha256.BlockSize]byte
	sum [sha256.Size]byte
}

func (s *commitState) commit(salt *[receipt.SaltSize]byte, value []byte) receipt.Hash {
	s.keyed(salt, 0x36)
	s.h.Write(value)
	inner := s.h.Sum(s.sum[:0])
	s.keyed(salt, 0x5c)
	s.h.Write(inner)
	return receipt.Hash(s.h.Sum(s.sum[:0]))
}

func (s *commitState) keyed(salt *[receipt.SaltSize]byte, pad byte) {
	for i := range s.pad {
		s.pad[i] = pad
	}
	for i, b := range salt {
		s.pad[i] ^= b
	}
	s.h.Reset()
	s.h.Write(s.pad[:])
}

// subjectCiphers keeps the ciphers of subjects that were seen lately: the same
// addresses, users and hosts come again and again. All tenants share one, so that
// memory does not grow with them. A nil one keeps nothing.
type subjectCiphers struct {
	mu sync.RWMutex
	m  map[subjectCipher]cipher.AEAD // guarded by mu
}

// subjectCipher names a cipher: the keys that it comes from, and the subject. Keys
// that were read anew are others.
type subjectCipher struct {
	keys *ringKeys
	mac  MAC
}

// maxSubjectCiphers bounds the cache, about 1 KiB each; a full one starts anew.
// Making a cipher costs a microsecond.
const maxSubjectCiphers = 4096

func (c *subjectCiphers) get(k *ringKeys, m MAC) cipher.AEAD {
	if c == nil {
		return nil
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.m[subjectCipher{k, m}]
}

func (c *subjectCiphers) put(k *ringKeys, m MAC, a cipher.AEAD) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m == nil || len(c.m) >= maxSubjectCiphers {
		c.m = make(map[subjectCipher]cipher.AEAD)
	}
	c.m[subjectCipher{k, m}] = a
}

// forget drops all: keys among them were destroyed.
func (c *subjectCiphers) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.m = nil
}
