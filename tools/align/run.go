package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// outcome is what became of a test in this run; the zero value is a test that
// didn't run, because it doesn't exist or its package doesn't build.
type outcome string

const (
	absent  outcome = ""
	passed  outcome = "pass"
	failed  outcome = "fail"
	skipped outcome = "skip"
)

// event is a line of `go test -json` (go doc test2json).
type event struct {
	Action string
	Test   string
	Output string
}

// runTests runs the tests, package by package, and tells what became of each.
// The output of a package that fails goes to w.
func runTests(ctx context.Context, w io.Writer, root string, refs []ref) (map[ref]outcome, error) {
	byPkg := map[string][]ref{}
	var walks []ref
	for _, r := range refs {
		if r.journey() {
			walks = append(walks, r)
			continue
		}
		byPkg[r.pkg] = append(byPkg[r.pkg], r)
	}
	results, err := runJourneys(ctx, w, root, walks)
	if err != nil {
		return nil, err
	}
	for _, pkg := range slices.Sorted(maps.Keys(byPkg)) {
		if _, err := os.Stat(filepath.Join(root, pkg)); err != nil {
			fmt.Fprintf(w, "no package at %s\n", pkg)
			continue
		}
		got, err := runPackage(ctx, w, root, pkg, byPkg[pkg])
		if err != nil {
			return nil, fmt.Errorf("test %s: %w", pkg, err)
		}
		for _, r := range byPkg[pkg] {
			name := r.test
			if r.sub != "" {
				name += "/" + r.sub
			}
			results[r] = got[name]
		}
	}
	return results, nil
}

// runPackage gives the outcome of each test and subtest by name.
func runPackage(ctx context.Context, w io.Writer, root, pkg string, refs []ref) (map[string]outcome, error) {
	var names []string
	for _, r := range refs {
		names = append(names, r.test)
	}
	slices.Sort(names)
	pattern := "^(" + strings.Join(slices.Compact(names), "|") + ")$"

	// -count=1: a cached pass says nothing about data outside the module.
	cmd := exec.CommandContext(ctx, "go", "test", "-count=1", "-json", "-timeout=30m", "-run", pattern, "./"+pkg)
	cmd.Dir = root
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	runErr := cmd.Run()
	got, output, err := readEvents(stdout.Bytes())
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, stderr.String())
	}
	if runErr != nil {
		fmt.Fprintf(w, "--- %s\n%s%s", pkg, output, stderr.String())
	}
	return got, ctx.Err()
}

// readEvents reads the lines of `go test -json`: the outcome of each test by
// name and all they printed.
func readEvents(raw []byte) (map[string]outcome, string, error) {
	got := map[string]outcome{}
	var output strings.Builder
	dec := jsontext.NewDecoder(bytes.NewReader(raw))
	for dec.PeekKind() != 0 {
		var e event
		if err := json.UnmarshalDecode(dec, &e); err != nil {
			return nil, "", err
		}
		output.WriteString(e.Output)
		switch o := outcome(e.Action); o {
		case passed, failed, skipped:
			if e.Test != "" {
				got[e.Test] = o
			}
		}
	}
	return got, output.String(), nil
}
