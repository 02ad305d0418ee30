package httpapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"
)

// ContractVersion is the version of the HTTP contract: the first number moves
// with a breaking change, the second with an addition.
const ContractVersion = "1.0"

// contract is the OpenAPI document of the route table.
type contract struct {
	schemas *schemas
	// printed gives it in its printed forms: made when somebody first asks, for it
	// takes longer than the rest of a start.
	printed func() (*printed, error)
}

type printed struct {
	yaml []byte
	json []byte
	hash string // SHA-256 of the YAML
}

// node is a piece of the document; yaml and json sort its keys.
type node = map[string]any

// document is the top of the document, in the order people read it.
type document struct {
	OpenAPI    string `yaml:"openapi" json:"openapi"`
	Info       node   `yaml:"info" json:"info"`
	Servers    []node `yaml:"servers" json:"servers"`
	Security   []node `yaml:"security" json:"security"`
	Tags       []node `yaml:"tags" json:"tags"`
	Paths      node   `yaml:"paths" json:"paths"`
	Components node   `yaml:"components" json:"components"`
}

func newContract(table []*Route) (*contract, error) {
	ss := newSchemas()
	ss.of(reflect.TypeFor[Problem]())
	doc := document{
		OpenAPI: "3.1.0",
		Info: node{
			"title": "FrostGate", "version": ContractVersion,
			"description": contractIntro,
			"license":     node{"name": "Apache-2.0", "identifier": "Apache-2.0"},
		},
		Servers:  []node{{"url": "/"}},
		Security: []node{{"apiKey": []string{}}, {"bearer": []string{}}},
		Paths:    node{},
	}
	for _, tag := range tags() {
		doc.Tags = append(doc.Tags, node{"name": tag.name, "description": tag.doc})
	}
	for _, rt := range table {
		if err := checkRoute(rt); err != nil {
			return nil, err
		}
		for i, path := range rt.paths() {
			path = templateOf(path)
			item, _ := doc.Paths[path].(node)
			if item == nil {
				item = node{}
				doc.Paths[path] = item
			}
			item[strings.ToLower(rt.Method)] = operation(ss, rt, path, i > 0)
		}
	}
	doc.Components = node{
		"schemas": componentSchemas(ss),
		"responses": node{"Problem": node{
			"description": "A problem (RFC 9457).",
			"content":     node{"application/problem+json": node{"schema": ref("Problem")}},
		}},
		"securitySchemes": node{
			"apiKey": node{"type": "apiKey", "in": "header", "name": "X-API-Key"},
			"bearer": node{"type": "http", "scheme": "bearer"},
		},
	}
	return &contract{schemas: ss, printed: sync.OnceValues(func() (*printed, error) { return printContract(&doc) })}, nil
}

const contractIntro = `Automated security decisions that are gated, explained and provable.
Times are RFC 3339 in UTC. Lists are pages: pass next_cursor as cursor. Each refusal is an RFC 9457
problem with a stable code. Mutations take an Idempotency-Key. Paths marked x-frostgate-alias-of are
kept for existing clients.`

func printContract(doc *document) (*printed, error) {
	var y bytes.Buffer
	y.WriteString("# Generated from internal/httpapi by go run ./tools/openapi. Do not edit.\n")
	enc := yaml.NewEncoder(&y)
	enc.SetIndent(2)
	if err := enc.Encode(doc); err != nil {
		return nil, fmt.Errorf("print contract: %w", err)
	}
	j, err := json.Marshal(doc, json.Deterministic(true), jsontext.WithIndent("  "))
	if err != nil {
		return nil, fmt.Errorf("print contract: %w", err)
	}
	sum := sha256.Sum256(y.Bytes())
	return &printed{yaml: y.Bytes(), json: j, hash: hex.EncodeToString(sum[:])}, nil
}

// checkRoute refuses a row that doesn't say who may use it.
func checkRoute(rt *Route) error {
	switch {
	case rt.Access == nobody,
		rt.Access == scoped && rt.Scope == "",
		rt.Access != scoped && rt.Scope != "",
		rt.Access != public && rt.Class == "",
		rt.call == nil && rt.raw == nil,
		rt.Summary == "", rt.Tag == "":
		return fmt.Errorf("route %s %s is not complete", rt.Method, rt.Path)
	}
	return nil
}

func operation(ss *schemas, rt *Route, path string, alias bool) node {
	op := node{
		"operationId": operationID(rt, path, alias),
		"summary":     rt.Summary,
		"tags":        []string{rt.Tag},
		"responses":   responses(ss, rt),
	}
	if rt.Doc != "" {
		op["description"] = rt.Doc
	}
	if alias {
		op["x-frostgate-alias-of"] = rt.Path
	}
	switch rt.Access {
	case public:
		op["security"] = []node{}
	case scoped:
		op["x-frostgate-scope"] = string(rt.Scope)
		op["security"] = []node{{"apiKey": []string{string(rt.Scope)}}, {"bearer": []string{string(rt.Scope)}}}
	}
	if rt.Class != "" {
		op["x-frostgate-quota"] = string(rt.Class)
	}
	if params := parameters(rt, path); len(params) > 0 {
		op["parameters"] = params
	}
	switch {
	case rt.req != nil:
		op["requestBody"] = node{"required": true, "content": node{"application/json": node{"schema": ss.print(ss.of(rt.req))}}}
	case rt.reqDoc != nil:
		op["requestBody"] = node{"required": true, "content": node{"application/json": node{"schema": ss.print(ss.of(rt.reqDoc))}}}
	case rt.reqMedia != "":
		op["requestBody"] = node{"required": true, "content": node{rt.reqMedia: node{"schema": rawSchema(rt.reqMedia)}}}
	}
	return op
}

