package plain

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"frostgate.io/frostgate/internal/evidence/saved"
	"frostgate.io/frostgate/receipt"
)

func (a *Answer) fact(name, format string, args ...any) {
	a.Facts = append(a.Facts, Fact{name, fmt.Sprintf(format, args...)})
}

func (a *Answer) proves(format string, args ...any) {
	a.Proves = append(a.Proves, fmt.Sprintf(format, args...))
}

func (a *Answer) not(format string, args ...any) {
	a.NotProven = append(a.NotProven, fmt.Sprintf(format, args...))
}

// at writes microseconds since 1970.
func at(us int64) string { return time.UnixMicro(us).UTC().Format("2006-01-02 15:04:05 UTC") }

func kindWords(artifact string) string { return strings.ReplaceAll(artifact, "_", " ") }

// tellReceipt says what a receipt proves, and what not.
func (a *Answer) tellReceipt(o *saved.Outcome) {
	h, c := o.Header, o.Checkpoint
	a.fact("Entry", "%d, a record of kind %s", h.Index, kindWords(h.Artifact))
	a.fact("Log", "%s", c.Origin)
	a.fact("Size of the log when it was signed", "%d entries", c.Size)
	a.fact("Recorded at", "%s", at(h.Time))
	a.fact("Signed by", "%s", signer(o.Signer))
	a.proves("Entry %d is in the log %s, in its signed state of %d entries.", h.Index, h.Log, c.Size)
	a.signed(o.Pinned, o.Vouched, o.Signer)
	if o.Epoch != nil {
		a.fact("In the log of logs", "epoch %d of %s", o.Epoch.Index, at(o.Epoch.Time))
		a.proves("The log of logs holds this state of the log since epoch %d: to rewrite the log, the server would have to rewrite that too.", o.Epoch.Index)
	} else {
		a.not("That the log was not rewritten later: its state is not in the log of logs yet.")
	}
	a.cosigned(o.Cosignatures)
	opened := []string{}
	for _, ch := range o.Checks {
		if group, ok := strings.CutPrefix(ch.Name, "opening "); ok && ch.OK {
			opened = append(opened, group)
		}
		if ch.Name == "answer" && ch.OK {
			a.proves("What is shown beside the receipt is what was recorded.")
		}
	}
	if len(opened) > 0 {
		a.proves("What the receipt reveals (%s) is what the entry commits to.", strings.Join(opened, ", "))
	} else {
		a.not("What the entry says: the receipt reveals nothing of it.")
	}
	if len(o.NotCovered) > 0 {
		a.not("These parts of the file, which no proof covers; anybody could have written or changed them: %s.", saved.Names(o.NotCovered))
	}
	a.limits(len(o.Cosignatures) > 0)
}

var bundleWords = map[receipt.BundleKind]string{
	receipt.BundleDecision: "one decision", receipt.BundleRange: "a range of the log", receipt.BundleSubject: "what concerns one subject,",
	receipt.BundleTenant: "the whole log", receipt.BundleAbsence: "that nothing of one kind was recorded, in a range of the log",
}

// tellBundle says what a bundle proves, and what not.
func (a *Answer) tellBundle(r *receipt.BundleReport) {
	a.fact("Bundle", "%s of tenant %s", bundleWords[r.Kind], r.Tenant)
	a.fact("Log", "%s", r.Log)
	a.fact("Size of the log when it was signed", "%d entries", r.Of)
	kinds := []string{}
	for _, k := range slices.Sorted(maps.Keys(r.Artifacts)) {
		kinds = append(kinds, fmt.Sprintf("%d %s", r.Artifacts[k], kindWords(k)))
	}
	a.fact("Entries", "%d: %s", r.Entries, strings.Join(kinds, ", "))
	a.fact("Contents", "%s", payloads(r.Payloads))
	a.fact("Made at", "%s", at(r.CreatedAt))
	a.fact("Signed by", "%s", signer(r.Signer))
	a.proves("All %d entries are in the log %s, in its signed state of %d entries.", r.Entries, r.Log, r.Of)
	a.proves("Every byte of the file is as it was signed.")
	a.signed(r.Pinned, r.Vouched, r.Signer)
	if r.Epoch != nil {
		a.fact("In the log of logs", "epoch %d of %s", r.Epoch.Index, at(r.Epoch.Time))
		a.proves("The log of logs holds this state of the log since epoch %d.", r.Epoch.Index)
	}
	a.cosigned(r.Cosignatures)
	if r.Payloads.Opened+r.Payloads.Partial > 0 {
		a.proves("What is revealed of the entries is what they commit to.")
	}
	if r.Complete != "" {
		a.fact("Completeness", "%s", r.Complete)
	}
	for _, g := range r.Gone {
		a.proves("The contents of %d entries were %s, as entry %d records.", g.Count, g.State, g.By)
	}
	if r.Payloads.Missing > 0 {
		a.not("What %d of the entries said: their contents are missing and nothing says why.", r.Payloads.Missing)
	}
	if r.Kind == receipt.BundleSubject {
		a.not("That no entry about the subject was left out.")
	}
	a.limits(len(r.Cosignatures) > 0)
}

func signer(s string) string {
	if s == "" {
		return "nobody that is known"
	}
	return s
}

func (a *Answer) signed(pinned, vouched bool, by string) {
	switch {
	case !pinned:
		a.not("Who signed it: no key was given. It claims to be signed by %s.", signer(by))
	case vouched:
		a.proves("The key %s, which you trust, signed the log of logs, which holds this state of the log.", by)
	default:
		a.proves("The key %s, which you trust, signed that state.", by)
		a.not("That the key is the right one: that is as certain as the way by which you got it.")
	}
}

func (a *Answer) cosigned(by []receipt.Cosignature) {
	if len(by) == 0 {
		a.not("That everybody was shown the same log: no independent witness was asked.")
		return
	}
	all := make([]string, len(by))
	for i, c := range by {
		all[i] = c.Witness + " at " + at(c.Time*1_000_000)
	}
	a.fact("Witnesses", "%s", strings.Join(all, ", "))
	a.proves("Independent witnesses saw the log of logs and signed it: %s.", strings.Join(all, ", "))
}

// limits are what no log can prove.
func (a *Answer) limits(witnessed bool) {
	if witnessed {
		a.not("The exact time: it is the server's word, but no later than the witnesses signed.")
	} else {
		a.not("The time: it is the server's word.")
	}
	a.not("That what was reported did happen, or that the decision was right: it proves what was recorded, and that it was not changed since.")
}

// payloads lists only what there is.
func payloads(p receipt.PayloadCounts) string {
	var out []string
	for _, c := range []struct {
		n    uint64
		what string
	}{
		{p.Opened, "revealed"},
		{p.Partial, "partly revealed"},
		{p.Erased, "erased"},
		{p.Pruned, "pruned"},
		{p.Withheld, "withheld"},
		{p.Missing, "missing"},
		{p.HeaderOnly, "not asked for"},
	} {
		if c.n > 0 {
			out = append(out, fmt.Sprintf("%d %s", c.n, c.what))
		}
	}
	return strings.Join(out, ", ")
}
