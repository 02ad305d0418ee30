package evtx

import "bytes"

// Tokens, [MS-EVEN6] 2.2.12; 0x40 is a flag on some of them.
const (
	tokenEOF         = 0x00
	tokenOpen        = 0x01
	tokenCloseStart  = 0x02
	tokenCloseEmpty  = 0x03
	tokenEnd         = 0x04
	tokenValue       = 0x05
	tokenAttribute   = 0x06
	tokenCDATA       = 0x07
	tokenCharRef     = 0x08
	tokenEntityRef   = 0x09
	tokenPITarget    = 0x0a
	tokenPIData      = 0x0b
	tokenInstance    = 0x0c
	tokenNormal      = 0x0d
	tokenOptional    = 0x0e
	tokenFragment    = 0x0f
	tokenMore        = 0x40
	fragmentHeader   = 4
	substitutionSize = 4
)

// compiler turns the tokens of one template or fragment into a program.
type compiler struct {
	c     *chunk
	p     *program
	pos   int
	end   int
	depth int
	// bare elements have no dependency identifier; those of fragments that are
	// values of a template are.
	bare bool
}

// token looks at the next token without its flag.
func (k *compiler) token() (byte, bool) {
	if k.pos >= k.end {
		return 0, false
	}
	return k.c.data[k.pos] &^ tokenMore, true
}

// element compiles the element at pos and gives its index.
func (k *compiler) element() (int32, error) {
	if !k.c.spend(4) {
		return 0, errBudget
	}
	if k.depth++; k.depth > maxDepth {
		return 0, errDeep
	}
	defer func() { k.depth-- }()
	attrs := k.c.data[k.pos]&tokenMore != 0
	k.pos++
	if !k.bare {
		k.pos += 2
	}
	k.pos += 4 // size of the data; the tokens say where it ends
	e := element{next: -1}
	if err := k.open(&e, attrs); err != nil {
		return 0, err
	}
	mark := len(k.c.stack)
	t, ok := k.token()
	k.pos++
	switch {
	case !ok:
		return 0, errShort
	case t == tokenCloseStart:
		if err := k.content(); err != nil {
			return 0, err
		}
	case t != tokenCloseEmpty:
		return 0, errToken
	}
	if err := k.finish(&e, mark); err != nil {
		return 0, err
	}
	k.p.elements = append(k.p.elements, e)
	return int32(len(k.p.elements) - 1), nil
}

// open compiles the name and the attributes of an element.
func (k *compiler) open(e *element, attrs bool) (err error) {
	if e.key, err = k.name(); err == nil && attrs {
		e.attrs, err = k.attributes()
	}
	return err
}

// name reads the offset of a name, and steps over the name if it follows.
func (k *compiler) name() ([]byte, error) {
	if k.pos+4 > k.end {
		return nil, errShort
	}
	at := k.c.u32(k.pos)
	k.pos += 4
	key, end, err := k.c.name(at)
	if err == nil && int(at) == k.pos {
		k.pos = end
	}
	return key, err
}

// attributes compiles an attribute list.
func (k *compiler) attributes() ([]attribute, error) {
	k.pos += 4 // size
	from := len(k.p.attrs)
	for {
		t, ok := k.token()
		if !ok {
			return nil, errShort
		}
		if t != tokenAttribute {
			return k.p.attrs[from:len(k.p.attrs):len(k.p.attrs)], nil
		}
		k.pos++
		key, err := k.name()
		if err != nil {
			return nil, err
		}
		for _, a := range k.p.attrs[from:] {
			if !k.c.spend(1) {
				return nil, errBudget
			}
			if bytes.Equal(a.key, key) {
				return nil, errName
			}
		}
		mark := len(k.c.stack)
		for more := true; more && err == nil; {
			more, err = k.piece()
		}
		if err != nil {
			return nil, err
		}
		k.p.attrs = append(k.p.attrs, attribute{key, k.keep(mark)})
	}
}

