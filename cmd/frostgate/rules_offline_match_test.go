package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"frostgate.io/frostgate/internal/testdata"
)

// oneRule matches the events of which a equals x.
const oneRule = `title: One
id: 10000000-0000-4000-8000-000000000001
level: low
logsource: {product: p}
detection: {s: {a: x}, condition: s}
`

// runOffline runs a command without a server and environment.
func runOffline(t *testing.T, in string, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	p := &program{ctx: t.Context(), in: strings.NewReader(in), out: &o, err: &e}
	return p.run(args), o.String(), e.String()
}

// TestMatchKeepsTheOrder matches more chunks than there are processors.
func TestMatchKeepsTheOrder(t *testing.T) {
	t.Parallel()
	rules := filepath.Join(t.TempDir(), "one.yml")
	if err := os.WriteFile(rules, []byte(oneRule), 0o600); err != nil {
		t.Fatal(err)
	}
	var in, want strings.Builder
	for n := 1; n <= 50_000; n++ {
		value := "y"
		if n%7 == 0 {
			value = "X"
			fmt.Fprintf(&want, `{"file":"-","line":%d,"rule_id":"10000000-0000-4000-8000-000000000001","title":"One","level":"low"}`+"\n", n)
		}
		fmt.Fprintf(&in, `{"logsource":{"product":"p"},"a":%q,"n":%d}`+"\n", value, n)
	}
	code, out, errs := runOffline(t, in.String(), "rules", "match", "--rules", rules, "-")
	if code != exitOK || out != want.String() {
		t.Errorf("exit %d, %d bytes instead of %d: %s", code, len(out), want.Len(), errs)
	}
	if !strings.Contains(errs, "Events: 50000 ") || !strings.Contains(errs, "matches: 7142,") {
		t.Errorf("told %s", errs)
	}
}

// TestMatchEventLogs finds every regression case of SigmaHQ in the event logs
// that belong to them.
func TestMatchEventLogs(t *testing.T) {
	t.Parallel()
	data := filepath.Join(testdata.Dir(t), "events")
	files := untar(t, filepath.Join(data, "sigmahq-regression", "evtx.tar.gz"))
	code, out, errs := runOffline(t, "", append([]string{"rules", "match", "--rules", filepath.Join(data, "sigmahq-rules", "sigma-rules.tar.gz")}, files...)...)
	if code != exitOK || !strings.Contains(errs, "Events: 119 ") {
		t.Fatalf("exit %d: %s", code, errs)
	}
	found := map[string]bool{}
	for line := range strings.Lines(out) {
		var m struct {
			File   string `json:"file"`
			Record int64  `json:"record"`
			Rule   string `json:"rule_id"`
		}
		if err := json.Unmarshal([]byte(line), &m); err != nil || m.Record == 0 {
			t.Fatalf("%v in %s", err, line)
		}
		if strings.TrimSuffix(filepath.Base(m.File), ".evtx") == m.Rule {
			found[m.Rule] = true
		}
	}
	if len(files) < 100 || len(found) != len(files) {
		t.Errorf("%d of %d cases are found", len(found), len(files))
	}
}

func untar(t *testing.T, path string) (files []string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for archive := tar.NewReader(z); ; {
		entry, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(entry.Name) != ".evtx" {
			continue
		}
		raw, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(dir, filepath.Base(entry.Name))
		if err := os.WriteFile(to, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, to)
	}
}
