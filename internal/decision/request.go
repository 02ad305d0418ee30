package decision

import (
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/jsondoc"
)

// Limits of one request body; see the request limits in the contract.
const (
	MaxBody  = 1 << 20
	MaxDepth = 64
	// maxName bounds source, event type and the like: they are index columns.
	maxName = 512
)

// Request is a parsed defend request. Its values point into the parsed
// document.
type Request struct {
	Source        string
	TenantID      string
	Timestamp     string
	EventType     string
	Persona       string
	Ring          string
	Mission       string
	SourceEventID string
	Payload       jsondoc.Value // Absent when the request has none
	root          jsondoc.Value
}

// known are the top-level fields that the request gives meaning to; all others
// are kept beside the payload.
func known(name []byte) bool {
	switch string(name) {
	case "source", "tenant_id", "timestamp", "event_type", "event", "payload", "persona", "classification", "mission_id", "source_event_id":
		return true
	}
	return false
}

// ParseRequest reads a defend request strictly. The document is overwritten
// and must stay untouched while the Request is in use.
func ParseRequest(body []byte, doc *jsondoc.Doc) (Request, error) {
	var r Request
	if err := doc.Parse(body, jsondoc.Limits{MaxBytes: MaxBody, MaxDepth: MaxDepth}); err != nil {
		return r, err
	}
	r.root = doc.Root()
	if r.root.Kind() != jsondoc.Object {
		return r, fault.New(fault.Invalid, "the request must be a JSON object, got %s", r.root.Kind())
	}
	for _, f := range []struct {
		name string
		to   *string
	}{
		{"source", &r.Source},
		{"tenant_id", &r.TenantID},
		{"timestamp", &r.Timestamp},
		{"event_type", &r.EventType},
		{"persona", &r.Persona},
		{"classification", &r.Ring},
		{"mission_id", &r.Mission},
		{"source_event_id", &r.SourceEventID},
	} {
		if err := text(r.root, f.name, f.to); err != nil {
			return r, err
		}
	}
	for _, name := range []string{"event", "payload"} {
		v := r.root.Get(name)
		switch {
		case !v.Exists() || v.IsNull():
		case v.Kind() != jsondoc.Object:
			return r, fault.New(fault.Invalid, "%s must be an object, got %s", name, v.Kind()).At(name)
		case v.Len() > 0 && !r.Payload.Exists():
			r.Payload = v
		}
	}
	if r.EventType == "" {
		r.EventType = firstText(r.root.Path("payload", "event_type"), r.root.Path("event", "event_type"))
	}
	if len(r.EventType) > maxName {
		return r, fault.New(fault.Invalid, "event_type is longer than %d bytes", maxName).At("event_type")
	}
	if r.EventType == "" {
		r.EventType = "unknown"
	}
	return r, nil
}

// text reads an optional string member.
func text(root jsondoc.Value, name string, to *string) error {
	v := root.Get(name)
	if !v.Exists() || v.IsNull() {
		return nil
	}
	s, ok := v.Str()
	if !ok {
		return fault.New(fault.Invalid, "%s must be a string, got %s", name, v.Kind()).At(name)
	}
	if len(s) > maxName {
		return fault.New(fault.Invalid, "%s is longer than %d bytes", name, maxName).At(name)
	}
	*to = s
	return nil
}

func firstText(vs ...jsondoc.Value) string {
	for _, v := range vs {
		if s, ok := v.Str(); ok && s != "" {
			return s
		}
	}
	return ""
}
