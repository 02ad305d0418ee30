package diff

import (
	"bytes"
	"crypto/sha256"
	"slices"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/internal/jsondoc"
)

// The bounds of an object, those of its normaliser.
const (
	maxObject = 4 << 20
	maxNodes  = 1 << 20
)

// maxChanges bounds the changes of one object: beyond, nobody reads them one by
// one, and it is the object that is another.
const maxChanges = 2000

// Differ compares objects one after another and reuses its memory. It belongs
// to one goroutine.
type Differ struct {
	rules    *normal.Rules
	from, to side
	at       place
	partial  bool     // only what from states counts
	members  []member // a stack
	elements []jsondoc.Value
	scratch  []byte
	out      []Change
	secrets  int
	err      error
}

// side is one of the two objects.
type side struct {
	doc jsondoc.Doc
	src []byte // as given; doc may read a copy with blinded secrets
	tmp []byte
}

type member struct {
	key []byte
	val jsondoc.Value
}

// Objects compares two objects, canonical JSON both, and gives their
// differences in the order of the document. Nil rules know no keys.
func Objects(rules *normal.Rules, from, to []byte) ([]Change, error) {
	return new(Differ).Objects(rules, from, to)
}

// Objects compares two objects; what it gives does not share memory with them.
//
// The operations of all changes together, applied to from with the last pointer
// first (elements by falling index, "-" before all), and normalised again, give to.
func (d *Differ) Objects(rules *normal.Rules, from, to []byte) ([]Change, error) {
	from, to, err := kubernetesDesired(rules, from, to)
	if err != nil {
		return nil, err
	}
	d.partial = false
	return d.compare(rules, from, to)
}

// Desired compares an object with what is wanted of it, canonical JSON both: a
// change's From is what is wanted, To what there is.
//
// Only what is stated counts: members that desired does not name, and elements
// of keyed sets whose key it does not name, may be there and have any value. A
// list in order, a set of plain values and a set without keys are stated whole.
// A stated null says that there must be none.
func (d *Differ) Desired(rules *normal.Rules, desired, actual []byte) ([]Change, error) {
	d.partial = true
	return d.compare(rules, desired, actual)
}

// Desired is Differ.Desired for one object.
func Desired(rules *normal.Rules, desired, actual []byte) ([]Change, error) {
	return new(Differ).Desired(rules, desired, actual)
}

func (d *Differ) compare(rules *normal.Rules, from, to []byte) ([]Change, error) {
	d.rules, d.out, d.err, d.secrets = rules, nil, nil, 0
	d.at.reset()
	if bytes.Equal(from, to) {
		return nil, nil
	}
	shownFrom, shownTo := d.blind(from, to)
	if err := d.from.parse(from, shownFrom); err != nil {
		return nil, err
	}
	if err := d.to.parse(to, shownTo); err != nil {
		return nil, err
	}
	a, b := d.from.doc.Root(), d.to.doc.Root()
	d.value(a, b)
	if len(d.out) > maxChanges {
		d.out = nil
		d.at.reset()
		d.replaced(a, b)
	}
	return d.out, d.err
}

func (s *side) parse(src, shown []byte) error {
	s.src = src
	if err := s.doc.Parse(shown, jsondoc.Limits{MaxBytes: maxObject, MaxNodes: maxNodes}); err != nil {
		return fault.Wrap(fault.Invalid, err, "an object to compare is no JSON document")
	}
	return nil
}

// bytes gives a value as it was before secrets were blinded.
func (s *side) bytes(v jsondoc.Value) []byte {
	if !v.Exists() {
		return nil
	}
	at := v.Offset()
	return s.src[at : at+len(v.Raw())]
}

// value finds the topmost differences of two values at the same place.
func (d *Differ) value(a, b jsondoc.Value) {
	if bytes.Equal(a.Raw(), b.Raw()) || len(d.out) > maxChanges {
		return
	}
	switch k := a.Kind(); {
	case k == jsondoc.Object && b.Kind() == jsondoc.Object:
		d.object(a, b)
	case k == jsondoc.Array && b.Kind() == jsondoc.Array:
		d.array(a, b)
	default:
		d.replaced(a, b)
	}
}

// object compares members. Both sides are in the same order, so that most are
// found by walking in step; a look-up decides where they are not.
func (d *Differ) object(a, b jsondoc.Value) {
	base := len(d.members)
	d.push(a)
	mid := len(d.members)
	d.push(b)
	end := len(d.members)
	for i, j := base, mid; i < mid || j < end; {
		if i < mid && j < end && bytes.Equal(d.members[i].key, d.members[j].key) {
			d.member(d.members[i].key, d.members[i].val, d.members[j].val)
			i, j = i+1, j+1
			continue
		}
		var inA, inB jsondoc.Value // the other side's members of these names
		if j < end {
			inA = a.Get(string(d.members[j].key))
		}
		if i < mid {
			inB = b.Get(string(d.members[i].key))
		}
		lower := i < mid && (j >= end || bytes.Compare(d.members[i].key, d.members[j].key) < 0)
		switch {
		case j < end && !inA.Exists() && (i >= mid || inB.Exists() || !lower):
			d.member(d.members[j].key, jsondoc.Value{}, d.members[j].val)
			j++
		case i < mid:
			d.member(d.members[i].key, d.members[i].val, inB)
			i++
		default:
			j++ // it was found from the other side
		}
	}
	d.members = d.members[:base]
}

