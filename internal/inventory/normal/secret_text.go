package normal

import "bytes"

// maxFlag is how long the name may be in text like --name=value.
const maxFlag = 64

// Texts that show a secret wherever they stand.
var (
	pemKey  = []byte("PRIVATE KEY-----")
	wlanKey = []byte("<keyMaterial>")
	kindOf  = []byte(`"kind"`)
	copied  = []byte(`"Secret"`)
	scheme  = []byte("://")
)

// shows says that a text has a secret in it, whatever the member is called: a
// private key, a URL with a password, --password=x, a copy of a v1/Secret.
func (w *writer) shows(text []byte) bool {
	if len(text) < 3 {
		return false
	}
	if text[0] == secretMark[0] && bytes.HasPrefix(text, []byte(secretMark)) {
		return true // nobody can feign what stands for a secret
	}
	if i := bytes.IndexByte(text[:min(len(text), maxFlag)], '='); i > 0 && w.assigns(text[:i], text[i+1:]) {
		return true
	}
	if hasPassword(text) {
		return true
	}
	if len(text) <= len(pemKey) {
		return false
	}
	return bytes.Contains(text, pemKey) || bytes.Contains(text, wlanKey) ||
		text[0] == '{' && bytes.Contains(text, kindOf) && bytes.Contains(text, copied)
}

// assigns says that name=value gives a secret. Variables, and paths of files,
// are none.
func (w *writer) assigns(name, value []byte) bool {
	for _, c := range name {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !isSeparator(c) || c == ' ' {
			return false
		}
	}
	if len(value) == 0 || value[0] == '$' || value[0] == '/' || isTruth(value) {
		return false
	}
	return w.k.rules.names.calls(name, &w.room)
}

// flag says that a text is the name of an option whose secret comes next in the
// list: --password x.
func (w *writer) flag(text []byte) bool {
	return len(text) > 2 && text[0] == '-' && len(text) < maxFlag && bytes.IndexByte(text, '=') < 0 &&
		w.k.rules.names.calls(text, &w.room)
}

// hasPassword looks for scheme://user:password@. What stands for a password,
// like ${PASSWORD}, is none.
func hasPassword(text []byte) bool {
	for at := bytes.IndexByte(text, '@'); at >= 0; {
		before := text[max(0, at-512):at]
		if i := bytes.LastIndex(before, scheme); i >= 0 {
			_, password, ok := bytes.Cut(before[i+len(scheme):], []byte(":"))
			if ok && len(password) > 0 && bytes.IndexByte([]byte("${<*"), password[0]) < 0 &&
				!bytes.ContainsAny(before[i+len(scheme):], "/?# \t\r\n\"'<>") {
				return true
			}
		}
		next := bytes.IndexByte(text[at+1:], '@')
		if next < 0 {
			break
		}
		at += 1 + next
	}
	return false
}

// isTruth says that a text is a yes or no, which no secret is.
func isTruth(text []byte) bool {
	switch string(text) {
	case "", "true", "false", "True", "False", "TRUE", "FALSE":
		return true
	}
	return false
}
