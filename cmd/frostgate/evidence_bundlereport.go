package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/evidence/saved"
	"frostgate.io/frostgate/receipt"
)

// printBundleReport prints what the verification of a bundle found.
func (p *program) printBundleReport(r *receipt.BundleReport) error {
	switch p.cli.Output {
	case "json":
		return p.one(&struct {
			Verdict               saved.Verdict `json:"verdict"`
			*receipt.BundleReport `json:",inline"`
		}{saved.VerdictOf(r.Valid, r.Pinned), r})
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
	facts := []string{"tenant: " + r.Tenant, "entries: " + kindWords(r.Artifacts), "payloads: " + payloadWords(r.Payloads)}
	if n := r.Artifacts["attestation"]; n > 0 {
		facts = append(facts, fmt.Sprintf("%d attestations: module signatures not checked", n))
	}
	for _, g := range r.Gone {
		facts = append(facts, fmt.Sprintf("payloads of %d entries were %s, as entry #%d says", g.Count, g.State, g.By))
	}
	if len(r.Missing) > 0 {
		facts = append(facts, fmt.Sprintf("%d payloads are missing and nothing says why, among them those of entries %s", r.Payloads.Missing, strings.Trim(fmt.Sprint(r.Missing), "[]")))
	}
	if e := r.Epoch; e != nil {
		facts = append(facts, fmt.Sprintf("the log of size %d was anchored in epoch %d at %s", e.Size, e.Index, microTime(e.Time)))
	}
	if len(r.Cosignatures) > 0 {
		facts = append(facts, cosigned(r.Cosignatures))
	}
	if r.Vouched {
		facts = append(facts, "a checkpoint is signed by no pinned key but by an older one, which the root log names; the root log holds it")
	}
	facts = append(facts, keyHistory(r.Keys)...)
	if r.Kind == receipt.BundleAbsence {
		return append(facts, absence(r))
	}
	return append(facts, r.Complete)
}

// cosigned says which witnesses cosigned and when.
func cosigned(by []receipt.Cosignature) string {
	words := make([]string, len(by))
	for i, c := range by {
		words[i] = c.Witness + " at " + microTime(c.Time*1_000_000)
	}
	return "cosigned by " + strings.Join(words, ", ")
}

// keyHistory tells when the log's keys came and went.
func keyHistory(keys []receipt.KeyReport) []string {
	out := make([]string, 0, len(keys))
	for _, k := range keys {
		line := fmt.Sprintf("key history: %s %s at root entry %d, %s", k.Action, keyFingerprint(k.Key), k.Index, microTime(k.Time))
		if k.Reason != "" {
			line += ": " + k.Reason
		}
		out = append(out, line)
	}
	return out
}

// keyFingerprint is the name and ID in a verifier key.
func keyFingerprint(vkey string) string {
	name, rest, _ := strings.Cut(vkey, "+")
	id, _, _ := strings.Cut(rest, "+")
	return name + "+" + id
}

func kindWords(artifacts map[string]uint64) string {
	words := make([]string, 0, len(artifacts))
	for _, name := range slices.Sorted(maps.Keys(artifacts)) {
		words = append(words, fmt.Sprintf("%d %s", artifacts[name], name))
	}
	return strings.Join(words, ", ")
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
	claim := fmt.Sprintf("no entry of kind %q %s recorded between %s and %s%s%s", f.Artifact, among, microTime(f.From), microTime(f.To), between, held(r))
	if !evidence.KnownKind(f.Artifact) {
		claim += fmt.Sprintf("; BEWARE: this program knows no kind of entry that is called %q, so its absence may mean nothing", f.Artifact)
	}
	return claim
}

// held names what the range of an absence does hold, so that a reader sees how
// kinds are spelled there.
func held(r *receipt.BundleReport) string {
	if r.First > r.Last {
		return ""
	}
	in := maps.Clone(r.Artifacts)
	if r.First > 0 && in[evidence.KindGenesis] == 1 { // stands before the range
		delete(in, evidence.KindGenesis)
	}
	sum := uint64(0)
	for _, n := range in {
		sum += n
	}
	what := "range"
	if sum != r.Last-r.First+1 {
		what = "bundle" // entries beside the range are counted too
	}
	return fmt.Sprintf("; the %s holds %s", what, kindWords(in))
}
