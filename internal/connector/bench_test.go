package connector

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"frostgate.io/frostgate/internal/testdata"
)

// BenchmarkParse measures each kind on a real file held in memory, requests
// included.
func BenchmarkParse(b *testing.B) {
	for _, c := range []struct {
		name, folder, file string
	}{
		{"authlog", "elastic-authlog", "events.log"},
		{"cloudtrail-lines", "cloudtrail-invictus", "events.jsonl.gz"},
		{"cloudtrail-file", "cloudtrail-invictus", "records.json.gz"},
		{"winevent-nested", "evtx-attack-samples", "events.jsonl.gz"},
		{"winevent-flat", "splunk-nxlog", "events.jsonl.gz"},
	} {
		b.Run(c.name, func(b *testing.B) {
			plain := content(b, filepath.Join(testdata.Dir(b), "events", c.folder, c.file))
			b.SetBytes(int64(len(plain)))
			b.ReportAllocs()
			lines := 0
			var req []byte
			for b.Loop() {
				p, _, err := Open(bytes.NewReader(plain), c.name, "", Options{Now: now})
				if err != nil {
					b.Fatal(err)
				}
				for {
					r, err := p.Next()
					if errors.Is(err, io.EOF) {
						break
					}
					if err != nil {
						b.Fatal(err)
					}
					req = r.AppendRequest(req[:0])
					lines++
				}
			}
			b.ReportMetric(float64(lines)/b.Elapsed().Seconds(), "lines/s")
			b.ReportMetric(float64(lines)/float64(b.N), "lines/op")
		})
	}
}

func content(b testing.TB, path string) []byte {
	b.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	if filepath.Ext(path) != ".gz" {
		return data
	}
	zr, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		b.Fatal(err)
	}
	if data, err = io.ReadAll(zr); err != nil {
		b.Fatal(err)
	}
	return data
}
