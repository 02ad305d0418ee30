package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"frostgate.io/frostgate/receipt"
)

// printBundleReport prints what the verification of a bundle found.
func (p *program) printBundleReport(r *receipt.BundleReport) error {
	switch p.cli.Output {
	case "json":
		return p.one(r)
	case "csv":
		rows := []any{}
		for _, ch := range r.Checks {
			rows = append(rows, map[string]any{"check": ch.Name, "ok": ch.OK, "skipped": ch.Skipped, "detail": ch.Detail})
		}
		return p.table(rows, "check", "ok", "skipped", "detail")
	}
	return p.emit(func(w io.Writer) error { writeBundleReport(w, r, p.paint()); return nil })
}

func writeBundleReport(w io.Writer, r *receipt.BundleReport, paint painter) {
	if !r.Pinned {
		writeUnpinned(w, r.Signer, paint)
	}
	checks := make([]receipt.Check, len(r.Checks))
	for i, ch := range r.Checks {
		checks[i] = receipt.Check{Name: ch.Name, OK: ch.OK, Skipped: ch.Skipped, Detail: ch.Detail}
		if ch.Location != nil {
			checks[i].Detail += " [" + ch.Location.String() + "]"
		}
	}
	writeChecks(w, checks, paint)
	if !r.Valid {
		why := "it could not be read to its end"
		if f := r.Failure; f != nil {
			why = f.Name + ": " + f.Detail
			if f.Location != nil {
				why += " [" + f.Location.String() + "]"
			}
		}
		fmt.Fprintf(w, "%s: %s\n", paint.bad("NOT VERIFIED"), printable(why))
		return
	}
	word := paint.good("VERIFIED")
	if !r.Pinned {
		word = paint.warn("UNPINNED") + ": consistent in itself, but the signer is not known; anybody could have made it"
	}
	fmt.Fprintf(w, "%s: %s\n", word, bundleTitle(r))
	for _, line := range bundleFacts(r) {
		fmt.Fprintf(w, "  %s\n", printable(line))
	}
}

func bundleTitle(r *receipt.BundleReport) string {
	return fmt.Sprintf("%s bundle of log %s, made %s, %d of %d entries, level %s, signed by %s",
		r.Kind, r.Log, microTime(r.CreatedAt), r.Entries, r.Of, r.Level, r.Signer)
}

// bundleFacts says in words what a valid bundle proves.
func bundleFacts(r *receipt.BundleReport) []string {
	kinds := make([]string, 0, len(r.Artifacts))
	for _, name := range slices.Sorted(maps.Keys(r.Artifacts)) {
		kinds = append(kinds, fmt.Sprintf("%d %s", r.Artifacts[name], name))
	}
	facts := []string{"entries: " + strings.Join(kinds, ", "), "payloads: " + payloadWords(r.Payloads)}
	for _, g := range r.Gone {
		facts = append(facts, fmt.Sprintf("payloads of %d entries were %s, as entry #%d says", g.Count, g.State, g.By))
	}
	if len(r.Missing) > 0 {
		facts = append(facts, fmt.Sprintf("%d payloads are missing and nothing says why, among them those of entries %s", r.Payloads.Missing, strings.Trim(fmt.Sprint(r.Missing), "[]")))
	}
	if e := r.Epoch; e != nil {
		facts = append(facts, fmt.Sprintf("the log of size %d was anchored in epoch %d at %s", e.Size, e.Index, microTime(e.Time)))
	}
	if len(r.Witnesses) > 0 {
		facts = append(facts, "cosigned by "+strings.Join(r.Witnesses, ", "))
	}
	if r.Kind == receipt.BundleAbsence {
		return append(facts, absence(r))
	}
	return append(facts, r.Complete)
}

// payloadWords lists only what there is.
func payloadWords(p receipt.PayloadCounts) string {
	var out []string
	for _, c := range []struct {
		n    uint64
		what string
	}{
		{p.Opened, "opened"},
		{p.Partial, "partly opened"},
		{p.Erased, "erased"},
		{p.Pruned, "pruned"},
		{p.Withheld, "withheld"},
		{p.Missing, "missing"},
		{p.HeaderOnly, "not asked for (headers only)"},
	} {
		if c.n > 0 {
			out = append(out, fmt.Sprintf("%d %s", c.n, c.what))
		}
	}
	return strings.Join(out, ", ")
}

// absence is the claim of an absence bundle in one sentence.
func absence(r *receipt.BundleReport) string {
	f, between := r.Filter, ""
	switch {
	case r.Epoch != nil && r.StartEpoch == nil:
		between = fmt.Sprintf("; these are all that the log took in from its first entry up to %s (epoch %d)", microTime(r.Epoch.Time), r.Epoch.Index)
	case r.Epoch != nil:
		between = fmt.Sprintf("; these are all that the log took in between %s (epoch %d) and %s (epoch %d)",
			microTime(r.StartEpoch.Time), r.StartEpoch.Index, microTime(r.Epoch.Time), r.Epoch.Index)
	}
	among := fmt.Sprintf("among entries %d..%d", r.First, r.Last)
	if r.First > r.Last {
		among = "and nothing else either"
	}
	return fmt.Sprintf("no %s %s recorded between %s and %s%s", f.Artifact, among, microTime(f.From), microTime(f.To), between)
}
