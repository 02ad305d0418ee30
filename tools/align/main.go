// Command align checks docs/requirements.yaml against the tests: it runs the
// tests that prove each delivered or partial row and prints the score.
//
// Invariant: a row counts only when every test it lists exists, ran and passed in
// this run; a skipped test proves nothing. It must not judge how well a test
// proves its row: people do, in review.
//
// It ends with 1 when a row isn't proven, when a row fell below
// docs/requirements.score, or when that file isn't up to date; `-update` writes it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
)

const (
	listFile  = "docs/requirements.yaml"
	scoreFile = "docs/requirements.score"
)

func main() {
	root := flag.String("root", ".", "the module's root folder")
	update := flag.Bool("update", false, "accept the score: write "+scoreFile)
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	if err := align(ctx, os.Stdout, *root, *update); err != nil {
		fmt.Fprintln(os.Stderr, "align:", err)
		os.Exit(1)
	}
	stop()
}

func align(ctx context.Context, w io.Writer, root string, update bool) error {
	raw, err := os.ReadFile(filepath.Join(root, listFile))
	if err != nil {
		return err
	}
	list, err := parseList(raw)
	if err != nil {
		return fmt.Errorf("%s: %w", listFile, err)
	}
	was, err := os.ReadFile(filepath.Join(root, scoreFile))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	committed, err := parseScore(was)
	if err != nil {
		return fmt.Errorf("%s: %w", scoreFile, err)
	}

	results, err := runTests(ctx, w, root, list.refs())
	if err != nil {
		return err
	}
	report(w, list)
	problems := judge(list, results)
	if !update || len(problems) > 0 {
		problems = append(problems, regressions(list, committed)...)
		for _, p := range problems {
			fmt.Fprintln(w, "FAIL", p)
		}
		if len(problems) > 0 {
			return fmt.Errorf("%d problems", len(problems))
		}
		fmt.Fprintln(w, "every delivered and partial row is proven by passing tests")
		return nil
	}
	return os.WriteFile(filepath.Join(root, scoreFile), formatScore(list), 0o644)
}
