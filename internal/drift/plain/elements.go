package plain

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/jsondoc"
)

// maxIDs is how many identifiers are worth reading at a time; nobody knows more
// of them by heart.
const maxIDs = 3

// cameAndWent says what came to a set and what went; false: neither.
func cameAndWent(came, went []string, limit int) (string, bool) {
	var text string
	if len(came) > 0 {
		text = several("+ ", " added: ", came, limit)
	}
	if len(went) > 0 {
		text += strings.Repeat("  ", min(1, len(text))) + several("− ", " removed: ", went, limit)
	}
	return cut(text, 2*limit), text != ""
}

// several lists texts behind a sign. Where not all fit, it says first how many
// they are.
func several(sign, of string, list []string, limit int) string {
	shown, size := 0, 0
	for shown < len(list) {
		size += utf8.RuneCountInString(list[shown]) + len(", ")
		if shown > 0 && limit > 0 && size > limit || shown >= maxIDs && isGUID(list[shown]) {
			break
		}
		shown++
	}
	text := strings.Join(list[:shown], ", ")
	if more := len(list) - shown; more > 0 {
		return strconv.Itoa(len(list)) + of + text + " and " + strconv.Itoa(more) + " more"
	}
	return sign + text
}

func isGUID(s string) bool {
	return len(s) == 36 && s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-'
}

// elementsChange says which objects came to a list and which went, in words.
func elementsChange(from, to []byte, limit int) (string, bool) {
	isObject := func(v jsondoc.Value) bool { return v.Kind() == jsondoc.Object }
	old, ok1 := elements(from, isObject)
	now, ok2 := elements(to, isObject)
	if !ok1 || !ok2 {
		return "", false
	}
	return cameAndWent(inWords(without(now, old, 0), limit), inWords(without(old, now, 0), limit), limit)
}

// inWords describes objects, given as JSON: by their only value, else by all.
func inWords(list []string, limit int) []string {
	for i, raw := range list {
		doc, err := jsondoc.Parse([]byte(raw), jsondoc.Limits{})
		if err != nil {
			continue // secrets were hidden in it: shown as it is
		}
		var parts []string
		only := ""
		for name, v := range doc.Root().Members() {
			if strings.HasPrefix(name, "@odata.") {
				continue
			}
			only = Value(v.Raw(), limit)
			parts = append(parts, name+" "+only)
		}
		switch len(parts) {
		case 0:
		case 1:
			list[i] = cut(only, limit)
		default:
			list[i] = cut(strings.Join(parts, ", "), limit)
		}
		if len(parts) > 1 && len(list) > 1 {
			list[i] = "(" + list[i] + ")"
		}
	}
	return list
}
