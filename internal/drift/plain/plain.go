// Package plain puts changes into words that people read: where in an object
// something differs, what it was, what it is now.
//
// Invariant: the same change gives the same words, and a secret's value or hash
// is never among them. What comes from outside is cut, but not otherwise
// cleaned: who prints it on a terminal does that.
//
// It must not decide anything: exact paths and values are in the change.
package plain

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/internal/jsondoc"
)

// secret is what stands for a secret in texts.
const secret = "(secret)"

// unescape undoes the escapes of a keyed path's token.
var unescape = strings.NewReplacer("~0", "~", "~1", "/", "~2", "[", "~3", ",")

// Path gives a keyed path for reading: the names on the way, elements by their
// key. What every setting of a settings catalog has on its way is left out, the
// setting's name says it all.
func Path(keyed string) string {
	if keyed == "" {
		return ""
	}
	tokens := strings.Split(keyed[1:], "/")
	catalog := strings.Contains(keyed, "settingDefinitionId=")
	var words []string
	for i, t := range tokens {
		if catalog && wrapper(t) && (i < len(tokens)-1 || len(words) > 0) {
			continue
		}
		words = append(words, token(t))
	}
	if len(words) == 0 {
		words = []string{token(tokens[len(tokens)-1])}
	}
	return strings.Join(words, " › ")
}

// wrapper names members that hold nothing but the next.
func wrapper(token string) bool {
	switch token {
	case "settings", "settingInstance", "choiceSettingValue", "simpleSettingValue", "groupSettingValue", "choiceSettingCollectionValue",
		"simpleSettingCollectionValue", "groupSettingCollectionValue", "children", "value":
		return true
	}
	return false
}

// token gives a member's name, or an element's key without the key's name.
func token(t string) string {
	if !strings.HasPrefix(t, "[") {
		return unescape.Replace(t)
	}
	var parts []string
	for part := range strings.SplitSeq(strings.TrimSuffix(t[1:], "]"), ",") {
		name, value, keyed := strings.Cut(part, "=")
		if !keyed {
			return "#" + strings.TrimPrefix(name, "#") // by its place
		}
		parts = append(parts, setting(strings.TrimPrefix(unescape.Replace(value), "#microsoft.graph.")))
	}
	return strings.Join(parts, " ")
}

// setting drops what the names of all settings of a catalog begin with.
func setting(id string) string {
	for _, prefix := range []string{"device_vendor_msft_policy_config_", "user_vendor_msft_policy_config_", "device_vendor_msft_", "user_vendor_msft_"} {
		if rest, ok := strings.CutPrefix(id, prefix); ok && rest != "" {
			return rest
		}
	}
	return id
}

// secretText finds what stands for secrets within a document.
var secretText = regexp.MustCompile(`"frostgate-secret:[0-9a-f]{8}:[0-9a-f]{64}"`)

// Hide gives a JSON document with "(secret)" for each secret in it: what stands
// for them is different with each key, and of no use to who reads it.
func Hide(raw []byte) []byte {
	return secretText.ReplaceAllLiteral(raw, []byte(`"`+secret+`"`))
}

// Value gives a value on one line of at most limit characters: a text without
// quotes, everything else as JSON. Nothing is "".
func Value(raw []byte, limit int) string {
	switch {
	case len(raw) == 0:
		return ""
	case string(raw) == `""`:
		return `""`
	case raw[0] == '"':
		text, err := jsontext.AppendUnquote(nil, raw)
		if err != nil {
			break // no canonical JSON: shown as it is
		}
		if _, sealed := normal.IsSecret(string(text)); sealed {
			return secret
		}
		return cut(string(text), limit)
	}
	if limit > 0 && len(raw) > maxLine {
		return cut(head(raw), limit)
	}
	return cut(string(secretText.ReplaceAllLiteral(raw, []byte(secret))), limit)
}

// maxLine is more than any line has.
const maxLine = 64 << 10

// head is the beginning of a long document, without the secret that it may end in.
func head(raw []byte) string {
	text := strings.ToValidUTF8(string(secretText.ReplaceAllLiteral(raw[:maxLine], []byte(secret))), "")
	if i := strings.LastIndex(text, `"frostgate-secret:`); i >= 0 {
		text = text[:i]
	}
	return text + "…"
}

// cut shortens a text to limit characters.
func cut(s string, limit int) string {
	if limit <= 0 || utf8.RuneCountInString(s) <= limit {
		return s
	}
	n := 0
	for i := range s {
		if n++; n == limit {
			return s[:i] + "…"
		}
	}
	return s
}

