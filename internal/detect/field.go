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

// fieldNamed returns the event field that has a name in documents.
func fieldNamed(name string) (field, bool) {
	switch name {
	case "event_type":
		return field{
			func(e *domain.Event) string { return e.Type },
			func(e *domain.Event, s string) bool { e.Type = s; return s != "" },
		}, true
	case "src_ip":
		return field{
			func(e *domain.Event) string { return e.SourceIP },
			func(e *domain.Event, s string) bool { e.SourceIP = s; return true },
		}, true
	case "user":
		return field{
			func(e *domain.Event) string { return e.User },
			func(e *domain.Event, s string) bool { e.User = s; return true },
		}, true
	case "host":
		return field{
			func(e *domain.Event) string { return e.Host },
			func(e *domain.Event, s string) bool { e.Host = s; return true },
		}, true
	case "persona":
		return field{
			func(e *domain.Event) string { return string(e.Persona) },
			func(e *domain.Event, s string) bool { e.Persona = domain.Persona(s); return s != "" },
		}, true
	case "classification":
		return field{
			func(e *domain.Event) string { return string(e.Ring) },
			func(e *domain.Event, s string) bool { e.Ring = domain.Ring(s); return s != "" },
		}, true
	case "fail_count":
		return field{
			func(e *domain.Event) string { return strconv.FormatInt(e.FailCount, 10) },
			func(e *domain.Event, s string) bool {
				n, err := strconv.ParseInt(s, 10, 64)
				e.FailCount, e.HasFailCount = n, true
				return err == nil
			},
		}, true
	case "has_fail_count":
		return field{func(e *domain.Event) string { return strconv.FormatBool(e.HasFailCount) }, nil}, true
	case "source":
		return field{func(e *domain.Event) string { return e.Source }, nil}, true
	case "mission":
		return field{func(e *domain.Event) string { return string(e.Mission) }, nil}, true
	}
	return field{}, false
}
