package source

import (
	"strings"

	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/internal/jsondoc"
)

// Sink takes what a source gives. An error of it ends the reading.
type Sink interface {
	// Record takes one document. Its bytes are good until the call returns.
	Record(rec *normal.Record) error
	// Failed takes what could not be read.
	Failed(q manifest.Quarantined) error
	// Folder takes the name of a folder that was read to its end, "." for the
	// root. It comes after all that lies in it.
	Folder(folder string) error
	// Cover takes what the source itself says about a type.
	Cover(c manifest.Coverage) error
}

// Options say how to read.
type Options struct {
	// Kind is the kind of source; empty: Directory.
	Kind Kind
	// As is the name under which a single file's objects are placed; empty: its
	// own. Two files that are compared get one: it may be an object's identity.
	As string
	// TypeOf says which type lies in a folder of that name, where the name says
	// it; may be nil. It names the type of what can't be read.
	TypeOf func(folder string) (string, bool)
}

// Passed is a file that was not read because it is no configuration.
type Passed struct {
	Place  string `json:"place"`
	Reason string `json:"reason"`
}

// Summary is what was read.
type Summary struct {
	Files   int // read, at least in part
	Records int
	Failed  int
	// Ignored counts files that are no configuration: pictures, texts, hidden
	// ones. Passed names those among them whose name promised configuration, up
	// to maxPassed.
	Ignored int
	Passed  []Passed
}

// maxPassed bounds how many files a summary names.
const maxPassed = 1000

// Bounds of what is read. A document may hold many objects, each of which has
// the bounds of package normal.
const (
	maxLine = normal.MaxRecord + 64<<10 // with its envelope
	// maxFile is the size of a file of documents, unpacked. NDJSON has no bound but
	// that of its lines.
	maxFile  = 256 << 20
	maxYAML  = 16 << 20 // a document
	maxDepth = 68
	maxNodes = 4 << 20
	// maxFolders is how deep folders may lie in each other.
	maxFolders = 64
	maxReason  = 400
)

// reading is one run of a source.
type reading struct {
	opt    Options
	reader Reader
	sink   Sink
	sum    Summary
	doc    jsondoc.Doc
	alone  bool // one file or stream, not a folder
	// objects counts the lines with objects, as uploads state them.
	objects int64
	cut     bool // a file could not be read to its end
}

// record gives the document that was parsed last, or the object in it.
func (r *reading) record(place, typ, id string, doc []byte) error {
	if r.reader.wanted != nil && typ == "" && !r.reader.wanted(r.doc.Root()) {
		r.pass(place, "no object of the source "+string(r.reader.Kind))
		return nil
	}
	r.sum.Records++
	// Packed or not, it is the same file.
	place = strings.TrimSuffix(place, ".gz")
	return r.sink.Record(&normal.Record{Place: place, Type: typ, ID: id, JSON: doc})
}

func (r *reading) fail(place, typ, reason string) error {
	r.sum.Failed++
	if len(reason) > maxReason {
		reason = reason[:maxReason] + "…"
	}
	return r.sink.Failed(manifest.Quarantined{Place: place, Type: typ, Reason: reason})
}

func (r *reading) pass(place, reason string) {
	r.sum.Ignored++
	if len(r.sum.Passed) < maxPassed {
		r.sum.Passed = append(r.sum.Passed, Passed{place, reason})
	}
}

// typeOf is the type that a folder's name stands for, or "".
func (r *reading) typeOf(folder string) string {
	if r.opt.TypeOf == nil {
		return ""
	}
	if typ, ok := r.opt.TypeOf(folder); ok {
		return typ
	}
	return ""
}