// content compiles up to the end tag of the open element.
func (k *compiler) content() error {
	for {
		t, ok := k.token()
		if !ok {
			return errShort
		}
		switch t {
		case tokenEnd:
			k.pos++
			return nil
		case tokenOpen:
			i, err := k.element()
			if err != nil {
				return err
			}
			k.c.stack = append(k.c.stack, part{kind: partElement, at: i})
		case tokenInstance:
			k.c.stack = append(k.c.stack, part{kind: partInstance, at: int32(k.pos)})
			in, err := k.c.instance(k.pos, k.end, false)
			if err != nil {
				return err
			}
			k.pos = in.end
		default:
			more, err := k.piece()
			if err != nil {
				return err
			}
			if !more {
				return errToken
			}
		}
	}
}

// piece compiles one text, reference or substitution; false when the next token
// is none of them.
func (k *compiler) piece() (bool, error) {
	t, ok := k.token()
	if !ok {
		return false, errShort
	}
	if !k.c.spend(1) {
		return false, errBudget
	}
	switch t {
	case tokenValue:
		return true, k.constant()
	case tokenCDATA:
		k.pos++
		return true, k.text(true)
	case tokenPIData:
		k.pos++
		return true, k.text(false)
	case tokenPITarget:
		k.pos++
		_, err := k.name()
		return true, err
	case tokenFragment:
		k.pos += fragmentHeader
		return true, nil
	case tokenCharRef:
		if k.pos+3 > k.end {
			return false, errShort
		}
		k.push(appendUTF16(k.p.text, k.c.data[k.pos+1:k.pos+3]))
		k.pos += 3
		return true, nil
	case tokenEntityRef:
		k.pos++
		return true, k.entity()
	case tokenNormal, tokenOptional:
		if k.pos+substitutionSize > k.end {
			return false, errShort
		}
		k.c.stack = append(k.c.stack, part{kind: partValue, at: int32(k.c.u16(k.pos + 1)), typ: k.c.data[k.pos+3]})
		k.pos += substitutionSize
		return true, nil
	}
	return false, nil
}

// push takes the text that was appended to that of the program as a part.
func (k *compiler) push(text []byte) {
	from := len(k.p.text)
	k.p.text = text
	if len(text) > from {
		k.c.stack = append(k.c.stack, part{text: text[from:len(text):len(text)]})
	}
}

// text compiles a string with its length before it.
func (k *compiler) text(show bool) error {
	from := k.pos + 2
	to := from + 2*k.c.u16(k.pos)
	if to > k.end {
		return errShort
	}
	if !k.c.spend((to - from) / 16) {
		return errBudget
	}
	if show {
		k.push(appendUTF16(k.p.text, k.c.data[from:to]))
	}
	k.pos = to
	return nil
}

// constant compiles a value that is written in the template.
func (k *compiler) constant() error {
	if k.pos+2 > k.end {
		return errShort
	}
	typ := k.c.data[k.pos+1]
	k.pos += 2
	if typ == typeString {
		return k.text(true)
	}
	n := width(typ)
	switch {
	case n == 0 && typ != typeNull:
		return errType
	case k.pos+n > k.end:
		return errShort
	}
	k.push(appendValue(k.p.text, &value{typ: typ, data: k.c.data[k.pos : k.pos+n]}, false))
	k.pos += n
	return nil
}

// entity resolves the five entities of XML; others stay as they are written.
func (k *compiler) entity() error {
	key, err := k.name()
	if err != nil {
		return err
	}
	name := key[1 : len(key)-2]
	switch string(name) {
	case "lt":
		k.push(append(k.p.text, '<'))
	case "gt":
		k.push(append(k.p.text, '>'))
	case "amp":
		k.push(append(k.p.text, '&'))
	case "quot":
		k.push(append(k.p.text, '\\', '"'))
	case "apos":
		k.push(append(k.p.text, '\''))
	default:
		k.push(append(append(append(k.p.text, '&'), name...), ';'))
	}
	return nil
}
