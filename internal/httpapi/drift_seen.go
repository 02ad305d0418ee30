package httpapi

import (
	"context"
	"slices"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

// maxSeen bounds the runs that a finding names.
const maxSeen = 30

// findingSeen is a later run while the finding stood.
type findingSeen struct {
	runRef
	Told bool   `json:"told" doc:"The run read the type to its end, so it saw that the finding still stands; false: nobody can tell."`
	Why  string `json:"why,omitempty" doc:"Why nobody can tell: partial, failed, skipped, quarantine, duplicate and so on."`
}

// findingProof names what stands for the observation in the tenant's log.
type findingProof struct {
	Log      string `json:"log,omitempty" doc:"ID of the tenant's log, which holds the entries."`
	Snapshot string `json:"snapshot,omitempty" doc:"Root hash of what the run saw."`
	RunEntry *int64 `json:"run_entry,omitempty" doc:"Entry of the tenant's log that records the run."`
	Entry    *int64 `json:"entry,omitempty" doc:"Entry that records the comparison with the baseline."`
	Findings string `json:"findings_sha256,omitempty" doc:"SHA-256 over the sorted IDs of all differences, one a line; the comparison's entry holds it."`
}

// seenAndProven adds in which runs a finding stood, and what proves the first.
func (s *Server) seenAndProven(ctx context.Context, id domain.TenantID, f *drift.Finding, steps []drift.Event, out *findingDetail) error {
	out.Seen = []findingSeen{}
	first, err := s.deps.Inventory.Run(ctx, id, f.FirstRun)
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		return nil
	case err != nil:
		return err
	}
	out.Proof = &findingProof{Snapshot: first.Root, RunEntry: entryOf(first.Artifact)}
	if t, err := s.deps.Tenants.Lookup(id); err == nil {
		out.Proof.Log = t.LogID
	}
	found, _, err := s.deps.Drift.Comparisons(ctx, id, drift.ComparisonFilter{Baseline: f.Baseline, Run: f.FirstRun, First: first.Seq, Last: first.Seq}, "", 1)
	if err != nil {
		return err
	}
	if len(found) == 1 {
		out.Proof.Entry, out.Proof.Findings = entryOf(found[0].Artifact), found[0].FindingsRoot
	}
	later, _, err := s.deps.Drift.Comparisons(ctx, id, drift.ComparisonFilter{Baseline: f.Baseline, Source: f.Source, First: first.Seq}, "", maxSeen)
	if err != nil {
		return err
	}
	slices.Reverse(later)
	seqs := map[inventory.RunID]int64{first.ID: first.Seq}
	for i := range later {
		seqs[later[i].Run] = later[i].RunSeq
	}
	for i := range later {
		x := &later[i]
		if x.RunSeq <= first.Seq || !x.Done || x.Error != "" || !stoodAt(steps, seqs, x.RunSeq) {
			continue
		}
		run, err := s.deps.Inventory.Run(ctx, id, x.Run)
		if err != nil {
			if fault.CodeOf(err) == fault.NotFound {
				continue
			}
			return err
		}
		why := whyUntold(run.Coverage, x, f.Type)
		out.Seen = append(out.Seen, findingSeen{runRef{string(run.ID), Time(run.ClosedAt)}, why == "", why})
	}
	return nil
}

// stoodAt says whether the last that runs up to one of this number had shown of a
// finding left it open.
func stoodAt(steps []drift.Event, seqs map[inventory.RunID]int64, seq int64) bool {
	open := true
	for _, e := range steps {
		if n := seqs[e.Run]; e.Run != "" && n <= seq {
			open = e.State != drift.Resolved
		}
	}
	return open
}

// whyUntold says why a run can't tell whether an object of a type is as it was;
// empty: it can.
func whyUntold(coverage []manifest.Coverage, x *drift.Comparison, typ string) string {
	for _, u := range x.Unknowns {
		if u.Type == typ {
			return u.Reason
		}
	}
	for i := range coverage {
		if coverage[i].Type == typ && coverage[i].Status == manifest.Complete {
			return ""
		} else if coverage[i].Type == typ {
			return string(coverage[i].Status)
		}
	}
	return string(manifest.Skipped)
}
