// Package saved verifies saved answers: a receipt, or an answer of the API that
// holds one, whose own fields are held against what the receipt opens.
//
// Invariant: what it says depends on the saved bytes and the pinned keys alone;
// it reads no clock, store or network. It must not trust a field for standing
// beside a good receipt.
package saved

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/receipt"
)

// Document is a saved answer with a receipt.
type Document struct {
	// Receipt is the one in it; openings may be added to it before Verify.
	Receipt *receipt.Receipt
	// ModuleKeys, when there are any, ask for the check of the signature under
	// an attestation: one of them must have made it.
	ModuleKeys []receipt.DSSEKey
	claims     claims
	raw        jsontext.Value
}

// Outcome is what Verify found.
type Outcome struct {
	*receipt.Report
	// NotCovered are the members of the file, in order, that no part of the proof
	// speaks of: anybody could have put them there.
	NotCovered []string
}

// Read finds the receipt in an answer, a receipt, or the decision of a saved
// decision. An error says that there is none to verify.
func Read(data []byte) (*Document, error) {
	if err := checkDepth(data); err != nil {
		return nil, err
	}
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
	c, err := claimsOf(data)
	if err != nil {
		return nil, err
	}
	return &Document{Receipt: rc, claims: c, raw: data}, nil
}

// Verify checks the receipt, then a module's signature, then the file's own
// members. Outcome and its report are never nil.
func (d *Document) Verify(trust receipt.Trust) (*Outcome, error) {
	report, err := receipt.Verify(d.Receipt, trust)
	out := &Outcome{Report: report}
	if err != nil {
		return out, err
	}
	check, err := d.moduleSignature(report.Header)
	if check != nil {
		report.Checks = append(report.Checks, *check)
	}
	if err != nil {
		return out, err
	}
	if report.Header.Artifact == kindErasure {
		if d.claims.erasure, err = d.verifyParts(trust, report.Header); err != nil {
			report.Checks = append(report.Checks, receipt.Check{Name: "certificate", Detail: err.Error()})
			return out, fmt.Errorf("the certificate: %w", err)
		}
	}
	check, out.NotCovered, err = d.claims.check(d.Receipt, report.Header)
	if check != nil {
		report.Checks = append(report.Checks, *check)
	}
	return out, err
}

// Verdict is a report in one word.
type Verdict string

// The verdicts. Unpinned is what is consistent in itself, which anybody could
// have made.
const (
	Verified    Verdict = "verified"
	Unpinned    Verdict = "unpinned"
	NotVerified Verdict = "not_verified"
)

// VerdictOf gives the word.
func VerdictOf(valid, pinned bool) Verdict {
	switch {
	case !valid:
		return NotVerified
	case !pinned:
		return Unpinned
	}
	return Verified
}

// Report is what was found, for programs.
type Report struct {
	Verdict Verdict `json:"verdict"`
	Valid   bool    `json:"valid"`
	// Verified is Valid under its first name.
	Verified  bool          `json:"verified"`
	Pinned    bool          `json:"pinned"`
	Signer    string        `json:"signer"`
	Level     receipt.Level `json:"level,omitempty"`
	Witnesses []string      `json:"witnesses,omitempty"`
	// Cosignatures say when each witness cosigned.
	Cosignatures []receipt.Cosignature `json:"cosignatures,omitempty"`
	// Vouched says that no pinned key signed the log's own checkpoint: the root
	// log, which a pinned key signed, holds it.
	Vouched bool    `json:"vouched,omitempty"`
	Checks  []Check `json:"checks"`
	Failure string  `json:"failure,omitempty"`
	// NotCovered are the members of the file that nothing proven speaks of.
	NotCovered []string `json:"not_covered,omitempty"`
}

// Check is one step.
type Check struct {
	Name    string `json:"check"`
	OK      bool   `json:"ok"`
	Skipped bool   `json:"skipped"`
	Detail  string `json:"detail"`
}

// ReportOf gives the form for programs.
func ReportOf(o *Outcome, err error) *Report {
	out := &Report{
		Verdict: VerdictOf(err == nil, o.Pinned), Valid: err == nil, Verified: err == nil, Pinned: o.Pinned,
		Signer: o.Signer, Level: o.Level, Witnesses: o.Witnesses, Cosignatures: o.Cosignatures, Vouched: o.Vouched,
		Checks: make([]Check, len(o.Checks)), NotCovered: o.NotCovered,
	}
	for i, c := range o.Checks {
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
