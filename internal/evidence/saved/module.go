package saved

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"frostgate.io/frostgate/receipt"
)

const (
	artifactAttestation = "attestation"
	groupEnvelope       = "envelope"
)

// moduleSignature checks who signed an attestation. The log's receipt proves
// that the server recorded it, which is no word of the module. Without keys it
// is told as not checked; where keys are given but nothing can be held against
// them, that is a failure, for the caller asked.
func (d *Document) moduleSignature(h *receipt.Header) (*receipt.Check, error) {
	asked := len(d.ModuleKeys) > 0
	if h.Artifact != artifactAttestation && !asked {
		return nil, nil
	}
	c := &receipt.Check{Name: "module signature"}
	if !asked {
		c.Skipped, c.Detail = true, "not checked, no key of the module is given; the entry names "+h.Key
		return c, nil
	}
	signer, err := d.signedBy(h)
	if err != nil {
		c.Detail = err.Error()
		return c, fmt.Errorf("check %q: %w", c.Name, err)
	}
	c.OK, c.Detail = true, "the envelope is signed by "+signer
	return c, nil
}

func (d *Document) signedBy(h *receipt.Header) (string, error) {
	o, ok := d.Receipt.Openings[groupEnvelope]
	if h.Artifact != artifactAttestation || !ok {
		return "", fmt.Errorf("a key of a module is given, but this is no attestation with its envelope opened; the entry is of kind %q", h.Artifact)
	}
	var envelope string // the group is the envelope's text as a JSON string
	if err := json.Unmarshal([]byte(o.Value), &envelope); err != nil {
		return "", errors.New("the opened group is not the text of an envelope")
	}
	signed, err := receipt.VerifyDSSE([]byte(envelope), d.ModuleKeys...)
	if err != nil {
		return "", err
	}
	if !slices.ContainsFunc(signed.Signers, func(k receipt.DSSEKey) bool { return k.ID == h.Key }) {
		return "", fmt.Errorf("signed by %s, the entry names %s", signed.Signers[0].ID, h.Key)
	}
	return h.Key, sameStatement(signed, h)
}

// sameStatement holds what the module signed against what the entry says of it.
func sameStatement(signed *receipt.Signed, h *receipt.Header) error {
	st, err := receipt.ParseStatement(signed.Payload)
	if err != nil {
		return err
	}
	a, err := st.Attestation()
	if err != nil {
		return err
	}
	module, _, _ := strings.Cut(h.Key, "+")
	if a.Module != module || a.Counter != h.Counter {
		return fmt.Errorf("module %q signed counter %d, the entry says %q, %d", a.Module, a.Counter, module, h.Counter)
	}
	return nil
}
