// Package saved verifies saved answers: a receipt, or an answer of the API that
// holds one, whose own fields are held against what the receipt opens.
//
// Invariant: what it says depends on the saved bytes and the pinned keys alone;
// it reads no clock, store or network. It must not trust a field for standing
// beside a good receipt.
package saved

import (
	"errors"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/receipt"
)

// Document is a saved answer with a receipt.
type Document struct {
	// Receipt is the one in it; openings may be added to it before Verify.
	Receipt *receipt.Receipt
	claims  answerClaims
}

// Read finds the receipt in an answer, a receipt, or the decision of a saved
// decision. An error says that there is none to verify.
func Read(data []byte) (*Document, error) {
	var outer struct {
		Receipt  jsontext.Value `json:"receipt"`
		Decision jsontext.Value `json:"decision"`
	}
	if err := json.Unmarshal(data, &outer); err != nil {
		return nil, err
	}
	from := data
	if outer.Receipt == nil && outer.Decision != nil {
		from = outer.Decision
	}
	rc, err := receipt.FromResponse(from)
	if err != nil {
		return nil, err
	}
	if rc.Proof == "" {
		return nil, errors.New("the receipt is a short one without proof; ask for detail=full, or `frostgate decisions receipt`")
	}
	claims, err := claimsOf(data)
	if err != nil {
		return nil, err
	}
	return &Document{Receipt: rc, claims: claims}, nil
}

// Verify checks the receipt, then the answer's own fields. The report is never
// nil.
func (d *Document) Verify(trust receipt.Trust) (*receipt.Report, error) {
	report, err := receipt.Verify(d.Receipt, trust)
	if err != nil {
		return report, err
	}
	check, err := d.claims.check(d.Receipt, report.Header)
	if check != nil {
		report.Checks = append(report.Checks, *check)
	}
	return report, err
}

// Report is what was found, for programs.
type Report struct {
	Valid bool `json:"valid"`
	// Verified is Valid under its first name.
	Verified  bool          `json:"verified"`
	Pinned    bool          `json:"pinned"`
	Signer    string        `json:"signer"`
	Level     receipt.Level `json:"level,omitempty"`
	Witnesses []string      `json:"witnesses,omitempty"`
	Checks    []Check       `json:"checks"`
	Failure   string        `json:"failure,omitempty"`
}

// Check is one step.
type Check struct {
	Name    string `json:"check"`
	OK      bool   `json:"ok"`
	Skipped bool   `json:"skipped"`
	Detail  string `json:"detail"`
}

// ReportOf gives the form for programs.
func ReportOf(r *receipt.Report, err error) *Report {
	out := &Report{
		Valid: err == nil, Verified: err == nil, Pinned: r.Pinned, Signer: r.Signer, Level: r.Level, Witnesses: r.Witnesses,
		Checks: make([]Check, len(r.Checks)),
	}
	for i, c := range r.Checks {
		out.Checks[i] = Check(c)
	}
	if err != nil {
		out.Failure = err.Error()
	}
	return out
}

// number keeps the spelling of a number.
type number string

// parseAny reads JSON into maps, slices, strings, booleans and numbers as they
// are written.
func parseAny(raw jsontext.Value) (any, error) {
	var v any
	err := json.Unmarshal(raw, &v, json.WithUnmarshalers(json.UnmarshalFromFunc(func(dec *jsontext.Decoder, to *any) error {
		if dec.PeekKind() != '0' {
			return errors.ErrUnsupported
		}
		n, err := dec.ReadValue()
		*to = number(n)
		return err
	})))
	return v, err
}
