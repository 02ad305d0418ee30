package evtx_test

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/evtx"
	"frostgate.io/frostgate/internal/testdata"
)

// realFiles reads the real EVTX files, by rule identifier.
func realFiles(tb testing.TB) map[string][]byte {
	tb.Helper()
	zr := unzip(tb, filepath.Join(testdata.Dir(tb), "events", "sigmahq-regression", "evtx.tar.gz"))
	files := map[string][]byte{}
	for tr := tar.NewReader(zr); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			tb.Fatal(err)
		}
		if !strings.HasSuffix(h.Name, ".evtx") {
			continue
		}
		raw, err := io.ReadAll(tr)
		if err != nil {
			tb.Fatal(err)
		}
		files[strings.TrimSuffix(filepath.Base(h.Name), ".evtx")] = raw
	}
}

func unzip(tb testing.TB, path string) io.Reader {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = f.Close() })
	zr, err := gzip.NewReader(bufio.NewReader(f))
	if err != nil {
		tb.Fatal(err)
	}
	return zr
}

// TestTwins compares every record of every real file with its JSON twin, which
// another program made of the same file.
func TestTwins(t *testing.T) {
	t.Parallel()
	files := realFiles(t)
	dec := jsontext.NewDecoder(unzip(t, filepath.Join(testdata.Dir(t), "events", "sigmahq-regression", "events.jsonl.gz")))
	cases, records := 0, 0
	for {
		var twin struct {
			ID     string           `json:"rule_id"`
			Events []jsontext.Value `json:"events"`
		}
		err := json.UnmarshalDecode(dec, &twin)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		got := readAll(t, files[twin.ID])
		if len(got) != len(twin.Events) {
			t.Errorf("%s: %d records, the twin has %d", twin.ID, len(got), len(twin.Events))
			continue
		}
		for i, want := range twin.Events {
			if diff := cmp.Diff(parse(t, want), parse(t, got[i])); diff != "" {
				t.Errorf("%s, record %d (-twin +ours):\n%s", twin.ID, i+1, diff)
			}
			records++
		}
		cases++
	}
	if cases != len(files) || records < cases {
		t.Errorf("%d cases with %d records compared, there are %d files", cases, records, len(files))
	}
	t.Logf("%d files, %d records", cases, records)
}

// readAll gives the records of a sound file.
func readAll(tb testing.TB, file []byte) [][]byte {
	tb.Helper()
	var out [][]byte
	for r := evtx.NewReader(bytes.NewReader(file)); ; {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, bytes.Clone(rec.JSON))
	}
}

// parse gives JSON as Go values, numbers with their digits.
func parse(tb testing.TB, raw []byte) any {
	tb.Helper()
	var v any
	numbers := json.UnmarshalFromFunc(func(d *jsontext.Decoder, v *any) error {
		if d.PeekKind() != '0' {
			return errors.ErrUnsupported
		}
		n, err := d.ReadValue()
		*v = "number " + string(n)
		return err
	})
	if err := json.Unmarshal(raw, &v, json.WithUnmarshalers(numbers)); err != nil {
		tb.Fatalf("%v in %s", err, raw)
	}
	return v
}
