package module

import (
	"context"
	"crypto/hmac"
	"encoding/base32"
	"encoding/hex"
	"log/slog"
	"strings"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// A token is "fgm_", then the module's own part of its ID, the token's ID and
// the secret, joined by underscores.
const (
	tokenPrefix = "fgm_"
	idPrefix    = "mod_"
	idBytes     = 10
	tokenBytes  = 8
	secretBytes = 32
)

// Token is a one-time enrolment token. It renders as *** wherever it is
// printed; Reveal gives the text, once, to whoever asked for it.
type Token struct {
	ID        string // public part
	Module    string
	ExpiresAt domain.Micros

	secret string
}

// Reveal is the whole token.
func (t Token) Reveal() string {
	return tokenPrefix + strings.TrimPrefix(t.Module, idPrefix) + "_" + t.ID + "_" + t.secret
}

// String hides the secret.
func (Token) String() string { return "***" }

// GoString hides the secret from %#v.
func (Token) GoString() string { return "***" }

// LogValue hides the secret from logs.
func (Token) LogValue() slog.Value { return slog.StringValue("***") }

// ParseToken splits a token's text; it says nothing about whether it is good.
func ParseToken(text string) (Token, error) {
	parts := strings.Split(strings.TrimPrefix(text, tokenPrefix), "_")
	if !strings.HasPrefix(text, tokenPrefix) || len(parts) != 3 ||
		!isHex(parts[0], 2*idBytes) || !isHex(parts[1], 2*tokenBytes) || len(parts[2]) != base32Secret().EncodedLen(secretBytes) {
		return Token{}, errToken()
	}
	return Token{ID: parts[1], Module: idPrefix + parts[0], secret: parts[2]}, nil
}

// errToken is the same for every reason: a guess learns nothing.
func errToken() error {
	return fault.New(fault.TokenInvalid, "the enrolment token is not valid: it is wrong, used, replaced or over").At("token")
}

func base32Secret() *base32.Encoding {
	return base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
}

func isHex(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789abcdef") == ""
}

// newToken makes a token of a module; ExpiresAt is set when it is stored.
func (s *Service) newToken(module string) Token {
	id, secret := make([]byte, tokenBytes), make([]byte, secretBytes)
	s.Clock.Random(id)
	s.Clock.Random(secret)
	return Token{ID: hex.EncodeToString(id), Module: module, secret: base32Secret().EncodeToString(secret)}
}

// mac is what the store holds of a token. It names tenant and module, so that
// a row moved elsewhere opens nothing.
func (s *Service) mac(tenant domain.TenantID, t Token) []byte {
	return s.MAC.MACKey([]byte("module-token/v1\x00" + string(tenant) + "\x00" + t.Module + "\x00" + t.ID + "\x00" + t.secret))
}

// storeToken writes a token and ends those of the module that were not used.
func (s *Service) storeToken(ctx context.Context, tx *db.Tx, tenant domain.TenantID, t *Token) error {
	if _, err := tx.Exec(ctx, revokeTokens, tenant, t.Module, tx.Now); err != nil {
		return err
	}
	t.ExpiresAt = tx.Now + domain.Micros(s.cfg.TokenTTL.Microseconds())
	_, err := tx.Exec(ctx, insertToken, tenant, t.ID, t.Module, s.mac(tenant, *t), tx.Now, t.ExpiresAt)
	return err
}

// checkToken compares a presented token with the stored one, in constant time.
// That it is used once is decided where it is used.
func (s *Service) checkToken(ctx context.Context, tx *db.Tx, tenant domain.TenantID, t Token) error {
	var module string
	var mac []byte
	var expires, used, revoked domain.Micros
	found, err := tx.Get(ctx, selectToken, []any{tenant, t.ID}, &module, &mac, &expires, &used, &revoked)
	if err != nil {
		return err
	}
	same := hmac.Equal(mac, s.mac(tenant, t))
	if !found || !same || module != t.Module || used != 0 || revoked != 0 || expires <= tx.Now {
		return errToken()
	}
	return nil
}
