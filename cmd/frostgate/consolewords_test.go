package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	// consoleCommand is a command line in a text of the console.
	consoleCommand = regexp.MustCompile("\"frostgate ([^\"]*)\"|`frostgate ([^`]*)`|'frostgate ([^']*)'")
	consoleHole    = regexp.MustCompile(`\$\{[^}]*\}`)
	consoleList    = regexp.MustCompile(`\$\{args\.map[^}]*\}`)
	consoleRemark  = regexp.MustCompile(`(?m)^\s*(?://|/?\*).*$`)
	shellEnd       = regexp.MustCompile(` (?:[<>|#]|&&) .*$|\\n.*$`)
	shellWord      = regexp.MustCompile(`(?:[^\s"']+|"[^"]*"|'[^']*')+`)
)

// The commands that the console tells people to copy are ones that this program
// takes.
func TestCommandsOfTheConsoleParse(t *testing.T) {
	t.Parallel()
	n := 0
	err := filepath.WalkDir("../../web/src", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".ts") && !strings.HasSuffix(path, ".tsx") || strings.HasSuffix(path, ".test.ts") || strings.Contains(path, "/gen/") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range consoleCommand.FindAllStringSubmatch(consoleRemark.ReplaceAllString(string(text), ""), -1) {
			n++
			line := shellEnd.ReplaceAllString(consoleHole.ReplaceAllString(consoleList.ReplaceAllString(m[1]+m[2]+m[3], ""), "x"), "")
			var args []string
			for _, w := range shellWord.FindAllString(line, -1) {
				args = append(args, strings.NewReplacer(`"`, "", `'`, "").Replace(w))
			}
			if err := parses(t, args); err != nil {
				t.Errorf("%s: frostgate %s: %v", strings.TrimPrefix(path, "../../"), line, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n < 20 {
		t.Errorf("only %d commands were found", n)
	}
}

func parses(t *testing.T, args []string) error {
	t.Helper()
	var out bytes.Buffer
	p := &program{ctx: t.Context(), in: strings.NewReader(""), out: &out, err: &out}
	parser, err := p.parser()
	if err != nil {
		t.Fatal(err)
	}
	_, err = parser.Parse(args)
	return err
}
