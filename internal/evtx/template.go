package evtx

const (
	instanceHeader   = 10 // token, version, identifier, offset of the definition
	definitionHeader = 24 // next definition, GUID, size
	descriptorSize   = 4
)

// instance is where a template instance ends and which definition it uses; the
// values from first on top of the chunk's stack are its own.
type instance struct {
	definition uint32
	first      int
	end        int
}

// instance reads the template instance at pos. With push its values are put on
// the stack; whoever asked takes them off again.
func (c *chunk) instance(pos, end int, push bool) (instance, error) {
	in := instance{definition: c.u32(pos + 6), first: len(c.values)}
	pos += instanceHeader
	if int(in.definition) == pos { // it stands right here
		size := int(c.u32(pos + definitionHeader - 4))
		if pos += definitionHeader; size > end-pos {
			return in, errTemplate
		}
		pos += size
	}
	count := int(c.u32(pos))
	pos += 4
	if pos > end || count > (end-pos)/descriptorSize {
		return in, errShort
	}
	if !c.spend(1 + count/4) {
		return in, errBudget
	}
	at := pos + count*descriptorSize
	for ; count > 0; count-- {
		size := c.u16(pos)
		if size > end-at {
			return in, errShort
		}
		if push {
			v := value{typ: c.data[pos+2], data: c.data[at : at+size], at: at}
			v.trim()
			c.values = append(c.values, v)
		}
		at += size
		pos += descriptorSize
	}
	in.end = at
	return in, nil
}

// template gives the roots of the definition at an offset, compiled when it is
// met first.
func (c *chunk) template(at uint32) ([]part, error) {
	if t, ok := c.templates[at]; ok {
		if t.open {
			return nil, errTemplate
		}
		return t.roots, t.err
	}
	c.templates[at] = template{open: true}
	mark := len(c.stack)
	roots, err := c.definition(int(at))
	c.stack = c.stack[:mark]
	c.templates[at] = template{roots: roots, err: err}
	return roots, err
}

func (c *chunk) definition(at int) ([]part, error) {
	if at < chunkHeaderSize || at+definitionHeader > len(c.data) {
		return nil, errTemplate
	}
	size := int(c.u32(at + definitionHeader - 4))
	at += definitionHeader
	if size > len(c.data)-at {
		return nil, errTemplate
	}
	k := compiler{c: c, p: &c.compiled, pos: at, end: at + size}
	mark := len(c.stack)
	for {
		t, ok := k.token()
		if !ok || t == tokenEOF {
			return k.keep(mark), nil
		}
		if t == tokenOpen {
			i, err := k.element()
			if err != nil {
				return nil, err
			}
			c.stack = append(c.stack, part{kind: partElement, at: i})
			continue
		}
		// Text outside elements means nothing; what stands between them is
		// compiled to step over it.
		top := len(c.stack)
		more, err := k.piece()
		if err != nil {
			return nil, err
		}
		if !more {
			return nil, errToken
		}
		c.stack = c.stack[:top]
	}
}
