package ruletest

import (
	"regexp"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"
)

// maxNodes bounds an event, aliases written out.
const maxNodes = 100_000

// jsonNumber is a number as JSON writes it; other spellings (0x10, .inf) stay
// text.
var jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// eventJSON writes an event as JSON, members in the order of the file and numbers
// as they are spelled. Times are texts, as sources send them.
func eventJSON(n *yaml.Node) ([]byte, error) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind != yaml.MappingNode {
		return nil, lineError(n, "an event is a map")
	}
	w := &eventWriter{left: maxNodes}
	if err := w.value(n); err != nil {
		return nil, err
	}
	if !jsontext.Value(w.out).IsValid() {
		return nil, lineError(n, "the event is no valid JSON: a name occurs twice, or a text is no UTF-8")
	}
	return w.out, nil
}

type eventWriter struct {
	out  []byte
	left int
}

func (w *eventWriter) value(n *yaml.Node) error {
	if w.left--; w.left < 0 {
		return lineError(n, "the event is too large")
	}
	switch n.Kind {
	case yaml.AliasNode:
		return w.value(n.Alias)
	case yaml.MappingNode:
		return w.list('{', '}', n)
	case yaml.SequenceNode:
		return w.list('[', ']', n)
	case yaml.ScalarNode:
		return w.scalar(n)
	}
	return lineError(n, "what is this?")
}

func (w *eventWriter) list(open, end byte, n *yaml.Node) error {
	w.out = append(w.out, open)
	for i, item := range n.Content {
		switch {
		case open == '{' && i%2 == 1:
			w.out = append(w.out, ':')
		case i > 0:
			w.out = append(w.out, ',')
		}
		if open == '{' && i%2 == 0 {
			if item.Kind != yaml.ScalarNode || item.Tag == "!!merge" {
				return lineError(item, "the name of a member is a text")
			}
			if err := w.text(item); err != nil {
				return err
			}
			continue
		}
		if err := w.value(item); err != nil {
			return err
		}
	}
	w.out = append(w.out, end)
	return nil
}

func (w *eventWriter) scalar(n *yaml.Node) error {
	switch tag := n.ShortTag(); {
	case tag == "!!null":
		w.out = append(w.out, "null"...)
		return nil
	case tag == "!!bool":
		var b bool
		if err := n.Decode(&b); err != nil {
			return lineError(n, "%v", err)
		}
		if b {
			w.out = append(w.out, "true"...)
		} else {
			w.out = append(w.out, "false"...)
		}
		return nil
	case (tag == "!!int" || tag == "!!float") && jsonNumber.MatchString(n.Value):
		w.out = append(w.out, n.Value...)
		return nil
	}
	return w.text(n)
}

func (w *eventWriter) text(n *yaml.Node) error {
	out, err := jsontext.AppendQuote(w.out, n.Value)
	if err != nil {
		return lineError(n, "a text is no UTF-8")
	}
	w.out = out
	return nil
}
