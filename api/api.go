// Package api holds the HTTP contract: openapi.yaml, generated from the route
// table (go run ./tools/openapi), and in released/ each contract that was
// tagged. Nothing in it is written by hand.
package api

//go:generate go run ../tools/openapi -dir .

import (
	"embed"
	"io/fs"
	"slices"
)

//go:embed openapi.yaml
var openAPI []byte

//go:embed released
var released embed.FS

// OpenAPI returns a copy of the committed contract.
func OpenAPI() []byte { return slices.Clone(openAPI) }

// Released holds the tagged contracts, released/openapi-vN.yaml.
func Released() fs.FS { return released }
