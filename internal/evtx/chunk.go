package evtx

import (
	"encoding/binary"
	"hash/crc32"
)

// Sizes of the format.
const (
	fileHeaderSize  = 4096
	chunkSize       = 64 << 10
	chunkHeaderSize = 512
	recordHeader    = 24
	recordTrailer   = 4 // a copy of the size
	recordAlign     = 8
)

// Limits per chunk and record: far above what Windows writes, so that a hostile
// chunk costs milliseconds and some MiB.
const (
	maxDepth  = 32      // of elements, those of nested templates included
	maxName   = 1024    // UTF-16 units
	maxNames  = 1 << 20 // bytes of names of a chunk
	maxSteps  = 1 << 18 // of work on a chunk: tokens, parts, comparisons of names
	maxRecord = 1 << 20 // bytes of JSON
	maxOutput = 16 << 20
)

const (
	fileMagic   = "ElfFile\x00"
	chunkMagic  = "ElfChnk\x00"
	recordMagic = "\x2a\x2a\x00\x00"
)

// chunk is one chunk and what was compiled of it.
type chunk struct {
	data      []byte // as much of it as there is
	templates map[uint32]template
	names     map[uint32][]byte // "name": as JSON, by offset
	text      []byte            // holds the names
	compiled  program           // of the templates
	scratch   program           // of elements that stand in a record itself
	stack     []part            // of the elements that are open while compiling
	values    []value           // of the instances that are open while writing
	steps     int               // left
	output    int               // bytes left
}

// template is a compiled definition: the elements that are its roots. While it is
// being compiled it is open, so that one inside itself is an error.
type template struct {
	roots []part
	err   error
	open  bool
}

// reset takes another chunk into use.
func (c *chunk) reset(data []byte) {
	if c.templates == nil {
		c.templates, c.names = map[uint32]template{}, map[uint32][]byte{}
	}
	clear(c.templates)
	clear(c.names)
	c.text = c.text[:0]
	c.compiled.reset()
	c.scratch.reset()
	c.data, c.steps, c.output = data, maxSteps, maxOutput
}

// spend takes work from the budget of the chunk.
func (c *chunk) spend(n int) bool {
	c.steps -= n
	return c.steps >= 0
}

// u16 and u32 read at an offset; outside the chunk there are zeros, and those who
// go on from there check the end themselves.
func (c *chunk) u16(at int) int {
	if at < 0 || at+2 > len(c.data) {
		return 0
	}
	return int(binary.LittleEndian.Uint16(c.data[at:]))
}

func (c *chunk) u32(at int) uint32 {
	if at < 0 || at+4 > len(c.data) {
		return 0
	}
	return binary.LittleEndian.Uint32(c.data[at:])
}

// name gives the name at an offset as a JSON key with its colon, and where it
// ends.
func (c *chunk) name(at uint32) (key []byte, end int, err error) {
	const fixed = 8 // next name, hash, number of characters
	pos := int(at)
	n := c.u16(pos + 6)
	end = pos + fixed + 2*n + 2
	if pos < chunkHeaderSize || end > len(c.data) || n == 0 || n > maxName {
		return nil, 0, errName
	}
	if key, ok := c.names[at]; ok {
		return key, end, nil
	}
	if !c.spend(n) || len(c.text) > maxNames {
		return nil, 0, errBudget
	}
	from := len(c.text)
	c.text = append(c.text, '"')
	c.text = appendUTF16(c.text, c.data[pos+fixed:pos+fixed+2*n])
	c.text = append(c.text, '"', ':')
	key = c.text[from:len(c.text):len(c.text)]
	if key[1] == '#' {
		return nil, 0, errName // #text and #attributes are ours, and no XML name begins so
	}
	c.names[at] = key
	return key, end, nil
}

// checkSums compares the two checksums of a chunk and says which differ.
func checkSums(data []byte) (header, records bool, end int) {
	end = int(binary.LittleEndian.Uint32(data[48:]))
	sum := crc32.ChecksumIEEE(data[:120])
	sum = crc32.Update(sum, crc32.IEEETable, data[128:chunkHeaderSize])
	header = sum == binary.LittleEndian.Uint32(data[124:])
	if end < chunkHeaderSize || end > len(data) {
		return header, false, end
	}
	records = crc32.ChecksumIEEE(data[chunkHeaderSize:end]) == binary.LittleEndian.Uint32(data[52:])
	return header, records, end
}

// fileSum is the checksum of a file header.
func fileSum(head []byte) uint32 { return crc32.ChecksumIEEE(head[:120]) }

// recordAt gives the size of the record at an offset, 0 when there is none: it
// must have the signature and the same size at both ends.
func recordAt(data []byte, at int) int {
	if at+recordHeader+recordTrailer > len(data) || string(data[at:at+4]) != recordMagic {
		return 0
	}
	size := int(binary.LittleEndian.Uint32(data[at+4:]))
	if size < recordHeader+recordTrailer || size > len(data)-at {
		return 0
	}
	if int(binary.LittleEndian.Uint32(data[at+size-recordTrailer:])) != size {
		return 0
	}
	return size
}
