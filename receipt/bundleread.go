package receipt

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
)

// bundleRecord is one record; its data is valid until the next one is read.
type bundleRecord struct {
	tag  string
	args []string
	data []byte
	// trailer is set in place of the rest when the record is the trailer.
	trailer []byte
}

// recordForm says what a tag's record looks like.
type recordForm struct{ args, limit int }

func formOf(tag string) (recordForm, bool) {
	switch tag {
	case tagManifest, tagCheckpoint, tagStartCheckpoint, tagConsistency, tagRootCheckpoint, tagRootNodes, tagNodes:
		return recordForm{0, MaxRecordSize}, true
	case tagAnchor, tagStartAnchor:
		return recordForm{2, MaxRecordSize}, true
	case tagRootEntry:
		return recordForm{1, MaxEntrySize}, true
	case tagEntry:
		return recordForm{2, MaxEntrySize}, true
	case tagOpening:
		return recordForm{2, MaxOpeningSize}, true
	case tagState:
		return recordForm{2, 0}, true
	}
	return recordForm{}, false
}

// bundleReader reads records one by one and digests every byte before the
// trailer. Memory is one record's, and no more is taken than was really read.
type bundleReader struct {
	in     *bufio.Reader
	sum    hash.Hash
	n      uint64 // bytes digested
	record uint64 // number of the present record, from 1
	at     uint64 // where it begins
	tag    string // its first word, once that was read
	buf    []byte
}

func newBundleReader(r io.Reader) *bundleReader {
	return &bundleReader{in: bufio.NewReaderSize(r, 64<<10), sum: sha256.New()}
}

var (
	errCut  = errors.New("the file ends in the middle of this record")
	errRead = errors.New("read")
)

// magic reads the first line. Without it the bytes are no bundle at all.
func (b *bundleReader) magic() error {
	line, err := b.line()
	if err != nil && errors.Is(err, errRead) {
		return &FormatError{Reason: err.Error()}
	}
	if err != nil || line != bundleMagic {
		return &FormatError{Reason: "the first line is not " + bundleMagic}
	}
	return nil
}

// next reads the next record.
func (b *bundleReader) next() (bundleRecord, error) {
	b.record, b.at, b.tag = b.record+1, b.n, ""
	if start, _ := b.in.Peek(len(trailerWord)); string(start) == trailerWord {
		b.tag = "trailer"
		return b.readTrailer()
	}
	line, err := b.line()
	if err != nil {
		return bundleRecord{}, err
	}
	words := strings.Split(line, " ")
	form, ok := formOf(words[0])
	if !ok {
		return bundleRecord{}, errors.New("unknown record tag")
	}
	b.tag = words[0]
	if len(words) != form.args+2 {
		return bundleRecord{}, fmt.Errorf("want %d arguments and a length", form.args)
	}
	size, err := parseDecimal(words[len(words)-1])
	if err != nil {
		return bundleRecord{}, fmt.Errorf("length: %w", err)
	}
	if size > uint64(form.limit) {
		return bundleRecord{}, fmt.Errorf("%d bytes, at most %d", size, form.limit)
	}
	data, err := b.data(int(size))
	return bundleRecord{tag: b.tag, args: words[1 : len(words)-1], data: data}, err
}

// line reads up to a newline and digests what it read.
func (b *bundleReader) line() (string, error) {
	var line []byte
	for len(line) < maxRecordLine {
		part, err := b.in.ReadSlice('\n')
		b.digest(part)
		line = append(line, part...)
		switch {
		case err == nil && len(line) <= maxRecordLine:
			return string(line[:len(line)-1]), nil
		case errors.Is(err, io.EOF):
			return "", errCut
		case err != nil && !errors.Is(err, bufio.ErrBufferFull):
			return "", fmt.Errorf("%w: %w", errRead, err)
		}
	}
	return "", fmt.Errorf("the record's first line is longer than %d bytes", maxRecordLine)
}

// data reads size bytes and the newline after them. A length that the file does
// not have costs no memory.
func (b *bundleReader) data(size int) ([]byte, error) {
	b.buf = b.buf[:0]
	for left := size + 1; left > 0; {
		step := min(left, 64<<10)
		from := len(b.buf)
		b.buf = append(b.buf, make([]byte, step)...)
		n, err := io.ReadFull(b.in, b.buf[from:])
		b.digest(b.buf[from : from+n])
		switch {
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			return nil, errCut
		case err != nil:
			return nil, fmt.Errorf("%w: %w", errRead, err)
		}
		left -= step
	}
	if b.buf[size] != '\n' {
		return nil, fmt.Errorf("the record does not end after its %d bytes", size)
	}
	return b.buf[:size:size], nil
}

func (b *bundleReader) digest(p []byte) {
	b.sum.Write(p)
	b.n += uint64(len(p))
}

// readTrailer reads what is left, which nothing digests.
func (b *bundleReader) readTrailer() (bundleRecord, error) {
	rest, err := io.ReadAll(io.LimitReader(b.in, maxTrailerSize+1))
	switch {
	case err != nil:
		return bundleRecord{}, fmt.Errorf("%w: %w", errRead, err)
	case len(rest) > maxTrailerSize:
		return bundleRecord{}, fmt.Errorf("more than %d bytes", maxTrailerSize)
	}
	return bundleRecord{tag: b.tag, trailer: rest}, nil
}

// drain reads on to the end without looking at records, and returns the trailer
// if the file ends in one. It is for telling, after a failed check, whether the
// bytes are those that were signed.
func (b *bundleReader) drain() []byte {
	tail := make([]byte, 0, 4*maxTrailerSize)
	for {
		room := tail[len(tail):cap(tail)]
		n, err := b.in.Read(room)
		tail = tail[:len(tail)+n]
		if len(tail) > 3*maxTrailerSize {
			cut := len(tail) - maxTrailerSize
			b.digest(tail[:cut])
			tail = append(tail[:0], tail[cut:]...)
		}
		if err != nil {
			break
		}
	}
	at := 0
	if !bytes.HasPrefix(tail, []byte(trailerWord)) {
		at = bytes.LastIndex(tail, []byte("\n"+trailerWord)) + 1
		if at == 0 {
			return nil
		}
	}
	b.digest(tail[:at])
	return tail[at:]
}

// here is the place of the present record.
func (b *bundleReader) here() *BundleLocation {
	return &BundleLocation{Record: b.record, Offset: b.at, Tag: b.tag}
}

// hashLines reads what appendHashes writes.
func hashLines(data []byte) ([]Hash, error) {
	const width = 45 // 32 bytes in base64 and a newline
	if len(data)%width != 0 {
		return nil, errors.New("want one hash of 32 bytes in padded base64 on each line")
	}
	all := make([]Hash, len(data)/width)
	for i := range all {
		line := data[i*width : (i+1)*width]
		if line[width-1] != '\n' {
			return nil, fmt.Errorf("hash %d: does not end its line", i)
		}
		h, err := parseBase64Hash(string(line[:width-1]))
		if err != nil {
			return nil, fmt.Errorf("hash %d: %w", i, err)
		}
		all[i] = h
	}
	return all, nil
}

// parseSalt reads the one base64 form of a salt.
func parseSalt(s string) (salt [SaltSize]byte, err error) {
	if len(s) != base64.StdEncoding.EncodedLen(SaltSize) {
		return salt, errors.New("salt: want 32 bytes in padded base64")
	}
	h, err := parseBase64Hash(s)
	return h, err
}
