package module

import (
	"slices"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
)

// Kinds of artifacts that this package records.
const (
	// KindChange is an artifact that tells of a change of a module.
	KindChange = "module"
	// KindAttestation is an artifact that holds a module's envelope.
	KindAttestation = "attestation"
)

// Config bounds the service; a zero field means its default.
type Config struct {
	// Window is how far the time of an attestation may be from the server's, both
	// ways; default 10 minutes.
	Window time.Duration
	// TokenTTL is how long an enrolment token is good for; default 24 hours.
	TokenTTL time.Duration
	// MaxOverlap bounds how long a replaced key goes on; default 30 days.
	MaxOverlap time.Duration
}

func (c Config) withDefaults() Config {
	for _, f := range []struct {
		field *time.Duration
		value time.Duration
	}{{&c.Window, 10 * time.Minute}, {&c.TokenTTL, 24 * time.Hour}, {&c.MaxOverlap, 30 * 24 * time.Hour}} {
		if *f.field <= 0 {
			*f.field = f.value
		}
	}
	return c
}

// MAC makes keyed hashes of what is compared and must not be readable in the
// store.
type MAC interface{ MACKey(msg []byte) []byte }

// Deps are the parts that the service stands on; all are needed.
type Deps struct {
	DB    *db.DB
	Clock clock.Clock
	Log   *evidence.Sequencer
	Keys  *evidence.Keyring
	MAC   MAC
}

// Service keeps modules and takes their attestations. It is safe for
// concurrent use.
type Service struct {
	Deps
	cfg  Config
	rows *changeRows // the sequencer's goroutine owns it
}

// New returns the service.
func New(d Deps, cfg Config) *Service {
	return &Service{Deps: d, cfg: cfg.withDefaults(), rows: &changeRows{clk: d.Clock}}
}

// Module is one signer.
type Module struct {
	ID           string
	Name         string
	Kind         string        // what it is, e.g. "scanner"
	Types        []string      // attestation types that it may submit, sorted
	Counter      uint64        // the greatest one recorded
	LastIndex    int64         // log index of its latest change
	Attested     domain.Micros // when its latest attestation was recorded; 0: never
	AttestedAt   int64         // that one's log index
	CreatedBy    domain.PrincipalID
	CreatedAt    domain.Micros
	RevokedAt    domain.Micros // 0: not revoked
	RevokedBy    domain.PrincipalID
	RevokeReason string
	Keys         []Key // the oldest first
}

// Status is what may become of the module's attestations.
func (m *Module) Status(at domain.Micros) string {
	switch {
	case m.RevokedAt != 0:
		return "revoked"
	case slices.ContainsFunc(m.Keys, func(k Key) bool { return k.valid(at) }):
		return "active"
	}
	return "enrolling"
}

func (m *Module) key(id string) *Key {
	for i := range m.Keys {
		if m.Keys[i].ID == id {
			return &m.Keys[i]
		}
	}
	return nil
}

// Key is one public key of a module.
type Key struct {
	ID          string // fingerprint: module ID, plus, 8 hex digits
	VerifierKey string
	Index       int64 // log index of the artifact that brought it in
	CreatedAt   domain.Micros
	NotAfter    domain.Micros // 0: no end; set when it is replaced
	RevokedAt   domain.Micros // 0: not revoked
}

// Status is active, ending (replaced, still good), ended or revoked.
func (k *Key) Status(at domain.Micros) string {
	switch {
	case k.RevokedAt != 0:
		return "revoked"
	case k.NotAfter == 0:
		return "active"
	case at < k.NotAfter:
		return "ending"
	}
	return "ended"
}

func (k *Key) valid(at domain.Micros) bool {
	return k.RevokedAt == 0 && (k.NotAfter == 0 || at < k.NotAfter)
}

func principalOf(by evidence.Actor) domain.PrincipalID {
	if by.Principal == nil {
		return evidence.SystemPrincipal
	}
	return by.Principal.ID
}

func errRevoked() error { return fault.New(fault.ModuleRevoked, "the module was revoked") }
