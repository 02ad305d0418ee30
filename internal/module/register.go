package module

import (
	"context"
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
)

// Registration is what an administrator says of a new module.
type Registration struct {
	Name  string
	Kind  string
	Types []string // attestation types that it may submit
}

// Limits of what a registration says.
const (
	maxName   = 100
	maxLabel  = 64
	maxTypes  = 32
	maxReason = 500
)

func (n *Registration) check() error {
	switch {
	case strings.TrimSpace(n.Name) == "" || len(n.Name) > maxName || !isText(n.Name):
		return fault.New(fault.Invalid, "name must be plain text of 1 to %d bytes", maxName).At("name")
	case !isLabel(n.Kind):
		return fault.New(fault.Invalid, "kind must be a lower-case name: a-z, then a-z 0-9 . _ -, at most %d", maxLabel).At("kind")
	case len(n.Types) == 0 || len(n.Types) > maxTypes:
		return fault.New(fault.Invalid, "types must name 1 to %d attestation types", maxTypes).At("types")
	}
	for _, t := range n.Types {
		if !isLabel(t) {
			return fault.New(fault.Invalid, "type %q must be a lower-case name: a-z, then a-z 0-9 . _ -, at most %d", t, maxLabel).At("types")
		}
	}
	slices.Sort(n.Types)
	n.Types = slices.Compact(n.Types)
	return nil
}

func isText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

func isLabel(s string) bool {
	if s == "" || len(s) > maxLabel || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789._-") == ""
}

func checkReason(reason string) error {
	if len(reason) > maxReason || !isText(reason) {
		return fault.New(fault.Invalid, "reason must be plain text of at most %d bytes", maxReason).At("reason")
	}
	return nil
}

// Create registers a module and makes its enrolment token.
func (s *Service) Create(ctx context.Context, tenant domain.TenantID, n Registration, by evidence.Actor) (*Module, Token, error) {
	n.Types = slices.Clone(n.Types)
	if err := n.check(); err != nil {
		return nil, Token{}, err
	}
	id := make([]byte, idBytes)
	s.Clock.Random(id)
	m := &Module{ID: idPrefix + hex.EncodeToString(id), Name: n.Name, Kind: n.Kind, Types: n.Types, CreatedBy: principalOf(by)}
	token := s.newToken(m.ID)
	text := changeText{Action: "register", Module: m.ID, Name: m.Name, Kind: m.Kind, Types: m.Types, Token: token.ID}
	err := s.record(ctx, tenant, text, -1, by, func(ctx context.Context, tx *db.Tx, index int64) error {
		m.LastIndex, m.CreatedAt = index, tx.Now
		if _, err := tx.Exec(ctx, insertModule, tenant, m.ID, m.Name, m.Kind, strings.Join(m.Types, ","), index, m.CreatedBy, tx.Now); err != nil {
			return err
		}
		return s.storeToken(ctx, tx, tenant, &token)
	})
	if err != nil {
		return nil, Token{}, err
	}
	return m, token, nil
}

// NewToken makes another enrolment token of a module, for a key that was lost
// or never came. Tokens of the module that were not used end.
func (s *Service) NewToken(ctx context.Context, tenant domain.TenantID, id string, by evidence.Actor) (Token, error) {
	m, err := s.live(ctx, tenant, id)
	if err != nil {
		return Token{}, err
	}
	token := s.newToken(m.ID)
	err = s.record(ctx, tenant, changeText{Action: "token", Module: m.ID, Token: token.ID}, m.LastIndex, by, func(ctx context.Context, tx *db.Tx, index int64) error {
		if err := move(ctx, tx, tenant, m, index); err != nil {
			return err
		}
		return s.storeToken(ctx, tx, tenant, &token)
	})
	if err != nil {
		return Token{}, err
	}
	return token, nil
}

// live returns a module that may still change.
func (s *Service) live(ctx context.Context, tenant domain.TenantID, id string) (*Module, error) {
	m, err := s.Module(ctx, tenant, id)
	if err == nil && m.RevokedAt != 0 {
		return nil, errRevoked()
	}
	return m, err
}

// Revoke ends a module with all its keys and tokens. What it signed stays
// recorded. Doing it again changes nothing.
func (s *Service) Revoke(ctx context.Context, tenant domain.TenantID, id, reason string, by evidence.Actor) (*Module, error) {
	if err := checkReason(reason); err != nil {
		return nil, err
	}
	m, err := s.Module(ctx, tenant, id)
	if err != nil || m.RevokedAt != 0 {
		return m, err
	}
	err = s.record(ctx, tenant, changeText{Action: "revoke", Module: id, Reason: reason}, m.LastIndex, by, func(ctx context.Context, tx *db.Tx, index int64) error {
		if err := move(ctx, tx, tenant, m, index); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, endModule, tenant, id, tx.Now, principalOf(by), reason); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, revokeKeys, tenant, id, tx.Now); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, revokeTokens, tenant, id, tx.Now)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.Module(ctx, tenant, id)
}

// RevokeKey ends one key at once. Doing it again changes nothing.
func (s *Service) RevokeKey(ctx context.Context, tenant domain.TenantID, id, key, reason string, by evidence.Actor) (*Module, error) {
	if err := checkReason(reason); err != nil {
		return nil, err
	}
	m, err := s.live(ctx, tenant, id)
	if err != nil {
		return nil, err
	}
	k := m.key(key)
	if k == nil {
		return nil, fault.New(fault.NotFound, "the module has no key %q", key)
	}
	if k.RevokedAt != 0 {
		return m, nil
	}
	err = s.record(ctx, tenant, changeText{Action: "revoke_key", Module: id, KeyID: key, Reason: reason}, m.LastIndex, by, func(ctx context.Context, tx *db.Tx, index int64) error {
		if err := move(ctx, tx, tenant, m, index); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, revokeKey, tenant, id, key, tx.Now)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.Module(ctx, tenant, id)
}
