package signing

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"log/slog"
	"slices"
	"sync"

	"frostgate.io/frostgate/internal/clock"

	"golang.org/x/mod/sumdb/note"
)

// hidden is how every secret prints.
const hidden = "***"

// Custody holds the server's keys. It is immutable after Open and safe for
// concurrent use.
type Custody struct {
	clk     clock.Clock
	dir     string
	masters []master // the oldest first
	current int      // of masters, the one that seals
	pepper  [32]byte
	keys    []LogKey // the oldest first
	signers []note.Signer
	vkey    string
	macs    sync.Pool // of *macState
}

// Signer is the active log key, which entries name.
func (c *Custody) Signer() note.Signer { return c.signers[0] }

// Signers are all keys that sign checkpoints: the active one, then those that
// are retiring.
func (c *Custody) Signers() []note.Signer { return slices.Clone(c.signers) }

// VerifierKey is the active public key in note form (name+hash+base64), which
// anybody may have.
func (c *Custody) VerifierKey() string { return c.vkey }

// VerifierKeys are the public keys that are trusted: all that are not revoked,
// the active one first, then the newest.
func (c *Custody) VerifierKeys() []string {
	out := []string{c.vkey}
	for _, k := range slices.Backward(c.keys) {
		if k.State != Revoked && k.State != Active {
			out = append(out, k.VerifierKey)
		}
	}
	return out
}

// LogKeys are all log keys there ever were, the oldest first.
func (c *Custody) LogKeys() []LogKey { return slices.Clone(c.keys) }

// Origin is the name of the log keys, the base of every log's origin.
func (c *Custody) Origin() string { return c.signers[0].Name() }

// MasterID names the master key under which everything new is sealed.
func (c *Custody) MasterID() string { return c.masters[c.current].ID }

// MasterKeys lists the master keys, the oldest first.
func (c *Custody) MasterKeys() []MasterKey {
	out := make([]MasterKey, len(c.masters))
	for i, m := range c.masters {
		out[i] = m.MasterKey
	}
	return out
}

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
