package tenant

import (
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Class is a quota class: routes of one class share a rate limit.
type Class string

// The quota classes.
const (
	ClassDefend Class = "defend" // decisions
	ClassRead   Class = "read"
	ClassWrite  Class = "write" // changes
)

// Classes lists the quota classes in a fixed order.
func Classes() []Class { return []Class{ClassDefend, ClassRead, ClassWrite} }

// Rate is a limit of requests: a steady rate and how many may come at once.
type Rate struct {
	PerSecond int64 `json:"per_second,omitzero"` // 0 follows the default
	Burst     int64 `json:"burst,omitzero"`      // 0 follows the default
}

// maxRate bounds both fields of a Rate, so that arithmetic in nanoseconds
// can't overflow.
const maxRate = 10_000_000

// Rates are the limits of all quota classes.
type Rates struct {
	Defend Rate `json:"defend,omitzero"`
	Read   Rate `json:"read,omitzero"`
	Write  Rate `json:"write,omitzero"`
}

// Of gives the rate of a class; an unknown class has the strictest.
func (r *Rates) Of(c Class) Rate {
	switch c {
	case ClassDefend:
		return r.Defend
	case ClassRead:
		return r.Read
	}
	return r.Write
}

// Settings is what a tenant may set for itself. A zero field follows the
// default, so a better default reaches everybody who set nothing.
type Settings struct {
	// Persona and Ring of events that name none.
	Persona domain.Persona `json:"persona,omitzero"`
	Ring    domain.Ring    `json:"ring,omitzero"`
	// ClockStaleMS is how far an event's time may be from the server's before
	// the difference counts as drift.
	ClockStaleMS int64 `json:"clock_stale_ms,omitzero"`
	// Rates limit requests.
	Rates Rates `json:"rates,omitzero"`
	// RetentionDays is how long payloads are kept, AuditRetentionDays how long
	// audit entries are; 0 keeps them (see evidence.Disposal).
	RetentionDays      int64 `json:"retention_days,omitzero"`
	AuditRetentionDays int64 `json:"audit_retention_days,omitzero"`
}

// Defaults are the settings of a tenant that set nothing.
func Defaults() Settings {
	return Settings{
		Persona:      domain.Sentinel,
		Ring:         domain.Unclass,
		ClockStaleMS: 300_000,
		Rates: Rates{
			Defend: Rate{PerSecond: 50_000, Burst: 100_000},
			Read:   Rate{PerSecond: 500, Burst: 1_000},
			Write:  Rate{PerSecond: 100, Burst: 200},
		},
	}
}

// withDefaults fills in what is zero.
func (s Settings) withDefaults() Settings {
	d := Defaults()
	fill(&s.Persona, d.Persona)
	fill(&s.Ring, d.Ring)
	fill(&s.ClockStaleMS, d.ClockStaleMS)
	for _, r := range [...]struct{ have, def *Rate }{
		{&s.Rates.Defend, &d.Rates.Defend}, {&s.Rates.Read, &d.Rates.Read}, {&s.Rates.Write, &d.Rates.Write},
	} {
		// A burst below one second's rate would throttle the steady rate itself.
		if r.have.PerSecond != 0 && r.have.Burst == 0 {
			r.have.Burst = 2 * r.have.PerSecond
		}
		fill(&r.have.PerSecond, r.def.PerSecond)
		fill(&r.have.Burst, r.def.Burst)
	}
	return s
}

func fill[T comparable](have *T, def T) {
	var zero T
	if *have == zero {
		*have = def
	}
}

// Validate says which setting is out of range.
func (s Settings) Validate() error {
	if s.Persona != "" && s.Persona != domain.Guardian && s.Persona != domain.Sentinel {
		return fault.New(fault.Invalid, "persona must be guardian or sentinel").At("settings.persona")
	}
	if s.Ring != "" && !slices.Contains(domain.Rings(), s.Ring) {
		return fault.New(fault.Invalid, "ring must be UNCLASS, CUI, SECRET or TOPSECRET").At("settings.ring")
	}
	const day, years = 86_400_000, 3650
	for _, n := range []struct {
		field      string
		value, max int64
	}{
		{"clock_stale_ms", s.ClockStaleMS, day},
		{"retention_days", s.RetentionDays, years},
		{"audit_retention_days", s.AuditRetentionDays, years},
		{"rates.defend.per_second", s.Rates.Defend.PerSecond, maxRate},
		{"rates.defend.burst", s.Rates.Defend.Burst, maxRate},
		{"rates.read.per_second", s.Rates.Read.PerSecond, maxRate},
		{"rates.read.burst", s.Rates.Read.Burst, maxRate},
		{"rates.write.per_second", s.Rates.Write.PerSecond, maxRate},
		{"rates.write.burst", s.Rates.Write.Burst, maxRate},
	} {
		if n.value < 0 || n.value > n.max {
			return fault.New(fault.Invalid, "%s must be 0 (the default) to %d", n.field, n.max).At("settings." + n.field)
		}
	}
	return nil
}

// patch merges a JSON object over the settings: a member replaces the field,
// a zero or null goes back to the default, what is absent stays.
func (s Settings) patch(doc []byte) (Settings, error) {
	if k := jsontext.Value(doc).Kind(); k != '{' {
		return s, fault.New(fault.Invalid, "settings must be an object").At("settings")
	}
	if err := json.Unmarshal(doc, &s, json.RejectUnknownMembers(true)); err != nil {
		return s, fault.Wrap(fault.Invalid, err, "settings hold an unknown or wrongly typed member%s", where(err)).At("settings")
	}
	return s, s.Validate()
}

// where names the offending member, if the decoder knows it.
func where(err error) string {
	text := err.Error()
	if _, after, ok := strings.Cut(text, `within "`); ok {
		if path, _, ok := strings.Cut(after, `"`); ok {
			return " at " + path
		}
	}
	return ""
}

func (s Settings) encode() (string, error) {
	b, err := json.Marshal(s, json.Deterministic(true))
	return string(b), err
}

// decodeSettings reads stored settings. Unknown members are a newer program's
// and an error: guessing at limits would fail open.
func decodeSettings(text string) (s Settings, err error) {
	err = json.Unmarshal([]byte(text), &s, json.RejectUnknownMembers(true))
	return s, err
}
