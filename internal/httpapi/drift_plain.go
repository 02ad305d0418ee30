package httpapi

import (
	"encoding/hex"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// maxShort bounds a value in a list, in characters.
const maxShort = 200

// wholeValue is a value as JSON; absent where there is none. What is no JSON any
// more, since it was cut, is a text.
func wholeValue(v []byte) jsontext.Value {
	if len(v) == 0 {
		return nil
	}
	if jsontext.Value(v).IsValid() {
		return jsontext.Value(v)
	}
	text, err := jsontext.AppendQuote(nil, strings.ToValidUTF8(string(v), "?"))
	if err != nil {
		return nil
	}
	return text
}

// hexOf is a hash in hex, empty where nothing was hashed.
func hexOf(h [32]byte) string {
	if h == ([32]byte{}) {
		return ""
	}
	return hex.EncodeToString(h[:])
}
