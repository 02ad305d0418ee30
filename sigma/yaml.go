package sigma

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Bounds of one document. They are far above what rules need and low enough
// that no file can make reading slow.
const (
	maxDepth     = 32      // of nested lists and maps
	maxNodes     = 100_000 // of a document, counted with its aliases expanded
	maxScalar    = 1 << 16 // bytes of one value
	maxDocuments = 10_000  // of one file
)

// problem is a reason to refuse a document, with the line it stands on.
type problem struct {
	line   int
	reason string
}

// Error is the reason with its line.
func (p *problem) Error() string { return fmt.Sprintf("line %d: %s", p.line, p.reason) }

// at is a problem on the line of a node.
func at(n *yaml.Node, format string, args ...any) error {
	return &problem{line: n.Line, reason: fmt.Sprintf(format, args...)}
}

// document is one YAML document of a file: its text, the lines before it and the
// number of its own.
type document struct {
	text        []byte
	skip, lines int
}

// splitDocuments cuts a file at its document markers, which YAML allows nowhere
// else than at the start of a line. Each document is then read by itself, so that
// a broken one doesn't take those after it along.
func splitDocuments(data []byte) []document {
	var docs []document
	start, line, first := 0, 0, 0
	cut := func(end, next int) {
		if !blank(data[start:end]) {
			docs = append(docs, document{text: data[start:end], skip: first, lines: bytes.Count(data[start:end], []byte("\n")) + 1})
		}
		start, first = next, line
	}
	for pos := 0; pos < len(data); line++ {
		end := len(data)
		if i := bytes.IndexByte(data[pos:], '\n'); i >= 0 {
			end = pos + i + 1
		}
		if marker(data[pos:end]) {
			// The marker's own line may carry content ("--- {a: b}"): it stays.
			cut(pos, pos)
			if data[pos] == '.' {
				start, first = end, line+1
			}
		}
		pos = end
	}
	cut(len(data), len(data))
	return docs
}

// marker says whether a line starts or ends a document.
func marker(line []byte) bool {
	if !bytes.HasPrefix(line, []byte("---")) && !bytes.HasPrefix(line, []byte("...")) {
		return false
	}
	return len(line) == 3 || strings.IndexByte(" \t\r\n", line[3]) >= 0
}

// blank says whether a piece of a file holds nothing but comments, markers and
// directives (which say nothing that matters here).
func blank(text []byte) bool {
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(bytes.TrimPrefix(line, []byte("---")))
		if len(line) > 0 && line[0] != '#' && line[0] != '%' {
			return false
		}
	}
	return true
}

// yamlLine finds the line in the messages of the YAML reader.
var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// read parses a document and checks what holds for every one: a map at the top,
// plain keys that occur once, bounded size also through aliases.
func (d document) read() (*yaml.Node, error) {
	var root, more yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(d.text))
	if err := dec.Decode(&root); err != nil {
		return nil, d.syntax(err)
	}
	// YAML knows line breaks that splitDocuments doesn't.
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, &problem{line: 1, reason: "the document holds another one behind an unusual line break"}
	}
	if root.Kind != yaml.DocumentNode || len(root.Content) != 1 {
		return nil, &problem{line: 1, reason: "the document is empty"}
	}
	top := root.Content[0]
	if err := (&treeCheck{budget: maxNodes}).walk(top, 0); err != nil {
		return nil, err
	}
	if top.Kind != yaml.MappingNode {
		return nil, at(top, "a rule must be a map of keys and values, not %s", kindName(top))
	}
	return top, nil
}

// syntax turns an error of the YAML reader into a problem.
func (d document) syntax(err error) error {
	text := err.Error()
	line := 1
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		text = text[len(m[0]):]
		if n, bad := strconv.Atoi(m[1]); bad == nil {
			line = n
		}
	}
	return &problem{line: line, reason: "not valid YAML: " + text}
}

// refusal gives an error its place in a file.
func (d document) refusal(file string, err error) Refusal {
	r := Refusal{File: file, Line: d.skip + 1, Reason: err.Error()}
	var p *problem
	if errors.As(err, &p) {
		r.Line, r.Reason = d.line(p.line), p.reason
	}
	return r
}

// line turns a line of the document into one of the file. YAML counts line breaks
// that editors don't; its number is bounded by the lines that there are.
func (d document) line(n int) int {
	return d.skip + max(1, min(n, d.lines))
}

// treeCheck walks a document once, aliases expanded, within a budget of nodes.
type treeCheck struct{ budget int }

func (c *treeCheck) walk(n *yaml.Node, depth int) error {
	if depth > maxDepth {
		return at(n, "nested deeper than %d levels", maxDepth)
	}
	if c.budget--; c.budget < 0 {
		return at(n, "more than %d values (aliases expanded)", maxNodes)
	}
	switch n.Kind {
	case yaml.AliasNode:
		return c.walk(n.Alias, depth+1)
	case yaml.ScalarNode:
		return checkScalar(n)
	case yaml.MappingNode:
		if err := checkKeys(n); err != nil {
			return err
		}
	}
	for _, child := range n.Content {
		if err := c.walk(child, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// checkScalar refuses values that are too long or of a type of their own.
func checkScalar(n *yaml.Node) error {
	if len(n.Value) > maxScalar {
		return at(n, "a value longer than %d bytes", maxScalar)
	}
	switch n.ShortTag() {
	case "!!str", "!!int", "!!float", "!!bool", "!!null", "!!timestamp":
		return nil
	case "!!merge":
		return at(n, "merge keys (<<) are not supported")
	}
	return at(n, "values of the type %s are not supported", n.ShortTag())
}

// checkKeys refuses keys that are no plain values and keys that occur twice.
func checkKeys(n *yaml.Node) error {
	seen := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := deref(n.Content[i])
		if key.Kind != yaml.ScalarNode {
			return at(key, "a key must be a plain text, not %s", kindName(key))
		}
		if line, twice := seen[key.Value]; twice {
			return at(key, "the key %q occurs twice, first on line %d of the document", key.Value, line)
		}
		seen[key.Value] = key.Line
	}
	return nil
}

// deref follows an alias to what it stands for.
func deref(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// kindName names a node's kind in plain words.
func kindName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a map"
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode:
		switch n.ShortTag() {
		case "!!null":
			return "nothing"
		case "!!int", "!!float":
			return "a number"
		case "!!bool":
			return "true or false"
		}
		return "a text"
	}
	return "an alias"
}
