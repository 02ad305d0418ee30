package evtx

import "bytes"

// contents is what a list of parts comes to with the values of an instance.
type contents struct {
	filled   int   // texts and values that aren't empty
	only     *part // the last of them
	void     bool  // there is an empty string
	blank    bool  // what is filled is white space of the template
	elements bool  // there are elements, or BinXML that may hold some
	nested   bool  // there is BinXML
}

func (f frame) look(parts []part) contents {
	c := contents{blank: true}
	for i := range parts {
		p := &parts[i]
		switch p.kind {
		case partText:
			c.filled, c.only = c.filled+1, p
			c.blank = c.blank && len(bytes.Trim(p.text, ` \nrt`)) == 0
		case partElement, partData:
			c.elements = true
		case partInstance:
			c.elements, c.nested = true, true
		case partValue:
			v := f.value(p)
			switch {
			case v.typ == typeBinXML:
				if len(v.data) > 0 {
					c.elements, c.nested = true, true
				}
			case !v.empty():
				c.filled, c.only, c.blank = c.filled+1, p, false
			case v.isText():
				c.void = true
			}
		}
	}
	return c
}

// content writes text and values: a single value in its own type, several as one
// string.
func (w *writer) content(f frame, parts []part, c contents) {
	switch {
	case c.filled == 1 && c.only.kind == partValue:
		w.out = appendValue(w.out, f.value(c.only), true)
	case c.filled == 0 && c.void:
		w.out = append(w.out, '"', '"')
	case c.filled == 0:
		w.out = append(w.out, "null"...)
	default:
		w.out = append(w.out, '"')
		w.text(f, parts)
		w.out = append(w.out, '"')
	}
}

// text writes text and values as the inside of a string.
func (w *writer) text(f frame, parts []part) {
	for i := range parts {
		if len(w.out) > w.limit {
			return // which the next step reports
		}
		switch p := &parts[i]; p.kind {
		case partText:
			w.out = append(w.out, p.text...)
		case partValue:
			if v := f.value(p); v.typ != typeBinXML {
				w.out = appendValue(w.out, v, false)
			}
		}
	}
}
