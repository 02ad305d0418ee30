package tenant

import (
	"encoding/base32"
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// Organisation owns tenants and principals.
type Organisation struct {
	ID        domain.OrgID
	Name      string
	CreatedAt domain.Micros
}

// Status is where a tenant is in its life.
type Status string

// The statuses. Closing is final: a closed tenant's data awaits erasure.
const (
	Active    Status = "active"
	Suspended Status = "suspended" // reads and exports stay, decisions are off
	Closing   Status = "closing"
)

// may tells whether a status may follow another.
func (s Status) may(next Status) bool {
	switch next {
	case Active:
		return s == Suspended
	case Suspended:
		return s == Active
	case Closing:
		return s == Active || s == Suspended
	}
	return false
}

// Tenant is one tenant as of its last committed change. It is immutable and
// safe to share.
type Tenant struct {
	ID        domain.TenantID
	Org       domain.OrgID
	Name      string
	LogID     string // 16 hex digits, names the tenant's log
	Slot      int64  // dense and fixed, for tables indexed by tenant
	Status    Status
	Settings  Settings // effective: defaults filled in
	CreatedAt domain.Micros

	stored Settings // as set by the tenant, zero where it follows the defaults
}

// maxName bounds the names people give to things.
const maxName = 100

// CheckName says what is wrong with a name that a person gave to something:
// 1 to 100 printable characters without space at the ends.
func CheckName(field, name string) error {
	n := utf8.RuneCountInString(name)
	bad := n == 0 || n > maxName || !utf8.ValidString(name) || strings.TrimSpace(name) != name ||
		strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) })
	if bad {
		return fault.New(fault.Invalid, "%s must be 1 to %d printable characters without space at the ends", field, maxName).At(field)
	}
	return nil
}

// NewID makes an identifier: the prefix and 20 lower-case base32 characters,
// 100 random bits.
func NewID(clk clock.Clock, prefix string) string {
	var b [13]byte
	clk.Random(b[:])
	return prefix + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:]))[:20]
}

func newLogID(clk clock.Clock) string {
	var b [8]byte
	clk.Random(b[:])
	return hex.EncodeToString(b[:])
}
