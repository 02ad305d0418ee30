package evtxtest

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// Seal writes the end of the records and both checksums into a chunk.
func Seal(chunk []byte, end int) {
	le := binary.LittleEndian
	le.PutUint32(chunk[48:], uint32(end))
	le.PutUint32(chunk[52:], crc32.ChecksumIEEE(chunk[chunkHeader:end]))
	sum := crc32.ChecksumIEEE(chunk[:120])
	le.PutUint32(chunk[124:], crc32.Update(sum, crc32.IEEETable, chunk[128:chunkHeader]))
}

// number writes which records a chunk holds into its header.
func number(chunk []byte, first, last uint64, lastAt int) {
	le := binary.LittleEndian
	le.PutUint64(chunk[8:], first)
	le.PutUint64(chunk[16:], last)
	le.PutUint64(chunk[24:], first)
	le.PutUint64(chunk[32:], last)
	le.PutUint32(chunk[40:], 128)
	le.PutUint32(chunk[44:], uint32(lastAt))
}

// file puts a file header before chunks.
func file(chunks [][]byte, nextID uint64) []byte {
	le := binary.LittleEndian
	head := make([]byte, fileHeader)
	copy(head, "ElfFile\x00")
	le.PutUint64(head[16:], uint64(max(len(chunks), 1)-1))
	le.PutUint64(head[24:], nextID)
	le.PutUint32(head[32:], 128)
	le.PutUint16(head[36:], 1)
	le.PutUint16(head[38:], 3)
	le.PutUint16(head[40:], fileHeader)
	le.PutUint16(head[42:], uint16(len(chunks)))
	le.PutUint32(head[124:], crc32.ChecksumIEEE(head[:120]))
	for _, c := range chunks {
		head = append(head, c...)
	}
	return head
}

var errShape = errors.New("the file has no chunk of records that are template instances")

// Fill makes a file of the first chunk of each source, filled to its end with
// repetitions of its own records: the first of each bring the template
// definitions, those behind them refer to them, as Windows writes. Each record
// has an identifier of its own, from firstID on. It gives the file and how many
// records are in it.
func Fill(sources [][]byte, firstID uint64) ([]byte, int, error) {
	var chunks [][]byte
	id := firstID
	for _, src := range sources {
		chunk, err := fillChunk(src, &id)
		if err != nil {
			return nil, 0, err
		}
		chunks = append(chunks, chunk)
	}
	return file(chunks, id), int(id - firstID), nil
}

func fillChunk(src []byte, id *uint64) ([]byte, error) {
	if len(src) < fileHeader+chunkSize {
		return nil, errShape
	}
	le := binary.LittleEndian
	chunk := append([]byte(nil), src[fileHeader:fileHeader+chunkSize]...)
	end := int(le.Uint32(chunk[48:]))
	var short [][]byte
	pos := chunkHeader
	for pos+28 <= end && string(chunk[pos:pos+2]) == "**" {
		size := int(le.Uint32(chunk[pos+4:]))
		body, _ := reference(chunk, pos+24, nil)
		if body == nil || pos+size > end {
			return nil, errShape
		}
		short = append(short, repeat(chunk[pos:pos+24], body))
		renumber(chunk, pos, *id)
		*id++
		pos += size
	}
	if len(short) == 0 {
		return nil, errShape
	}
	first, last := *id-uint64(len(short)), 0
	for i := 0; ; i++ {
		rec := short[i%len(short)]
		if pos+len(rec) > chunkSize {
			break
		}
		last = pos
		copy(chunk[pos:], rec)
		renumber(chunk, pos, *id)
		*id++
		pos += len(rec)
	}
	clear(chunk[pos:])
	number(chunk, first, *id-1, last)
	Seal(chunk, pos)
	return chunk, nil
}

// reference rewrites the BinXML at pos so that its template instances refer to
// their definitions instead of bringing them, and gives where it ended.
func reference(chunk []byte, pos int, dst []byte) ([]byte, int) {
	le := binary.LittleEndian
	if chunk[pos] == 0x0f {
		dst = append(dst, chunk[pos:pos+4]...)
		pos += 4
	}
	if chunk[pos] != 0x0c {
		return nil, pos
	}
	dst = append(dst, chunk[pos:pos+10]...)
	at := int(le.Uint32(chunk[pos+6:]))
	if pos += 10; at == pos {
		pos += 24 + int(le.Uint32(chunk[pos+20:]))
	}
	count := int(le.Uint32(chunk[pos:]))
	dst = append(dst, chunk[pos:pos+4]...)
	pos += 4
	table := len(dst)
	dst = append(dst, chunk[pos:pos+4*count]...)
	data := pos + 4*count
	for i := range count {
		size, typ := int(le.Uint16(chunk[pos+4*i:])), chunk[pos+4*i+2]
		from := len(dst)
		if typ == 0x21 && size > 0 {
			var nested []byte
			if nested, _ = reference(chunk, data, nil); nested == nil {
				return nil, 0
			}
			dst = append(append(dst, nested...), 0)
		} else {
			dst = append(dst, chunk[data:data+size]...)
		}
		le.PutUint16(dst[table+4*i:], uint16(len(dst)-from))
		data += size
	}
	return dst, data
}

// repeat makes a record of a header and BinXML.
func repeat(header, body []byte) []byte {
	le := binary.LittleEndian
	rec := append(append([]byte(nil), header...), body...)
	rec = append(rec, 0)
	for (len(rec)+4)%8 != 0 {
		rec = append(rec, 0)
	}
	size := uint32(len(rec) + 4)
	le.PutUint32(rec[4:], size)
	return le.AppendUint32(rec, size)
}

// renumber gives the record at pos another identifier: in its header and, for it
// is the one 64-bit integer there, in the values of its outer template.
func renumber(chunk []byte, pos int, id uint64) {
	le := binary.LittleEndian
	le.PutUint64(chunk[pos+8:], id)
	pos += 24 + 4
	at := int(le.Uint32(chunk[pos+6:]))
	if pos += 10; at == pos {
		pos += 24 + int(le.Uint32(chunk[pos+20:]))
	}
	count := int(le.Uint32(chunk[pos:]))
	pos += 4
	data := pos + 4*count
	for i := range count {
		size, typ := int(le.Uint16(chunk[pos+4*i:])), chunk[pos+4*i+2]
		if typ == 0x0a && size == 8 {
			le.PutUint64(chunk[data:], id)
		}
		data += size
	}
}
