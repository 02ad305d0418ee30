package httpapi

import (
	"net/http"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// reasonHeader carries why something is changed; the audit keeps it with the
// change. Headers are ASCII, so it is percent-encoded.
const reasonHeader = "Change-Reason"

const (
	maxReasonHeader = 1500
	maxReasonText   = 500 // bytes, as the audit keeps
)

// reasonOf reads why the caller changes something.
func reasonOf(h http.Header) (string, error) {
	v := h.Values(reasonHeader)
	if len(v) == 0 {
		return "", nil
	}
	text, err := url.PathUnescape(v[0])
	text = strings.TrimSpace(text)
	bad := len(v) > 1 || len(v[0]) > maxReasonHeader || err != nil || len(text) > maxReasonText || !utf8.ValidString(text) ||
		strings.ContainsFunc(text, unicode.IsControl) || domain.HasHidden(text)
	if bad {
		return "", fault.New(fault.Invalid, "%s must be one value, percent-encoded text of at most %d bytes.", reasonHeader, maxReasonText).At(reasonHeader)
	}
	return text, nil
}