// rawSchema describes bodies that have no fixed fields.
func rawSchema(media string) node {
	if media == "application/json" {
		return node{"type": "object"}
	}
	return node{"type": "string"}
}

// templateOf writes a pattern of the mux as OpenAPI does: the mark of an exact
// path goes, and so do the dots of a parameter that takes the rest of a path.
func templateOf(path string) string {
	return strings.Replace(strings.TrimSuffix(path, "{$}"), "...}", "}", 1)
}

// operationID is stable and readable: get_api_v1_missions_id.
func operationID(rt *Route, path string, alias bool) string {
	p := path
	if !alias {
		p = strings.TrimPrefix(p, prefixV1)
	} else {
		p = "alias" + p
	}
	p = strings.NewReplacer("{$}", "root", "...}", "", "{", "", "}", "", "/", "_", ".", "_", "-", "_").Replace(p)
	return strings.ToLower(rt.Method) + "_" + strings.Trim(p, "_")
}

func parameters(rt *Route, path string) []node {
	var out []node
	for _, name := range pathParams(path) {
		out = append(out, node{"name": name, "in": "path", "required": true, "schema": node{"type": "string"}})
	}
	for _, p := range rt.Query {
		s := node{"type": "string"}
		switch p.Kind {
		case paramInt:
			s = node{"type": "integer", "format": "int64"}
		case paramBool:
			s = node{"type": "boolean"}
		case paramTime:
			s["format"] = "date-time"
		}
		if p.Enum != nil {
			s["enum"] = p.Enum
		}
		name := p.Name
		if p.Rest {
			name += "NAME"
		}
		if p.Many {
			s = node{"type": "array", "items": s}
		}
		out = append(out, node{"name": name, "in": "query", "description": p.Doc, "schema": s})
	}
	if rt.Mutates || rt.takesKey {
		out = append(out, node{
			"name": "Idempotency-Key", "in": "header", "schema": node{"type": "string", "maxLength": maxIdempotencyKey},
			"description": "The same key with the same request gives the same answer for 24 hours.",
		})
	}
	if rt.Mutates {
		out = append(out, node{
			"name": reasonHeader, "in": "header", "schema": node{"type": "string", "maxLength": maxReasonHeader},
			"description": "Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes.",
		})
	}
	return out
}

func responses(ss *schemas, rt *Route) node {
	ok := node{"description": http.StatusText(rt.status)}
	switch {
	case rt.res != nil && rt.resMedia == "":
		ok["content"] = node{"application/json": node{"schema": ss.print(ss.of(rt.res))}}
	case rt.res != nil:
		ok["content"] = node{rt.resMedia: node{"schema": ss.print(ss.of(rt.res))}}
	case rt.resMedia != "":
		ok["content"] = node{rt.resMedia: node{"schema": rawSchema(rt.resMedia)}}
	}
	return node{
		strconv.Itoa(rt.status): ok,
		"default":               node{"$ref": "#/components/responses/Problem"},
	}
}

func componentSchemas(ss *schemas) node {
	out := node{}
	for _, s := range ss.types {
		if s.name != "" {
			out[s.name] = ss.body(s)
		}
	}
	return out
}

func ref(name string) node { return node{"$ref": "#/components/schemas/" + name} }

// print gives a reference to a named schema, with the description of the
// place; anything else in full.
func (ss *schemas) print(s *schema) node {
	if s.name == "" {
		return ss.body(s)
	}
	r := ref(s.name)
	if s.doc != "" {
		r["description"] = s.doc
	}
	return r
}

func (ss *schemas) body(s *schema) node {
	out := node{}
	put := func(name string, v any, there bool) {
		if there {
			out[name] = v
		}
	}
	put("type", s.kind, s.kind != "" && !s.nullable)
	put("type", []string{s.kind, "null"}, s.kind != "" && s.nullable)
	put("format", s.format, s.format != "")
	put("description", s.doc, s.doc != "" && s.name == "")
	put("enum", s.enum, len(s.enum) > 0)
	put("minLength", s.minLen, s.minLen > 0)
	put("maxLength", s.maxLen, s.maxLen > 0 && s.kind == "string")
	put("maxItems", s.maxLen, s.maxLen > 0 && s.kind == "array")
	if s.min != nil {
		out["minimum"] = *s.min
	}
	if s.max != nil {
		out["maximum"] = *s.max
	}
	switch {
	case s.kind == "array":
		out["items"] = ss.print(s.items)
	case s.kind == "object" && s.values != nil:
		out["additionalProperties"] = ss.print(s.values)
	case s.kind == "object":
		ss.printProperties(s, out)
	}
	return out
}

func (ss *schemas) printProperties(s *schema, out node) {
	props, required := node{}, []string{}
	for _, p := range s.properties {
		props[p.name] = ss.print(p.schema)
		if p.required {
			required = append(required, p.name)
		}
	}
	out["properties"] = props
	if len(required) > 0 {
		slices.Sort(required)
		out["required"] = required
	}
}
