package governance

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
)

// packed is how a document's bytes stand in the store: rule files, which are
// many and alike, as gzip; the rest as it is. A document's hash is always over
// the exact bytes, never over what is stored.
func packed(kind string, content []byte) ([]byte, error) {
	if kind != KindDetections {
		return content, nil
	}
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("pack a document: %w", err)
	}
	if _, err := w.Write(content); err != nil {
		return nil, fmt.Errorf("pack a document: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("pack a document: %w", err)
	}
	return out.Bytes(), nil
}

// unpacked gives back what was packed. The limit holds here too: a row of the
// store must not fill the memory.
func unpacked(kind string, stored []byte) ([]byte, error) {
	if kind != KindDetections {
		return stored, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(stored))
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(r, MaxDetections+1))
	if err != nil {
		return nil, err
	}
	if len(content) > MaxDetections {
		return nil, fmt.Errorf("more than %d bytes", MaxDetections)
	}
	return content, nil
}
