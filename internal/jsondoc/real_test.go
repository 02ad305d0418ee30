package jsondoc

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"

	"frostgate.io/frostgate/internal/testdata"
)

// realLines is how many events of each corpus the test reads.
const realLines = 2000

// TestRealEvents parses fetched corpora: nothing real is refused, and the
// canonical form is a fixed point.
func TestRealEvents(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(testdata.Dir(t), "events", "*", "events.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("the folder of real data holds no events")
	}
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			t.Parallel()
			checkCorpus(t, file)
		})
	}
}

func checkCorpus(t *testing.T, file string) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var d, again Doc
	var canon []byte
	in := bufio.NewReaderSize(z, 1<<20)
	lines := 0
	for lines < realLines {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			if perr := d.Parse(line, Limits{}); perr != nil {
				t.Fatalf("line %d: %v", lines+1, perr)
			}
			lines++
			canon = d.Root().AppendCanonical(canon[:0])
			if err := again.Parse(canon, Limits{}); err != nil {
				t.Fatalf("line %d: canonical form refused: %v", lines, err)
			}
			if !bytes.Equal(canon, again.Root().AppendCanonical(nil)) {
				t.Fatalf("line %d: canonical form changes", lines)
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if lines == 0 {
		t.Error("nothing was read")
	}
}
