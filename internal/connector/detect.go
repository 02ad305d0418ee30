package connector

import (
	"bytes"

	"frostgate.io/frostgate/internal/fault"
)

// detectLines is how many lines detection tries, so that one broken line at the
// beginning doesn't hide what the file is.
const detectLines = 20

// detect finds the kind of an input from its first bytes. An empty input is
// native: there is nothing to get wrong.
func detect(head []byte, name string) (Kind, error) {
	if isEventLog(head) {
		return EVTX, nil
	}
	if what := binaryKind(head); what != "" {
		return "", fault.New(fault.Invalid, "%s is %s; known formats: %s", name, what, kindNames())
	}
	head = bytes.TrimPrefix(head, []byte(utf8BOM))
	if len(bytes.TrimSpace(head)) == 0 {
		return Native, nil
	}
	if isWrapped(head) {
		return CloudTrail, nil
	}
	rest := head
	for range detectLines {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte{'\n'})
		if kind := kindOfLine(bytes.TrimSpace(line)); kind != "" {
			return kind, nil
		}
		if len(rest) == 0 {
			break
		}
	}
	return "", fault.New(fault.Invalid, "%s has no known format; name one of: %s", name, kindNames())
}

// binaryKind names well-known inputs that are no text we read.
func binaryKind(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return "UTF-16 text: save it as UTF-8 first"
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return "a zip archive: unpack it first"
	case bytes.HasPrefix(head, []byte("PAR1")):
		return "a Parquet file: export it as JSON lines first"
	}
	return ""
}

func kindOfLine(line []byte) Kind {
	if len(line) == 0 {
		return ""
	}
	if line[0] != '{' {
		if _, _, ok := cutStamp(line); ok {
			return AuthLog
		}
		return ""
	}
	keys := topKeys(line)
	has := func(names ...string) bool {
		for _, n := range names {
			if !keys[n] {
				return false
			}
		}
		return true
	}
	switch {
	case len(keys) == 0:
		return ""
	case has("eventVersion", "eventSource"), has("eventSource", "eventName", "eventID"):
		return CloudTrail
	case has("Event") && bytes.Contains(line, []byte(`"System"`)),
		has("EventID", "Channel"), has("event_id", "log_name"), has("winlog"):
		return WinEvent
	case has("@timestamp"), has("class_uid"): // ECS and OCSF also have members named event and source
		return JSONLog
	}
	for _, name := range [...]string{"event", "payload", "source", "event_type", "source_event_id", "tenant_id", "classification", "persona"} {
		if has(name) {
			return Native
		}
	}
	return JSONLog
}

// isWrapped reports whether the input begins as CloudTrail delivers files: an
// object whose first member is Records.
func isWrapped(head []byte) bool {
	s := bytes.TrimSpace(bytes.TrimPrefix(head, []byte(utf8BOM)))
	if s, ok := bytes.CutPrefix(s, []byte{'{'}); ok {
		if s, ok = bytes.CutPrefix(bytes.TrimSpace(s), []byte(`"Records"`)); ok {
			return bytes.HasPrefix(bytes.TrimSpace(s), []byte{':'})
		}
	}
	return false
}

// topKeys collects the member names of an object's outermost level as far as the
// text goes; it may be cut off or broken.
func topKeys(line []byte) map[string]bool {
	keys := map[string]bool{}
	depth, key := 0, ""
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case ':':
			if depth == 1 && key != "" {
				keys[key], key = true, ""
			}
		case '"':
			from := i + 1
			for i++; i < len(line) && line[i] != '"'; i++ {
				if line[i] == '\\' {
					i++
				}
			}
			if depth == 1 && i < len(line) {
				key = string(line[from:i])
			}
		}
	}
	return keys
}
