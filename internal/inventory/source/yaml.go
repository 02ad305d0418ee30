package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"frostgate.io/frostgate/internal/inventory/normal"
)

// yaml reads a file of YAML documents. Each is read by itself: a broken one
// does not take those after it along.
func (r *reading) yaml(ctx context.Context, place string, text []byte) error {
	docs := splitYAML(text)
	if len(docs) == 0 {
		r.pass(place, "it holds no document")
		return nil
	}
	for i, d := range docs {
		if err := ctx.Err(); err != nil {
			return err
		}
		at := place
		if len(docs) > 1 {
			at = numbered(place, i+1)
		}
		doc, err := yamlToJSON(d)
		switch {
		case errors.Is(err, errNothing):
			continue // a document of comments, as templates leave behind
		case err != nil && mangled(bytes.TrimSpace(text)):
			err = r.bad(at, text, err)
		case err != nil:
			err = r.fail(at, r.typeOf(path.Dir(place)), "no valid YAML: "+err.Error())
		default:
			err = r.document(at, doc)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// splitYAML cuts a file at its document markers, which YAML allows nowhere else
// than at the start of a line (YAML 1.2.2, 9.1.2), and leaves out empty ones.
func splitYAML(text []byte) [][]byte {
	var docs [][]byte
	start := 0
	cut := func(end int) {
		if !blankYAML(text[start:end]) {
			docs = append(docs, text[start:end])
		}
	}
	for pos := 0; pos < len(text); {
		end := len(text)
		if i := bytes.IndexByte(text[pos:], '\n'); i >= 0 {
			end = pos + i + 1
		}
		if line := text[pos:end]; isMarker(line) {
			cut(pos)
			start = pos // "--- {a: b}" holds content
			if line[0] == '.' {
				start = end
			}
		}
		pos = end
	}
	cut(len(text))
	return docs
}

func isMarker(line []byte) bool {
	if !bytes.HasPrefix(line, []byte("---")) && !bytes.HasPrefix(line, []byte("...")) {
		return false
	}
	return len(line) == 3 || strings.IndexByte(" \t\r\n", line[3]) >= 0
}

// blankYAML says whether a text holds nothing but comments, markers and
// directives.
func blankYAML(text []byte) bool {
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(bytes.TrimPrefix(line, []byte("---")))
		if len(line) > 0 && line[0] != '#' && line[0] != '%' {
			return false
		}
	}
	return true
}

var errNothing = errors.New("the document is empty")

// yamlToJSON converts one document.
func yamlToJSON(text []byte) ([]byte, error) {
	if len(text) > maxYAML {
		return nil, fmt.Errorf("a document larger than %d MiB", maxYAML>>20)
	}
	var root, more yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(text))
	switch err := dec.Decode(&root); {
	case errors.Is(err, io.EOF):
		return nil, errNothing
	case err != nil:
		return nil, plainYAML(text, err)
	}
	// YAML knows line breaks that splitYAML does not.
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, errors.New("the document holds another one behind an unusual line break")
	}
	if root.Kind != yaml.DocumentNode || len(root.Content) != 1 {
		return nil, errNothing
	}
	top := root.Content[0]
	if top.Kind == yaml.ScalarNode && top.ShortTag() == "!!null" {
		return nil, errNothing
	}
	w := &yamlWriter{nodes: maxNodes, kubernetes: kubernetesYAML(top)}
	if err := w.value(top, 0); err != nil {
		return nil, err
	}
	return w.out, nil
}

var yamlPrefix = regexp.MustCompile(`^yaml: `)

// yamlQuote is what the reader of YAML quotes from a document: the name of an
// anchor. Whoever wrote *hunter2 may have meant a password.
var yamlQuote = regexp.MustCompile(`anchor '(.*)' (referenced|value contains itself)`)

func plainYAML(text []byte, err error) error {
	said := yamlPrefix.ReplaceAllString(err.Error(), "")
	quoted := yamlQuote.FindStringSubmatch(said)
	if quoted == nil {
		return errors.New(said)
	}
	at := max(0, bytes.Index(text, []byte("*"+quoted[1])))
	return fmt.Errorf("line %d: a text that begins with * refers to an anchor, and there is none for it", 1+bytes.Count(text[:at], []byte("\n")))
}

// kubernetesYAML says whether a document is a Kubernetes object: these are
// written for readers of YAML 1.1.
func kubernetesYAML(top *yaml.Node) bool {
	version, kind := false, false
	if top.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(top.Content); i += 2 {
			version = version || top.Content[i].Value == "apiVersion"
			kind = kind || top.Content[i].Value == "kind"
		}
	}
	return version && kind
}

// yamlWriter writes a tree as JSON, aliases and merge keys expanded, within a
// budget of values and bytes.
type yamlWriter struct {
	out        []byte
	nodes      int
	kubernetes bool
}

func atLine(n *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("line %d: %s", n.Line, fmt.Sprintf(format, args...))
}

func (w *yamlWriter) value(n *yaml.Node, depth int) error {
	if err := w.spend(n, depth); err != nil {
		return err
	}
	switch n.Kind {
	case yaml.AliasNode:
		return w.value(n.Alias, depth+1)
	case yaml.ScalarNode:
		return w.scalar(n)
	case yaml.SequenceNode:
		return w.sequence(n, depth)
	case yaml.MappingNode:
		return w.mapping(n, depth)
	}
	return atLine(n, "an unknown kind of value")
}

func (w *yamlWriter) spend(n *yaml.Node, depth int) error {
	switch w.nodes--; {
	case depth > 2*maxDepth: // an alias counts as a level of its own
		return atLine(n, "nested deeper than %d levels", maxDepth)
	case w.nodes < 0:
		return atLine(n, "more than %d values (aliases expanded)", maxNodes)
	case len(w.out) > normal.MaxRecord:
		return atLine(n, "larger than %d MiB (aliases expanded)", normal.MaxRecord>>20)
	}
	return nil
}

func (w *yamlWriter) sequence(n *yaml.Node, depth int) error {
	if tag := n.ShortTag(); tag != "!!seq" {
		return atLine(n, "the tag %s is not supported", tag)
	}
	w.out = append(w.out, '[')
	for i, e := range n.Content {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		if err := w.value(e, depth+1); err != nil {
			return err
		}
	}
	w.out = append(w.out, ']')
	return nil
}
