package evtx

// program is compiled BinXML. Its slices only grow until reset, so that what
// points into them stays true while a template is compiled in the middle of
// writing a record.
type program struct {
	elements []element
	parts    []part
	attrs    []attribute
	text     []byte // inside of JSON strings
}

func (p *program) reset() {
	p.elements, p.parts, p.attrs, p.text = p.elements[:0], p.parts[:0], p.attrs[:0], p.text[:0]
}

// element is an element of a template or fragment.
type element struct {
	key     []byte // "name":
	name    []byte // the key before it was numbered
	attrs   []attribute
	parts   []part
	dataKey []part // of Data: the parts of its Name when they aren't all fixed
	next    int32  // of Data without Name: the next of the same parent, or -1
	kind    elementKind
	// dynamic: which members there are is known only with the values.
	dynamic bool
}

type elementKind byte

const (
	plainElement elementKind = iota
	namedData                // Data with a Name: the Name is its key, attributes are left out
	unnamedData              // Data without: items of one array
	recordID                 // EventRecordID
)

// attribute is an attribute of an element.
type attribute struct {
	key   []byte // "name":
	parts []part
}

// part is a piece of content.
type part struct {
	kind partKind
	typ  byte   // of a substitution, as the template declares it
	at   int32  // element, value, or offset of an instance
	text []byte // inside of a JSON string
}

type partKind byte

const (
	partText partKind = iota
	partElement
	partData // the first of the Data without Name of this parent; stands for all of them
	partValue
	partInstance
)
