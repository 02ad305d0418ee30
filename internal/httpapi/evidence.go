package httpapi

import (
	"context"
	"net/http"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/tenant"
)

// chainPatience is how long a verification waits for another of the same tenant.
const chainPatience = 2 * time.Second

// chainVerdict is the outcome of recomputing the log from its entries.
type chainVerdict struct {
	Log            string `json:"log"`
	Size           uint64 `json:"size"`
	Root           string `json:"root" doc:"The stored root, hex."`
	RecomputedRoot string `json:"recomputed_root" doc:"The root computed from the entries, hex."`
	Valid          bool   `json:"valid"`
	FirstBad       *int64 `json:"first_bad,omitempty" doc:"The first index at which something is wrong."`
	Problem        string `json:"problem,omitempty" doc:"What is wrong there."`

	RowsChecked int64   `json:"rows_checked" doc:"Decision rows whose clear columns were held against their entries."`
	RowsNext    *int64  `json:"rows_next,omitempty" doc:"Send it as rows_from to check the rows behind; absent at the end of the log."`
	BadRow      *badRow `json:"bad_row,omitempty" doc:"The first row that is not what its entry proves."`
}

// logKey is what a verifier pins.
type logKey struct {
	VerifierKey string `json:"vkey" doc:"Public key of the logs in C2SP signed-note form."`
	Origin      string `json:"origin" doc:"Base of the logs' names; a slash and the log's ID follow."`
	// Receipts from before a rotation need the older keys too.
	VerifierKeys []string `json:"vkeys" doc:"All keys to pin: those that are not revoked, the active one first."`
}

func (s *Server) evidenceRoutes() []*Route {
	return []*Route{
		{
			Method: http.MethodGet, Path: prefixV1 + "/forensics/chain/verify", Aliases: []string{"/forensics/chain/verify"},
			Access: scoped, Scope: domain.ScopeEvidenceRead, Class: tenant.ClassRead, Tag: "evidence",
			Summary: "Recompute the tenant's log", Doc: "Reads each entry, so it takes time in proportion to the log. Of the decisions' clear columns, 10000 rows are held against " +
				"what their entries commit to; go on at rows_next.",
			Query:    []Param{{Name: "rows_from", Kind: paramInt, Doc: "Check rows from this index on (default 0)."}},
			endpoint: read(s.verifyChain),
		}, {
			Method: http.MethodGet, Path: prefixV1 + "/evidence/key",
			Access: scoped, Scope: domain.ScopeEvidenceRead, Class: tenant.ClassRead, Tag: "evidence",
			Summary: "The public key that verifies receipts", endpoint: read(s.evidenceKey),
		},
	}
}

func (s *Server) verifyChain(ctx context.Context, c *Call) (chainVerdict, error) {
	// It keeps one of the few readers of the database for long.
	done, err := s.chains.within(ctx, chainPatience, c.Tenant())
	if err != nil {
		return chainVerdict{}, err
	}
	defer done()
	if err := s.auditRead(ctx, c, "chain"); err != nil {
		return chainVerdict{}, err
	}
	v, err := s.deps.Evidence.VerifyChain(ctx, c.Tenant())
	if err != nil {
		return chainVerdict{}, err
	}
	out := chainVerdict{
		Log: v.Log, Size: v.Size, Root: v.Root.String(), RecomputedRoot: v.RecomputedRoot.String(), Valid: v.Valid, Problem: v.Problem,
	}
	if v.FirstBad >= 0 {
		out.FirstBad = &v.FirstBad
	}
	if err := s.verifyRows(ctx, c, &out); err != nil {
		return out, err
	}
	err = s.auditVerdict(ctx, c, &out)
	return out, err
}

func (s *Server) evidenceKey(context.Context, *Call) (logKey, error) {
	return logKey{s.deps.VerifierKey, s.deps.Origin, verifierKeys(s.deps.LogKeys)}, nil
}
