package manifest

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/fault"
)

// Builder cuts entries that come in order into chunks. Where it cuts depends on
// the entries' names alone, so that observations that differ in a few contents
// or objects share all other chunks.
type Builder struct {
	emit   func(Hash, []byte) error
	refs   []ChunkRef
	typ    string
	first  string
	last   string
	count  int
	body   []byte // the entries of the open chunk
	chunk  []byte
	name   []byte
	failed error
}

// NewBuilder gives each finished chunk to emit, which must not keep the bytes.
func NewBuilder(emit func(Hash, []byte) error) *Builder {
	return &Builder{emit: emit}
}

// Add takes the next entry; they must rise by type, then id.
func (b *Builder) Add(e Entry) error {
	if b.failed == nil {
		b.failed = b.add(e)
	}
	return b.failed
}

// Close ends the last chunk and names them all, in order.
func (b *Builder) Close() ([]ChunkRef, error) {
	if b.failed == nil {
		b.failed = b.flush()
	}
	if b.failed != nil {
		return nil, b.failed
	}
	if b.refs == nil {
		b.refs = []ChunkRef{}
	}
	return b.refs, nil
}

func (b *Builder) add(e Entry) error {
	if err := checkName("type", e.Type, MaxType); err != nil {
		return err
	}
	if err := checkName("id", e.ID, MaxID); err != nil {
		return err
	}
	if b.typ != e.Type {
		if e.Type < b.typ {
			return fault.New(fault.Internal, "snapshot entries out of order: type %q after %q", e.Type, b.typ)
		}
		if err := b.flush(); err != nil {
			return err
		}
		b.typ, b.last = e.Type, ""
	} else if e.ID <= b.last {
		return fault.New(fault.Internal, "snapshot entries out of order: id %q after %q", e.ID, b.last)
	}
	b.append(e)
	if b.count >= maxChunk || b.count >= minChunk && b.ends(e) {
		return b.flush()
	}
	return nil
}

func (b *Builder) append(e Entry) {
	shared := 0
	if b.count == 0 {
		b.first = e.ID
	} else {
		for shared < len(b.last) && b.last[shared] == e.ID[shared] {
			shared++
		}
	}
	b.body = binary.AppendUvarint(b.body, uint64(shared))
	b.body = binary.AppendUvarint(b.body, uint64(len(e.ID)-shared))
	b.body = append(b.body, e.ID[shared:]...)
	b.body = append(b.body, e.Hash[:]...)
	b.last = e.ID
	b.count++
}

// ends says whether a chunk may end after e.
func (b *Builder) ends(e Entry) bool {
	b.name = append(append(append(b.name[:0], e.Type...), 0), e.ID...)
	h := sha256.Sum256(b.name)
	return binary.BigEndian.Uint16(h[:])&boundary == 0
}

func (b *Builder) flush() error {
	if b.count == 0 {
		return nil
	}
	b.chunk = append(b.chunk[:0], chunkVersion)
	b.chunk = binary.AppendUvarint(b.chunk, uint64(len(b.typ)))
	b.chunk = append(b.chunk, b.typ...)
	b.chunk = binary.AppendUvarint(b.chunk, uint64(b.count))
	b.chunk = append(b.chunk, b.body...)
	h := sha256.Sum256(b.chunk)
	b.refs = append(b.refs, ChunkRef{Type: b.typ, First: b.first, Count: b.count, Hash: hex.EncodeToString(h[:])})
	b.body, b.count = b.body[:0], 0
	return b.emit(h, b.chunk)
}

func checkName(what, s string, limit int) error {
	switch {
	case s == "":
		return fault.New(fault.Invalid, "an object without %s", what)
	case len(s) > limit:
		return fault.New(fault.TooLarge, "%s of %d bytes, at most %d", what, len(s), limit)
	case !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0:
		return fault.New(fault.Invalid, "%s %q is not UTF-8 without NUL", what, s)
	}
	return nil
}