func (d *Differ) push(v jsondoc.Value) {
	for key, m := range v.MemberViews() {
		d.members = append(d.members, member{key, m})
	}
}

func (d *Differ) member(key []byte, a, b jsondoc.Value) {
	if bytes.Equal(a.Raw(), b.Raw()) || len(d.at.names) == 0 && string(key) == normal.AppliedMember {
		return // what the last apply set is no drift itself
	}
	if d.partial && (!a.Exists() || a.IsNull() && !b.Exists()) {
		return
	}
	was := d.at.here()
	d.at.member(key)
	switch {
	case d.bothNone(a, b):
	case !a.Exists():
		d.change(a, b, Op{Op: "add", Path: string(d.at.pointer), Value: d.to.copy(b)})
	case !b.Exists():
		d.change(a, b, Op{Op: "remove", Path: string(d.at.pointer)})
	default:
		d.value(a, b)
	}
	d.at.back(was)
}

// bothNone says that one side has an empty array where the other has none, and
// that it means the same.
func (d *Differ) bothNone(a, b jsondoc.Value) bool {
	if a.Exists() {
		a, b = b, a
	}
	return !a.Exists() && b.Kind() == jsondoc.Array && b.Len() == 0 && d.rules.EmptyIsNone(d.at.names)
}

func (s *side) copy(v jsondoc.Value) []byte { return bytes.Clone(s.bytes(v)) }

func (d *Differ) replaced(a, b jsondoc.Value) {
	d.change(a, b, Op{Op: "replace", Path: string(d.at.pointer), Value: d.to.copy(b)})
}

// change notes that a became b here.
func (d *Differ) change(a, b jsondoc.Value, ops ...Op) {
	c := Change{Kind: Changed, Path: string(d.at.keyed), Ops: ops}
	if d.describes() {
		c.Kind = Metadata
	}
	if a.Exists() {
		c.From = d.from.copy(a)
		c.FromHash = sha256.Sum256(c.From)
	}
	if b.Exists() {
		if c.To = d.to.bytes(b); len(ops) == 1 && len(ops[0].Value) == len(c.To) && bytes.Equal(ops[0].Value, c.To) {
			c.To = ops[0].Value // one copy for both
		} else {
			c.To = bytes.Clone(c.To)
		}
		c.ToHash = sha256.Sum256(c.To)
	}
	d.out = append(d.out, c)
}

// describes says that the place is, or is within, what only describes the object.
func (d *Differ) describes() bool {
	for n := 1; n <= len(d.at.names); n++ {
		if d.rules.Describes(d.at.names[:n]) {
			return true
		}
	}
	return false
}

// array compares lists in order by place and sets by their elements' keys.
func (d *Differ) array(a, b jsondoc.Value) {
	ordered, keys := d.rules.Array(d.at.names)
	base := len(d.elements)
	d.elements = slices.AppendSeq(d.elements, a.Elements())
	mid := len(d.elements)
	d.elements = slices.AppendSeq(d.elements, b.Elements())
	// Deeper arrays append behind; these stay as they are even if they move.
	ea, eb := d.elements[base:mid:mid], d.elements[mid:len(d.elements):len(d.elements)]
	switch {
	case ordered:
		d.list(a, b, ea, eb)
	case d.partial && len(ea) == 0: // nothing is wanted there
		d.set(a, b, ea, eb)
	case allObjects(ea) && allObjects(eb) && d.keyed(keys, ea, eb):
	default:
		d.set(a, b, ea, eb)
	}
	d.elements = d.elements[:base]
}

func allObjects(list []jsondoc.Value) bool {
	return !slices.ContainsFunc(list, func(v jsondoc.Value) bool { return v.Kind() != jsondoc.Object })
}

// list compares by place where the lengths agree; else nobody can say which
// element became which.
func (d *Differ) list(a, b jsondoc.Value, ea, eb []jsondoc.Value) {
	if len(ea) != len(eb) {
		d.replaced(a, b)
		return
	}
	for i := range ea {
		if bytes.Equal(ea[i].Raw(), eb[i].Raw()) {
			continue
		}
		was := d.at.here()
		d.at.index(i)
		d.value(ea[i], eb[i])
		d.at.back(was)
	}
}
