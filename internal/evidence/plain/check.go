package plain

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/evidence/saved"
	"frostgate.io/frostgate/receipt"
)

// Verdict is the outcome in one word: one of package saved, or Unreadable.
type Verdict = saved.Verdict

// Unreadable is said of what holds no evidence at all, and of keys that are none.
const Unreadable Verdict = "unreadable"

// MaxSaved bounds a saved answer or receipt; bundles are read as a stream.
const MaxSaved = 64 << 20

// bundleStart begins every bundle.
const bundleStart = "frostgate.io/bundle/"

// Answer is what was found.
type Answer struct {
	Verdict Verdict `json:"verdict"`
	// Kind is receipt or bundle, empty when it could not be told.
	Kind string `json:"kind,omitempty"`
	// Title is the verdict in a few words, Lead says what it means.
	Title string `json:"title"`
	Lead  string `json:"lead"`
	// Failed is the title of the check that failed.
	Failed string `json:"failed,omitempty"`
	Checks []Line `json:"checks"`
	// Facts are what the evidence is about, only when it holds.
	Facts []Fact `json:"facts,omitempty"`
	// Proves and NotProven are sentences, only when it holds.
	Proves    []string `json:"proves,omitempty"`
	NotProven []string `json:"not_proven,omitempty"`
	// Trusted are the keys that were given, by name and ID.
	Trusted []string `json:"trusted,omitempty"`
	// Signer is the key that signed, or is said to have.
	Signer string `json:"signer,omitempty"`
}

// Line is one check.
type Line struct {
	// Name is the check's name in reports for programs.
	Name  string `json:"check"`
	Title string `json:"title"`
	State State  `json:"state"`
	// Says explains a check that failed or was left out.
	Says string `json:"says,omitempty"`
	// Detail is what a specialist wants to know.
	Detail string `json:"detail"`
}

// State is how a check ended.
type State string

// The states.
const (
	Passed  State = "passed"
	Failed  State = "failed"
	Skipped State = "skipped"
)

// Fact is a name and a value.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Check verifies what r holds with the keys in trust, which may be empty; see
// saved.ParseTrust for its forms.
func Check(r io.Reader, trust string) *Answer {
	keys := receipt.Trust{}
	if strings.TrimSpace(trust) != "" {
		var err error
		if keys, err = saved.ParseTrust([]byte(trust)); err != nil {
			return unreadable("The keys can't be read", "Nothing was checked. Keys stand one a line, as `frostgate evidence key` prints them: "+err.Error()+".")
		}
	}
	in := bufio.NewReaderSize(r, 64<<10)
	var out *Answer
	if start, _ := in.Peek(len(bundleStart)); string(start) == bundleStart {
		out = checkBundle(in, keys)
	} else {
		out = checkSaved(in, keys)
	}
	out.Trusted = keyNames(trust)
	return out
}

func unreadable(title, lead string) *Answer {
	return &Answer{Verdict: Unreadable, Title: title, Lead: lead, Checks: []Line{}}
}

func checkSaved(r io.Reader, trust receipt.Trust) *Answer {
	data, err := io.ReadAll(io.LimitReader(r, MaxSaved+1))
	switch {
	case err != nil:
		return unreadable("The file can't be read", err.Error())
	case len(data) > MaxSaved:
		return unreadable("This is no bundle, and too large for a receipt", fmt.Sprintf("A receipt or saved answer has at most %d MiB. Nothing was checked.", MaxSaved>>20))
	}
	doc, err := saved.Read(data)
	if err != nil {
		return unreadable("This is no evidence", "The file is no bundle and holds no readable receipt; it may be cut off, damaged or something else. Nothing was checked: "+err.Error()+".")
	}
	o, verr := doc.Verify(trust)
	out := &Answer{Verdict: saved.VerdictOf(verr == nil, o.Pinned), Kind: "receipt", Signer: o.Signer, Checks: lines(o.Checks, o.Pinned)}
	if verr != nil {
		out.refuse(verr.Error())
		return out
	}
	out.accept(fmt.Sprintf("entry %d of log %s", o.Header.Index, o.Header.Log), o.Vouched)
	out.tellReceipt(o)
	return out
}

func checkBundle(r io.Reader, trust receipt.Trust) *Answer {
	report, err := receipt.VerifyBundle(r, trust)
	var format *receipt.FormatError
	if errors.As(err, &format) {
		return unreadable("This is no bundle", "The file begins like a bundle but can't be read as one. Nothing was checked: "+err.Error()+".")
	}
	checks := make([]receipt.Check, len(report.Checks))
	for i, c := range report.Checks {
		checks[i] = receipt.Check{Name: c.Name, OK: c.OK, Skipped: c.Skipped, Detail: c.Detail}
		if c.Location != nil {
			checks[i].Detail += " [" + c.Location.String() + "]"
		}
	}
	out := &Answer{Verdict: saved.VerdictOf(report.Valid, report.Pinned), Kind: "bundle", Signer: report.Signer, Checks: lines(checks, report.Pinned)}
	if err != nil {
		out.refuse(err.Error())
		return out
	}
	out.accept(fmt.Sprintf("%d entries of log %s", report.Entries, report.Log), report.Vouched)
	out.tellBundle(report)
	return out
}

// refuse says which check failed, in the words of that check.
func (a *Answer) refuse(why string) {
	a.Title, a.Lead = "Not verified", "A check failed: "+why
	for _, c := range a.Checks {
		if c.State == Failed {
			a.Failed, a.Lead = c.Title, c.Says
			return
		}
	}
}

func (a *Answer) accept(what string, vouched bool) {
	switch {
	case a.Verdict == saved.Unpinned:
		a.Title = "Consistent, but the signer is not known"
		a.Lead = "Nothing in it contradicts itself: " + what + ". But no key was given to check the signature with, so anybody could have made it."
	case vouched:
		a.Title = "Verified"
		a.Lead = "This is what was recorded: " + what + ". It is signed by an older key; the log of logs, which a key that you trust signed, holds it."
	default:
		a.Title = "Verified"
		a.Lead = "This is what was recorded: " + what + ", signed by a key that you trust. It was not changed since."
	}
}

func lines(checks []receipt.Check, pinned bool) []Line {
	out := make([]Line, len(checks))
	for i, c := range checks {
		w := wordsFor(c.Name)
		out[i] = Line{Name: c.Name, Title: w.title, State: Passed, Detail: c.Detail}
		switch {
		case c.Skipped:
			out[i].State, out[i].Says = Skipped, w.skipped
			if pinned && w.skipped == noKey {
				out[i].Says = "It is signed by a key that you did not give. That is good only if the log of logs, signed by a key that you did give, holds it."
			}
		case !c.OK:
			out[i].State, out[i].Says = Failed, w.failed
		}
	}
	return out
}

// keyNames lists the names and IDs of the keys in a text, without the keys.
func keyNames(text string) []string {
	var out []string
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n\",", r) }) {
		if parts := strings.SplitN(word, "+", 3); len(parts) == 3 && len(parts[1]) == 8 {
			if name := parts[0] + "+" + parts[1]; !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}
