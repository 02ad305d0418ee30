package evtx

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"frostgate.io/frostgate/internal/fault"
)

// Record is one record. JSON is good until the next call of Next.
type Record struct {
	ID     uint64 // EventRecordID; that of the record's header where the event has none
	Number int64  // 1-based ordinal of the record, or damaged place, in the file
	Offset int64  // of the record in the file
	JSON   []byte
}

// Reader gives the records of one file in their order. It is used by one
// goroutine and holds one chunk.
type Reader struct {
	in     io.Reader
	buf    []byte // one chunk
	chunk  chunk
	out    writer
	err    error // the end; what was read before it comes first
	opened bool
	dirty  bool
	number int64

	at    int64          // of the chunk in the file
	next  int64          // of the next chunk
	pos   int            // of the next record in the chunk; 0: there is none
	limit int            // of the records that the chunk's header knows
	last  uint64         // identifier of the latest record of the chunk
	flaws []*RecordError // found, not yet given
}

// NewReader returns a reader of an EVTX file. Nothing is read before Next.
func NewReader(in io.Reader) *Reader { return &Reader{in: in} }

// Next gives the next record: io.EOF at the end, a *RecordError for one damaged
// place, a *fault.Error when the input is no EVTX file, else what the input said.
func (r *Reader) Next() (Record, error) {
	for {
		if len(r.flaws) > 0 {
			e := r.flaws[0]
			r.flaws = r.flaws[1:]
			r.number++
			return Record{}, e
		}
		if rec, ok := r.record(); ok {
			return rec, nil
		}
		switch {
		case len(r.flaws) > 0:
		case r.err != nil:
			return Record{}, r.err
		case !r.opened:
			r.open()
		default:
			r.load()
		}
	}
}

// Number is the ordinal of what Next gave last, a damaged place included.
func (r *Reader) Number() int64 { return r.number }

func (r *Reader) flaw(at int64, id uint64, format string, args ...any) {
	r.flaws = append(r.flaws, &RecordError{Offset: at, ID: id, Reason: fmt.Sprintf(format, args...)})
}

// open reads the file header. A header that is damaged behind its signature stops
// nothing: the chunks stand where they stand.
func (r *Reader) open() {
	r.opened = true
	r.buf = make([]byte, chunkSize)
	head := r.buf[:fileHeaderSize]
	n, err := io.ReadFull(r.in, head)
	head = head[:n]
	if !bytes.HasPrefix(head, []byte(fileMagic)) {
		if err != nil && !ended(err) {
			r.err = err
			return
		}
		r.err = fault.New(fault.Invalid, "not an EVTX file: it does not begin with ElfFile")
		return
	}
	r.next = int64(n)
	if n < fileHeaderSize {
		r.flaw(0, 0, "the file ends within its header")
		r.err = io.EOF
		if !ended(err) {
			r.err = err
		}
		return
	}
	r.dirty = binary.LittleEndian.Uint32(head[120:])&1 != 0
	sound := fileSum(head) == binary.LittleEndian.Uint32(head[124:])
	if !sound && !r.dirty {
		r.flaw(0, 0, "checksum of the file header differs")
	}
	// Newer versions may have a longer header; chunks begin where it says.
	if size := int64(binary.LittleEndian.Uint16(head[40:])); sound && size > fileHeaderSize {
		if _, err := io.CopyN(io.Discard, r.in, size-fileHeaderSize); err != nil {
			r.err = io.EOF
			if !ended(err) {
				r.err = err
			}
			return
		}
		r.next = size
	}
}

// ended reports that an input is over, be it in the middle.
func ended(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

// load reads the next chunk that holds anything.
func (r *Reader) load() {
	r.pos, r.limit, r.last = 0, 0, 0
	n, err := io.ReadFull(r.in, r.buf)
	if err != nil {
		r.err = io.EOF
		if !ended(err) {
			r.err = err
		}
		if n == 0 {
			return
		}
	}
	data := r.buf[:n]
	r.at, r.next = r.next, r.next+int64(n)
	if !bytes.HasPrefix(data, []byte(chunkMagic)) {
		// Windows extends files ahead of use: room without anything is no damage.
		if !zero(data) {
			r.flaw(r.at, 0, "no chunk: it does not begin with ElfChnk")
		}
		return
	}
	if n < chunkHeaderSize {
		r.flaw(r.at, 0, "the file ends within the header of a chunk")
		return
	}
	r.chunk.reset(data)
	r.pos, r.limit = chunkHeaderSize, n
	header, records, end := checkSums(data)
	switch {
	case n < chunkSize && end > n:
		r.flaw(r.at, 0, "the file ends within a chunk: %d of %d bytes are there", n, chunkSize)
	case r.dirty: // Windows had not written them when the file was copied
	case !header:
		r.flaw(r.at, 0, "checksum of the chunk header differs; its records are read as far as they go")
	case !records:
		r.flaw(r.at, 0, "checksum of the chunk's records differs; they are read as far as they go")
	}
	if header && end >= chunkHeaderSize && end <= n {
		r.limit = end
	}
}

// record gives the next record of the chunk. Without one there may be a flaw;
// without that the chunk is over.
func (r *Reader) record() (Record, bool) {
	if r.pos == 0 {
		return Record{}, false
	}
	at := r.pos
	size := recordAt(r.chunk.data, at)
	if size == 0 {
		r.resync()
		return Record{}, false
	}
	id := binary.LittleEndian.Uint64(r.chunk.data[at+8:])
	// What stands behind the end is left over from earlier use, unless it goes on
	// counting: then the header is older than the records, or somebody set it back.
	if at >= r.limit && id != r.last+1 {
		r.pos = 0
		return Record{}, false
	}
	r.pos, r.last = at+size, id
	if err := r.out.record(&r.chunk, at+recordHeader, at+size-recordTrailer); err != nil {
		r.flaw(r.at+int64(at), id, "%v", err)
		return Record{}, false
	}
	r.number++
	if r.out.id != 0 {
		id = r.out.id // exported logs number the headers anew
	}
	return Record{ID: id, Number: r.number, Offset: r.at + int64(at), JSON: r.out.out}, true
}

// resync looks for the next record behind something that is none. What is left
// of a chunk behind its last record says nothing.
func (r *Reader) resync() {
	at, end := r.pos, min(r.limit, len(r.chunk.data))
	if at >= end || zero(r.chunk.data[at:end]) {
		r.pos = 0
		return
	}
	next := at + recordAlign
	for next < end && recordAt(r.chunk.data, next) == 0 {
		next += recordAlign
	}
	r.pos = next
	if next >= end {
		r.pos = 0
		next = end
	}
	r.flaw(r.at+int64(at), 0, "%d bytes are no record", next-at)
}

func zero(data []byte) bool {
	for len(data) >= 8 {
		if binary.LittleEndian.Uint64(data) != 0 {
			return false
		}
		data = data[8:]
	}
	for _, b := range data {
		if b != 0 {
			return false
		}
	}
	return true
}
