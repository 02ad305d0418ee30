package auth

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"strings"
	"time"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
)

// SessionPrefix starts the text of a session. Sessions travel in cookies only;
// API keys never start like this.
const SessionPrefix = "fgs_"

// maxSessions is how many browsers one key may have signed in.
const maxSessions = 20

// SessionLife is how long a session lasts, however much it is used.
const SessionLife = 12 * time.Hour

const (
	sessionIDLen  = 22
	sessionTagLen = 43 // base64url of a SHA-256
	sessionLen    = len(SessionPrefix) + keyIDLen + 1 + sessionIDLen + 1 + sessionTagLen
)

// Session is a signed-in browser: it stands for the key that opened it and may
// never do more, nor outlive it.
type Session struct {
	Principal *domain.Principal
	CreatedAt domain.Micros
	ExpiresAt domain.Micros
}

// SessionText is a session's secret text: who holds it is signed in.
type SessionText string

// String hides the text from logs.
func (SessionText) String() string { return "***" }

// GoString hides the text from logs.
func (SessionText) GoString() string { return "***" }

// sessionText is a session in its parts. The tag is a MAC over key and id, so
// that a made-up session is refused without asking the store.
type sessionText struct {
	key     domain.KeyID
	id, tag string
}

var errSession = fault.New(fault.Unauthenticated, "the session is not valid or has ended; sign in again")

func parseSession(s string) (t sessionText, err error) {
	if len(s) != sessionLen || !strings.HasPrefix(s, SessionPrefix) {
		return t, errSession
	}
	key, rest := s[len(SessionPrefix):len(SessionPrefix)+keyIDLen], s[len(SessionPrefix)+keyIDLen:]
	id, tag := rest[1:1+sessionIDLen], rest[1+sessionIDLen:]
	if rest[0] != '_' || tag[0] != '_' || !isBase62(key) || !isBase62(id) {
		return t, errSession
	}
	return sessionText{key: domain.KeyID(key), id: id, tag: tag[1:]}, nil
}

func (t sessionText) text() SessionText {
	return SessionText(SessionPrefix + string(t.key) + "_" + t.id + "_" + t.tag)
}

func sessionTag(mac MAC, key domain.KeyID, id string) string {
	return base64.RawURLEncoding.EncodeToString(mac.MACKey([]byte("session\x00" + string(key) + "\x00" + id)))
}

// row is under what a session is stored: with it alone nobody can make the text.
func (t sessionText) row(mac MAC) []byte { return mac.MACKey([]byte("session row\x00" + t.id)) }

const (
	insertSession = `INSERT INTO session (tenant_id, mac, key_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)`
	selectSession = `SELECT created_at, expires_at FROM session WHERE tenant_id = $1 AND mac = $2 AND key_id = $3`
	deleteSession = `DELETE FROM session WHERE tenant_id = $1 AND mac = $2`
	deleteExpired = `DELETE FROM session WHERE tenant_id = $1 AND expires_at <= $2`
	// The oldest of a key go when it opens more than maxSessions.
	deleteOldest = `DELETE FROM session WHERE tenant_id = $1 AND key_id = $2 AND created_at <= (
  SELECT created_at FROM session WHERE tenant_id = $1 AND key_id = $2 ORDER BY created_at DESC, mac LIMIT 1 OFFSET $3)`
)

// OpenSession signs in with a key; by is its principal. The key's own end is the session's too.
func (s *Service) OpenSession(ctx context.Context, presented string, by evidence.Actor) (SessionText, *Session, error) {
	p, err := s.Authenticate(ctx, presented)
	if err != nil {
		return "", nil, err
	}
	c, err := s.find(ctx, p.Key)
	if err != nil {
		return "", nil, err
	}
	t := sessionText{key: p.Key, id: randomBase62(s.clk, sessionIDLen)}
	t.tag = sessionTag(s.mac, t.key, t.id)
	out := &Session{Principal: p}
	err = s.db.InTx(ctx, p.Tenant, func(tx *db.Tx) error {
		out.CreatedAt, out.ExpiresAt = tx.Now, tx.Now+domain.Micros(SessionLife.Microseconds())
		if end := c.key.ExpiresAt; end != 0 {
			out.ExpiresAt = min(out.ExpiresAt, end)
		}
		if _, err := tx.Exec(ctx, deleteExpired, p.Tenant, tx.Now); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, deleteOldest, p.Tenant, p.Key, maxSessions-1); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, insertSession, p.Tenant, t.row(s.mac), p.Key, out.CreatedAt, out.ExpiresAt); err != nil {
			return err
		}
		return evidence.Audit(ctx, tx, s.clk, by.Entry(p.Tenant, "session.open", string(p.Key)))
	})
	if err != nil {
		return "", nil, err
	}
	return t.text(), out, nil
}

// Session tells who is signed in: Unauthenticated when the session is not one
// of ours or over, KeyRevoked or KeyExpired when its key's time is over.
func (s *Service) Session(ctx context.Context, text string) (*Session, error) {
	t, err := parseSession(text)
	if err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare([]byte(sessionTag(s.mac, t.key, t.id)), []byte(t.tag)) != 1 {
		return nil, errSession
	}
	c, err := s.find(ctx, t.key)
	if err != nil {
		return nil, err
	}
	out := &Session{}
	var found bool
	err = s.db.InReadTx(ctx, c.key.Tenant, func(tx *db.Tx) (err error) {
		found, err = tx.Get(ctx, selectSession, []any{c.key.Tenant, t.row(s.mac), t.key}, &out.CreatedAt, &out.ExpiresAt)
		return err
	})
	if err != nil {
		return nil, err
	}
	now := s.clk.Now()
	if !found || out.ExpiresAt <= now {
		return nil, c.refuse(fault.Unauthenticated, errSession.Msg)
	}
	if out.Principal, err = s.admit(c, now); err != nil {
		return nil, err
	}
	return out, nil
}

// CloseSession signs out; a session that is not there is signed out already.
func (s *Service) CloseSession(ctx context.Context, text string, by evidence.Actor) error {
	t, err := parseSession(text)
	if err != nil || subtle.ConstantTimeCompare([]byte(sessionTag(s.mac, t.key, t.id)), []byte(t.tag)) != 1 {
		return nil //nolint:nilerr // what is no session can't be open
	}
	c, err := s.find(ctx, t.key)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, c.key.Tenant, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, deleteSession, c.key.Tenant, t.row(s.mac))
		if err != nil || n == 0 {
			return err
		}
		return evidence.Audit(ctx, tx, s.clk, by.Entry(c.key.Tenant, "session.close", string(t.key)))
	})
}
