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

// TestRecordsDoNotAllocate reads thousands of records with less than one
// allocation for ten of them: what a chunk needs is reused.
func TestRecordsDoNotAllocate(t *testing.T) { //nolint:paralleltest // allocations of others would count
	full := fullFile(t)
	records := 0
	allocs := testing.AllocsPerRun(3, func() {
		records = 0
		for r := evtx.NewReader(bytes.NewReader(full)); ; records++ {
			if _, err := r.Next(); err != nil {
				break
			}
		}
	})
	if records < 4000 || allocs > float64(records)/10 {
		t.Errorf("%.0f allocations for %d records", allocs, records)
	}
}
