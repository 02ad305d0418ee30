// Package testdata finds the real data that tests, demo and benchmarks read.
// It never holds data itself: fetched data stays outside the repository.
package testdata

import (
	"os"
	"path/filepath"
	"testing"
)

// Dir returns the folder of real data: FROSTGATE_TESTDATA, else
// ../shared/data beside the repository. Where it is absent the test skips with
// one line; under CI=true absence is a failure, so that CI can't go green
// without having read it.
func Dir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("FROSTGATE_TESTDATA")
	if dir == "" {
		dir = filepath.Join(root(t), "..", "shared", "data")
	}
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("real data is missing at %s; set FROSTGATE_TESTDATA", dir)
		}
		t.Skipf("skipped: no real data at %s (set FROSTGATE_TESTDATA)", dir)
	}
	return dir
}

// root walks up to the folder that holds go.mod.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = up
	}
}
