package plain

import (
	"bytes"

	"frostgate.io/frostgate/internal/jsondoc"
)

// standings are what objects call their own state; of several the first says it.
var standings = []string{"state", "isEnabled", "enabled", "accountEnabled", "status"}

// Object says of an object that is new or gone in what state it is or was, as
// "new, enabled"; empty where it has no state of its own.
func Object(from, to []byte) string {
	switch {
	case len(from) == 0 && len(to) > 0:
		if s := standing(to); s != "" {
			return "new, " + s
		}
	case len(to) == 0 && len(from) > 0:
		if s := standing(from); s != "" {
			return "removed, was " + s
		}
	}
	return ""
}

func standing(raw []byte) string {
	if raw[0] != '{' {
		return ""
	}
	doc, err := jsondoc.Parse(raw, jsondoc.Limits{MaxBytes: 4 << 20, MaxNodes: 1 << 16})
	if err != nil {
		return ""
	}
	found := map[string][]byte{}
	for name, v := range doc.Root().Members() {
		if v.Kind() < jsondoc.Array && !isSecret(v.Raw()) {
			found[name] = v.Raw()
		}
	}
	for _, name := range standings {
		v := found[name]
		switch {
		case bytes.Equal(v, []byte("true")):
			return "enabled"
		case bytes.Equal(v, []byte("false")):
			return "disabled"
		case string(v) == `"enabledForReportingButNotEnforced"`:
			return "report-only"
		case len(v) > 2 && v[0] == '"':
			return Value(v, 40)
		}
	}
	return ""
}
