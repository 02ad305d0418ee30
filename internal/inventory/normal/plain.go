package normal

import (
	"strings"

	"frostgate.io/frostgate/internal/jsondoc"
)

// plainType is the type of JSON objects that nothing recognises.
const plainType = "json"

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
