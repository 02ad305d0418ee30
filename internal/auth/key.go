package auth

import (
	"log/slog"
	"slices"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/tenant"
)

// Secret is an API key's text, shown once. It prints as *** everywhere; Reveal
// gives it to the one response that shows it.
type Secret string

// Reveal gives the text.
func (s Secret) Reveal() string { return string(s) }

// String hides the text.
func (Secret) String() string { return "***" }

// GoString hides the text from %#v.
func (Secret) GoString() string { return "***" }

// LogValue hides the text from logs.
func (Secret) LogValue() slog.Value { return slog.StringValue("***") }

// MarshalText hides the text from encoders.
func (Secret) MarshalText() ([]byte, error) { return []byte("***"), nil }

// Limits narrow what a key may claim for its events. Empty personas or rings
// allow the tenant's default only; empty missions allow every mission.
type Limits struct {
	Personas []domain.Persona   `json:"personas,omitempty"`
	Rings    []domain.Ring      `json:"rings,omitempty"`
	Missions []domain.MissionID `json:"missions,omitempty"`
}

// maxMissions bounds the missions of one key.
const maxMissions = 100

func (l Limits) validate() error {
	if _, bad := missing(l.Personas, []domain.Persona{domain.Guardian, domain.Sentinel}); bad {
		return fault.New(fault.Invalid, "personas must be guardian or sentinel").At("limits.personas")
	}
	if _, bad := missing(l.Rings, domain.Rings()); bad {
		return fault.New(fault.Invalid, "rings must be of %v", domain.Rings()).At("limits.rings")
	}
	if len(l.Missions) > maxMissions || slices.Contains(l.Missions, "") {
		return fault.New(fault.Invalid, "missions must be at most %d names", maxMissions).At("limits.missions")
	}
	for _, m := range l.Missions {
		if len(m) > 128 || tenant.CheckName("limits.missions", string(m)) != nil {
			return fault.New(fault.Invalid, "a mission's name is 1 to 100 printable characters").At("limits.missions")
		}
	}
	return nil
}

// within checks that l allows nothing that the caller's own key doesn't.
func (l Limits) within(caller *domain.Principal, t *tenant.Tenant) error {
	if p, bad := missing(l.Personas, append(slices.Clone(caller.Personas), t.Settings.Persona)); bad {
		return fault.New(fault.Forbidden, "your own key may not use persona %s", p).At("limits.personas")
	}
	if r, bad := missing(l.Rings, append(slices.Clone(caller.Rings), t.Settings.Ring)); bad {
		return fault.New(fault.Forbidden, "your own key may not use ring %s", r).At("limits.rings")
	}
	if len(caller.Missions) == 0 {
		return nil
	}
	if _, bad := missing(l.Missions, caller.Missions); bad || len(l.Missions) == 0 {
		return fault.New(fault.Forbidden, "your own key is limited to some missions; name those of them that the new key may use").At("limits.missions")
	}
	return nil
}

// Key is an API key without its secret.
type Key struct {
	ID         domain.KeyID
	Tenant     domain.TenantID
	Principal  domain.PrincipalID
	Name       string
	Env        string
	Scopes     []domain.Scope
	Limits     Limits
	CreatedAt  domain.Micros
	ExpiresAt  domain.Micros // 0: never
	RevokedAt  domain.Micros // 0: not revoked
	LastUsedAt domain.Micros // to about a minute; 0: never
	Replaces   domain.KeyID  // the key that this one was rotated from

	mac []byte
}

// live tells whether the key is neither revoked nor expired.
func (k *Key) live(now domain.Micros) bool {
	return k.RevokedAt == 0 && (k.ExpiresAt == 0 || now < k.ExpiresAt)
}

// Status is "active", "expired" or "revoked".
func (k *Key) Status(now domain.Micros) string {
	switch {
	case k.RevokedAt != 0:
		return "revoked"
	case !k.live(now):
		return "expired"
	}
	return "active"
}

// NewKey is a key to be made.
type NewKey struct {
	Tenant    domain.TenantID    // empty: the actor's
	Principal domain.PrincipalID // empty: the actor
	Name      string
	Scopes    []domain.Scope
	Limits    Limits
	ExpiresAt domain.Micros // 0: never
}

func (n *NewKey) validate(actor evidence.Actor, now domain.Micros) error {
	if actor.Principal == nil {
		return fault.New(fault.Forbidden, "nobody acts")
	}
	if n.Tenant == "" {
		n.Tenant = actor.Principal.Tenant
	}
	if n.Principal == "" {
		n.Principal = actor.Principal.ID
	}
	if err := tenant.CheckName("name", n.Name); err != nil {
		return err
	}
	if s, bad := missing(n.Scopes, domain.AllScopes()); bad {
		return fault.New(fault.Invalid, "no such scope: %.40q", string(s)).At("scopes")
	}
	if len(n.Scopes) == 0 {
		return fault.New(fault.Invalid, "name at least one scope").At("scopes")
	}
	n.Scopes = intersect(domain.AllScopes(), n.Scopes) // once each, in a fixed order
	if n.ExpiresAt != 0 && n.ExpiresAt <= now {
		return fault.New(fault.Invalid, "expires_at must be in the future").At("expires_at")
	}
	return n.Limits.validate()
}
