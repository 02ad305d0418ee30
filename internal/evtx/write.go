package evtx

import (
	"bytes"
	"strconv"
)

// writer turns compiled elements and values into JSON.
type writer struct {
	c     *chunk
	out   []byte
	limit int    // of out
	id    uint64 // EventRecordID, if there is one
	keys  []keyAt
	depth int
}

// keyAt is where a key of an open object stands in the output.
type keyAt struct{ from, to int }

// scope is an object that is being written. Of a dynamic one the keys are kept:
// those from first on.
type scope struct {
	dynamic bool
	any     bool
	first   int
}

// frame is what the parts of an element refer to.
type frame struct {
	p      *program
	values []value
}

// value gives the value of a substitution; one that the instance lacks is null.
func (f frame) value(p *part) *value {
	if int(p.at) < len(f.values) {
		return &f.values[p.at]
	}
	return missing
}

// missing stands for every value that an instance lacks; nobody writes to it.
var missing = &value{}

// record writes the BinXML in [pos, end) of the chunk as one object.
func (w *writer) record(c *chunk, pos, end int) error {
	w.c, w.out, w.keys, w.depth, w.id = c, w.out[:0], w.keys[:0], 0, 0
	w.limit = min(maxRecord, c.output)
	c.scratch.reset()
	c.values, c.stack = c.values[:0], c.stack[:0]
	w.out = append(w.out, '{')
	s := scope{dynamic: true}
	err := w.fragment(&s, pos, end, false)
	w.out = append(w.out, '}')
	c.output -= len(w.out)
	switch {
	case err != nil:
		return err
	case !s.any:
		return errShort
	case len(w.out) > w.limit:
		return w.tooLong()
	}
	return nil
}

func (w *writer) tooLong() error {
	if w.limit < maxRecord {
		return errBudget
	}
	return errLong
}

// step counts work and output.
func (w *writer) step() error {
	if !w.c.spend(1) {
		return errBudget
	}
	if len(w.out) > w.limit {
		return w.tooLong()
	}
	return nil
}

