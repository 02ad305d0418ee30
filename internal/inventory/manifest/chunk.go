package manifest

import (
	"crypto/sha256"
	"encoding/binary"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/fault"
)

// The bounds of names and chunks; docs/formats/snapshot.md has the format.
const (
	MaxType = 512
	MaxID   = 1024
	// A chunk ends where the names say so, but not before minChunk entries, so
	// that chosen names can't make a root of chunks of one, and at maxChunk.
	minChunk = 64
	maxChunk = 4096
	// boundary is the mask over an entry's name hash: one name in 512 ends a chunk.
	boundary     = 511
	chunkVersion = 1
	// maxChunkBytes is what the largest chunk takes, header and lengths included.
	maxChunkBytes = 16 + MaxType + maxChunk*(MaxID+sha256.Size+4)
)

// Chunk is an encoded chunk that was checked. Its entries are read with Next.
type Chunk struct {
	typ   string
	count int
	left  int
	rest  []byte
	id    []byte
	hash  []byte
}

// DecodeChunk checks a chunk's bytes as a whole and gives a reader at its first
// entry. The reader keeps b. There is one encoding of a list of entries: any
// other bytes are refused.
func DecodeChunk(b []byte) (Chunk, error) {
	c, err := openChunk(b)
	if err != nil {
		return Chunk{}, err
	}
	check := c
	for range c.count {
		if err := check.advance(); err != nil {
			return Chunk{}, err
		}
		if !utf8.Valid(check.id) {
			return Chunk{}, damaged("an id is not UTF-8")
		}
	}
	if len(check.rest) > 0 {
		return Chunk{}, damaged("%d bytes after the last entry", len(check.rest))
	}
	return c, nil
}

// Type is the type of all entries.
func (c *Chunk) Type() string { return c.typ }

// Len is the number of entries.
func (c *Chunk) Len() int { return c.count }

// Entries gives all entries, copied.
func (c Chunk) Entries() ([]Entry, error) {
	out := make([]Entry, 0, c.left)
	for c.left > 0 {
		if err := c.advance(); err != nil {
			return nil, err
		}
		out = append(out, Entry{Type: c.typ, ID: string(c.id), Hash: Hash(c.hash)})
	}
	return out, nil
}

// openChunk reads the header.
func openChunk(b []byte) (Chunk, error) {
	if len(b) > maxChunkBytes {
		return Chunk{}, damaged("%d bytes", len(b))
	}
	if len(b) == 0 || b[0] != chunkVersion {
		return Chunk{}, damaged("not of version %d", chunkVersion)
	}
	typ, rest, ok := lengthPrefixed(b[1:], MaxType)
	if !ok || len(typ) == 0 || !utf8.Valid(typ) {
		return Chunk{}, damaged("type")
	}
	count, rest, ok := uvarint(rest)
	if !ok || count == 0 || count > maxChunk {
		return Chunk{}, damaged("number of entries")
	}
	return Chunk{typ: string(typ), count: int(count), left: int(count), rest: rest}, nil
}

// advance reads the next entry into id and hash. What it accepts is rising and
// shares as much as it can with the entry before, which makes the encoding unique.
func (c *Chunk) advance() error {
	shared, rest, ok := uvarint(c.rest)
	if !ok || shared > uint64(len(c.id)) {
		return damaged("shared length")
	}
	tail, rest, ok := lengthPrefixed(rest, MaxID-int(shared))
	if !ok || len(tail) == 0 {
		return damaged("id")
	}
	if int(shared) < len(c.id) && tail[0] <= c.id[shared] {
		return damaged("ids do not rise")
	}
	if len(rest) < sha256.Size {
		return damaged("hash")
	}
	if c.id == nil {
		c.id = make([]byte, 0, 64)
	}
	c.id = append(c.id[:shared], tail...)
	c.hash, c.rest = rest[:sha256.Size], rest[sha256.Size:]
	c.left--
	return nil
}

// uvarint reads an unsigned varint in its shortest form.
func uvarint(b []byte) (uint64, []byte, bool) {
	if len(b) > 0 && b[0] < 0x80 {
		return uint64(b[0]), b[1:], true
	}
	v, n := binary.Uvarint(b)
	if n <= 0 || b[n-1] == 0 {
		return 0, nil, false
	}
	return v, b[n:], true
}

func lengthPrefixed(b []byte, limit int) (field, rest []byte, ok bool) {
	n, rest, ok := uvarint(b)
	if !ok || n > uint64(len(rest)) || n > uint64(max(limit, 0)) {
		return nil, nil, false
	}
	return rest[:n], rest[n:], true
}

func damaged(format string, args ...any) error {
	return fault.New(fault.Damaged, "snapshot chunk: "+format, args...)
}
