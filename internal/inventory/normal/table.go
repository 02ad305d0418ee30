package normal

// The files of types/ are the type table. This file is their schema: what is
// not here is refused.
//
// Paths are patterns: /a/b is from the object's root; * is one step, whatever
// the member's name, or an array's elements; ** is any number of steps, also
// none. In lists that say so, an entry without a slash is a member's name at
// any depth, where * stands for any text.

// fileDoc is one file: a family of types that are read alike. A family may
// have further files, after it by name, with nothing but more types.
type fileDoc struct {
	// Family names the family; recognition in Go goes by it: graph, kubernetes,
	// aws, json.
	Family string `yaml:"family" json:"family"`
	// Names says which names of types belong to the family although no type here
	// lists them: globs in which * stands for any text, slashes included.
	Names []string `yaml:"names" json:"names"`
	// Label is for unlisted types: the label of a type is this text and its name.
	Label string `yaml:"label" json:"label"`
	// All holds for every type of the family, Types for one each.
	All   *rulesDoc `yaml:"all" json:"all"`
	Types []typeDoc `yaml:"types" json:"types"`
}

// typeDoc is one type. Its lists add to the family's; what is not a list
// replaces the family's.
type typeDoc struct {
	Name  string `yaml:"name" json:"name"`
	Label string `yaml:"label" json:"label"`
	// Match are further names of types with these rules, as globs
	// ("*/Deployment"): such types keep their own names.
	Match     []string     `yaml:"match" json:"match"`
	Recognise recogniseDoc `yaml:"recognise" json:"recognise"`
	Rules     rulesDoc     `yaml:"rules" json:"rules"`
}

// recogniseDoc says how objects of the type look.
type recogniseDoc struct {
	// ODataTypes are values of @odata.type without "#microsoft.graph."; * stands
	// for any text, and the longest match counts.
	ODataTypes []string `yaml:"odata_types" json:"odata_types"`
	// Collections are paths in @odata.context and @odata.id beside the name.
	Collections []string `yaml:"collections" json:"collections"`
	// Folders are the last parts of the path of a folder that exports use for
	// the type; letters' case, spaces and hyphens don't matter.
	Folders []string `yaml:"folders" json:"folders"`
	// Members are lists of members; an object that has all of one list is of the
	// type.
	Members [][]string `yaml:"members" json:"members"`
}

// rulesDoc says how objects are normalised and compared.
type rulesDoc struct {
	// Assignable: objects without assignments have no effect.
	Assignable *bool `yaml:"assignable" json:"assignable"`
	// Singleton: there is one, and its identity is the type's name.
	Singleton *bool `yaml:"singleton" json:"singleton"`
	// Identity are paths of members (no patterns) of which the first that is there
	// is the identity. They are left out of the content.
	Identity []string `yaml:"identity" json:"identity"`
	// Name and Template are paths of members; the first that is there counts.
	Name     []string `yaml:"name" json:"name"`
	Template []string `yaml:"template" json:"template"`
	// Nulls: "drop" (a null member is none) or "keep".
	Nulls string `yaml:"nulls" json:"nulls"`
	// Volatile are patterns or names of what changes without anybody changing it.
	Volatile []string `yaml:"volatile" json:"volatile"`
	// Keep are names, with * for any text, that stay although a volatile name
	// matches them.
	Keep []string `yaml:"keep" json:"keep"`
	// Secrets are replaced by keyed hashes: strings and numbers at the path and
	// below it. Without a slash it is a member's name, whatever its letters' case
	// and what separates its words, and holds for its own string, number, or array
	// of them only. Names that are secrets everywhere are in commonSecrets.
	Secrets []secretDoc `yaml:"secrets" json:"secrets"`
	// NotSecret are names of commonSecrets, without separators, that mean something
	// else in this family: in Kubernetes a secret is the name of one.
	NotSecret []string `yaml:"not_secret" json:"not_secret"`
	// Defaults are values that mean the same as an absent member.
	Defaults []defaultDoc `yaml:"defaults" json:"defaults"`
	// Empty are patterns of arrays of which an empty one means the same as none
	// when objects are compared. In the content they stay apart: one that was not
	// read is not one that has nothing.
	Empty []string `yaml:"empty" json:"empty"`
	// Ordered are patterns of arrays whose order has a meaning.
	Ordered []string `yaml:"ordered" json:"ordered"`
	// Sets say which members tell the elements of an array apart. Of several for
	// one array the last is tried first.
	Sets []setDoc `yaml:"sets" json:"sets"`
	// Keys are the candidates for arrays that Sets don't name, best first.
	Keys []keyDoc `yaml:"keys" json:"keys"`
	// Metadata are patterns of values that only describe the object.
	Metadata []string `yaml:"metadata" json:"metadata"`
	// Schemas name the schema that the values at a pattern share with other types.
	Schemas []schemaDoc `yaml:"schemas" json:"schemas"`
	// Scalars are patterns of scalars that have several spellings, with the Go
	// function (scalarForms) that gives one.
	Scalars []scalarDoc `yaml:"scalars" json:"scalars"`
}

// secretDoc is a path or name of a secret, with what must hold of its sibling
// members for it to be one.
type secretDoc struct {
	Path string    `yaml:"path" json:"path"`
	When []testDoc `yaml:"when" json:"when"`
	// Not lists names that a name with * would match, and which are no secrets.
	Not []string `yaml:"not" json:"not"`
	// Below: for a name, all strings below it are secret too, but what names an
	// element.
	Below bool `yaml:"below" json:"below"`
	// common: in commonSecrets.
	common bool
}

// testDoc is a condition on a sibling member's text (a string, or JSON of
// another scalar; absent is ""). One of its fields must be given.
type testDoc struct {
	Member string   `yaml:"member" json:"member"`
	Is     []string `yaml:"is" json:"is"`         // one of these
	IsNot  []string `yaml:"is_not" json:"is_not"` // none of these
	Has    []string `yaml:"has" json:"has"`       // contains one of these, whatever the letters' case
}

// defaultDoc are values of a member that mean the same as none.
type defaultDoc struct {
	Path   string   `yaml:"path" json:"path"`
	Values []string `yaml:"values" json:"values"` // strings
}

// setDoc declares an array's key.
type setDoc struct {
	Path string `yaml:"path" json:"path"`
	Key  keyDoc `yaml:"key" json:"key"`
}

// keyDoc are the paths of members in an element that make its key, without the
// leading slash: [settingInstance/settingDefinitionId].
type keyDoc []string

// schemaDoc names a shared schema.
type schemaDoc struct {
	Path string `yaml:"path" json:"path"`
	Name string `yaml:"name" json:"name"`
}

// scalarDoc names the one form of scalars with several spellings.
type scalarDoc struct {
	Path string `yaml:"path" json:"path"`
	As   string `yaml:"as" json:"as"`
}

// Values of rulesDoc.Nulls.
const (
	nullsDropped = "drop"
	nullsKept    = "keep"
)