// children writes parts into an object: elements as members, BinXML as what it
// holds. Text is the caller's.
func (w *writer) children(s *scope, f frame, parts []part) error {
	for i := range parts {
		p := &parts[i]
		var err error
		switch p.kind {
		case partElement:
			err = w.member(s, f, p.at)
		case partData:
			err = w.data(s, f, p.at)
		case partInstance:
			_, err = w.instance(s, int(p.at), len(w.c.data))
		case partValue:
			if v := f.value(p); v.typ == typeBinXML {
				err = w.fragment(s, v.at, v.at+len(v.data), true)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// member writes an element with its key.
func (w *writer) member(s *scope, f frame, index int32) error {
	if err := w.step(); err != nil {
		return err
	}
	e := &f.p.elements[index]
	switch {
	case e.dataKey == nil:
		if err := w.key(s, e.key); err != nil {
			return err
		}
	default:
		from := len(w.out)
		w.out = append(w.out, '"')
		w.text(f, e.dataKey)
		key := append(bytes.Clone(w.out[from:]), '"', ':')
		w.out = w.out[:from]
		if len(key) == len(`"":`) {
			key = e.key
		}
		if err := w.key(s, key); err != nil {
			return err
		}
	}
	return w.element(f, e)
}

// key writes a key, numbered if the object has it already.
func (w *writer) key(s *scope, key []byte) error {
	if s.any {
		w.out = append(w.out, ',')
	}
	s.any = true
	from := len(w.out)
	w.out = append(w.out, key...)
	if !s.dynamic {
		return nil
	}
	for n := w.taken(s, w.out[from:], true); n > 0 && w.taken(s, w.out[from:], false) > 0; n++ {
		w.out = appendNumbered(w.out[:from], key, n)
	}
	w.keys = append(w.keys, keyAt{from, len(w.out)})
	return nil
}

// taken counts the keys of the object that are key, or with numbered that are key
// with a number. Without work left it finds none: the next step ends the record.
func (w *writer) taken(s *scope, key []byte, numbered bool) int {
	if !w.c.spend(len(w.keys) - s.first) {
		return 0
	}
	n, stem := 0, key[:len(key)-2]
	for _, k := range w.keys[s.first:] {
		have := w.out[k.from:k.to]
		if bytes.Equal(have, key) || numbered && bytes.HasPrefix(have, stem) && have[len(stem)] == '_' {
			n++
		}
	}
	return n
}

// data writes the Data without Name of one parent as an array.
func (w *writer) data(s *scope, f frame, index int32) error {
	if err := w.key(s, f.p.elements[index].key); err != nil {
		return err
	}
	w.out = append(w.out, '[')
	from := len(w.out)
	for ; index >= 0; index = f.p.elements[index].next {
		if err := w.step(); err != nil {
			return err
		}
		if len(w.out) > from {
			w.out = append(w.out, ',')
		}
		at := len(w.out)
		e := &f.p.elements[index]
		if err := w.element(f, e); err != nil {
			return err
		}
		// The items of an array value are items of ours.
		if w.out[at] == '[' {
			n := len(w.out) - 1
			copy(w.out[at:], w.out[at+1:n])
			w.out = w.out[:n-1]
			if len(w.out) == at && at > from {
				w.out = w.out[:at-1]
			}
		}
	}
	w.out = append(w.out, ']')
	return nil
}

// element writes the value of an element: an object when it has attributes or
// elements in it, else its content.
func (w *writer) element(f frame, e *element) error {
	if w.depth++; w.depth > maxDepth {
		return errDeep
	}
	defer func() { w.depth-- }()
	if !w.c.spend(len(e.parts)) {
		return errBudget
	}
	if w.leaf(f, e) {
		return nil
	}
	c := f.look(e.parts)
	attrs := e.attrs
	if e.kind == namedData {
		attrs = nil
	}
	from, s := len(w.out), scope{dynamic: e.dynamic || c.nested, first: len(w.keys)}
	w.out = append(w.out, '{')
	if err := w.attributes(&s, f, attrs); err != nil {
		return err
	}
	if !s.any && !c.elements {
		w.out = w.out[:from]
		w.content(f, e.parts, c)
		return nil
	}
	if c.filled > 0 && (!c.elements || !c.blank) {
		if s.any {
			w.out = append(w.out, ',')
		}
		s.any = true
		w.out = append(w.out, `"#text":`...)
		w.content(f, e.parts, c)
	}
	if c.elements {
		if err := w.children(&s, f, e.parts); err != nil {
			return err
		}
	}
	w.keys = w.keys[:s.first]
	w.out = append(w.out, '}')
	return nil
}

// leaf writes an element that is one value and nothing else: nearly all of
// EventData is.
func (w *writer) leaf(f frame, e *element) bool {
	if len(e.parts) != 1 || e.parts[0].kind != partValue || len(e.attrs) > 0 && e.kind != namedData {
		return false
	}
	v := f.value(&e.parts[0])
	if v.typ == typeBinXML || len(v.data) == 0 {
		return false
	}
	from := len(w.out)
	w.out = appendValue(w.out, v, true)
	if e.kind == recordID {
		w.id, _ = strconv.ParseUint(string(w.out[from:]), 10, 64) // 0 when it is no number
	}
	return true
}

// attributes writes the attributes that have a value.
func (w *writer) attributes(s *scope, f frame, attrs []attribute) error {
	for i := range attrs {
		a := &attrs[i]
		if err := w.step(); err != nil {
			return err
		}
		c := f.look(a.parts)
		if c.filled == 0 {
			continue
		}
		if s.any {
			w.out = append(w.out, ',')
		} else {
			s.any = true
			w.out = append(w.out, `"#attributes":{`...)
		}
		w.out = append(w.out, a.key...)
		w.content(f, a.parts, c)
	}
	if s.any {
		w.out = append(w.out, '}')
	}
	return nil
}
