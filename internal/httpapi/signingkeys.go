package httpapi

import (
	"context"
	"net/http"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/signing"
	"frostgate.io/frostgate/internal/tenant"
	"frostgate.io/frostgate/receipt"
)

// signingKey is a log key with its history as the root log tells it. Indexes
// are of root log entries: whoever reads that log can check every word of it.
type signingKey struct {
	ID          string  `json:"id" doc:"Key ID as headers and signatures carry it, eight hex digits."`
	VerifierKey string  `json:"vkey" doc:"Public key in C2SP signed-note form."`
	State       string  `json:"state" enum:"active|retiring|retired|revoked" doc:"active and retiring keys sign, retired ones verify, revoked ones are trusted for nothing."`
	Since       *Time   `json:"since,omitempty" doc:"When the state began, as the key folder says; absent: since the folder was made."`
	IssuedIndex *uint64 `json:"issued_index,omitempty" doc:"Root log entry that introduced the key."`
	IssuedAt    *Time   `json:"issued_at,omitempty"`
	EndedIndex  *uint64 `json:"ended_index,omitempty" doc:"Root log entry that retired or, last, revoked the key."`
	EndedAt     *Time   `json:"ended_at,omitempty"`
	Reason      string  `json:"reason,omitempty" doc:"Why it was revoked."`
}

func (s *Server) signingKeyRoutes() []*Route {
	return []*Route{{
		Method: http.MethodGet, Path: prefixV1 + "/evidence/signing-keys",
		Access: scoped, Scope: domain.ScopeEvidenceRead, Class: tenant.ClassRead, Tag: "evidence",
		Summary:  "The keys that sign the logs, the oldest first, with what the root log says of them",
		endpoint: read(s.listSigningKeys),
	}}
}

func (s *Server) listSigningKeys(ctx context.Context, _ *Call) (list[signingKey], error) {
	history, err := s.deps.Evidence.Anchors.KeyHistory(ctx)
	if err != nil {
		return list[signingKey]{}, err
	}
	items := make([]signingKey, len(s.deps.LogKeys))
	for i, k := range s.deps.LogKeys {
		items[i] = signingKeyOf(k, history)
	}
	return listOf(items, ""), nil
}

func signingKeyOf(k signing.LogKey, history []receipt.RootEntry) signingKey {
	out := signingKey{ID: k.ID(), VerifierKey: k.VerifierKey, State: string(k.State), Reason: k.Reason}
	if k.Since > 0 {
		since := Time(k.Since)
		out.Since = &since
	}
	for _, e := range history {
		if e.Key != k.VerifierKey {
			continue
		}
		index, at := e.Index, Time(e.Time)
		if e.Action == receipt.KeyRetire || e.Action == receipt.KeyRevoke {
			out.EndedIndex, out.EndedAt = &index, &at
		} else {
			out.IssuedIndex, out.IssuedAt = &index, &at
		}
	}
	return out
}

// verifierKeys are the keys to pin: all that are not revoked, the active one
// first, then the newest.
func verifierKeys(keys []signing.LogKey) []string {
	out := []string{}
	for i := range keys {
		switch k := keys[len(keys)-1-i]; k.State {
		case signing.Active:
			out = append([]string{k.VerifierKey}, out...)
		case signing.Revoked:
		default:
			out = append(out, k.VerifierKey)
		}
	}
	return out
}