// Change says what became of a value. Of sets of plain values, and of settings of
// a settings catalog, it names what came and what went.
func Change(keyed string, from, to []byte, limit int) string {
	switch {
	case isSecret(from) && isSecret(to):
		return "the secret changed"
	case from == nil:
		return "added: " + value(keyed, to, limit)
	case to == nil:
		return "removed (was " + value(keyed, from, limit) + ")"
	}
	if bytes.Equal(Hide(from), Hide(to)) {
		return "a secret in it changed"
	}
	if text, ok := setChange(from, to, limit); ok {
		return text
	}
	old, ok1 := catalog(keyed, from)
	now, ok2 := catalog(keyed, to)
	if ok1 && ok2 {
		if text := catalogChange(old, now, setting(definitionOf(keyed)), limit); text != "" {
			return cut(text, 4*limit)
		}
	}
	if text, ok := elementsChange(from, to, limit); ok {
		return text
	}
	return contrast(value(keyed, from, 0), value(keyed, to, 0), limit)
}

// contrast shows two texts so that the difference is seen: of long ones that
// begin alike the beginning is left out.
func contrast(a, b string, limit int) string {
	if utf8.RuneCountInString(a) > limit || utf8.RuneCountInString(b) > limit {
		x, y, same := []rune(a), []rune(b), 0
		for same < len(x) && same < len(y) && x[same] == y[same] {
			same++
		}
		if skip := same - limit/4; skip > 1 {
			a, b = "…"+string(x[skip:]), "…"+string(y[skip:])
		}
	}
	return cut(a, limit) + " → " + cut(b, limit)
}

// isSecret recognises secrets, those that Hide left too.
func isSecret(raw []byte) bool {
	return len(raw) > 0 && raw[0] == '"' && (secretText.Match(raw) || string(raw) == `"`+secret+`"`)
}

// value is Value in fewer words where it lies in a settings catalog.
func value(keyed string, raw []byte, limit int) string {
	id := definitionOf(keyed)
	if leaves, ok := catalog(keyed, raw); ok {
		return cut(strings.Join(leafTexts(leaves, setting(id)), ", "), limit)
	}
	if len(raw) > 0 && raw[0] == '"' {
		return cut(choice(id, Value(raw, 0)), limit)
	}
	return Value(raw, limit)
}

// setChange says which plain values came to a list and which went; false where
// it is no list of plain values, or the same ones in another order.
func setChange(from, to []byte, limit int) (string, bool) {
	old, ok1 := scalars(from)
	now, ok2 := scalars(to)
	if !ok1 || !ok2 {
		return "", false
	}
	return cameAndWent(without(now, old, limit), without(old, now, limit), limit)
}

func scalars(raw []byte) ([][]byte, bool) {
	return elements(raw, func(v jsondoc.Value) bool { return v.Kind() < jsondoc.Array })
}

// elements gives the elements of a list that are all fit.
func elements(raw []byte, fit func(jsondoc.Value) bool) ([][]byte, bool) {
	if len(raw) == 0 || raw[0] != '[' {
		return nil, false
	}
	doc, err := jsondoc.Parse(raw, jsondoc.Limits{MaxBytes: 4 << 20, MaxNodes: 1 << 16})
	if err != nil {
		return nil, false
	}
	var out [][]byte
	for v := range doc.Root().Elements() {
		if !fit(v) {
			return nil, false
		}
		out = append(out, v.Raw())
	}
	return out, true
}

// without gives what is in list more often than in other.
func without(list, other [][]byte, limit int) []string {
	count := make(map[string]int, len(other))
	for _, v := range other {
		count[string(v)]++
	}
	var out []string
	for _, v := range list {
		if count[string(v)]--; count[string(v)] < 0 {
			out = append(out, Value(bytes.Clone(v), limit))
		}
	}
	return out
}

// Reason says in a sentence why an object's presence or absence can't be told.
func Reason(reason string) string {
	switch reason {
	case "quarantine":
		return "something that could not be read may be it"
	case "partial":
		return "its type was read in part only"
	case "failed":
		return "its type could not be read"
	case "skipped":
		return "its type was not read"
	case "scope":
		return "the two sides were not selected alike"
	case "normaliser":
		return "the two sides were normalised by different versions"
	case "folder":
		return "the folder that it lay in was not read"
	case "baseline":
		return "its type was not read completely before"
	case "ambiguous":
		return "several objects have its name"
	case "reference":
		return "it names objects that are not there to compare"
	}
	return reason
}
