package httpapi

import (
	"context"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/governance"
)

// detectionsRef names a document of rules or of their tuning. It is apart from
// documentRef, whose kinds clients of the first contract know.
type detectionsRef struct {
	Hash    string `json:"hash" doc:"SHA-256 of the document's exact bytes."`
	Kind    string `json:"kind" enum:"detections|tuning"`
	Name    string `json:"name"`
	Version string `json:"version"`
}

type detectionsView struct {
	detectionsRef
	Platform  bool   `json:"platform" doc:"Belongs to the platform; every tenant reads it."`
	CreatedBy string `json:"created_by,omitempty"`
	CreatedAt Time   `json:"created_at"`
	Content   string `json:"content" doc:"The exact bytes. Rules: an archive of files, each behind a line like -- NAME.yml --; tuning: YAML."`
}

func isDetections(kind string) bool {
	return kind == governance.KindDetections || kind == governance.KindTuning
}

func detectionsRefOf(r governance.Ref) detectionsRef {
	return detectionsRef{string(r.Hash), r.Kind, r.Name, r.Version}
}

func (s *Server) getDetections(ctx context.Context, c *Call) (detectionsView, error) {
	d, err := s.deps.Govern.Document(ctx, c.Tenant(), domain.Hash(c.Path("hash")))
	if err != nil {
		return detectionsView{}, err
	}
	if !isDetections(d.Kind) {
		return detectionsView{}, fault.New(fault.NotFound, "no document of rules with hash %q", d.Hash)
	}
	return detectionsView{detectionsRefOf(d.Ref), d.Tenant == "", string(d.CreatedBy), Time(d.CreatedAt), string(d.Content)}, nil
}
