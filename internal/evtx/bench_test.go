package evtx_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"

	"frostgate.io/frostgate/internal/evtx"
	"frostgate.io/frostgate/internal/evtx/evtxtest"
)

// fullFile fills chunks with the records of the real files: what those hold is
// one or two records and 60 KiB of nothing, which anybody reads fast.
func fullFile(tb testing.TB) []byte {
	tb.Helper()
	files := realFiles(tb)
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	var sources [][]byte
	for _, name := range names {
		sources = append(sources, files[name])
	}
	full, _, err := evtxtest.Fill(sources, 1_000_000)
	if err != nil {
		tb.Fatal(err)
	}
	return full
}

// BenchmarkReader reads full chunks of real records, from memory.
func BenchmarkReader(b *testing.B) {
	full := fullFile(b)
	b.SetBytes(int64(len(full)))
	b.ReportAllocs()
	records, size := 0, 0
	for b.Loop() {
		r := evtx.NewReader(bytes.NewReader(full))
		for {
			rec, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			records++
			size += len(rec.JSON)
		}
	}
	b.ReportMetric(float64(records)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(size)/float64(records), "json-B/event")
}
