// Package jsondoc reads one strict JSON document into a flat arena of nodes.
// Normalisation, rule evaluation, policy input and canonical bytes all work on
// that arena, so that the bytes of an event are looked at once.
//
// Invariant: a Doc that parsed is valid RFC 8259 JSON in valid UTF-8, without
// duplicate keys (compared after unescaping), lone surrogates or the NUL
// character, inside its limits; a Doc that did not parse has no values. What a
// Doc gives depends on its bytes and limits only. A parsed Doc is read-only and
// may be read from several goroutines until the next Parse.
//
// It must not convert numbers through floating point, keep package state,
// or accept anything "almost" JSON.
package jsondoc

import (
	"hash/maphash"
	"math"
)

// Kind is the JSON type of a value.
type Kind uint8

// The kinds. Absent is what lookups of missing members give.
const (
	Absent Kind = iota
	Null
	Bool
	Number
	String
	Array
	Object
)

// String returns the kind's lower-case name.
func (k Kind) String() string {
	switch k {
	case Null:
		return "null"
	case Bool:
		return "bool"
	case Number:
		return "number"
	case String:
		return "string"
	case Array:
		return "array"
	case Object:
		return "object"
	default:
		return "absent"
	}
}

// Defaults of Limits.
const (
	DefaultMaxBytes = 1 << 20
	DefaultMaxDepth = 64
	DefaultMaxNodes = 1 << 20
)

// Limits bounds a document; a zero or negative field means its default.
type Limits struct {
	MaxBytes int // size of the source in bytes
	MaxDepth int // nested arrays and objects
	MaxNodes int // values, counting every array, object and scalar
}

func (l Limits) withDefaults() Limits {
	if l.MaxBytes <= 0 {
		l.MaxBytes = DefaultMaxBytes
	}
	// Offsets and node numbers are kept in 32 bits.
	l.MaxBytes = min(l.MaxBytes, math.MaxInt32)
	if l.MaxDepth <= 0 {
		l.MaxDepth = DefaultMaxDepth
	}
	if l.MaxNodes <= 0 {
		l.MaxNodes = DefaultMaxNodes
	}
	return l
}

// node is one value. Nodes stand in source order, parents before children, so
// that a subtree is a contiguous run.
type node struct {
	start, end uint32 // source bytes of the value
	// Decoded key when the value is an object's member: a range of src, or of
	// Doc.decoded with flagKeyDecoded.
	keyFrom, keyTo uint32
	// Array, Object: a is the first node after the subtree, b the number of
	// children. String: the decoded text [a,b) in src, or in Doc.decoded with
	// flagTextDecoded.
	a, b  uint32
	kind  Kind
	flags uint8
}

const (
	flagKeyDecoded uint8 = 1 << iota
	flagTextDecoded
	flagTrue
	flagIndexed // the object's members are in Doc.index
)

// Doc is a parsed document. Its zero value is an empty one; parsing again
// reuses the memory and invalidates all Values and views taken from it.
type Doc struct {
	src     []byte
	nodes   []node
	decoded []byte // text of the strings and keys that hold escapes
	index   index  // members of large objects
	lim     Limits
	err     error
	seed    maphash.Seed
	seeded  bool
}

// Parse reads src into a new Doc. src is retained and must not be changed while
// the Doc is used.
func Parse(src []byte, lim Limits) (*Doc, error) {
	d := new(Doc)
	if err := d.Parse(src, lim); err != nil {
		return nil, err
	}
	return d, nil
}

// Parse reads src into d, reusing its arena. After an error the root is Absent.
// The error is a *fault.Error with the byte offset.
func (d *Doc) Parse(src []byte, lim Limits) error {
	d.reset(src, lim.withDefaults())
	if len(src) > d.lim.MaxBytes {
		return d.abandon(errTooLarge(d.lim.MaxBytes))
	}
	i := d.value(src, skipSpace(src, 0), 0)
	if i >= 0 {
		if i = skipSpace(src, i); i < len(src) {
			i = d.failUnexpected(src, i, "end of document")
		}
	}
	if i < 0 {
		return d.abandon(d.err)
	}
	return nil
}

// Root returns the document's value, Absent when nothing was parsed.
func (d *Doc) Root() Value {
	if len(d.nodes) == 0 {
		return Value{}
	}
	return Value{d: d}
}

// arenaKeep is the number of nodes whose memory a small document may inherit;
// one hostile document must not pin megabytes in every pooled Doc.
const arenaKeep = 1 << 14

func (d *Doc) reset(src []byte, lim Limits) {
	d.src, d.lim, d.err = src, lim, nil
	d.index.reset()
	if cap(d.nodes) == 0 || cap(d.nodes) > arenaKeep && len(src) < cap(d.nodes) {
		// A node takes about 16 bytes of a typical event.
		d.nodes = make([]node, 0, min(len(src), lim.MaxBytes)/16+8)
	}
	if cap(d.decoded) > arenaKeep && len(src) < cap(d.decoded) {
		d.decoded = nil
	}
	d.nodes, d.decoded = d.nodes[:0], d.decoded[:0]
}

func (d *Doc) abandon(err error) error {
	d.src, d.nodes, d.err = nil, d.nodes[:0], nil
	return err
}
