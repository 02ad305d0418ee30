package normal

import (
	"bytes"
	"strings"

	"frostgate.io/frostgate/internal/jsondoc"
)

// odataPrefix begins the @odata.type of Microsoft Graph's own types.
const odataPrefix = "#microsoft.graph."

// graphUnlisted begins the name of a type that the table does not list and
// whose collection the object does not show: the rest is its @odata.type.
const graphUnlisted = "microsoft.graph."

// graphReader reads exports of Microsoft Graph: single objects, as
// IntuneManagement, IntuneCD and EntraExporter write them, and pages of lists.
func graphReader() reader {
	return reader{family: "graph", split: splitGraph, pages: graphPages, recognise: recogniseGraph}
}

// splitGraph takes a page of a list apart: {"@odata.context": …, "value": […]}.
// Objects that happen to have a value are none: a page has nothing else that
// has a meaning.
func splitGraph(t *Types, doc jsondoc.Value, each func(jsondoc.Value, string)) bool {
	value := doc.Get("value")
	if value.Kind() != jsondoc.Array {
		return false
	}
	for key, m := range doc.MemberViews() {
		if len(key) > 0 && key[0] != '@' && string(key) != "value" && m.Kind() != jsondoc.Null {
			return false
		}
	}
	for e := range value.Elements() {
		if e.Kind() != jsondoc.Object {
			return false
		}
	}
	typ := pageType(t, doc)
	for e := range value.Elements() {
		each(e, typ)
	}
	return true
}

// graphPages says whether a page names a next one.
func graphPages(t *Types, doc jsondoc.Value) []Page {
	return []Page{{Type: pageType(t, doc), More: doc.Get("@odata.nextLink").Kind() == jsondoc.String}}
}

// pageType gives the type of a page's objects, empty when it doesn't say.
func pageType(t *Types, page jsondoc.Value) string {
	context := page.Get("@odata.context")
	if r := t.graphCollection(context); r != nil {
		return r.typ.Name
	}
	return unlistedCollection(context)
}

// recogniseGraph goes from the strongest sign to the weakest: what the object
// says it is, the collection that it says it is from, what members it has, the
// folder that it lay in.
func recogniseGraph(t *Types, object jsondoc.Value, rec *Record) string {
	odata, _ := object.Get("@odata.type").StrView()
	short, isGraph := bytes.CutPrefix(odata, []byte(odataPrefix))
	if isGraph {
		if r := t.odata.exact[string(short)]; r != nil {
			return r.typ.Name
		}
	}
	context := object.Get("@odata.context")
	for _, sign := range [...]jsondoc.Value{context, object.Get("@odata.id"), object.Get("@odata.editLink")} {
		if r := t.graphCollection(sign); r != nil {
			return r.typ.Name
		}
	}
	if name := unlistedCollection(context); name != "" {
		return name
	}
	if isGraph {
		if r := t.odata.find(string(short)); r != nil {
			return r.typ.Name
		}
		return graphUnlisted + string(short)
	}
	if r := t.shaped(object); r != nil {
		return r.typ.Name
	}
	if r := t.folder(folderOf(rec.Place)); r != nil && r.typ.Family == "graph" {
		return r.typ.Name
	}
	return ""
}

// graphCollection gives the type whose collection a context or link names.
func (t *Types) graphCollection(sign jsondoc.Value) *Rules {
	text, ok := sign.StrView()
	if !ok || len(text) > maxLink {
		return nil
	}
	path := collectionPath(string(text))
	if r := t.paths[path]; r != nil {
		return r
	}
	// A link may name the object by one more step: …/policies/ID. In a context
	// that would be another collection, below the object.
	if i := strings.LastIndexByte(path, '/'); i > 0 && !bytes.Contains(text, metadataMark) {
		return t.paths[path[:i]]
	}
	return nil
}

// metadataMark is in all contexts.
var metadataMark = []byte("$metadata#")

// maxLink bounds the text of a link that is worth reading.
const maxLink = 4096

// unlistedCollection gives the collection that a context names, as a type's
// name.
func unlistedCollection(context jsondoc.Value) string {
	text, ok := context.StrView()
	if !ok || len(text) > maxLink || !bytes.Contains(text, metadataMark) {
		return ""
	}
	path := collectionPath(string(text))
	if path == "" || path == "Collection" || strings.ContainsAny(path, " .:") || len(path) > maxTypeName {
		return ""
	}
	return path
}

// collectionPath takes from a context ("…/$metadata#a/b(c())/$entity") or link
// ("a/b('id')") the path a/b.
func collectionPath(text string) string {
	if i := strings.IndexByte(text, '#'); i >= 0 {
		text = text[i+1:]
	} else {
		for _, version := range [...]string{"/beta/", "/v1.0/"} {
			if i := strings.Index(text, version); i >= 0 {
				text = text[i+len(version):]
				break
			}
		}
	}
	var out strings.Builder
	depth := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case depth == 0:
			out.WriteByte(c)
		}
	}
	path := strings.TrimSuffix(strings.Trim(out.String(), "/"), "/$entity")
	if i := strings.Index(path, "/microsoft.graph."); i >= 0 {
		path = path[:i]
	}
	return path
}

// folderOf gives the folder of a place.
func folderOf(place string) string {
	if i := strings.LastIndexByte(place, '/'); i >= 0 {
		return place[:i]
	}
	return ""
}
