package httpapi

import (
	"context"

	"github.com/go-json-experiment/json"

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

// getDetections writes its answer itself, so that the slot is held as long as the
// document, which may be large, is in memory.
func (s *Server) getDetections(ctx context.Context, x *exchange, c *Call) error {
	done, err := s.documents.take(c.Tenant())
	if err != nil {
		return err
	}
	defer done()
	d, err := s.deps.Govern.Document(ctx, c.Tenant(), domain.Hash(c.Path("hash")))
	if err != nil {
		return err
	}
	if !isDetections(d.Kind) {
		return fault.New(fault.NotFound, "no document of rules with hash %q", d.Hash)
	}
	out := detectionsView{detectionsRefOf(d.Ref), d.Tenant == "", string(d.CreatedBy), Time(d.CreatedAt), string(d.Content)}
	x.Header().Set("Content-Type", "application/json")
	if err := json.MarshalWrite(x, &out); err != nil {
		return nil //nolint:nilerr // the answer has begun: the reader is gone
	}
	return nil
}
