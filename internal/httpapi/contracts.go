package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"frostgate.io/frostgate/api"
)

type contractStatus struct {
	Version   string `json:"version" doc:"Version of the HTTP contract."`
	Hash      string `json:"hash" doc:"SHA-256 of the contract that this server serves (openapi.yaml)."`
	Committed string `json:"committed_hash" doc:"SHA-256 of the contract that was committed with the source."`
	Equal     bool   `json:"equal" doc:"Whether the two are the same."`
}

func (s *Server) contractStatus(context.Context, *Call) (contractStatus, error) {
	sum := sha256.Sum256(api.OpenAPI())
	committed := hex.EncodeToString(sum[:])
	doc, err := s.contract.printed()
	if err != nil {
		return contractStatus{}, err
	}
	return contractStatus{ContractVersion, doc.hash, committed, committed == doc.hash}, nil
}

func (s *Server) openAPIYAML(_ context.Context, x *exchange, _ *Call) error {
	doc, err := s.contract.printed()
	if err != nil {
		return err
	}
	return serveDocument(x, "application/yaml", doc.yaml)
}

func (s *Server) openAPIJSON(_ context.Context, x *exchange, _ *Call) error {
	doc, err := s.contract.printed()
	if err != nil {
		return err
	}
	return serveDocument(x, "application/json", doc.json)
}

func serveDocument(x *exchange, media string, body []byte) error {
	h := x.Header()
	h.Set("Content-Type", media)
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = x.Write(body) // the reader is gone
	return nil
}
