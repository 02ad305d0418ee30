package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A report as Vitest 4 writes it, with what isn't used left out.
const journeyReportSample = `{"numTotalTests": 3, "success": false, "testResults": [
  {"name": "/home/a/frostgate/web/e2e/walk.spec.ts", "status": "failed", "assertionResults": [
    {"title": "finds it", "fullName": " finds it", "status": "passed", "duration": 12.5},
    {"title": "loses it", "status": "failed", "failureMessages": ["no"]},
    {"title": "left out", "status": "skipped"}]},
  {"name": "/home/a/frostgate/web/e2e/other.spec.ts", "assertionResults": []}]}`

func TestReadJourneys(t *testing.T) {
	t.Parallel()
	got, err := readJourneys([]byte(journeyReportSample))
	if err != nil {
		t.Fatal(err)
	}
	const file = "web/e2e/walk.spec.ts"
	want := map[ref]outcome{
		{pkg: file, test: "finds it"}: passed,
		{pkg: file, test: "loses it"}: failed,
		{pkg: file, test: "left out"}: skipped,
	}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(ref{})); d != "" {
		t.Error(d)
	}
	if _, err := readJourneys([]byte("Error: no browser")); err == nil {
		t.Error("what is no report was read as one")
	}
}

// A journey of a file that isn't there, and one whose run gave no report, are
// absent: neither proves a row.
func TestJourneysWithoutAReport(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	gone := ref{pkg: journeyFolder + "gone.spec.ts", test: "a"}
	there := ref{pkg: journeyFolder + "there.spec.ts", test: "a"}
	for name, text := range map[string]string{
		"web/e2e/there.spec.ts": "",
		"scripts/test-web.sh":   "#!/bin/sh\necho the browser is missing\nexit 1\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	got, err := runTests(t.Context(), &out, dir, []ref{gone, there})
	if err != nil {
		t.Fatal(err)
	}
	if got[gone] != absent || got[there] != absent {
		t.Errorf("outcomes %v, want both absent", got)
	}
	for _, want := range []string{"no journeys at web/e2e/gone.spec.ts", "the browser is missing", "no report of the journeys"} {
		if !bytes.Contains(out.Bytes(), []byte(want)) {
			t.Errorf("the output lacks %q:\n%s", want, out.String())
		}
	}
}
