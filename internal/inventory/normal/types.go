package normal

import (
	"slices"
	"strings"
)

// Type is one inventory type.
type Type struct {
	// Name is the type's name in inventory; see Object.Type.
	Name string
	// Label is what people call it: "Settings catalog".
	Label string
	// Family is how it is read: graph, kubernetes, aws or json.
	Family string
	// Normaliser is the version of its normaliser: it differs whenever the type's
	// data or the engine differ. Objects compare only under equal ones.
	Normaliser string
	// Assignable: its objects have no effect without assignments.
	Assignable bool
}

// Types is the type table. It is immutable.
type Types struct {
	families []*family
	byName   map[string]*Rules
	odata    globs             // @odata.type without its prefix -> type
	paths    map[string]*Rules // collection path -> type
	folders  map[string]*Rules // folded folder path -> type
	shapes   []shape
}

// family is a file of the table.
type family struct {
	name  string
	label string
	names []glob
	all   *Rules // of unlisted types

	match  []matched
	reader reader
}

// matched are rules for names of types that a glob describes.
type matched struct {
	name  glob
	rules *Rules
}

// shape are members that an object of a type has.
type shape struct {
	members []string
	rules   *Rules
}

// List gives the types that the table lists, by name. Other types exist: see
// Rules.
func (t *Types) List() []Type {
	out := make([]Type, 0, len(t.byName))
	for _, r := range t.byName {
		out = append(out, r.typ)
	}
	slices.SortFunc(out, func(x, y Type) int { return strings.Compare(x.Name, y.Name) })
	return out
}

// Rules gives the rules of a type, listed or not: an unlisted one has those of
// the family that its name shows.
func (t *Types) Rules(name string) *Rules {
	if r := t.byName[name]; r != nil {
		return r
	}
	for _, f := range t.families {
		for _, m := range f.match {
			if m.name.match(name) {
				return m.rules.named(f, name)
			}
		}
	}
	for _, f := range t.families {
		for _, g := range f.names {
			if g.match(name) {
				return f.all.named(f, name)
			}
		}
	}
	last := t.families[len(t.families)-1]
	return last.all.named(last, name)
}

// named gives the same rules under another type's name.
func (r *Rules) named(f *family, name string) *Rules {
	out := *r
	out.typ.Name = name
	out.typ.Label = f.labelOf(name)
	return &out
}

func (f *family) labelOf(name string) string {
	if f.label == "" {
		return name
	}
	return f.label + " " + name[strings.LastIndexAny(name, "/.")+1:]
}

// Find gives the types that a person may mean by text: the one with that name
// or label, else all whose name or label has it in it, whatever the letters'
// case. Nothing found: the text may still be the name of an unlisted type.
func (t *Types) Find(text string) []Type {
	want := strings.ToLower(strings.TrimSpace(text))
	var part []Type
	for _, typ := range t.List() {
		name, label := strings.ToLower(typ.Name), strings.ToLower(typ.Label)
		if name == want || label == want {
			return []Type{typ}
		}
		if want != "" && (strings.Contains(name, want) || strings.Contains(label, want)) {
			part = append(part, typ)
		}
	}
	return part
}

// TypeOfFolder gives the type whose objects exports keep in a folder of that
// path, going by its last parts; an inner folder counts before an outer one.
func (t *Types) TypeOfFolder(folder string) (string, bool) {
	if r := t.folder(folder); r != nil {
		return r.typ.Name, true
	}
	return "", false
}

func (t *Types) folder(path string) *Rules {
	parts := strings.Split(foldFolder(path), "/")
	for end := len(parts); end > 0; end-- {
		if end < len(parts) && isID(parts[end-1]) {
			return nil // what lies below an object's own folder is not of its type
		}
		for start := max(0, end-3); start < end; start++ {
			if r := t.folders[strings.Join(parts[start:end], "/")]; r != nil {
				return r
			}
		}
	}
	return nil
}

// isID says that a folder, folded, is called as an object's GUID.
func isID(folder string) bool { return len(folder) == 32 && isHex(folder) }

// foldFolder takes out of a folder's path what tools spell differently.
func foldFolder(path string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '_' {
			return -1
		}
		return r
	}, strings.ToLower(path))
}
