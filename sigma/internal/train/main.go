// Command train counts what is frequent in sample traffic and writes the
// statistics that package sigma ships. It keeps frequencies of hashed groups of
// bytes and no text of any event. `go generate` runs it; where the traffic isn't
// at hand it leaves the statistics as they are.
package main

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"frostgate.io/frostgate/sigma"
)

// corpora are the folders of the traffic, attacks and what went on around them.
func corpora() []string {
	return []string{
		"evtx-attack-samples", "evtx-to-mitre-attack", "splunk-capattack", "mordor", "splunk-nxlog", "cloudtrail-invictus",
	}
}

// perCorpus is how many events of a folder count, spread over it evenly, so that a
// large one doesn't outweigh the others.
const perCorpus = 4000

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

// run takes the file to write and, unless FROSTGATE_TESTDATA names it, looks for
// the data beside the repository.
func run(args []string) error {
	if len(args) != 1 {
		return errors.New("the only argument is the file to write")
	}
	dir := os.Getenv("FROSTGATE_TESTDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data")
	}
	var all [][]byte
	for _, name := range corpora() {
		events, err := read(filepath.Join(dir, "events", name, "events.jsonl.gz"))
		if errors.Is(err, fs.ErrNotExist) {
			fmt.Fprintf(os.Stderr, "train: no traffic at %s; %s stays as it is\n", dir, args[0])
			return nil
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		for i := 0; i < len(events); i += max(1, len(events)/perCorpus) {
			all = append(all, events[i])
		}
	}
	return os.WriteFile(args[0], sigma.Train(all).Bytes(), 0o644)
}

func read(name string) ([][]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	var out [][]byte
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, sigma.MaxEvent)
	for lines.Scan() {
		out = append(out, slices.Clone(lines.Bytes()))
	}
	return out, lines.Err()
}
