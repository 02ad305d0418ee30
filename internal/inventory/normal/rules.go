package normal

// Rules say how the objects of one type are read, hashed and compared. They
// are immutable; any number of goroutines may use them. A nil *Rules has none:
// all arrays are sets without declared keys, nothing is metadata.
//
// A path is given as the members' names from the object's root, with "*" for
// an element of an array.
type Rules struct {
	typ    Type
	doc    rulesDoc
	paths  func() *automaton
	names  *nameTable
	keys   []Key // candidates for arrays whose path declares none
	ident  [][]string
	called [][]string // where the name may stand
	templ  [][]string
}

// Key is how elements of a set are told apart.
type Key struct {
	// Parts are paths of members within an element; the values there together
	// are the key. An element that lacks the first part has no such key; further
	// parts may be absent.
	Parts [][]string
}

// Type gives the type that the rules are of.
func (r *Rules) Type() Type {
	if r == nil {
		return Type{}
	}
	return r.typ
}

// Array says whether the array at a path is a list in order and, if it is a
// set, what may tell its elements apart, best first: the key that the type's
// data declares for it, else the family's candidates.
func (r *Rules) Array(path []string) (ordered bool, keys []Key) {
	if r == nil {
		return false, nil
	}
	m := r.at(path)
	if m.ordered {
		return true, nil
	}
	if m.key != nil {
		return false, m.key
	}
	return false, r.keys
}

// Describes says that the value at a path only describes the object: its name,
// its description.
func (r *Rules) Describes(path []string) bool { return r != nil && r.at(path).metadata }

// EmptyIsNone says that an empty array at a path means the same as none.
func (r *Rules) EmptyIsNone(path []string) bool { return r != nil && r.at(path).empty }

// Schema names the schema that the value at a path belongs to, for grouping
// equal changes: the type's name unless its data says that several types share
// one there or above.
func (r *Rules) Schema(path []string) string {
	if r == nil {
		return ""
	}
	for n := len(path); n > 0; n-- {
		if s := r.at(path[:n]).schema; s != "" {
			return s
		}
	}
	return r.typ.Name
}

// DropsNulls says that a null member means the same as none.
func (r *Rules) DropsNulls() bool { return r != nil && r.doc.Nulls == nullsDropped }

// at follows a path.
func (r *Rules) at(path []string) *mark {
	a, s := r.paths(), rootState
	for _, step := range path {
		if s == dead {
			break
		}
		s = a.next(s, a.symbols[step]) // none is called "*": that is symOther
	}
	return a.at(s)
}
