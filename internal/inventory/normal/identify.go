package normal

import (
	"strings"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/jsondoc"
)

// identify finds an object's identity, name and template; false after refusing
// the object.
func (b *batch) identify(k *knownType, v jsondoc.Value, obj *Object) bool {
	var id, name string
	r := k.rules
	if rd := &k.family.reader; rd.identify != nil {
		id, name = rd.identify(r, v, b.rec)
	}
	if name == "" {
		name = first(v, r.called)
	}
	switch {
	case b.rec.ID != "":
		id = b.rec.ID
	case r.doc.Singleton != nil && *r.doc.Singleton:
		id = r.typ.Name
	case id == "":
		id = b.fallbackID(r, v, name)
	}
	if id == "" {
		b.refuse(obj.Type, "has no identity and no name")
		return false
	}
	if len(id) > maxID {
		b.refuse(obj.Type, "identity of more than %d bytes", maxID)
		return false
	}
	obj.ID, obj.Name, obj.Template = id, cut(name), cut(first(v, r.templ))
	return true
}

// fallbackID goes from the best identity to the least: the object's own, the
// one that an export put into the file's name, the file that holds nothing but
// the object, and then what people call it. A file comes before the name: names
// need not be different, and of objects that share an identity none can be
// followed.
func (b *batch) fallbackID(r *Rules, v jsondoc.Value, name string) string {
	if id := first(v, r.ident); id != "" {
		return id
	}
	file, isFile := fileOf(b.rec.Place)
	if !isFile || v != b.n.doc.Root() {
		return name
	}
	if id := idOfFile(file); id != "" {
		return id
	}
	return file
}

// fileOf gives a place without the extension of configuration files; false for
// places that are none, like a line of a stream.
func fileOf(place string) (string, bool) {
	for _, ext := range [...]string{".json", ".yaml", ".yml"} {
		if n := len(place) - len(ext); n > 0 && strings.EqualFold(place[n:], ext) {
			return place[:n], true
		}
	}
	return "", false
}

// idOfFile gives the ID that IntuneCD appends to file names: name__ID.
func idOfFile(file string) string {
	base := file[strings.LastIndexByte(file, '/')+1:]
	if i := strings.LastIndex(base, "__"); i > 0 {
		return base[i+2:]
	}
	return ""
}

// first gives the text of the first of the members that has one.
func first(v jsondoc.Value, paths [][]string) string {
	for _, p := range paths {
		m := v.Path(p...)
		switch m.Kind() {
		case jsondoc.String:
			if s, _ := m.Str(); s != "" {
				return s
			}
		case jsondoc.Number:
			return string(appendNumber(nil, m))
		}
	}
	return ""
}

// cut shortens a name that nobody could read anyway.
func cut(s string) string {
	if len(s) <= maxName {
		return s
	}
	end := maxName
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}

// NameOf gives name and template of an object of a type from its canonical
// form; both are empty when it is not readable.
func (t *Types) NameOf(typ string, canonical []byte) (name, template string) {
	doc, err := jsondoc.Parse(canonical, objectLimits)
	if err != nil {
		return "", ""
	}
	r := t.Rules(typ)
	return cut(first(doc.Root(), r.called)), cut(first(doc.Root(), r.templ))
}
