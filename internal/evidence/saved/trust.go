package saved

import (
	"bytes"
	"strings"

	"github.com/go-json-experiment/json"

	"frostgate.io/frostgate/receipt"
)

// ParseTrust reads what a verifier pins: keys, one a line, a policy, or the JSON
// of `frostgate evidence key -o json`, which the API gives too.
func ParseTrust(data []byte) (receipt.Trust, error) {
	var doc struct {
		VerifierKey  string   `json:"vkey"`
		VerifierKeys []string `json:"vkeys"`
	}
	text := string(data)
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) && json.Unmarshal(data, &doc) == nil && doc.VerifierKey != "" {
		text = strings.Join(append(doc.VerifierKeys, doc.VerifierKey), "\n") // each counts once
	}
	return receipt.ParseTrust(text)
}
