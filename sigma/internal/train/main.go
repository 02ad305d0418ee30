// Command train counts what is frequent in sample traffic and writes the
// statistics that package sigma ships. It keeps frequencies of hashed groups of
// bytes and no text of any event.
package main

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"frostgate.io/frostgate/sigma"
)

// perFile is how many events of a file count, spread over it evenly, so that a
// large file doesn't outweigh the others.
const perFile = 4000

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 2 {
		return errors.New("usage: train OUT FILE.jsonl[.gz]...")
	}
	var all [][]byte
	for _, name := range args[1:] {
		events, err := read(name)
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		step := max(1, len(events)/perFile)
		for i := 0; i < len(events); i += step {
			all = append(all, events[i])
		}
	}
	return os.WriteFile(args[0], sigma.Train(all).Bytes(), 0o600)
}

func read(name string) ([][]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return nil, err
		}
	}
	var out [][]byte
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, sigma.MaxEvent)
	for lines.Scan() {
		out = append(out, slices.Clone(lines.Bytes()))
	}
	return out, lines.Err()
}
