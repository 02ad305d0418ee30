package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"frostgate.io/frostgate/internal/tenant"
)

//go:embed page
var pageFiles embed.FS

// pages are the HTML pages: they depend on the contract only.
// They hold no script and load nothing.
type pages struct {
	docs, landing, noConsole []byte
	csp                      []string
}

// exampleURL stands for the server in examples.
const exampleURL = "http://127.0.0.1:8080"

type docsPage struct {
	Version, Intro, Hash, URL string
	Style                     template.CSS
	Groups                    []docsGroup
	Problems                  []docsProblem
}

type docsGroup struct {
	Name, Doc string
	Routes    []docsRoute
}

type docsRoute struct {
	ID, Method, Path, Summary, Doc string
	Access, Class                  string
	Aliases                        []string
	Params, Request, Response      []docsField
	ResponseMedia, Curl            string
}

type docsField struct {
	Name, Type, Doc string
	Required        bool
}

type docsProblem struct {
	Code, Title string
	Status      int
}

func renderPages(doc *contract, table []*Route) (*pages, error) {
	text, err := doc.printed()
	if err != nil {
		return nil, err
	}
	style, err := pageFiles.ReadFile("page/style.css")
	if err != nil {
		return nil, err
	}
	tmpl, err := template.ParseFS(pageFiles, "page/*.html")
	if err != nil {
		return nil, fmt.Errorf("parse pages: %w", err)
	}
	sum := sha256.Sum256(style)
	out := &pages{csp: []string{"default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"}}
	page := docsPage{
		Version: ContractVersion, Intro: contractIntro, Hash: text.hash, URL: exampleURL,
		Style: template.CSS(style), Groups: docsGroups(doc, table),
	}
	for _, k := range problemKinds() {
		page.Problems = append(page.Problems, docsProblem{string(k.code), k.title, k.status})
	}
	var b bytes.Buffer
	if err := tmpl.ExecuteTemplate(&b, "docs.html", page); err != nil {
		return nil, fmt.Errorf("render docs: %w", err)
	}
	out.docs = bytes.Clone(b.Bytes())
	b.Reset()
	landing := struct {
		Style template.CSS
		Curl  string
	}{page.Style, defendExample("/defend")}
	if err := tmpl.ExecuteTemplate(&b, "landing.html", landing); err != nil {
		return nil, fmt.Errorf("render landing page: %w", err)
	}
	out.landing = bytes.Clone(b.Bytes())
	b.Reset()
	if err := tmpl.ExecuteTemplate(&b, "noconsole.html", landing); err != nil {
		return nil, fmt.Errorf("render the page without a console: %w", err)
	}
	out.noConsole = b.Bytes()
	return out, nil
}

