package normal

import (
	"strings"

	"frostgate.io/frostgate/internal/jsondoc"
)

// plainType is the type of JSON objects that nothing recognises.
const plainType = PlainType

// PlainType is the type of JSON objects that nothing recognises.
const PlainType = "json"

// jsonReader takes all that no other family does: JSON objects, and arrays of
// them.
func jsonReader() reader {
	return reader{
		family: "json",
		split:  func(*Types, jsondoc.Value, func(jsondoc.Value, string)) bool { return false },
		recognise: func(t *Types, _ jsondoc.Value, rec *Record) string {
			if r := t.folder(folderOf(rec.Place)); r != nil {
				return r.typ.Name
			}
			return plainType
		},
	}
}

// ignored says why a document is no object of configuration although it lies
// among them.
func ignored(doc jsondoc.Value, place string) string {
	if doc.Kind() != jsondoc.Object {
		return ""
	}
	name := place[strings.LastIndexByte(place, '/')+1:]
	if strings.EqualFold(name, "MigrationTable.json") {
		return migrationTable
	}
	objects := doc.Get("Objects")
	if doc.Get("TenantId").Kind() != jsondoc.String || objects.Kind() != jsondoc.Array {
		return ""
	}
	if first := objects.Index(0); first.Exists() && (!first.Get("Id").Exists() || !first.Get("Type").Exists()) {
		return ""
	}
	return migrationTable
}

const migrationTable = "a table of IDs and names of an export, not an object"

// notConfiguration says why a document that a source answered holds no object's
// state.
func notConfiguration(v jsondoc.Value) string {
	if v.Get("@removed").Exists() {
		return "says that an object was removed: a list of changes is no observation"
	}
	if what, is := failure(v); is {
		return "is an error that the source answered: " + cut(what)
	}
	return ""
}

// failure recognises answers that only say that there is none: of Microsoft
// Graph and OAuth, of GraphQL, of Kubernetes.
func failure(v jsondoc.Value) (what string, is bool) {
	kind, _ := v.Get("kind").Str()
	version, _ := v.Get("apiVersion").Str()
	if kind == "Status" && version == "v1" {
		return firstText(v, "reason", "message", "status"), true
	}
	for _, name := range [...]string{"error", "errors", "Error"} {
		e := v.Get(name)
		if !e.Exists() || v.Len() > 1 && !v.Get("error_description").Exists() {
			continue
		}
		switch e.Kind() {
		case jsondoc.String:
			what, _ = e.Str()
			return what, true
		case jsondoc.Object:
			return firstText(e, "code", "Code", "message", "Message"), true
		case jsondoc.Array:
			return firstText(e.Index(0), "code", "message"), true
		}
	}
	return "", false
}

// firstText gives the first of the members that is a text.
func firstText(v jsondoc.Value, names ...string) string {
	for _, name := range names {
		if text, _ := v.Get(name).Str(); text != "" {
			return text
		}
	}
	return "it does not say which"
}
