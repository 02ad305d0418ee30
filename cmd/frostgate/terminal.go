package main

import (
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"
)

// isTerminal tells whether a person looks at the writer.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// env reads a variable of the environment that the program was given.
func (p *program) env(name string) string {
	for _, kv := range p.environ {
		if k, v, ok := strings.Cut(kv, "="); ok && k == name {
			return v
		}
	}
	return ""
}

// color tells whether output may have colours (no-color.org).
func (p *program) color() bool {
	return isTerminal(p.out) && p.env("NO_COLOR") == "" && p.env("TERM") != "dumb"
}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
