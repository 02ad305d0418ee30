package main

import (
	"fmt"
	"io"
	"slices"

	"frostgate.io/frostgate/internal/evidence/saved"
	"frostgate.io/frostgate/receipt"
)

// printReport prints what the verification of a receipt or saved answer found.
func (p *program) printReport(report *saved.Outcome, verr error) error {
	if p.cli.Output != "table" {
		doc := saved.ReportOf(report, verr)
		if p.cli.Output == "csv" {
			rows := make([]any, len(doc.Checks))
			for i := range doc.Checks {
				rows[i] = &doc.Checks[i]
			}
			return p.table(rows, "check", "ok", "skipped", "detail")
		}
		return p.one(doc)
	}
	return p.emit(func(w io.Writer) error {
		paint := p.paint()
		if !report.Pinned {
			writeUnpinned(w, report.Signer, paint)
		}
		writeChecks(w, report.Checks, paint)
		writeVerdict(w, report, verr, paint)
		if verr == nil {
			writeNotCovered(w, report, paint)
		}
		return nil
	})
}

// writeVerdict is the closing line.
func writeVerdict(w io.Writer, report *saved.Outcome, verr error, paint painter) {
	if verr != nil {
		fmt.Fprintf(w, "%s: %s\n", paint.bad("NOT VERIFIED"), printable(verr.Error()))
		return
	}
	h := report.Header
	entry := fmt.Sprintf("entry %d of log %s, recorded %s, level %s", h.Index, h.Log, microTime(h.Time), report.Level)
	if !report.Pinned {
		fmt.Fprintf(w, "%s: consistent in itself, but the signer is not known; anybody could have made it: %s\n", paint.warn("UNPINNED"), printable(entry))
		return
	}
	by := "signed by " + report.Signer
	if report.Vouched {
		by = "tenant signature not checked: the root log holds this checkpoint"
	}
	if len(report.Cosignatures) > 0 {
		by += "; " + cosigned(report.Cosignatures)
	}
	fmt.Fprintf(w, "%s: %s, %s\n", paint.good("VERIFIED"), printable(entry), printable(by))
}

// writeNotCovered names what stands in the file and is not proven.
func writeNotCovered(w io.Writer, report *saved.Outcome, paint painter) {
	if len(report.NotCovered) == 0 {
		return
	}
	fmt.Fprintf(w, "%s: not covered by the proof, so anybody could have written or changed it: %s\n", paint.warn("NOTE"), printable(saved.Names(report.NotCovered)))
	h := report.Header
	opened := slices.ContainsFunc(report.Checks, func(c receipt.Check) bool { return c.Name == "opening decision" })
	if h.Artifact == "decision" && !opened {
		fmt.Fprintf(w, "Of an answer only the receipt is proven so far. To check its own fields (threat_level, score, gating and the rest) too:\n"+
			"  frostgate decisions receipt %s-%d --out openings.json\n"+
			"and verify again with --openings openings.json.\n", h.Log, h.Index)
	}
}

// writeUnpinned says first that nobody vouches for the signer.
func writeUnpinned(w io.Writer, signer string, paint painter) {
	if signer == "" {
		signer = "unknown"
	}
	fmt.Fprintf(w, "%s: %s (--trust KEYFILE pins a key that you have from elsewhere)\n", paint.warn("signer not pinned"), printable(signer))
}

func writeChecks(w io.Writer, checks []receipt.Check, paint painter) {
	for _, ch := range checks {
		state := paint.good("ok  ")
		switch {
		case ch.Skipped:
			state = paint.dim("skip")
		case !ch.OK:
			state = paint.bad("FAIL")
		}
		fmt.Fprintf(w, "  %s  %-17s %s\n", state, ch.Name, printable(ch.Detail))
	}
}
