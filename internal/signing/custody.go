package signing

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"log/slog"
	"sync"

	"frostgate.io/frostgate/internal/clock"

	"golang.org/x/mod/sumdb/note"
)

// hidden is how every secret prints.
const hidden = "***"

// Custody holds the server's keys. It is immutable after Open and safe for
// concurrent use.
type Custody struct {
	clk    clock.Clock
	master [32]byte
	pepper [32]byte
	signer note.Signer
	vkey   string
	macs   sync.Pool // of *macState
}

// Signer signs checkpoints with the log key.
func (c *Custody) Signer() note.Signer { return c.signer }

// VerifierKey is the public key in note form (name+hash+base64), which anybody
// may have.
func (c *Custody) VerifierKey() string { return c.vkey }

// Origin is the name of the log key, the base of every log's origin.
func (c *Custody) Origin() string { return c.signer.Name() }

// Labels keep the uses of the pepper apart: results of one never equal
// another's.
const (
	labelAPIKey = "frostgate/api-key/v1\x00"
	labelPlain  = "frostgate/mac/v1\x00"
)

// APIKeyMAC is HMAC-SHA256 under the pepper over the key ID and its secret:
// what the store holds instead of the secret.
func (c *Custody) APIKeyMAC(keyID, secret string) []byte {
	m := c.macs.Get().(*macState)
	defer c.macs.Put(m)
	m.buf = append(m.buf[:0], labelAPIKey...)
	m.buf = append(m.buf, keyID...)
	m.buf = append(m.buf, 0)
	m.buf = append(m.buf, secret...)
	sum := m.sum(m.buf)
	clear(m.buf)
	return sum
}

// MACKey is HMAC-SHA256 under the pepper over msg, for values that are
// compared but must not be readable in the store.
func (c *Custody) MACKey(msg []byte) []byte {
	m := c.macs.Get().(*macState)
	defer c.macs.Put(m)
	m.buf = append(m.buf[:0], labelPlain...)
	return m.sum(m.buf, msg)
}

// macState is reused between calls: a keyed hash costs more to set up than to
// run.
type macState struct {
	h   hash.Hash
	buf []byte
}

func (c *Custody) newMACState() any {
	return &macState{h: hmac.New(sha256.New, c.pepper[:])}
}

func (m *macState) sum(parts ...[]byte) []byte {
	m.h.Reset()
	for _, p := range parts {
		m.h.Write(p)
	}
	return m.h.Sum(make([]byte, 0, sha256.Size))
}

// String hides the keys.
func (c *Custody) String() string { return hidden }

// GoString hides the keys from %#v.
func (c *Custody) GoString() string { return hidden }

// LogValue hides the keys from logs.
func (c *Custody) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides the keys from encoders.
func (c *Custody) MarshalText() ([]byte, error) { return []byte(hidden), nil }
