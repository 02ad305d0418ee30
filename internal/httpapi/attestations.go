package httpapi

import (
	"context"
	"net/http"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/tenant"
)

// attestationItem is one line of the list of attestations.
type attestationItem struct {
	ID         string `json:"id" doc:"Log ID and index."`
	Index      uint64 `json:"index"`
	Module     string `json:"module"`
	ModuleName string `json:"module_name,omitempty"`
	Key        string `json:"key_id" doc:"Fingerprint of the module's key that signed."`
	Counter    uint64 `json:"counter" doc:"The module's own count; it only rises."`
	Type       string `json:"type"`
	At         Time   `json:"at" doc:"When it was recorded."`
}

func (s *Server) attestationsRoute(path string) *Route {
	return &Route{
		Method: http.MethodGet, Path: path, Access: scoped, Scope: domain.ScopeEvidenceRead, Class: tenant.ClassRead, Tag: "evidence",
		Summary:  "Attestations that modules signed, the newest first",
		Query:    pageParams(Param{Name: "module", Doc: "Only of this module, by its ID."}, Param{Name: "type", Doc: "Only of this type."}),
		endpoint: read(s.listAttestations),
	}
}

func (s *Server) listAttestations(ctx context.Context, c *Call) (list[attestationItem], error) {
	limit, err := c.Query.limit()
	if err != nil {
		return list[attestationItem]{}, err
	}
	found, next, err := s.deps.Signers.Attestations(ctx, c.Tenant(), c.Query.text("module"), c.Query.text("type"), c.Query.text("cursor"), limit)
	if err != nil {
		return list[attestationItem]{}, err
	}
	items := make([]attestationItem, len(found))
	for i, a := range found {
		items[i] = attestationItem{a.ID, a.Index, a.Module, a.Name, a.Key, a.Counter, a.Type, Time(a.At)}
	}
	return listOf(items, next), nil
}
