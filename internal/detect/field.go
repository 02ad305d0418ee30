package detect

import (
	"strconv"

	"frostgate.io/frostgate/internal/domain"
)

// field is one normalised event field that documents may name.
type field struct {
	text func(*domain.Event) string
	set  func(*domain.Event, string) bool // nil: a counterfactual can't change it
}

// fields are the event fields by the name they have in documents.
func fields() map[string]field {
	return map[string]field{
		"event_type": {
			func(e *domain.Event) string { return e.Type },
			func(e *domain.Event, s string) bool { e.Type = s; return s != "" },
		},
		"source": {func(e *domain.Event) string { return e.Source }, nil},
		"src_ip": {
			func(e *domain.Event) string { return e.SourceIP },
			func(e *domain.Event, s string) bool { e.SourceIP = s; return true },
		},
		"user": {
			func(e *domain.Event) string { return e.User },
			func(e *domain.Event, s string) bool { e.User = s; return true },
		},
		"host": {
			func(e *domain.Event) string { return e.Host },
			func(e *domain.Event, s string) bool { e.Host = s; return true },
		},
		"persona": {
			func(e *domain.Event) string { return string(e.Persona) },
			func(e *domain.Event, s string) bool { e.Persona = domain.Persona(s); return s != "" },
		},
		"classification": {
			func(e *domain.Event) string { return string(e.Ring) },
			func(e *domain.Event, s string) bool { e.Ring = domain.Ring(s); return s != "" },
		},
		"mission": {func(e *domain.Event) string { return string(e.Mission) }, nil},
		"fail_count": {
			func(e *domain.Event) string { return strconv.FormatInt(e.FailCount, 10) },
			func(e *domain.Event, s string) bool {
				n, err := strconv.ParseInt(s, 10, 64)
				e.FailCount, e.HasFailCount = n, true
				return err == nil
			},
		},
		"has_fail_count": {func(e *domain.Event) string { return strconv.FormatBool(e.HasFailCount) }, nil},
	}
}
