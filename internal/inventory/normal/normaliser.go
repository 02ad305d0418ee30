package normal

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/jsondoc"
)

// Bounds of what is read.
const (
	MaxObject = 4 << 20  // bytes of one object
	MaxRecord = 64 << 20 // bytes of a document that holds several

	maxDepth    = 64
	maxNodes    = 1 << 20
	maxID       = 1024
	maxName     = 512
	maxTypeName = 512
)

// Unreadable says why a record, or an object in it, could not be read. It is
// for quarantine.
type Unreadable struct {
	Reason string
	Type   string // empty: it may be of any type
}

// Error gives the reason.
func (e *Unreadable) Error() string { return e.Reason }

// Ignored says that a record is no object although it lies among objects: a
// table of names that an export tool adds. Nothing is missing for it.
type Ignored struct{ Reason string }

// Error gives the reason.
func (e *Ignored) Error() string { return e.Reason }

// Normaliser turns records into objects. It is for one goroutine and keeps its
// memory from object to object.
type Normaliser struct {
	types  *Types
	sealer *sealer
	doc    jsondoc.Doc // of the record
	inner  jsondoc.Doc // of an object that had to be rewritten
	known  map[string]*knownType
	w      writer
	build  []byte // room for rewritten objects
	batch  batch
	emit   func(object jsondoc.Value, typ string) // of batch
}

// New makes a Normaliser that hashes secrets under key. Without a key all
// secrets look the same.
func New(t *Types, key *Secrets) *Normaliser {
	n := &Normaliser{types: t, sealer: newSealer(key), known: map[string]*knownType{}}
	n.emit = func(object jsondoc.Value, typ string) { n.batch.document(object, typ) }
	return n
}

// Objects reads a record and calls each for every object in it. The Object is
// valid until each returns. The error of each ends it. An object that can't be
// read does not keep the others from being read; one *Unreadable comes back for
// all such. *Ignored says that the record is no object at all.
func (n *Normaliser) Objects(rec *Record, each func(*Object) error) error {
	b := &n.batch
	*b = batch{n: n, rec: rec, each: each}
	// Windows writes a byte order mark, which says nothing in UTF-8.
	raw := bytes.TrimPrefix(rec.JSON, byteOrderMark)
	if err := n.doc.Parse(raw, jsondoc.Limits{MaxBytes: MaxRecord, MaxDepth: maxDepth + 4, MaxNodes: 4 * maxNodes}); err != nil {
		return n.unreadable(rec, err)
	}
	root := n.doc.Root()
	if why := ignored(root, rec.Place); why != "" {
		return &Ignored{why}
	}
	b.document(root, "")
	if b.err != nil {
		return b.err
	}
	if b.bad != nil {
		return b.bad
	}
	return nil
}

// Page says whether the record last read was a page of a list of Microsoft
// Graph, of which type (empty: an empty page that does not say), and whether it
// names a next page. Pages of a type of which none is the last are not the
// whole list.
func (n *Normaliser) Page() (typ string, more, page bool) {
	root := n.doc.Root()
	if !n.batch.page {
		return "", false, false
	}
	return n.batch.pageType, root.Get("@odata.nextLink").Kind() == jsondoc.String, true
}

var byteOrderMark = []byte("\ufeff")

// unreadable gives a record that is no JSON the type that its source or its
// folder says.
func (n *Normaliser) unreadable(rec *Record, err error) *Unreadable {
	typ := n.types.named(rec.Type)
	if typ == "" {
		typ, _ = n.types.TypeOfFolder(folderOf(rec.Place))
	}
	reason := err.Error()
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		reason = f.Msg
	}
	return &Unreadable{Reason: reason, Type: typ}
}

// batch is one call of Objects.
type batch struct {
	n    *Normaliser
	rec  *Record
	each func(*Object) error
	bad  *Unreadable
	err  error
	// depth counts the documents around the one that is being taken apart.
	depth int
	obj   Object
	// page: the record is a page of a list, of pageType.
	page     bool
	pageType string
}

// maxNested bounds lists in lists.
const maxNested = 3

// refuse notes an object that can't be read. Of several, the first reason
// counts; if they are of different types, none is given.
func (b *batch) refuse(typ, format string, args ...any) {
	if b.bad == nil {
		b.bad = &Unreadable{Reason: fmt.Sprintf(format, args...), Type: typ}
	} else if b.bad.Type != typ {
		b.bad.Type = ""
	}
}

// document takes a document apart, down to objects. typ is what an outer
// document says that they are.
func (b *batch) document(v jsondoc.Value, typ string) {
	if b.err != nil {
		return
	}
	b.depth++
	defer func() { b.depth-- }()
	switch v.Kind() {
	case jsondoc.Array:
		if b.depth > maxNested {
			b.refuse(typ, "arrays in arrays are no objects")
			return
		}
		for e := range v.Elements() {
			b.document(e, typ)
		}
	case jsondoc.Object:
		if b.depth > maxNested || !b.split(v) {
			b.object(v, typ)
		}
	default:
		b.refuse(typ, "is a JSON %s, not an object", v.Kind())
	}
}

func (b *batch) split(v jsondoc.Value) bool {
	for _, f := range b.n.types.families {
		if f.reader.split != nil && f.reader.split(b.n.types, v, b.n.emit) {
			if b.depth == 1 && f.name == "graph" {
				b.page = true
				b.pageType = cmp.Or(pageType(b.n.types, v), b.pageType)
			}
			return true
		}
	}
	return false
}

// object recognises one object and normalises it.
func (b *batch) object(v jsondoc.Value, outer string) {
	k := b.typeOf(v, outer)
	obj := &b.obj
	*obj = Object{Type: k.rules.typ.Name}
	if b.pageType == "" {
		b.pageType = obj.Type
	}
	switch {
	case len(obj.Type) > maxTypeName:
		b.refuse("", "type name of more than %d bytes", maxTypeName)
		return
	case notConfiguration(v) != "":
		b.refuse(obj.Type, "%s", notConfiguration(v))
		return
	case len(v.Raw()) > MaxObject:
		b.refuse(obj.Type, "object of more than %d bytes", MaxObject)
		return
	case !b.identify(k, v, obj):
		return
	}
	if err := b.n.normalise(k, v, obj); err != nil {
		b.refuse(obj.Type, "%v", err)
		return
	}
	b.err = b.each(obj)
}

// typeOf believes the source first, then the document around the object, then
// the object.
func (b *batch) typeOf(v jsondoc.Value, outer string) *knownType {
	t := b.n.types
	switch says := b.rec.Type; {
	case says != "" && b.n.known[says] != nil:
		return b.n.known[says]
	case says != "":
		return b.n.knows(t.named(says))
	case outer != "":
		return b.n.knows(outer)
	default:
		return b.n.knows(t.recognise(v, b.rec))
	}
}
