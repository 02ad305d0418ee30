package evtx

import (
	"bytes"
	"strconv"
)

// keep moves the parts above mark from the stack into the program.
func (k *compiler) keep(mark int) []part {
	from := len(k.p.parts)
	k.p.parts = append(k.p.parts, k.c.stack[mark:]...)
	k.c.stack = k.c.stack[:mark]
	return k.p.parts[from:len(k.p.parts):len(k.p.parts)]
}

// finish settles the keys of an element's children and what kind it is itself.
func (k *compiler) finish(e *element, mark int) error {
	parts := k.c.stack[mark:]
	kept := parts[:0]
	last := int32(-1) // the latest Data without Name
	for _, p := range parts {
		switch p.kind {
		case partInstance:
			e.dynamic = true
		case partValue:
			e.dynamic = e.dynamic || p.typ&^typeArray == typeBinXML
		case partElement:
			child := &k.p.elements[p.at]
			if child.kind == unnamedData {
				child.next = -1
				if last >= 0 {
					k.p.elements[last].next, last = p.at, p.at
					continue
				}
				last, p.kind = p.at, partData
			}
			e.dynamic = e.dynamic || child.dataKey != nil
			if err := k.unique(child, kept); err != nil {
				return err
			}
		}
		kept = append(kept, p)
	}
	k.c.stack = k.c.stack[:mark+len(kept)]
	e.parts = k.keep(mark)
	switch string(e.key) {
	case `"Data":`:
		k.data(e)
	case `"EventRecordID":`:
		e.kind = recordID
	}
	return nil
}

// unique gives a child another key when an earlier one has its key.
func (k *compiler) unique(child *element, before []part) error {
	child.name = child.key
	same, err := k.sameKeys(child, before)
	if err != nil || same == 0 {
		return err
	}
	for n := same; ; n++ {
		from := len(k.p.text)
		k.p.text = appendNumbered(k.p.text, child.name, n)
		child.key = k.p.text[from:len(k.p.text):len(k.p.text)]
		if same, err = k.sameKeys(child, before); err != nil || same == 0 {
			return err
		}
	}
}

// sameKeys counts the elements that have, or had before they were numbered, the
// key of a child.
func (k *compiler) sameKeys(child *element, before []part) (int, error) {
	if !k.c.spend(len(before)) {
		return 0, errBudget
	}
	n := 0
	for _, p := range before {
		if p.kind != partElement && p.kind != partData {
			continue
		}
		if e := &k.p.elements[p.at]; bytes.Equal(e.key, child.key) || bytes.Equal(e.name, child.key) {
			n++
		}
	}
	return n, nil
}

// appendNumbered appends the key "name": as "name_n":
func appendNumbered(dst, key []byte, n int) []byte {
	dst = append(dst, key[:len(key)-2]...)
	dst = append(dst, '_')
	dst = strconv.AppendInt(dst, int64(n), 10)
	return append(dst, '"', ':')
}

// data makes the Name of a Data element its key.
func (k *compiler) data(e *element) {
	e.kind = unnamedData
	for _, a := range e.attrs {
		if string(a.key) != `"Name":` || len(a.parts) == 0 {
			continue
		}
		e.kind = namedData
		from := len(k.p.text)
		k.p.text = append(k.p.text, '"')
		for _, p := range a.parts {
			if p.kind != partText {
				e.dataKey = a.parts
				return
			}
			k.p.text = append(k.p.text, p.text...)
		}
		k.p.text = append(k.p.text, '"', ':')
		e.key = k.p.text[from:len(k.p.text):len(k.p.text)]
		return
	}
}
