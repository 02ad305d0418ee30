package manifest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/jsondoc"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// An archive is a snapshot as a stream of lines: the root document, then one
// line for each entry with its content, in order. It holds all that the root
// stands for, so that reading it proves it; what is read and written again has
// the same bytes.
//
//	{"chunks":[...],...}
//	{"type":"groups","id":"...","hash":"...","object":{...}}
const (
	maxArchiveRoot = 64 << 20
	maxArchiveLine = 32<<20 + 64<<10 // a hashed secret may be longer than the secret
	archivePage    = 64
)

// archiveLine is one entry. Its members stand in this order.
type archiveLine struct {
	Type   string         `json:"type"`
	ID     string         `json:"id"`
	Hash   string         `json:"hash"`
	Object jsontext.Value `json:"object"`
}

// append writes a line as all archives have it.
func (l *archiveLine) append(b []byte) []byte {
	b = jsondoc.AppendString(append(b, `{"type":`...), l.Type)
	b = jsondoc.AppendString(append(b, `,"id":`...), l.ID)
	b = jsondoc.AppendString(append(b, `,"hash":`...), l.Hash)
	return append(append(append(b, `,"object":`...), l.Object...), "}\n"...)
}

// WriteArchive writes a snapshot. What its store gives is checked: a damaged
// snapshot is an error, never an archive.
func WriteArchive(ctx context.Context, w io.Writer, s *Snapshot) error {
	out := bufio.NewWriterSize(w, 64<<10)
	body, hash := s.Root.Encode()
	if hash != s.Hash {
		return badRoot("it does not have the hash %x", s.Hash)
	}
	if _, err := out.Write(append(body, '\n')); err != nil {
		return err
	}
	page := make([]Entry, 0, archivePage)
	flush := func() error {
		err := writePage(ctx, out, s.Store, page)
		page = page[:0]
		return err
	}
	err := Walk(ctx, s, nil, func(e Entry) error {
		if page = append(page, e); len(page) < cap(page) {
			return nil
		}
		return flush()
	})
	if err != nil {
		return err
	}
	return errors.Join(flush(), out.Flush())
}

func writePage(ctx context.Context, out *bufio.Writer, store Store, page []Entry) error {
	hashes := make([]Hash, len(page))
	for i := range page {
		hashes[i] = page[i].Hash
	}
	bodies := make(map[Hash][]byte, len(page))
	err := store.Contents(ctx, hashes, func(h Hash, b []byte) error {
		if HashOf(b) != h {
			return damaged("content %x has other bytes", h)
		}
		bodies[h] = bytes.Clone(b)
		return nil
	})
	if err != nil {
		return err
	}
	var line []byte
	for i := range page {
		e := &page[i]
		body, ok := bodies[e.Hash]
		if !ok {
			return damaged("content %x is not there", e.Hash)
		}
		l := archiveLine{Type: e.Type, ID: e.ID, Hash: hex.EncodeToString(e.Hash[:]), Object: body}
		line = l.append(line[:0])
		if _, err := out.Write(line); err != nil {
			return err
		}
	}
	return nil
}

// ArchiveSink takes the parts of a snapshot while its archive is read. The bytes
// must not be kept. That they belong together is known at the end only.
type ArchiveSink struct {
	Content func(Hash, []byte) error
	Chunk   func(Hash, []byte) error
}

// ReadArchive reads an archive and checks all of it: the entries must give the
// chunks of the root, and the objects their hashes. Anything else than what
// WriteArchive writes is refused.
func ReadArchive(r io.Reader, sink ArchiveSink) (*Root, Hash, error) {
	in := lineReader{in: bufio.NewReaderSize(r, 64<<10)}
	body, err := in.line(maxArchiveRoot)
	if errors.Is(err, io.EOF) {
		err = badArchive("it is empty")
	}
	if err != nil {
		return nil, Hash{}, err
	}
	hash := HashOf(body)
	root, err := DecodeRoot(body, hash)
	if err != nil {
		return nil, Hash{}, err
	}
	build := NewBuilder(sink.Chunk)
	a := &archiveReader{sink: sink, build: build}
	for n := 0; ; n++ {
		line, err := in.line(maxArchiveLine)
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && n >= root.Objects {
			err = badArchive("more than the %d objects of its root", root.Objects)
		}
		if err == nil {
			err = a.entry(line)
		}
		if err != nil {
			return nil, Hash{}, fmt.Errorf("archive, line %d: %w", n+2, err)
		}
	}
	refs, err := build.Close()
	if err != nil {
		return nil, Hash{}, err
	}
	if !equalRefs(refs, root.Chunks) {
		return nil, Hash{}, badArchive("its objects are not those of its root: it was cut or changed")
	}
	return root, hash, nil
}

type archiveReader struct {
	sink  ArchiveSink
	build *Builder
	doc   jsondoc.Doc
	again []byte
}

func (a *archiveReader) entry(line []byte) error {
	var l archiveLine
	if err := jsonv2.Unmarshal(line, &l, jsonv2.RejectUnknownMembers(true)); err != nil {
		return badArchive("not an entry: %v", err)
	}
	if a.again = l.append(a.again[:0]); !bytes.Equal(bytes.TrimSuffix(a.again, []byte("\n")), line) {
		return badArchive("not written as archives are")
	}
	h, err := ParseHash(l.Hash)
	if err != nil {
		return err
	}
	if HashOf(l.Object) != h {
		return badArchive("the object does not have its hash")
	}
	if err := a.doc.Parse(l.Object, jsondoc.Limits{MaxBytes: maxArchiveLine, MaxDepth: 128, MaxNodes: 4 << 20}); err != nil {
		return badArchive("the object: %v", err)
	}
	if err := a.build.Add(Entry{Type: l.Type, ID: l.ID, Hash: h}); err != nil {
		return badArchive("%v", err)
	}
	return a.sink.Content(h, l.Object)
}

func equalRefs(a, b []ChunkRef) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// lineReader reads lines that end with a line feed, all of them.
type lineReader struct {
	in   *bufio.Reader
	long []byte
}

func (r *lineReader) line(limit int) ([]byte, error) {
	r.long = r.long[:0]
	for {
		part, err := r.in.ReadSlice('\n')
		r.long = append(r.long, part...)
		switch {
		case len(r.long) > limit+1:
			return nil, fault.New(fault.TooLarge, "a line of an archive has more than %d bytes", limit)
		case err == nil:
			return r.long[:len(r.long)-1], nil
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(r.long) > 0:
			return nil, badArchive("it ends within a line")
		default:
			return nil, err
		}
	}
}

func badArchive(format string, args ...any) error {
	return fault.New(fault.Invalid, "snapshot archive: "+format, args...)
}
