package normal

import "frostgate.io/frostgate/internal/jsondoc"

// reader is what a family of types needs in Go: how documents of several
// objects come apart, and how one is recognised. A nil function means that the
// family does without.
type reader struct {
	family string
	// split gives the objects of a document that holds several, with the type
	// that the document shows for all of them, if it does. False: the document is
	// one object.
	split func(t *Types, doc jsondoc.Value, each func(object jsondoc.Value, typ string)) bool
	// pages says of a document that split took apart which lists it is a part of,
	// and whether they go on. An empty type is that of the objects.
	pages func(t *Types, doc jsondoc.Value) []Page
	// gone says that what looks like an object says that there is none any more.
	gone func(object jsondoc.Value) bool
	// recognise gives the type of an object; empty: it is none of the family's.
	recognise func(t *Types, object jsondoc.Value, rec *Record) (typ string)
	// identify gives identity and name, where members of the object alone don't;
	// empty ones are looked up by the type's data.
	identify func(r *Rules, object jsondoc.Value, rec *Record) (id, name string)
	// prepare rewrites an object's JSON before it is normalised: it appends the
	// document to normalise in its place. False: nothing to rewrite. Identity and
	// name are taken before.
	prepare func(dst []byte, r *Rules, object jsondoc.Value) ([]byte, bool)
}

// readers are the families, in the order in which they are asked whether a
// document is theirs. The last takes everything.
func readers() []reader {
	return []reader{
		// Their signs are strong; Graph also goes by folders.
		kubernetesReader(),
		awsReader(),
		graphReader(),
		jsonReader(),
	}
}
