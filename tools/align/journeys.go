package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/go-json-experiment/json"
)

// journeyReport is what of Vitest's JSON report (its Jest form) is used here.
type journeyReport struct {
	Files []struct {
		Name             string `json:"name"` // the spec file's whole path
		AssertionResults []struct {
			Title  string `json:"title"`
			Status string `json:"status"`
		} `json:"assertionResults"`
	} `json:"testResults"`
}

// runJourneys runs the console's journeys, file by file in one run, and tells
// what became of each that is listed. What the browser needs, scripts/test-web.sh
// installs or names.
func runJourneys(ctx context.Context, w io.Writer, root string, refs []ref) (map[ref]outcome, error) {
	files := map[string]bool{}
	for _, r := range refs {
		if _, err := os.Stat(filepath.Join(root, r.pkg)); err != nil {
			fmt.Fprintf(w, "no journeys at %s\n", r.pkg)
			continue
		}
		files[filepath.Base(r.pkg)] = true
	}
	results := map[ref]outcome{}
	if len(files) == 0 {
		return results, nil
	}
	dir, err := os.MkdirTemp("", "align-journeys-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	report := filepath.Join(dir, "report.json")

	args := append([]string{"journeys", "--", "--reporter=json", "--outputFile=" + report}, slices.Sorted(maps.Keys(files))...)
	cmd := exec.CommandContext(ctx, "scripts/test-web.sh", args...)
	cmd.Dir = root
	output, runErr := cmd.CombinedOutput()
	if runErr != nil {
		fmt.Fprintf(w, "--- journeys\n%s", output)
	}
	raw, err := os.ReadFile(report)
	if err != nil {
		// Nothing ran: every row that lists a journey says so.
		fmt.Fprintln(w, "no report of the journeys:", err)
		return results, ctx.Err()
	}
	got, err := readJourneys(raw)
	if err != nil {
		return nil, fmt.Errorf("report of the journeys: %w", err)
	}
	for _, r := range refs {
		results[r] = got[r]
	}
	return results, ctx.Err()
}

// readJourneys gives the outcome of each journey in a report.
func readJourneys(raw []byte) (map[ref]outcome, error) {
	var rep journeyReport
	if err := json.Unmarshal(raw, &rep); err != nil {
		return nil, err
	}
	got := map[ref]outcome{}
	for _, file := range rep.Files {
		for _, a := range file.AssertionResults {
			o := failed
			switch a.Status {
			case "passed":
				o = passed
			case "skipped", "pending", "todo", "disabled":
				o = skipped
			}
			got[ref{pkg: journeyFolder + filepath.Base(file.Name), test: a.Title}] = o
		}
	}
	return got, nil
}
