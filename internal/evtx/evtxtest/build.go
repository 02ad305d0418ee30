package evtxtest

import (
	"encoding/binary"
	"unicode/utf16"
)

// Element is XML to be written as BinXML. Content holds strings, *Element, Sub,
// CDATA, CharRef, Entity and PI.
type Element struct {
	Name    string
	Attrs   []Attr
	Content []any
}

// Attr is an attribute; its content is as that of an element without elements.
type Attr struct {
	Name    string
	Content []any
}

// Sub is a place for a value.
type Sub struct {
	ID       int
	Type     byte
	Optional bool
}

// CDATA is text that stands in a CDATA section.
type CDATA string

// CharRef is a character reference.
type CharRef uint16

// Entity is a reference to an entity by its name.
type Entity string

// PI is a processing instruction.
type PI struct{ Target, Data string }

// Template is a definition that records refer to.
type Template struct{ Root *Element }

// Value is a value of an instance; with Template set it is nested BinXML, with
// Bare an element of its own.
type Value struct {
	Type     byte
	Data     []byte
	Template *Template
	Values   []Value
	Bare     *Element
}

// Builder writes files of sound chunks.
type Builder struct {
	chunks    [][]byte
	buf       []byte // of the chunk that is open
	names     map[string]int
	templates map[*Template]int
	bare      bool
	id        uint64
	first     uint64 // identifier of the first record of the chunk
	last      int    // where its last record stands
}

const (
	chunkSize   = 64 << 10
	chunkHeader = 512
	fileHeader  = 4096
	roomy       = 40 << 10 // above this a new chunk is begun
)

// Record adds a record: an instance of a template.
func (b *Builder) Record(t *Template, values ...Value) {
	b.record(func() { b.instance(t, values) })
}

// Fragment adds a record that holds elements and no template.
func (b *Builder) Fragment(elements ...*Element) {
	b.record(func() {
		for _, e := range elements {
			b.element(e)
		}
	})
}

// Raw adds a record with any bytes for its BinXML; at says where they will stand
// in the chunk.
func (b *Builder) Raw(fill func(at int) []byte) {
	b.record(func() { b.buf = append(b.buf, fill(len(b.buf))...) })
}

func (b *Builder) record(body func()) {
	if b.buf == nil || len(b.buf) > roomy {
		b.flush()
		b.buf = make([]byte, chunkHeader, chunkSize)
		b.names, b.templates = map[string]int{}, map[*Template]int{}
	}
	b.id++
	if len(b.names) == 0 && len(b.buf) == chunkHeader {
		b.first = b.id
	}
	from := len(b.buf)
	b.last = from
	b.buf = append(b.buf, 0x2a, 0x2a, 0, 0)
	b.u32(0)
	b.buf = binary.LittleEndian.AppendUint64(b.buf, b.id)
	b.buf = binary.LittleEndian.AppendUint64(b.buf, 132_000_000_000_000_000)
	b.buf = append(b.buf, 0x0f, 1, 1, 0)
	body()
	b.buf = append(b.buf, 0)
	for (len(b.buf)+4)%8 != 0 {
		b.buf = append(b.buf, 0)
	}
	size := uint32(len(b.buf) + 4 - from)
	b.u32(size)
	binary.LittleEndian.PutUint32(b.buf[from+4:], size)
}

// Bytes ends the file and gives it.
func (b *Builder) Bytes() []byte {
	b.flush()
	return file(b.chunks, b.id+1)
}

func (b *Builder) flush() {
	if b.buf == nil {
		return
	}
	end := len(b.buf)
	chunk := make([]byte, chunkSize)
	copy(chunk, b.buf)
	copy(chunk, "ElfChnk\x00")
	number(chunk, b.first, b.id, b.last)
	Seal(chunk, end)
	b.chunks = append(b.chunks, chunk)
	b.buf = nil
}

func (b *Builder) u16(n int)    { b.buf = binary.LittleEndian.AppendUint16(b.buf, uint16(n)) }
func (b *Builder) u32(n uint32) { b.buf = binary.LittleEndian.AppendUint32(b.buf, n) }

