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
	return contractStatus{ContractVersion, s.contract.hash, committed, committed == s.contract.hash}, nil
}

func (s *Server) openAPIYAML(_ context.Context, x *exchange, _ *Call) error {
	return serveDocument(x, "application/yaml", s.contract.yaml)
}

func (s *Server) openAPIJSON(_ context.Context, x *exchange, _ *Call) error {
	return serveDocument(x, "application/json", s.contract.json)
}

func serveDocument(x *exchange, media string, body []byte) error {
	h := x.Header()
	h.Set("Content-Type", media)
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = x.Write(body) // the reader is gone
	return nil
}