func docsGroups(doc *contract, table []*Route) []docsGroup {
	var groups []docsGroup
	for _, t := range tags() {
		g := docsGroup{Name: t.name, Doc: t.doc}
		for _, rt := range table {
			if rt.Tag == t.name {
				g.Routes = append(g.Routes, docsOf(doc.schemas, rt))
			}
		}
		if len(g.Routes) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

func docsOf(ss *schemas, rt *Route) docsRoute {
	out := docsRoute{
		ID: operationID(rt, rt.Path, false), Method: rt.Method, Path: rt.Path, Summary: rt.Summary, Doc: rt.Doc,
		Class: string(rt.Class), Aliases: rt.Aliases, ResponseMedia: rt.resMedia, Curl: curl(ss, rt),
	}
	switch rt.Access {
	case public:
		out.Access = "No key needed."
	case anyKey:
		out.Access = "Any valid key."
	default:
		out.Access = "Scope " + string(rt.Scope) + "."
	}
	for _, p := range rt.Query {
		kind := [...]string{"string", "integer", "boolean", "time"}[p.Kind]
		if p.Enum != nil {
			kind = strings.Join(p.Enum, " | ")
		}
		out.Params = append(out.Params, docsField{Name: p.Name, Type: kind, Doc: p.Doc})
	}
	if rt.req != nil {
		out.Request = docsFields(ss.of(rt.req), "", 0)
	}
	if rt.reqDoc != nil {
		out.Request = docsFields(ss.of(rt.reqDoc), "", 0)
	}
	if rt.res != nil {
		out.Response = docsFields(ss.of(rt.res), "", 0)
	}
	return out
}

// docsFields lists the fields of an object and of the objects in it.
func docsFields(s *schema, prefix string, depth int) []docsField {
	var out []docsField
	for _, p := range s.properties {
		name := prefix + p.name
		out = append(out, docsField{Name: name, Type: typeName(p.schema), Doc: p.schema.doc, Required: p.required})
		inner, in := p.schema, name+"."
		if inner.kind == "array" {
			inner, in = inner.items, name+"[]."
		}
		if depth < 3 && inner.kind == "object" {
			out = append(out, docsFields(inner, in, depth+1)...)
		}
	}
	return out
}

func typeName(s *schema) string {
	switch {
	case s.kind == "":
		return "any JSON"
	case len(s.enum) > 0:
		return strings.Join(s.enum, " | ")
	case s.kind == "array":
		return "list of " + typeName(s.items)
	case s.format == "date-time":
		return "time"
	case s.values != nil:
		return "map of " + typeName(s.values)
	}
	return s.kind
}

func defendExample(path string) string {
	return `curl -s "$FROSTGATE_URL` + path + `" -H "X-API-Key: $FROSTGATE_API_KEY" -H "Content-Type: application/json" \
  -d '{"source":"sshd","event_type":"auth","timestamp":"2026-03-01T12:00:00Z","payload":{"src_ip":"203.0.113.7","user":"root","failed_auths":6}}'`
}

// curl writes a command that calls the route.
func curl(ss *schemas, rt *Route) string {
	if rt.Class == tenant.ClassDefend {
		return defendExample(rt.Path)
	}
	var b strings.Builder
	b.WriteString("curl -s ")
	switch {
	case rt.Method != http.MethodGet && rt.req == nil && rt.reqMedia == "", rt.Method == http.MethodDelete, rt.Method == http.MethodPatch:
		b.WriteString("-X " + rt.Method + " ")
	case rt.resMedia == "text/event-stream":
		b.WriteString("-N ")
	}
	b.WriteString(`"$FROSTGATE_URL` + examplePath(rt.Path) + `"`)
	if rt.Access != public {
		b.WriteString(` -H "X-API-Key: $FROSTGATE_API_KEY"`)
	}
	switch {
	case rt.req != nil:
		b.WriteString(" -H \"Content-Type: application/json\" \\\n  -d '" + example(ss.of(rt.req), 0) + "'")
	case rt.reqMedia != "":
		b.WriteString(" --data-binary @events.ndjson")
	}
	return b.String()
}

// example writes a body with the required fields, and with the optional ones
// when nothing is required.
func example(s *schema, depth int) string {
	switch {
	case len(s.enum) > 0:
		return strconv.Quote(s.enum[0])
	case s.format == "date-time":
		return `"2026-03-01T12:00:00Z"`
	case s.kind == "integer":
		if s.min != nil {
			return strconv.FormatInt(max(1, *s.min), 10)
		}
		return "1"
	case s.kind == "number":
		return "0.5"
	case s.kind == "boolean":
		return "true"
	case s.kind == "string":
		return `"..."`
	case s.kind == "array":
		return "[" + example(s.items, depth+1) + "]"
	case s.kind == "object" && s.values == nil && depth < 4:
		return exampleObject(s, depth)
	}
	return "{}"
}

func exampleObject(s *schema, depth int) string {
	var parts []string
	for _, all := range []bool{false, true} {
		for _, p := range s.properties {
			if p.required || all {
				parts = append(parts, strconv.Quote(p.name)+":"+example(p.schema, depth+1))
			}
		}
		if len(parts) > 0 {
			break
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// servePage answers with one of the rendered pages.
func (s *Server) servePage(x *exchange, which func(*pages) []byte) error {
	pages, err := s.pages()
	if err != nil {
		return err
	}
	body := which(pages)
	h := x.Header()
	h["Content-Security-Policy"] = pages.csp
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = x.Write(body) // the reader is gone
	return nil
}

func (s *Server) docs(_ context.Context, x *exchange, _ *Call) error {
	return s.servePage(x, func(p *pages) []byte { return p.docs })
}

func (s *Server) landing(_ context.Context, x *exchange, c *Call) error {
	if s.console.built() && wantsPage(c.Request) {
		x.Header().Set("Location", consoleBase)
		x.Header().Set("Vary", "Accept")
		x.WriteHeader(http.StatusSeeOther)
		return nil
	}
	return s.servePage(x, func(p *pages) []byte { return p.landing })
}

// examplePath writes {id} as ID, which a reader sees must be replaced.
func examplePath(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if strings.HasPrefix(p, "{") {
			parts[i] = strings.ToUpper(strings.Trim(p, "{}$."))
		}
	}
	return strings.Join(parts, "/")
}
