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

// nodesOf bounds the values of a document: those of an object, and more only
// where it is so large that it can but be a list of objects.
func nodesOf(raw []byte) int {
	if len(raw) > 2*MaxObject {
		return 4 * maxNodes
	}
	return maxNodes
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
	if err := n.doc.Parse(raw, jsondoc.Limits{MaxBytes: MaxRecord, MaxDepth: maxDepth + 4, MaxNodes: nodesOf(raw)}); err != nil {
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

// Page says of one type how a part of a list ended.
type Page struct {
	Type string
	More bool // the list goes on elsewhere
	any  bool // it may hold objects of any type
}

// Pages says of which types the record last read was a part of a list: of
// Microsoft Graph, Kubernetes or AWS. Types of which no last part is there were
// not read to their end.
func (n *Normaliser) Pages() []Page { return n.batch.pages }

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
	// pages are the lists that the record is a part of; first is the type of the
	// first object.
	pages []Page
	first string
}

// maxNested bounds lists in lists.
const maxNested = 3

// refuse notes an object that can't be read. Of several, the first reason
// counts; if they are of different types, none is given. What looks like nothing
// in particular may be the ruin of anything.
func (b *batch) refuse(typ, format string, args ...any) {
	switch {
	case b.rec.Type != "":
		typ = b.n.types.named(b.rec.Type)
	case typ == plainType:
		typ = ""
	}
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
			if b.depth == 1 && f.reader.pages != nil {
				b.page(f.reader.pages(b.n.types, v))
			}
			return true
		}
	}
	return false
}

// page notes what the document said of its lists; one that does not say of which
// type it is is of that of its objects.
func (b *batch) page(pages []Page) {
	for _, p := range pages {
		if p.any {
			if p.More {
				b.refuse("", "the list goes on elsewhere, with objects of whatever type")
			}
			continue
		}
		if p.Type = cmp.Or(p.Type, b.first); p.Type != "" {
			b.pages = append(b.pages, p)
		}
	}
}

// object recognises one object and normalises it.
func (b *batch) object(v jsondoc.Value, outer string) {
	k := b.typeOf(v, outer)
	obj := &b.obj
	*obj = Object{Type: k.rules.typ.Name}
	if b.first == "" {
		b.first = obj.Type
	}
	switch {
	case len(obj.Type) > maxTypeName:
		b.refuse("", "type name of more than %d bytes", maxTypeName)
		return
	case isGone(k, v):
		return
	case notConfiguration(v) != "":
		b.refuse(b.instead(obj.Type, outer, v), "%s", notConfiguration(v))
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

// instead is the type of what should be where an answer of another kind is: what
// the answer looks like says nothing of it.
func (b *batch) instead(typ, outer string, v jsondoc.Value) string {
	if outer != "" || v.Get("@removed").Exists() {
		return typ
	}
	typ, _ = b.n.types.TypeOfFolder(folderOf(b.rec.Place))
	return typ
}

// isGone says that the object is the proof that there is none any more. Then it
// is no object, and its absence is no gap.
func isGone(k *knownType, v jsondoc.Value) bool {
	gone := k.family.reader.gone
	return gone != nil && gone(v)
}

// typeOf believes the source first, then the document around the object, then
// the object.
func (b *batch) typeOf(v jsondoc.Value, outer string) *knownType {
	t := b.n.types
	switch says := b.rec.Type; {
	case says == plainType: // nobody knows it: it may still be something
		return b.n.knows(cmp.Or(outer, t.recognise(v, b.rec)))
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