// patch writes the number of bytes since from behind it, into the four before it.
func (b *Builder) patch(from int) {
	binary.LittleEndian.PutUint32(b.buf[from-4:], uint32(len(b.buf)-from))
}

// name refers to a name, which is written where it is used first.
func (b *Builder) name(s string) {
	if at, ok := b.names[s]; ok {
		b.u32(uint32(at))
		return
	}
	b.names[s] = len(b.buf) + 4
	b.u32(uint32(len(b.buf) + 4))
	b.u32(0)
	b.u16(0)
	b.text(s)
	b.u16(0)
}

// text writes a string with its length before it.
func (b *Builder) text(s string) {
	raw := UTF16(s)
	b.u16(len(raw) / 2)
	b.buf = append(b.buf, raw...)
}

func (b *Builder) instance(t *Template, values []Value) {
	b.buf = append(b.buf, 0x0c, 1)
	b.u32(7)
	at, known := b.templates[t]
	if !known {
		at = len(b.buf) + 4
		b.templates[t] = at
	}
	b.u32(uint32(at))
	if !known {
		b.buf = append(b.buf, make([]byte, 24)...)
		from := len(b.buf)
		b.buf = append(b.buf, 0x0f, 1, 1, 0)
		was := b.bare
		b.bare = false
		b.element(t.Root)
		b.bare = was
		b.buf = append(b.buf, 0)
		b.patch(from)
	}
	b.u32(uint32(len(values)))
	from := len(b.buf)
	for _, v := range values {
		b.u16(0)
		b.u16(int(v.Type))
	}
	for i, v := range values {
		start := len(b.buf)
		b.value(v)
		binary.LittleEndian.PutUint16(b.buf[from+4*i:], uint16(len(b.buf)-start))
	}
}

func (b *Builder) value(v Value) {
	switch {
	case v.Template != nil:
		b.buf = append(b.buf, 0x0f, 1, 1, 0)
		b.instance(v.Template, v.Values)
		b.buf = append(b.buf, 0)
	case v.Bare != nil:
		b.bare = true
		b.element(v.Bare)
		b.bare = false
	default:
		b.buf = append(b.buf, v.Data...)
	}
}

func (b *Builder) element(e *Element) {
	token := byte(0x01)
	if len(e.Attrs) > 0 {
		token = 0x41
	}
	b.buf = append(b.buf, token)
	if !b.bare {
		b.u16(0xffff)
	}
	b.u32(0)
	from := len(b.buf)
	b.name(e.Name)
	if len(e.Attrs) > 0 {
		b.u32(0)
		list := len(b.buf)
		for i, a := range e.Attrs {
			token := byte(0x46)
			if i == len(e.Attrs)-1 {
				token = 0x06
			}
			b.buf = append(b.buf, token)
			b.name(a.Name)
			b.content(a.Content)
		}
		b.patch(list)
	}
	if len(e.Content) == 0 {
		b.buf = append(b.buf, 0x03)
	} else {
		b.buf = append(b.buf, 0x02)
		b.content(e.Content)
		b.buf = append(b.buf, 0x04)
	}
	b.patch(from)
}

func (b *Builder) content(list []any) {
	for _, c := range list {
		switch c := c.(type) {
		case string:
			b.buf = append(b.buf, 0x05, 0x01)
			b.text(c)
		case *Element:
			b.element(c)
		case Sub:
			token := byte(0x0d)
			if c.Optional {
				token = 0x0e
			}
			b.buf = append(b.buf, token)
			b.u16(c.ID)
			b.buf = append(b.buf, c.Type)
		case CDATA:
			b.buf = append(b.buf, 0x07)
			b.text(string(c))
		case CharRef:
			b.buf = append(b.buf, 0x08)
			b.u16(int(c))
		case Entity:
			b.buf = append(b.buf, 0x49)
			b.name(string(c))
		case PI:
			b.buf = append(b.buf, 0x0a)
			b.name(c.Target)
			b.buf = append(b.buf, 0x0b)
			b.text(c.Data)
		}
	}
}

// UTF16 gives a string as little-endian UTF-16.
func UTF16(s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}
